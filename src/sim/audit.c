/* The audit: every rare-earth element must be where the books say.
 *
 *   on hand + on the way at the opening + mined + scrap collected + sold by policies
 *       =  closing (both) + delivered + disposed + process losses + bought by policies
 *
 * "Mined" is what modes without rare-earth input make; process losses are inputs less outputs of the others, by recipe. Deliveries are
 * what users got of each commodity, substitutes counted as themselves. The result is the gap over the opening plus what was mined, less
 * the crumbs: the market's perturbation gives every node up to 1.5e-7 t for nothing. */
#include <math.h>
#include <string.h>

#include "sim/parts.h"

#define CRUMB 1.5e-7 /* t a node and period */

typedef struct {
    double in, out, crumbs;
} element_book;

static void add(element_book *books, const lode_commodity *c, double quantity, bool in) {
    for (int e = 0; e < LODE_ELEMENT_COUNT; e++) {
        *(in ? &books[e].in : &books[e].out) += quantity * c->content[e];
    }
}

static void add_stocks(const lode_run *run, element_book *books) {
    const lode_world *w = run->world;
    const lode_site *sites = lode_network_sites(run->network);
    const lode_node *nodes = lode_network_nodes(run->network);
    for (int32_t k = 0; k < run->state.shape.nodes; k++) {
        const lode_commodity *c = &w->commodities[sites[nodes[k].site].commodity];
        add(books, c, run->period->opening[k], true); /* arrivals and scrap included */
        add(books, c, run->next.stock[k] + run->solution->disposed[k], false);
        for (int e = 0; e < LODE_ELEMENT_COUNT; e++) {
            books[e].crumbs += CRUMB * c->content[e];
        }
    }
    size_t lags = (size_t)run->state.shape.lags, count = (size_t)run->state.shape.nodes;
    for (size_t i = 0; i < lags * count; i++) {
        const lode_commodity *c = &w->commodities[sites[nodes[i % count].site].commodity];
        add(books, c, i >= count ? run->state.ring[i] : 0, true);
        add(books, c, run->next.ring[i], false);
    }
}

/* Net output of a mode: mined if positive, lost if negative. */
static void add_modes(const lode_run *run, element_book *books) {
    const lode_world *w = run->world;
    for (int32_t m = 0; m < w->mode_count; m++) {
        for (int32_t t = 0; t < w->modes[m].term_count; t++) {
            const lode_mode_term *term = &w->mode_terms[w->modes[m].first_term + t];
            add(books, &w->commodities[term->commodity], term->amount * run->solution->mode_output[m], true);
        }
    }
}

static void add_deliveries(const lode_run *run, element_book *books) {
    const lode_world *w = run->world;
    const lode_demand_line *lines = lode_network_lines(run->network);
    for (int32_t l = 0; l < run->state.shape.lines; l++) {
        add(books, &w->commodities[lines[l].commodity], run->solution->line_served[l], false);
    }
    for (int32_t o = 0; o < w->option_count; o++) {
        const lode_option *option = &w->options[o];
        double factor = option->factor > 0 ? option->factor : 1;
        for (int32_t r = 0; r < w->region_count; r++) {
            double used = run->solution->option_used[o * w->region_count + r];
            add(books, &w->commodities[option->commodity], used, false);
            add(books, &w->commodities[option->instead_of], -used / factor, false);
        }
    }
}

/* What orders buy leaves the trade; what they sell enters it. */
static void add_orders(const lode_run *run, element_book *books) {
    for (int32_t o = 0; o < run->plan->order_count; o++) {
        const lode_order *order = &run->plan->orders[o];
        add(books, &run->world->commodities[order->commodity], run->solution->order_filled[o], !order->buys);
    }
}

void lode_audit_period(const lode_run *run, double *element_error) {
    element_book books[LODE_ELEMENT_COUNT];
    memset(books, 0, sizeof books);
    add_stocks(run, books);
    add_modes(run, books);
    add_deliveries(run, books);
    add_orders(run, books);
    for (int e = 0; e < LODE_ELEMENT_COUNT; e++) {
        double through = fmax(fabs(books[e].in), fabs(books[e].out));
        element_error[e] = through > 1e-3 ? fmax(fabs(books[e].in - books[e].out) - books[e].crumbs, 0) / through : 0;
    }
}
