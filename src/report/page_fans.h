/* Fans of the page: quantiles over the draws of an ensemble, period by period, from its tables or, while its draws run, from its store. */
#ifndef LODE_REPORT_PAGE_FANS_H
#define LODE_REPORT_PAGE_FANS_H

#include "report/page.h"
#include "store/draws.h"

/* Appends to `fans` what the table series_quantiles of a finished ensemble says. One pass over it. */
lode_code lode_page_fans_of_tables(json_t *part, const lode_page_source *source);
/* The same from the draws that are there. O(passes x rows). */
lode_code lode_page_fans_of_draws(json_t *part, const lode_page_source *source, lode_draw_store *store);

#endif
