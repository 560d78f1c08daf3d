/* The shocks of an ensemble at a glance, in 80 columns. */
#ifndef LODE_REPORT_ENSEMBLE_CHART_H
#define LODE_REPORT_ENSEMBLE_CHART_H

#include "report/ensemble_page.h"

/* A line a shock, the most likely shortage first: the class most often short, in how many draws (a bar), and its loss from the 5th percentile over the
 * median to the 95th. Nothing where no class is ever short. O(shocks x classes x columns). */
void lode_ensemble_chart(lode_text *text, const lode_ensemble_page *page);

#endif
