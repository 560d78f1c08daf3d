/* Demand: what users want at reference prices, and how it adjusts in the long run.
 *
 *   y      = D a                                        D from demand.csv at the middle of the period, by slice
 *   ln a'  = ln a + (1 - e^(-lr_speed dt)) [ (e_long - e_short) ln(p/p0) - ln a ],   a within [lr_floor, lr_ceiling]
 *
 * p0 is what the line paid in the base year. The text of the model lets y itself close the gap to D; then y would lag a growing D by
 * growth / lr_speed (some 9%) for ever, and demand.csv would not mean what it says. So D passes at once and only the reaction to the
 * price is slow. A row of demand.csv is the year's rate at mid-year, so the base year's months sum to it. */
#include <math.h>

#include "sim/parts.h"

static bool same_triple(const lode_demand_line *a, const lode_demand_line *b) {
    return a->segment == b->segment && a->region == b->region && a->commodity == b->commodity;
}

void lode_demand_fill(lode_run *run) {
    const lode_world *w = run->world;
    const lode_demand_line *lines = lode_network_lines(run->network), *last = NULL;
    double year = lode_clock_year(&run->clock, run->done) - 0.5, dt = lode_clock_dt(&run->clock), quantity = 0;
    for (int32_t l = 0; l < lode_network_line_count(run->network); l++) {
        if (lines[l].linear) {
            run->period->line_q0[l] = lines[l].slope > 0 ? lines[l].intercept / lines[l].slope * dt : 0;
            continue;
        }
        if (!last || !same_triple(last, &lines[l])) {
            last = &lines[l];
            quantity = lode_world_demand_t(w, last->segment, last->region, last->commodity, year);
        }
        run->period->line_q0[l] = quantity * w->slices[lines[l].slice].share * dt * run->state.adjust[l];
    }
}

void lode_demand_update(lode_run *run) {
    const lode_world *w = run->world;
    const lode_demand_line *lines = lode_network_lines(run->network);
    double step = 1 - exp(-lode_world_parameter(w, "lr_speed", 0.58) * lode_clock_dt(&run->clock));
    double low = lode_world_parameter(w, "lr_floor", 0.4), high = lode_world_parameter(w, "lr_ceiling", 1.3);
    for (int32_t l = 0; l < lode_network_line_count(run->network); l++) {
        double price = run->solution->line_price[l], before = run->base->line_price[l];
        if (lines[l].linear || !(price > 0) || !(before > 0)) {
            continue;
        }
        double now = log(run->next.adjust[l]), goal = run->base->line_slow[l] * log(price / before);
        run->next.adjust[l] = fmin(high, fmax(low, exp(now + step * (goal - now))));
    }
}
