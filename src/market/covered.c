/* Covered goods: what taints and where they can be; and what it is worth to hold uncovered goods, of either other class.
 *
 * A good is covered if goods of a covered region are in it. An input of a mode taints its output if it is rare earth, kept apart by
 * class, and worth at least the de-minimis share of what is made, both at reference prices:
 *
 *     amount_in p_in  >=  de_minimis  sum_out amount p        (an input or output without a reference price taints)
 *
 * Output takes the worst class of its tainting inputs, and goods may be downgraded, never upgraded: makers that have some inputs of each
 * class make lots of each, which is what a plant with batches can do.
 *
 * Some uses may take uncovered goods only. What is made or sent for them arrives too late for this period's users, so what it is worth
 * beyond other goods must be expected, or nobody would make it:
 *
 *     clean[s]   uncovered on hand + newly on the way - sum of steps - slack = - uncovered on the way
 *
 * Four steps, a half, a half, one and two of the wanted stock wide, worth 2, 1, 1/2 and 1/4 of the premium expected. */
#include <math.h>
#include <stdlib.h>

#include "market/network_internal.h"

#define CLEAN_STEPS 4
static const double STEP_WIDTH[CLEAN_STEPS] = {0.5, 0.5, 1, 2}, STEP_WORTH[CLEAN_STEPS] = {2, 1, 0.5, 0.25};

/* ---- what taints ---- */

static double reference_price(const lode_world *w, int32_t commodity) {
    const lode_commodity *c = &w->commodities[commodity];
    return c->crude_of >= 0 ? w->commodities[c->crude_of].ref_price_usd_per_kg : c->ref_price_usd_per_kg;
}

bool lode_worth_counting(const lode_world *w, const lode_mode *mode, const lode_mode_term *input, double de_minimis) {
    double made = 0;
    for (int32_t t = 0; t < mode->term_count; t++) {
        const lode_mode_term *term = &w->mode_terms[mode->first_term + t];
        if (term->amount > 0)
            made += term->amount * reference_price(w, term->commodity);
    }
    double value = -input->amount * reference_price(w, input->commodity);
    return !(value < de_minimis * made); /* also where a price is unknown */
}

bool lode_input_taints(const lode_network *n, const lode_mode *mode, const lode_mode_term *input, lode_class class_) {
    int32_t site = lode_input_site(n, mode, input->commodity);
    if (site == LODE_NONE || !lode_holds_rare_earth(n->world, input->commodity) || !lode_site_has(n, site, class_))
        return false;
    if (class_ != LODE_CLASS_COVERED)
        return true;
    size_t place = (size_t)input->commodity * (size_t)n->world->region_count + (size_t)n->sites[site].region;
    return n->can_cover[place] && lode_worth_counting(n->world, mode, input, n->spec.de_minimis);
}

/* ---- where covered goods can be ---- */

static size_t place_of(const lode_network *n, int32_t commodity, int32_t region) {
    return (size_t)commodity * (size_t)n->world->region_count + (size_t)region;
}

static bool spread_by_arcs(lode_network *n, const bool *can_export) {
    const lode_world *w = n->world;
    bool more = false;
    for (int32_t a = 0; a < w->arc_count; a++) {
        const lode_arc *arc = &w->arcs[a];
        size_t from = place_of(n, arc->commodity, arc->from), to = place_of(n, arc->commodity, arc->to);
        if (!n->covered[arc->commodity] || !can_export[from] || n->can_cover[to])
            continue;
        if (n->covered_regions[arc->from] || n->can_cover[from])
            n->can_cover[to] = more = true;
    }
    return more;
}

static bool spread_by_modes(lode_network *n) {
    const lode_world *w = n->world;
    bool more = false;
    for (int32_t m = 0; m < w->mode_count; m++) {
        const lode_mode *mode = &w->modes[m];
        bool tainted = false;
        for (int32_t t = 0; t < mode->term_count && !tainted; t++) {
            const lode_mode_term *term = &w->mode_terms[mode->first_term + t];
            tainted = term->amount < 0 && lode_input_taints(n, mode, term, LODE_CLASS_COVERED);
        }
        for (int32_t t = 0; t < mode->term_count && tainted; t++) {
            const lode_mode_term *term = &w->mode_terms[mode->first_term + t];
            size_t place = place_of(n, term->commodity, w->assets[mode->asset].region);
            if (term->amount > 0 && n->covered[term->commodity] && !n->can_cover[place])
                n->can_cover[place] = more = true;
        }
    }
    return more;
}

static bool spread_by_finishing(lode_network *n) {
    const lode_world *w = n->world;
    bool more = false;
    for (int32_t c = 0; c < w->commodity_count; c++)
        for (int32_t r = 0; w->commodities[c].crude_of >= 0 && r < w->region_count; r++) {
            size_t to = place_of(n, w->commodities[c].crude_of, r);
            if (n->can_cover[place_of(n, c, r)] && !n->can_cover[to])
                n->can_cover[to] = more = true;
        }
    return more;
}

lode_code lode_covered_reach(lode_network *n, const bool *can_export) {
    if (!n->covered)
        return LODE_OK;
    size_t places = (size_t)n->world->commodity_count * (size_t)n->world->region_count;
    n->can_cover = calloc(places + 1, sizeof *n->can_cover);
    if (!n->can_cover)
        return LODE_NOMEM;
    for (int32_t o = 0; o < n->spec.order_count; o++) {
        const lode_order *order = &n->orders[o];
        if (!order->buys && lode_order_best(order) == LODE_CLASS_COVERED)
            n->can_cover[place_of(n, order->commodity, order->region)] = true;
    }
    bool more = true;
    while (more) {
        more = spread_by_arcs(n, can_export);
        more = spread_by_modes(n) || more;
        more = spread_by_finishing(n) || more;
    }
    return LODE_OK;
}

bool lode_covered_can_leave(const lode_network *n, const lode_arc *arc) {
    int32_t from = lode_network_site(n, arc->commodity, arc->from, -1);
    return n->covered && lode_site_has(n, from, LODE_CLASS_COVERED) &&
           n->can_cover[place_of(n, arc->commodity, arc->from)];
}

/* ---- what uncovered stock is worth ---- */

void lode_clean_rows(lode_network *n) {
    for (int32_t s = 0; n->clean_row && s < n->site_count; s++) {
        const lode_site *site = &n->sites[s];
        bool kept_apart = site->use < 0 && site->stock_row != LODE_NONE && site->node_count > 1;
        n->clean_row[s] = kept_apart ? lode_builder_row(&n->matrix, 0, 0) : LODE_NONE;
    }
}

void lode_clean_columns(lode_network *n, int32_t s) {
    if (!n->clean_row || n->clean_row[s] == LODE_NONE)
        return;
    for (int k = 0; k <= CLEAN_STEPS; k++) { /* the last one is the slack */
        int32_t j = lode_builder_column(&n->matrix, 0, 0, k < CLEAN_STEPS ? 0 : INFINITY);
        if (k == 0)
            n->clean_column[s] = j;
        lode_builder_term(&n->matrix, n->clean_row[s], -1);
    }
}

void lode_clean_apply(lode_network *n, const lode_period *t) {
    for (int32_t s = 0; n->clean_row && s < n->site_count; s++) {
        if (n->clean_row[s] == LODE_NONE)
            continue;
        double way = -t->clean_on_the_way[s];
        lode_lp_row_low(n->lp)[n->clean_row[s]] = lode_lp_row_high(n->lp)[n->clean_row[s]] = way;
        for (int k = 0; k < CLEAN_STEPS; k++) {
            n->base_cost[n->clean_column[s] + k] = -STEP_WORTH[k] * fmax(t->clean_premium[s], 0);
            lode_lp_high(n->lp)[n->clean_column[s] + k] = STEP_WIDTH[k] * fmax(t->clean_target[s], 0);
        }
    }
}
