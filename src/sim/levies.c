/* Ad valorem levies (tariff, export duty, VAT not refunded): at last period's price where the link begins. Frozen at base prices they
 * would erase the wedge between inside and outside in a spike. */
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
