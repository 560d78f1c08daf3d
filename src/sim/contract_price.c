/* What plants are paid and pay, and what their lenders count on.
 *
 *   paid(c, r)    (1 - k) min(P, P_inside + way) + k P      k = spot_share, where the incumbent sells there; else P
 *   built up      P_base + sum over elements of content x (paid oxide - its base price)      metals, alloys, swarf
 *   feed          min(P, P_base + 0.9 x the same sum)                                        concentrates, which are of one ore
 *
 * P is the price of the period, the slow expectation or any other, as the caller says. Contracts follow the price inside and what it costs to
 * bring the good (docs/model.md, 5); the rent of a licence is earned on a tenth of what is sold, and finances nothing. Goods between oxide
 * and magnet have no market of their own to speak of: what is paid for them moves with the oxides in them, so that who buys and who makes
 * them keep their margins; their duals wander by a tenth from month to month, and margins are not much more than that. Feed is worth what
 * its oxides are (recovery about nine tenths), and less where there is more of it than plants can take. */
#include <math.h>

#include "sim/parts.h"
#include "sim/projects.h"

#define TRICKLE  0.1 /* of the base flow: below it the incumbent does not sell there */
#define RECOVERY 0.9

static double or_zero(double x) {
    return isnan(x) ? 0 : x;
}

double lode_paid_price(const lode_run *run, int32_t site, lode_price_of market) {
    const lode_world *w = run->world;
    const lode_projects *p = run->projects;
    const lode_site *s = &lode_network_sites(run->network)[site];
    double here = market(run, site), share = lode_world_parameter(w, "spot_share", 0.1);
    for (int32_t i = p->arc_at[s->commodity]; i < p->arc_at[s->commodity + 1]; i++) {
        const lode_arc *arc = &w->arcs[p->arcs[i]];
        if (arc->from != w->controlling_region || arc->to != s->region) {
            continue;
        }
        if (run->next.arc_flow[p->arcs[i]] <= TRICKLE * run->base->arc_flow[p->arcs[i]] / 12) {
            return here;
        }
        int32_t inside = lode_network_site(run->network, s->commodity, arc->from, -1);
        double brought = market(run, inside) + or_zero(arc->freight_usd_per_kg) + or_zero(arc->duty_usd_per_kg) +
                         run->period->arc_adder[p->arcs[i]];
        return share * here + (1 - share) * fmin(here, brought);
    }
    return here;
}

/* Where the price of an oxide is read for a region: there, else inside; -1. */
static int32_t oxide_site(const lode_run *run, int32_t oxide, int32_t region) {
    int32_t inside = run->world->controlling_region, there = lode_network_site(run->network, oxide, region, -1);
    return there >= 0 || inside < 0 ? there : lode_network_site(run->network, oxide, inside, -1);
}

/* What the oxides in a kg are paid more than in the base year. */
static double oxides_more(const lode_run *run, const lode_commodity *c, int32_t region, lode_price_of market) {
    double sum = 0;
    for (int e = 0; e < LODE_ELEMENT_COUNT; e++) {
        int32_t oxide = run->projects->oxide_of[e];
        int32_t there = c->content[e] > 0 && oxide >= 0 ? oxide_site(run, oxide, region) : -1;
        if (there >= 0) {
            sum += c->content[e] * (lode_paid_price(run, there, market) - run->base->site_price[there]);
        }
    }
    return sum;
}

double lode_contract_price(const lode_run *run, int32_t site, lode_price_of market) {
    const lode_site *s = &lode_network_sites(run->network)[site];
    const lode_commodity *c = &run->world->commodities[s->commodity];
    double base = run->base->site_price[site];
    if (c->ore >= 0) {
        return fmax(0, fmin(market(run, site), base + RECOVERY * oxides_more(run, c, s->region, market)));
    }
    if (c->stage == LODE_STAGE_METAL || c->stage == LODE_STAGE_ALLOY || c->stage == LODE_STAGE_RECYCLING) {
        return fmax(0, base + oxides_more(run, c, s->region, market));
    }
    return lode_paid_price(run, site, market);
}

double lode_price_spot(const lode_run *run, int32_t site) {
    return lode_site_price(run->network, site, run->solution->node_price, run->solution->node_idle);
}

double lode_price_slow(const lode_run *run, int32_t site) {
    return run->next.slow[site];
}

double lode_price_expected(const lode_run *run, int32_t site) {
    return run->period->expected_price[site];
}

double lode_price_base(const lode_run *run, int32_t site) {
    return run->base->site_price[site];
}
