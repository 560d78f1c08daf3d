/* The tariff at which imports land at the reference price.
 *
 *     t = max(0, reference - landed price without the tariff)
 *
 * where the landed price itself falls with t, since sellers abroad bear a part of it. The gap between the price on landing and the reference
 * rises with t, so that the search is a secant one inside a bracket that shrinks: it cannot cycle. Goods of one chain move one another's
 * gap, so that a bracket that has closed beside the reference opens again, twice at most. Where it closes once more the price jumps there;
 * both sides are told.
 *
 * Of a tariff that is enforced on a share s of imports a trader expects to pay s t. Customs read the price with the whole of it. */
#include <math.h>

#include "policy/duty.h"
#include "policy/trade_zone.h"

#define LEAST_T         1e-3 /* t a month: nothing came */
#define MOST_REOPENINGS 2

double lode_zone_reference(const lode_trade_zone_own *own, const lode_policy_view *view, int32_t commodity) {
    return own->reference[commodity] / (own->indexed ? 1 : view->deflator);
}

bool lode_zone_pays(const lode_trade_zone_own *own, const lode_world *w, const double *origin, int32_t a) {
    const lode_arc *arc = &w->arcs[a];
    if (!own->is_member[arc->to] || isnan(own->reference[arc->commodity])) {
        return false;
    }
    size_t from = (size_t)arc->commodity * (size_t)w->region_count + (size_t)arc->from;
    return !own->is_member[arc->from] || (origin && origin[from] < own->minimum_origin_share);
}

/* What a kilogram over a link is worth where it arrives. */
static double value_on_arrival(const lode_policy_view *view, const lode_solution *solution, int32_t a,
                               lode_channel channel) {
    const lode_arc *arc = &view->world->arcs[a];
    int32_t to = lode_network_site(view->network, arc->commodity, arc->to, -1);
    if (lode_arc_lag(view->network, a) > 0) {
        return solution->site_later[to];
    }
    return solution->node_price[lode_network_node(view->network, to, lode_arc_class(view->network, a, channel))];
}

/* What users pay for a kilogram at once. Goods with a lag are worth what will be paid for them, which says little of who has run out. */
static double bid_at(const lode_policy_view *view, const lode_solution *solution, int32_t a) {
    const lode_arc *arc = &view->world->arcs[a];
    const int32_t to = lode_network_site(view->network, arc->commodity, arc->to, -1);
    return solution
        ->node_price[lode_network_node(view->network, to, lode_arc_class(view->network, a, LODE_CHANNEL_FREE))];
}

/* What a kilogram that nobody sends would cost; INFINITY where nobody has any, so that what a maker would ask is not known. */
static double cost_on_arrival(const lode_policy_view *view, const lode_solution *solution, int32_t a) {
    const lode_arc *arc = &view->world->arcs[a];
    int32_t from = lode_network_site(view->network, arc->commodity, arc->from, -1);
    if (solution->node_idle[lode_network_sites(view->network)[from].first_node]) {
        return INFINITY;
    }
    double freight = isnan(arc->freight_usd_per_kg) ? 0 : arc->freight_usd_per_kg,
           duty = isnan(arc->duty_usd_per_kg) ? 0 : arc->duty_usd_per_kg;
    return solution->node_price[lode_network_sites(view->network)[from].first_node] + freight + duty +
           view->period->arc_adder[a];
}

lode_zone_landed lode_zone_measure(const lode_trade_zone_own *own, const lode_policy_view *view, const double *origin,
                                   const lode_solution *solution, int32_t commodity, double reference) {
    double tonnes = 0, money = 0, cheapest = INFINITY, bid = 0;
    for (int32_t a = 0; a < view->world->arc_count; a++) {
        if (view->world->arcs[a].commodity != commodity || !lode_zone_pays(own, view->world, origin, a)) {
            continue;
        }
        cheapest = fmin(cheapest, cost_on_arrival(view, solution, a));
        bid = fmax(bid, bid_at(view, solution, a));
        for (int k = 0; k < LODE_CHANNEL_COUNT; k++) {
            double flow = solution->arc_flow[(size_t)a * LODE_CHANNEL_COUNT + (size_t)k];
            tonnes += flow;
            money += flow > 0 ? flow * value_on_arrival(view, solution, a, (lode_channel)k) : 0;
        }
    }
    if (tonnes > LEAST_T * view->months) {
        return (lode_zone_landed){.tonnes = tonnes, .price = money / tonnes};
    }
    bool kept_out = isinf(cheapest) && bid > reference; /* makers abroad stand still over a tariff that is too high */
    return (lode_zone_landed){.tonnes = 0, .price = kept_out ? bid : cheapest};
}

double lode_zone_gap(const lode_zone_state *state, const lode_zone_landed *landed, double reference) {
    return landed->price + state->tariff - state->expected - reference;
}

static void narrow(lode_zone_state *z, const lode_zone_landed *landed, double gap) {
    if (gap < 0 && z->tariff >= z->low) {
        z->low = z->tariff;
        z->low_price = landed->price;
        z->low_t = landed->tonnes;
    } else if (gap > 0 && z->tariff <= z->high) {
        z->high = z->tariff;
        z->high_price = landed->price;
        z->high_t = landed->tonnes;
    }
}

/* A bracket that has closed beside the reference: the tariffs of other goods have moved it, so that it opens again on that side; after a
 * few times it is the price that jumps there. */
static bool reopen(lode_zone_state *z, double gap) {
    z->jumps = ++z->reopened > MOST_REOPENINGS;
    if (z->jumps > 0) {
        return false;
    }
    if (gap < 0) {
        z->high = INFINITY;
    } else {
        z->low = 0;
    }
    return true;
}

/* Secant, kept inside the bracket; its middle where that fails. */
static double next_tariff(lode_zone_state *z, double gap) {
    if (!isnan(z->last_tariff) && fabs(z->tariff - z->last_tariff) > 1e-9) {
        double slope = (gap - z->gap) / (z->tariff - z->last_tariff);
        z->slope = fmin(fmax(slope, 0.05), 10); /* above 1 where the mix of sellers changes */
    }
    double next = fmax(z->tariff - gap / z->slope, 0);
    if (next > z->low && next < z->high) {
        return next;
    }
    return next <= 0 && z->low <= 0 ? 0 : isinf(z->high) ? next : 0.5 * (z->low + z->high);
}

bool lode_zone_step(lode_zone_state *z, const lode_zone_landed *landed, double reference, int32_t round) {
    if (round == 0) {
        z->low = 0;
        z->high = INFINITY;
        z->last_tariff = NAN;
        z->jumps = z->reopened = 0;
        z->slope = z->slope > 0 ? z->slope : 1;
    }
    double gap = lode_zone_gap(z, landed, reference);
    bool good = fabs(gap) <= LODE_ZONE_TOLERANCE * reference || (gap > 0 && z->tariff <= 0) || isinf(gap);
    if (good) {
        return false;
    }
    narrow(z, landed, gap);
    if (z->high - z->low < 0.1 * LODE_ZONE_TOLERANCE * reference && !reopen(z, gap)) {
        return false;
    }
    double next = next_tariff(z, gap);
    z->last_tariff = z->tariff;
    z->gap = gap;
    z->tariff = next;
    z->expected = z->share * next;
    return true;
}
