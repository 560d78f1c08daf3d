/* Prices of a run month by month in 80 columns. */
#ifndef LODE_REPORT_PRICE_CHART_H
#define LODE_REPORT_PRICE_CHART_H

#include "base/text.h"
#include "measure/view.h"

/* A line for each commodity of the yearly summary: its price inside the controlling region (where there is one) and delivered outside, each as a spark
 * on a scale of its own with the least and the largest month. Nothing of what has no price. O(commodities x periods x lines). */
lode_code lode_price_chart(lode_text *text, const lode_view *view, bool blocks);

#endif
