/* Expected prices.
 *
 *   Pexp = Pfast^(1-m) Pslow^m,   Pfast' = Pfast + (1 - (1 - a_fast)^months) (p - Pfast), Pslow likewise
 *
 * The fast average alone feeds on itself, the slow one alone never spikes (docs/model.md, 5.1). An announcement that lifts Pexp by a
 * factor f lifts the fast average by f^(1/(1-m)): what happens afterwards corrects it within months. One that names a price (a reference
 * that a trade zone holds) lifts it until no less is expected.
 *
 * Where nobody holds stock by choice goods on the way are worth what they fetch in a month or two: the fast average alone. With the slow
 * one in it makers and shippers trailed every trend, and a growing market was always short (seen: 5% of magnets in 2024); with the last
 * price alone they overshot by half. */
#include <math.h>

#include "sim/parts.h"

#define MOST_TIMES                                                                                                     \
    20 /* the base price: no more is expected where goods only pass, or fast expectations feed on themselves */
#define LEAST_SHARE 0.01 /* of the base price: below it a stock would have no value to compare with */

double lode_expectation_step(double average, double price, double per_month, int32_t months) {
    return average + (1 - pow(1 - per_month, months)) * (price - average);
}

double lode_expected_price(double fast, double slow, double anchor) {
    return fast > 0 && slow > 0 ? pow(fast, 1 - anchor) * pow(slow, anchor) : 0;
}

void lode_expectations_start(lode_run *run) {
    const lode_site *sites = lode_network_sites(run->network);
    for (int32_t s = 0; s < run->state.shape.sites; s++) {
        run->state.fast[s] = run->state.slow[s] = run->base->site_price[s];
        for (int32_t k = 0; k < sites[s].node_count; k++) {
            run->state.node_price[sites[s].first_node + k] = run->base->site_price[s];
        }
    }
}

static double expected_at(const lode_run *run, int32_t s, double anchor) {
    double fast = run->next.fast[s], most = MOST_TIMES * run->base->site_price[s];
    return lode_network_sites(run->network)[s].holds ? lode_expected_price(fast, run->next.slow[s], anchor)
                                                     : fmin(fast, most);
}

/* Lifts the fast average until `least` is expected. */
static double raise_to(lode_run *run, int32_t s, double expected, double least, double anchor) {
    bool both = lode_network_sites(run->network)[s].holds && anchor < 0.99;
    run->next.fast[s] *= pow(least / expected, both ? 1 / (1 - anchor) : 1);
    return expected_at(run, s, anchor);
}

void lode_expectations_fill(lode_run *run) {
    double anchor = lode_world_parameter(run->world, "anchor_m", 0.53);
    for (int32_t s = 0; s < run->state.shape.sites; s++) {
        if (run->announce_price[s] != 1) {
            run->next.fast[s] *= pow(run->announce_price[s], anchor < 0.99 ? 1 / (1 - anchor) : 1);
        }
        run->next.hoard[s] *= run->announce_hoard[s];
        double expected = expected_at(run, s, anchor), least = run->announce_least[s];
        if (expected > 0 && expected < least) {
            expected = raise_to(run, s, expected, least, anchor);
        }
        run->period->expected_price[s] = fmax(expected, LEAST_SHARE * run->base->site_price[s]);
    }
}

static bool site_idle(const lode_run *run, const lode_site *site) {
    bool idle = true;
    for (int32_t k = site->first_node; k < site->first_node + site->node_count; k++) {
        idle = idle && run->solution->node_idle[k];
    }
    return idle;
}

void lode_expectations_update(lode_run *run) {
    const lode_world *w = run->world;
    const lode_site *sites = lode_network_sites(run->network);
    double fast = lode_world_parameter(w, "a_fast", 0.34), slow = lode_world_parameter(w, "a_slow", 0.042);
    for (int32_t s = 0; s < run->state.shape.sites; s++) {
        double price = fmax(lode_site_price(run->network, s, run->solution->node_price, run->solution->node_idle), 0);
        if (site_idle(run, &sites[s])) {
            price = fmax(run->base->site_price[s], run->idle_least[s]); /* a bid that nobody meets says nothing */
        }
        run->next.fast[s] = lode_expectation_step(run->next.fast[s], price, fast, run->clock.months);
        run->next.slow[s] = lode_expectation_step(run->next.slow[s], price, slow, run->clock.months);
    }
    for (int32_t k = 0; k < run->state.shape.nodes; k++) {
        run->next.node_price[k] = run->solution->node_price[k];
    }
}
