/* What theory says: the equilibrium of Takayama and Judge on random numbers, and the signs of Brown and Eggert. */
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "books.h"
#include "trade_patterns.h"

/* ---- Takayama and Judge ---- */

/* The problem that a world of linear supply and demand poses for one good; false if it is not one of three regions, each with a plant
 * and a use of the good. */
static bool read_problem(const lode_world *w, int32_t good, trade_problem *t) {
    unsigned seen = 0;
    *t = (trade_problem){0};
    for (int32_t k = 0; k + 1 < w->cost_point_count && w->region_count == PLACES; k++) {
        const lode_cost_point *low = &w->cost_points[k], *high = &w->cost_points[k + 1];
        const lode_asset *plant = &w->assets[low->asset];
        bool makes = w->mode_terms[w->modes[lode_asset_first_mode(w, low->asset)].first_term].commodity == good;
        if (makes && low->asset == high->asset && low->form == LODE_FORM_LINEAR && low->utilisation == 0) {
            t->a[plant->region] = low->cost_usd_per_kg;
            t->b[plant->region] = (high->cost_usd_per_kg - low->cost_usd_per_kg) / plant->capacity_t_per_year;
            seen |= t->b[plant->region] > 0 ? 1u << plant->region : 0;
        }
    }
    for (int32_t k = 0; k < w->demand_count && w->region_count == PLACES; k++) {
        const lode_demand *use = &w->demands[k];
        if (use->commodity == good && use->form == LODE_FORM_LINEAR) {
            t->c[use->region] = use->intercept_usd_per_kg;
            t->e[use->region] = use->slope_usd_per_kg_per_t;
            seen |= t->e[use->region] > 0 ? 1u << (PLACES + use->region) : 0;
        }
    }
    for (int i = 0; i < PLACES * PLACES; i++) {
        t->freight[i / PLACES][i % PLACES] = INFINITY;
    }
    for (int32_t k = 0; k < w->arc_count; k++) {
        if (w->arcs[k].commodity == good && w->region_count == PLACES) {
            t->freight[w->arcs[k].from][w->arcs[k].to] = w->arcs[k].freight_usd_per_kg;
        }
    }
    return seen == (1u << 2 * PLACES) - 1;
}

/* Where nothing is made, used or moved, any price between the best bid and the cheapest offer is an equilibrium. */
static bool trades(const trade_problem *t, int32_t r) {
    double sum = t->made[r] + t->used[r];
    for (int32_t k = 0; k < PLACES; k++) {
        sum += t->flow[r][k] + t->flow[k][r];
    }
    return sum > 1e-9;
}

/* A quantity moves by (error of a price) / slope, so flows are held to 1e-5. */
static verdict compare_trade(trial *t, const market *m, const trade_problem *problem, int32_t good) {
    const lode_world *w = m->world;
    for (int32_t r = 0; r < PLACES; r++) {
        double p = price_at(m, good, r);
        if (trades(problem, r) && !(fabs(p - problem->price[r]) <= 1e-6 * problem->price[r])) {
            return fails(t, "price: %s in %s at %.10g, should be %.10g", w->commodities[good].id, w->regions[r].id, p,
                         problem->price[r]);
        }
    }
    for (int32_t a = 0; a < w->arc_count; a++) {
        const lode_arc *arc = &w->arcs[a];
        double flow = m->solution->arc_flow[a * LODE_CHANNEL_COUNT], right = problem->flow[arc->from][arc->to];
        if (arc->commodity == good && !(fabs(flow - right) <= 1e-5 * fmax(right, 1))) {
            return fails(t, "flow: %s %s to %s, %.10g t, should be %.10g t", w->commodities[good].id,
                         w->regions[arc->from].id, w->regions[arc->to].id, flow, right);
        }
    }
    return HOLDS;
}

static verdict look_at_trade(trial *t) {
    market m;
    verdict v = market_open(t, t->world, "world", &m);
    v = v == HOLDS ? market_clear(t, &m) : v;
    for (int32_t good = 0; v == HOLDS && good < m.world->commodity_count; good++) {
        trade_problem problem;
        v = read_problem(m.world, good, &problem) && trade_solve(&problem) ? HOLDS : INVALID;
        v = v == HOLDS ? compare_trade(t, &m, &problem, good) : v;
    }
    market_close(&m);
    return v;
}

/* ---- Brown and Eggert (2018) ---- */

static double mined(const market *m) {
    double sum = 0;
    for (int32_t k = 0; k < m->world->mode_count; k++) {
        bool mine = m->world->processes[m->world->assets[m->world->modes[k].asset].process].stage == LODE_STAGE_MINE;
        sum += mine ? m->solution->mode_output[k] : 0;
    }
    return sum;
}

/* One more buyer of the oxide in row `row` of commodities.csv, hardly elastic, of a tenth to a half of its use. */
static draft *with_stockpile(const trial *t, int32_t row, double tonnes) {
    draft *d = draft_copy(t->world);
    const char *oxide = draft_get(d, LODE_TABLE_COMMODITIES, row, "commodity"),
               *region = draft_get(d, LODE_TABLE_REGIONS, 0, "region");
    draft_add(d, LODE_TABLE_SEGMENTS, "segment", "stockpile", "elasticity", "-0.02", "choke", "40", NULL);
    draft_add(d, LODE_TABLE_DEMAND, "segment", "stockpile", "region", region, "commodity", oxide, "year", "2024",
              "form", "isoelastic", "quantity_t", draft_number(d, tonnes), NULL);
    return d;
}

static bool is_oxide(const lode_world *w, int32_t c) {
    return w->commodities[c].crude_of < 0 && w->commodities[c].ore < 0;
}

/* One ore, all its oxides sold apart: buying one raises its price and ore output, and lowers the other oxides' prices. A price stays
 * where it is only at its floor (a surplus is disposed of), at a choke, or when the mine is full. */
static verdict compare_stockpile(trial *t, const market *before, const market *after, int32_t bought) {
    const lode_world *w = before->world;
    double room = 5 * before->tolerance;
    if (mined(after) < mined(before) * (1 - room)) {
        return fails(t, "ore output falls: from %.9g to %.9g t", mined(before), mined(after));
    }
    for (int32_t c = 0; c < w->commodity_count; c++) {
        double p = price_at(before, c, 0), q = price_at(after, c, 0);
        double change = (q - p) / fmax(fabs(p), 0.01);
        if (is_oxide(w, c) && (c == bought ? change < -room : change > room)) {
            return fails(t, "%s: %s goes from %.9g to %.9g when %s is bought",
                         c == bought ? "its price falls" : "another price rises", w->commodities[c].id, p, q,
                         w->commodities[bought].id);
        }
    }
    return HOLDS;
}

/* Is the oxide scarce: is none of it thrown away, and does a tonne more mean more ore? Then the signs must be strict. */
static verdict must_move(trial *t, const market *before, const market *after, int32_t bought) {
    double p = price_at(before, bought, 0), q = price_at(after, bought, 0), choke = INFINITY;
    for (int32_t l = 0; l < lode_network_line_count(before->network); l++) {
        choke = fmin(choke, lode_network_lines(before->network)[l].choke);
    }
    for (int32_t k = 0; k < lode_network_node_count(before->network); k++) {
        if (before->solution->disposed[k] > 0 || after->solution->disposed[k] > 0) {
            return HOLDS;
        }
    }
    for (int32_t a = 0; a < before->world->asset_count; a++) {
        if (before->solution->asset_dual[a] > 0 || after->solution->asset_dual[a] > 0) {
            return HOLDS;
        }
    }
    if (q >= choke * 0.999 || p >= choke * 0.999) {
        return HOLDS;
    }
    return q > p * (1 + 1e-4) && mined(after) > mined(before) * (1 + 1e-6)
               ? HOLDS
               : fails(t, "nothing moves: %s from %.9g to %.9g, ore from %.9g to %.9g t",
                       before->world->commodities[bought].id, p, q, mined(before), mined(after));
}

static verdict look_at_stockpile(trial *t) {
    market before, after = {0};
    verdict v = market_open(t, t->world, "world", &before);
    v = v == HOLDS ? market_clear(t, &before) : v;
    if (v == HOLDS) {
        int32_t bought = (int32_t)(t->seed % 3); /* oxides come first in these worlds, at least three of them */
        double use = 0;
        for (int32_t l = 0; l < lode_network_line_count(before.network); l++) {
            use += lode_network_lines(before.network)[l].commodity == bought ? before.solution->line_served[l] : 0;
        }
        double share = 0.1 + 0.4 * lode_uniform(t->seed, lode_key_text("stockpile"), 0);
        v = market_open(t, with_stockpile(t, bought, fmax(share * use, 1)), "after", &after);
        v = v == HOLDS ? market_clear(t, &after) : v;
        v = v == HOLDS ? compare_stockpile(t, &before, &after, bought) : v;
        v = v == HOLDS ? must_move(t, &before, &after, bought) : v;
    }
    market_close(&before);
    market_close(&after);
    return v;
}

/* The market of the trial's world with a buyer of `tonnes` of an oxide, as a stockpile puts it: an order at any price. */
static verdict open_with_buyer(trial *t, market *m, int32_t oxide, double tonnes) {
    verdict v = market_open(t, t->world, "after", m);
    if (v != HOLDS) {
        return v;
    }
    const lode_order order = {.name = "stockpile", .commodity = oxide, .region = 0, .buys = true};
    const lode_network_spec spec = {.use_terms = true, .orders = &order, .order_count = 1};
    lode_solution_free(m->solution);
    lode_period_free(m->period);
    lode_network_free(m->network);
    m->solution = NULL;
    m->period = NULL;
    m->network = NULL;
    if (lode_network_new(&m->network, m->world, &spec) != LODE_OK ||
        lode_period_new(&m->period, m->network) != LODE_OK || lode_solution_new(&m->solution, m->network) != LODE_OK) {
        return fails(t, "no memory");
    }
    lode_period_from_world(m->period, m->network, m->world->base_year, 1);
    m->period->order_quantity[0] = tonnes;
    m->period->order_price[0] = 1e6;
    return HOLDS;
}

/* The same signs where the buyer is an order. Its price is beyond all others', so that it is filled. */
static verdict look_at_order(trial *t) {
    market before, after = {0};
    verdict v = market_open(t, t->world, "world", &before);
    v = v == HOLDS ? market_clear(t, &before) : v;
    if (v == HOLDS) {
        int32_t bought = (int32_t)(t->seed % 3);
        double made = 0;
        for (int32_t l = 0; l < lode_network_line_count(before.network); l++) {
            made += lode_network_lines(before.network)[l].commodity == bought ? before.solution->line_served[l] : 0;
        }
        double tonnes = made * (0.05 + 0.2 * lode_uniform(t->seed, lode_key_text("order"), 0));
        v = open_with_buyer(t, &after, bought, tonnes);
        v = v == HOLDS ? market_clear(t, &after) : v;
        if (v == HOLDS && !(fabs(after.solution->order_filled[0] - tonnes) <= 1e-6 * tonnes + 1e-6)) {
            v = fails(t, "the order got %.9g of %.9g t", after.solution->order_filled[0], tonnes);
        }
        v = v == HOLDS ? compare_stockpile(t, &before, &after, bought) : v;
        v = v == HOLDS && tonnes > 0.01 * made && made > 0 ? must_move(t, &before, &after, bought) : v;
    }
    market_close(&before);
    market_close(&after);
    return v;
}

const property economics_properties[] = {
    {"Takayama and Judge by trade patterns", WORLD_TRADE, 1, look_at_trade, NULL},
    {"Takayama and Judge, plants far too large", WORLD_TRADE_LARGE, 1, look_at_trade, NULL},
    {"Brown and Eggert: stockpiling one oxide of an ore", WORLD_ONE_ORE, 1, look_at_stockpile, NULL},
    {"Brown and Eggert: an order of a stockpile for one oxide of an ore", WORLD_ONE_ORE, 1, look_at_order, NULL},
    {0},
};
