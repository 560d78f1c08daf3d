/* What a shock leaves standing of the plants outside the controlling region (docs/model.md, section 7). A plant operates in a period if it is
 * ramping up or operating at its end and has capacity: one that idles, waits or was never built does not. */
#ifndef LODE_MEASURE_DURABILITY_H
#define LODE_MEASURE_DURABILITY_H

#include "measure/loss.h"

/* O(1). */
bool lode_plant_operates(const lode_view *view, int32_t asset, int32_t period);

/* How many plants outside the controlling region operate in `period` of the paired run and not of the run: lost, or not built in time.
 * `lost` (per asset) is marked; NULL: not asked for. O(assets). */
int32_t lode_plants_lost(const lode_pair *pair, int32_t period, bool *lost);

/* Share, by value at reference prices, of the capacity outside the controlling region that operates in period `from` and still operates
 * in period `to`; NaN where none does or where the run has no such period. O(assets). */
double lode_durability(const lode_view *view, int32_t from, int32_t to);

#endif
