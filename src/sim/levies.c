/* Ad valorem levies (tariff, export duty, VAT not refunded): at last period's price where the link begins. Frozen at base prices they
 * would erase the wedge between inside and outside in a spike.
 *
 * The guard: where a rebate makes it pay to send a good (freight and duty included), goods could be sent round for ever. Customs refund what
 * leaves for good: into a region from which it pays to send a good no more of that good comes than in the year before. */
#include "market/levy.h"

#include <math.h>

#include "sim/parts.h"

void lode_levies_fill(lode_run *run) {
    const lode_world *w = run->world;
    const lode_site *sites = lode_network_sites(run->network);
    double dt = lode_clock_dt(&run->clock);
    for (int32_t a = 0; a < w->arc_count; a++) {
        int32_t site = lode_network_site(run->network, w->arcs[a].commodity, w->arcs[a].from, -1);
        run->levy[a] = lode_arc_levy(&w->arcs[a], run->state.node_price[sites[site].first_node]);
        run->period->arc_adder[a] = run->levy[a];
        run->period->arc_carriage[a] = 0;
        run->period->arc_limit[a] = isnan(w->arcs[a].quota_t) ? INFINITY : w->arcs[a].quota_t * dt;
        run->period->arc_free_limit[a] = INFINITY;
    }
}

static double cost(const lode_run *run, int32_t a) {
    const lode_arc *arc = &run->world->arcs[a];
    return (isnan(arc->freight_usd_per_kg) ? 0 : arc->freight_usd_per_kg) +
           (isnan(arc->duty_usd_per_kg) ? 0 : arc->duty_usd_per_kg) + run->period->arc_adder[a];
}

void lode_levies_guard(lode_run *run) {
    const lode_world *w = run->world;
    for (int32_t a = 0; a < w->arc_count; a++) {
        if (!(cost(run, a) < 0) || lode_arc_lag(run->network, a) > 0) {
            continue;
        }
        for (int32_t b = 0; b < w->arc_count; b++) {
            bool back = w->arcs[b].commodity == w->arcs[a].commodity && w->arcs[b].to == w->arcs[a].from;
            if (back && lode_arc_lag(run->network, b) == 0) {
                double most = run->state.arc_flow[b] * run->clock.months;
                run->period->arc_limit[b] = fmin(run->period->arc_limit[b], most);
            }
        }
    }
}
