/* A chart of a battery in 80 columns: how bad each shock is for those whom it hits worst, and how that comes and goes. */
#ifndef LODE_REPORT_LOSS_CHART_H
#define LODE_REPORT_LOSS_CHART_H

#include "base/text.h"
#include "insight/battery.h"

/* A line a shock, worst first: the class of the user hit worst, its worst year's loss as a bar in the colour of how bad it is, and its loss month by month as a spark; then the names of
 * the shocks without a loss. Nothing where no shock has one. O(shocks x lines x months). */
void lode_loss_chart(lode_text *text, const lode_battery *battery, lode_look look);

#endif
