/* Series of a store by calendar year: which columns make up the year of a price, a loss, a stock or a flow of money.
 *
 * Prices and losses are the mean of the year's periods, money their sum, stocks what lies there at its end, as in iamc.csv of a run. Only whole
 * years: a part of one is no yearly figure. */
#ifndef LODE_REPORT_ENSEMBLE_YEARS_H
#define LODE_REPORT_ENSEMBLE_YEARS_H

#include "ensemble/sample.h"

typedef struct {
    int32_t column; /* the first: run, what, item, region and unit of all */
    int year;
    lode_quantity quantity;
} lode_series_year;

typedef struct {
    int32_t count;
    lode_series_year *items; /* in the order in which their first columns lie */
    int32_t *columns;        /* all their columns */
} lode_series_years;

/* Those of `run` and `what` (NULL: of any). Periods are "YYYY-MM" (or "YYYY"); a column whose period is neither is passed over. LODE_NOMEM.
 * O(columns). Free with lode_series_years_free. */
lode_code lode_series_years_find(lode_series_years *out, const lode_draw_frame *frame, const char *run,
                                 const char *what);
void lode_series_years_free(lode_series_years *years);

#endif
