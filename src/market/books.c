/* Reading an answer as income of agents. An owner is a kind of agent and an index, in one number: kind + KINDS * index. */
#include "market/books.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "market/network_internal.h"

enum { BY_TRADE, BY_PLANT, BY_USERS, BY_STOCK, BY_ORDER, KINDS }; /* region, asset, group, 2 region + use, order */

/* ---- memory ---- */

static double *reals(int32_t count, bool *ok) {
    double *p = calloc((size_t)count + 1, sizeof *p);
    *ok = *ok && p;
    return p;
}

void lode_books_release(lode_books *b) {
    double *all[] = {b->line_value,   b->line_paid,     b->asset_income,  b->asset_cost,
                     b->asset_wedge,  b->trade_income,  b->trade_wedge,   b->trade_cost,
                     b->public_goods, b->stock_opening, b->stock_closing, b->plain};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
    free(b->owner);
    *b = (lode_books){0};
}

/* ---- who owns a column ---- */

static void own(lode_books *b, int32_t column, int32_t count, int32_t kind, int32_t index) {
    for (int32_t j = column; column != LODE_NONE && j < column + count; j++)
        b->owner[j] = kind + KINDS * index;
}

static int32_t stock_of(const lode_site *site) {
    return 2 * site->region + (site->use >= 0);
}

static void own_groups(lode_books *b, const lode_network *n) {
    for (int32_t i = 0; i < n->group_count; i++) {
        const lode_group *g = &n->groups[i];
        switch (g->kind) {
        case LODE_GROUP_DEMAND:
            own(b, g->first_column, g->segments, BY_USERS, i);
            break;
        case LODE_GROUP_MODE:
            own(b, g->first_column, g->segments, BY_PLANT, n->world->modes[g->object].asset);
            break;
        case LODE_GROUP_ASSET:
            own(b, g->first_column, g->segments, BY_PLANT, g->object);
            break;
        case LODE_GROUP_ARC:
            own(b, g->first_column, g->segments, BY_TRADE, n->world->arcs[g->object].to);
            break;
        case LODE_GROUP_STORAGE:
            own(b, g->first_column, g->segments, BY_STOCK, stock_of(&n->sites[g->object]));
            break;
        case LODE_GROUP_ORDER:
            own(b, g->first_column, g->segments, BY_ORDER, g->object);
            break;
        }
    }
}

static void own_flows(lode_books *b, const lode_network *n) {
    const lode_world *w = n->world;
    for (int32_t m = 0; m < w->mode_count * LODE_CLASS_COUNT; m++)
        own(b, n->mode_column[m], 1, BY_PLANT, w->modes[m / LODE_CLASS_COUNT].asset);
    for (int32_t a = 0; a < w->arc_count * LODE_CHANNEL_COUNT; a++)
        own(b, n->arc_column[a], 1, BY_TRADE, w->arcs[a / LODE_CHANNEL_COUNT].to);
    for (int32_t o = 0; o < n->spec.order_count * LODE_CLASS_COUNT; o++)
        own(b, n->order_column[o], 1, BY_ORDER, o / LODE_CLASS_COUNT);
    for (int32_t i = 0; i < n->option_flow_count; i++)
        for (int k = 0; k < LODE_CLASS_COUNT; k++)
            own(b, n->options[i].column[k], 1, BY_USERS, n->options[i].group);
}

static void own_stocks(lode_books *b, const lode_network *n) {
    for (int32_t s = 0; s < n->site_count; s++) {
        const lode_site *site = &n->sites[s];
        for (int32_t k = site->first_node; k < site->first_node + site->node_count; k++)
            own(b, n->hand_column[k], 1, BY_STOCK, stock_of(site));
        own(b, n->overflow_column[s], 1, BY_STOCK, stock_of(site));
    }
}

/* The site whose goods a row counts; LODE_NONE: it counts none. */
static int32_t *sites_of_rows(const lode_network *n) {
    int32_t *site = malloc(((size_t)n->matrix.rows + 1) * sizeof *site);
    for (int32_t i = 0; site && i < n->matrix.rows; i++)
        site[i] = i < n->node_count ? n->nodes[i].site : LODE_NONE;
    for (int32_t s = 0; site && s < n->site_count; s++) {
        if (n->sites[s].stock_row != LODE_NONE)
            site[n->sites[s].stock_row] = s;
        if (n->clean_row && n->clean_row[s] != LODE_NONE)
            site[n->clean_row[s]] = s;
    }
    return site;
}

/* The group of users that a row gathers deliveries for; LODE_NONE: none. Such a row holds the steps of the group and no goods. */
static int32_t *groups_of_rows(const lode_network *n, const int32_t *site) {
    int32_t *group = malloc(((size_t)n->matrix.rows + 1) * sizeof *group);
    for (int32_t i = 0; group && i < n->matrix.rows; i++)
        group[i] = LODE_NONE;
    for (int32_t g = 0; group && g < n->group_count && n->groups[g].kind == LODE_GROUP_DEMAND; g++) {
        int32_t row = n->matrix.index[n->matrix.starts[n->groups[g].first_column]];
        if (site[row] == LODE_NONE)
            group[row] = g;
    }
    return group;
}

/* What is left: deliveries to users' rows; steps of what uncovered stock is worth; the rest is the trade's, where the first good is. */
static void own_rest(lode_books *b, const lode_network *n, const int32_t *site, const int32_t *group) {
    for (int32_t j = 0; j < n->matrix.columns; j++) {
        if (b->owner[j] != LODE_NONE)
            continue;
        int32_t at = LODE_NONE;
        bool stock_only = true;
        for (int32_t k = n->matrix.starts[j]; k < n->matrix.starts[j + 1]; k++) {
            int32_t row = n->matrix.index[k];
            if (group[row] != LODE_NONE)
                own(b, j, 1, BY_USERS, group[row]);
            at = at == LODE_NONE ? site[row] : at;
            stock_only = stock_only && row >= n->node_count;
        }
        if (b->owner[j] == LODE_NONE && at != LODE_NONE)
            own(b, j, 1, stock_only ? BY_STOCK : BY_TRADE, stock_only ? stock_of(&n->sites[at]) : n->sites[at].region);
    }
}

static lode_code own_columns(lode_books *b, const lode_network *n) {
    int32_t *site = sites_of_rows(n), *group = site ? groups_of_rows(n, site) : NULL;
    b->columns = n->matrix.columns;
    b->owner = malloc(((size_t)b->columns + 1) * sizeof *b->owner);
    if (b->owner && group) {
        for (int32_t j = 0; j < b->columns; j++)
            b->owner[j] = LODE_NONE;
        own_groups(b, n);
        own_flows(b, n);
        own_stocks(b, n);
        own_rest(b, n, site, group);
    }
    lode_code code = b->owner && group ? LODE_OK : LODE_NOMEM;
    free(site);
    free(group);
    return code;
}

lode_code lode_books_new(lode_books *b, const lode_network *n) {
    const lode_world *w = n->world;
    bool ok = true;
    *b = (lode_books){0};
    b->line_value = reals(n->line_count, &ok);
    b->line_paid = reals(n->line_count, &ok);
    b->asset_income = reals(w->asset_count, &ok);
    b->asset_cost = reals(w->asset_count, &ok);
    b->asset_wedge = reals(w->asset_count, &ok);
    b->trade_income = reals(w->region_count, &ok);
    b->trade_cost = reals(w->region_count, &ok);
    b->trade_wedge = reals(w->region_count, &ok);
    b->public_goods = reals(w->region_count, &ok);
    b->stock_opening = reals(2 * w->region_count, &ok);
    b->stock_closing = reals(2 * w->region_count, &ok);
    b->plain = reals(2 * w->mode_count, &ok);
    for (int32_t m = 0; ok && m < w->mode_count; m++)
        b->plain[w->mode_count + m] = NAN;
    lode_code code = ok ? own_columns(b, n) : LODE_NOMEM;
    if (code != LODE_OK)
        lode_books_release(b);
    return code;
}

/* ---- income ---- */

/* Where the income of a column's owner is summed. Users' goes to the first line of their group until it is shared out. */
static double *account_of(const lode_books *b, const lode_network *n, int32_t owner, double *sign) {
    const int32_t index = owner / KINDS;
    *sign = 1;
    switch (owner % KINDS) {
    case BY_PLANT:
        return &b->asset_income[index];
    case BY_USERS:
        *sign = -1;
        return &b->line_paid[n->groups[index].object];
    case BY_STOCK:
        *sign = -1;
        return &b->stock_closing[index];
    case BY_ORDER:
        return &b->public_goods[n->orders[index].region];
    default:
        return &b->trade_income[index];
    }
}

static void add_income(lode_books *b, const lode_network *n, const double *goods_price, double *sum, double *size) {
    const double *x = lode_lp_primal(n->lp);
    for (int32_t j = 0; j < b->columns; j++) {
        double value = 0, sign;
        for (int32_t k = n->matrix.starts[j]; k < n->matrix.starts[j + 1]; k++)
            value += n->matrix.value[k] * goods_price[n->matrix.index[k]];
        if (b->owner[j] == LODE_NONE || value == 0)
            continue;
        double *account = account_of(b, n, b->owner[j], &sign);
        *account += sign * value * x[j];
        *sum += value * x[j];
        *size += fabs(value * x[j]);
    }
}

/* The price of each row that counts goods; 0 of the others. Adds what was there at the opening. */
static double *price_rows(lode_books *b, const lode_network *n, double *sum) {
    const double *dual = lode_lp_row_dual(n->lp), *right = lode_lp_row_low(n->lp);
    int32_t *site = sites_of_rows(n);
    double *price = site ? calloc((size_t)n->matrix.rows + 1, sizeof *price) : NULL;
    for (int32_t i = 0; price && i < n->matrix.rows; i++) {
        if (site[i] == LODE_NONE)
            continue;
        price[i] = dual[i];
        b->stock_opening[stock_of(&n->sites[site[i]])] -= dual[i] * right[i];
        *sum -= dual[i] * right[i];
    }
    free(site);
    return price;
}

/* ---- costs of plants ---- */

static bool mode_has_policy(const lode_period *t, int32_t mode) {
    return t->mode_adder[mode] != 0 || t->mode_floor[mode] > 0;
}

static bool has_policy(const lode_network *n, const lode_group *g, const lode_period *t) {
    bool has = g->kind == LODE_GROUP_MODE && mode_has_policy(t, g->object);
    for (int32_t m = 0; g->kind == LODE_GROUP_ASSET && m < n->world->mode_count; m++)
        has = has || (n->world->modes[m].asset == g->object && mode_has_policy(t, m));
    return has;
}

/* What a plant's curve costs up to its quantity, without the subsidies and floors of the period. */
static lode_code curve_cost(double *out, const lode_books *b, lode_network *n, const lode_group *g,
                            const lode_period *t) {
    *out = lode_curve_integral(&g->curve, g->quantity);
    if (!has_policy(n, g, t))
        return LODE_OK;
    lode_group copy = *g;
    lode_period plain = *t;
    copy.points = NULL;
    copy.point_room = 0;
    plain.mode_adder = b->plain;
    plain.mode_floor = b->plain + n->world->mode_count;
    lode_code code = lode_group_curve(n, &copy, &plain);
    if (code == LODE_OK)
        *out = lode_curve_integral(&copy.curve, g->quantity);
    free(copy.points);
    return code;
}

/* Engineering: cost and penalty a tonne where there is a term, else the plant's own curve. */
static lode_code add_plants(lode_books *b, lode_network *n, const lode_period *t, const lode_solution *s) {
    const lode_world *w = n->world;
    lode_code code = LODE_OK;
    for (int32_t i = 0; i < n->group_count && code == LODE_OK; i++) {
        const lode_group *g = &n->groups[i];
        bool mode = g->kind == LODE_GROUP_MODE;
        double cost = 0;
        if (!mode && g->kind != LODE_GROUP_ASSET)
            continue;
        int32_t asset = mode ? w->modes[g->object].asset : g->object;
        double unit = mode && !isnan(w->assets[asset].cost_usd_per_kg) ? w->assets[asset].cost_usd_per_kg : 0;
        code = curve_cost(&cost, b, n, g, t);
        if (mode)
            unit += w->modes[g->object].penalty_usd_per_kg;
        b->asset_cost[asset] += mode ? unit * g->quantity : cost;
        b->asset_wedge[asset] += mode ? cost - unit * g->quantity : 0;
    }
    for (int32_t m = 0; m < w->mode_count; m++)
        if (!n->has_term[m])
            b->asset_cost[w->modes[m].asset] += w->modes[m].penalty_usd_per_kg * s->mode_output[m];
    return code;
}

/* ---- costs of trade ---- */

static double or_zero(double value) {
    return isnan(value) ? 0 : value;
}

static void add_links(lode_books *b, const lode_network *n, const lode_period *t, const lode_solution *s) {
    for (int32_t a = 0; a < n->world->arc_count; a++) {
        const lode_arc *arc = &n->world->arcs[a];
        double flow = lode_arc_total(&s->arc_flow[a * LODE_CHANNEL_COUNT]);
        if (n->arc_group[a] != LODE_NONE) {
            const lode_group *g = &n->groups[n->arc_group[a]];
            double known = or_zero(arc->freight_usd_per_kg) + or_zero(arc->duty_usd_per_kg) + t->arc_adder[a];
            b->trade_wedge[arc->to] += lode_curve_integral(&g->curve, g->quantity) - known * g->quantity;
        }
        b->trade_cost[arc->to] += (or_zero(arc->freight_usd_per_kg) + t->arc_carriage[a]) * flow;
    }
}

static void add_finishing(lode_books *b, const lode_network *n, const lode_solution *s) {
    const lode_world *w = n->world;
    for (int32_t i = 0; i < n->finish_count; i++) {
        const lode_finish_flow *f = &n->finishes[i];
        int32_t done = w->commodities[f->commodity].crude_of;
        double t = s->finished[f->commodity * w->region_count + f->region];
        b->trade_cost[f->region] += or_zero(w->commodities[done].finishing_cost_usd_per_kg) * t;
        b->trade_wedge[f->region] += n->finish_term[done * w->region_count + f->region] * t;
    }
    for (int32_t k = 0; k < n->node_count; k++) {
        const lode_site *site = &n->sites[n->nodes[k].site];
        double x = fmax(lode_lp_primal(n->lp)[n->dispose_column[k]], 0);
        b->trade_cost[site->region] += w->commodities[site->commodity].disposal_cost_usd_per_kg * x;
    }
}

/* ---- users ---- */

/* Value of what one line of a group got: the integral of its own curve. */
static double line_value(const lode_network *n, const lode_group *g, int32_t line, const lode_solution *s) {
    lode_tier tier = n->tiers[g->object + n->line_tier[line]];
    tier.q0 = n->line_q0[line];
    if (!(tier.q0 > 0))
        return 0;
    lode_curve curve = {.kind = LODE_CURVE_TIERS, .falling = true, .q_max = INFINITY};
    curve.u.tiers.count = 1;
    curve.u.tiers.items = &tier;
    return lode_curve_integral(&curve, s->line_served[line]);
}

static double substitution_cost(const lode_network *n, int32_t group) {
    double cost = 0;
    for (int32_t i = 0; i < n->option_flow_count; i++)
        for (int k = 0; k < LODE_CLASS_COUNT && n->options[i].group == group; k++)
            if (n->options[i].column[k] != LODE_NONE)
                cost += n->base_cost[n->options[i].column[k]] * lode_lp_primal(n->lp)[n->options[i].column[k]];
    return cost;
}

/* Value, less what substituting cost, and payments of a group to its lines: value by their own curves, payments by what they got. */
static void share_group(lode_books *b, const lode_network *n, int32_t group, const lode_solution *s) {
    const lode_group *g = &n->groups[group];
    const int32_t first = g->object;
    double paid = b->line_paid[first], value = lode_curve_integral(&g->curve, g->quantity), served = 0, own_value = 0;
    bool tiers = g->curve.kind == LODE_CURVE_TIERS;
    for (int32_t l = first; l < first + g->line_count; l++) {
        b->line_value[l] = tiers ? line_value(n, g, l, s) : l == first ? value : 0;
        own_value += b->line_value[l];
        served += s->line_served[l];
    }
    double net = own_value > 0 ? (value - substitution_cost(n, group)) / own_value : 0;
    for (int32_t l = first; l < first + g->line_count; l++) {
        b->line_value[l] *= net;
        b->line_paid[l] = served > 0 ? paid * s->line_served[l] / served : 0;
    }
}

/* ---- all ---- */

static void clear_books(lode_books *b, const lode_network *n) {
    const size_t lines = (size_t)n->line_count, assets = (size_t)n->world->asset_count,
                 regions = (size_t)n->world->region_count;
    memset(b->line_value, 0, lines * sizeof(double));
    memset(b->line_paid, 0, lines * sizeof(double));
    memset(b->asset_income, 0, assets * sizeof(double));
    memset(b->asset_cost, 0, assets * sizeof(double));
    memset(b->asset_wedge, 0, assets * sizeof(double));
    memset(b->trade_income, 0, regions * sizeof(double));
    memset(b->trade_cost, 0, regions * sizeof(double));
    memset(b->trade_wedge, 0, regions * sizeof(double));
    memset(b->public_goods, 0, regions * sizeof(double));
    memset(b->stock_opening, 0, 2 * regions * sizeof(double));
    memset(b->stock_closing, 0, 2 * regions * sizeof(double));
}

/* Goods that policies take leave the trade, and come to public hands at their price; the ledger says what was paid for them. */
static void hand_over(lode_books *b, const lode_network *n) {
    for (int32_t r = 0; r < n->world->region_count; r++) {
        b->trade_income[r] += b->public_goods[r];
        b->public_goods[r] = -b->public_goods[r];
    }
}

lode_code lode_books_fill(lode_books *b, lode_network *n, const lode_period *t, const lode_solution *s) {
    double sum = 0, size = 0;
    clear_books(b, n);
    double *goods_price = price_rows(b, n, &sum);
    if (!goods_price)
        return LODE_NOMEM;
    size = fabs(sum);
    add_income(b, n, goods_price, &sum, &size);
    free(goods_price);
    b->error = size > 0 ? fabs(sum) / size : 0;
    hand_over(b, n);
    add_links(b, n, t, s);
    add_finishing(b, n, s);
    for (int32_t g = 0; g < n->group_count && n->groups[g].kind == LODE_GROUP_DEMAND; g++)
        share_group(b, n, g, s);
    return add_plants(b, n, t, s);
}
