/* Orders: what policies buy from the trade and sell to it.
 *
 *   buys    steps of its curve, from its node or, where the site keeps several classes that it may take, from a link row:
 *               sum over classes of what it takes - steps of the curve  =  0
 *           The curve is level at order_price up to order_quantity; with a budget B it is min(order_price, B/q), which spends B whatever
 *           the price (docs/model.md, section 6: a unit-elastic buyer).
 *   sells   one column to the node of the best class it holds, at order_price, up to order_quantity: a ceiling on the price for as long
 *           as it lasts. Users and the trade may take goods for worse ones, so one column is enough.
 *
 * A seller may sell to users of one class who hold goods of their own: then to their node.
 *
 * What is sold may go where goods of that place may go: an order opens no links, or it would change the market while it does nothing.
 * Where the trade of the region has no site for the commodity, nobody there makes, uses, holds or moves it: the order stays unfilled. */
#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "market/network_internal.h"

#define MOST_T   1e9 /* t: stands for any quantity */
#define MOST_USD 1e6 /* USD/kg: stands for any price */

static bool any_class(const lode_order *order) {
    for (int k = 0; k < LODE_CLASS_COUNT; k++)
        if (order->classes[k])
            return false;
    return true;
}

static bool deals_in(const lode_order *order, lode_class class_) {
    return order->classes[class_] || any_class(order);
}

lode_class lode_order_best(const lode_order *order) {
    int k = 0;
    while (k + 1 < LODE_CLASS_COUNT && !deals_in(order, (lode_class)k))
        k++;
    return (lode_class)k;
}

static lode_code add_steps(lode_network *n, int32_t order, int32_t row) {
    int32_t group = lode_group_add(n, LODE_GROUP_ORDER, order, -1,
                                   lode_key_mix(lode_key_text("order"), lode_key_text(n->orders[order].name)));
    n->order_group[order] = group;
    if (group == LODE_NONE)
        return LODE_NOMEM;
    for (int32_t s = 0; s < n->groups[group].segments; s++) {
        int32_t j = lode_builder_column(&n->matrix, 0, 0, 0);
        if (s == 0)
            n->groups[group].first_column = j;
        lode_builder_term(&n->matrix, row, -1);
    }
    return LODE_OK;
}

/* Nodes of a site that the order may take from, by their place at the site; returns how many. */
static int32_t mark_nodes(const lode_network *n, int32_t order, int32_t site, bool takes[LODE_CLASS_COUNT]) {
    int32_t count = 0;
    for (int k = 0; k < LODE_CLASS_COUNT; k++)
        takes[k] = false;
    for (int k = 0; k < LODE_CLASS_COUNT; k++) {
        int32_t place = lode_network_node(n, site, (lode_class)k) - n->sites[site].first_node;
        if (deals_in(&n->orders[order], (lode_class)k) && !takes[place]) {
            takes[place] = true;
            count++;
        }
    }
    return count;
}

static lode_code add_buyer(lode_network *n, int32_t order, int32_t site) {
    bool takes[LODE_CLASS_COUNT];
    int32_t *column = &n->order_column[order * LODE_CLASS_COUNT], first = n->sites[site].first_node;
    if (mark_nodes(n, order, site, takes) == 1) {
        int32_t place = 0;
        while (!takes[place])
            place++;
        return add_steps(n, order, first + place);
    }
    int32_t row = lode_builder_row(&n->matrix, 0, 0);
    for (int32_t k = 0; k < n->sites[site].node_count; k++) {
        if (!takes[k])
            continue;
        column[n->nodes[first + k].class_] = lode_builder_column(&n->matrix, 0, 0, INFINITY);
        lode_builder_term(&n->matrix, first + k, -1);
        lode_builder_term(&n->matrix, row, 1);
    }
    return add_steps(n, order, row);
}

static void add_seller(lode_network *n, int32_t order, int32_t site) {
    int32_t node = lode_network_node(n, site, lode_order_best(&n->orders[order]));
    n->order_column[order * LODE_CLASS_COUNT + (int32_t)n->nodes[node].class_] =
        lode_builder_column(&n->matrix, 0, 0, 0);
    lode_builder_term(&n->matrix, node, 1);
}

lode_code lode_orders_build(lode_network *n) {
    lode_code code = LODE_OK;
    for (int32_t o = 0; o < n->spec.order_count && code == LODE_OK; o++) {
        const int32_t use = n->orders[o].to_users ? (int32_t)n->orders[o].use : -1;
        int32_t site = lode_network_site(n, n->orders[o].commodity, n->orders[o].region, use);
        n->order_group[o] = LODE_NONE;
        for (int k = 0; k < LODE_CLASS_COUNT; k++)
            n->order_column[o * LODE_CLASS_COUNT + k] = LODE_NONE;
        if (site == LODE_NONE)
            continue;
        if (n->orders[o].buys)
            code = add_buyer(n, o, site);
        else
            add_seller(n, o, site);
    }
    return n->matrix.failed ? LODE_NOMEM : code;
}

/* ---- the period's numbers ---- */

static double positive(double x, double most) {
    return x > 0 ? fmin(x, most) : 0; /* NaN counts as none */
}

static lode_code level(lode_group *g, double quantity, double price) {
    if (g->point_room < 2) {
        double *p = realloc(g->points, 4 * sizeof *p);
        if (!p)
            return LODE_NOMEM;
        g->points = p;
        g->point_room = 2;
    }
    g->points[0] = 0;
    g->points[1] = quantity;
    g->points[2] = g->points[3] = price;
    g->curve = (lode_curve){.kind = LODE_CURVE_POINTS, .falling = true, .q_max = quantity};
    g->curve.u.points.count = 2;
    g->curve.u.points.q = g->points;
    g->curve.u.points.p = g->points + 2;
    return LODE_OK;
}

lode_code lode_orders_curve(const lode_network *n, lode_group *g, const lode_period *t) {
    (void)n;
    double price = fmin(t->order_price[g->object], MOST_USD), quantity = positive(t->order_quantity[g->object], MOST_T);
    double budget = t->order_budget[g->object];
    if (!(budget > 0) || isnan(price))
        quantity = price = 0;
    if (isinf(budget) || price <= 0 || price * quantity <= budget) /* the budget does not bind */
        return level(g, quantity, price);
    g->curve = (lode_curve){.kind = LODE_CURVE_BUDGET, .falling = true, .q_max = quantity};
    g->curve.u.budget.money = budget;
    g->curve.u.budget.cap = price;
    if (g->centre <= 0)
        g->centre = budget / price;
    return LODE_OK;
}

void lode_orders_apply(lode_network *n, const lode_period *t) {
    for (int32_t o = 0; o < n->spec.order_count; o++)
        for (int k = 0; !n->orders[o].buys && k < LODE_CLASS_COUNT; k++) {
            int32_t j = n->order_column[o * LODE_CLASS_COUNT + k];
            if (j == LODE_NONE)
                continue;
            n->base_cost[j] = fmin(t->order_price[o], MOST_USD);
            lode_lp_high(n->lp)[j] = positive(t->order_quantity[o], MOST_T);
        }
}

/* ---- the answer ---- */

void lode_orders_read(const lode_network *n, lode_solution *s) {
    for (int32_t o = 0; o < n->spec.order_count; o++) {
        double *class_ = &s->order_class[o * LODE_CLASS_COUNT];
        const int32_t *column = &n->order_column[o * LODE_CLASS_COUNT];
        s->order_filled[o] = 0;
        for (int k = 0; k < LODE_CLASS_COUNT; k++) {
            class_[k] = column[k] == LODE_NONE ? 0 : fmax(lode_lp_primal(n->lp)[column[k]], 0);
            s->order_filled[o] += class_[k];
        }
        const lode_group *g = n->order_group[o] == LODE_NONE ? NULL : &n->groups[n->order_group[o]];
        if (!g)
            continue;
        int32_t row = n->matrix.index[n->matrix.starts[g->first_column]];
        if (row < n->node_count) {
            class_[n->nodes[row].class_] = g->quantity;
            s->order_filled[o] = g->quantity;
        }
    }
}
