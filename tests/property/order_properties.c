/* What must hold of a clearing in which policies buy, sell, subsidise and hold floors, in any world. */
#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "books.h"

#define ORDERS 6
#define USED   1e-3 /* t: above a kilogram a flow counts as used */

/* Opens the market of a trial with orders at places drawn from its seed, half of them with a budget. */
static verdict open_with_orders(trial *t, market *m) {
    verdict v = market_open(t, t->world, "world", m);
    if (v != HOLDS) {
        return v;
    }
    static const char *const names[ORDERS] = {"one", "two", "three", "four", "five", "six"};
    lode_order orders[ORDERS] = {{.name = ""}};
    for (int o = 0; o < ORDERS; o++) {
        double u[2] = {lode_uniform(t->seed, 11, (uint64_t)o), lode_uniform(t->seed, 12, (uint64_t)o)};
        orders[o] = (lode_order){.name = names[o],
                                 .commodity = (int32_t)(u[0] * m->world->commodity_count),
                                 .region = (int32_t)(u[1] * m->world->region_count),
                                 .buys = o % 3 != 2};
    }
    const lode_network_spec spec = {.use_terms = true, .orders = orders, .order_count = ORDERS};
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
    return HOLDS;
}

/* Quantities, prices and budgets around what the market has seen. */
static void place_orders(const trial *t, market *m, uint64_t round) {
    for (int o = 0; o < ORDERS; o++) {
        const lode_order *order = lode_network_order(m->network, o);
        double u = lode_uniform(t->seed, 13 + round, (uint64_t)o), price = price_at(m, order->commodity, order->region);
        double near = isnan(price) || price <= 0.01 ? 1 : price;
        m->period->order_quantity[o] = 20 * u;
        m->period->order_price[o] = near * (0.6 + u);
        m->period->order_budget[o] = o % 2 ? near * 5 : INFINITY;
    }
}

static verdict check_balance(trial *t, const market *m) {
    const lode_world *w = m->world;
    for (int32_t c = 0; c < w->commodity_count; c++) {
        for (int32_t r = 0; r < w->region_count; r++) {
            double gap, through;
            balance_of(m->network, m->period, m->solution, c, r, &gap, &through);
            if (!(fabs(gap) <= 1e-9 * through + CRUMBS_T)) {
                return fails(t, "mass: %s in %s is off by %.3g t of %.6g t", w->commodities[c].id, w->regions[r].id,
                             gap, through);
            }
        }
    }
    return HOLDS;
}

/* A buyer takes all it may below its price and nothing above; what it spends is within its budget, and all of it where the price is what
 * stops it. A seller the other way round. */
static verdict check_order(trial *t, const market *m, int o) {
    const lode_order *order = lode_network_order(m->network, o);
    double price = price_at(m, order->commodity, order->region), cap = m->period->order_price[o],
           got = m->solution->order_filled[o], most = m->period->order_quantity[o], budget = m->period->order_budget[o],
           room = 10 * m->tolerance * fmax(fabs(price), fmax(fabs(cap), 0.01));
    if (isnan(price)) {
        return got == 0 ? HOLDS : fails(t, "nowhere: an order without a market gets %.3g t", got);
    }
    double sign = order->buys ? 1 : -1;
    bool full = got >= most - 1e-6 || got * price >= budget * (1 - 10 * m->tolerance) - 1e-6;
    if (got > most + 1e-6 || (order->buys && got * price > budget * (1 + 10 * m->tolerance) + 1e-6)) {
        return fails(t, "too much: order %d takes %.6g t at %.6g, may %.6g t for %.6g", o, got, price, most, budget);
    }
    if (got > USED && sign * (price - cap) > room) {
        return fails(t, "bad bargain: order %d deals %.6g t at %.6g, its price is %.6g", o, got, price, cap);
    }
    if (!full && sign * (cap - price) > room) {
        return fails(t, "left out: order %d has %.6g of %.6g t at %.6g, its price is %.6g", o, got, most, price, cap);
    }
    return HOLDS;
}

static verdict look_at_orders(trial *t) {
    market m;
    verdict v = open_with_orders(t, &m);
    v = v == HOLDS ? market_clear(t, &m) : v;
    for (uint64_t round = 0; round < 4 && v == HOLDS; round++) {
        place_orders(t, &m, round);
        v = market_clear(t, &m);
        v = v == UNSOLVED ? FAILS : v;
        v = v == HOLDS ? check_balance(t, &m) : v;
        for (int o = 0; o < ORDERS && v == HOLDS; o++) {
            v = check_order(t, &m, o);
        }
    }
    market_close(&m);
    return v;
}

/* Orders of nothing leave prices and welfare where they are without any. */
static verdict look_at_no_orders(trial *t) {
    market m, plain = {0};
    verdict v = open_with_orders(t, &m);
    v = v == HOLDS ? market_clear(t, &m) : v;
    v = v == HOLDS ? market_open(t, t->world, "plain", &plain) : v;
    v = v == HOLDS ? market_clear(t, &plain) : v;
    if (v == HOLDS) {
        double a = m.solution->objective_kusd, b = plain.solution->objective_kusd;
        v = fabs(a - b) <= 2e-6 * (1 + fabs(a)) ? HOLDS
                                                : fails(t, "welfare: %.12g with orders of nothing, %.12g", a, b);
    }
    market_close(&m);
    market_close(&plain);
    return v;
}

/* A subsidy on one mode never makes less of it, a floor neither; and each clears. */
static verdict look_at_supports(trial *t) {
    market m;
    verdict v = market_open(t, t->world, "world", &m);
    v = v == HOLDS ? market_clear(t, &m) : v;
    int32_t modes = v == HOLDS ? m.world->mode_count : 0;
    for (int32_t k = 0; k < 4 && k < modes && v == HOLDS; k++) {
        int32_t mode = (int32_t)(lode_uniform(t->seed, 21, (uint64_t)k) * modes);
        double before = m.solution->mode_output[mode], scale, margin = fabs(mode_margin(&m, mode, &scale));
        (k % 2 ? m.period->mode_floor : m.period->mode_adder)[mode] = (k % 2 ? 1.3 : -0.3) * fmax(margin, 0.1);
        v = market_clear(t, &m);
        v = v == UNSOLVED ? FAILS : v;
        v = v == HOLDS ? check_balance(t, &m) : v;
        double after = v == HOLDS ? m.solution->mode_output[mode] : before;
        if (after < before * (1 - 1e3 * m.tolerance) - 0.01) {
            v = fails(t, "less: %.9g t of mode %d with support, %.9g without", after, (int)mode, before);
        }
        m.period->mode_floor[mode] = NAN;
        m.period->mode_adder[mode] = 0;
        v = v == HOLDS ? market_clear(t, &m) : v;
    }
    market_close(&m);
    return v;
}

const property order_properties[] = {
    {"orders keep their word", WORLD_ANY, 1, look_at_orders, NULL},
    {"orders keep their word, linear worlds", WORLD_LINEAR, 1, look_at_orders, NULL},
    {"orders of nothing are nothing", WORLD_ANY, 2, look_at_no_orders, NULL},
    {"supports make no less", WORLD_ANY, 1, look_at_supports, NULL},
    {"supports make no less, linear worlds", WORLD_LINEAR, 1, look_at_supports, NULL},
    {0},
};
