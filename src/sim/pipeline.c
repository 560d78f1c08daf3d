/* The pipeline: goods at sea and in process, by node, in a ring of the periods that they still need.
 *
 * ring[k][node] arrives k + 1 periods after the last one that was cleared. */
#include <math.h>

#include "sim/parts.h"

int32_t lode_pipeline_lags(const lode_network *n) {
    const lode_world *w = lode_network_world(n);
    int32_t longest = 1;
    for (int32_t a = 0; a < w->arc_count; a++) {
        longest = lode_arc_lag(n, a) > longest ? lode_arc_lag(n, a) : longest;
    }
    for (int32_t m = 0; m < w->mode_count; m++) {
        longest = lode_mode_lag(n, m) > longest ? lode_mode_lag(n, m) : longest;
    }
    return longest;
}

void lode_pipeline_fill(lode_run *run) {
    const lode_site *sites = lode_network_sites(run->network);
    int32_t nodes = run->state.shape.nodes, lags = run->state.shape.lags;
    for (int32_t k = 0; k < nodes; k++) {
        run->period->opening[k] = run->state.stock[k] + run->state.ring[k];
    }
    for (int32_t s = 0; s < run->state.shape.sites; s++) {
        double later = 0, uncovered = 0;
        for (int32_t k = sites[s].first_node; k < sites[s].first_node + sites[s].node_count; k++) {
            for (int32_t lag = 1; lag < lags; lag++) {
                later += run->state.ring[(size_t)lag * (size_t)nodes + (size_t)k];
            }
        }
        for (int32_t lag = 1; lag < lags; lag++) {
            uncovered += run->state.ring[(size_t)lag * (size_t)nodes + (size_t)sites[s].first_node];
        }
        run->period->on_the_way[s] = later;
        run->period->clean_on_the_way[s] = uncovered;
    }
}

static void push(lode_run *run, int32_t site, lode_class class_, int32_t lag, double quantity) {
    int32_t node = lode_network_node(run->network, site, class_);
    run->next.ring[(size_t)(lag - 1) * (size_t)run->next.shape.nodes + (size_t)node] += quantity;
}

static void push_start(lode_run *run, int32_t site, int32_t lag, double quantity) {
    int32_t node = lode_network_sites(run->network)[site].first_node;
    run->state.ring[(size_t)(lag - 1) * (size_t)run->state.shape.nodes + (size_t)node] += quantity;
}

static void push_arcs(lode_run *run) {
    const lode_world *w = run->world;
    for (int32_t a = 0; a < w->arc_count; a++) {
        int32_t lag = lode_arc_lag(run->network, a);
        if (lag > 0) {
            int32_t site = lode_network_site(run->network, w->arcs[a].commodity, w->arcs[a].to, -1);
            const double *flow = &run->solution->arc_flow[a * LODE_CHANNEL_COUNT];
            for (int k = 0; k < LODE_CHANNEL_COUNT; k++) {
                push(run, site, lode_arc_class(run->network, a, (lode_channel)k), lag, flow[k]);
            }
        }
    }
}

static void push_modes(lode_run *run) {
    const lode_world *w = run->world;
    for (int32_t m = 0; m < w->mode_count; m++) {
        int32_t lag = lode_mode_lag(run->network, m);
        double bonded = run->solution->mode_output_bonded[m], covered = run->solution->mode_output_covered[m],
               plain = run->solution->mode_output[m] - bonded - covered;
        bool component = w->commodities[w->modes[m].basis].stage == LODE_STAGE_COMPONENT; /* as in the market */
        for (int32_t t = 0; lag > 0 && t < w->modes[m].term_count; t++) {
            const lode_mode_term *term = &w->mode_terms[w->modes[m].first_term + t];
            int32_t site = lode_network_site(run->network, term->commodity, w->assets[w->modes[m].asset].region, -1);
            if (term->amount > 0) {
                push(run, site, LODE_CLASS_UNCOVERED, lag, term->amount * plain);
                push(run, site, LODE_CLASS_COVERED, lag, term->amount * covered);
                push(run, site, component ? LODE_CLASS_COVERED : LODE_CLASS_BONDED, lag, term->amount * bonded);
            }
        }
    }
}

void lode_pipeline_update(lode_run *run) {
    size_t nodes = (size_t)run->next.shape.nodes, lags = (size_t)run->next.shape.lags;
    for (size_t k = 0; k < nodes; k++) {
        run->next.stock[k] = run->solution->carry[k];
    }
    for (size_t i = 0; i < lags * nodes; i++) {
        run->next.ring[i] = i + nodes < lags * nodes ? run->state.ring[i + nodes] : 0;
    }
    push_arcs(run);
    push_modes(run);
}

void lode_pipeline_start(lode_run *run) {
    const lode_world *w = run->world;
    double dt = lode_clock_dt(&run->clock);
    for (int32_t a = 0; a < w->arc_count; a++) {
        for (int32_t lag = lode_arc_lag(run->network, a); lag > 0; lag--) {
            push_start(run, lode_network_site(run->network, w->arcs[a].commodity, w->arcs[a].to, -1), lag,
                       run->base->arc_flow[a] * dt);
        }
    }
    for (int32_t m = 0; m < w->mode_count; m++) {
        for (int32_t t = 0; t < w->modes[m].term_count; t++) {
            const lode_mode_term *term = &w->mode_terms[w->modes[m].first_term + t];
            int32_t site = lode_network_site(run->network, term->commodity, w->assets[w->modes[m].asset].region, -1);
            for (int32_t lag = lode_mode_lag(run->network, m); lag > 0 && term->amount > 0; lag--) {
                push_start(run, site, lag, term->amount * run->base->mode_output[m] * dt);
            }
        }
    }
}
