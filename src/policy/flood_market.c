/* What a flood reads off the market. See flood.h. */
#include <math.h>

#include "market/levy.h"
#include "policy/flood.h"
#include "policy/plan.h"

#define LEAST_T 1e-6 /* t in a period: what counts as a flow */

/* ---- the price at the border ---- */

/* What the limits that a channel of a link stands under are worth together. */
static double rent_of(int32_t arc, lode_channel channel, const lode_policy_view *view, const lode_solution *s) {
    double rent = s->arc_limit_dual[arc] + (channel == LODE_CHANNEL_FREE ? s->arc_free_dual[arc] : 0);
    for (int32_t l = 0; l < view->plan->limit_count; l++) {
        const lode_limit *limit = &view->plan->limits[l];
        for (int32_t i = 0; s->limit_dual[l] > 0 && i < limit->count; i++) {
            bool here = limit->items[i].arc == arc && limit->items[i].channel == channel;
            rent += here ? s->limit_dual[l] : 0;
        }
    }
    return rent;
}

double lode_flood_rent(int32_t arc, const lode_policy_view *view, const lode_solution *s) {
    double used = NAN, any = NAN;
    for (lode_channel c = LODE_CHANNEL_FREE; c <= LODE_CHANNEL_LICENSED; c++) {
        double worth = rent_of(arc, c, view, s);
        any = fmin(any, worth); /* fmin passes over a NaN */
        used = s->arc_flow[arc * LODE_CHANNEL_COUNT + (int32_t)c] > LEAST_T ? fmin(used, worth) : used;
    }
    return isnan(used) ? any : used;
}

double lode_flood_border_price(const lode_flood_own *own, int32_t commodity, const lode_policy_view *view,
                               const lode_solution *s, double *rent) {
    int32_t origin = lode_network_site(view->network, commodity, own->from, -1);
    const lode_site *site = &lode_network_sites(view->network)[origin];
    double inside = s->node_price[site->first_node + site->node_count - 1], price = NAN, worth = NAN;
    bool used = false; /* once a link in use was seen, only those count */
    for (int32_t a = 0; a < view->world->arc_count; a++) {
        const lode_arc *arc = &view->world->arcs[a];
        bool moves = lode_arc_total(&s->arc_flow[a * LODE_CHANNEL_COUNT]) > LEAST_T;
        if (arc->commodity != commodity || !lode_links_has(&own->links, arc) || (used && !moves)) {
            continue;
        }
        double here = lode_flood_rent(a, view, s);
        double at_border = inside + lode_arc_export_levy(arc, view->site_price[origin]) + view->export_adder[a] + here;
        if ((moves && !used) || !(at_border >= price)) {
            price = at_border;
            worth = here;
        }
        used = used || moves;
    }
    if (rent) {
        *rent = worth;
    }
    return price;
}

double lode_flood_exports(const lode_flood_own *own, int32_t commodity, const lode_world *w, const lode_solution *s) {
    double tonnes = 0;
    for (int32_t a = 0; a < w->arc_count; a++) {
        if (w->arcs[a].commodity == commodity && lode_links_has(&own->links, &w->arcs[a])) {
            tonnes += lode_arc_total(&s->arc_flow[a * LODE_CHANNEL_COUNT]);
        }
    }
    return tonnes;
}

/* ---- what plants can make ---- */

/* t of a commodity (or of it before finishing) per t of basis. */
static double made_of(const lode_world *w, int32_t mode, int32_t commodity) {
    const lode_mode_term *terms = &w->mode_terms[w->modes[mode].first_term];
    double made = 0;
    for (int32_t t = 0; t < w->modes[mode].term_count; t++) {
        bool it = terms[t].commodity == commodity || w->commodities[terms[t].commodity].crude_of == commodity;
        made += it && terms[t].amount > 0 ? terms[t].amount : 0;
    }
    return made;
}

static int32_t end_of_modes(const lode_world *w, int32_t first) {
    int32_t m = first;
    while (m < w->mode_count && w->modes[m].asset == w->modes[first].asset) {
        m++;
    }
    return m;
}

/* Of one plant, whose modes are first..end-1: at what it makes now per tonne of basis, or at its best if it stands still. */
static double idle_of(const lode_world *w, int32_t first, int32_t end, int32_t commodity, const lode_policy_view *view,
                      const lode_solution *s) {
    double runs = 0, makes = 0, best = 0;
    for (int32_t m = first; m < end; m++) {
        double made = made_of(w, m, commodity);
        runs += s->mode_output[m];
        makes += s->mode_output[m] * made;
        best = fmax(best, made);
    }
    double idle = fmax(0, view->period->asset_capacity[w->modes[first].asset] - runs);
    return idle * (runs > LEAST_T ? makes / runs : best);
}

double lode_flood_idle(const lode_flood_own *own, int32_t commodity, const lode_policy_view *view,
                       const lode_solution *s) {
    const lode_world *w = view->world;
    double idle = 0;
    for (int32_t m = 0; m < w->mode_count; m = end_of_modes(w, m)) {
        if (w->assets[w->modes[m].asset].region == own->from) {
            idle += idle_of(w, m, end_of_modes(w, m), commodity, view, s);
        }
    }
    return idle;
}

/* ---- how far the others have come ---- */

/* t a year of a good that plants elsewhere which run or are being built can make. */
static double committed_outside(const lode_flood_own *own, int32_t commodity, const lode_policy_view *view) {
    const lode_world *w = view->world;
    double tonnes = 0;
    for (int32_t m = 0; m < w->mode_count; m = end_of_modes(w, m)) {
        const lode_asset *asset = &w->assets[w->modes[m].asset];
        lode_status status = lode_asset_status_on(view, w->modes[m].asset, view->day);
        if (asset->region == own->from || !lode_status_committed(status) || isnan(asset->capacity_t_per_year)) {
            continue;
        }
        double best = 0;
        for (int32_t k = m; k < end_of_modes(w, m); k++) {
            best = fmax(best, made_of(w, k, commodity));
        }
        tonnes += best * asset->capacity_t_per_year * asset->availability;
    }
    return tonnes;
}

static lode_element main_element(const lode_commodity *commodity) {
    lode_element main = (lode_element)0;
    for (int e = 1; e < LODE_ELEMENT_COUNT; e++) {
        main = commodity->content[e] > commodity->content[main] ? (lode_element)e : main;
    }
    return main;
}

/* t a year of a good in what users elsewhere want: what its main element weighs in the goods that they buy; a good without one: itself. */
static double wanted_outside(const lode_flood_own *own, int32_t commodity, const lode_policy_view *view) {
    const lode_commodity *goods = view->world->commodities;
    lode_element element = main_element(&goods[commodity]);
    double content = goods[commodity].content[element], tonnes = 0;
    const lode_demand_line *lines = lode_network_lines(view->network);
    for (int32_t l = 0; l < lode_network_line_count(view->network); l++) {
        if (lines[l].region == own->from) {
            continue;
        }
        double share = lines[l].commodity == commodity ? 1 : 0;
        share = content > 0 ? goods[lines[l].commodity].content[element] / content : share;
        tonnes += share * view->period->line_q0[l] / view->period->dt;
    }
    return tonnes;
}

double lode_flood_committed_share(const lode_flood_own *own, const lode_policy_view *view) {
    double capacity = 0, use = 0;
    for (int32_t i = 0; i < own->watches.count; i++) {
        capacity += committed_outside(own, own->watches.items[i], view);
        use += wanted_outside(own, own->watches.items[i], view);
    }
    return use > 0 ? capacity / use : capacity > 0 ? INFINITY : 0;
}
