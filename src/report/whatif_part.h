/* The parts of a page that an answer is told in (web/src/document.ts, Part).
 *
 * A part is made as every page is: the rows of its periods go into result tables, in memory, and the sections read them by SQL (report/page.h). The
 * tables hold a run and what it is paired with for those periods only, and are gone when the part is made. */
#ifndef LODE_REPORT_WHATIF_PART_H
#define LODE_REPORT_WHATIF_PART_H

#include <jansson.h>

#include "report/answer.h"

/* The runs; with `whole` also what every run of the world shares: horizon, names, sources, units. */
lode_code lode_part_begin(json_t *part, const lode_answer *answer, bool whole, lode_diags *diags);
/* Series of periods `first` to `end` - 1, which the answer and the reference have both done. O(rows of these periods). */
lode_code lode_part_months(json_t *part, const lode_answer *answer, int32_t first, int32_t end, lode_diags *diags);
/* What is told once all is measured. O(rows of the answer). */
lode_code lode_part_done(json_t *part, const lode_answer *answer, lode_diags *diags);

#endif
