/* Parts of the comparison that its files share. Private to src/calibrate. */
#ifndef LODE_CALIBRATE_FIT_ROWS_H
#define LODE_CALIBRATE_FIT_ROWS_H

#include "calibrate/fit.h"

/* Appends a row; LODE_NOMEM also where a text of it could not be made. */
lode_code lode_fit_add(lode_fit *fit, lode_fit_row row);
const char *lode_fit_source(const lode_world *w, const lode_row *row);
/* Whether it is a figure of the base year as a whole. */
bool lode_fit_of_base_year(const lode_world *w, const lode_observation *o);
/* Fills observed, tolerance, source and note from the observation, or from what the files say otherwise. */
void lode_fit_set_observed(lode_fit_row *row, const lode_world *w, const lode_observation *o, double otherwise,
                           const char *file);

/* fit_trade.c: magnets by buyer, single compounds, imports by origin. */
lode_code lode_fit_compare_trade(lode_fit *fit, const lode_base_year *base);

#endif
