/* The lender's page of a project: `lodestone explain RUN project:ASSET`. */
#ifndef LODE_REPORT_PROJECT_PAGE_H
#define LODE_REPORT_PROJECT_PAGE_H

#include "base/pool.h"
#include "base/text.h"
#include "policy/scenario.h"

/* Does the run again and appends the page in `format` (text, json, csv: the waterfall's years). `what` as in insight/question.h. Findings for
 * a wrong question, a scenario without projects, and a plant that no lender was asked about. */
lode_code lode_project_page_report(lode_text *text, const lode_scenario *scenario, const char *shock, const char *what,
                                   const char *format, lode_pool_progress *progress, lode_diags *diags);
/* The same of a run that is there: as its lenders see `asset` now. Works in the run's own memory between two steps, so that one thread may ask at a time. */
lode_code lode_project_page_of(lode_text *text, lode_run *run, int32_t asset, const char *format, lode_diags *diags);

#endif
