/* What users go without: a run against the same run without the shock (docs/model.md, section 7).
 *
 *   loss            1 - served / served in the paired run, over the worst 12 consecutive months within two years of the shock (later
 *                   ones differ by drift); tonnes summed over the lines of a cell, so that it is quantity-weighted
 *   unserved        the part of it that users would have bought at the choke price and did not get
 *   rationed        the rest: bought less because it was dear
 *   first short     months from the shock's first day to the first period that loses more than 5 points. The stock runs out inside that
 *                   period: if it loses l and the next one L > l, the first 1 - l/L of it was served in full. At least one day
 *   last short      months from the shock's first day to the end of the short period that three good months follow: recovery. A
 *                   later shortage is an echo (stocks and prices swing), not the shock. `censored` if there is no such end
 *   value at risk   tonnes lost in those 12 months x value added per kg
 *
 * A cell that uses less than a kilogram in its window has no loss. */
#ifndef LODE_MEASURE_LOSS_H
#define LODE_MEASURE_LOSS_H

#include "measure/view.h"

#define LODE_SHORT_ABOVE     0.05 /* a month is short above this loss */
#define LODE_LATEST_MONTHS   24   /* from the shock, in which the worst window must lie and a shortage begin */
#define LODE_FOLLOWED_MONTHS 36   /* from the shock, in which shortness is timed */
#define LODE_LEAST_SHARE     0.01 /* of the value (or tonnes) of all that is hit: a smaller user stands for nobody else */

typedef struct {
    const lode_view *run, *paired;
    lode_day shock; /* its first day */
} lode_pair;

typedef enum { LODE_LOSS_BY_SEGMENT, LODE_LOSS_BY_USE } lode_loss_by;

typedef struct {
    int32_t segment; /* -1 in a table by use */
    int32_t region;
    lode_use use;
    double loss, rationed, unserved; /* shares; loss = rationed + unserved */
    double used_t;                   /* in the paired run, in the worst 12 months */
    double lost_t, value_at_risk_musd;
    int32_t window;                 /* first period of the worst 12 months */
    int32_t worst_period;           /* of these, the one with the largest loss */
    double first_short, last_short; /* months; NaN: never short, or censored */
    bool censored;                  /* still short, or not three good months yet, when the run ends */
} lode_loss;

/* One row for each cell that has a demand line, segments (or uses) in order, regions in order; caller frees *out.
 * O(lines x periods + cells x periods). */
lode_code lode_losses(lode_loss **out, int32_t *count, const lode_pair *pair, lode_loss_by by);

/* The share that the users of a cell go without in each of `count` periods from `first` on, into out; periods of one record. O(lines x count). */
void lode_loss_series(double *out, int32_t first, int32_t count, const lode_pair *pair, const lode_loss *cell);

/* The pieces, for tests and for other series. `loss` is per period from the shock's period on; `count` of them.
 * First and last short in periods from the start of the shock's period (NaN as above). */
double lode_first_short(const double *loss, int32_t count);
double lode_last_short(const double *loss, int32_t count, int32_t good_periods, bool *censored);

#endif
