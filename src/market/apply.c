/* A period's numbers into the programme: each group's curve, the costs of plain flows, bounds and right-hand sides. */
#include <math.h>
#include <stdlib.h>

#include "market/network_internal.h"

#define FAR 1e9 /* t: an end for curves that have none of their own */

/* ---- points of a curve ---- */

static lode_code points_room(lode_group *g, int32_t count) {
    if (count <= g->point_room)
        return LODE_OK;
    double *p = realloc(g->points, 2 * (size_t)count * sizeof *p);
    if (!p)
        return LODE_NOMEM;
    g->points = p;
    g->point_room = count;
    return LODE_OK;
}

static void use_points(lode_group *g, int32_t count, bool falling) {
    g->curve = (lode_curve){.kind = LODE_CURVE_POINTS, .falling = falling, .q_max = g->points[count - 1]};
    g->curve.u.points.count = count;
    g->curve.u.points.q = g->points;
    g->curve.u.points.p = g->points + count;
}

static lode_code straight(lode_group *g, double q, double p_first, double p_last) {
    lode_code code = points_room(g, 2);
    if (code != LODE_OK)
        return code;
    g->points[0] = 0;
    g->points[1] = q;
    g->points[2] = p_first;
    g->points[3] = p_last;
    use_points(g, 2, p_last <= p_first && g->sign < 0);
    return LODE_OK;
}

/* ---- demand ---- */

static lode_code demand_curve(lode_network *n, lode_group *g, const lode_period *t) {
    const lode_demand_line *line = &n->lines[g->object];
    if (line->linear)
        return straight(g, fmax(t->line_q0[g->object], 0), line->intercept, 0);
    double floor_price = INFINITY, natural = 0;
    lode_tier *tiers = &n->tiers[g->object];
    int32_t count = 0;
    for (int32_t i = 0; i < g->line_count; i++) { /* lines of the same behaviour are one tier */
        const lode_demand_line *l = &n->lines[g->object + i];
        double q0 = fmax(t->line_q0[g->object + i], 0);
        int32_t k = 0;
        while (k < count &&
               !(tiers[k].p0 == l->p0 && tiers[k].elasticity == l->elasticity && tiers[k].choke == l->choke))
            k++;
        if (k == count)
            tiers[count++] = (lode_tier){.p0 = l->p0, .elasticity = l->elasticity, .choke = l->choke};
        tiers[k].q0 += q0;
        n->line_tier[g->object + i] = k;
        n->line_q0[g->object + i] = q0;
        floor_price = fmin(floor_price, l->p0 * 0.02);
        natural += q0;
    }
    if (natural <= 0)
        return straight(g, 0, 0, 0);
    g->curve = (lode_curve){.kind = LODE_CURVE_TIERS, .falling = true};
    g->curve.u.tiers.count = count;
    g->curve.u.tiers.items = &n->tiers[g->object];
    g->curve.q_max = INFINITY;
    g->curve.q_max = lode_curve_inverse(&g->curve, floor_price);
    if (g->centre <= 0)
        g->centre = natural;
    return LODE_OK;
}

/* ---- plants ---- */

static double asset_growth(const lode_network *n, int32_t asset, const lode_period *t) {
    const lode_asset *a = &n->world->assets[asset];
    double nameplate = a->capacity_t_per_year * a->availability * t->dt;
    return nameplate > 0 ? fmax(t->asset_capacity[asset] / nameplate, 1) : 1;
}

static void log_curve(lode_group *g, double mu, double slope, double base, double q_max) {
    g->curve = (lode_curve){.kind = LODE_CURVE_LOG, .falling = false, .q_max = fmax(q_max, 0)};
    g->curve.u.log.mu = mu;
    g->curve.u.log.s = fmax(slope, 1e-9);
    g->curve.u.log.x0 = base;
    g->curve.u.log.below = 0.01 * fmax(slope, 1e-9) / (base / 20);
    if (g->centre <= 0)
        g->centre = base;
}

/* A link that the base year does not use costs a staircase cut from its logarithm: its scale is a guess, so its shape may be coarse. */
static lode_code staircase(lode_group *g) {
    const lode_curve log = g->curve;
    const double edge[LODE_STEPS + 1] = {0, 0.2 * log.u.log.x0, log.u.log.x0, 5 * log.u.log.x0, FAR};
    lode_code code = points_room(g, 2 * LODE_STEPS);
    if (code != LODE_OK)
        return code;
    for (int k = 0; k < LODE_STEPS; k++)
        for (int side = 0; side < 2; side++) {
            g->points[2 * k + side] = fmin(edge[k + side], log.q_max);
            g->points[2 * LODE_STEPS + 2 * k + side] = lode_curve_price(&log, edge[k]);
        }
    use_points(g, 2 * LODE_STEPS, false);
    return LODE_OK;
}

/* lode_curve_flatten for a staircase, whose steps are columns. */
static void flatten_steps(lode_group *g, double floor) {
    for (int32_t k = 0; g->curve.kind == LODE_CURVE_POINTS && k < g->curve.u.points.count; k++)
        if (g->points[g->curve.u.points.count + k] <= floor)
            g->points[g->curve.u.points.count + k] = fmin(g->points[g->curve.u.points.count + k], 0);
}

static lode_code mode_curve(const lode_network *n, lode_group *g, const lode_period *t) {
    int32_t m = g->object, asset = n->world->modes[m].asset;
    double cost = n->world->assets[asset].cost_usd_per_kg;
    double mu = (isnan(cost) ? 0 : cost) + n->world->modes[m].penalty_usd_per_kg + n->term[m] + t->mode_adder[m];
    double base = n->term_base[m] * t->dt * asset_growth(n, asset, t);
    log_curve(g, mu, n->term_slope[m], base, fmin(t->asset_capacity[asset], t->mode_limit[m]));
    lode_code code = g->segments == LODE_STEPS ? staircase(g) : LODE_OK;
    if (t->mode_floor[m] > 0 && g->segments == LODE_STEPS)
        flatten_steps(g, t->mode_floor[m]);
    else if (t->mode_floor[m] > 0)
        lode_curve_flatten(&g->curve, t->mode_floor[m], 0);
    return code;
}

static int32_t first_cost_point(const lode_world *w, int32_t asset) {
    for (int32_t k = 0; k < w->cost_point_count; k++)
        if (w->cost_points[k].asset == asset)
            return k;
    return LODE_NONE;
}

/* Steps: a cost holds up to its utilisation (from it on, where the first utilisation is 0). */
static lode_code steps_curve(const lode_network *n, lode_group *g, double capacity) {
    const lode_world *w = n->world;
    int32_t count = 0, first = first_cost_point(w, g->object);
    lode_code code = points_room(g, 2 * w->cost_point_count);
    if (code != LODE_OK)
        return code;
    int32_t room = g->point_room;
    double *q = g->points, *p = g->points + room;
    bool from = w->cost_points[first].utilisation <= 0;
    double at = 0, cost = w->cost_points[first].cost_usd_per_kg;
    for (int32_t k = first; k < w->cost_point_count; k++) {
        if (w->cost_points[k].asset != g->object)
            continue;
        double next = w->cost_points[k].utilisation * capacity;
        if (from && next > at)
            q[count] = at, p[count++] = cost, q[count] = next, p[count++] = cost;
        cost = w->cost_points[k].cost_usd_per_kg;
        if (!from)
            q[count] = at, p[count++] = cost, q[count] = next, p[count++] = cost;
        at = next;
    }
    if (from && at < capacity)
        q[count] = at, p[count++] = cost, q[count] = capacity, p[count++] = cost;
    for (int32_t k = 0; k < count; k++)
        g->points[count + k] = p[k]; /* close up: count <= room */
    use_points(g, count, false);
    return LODE_OK;
}

static lode_code linear_curve(const lode_network *n, lode_group *g, double capacity) {
    const lode_world *w = n->world;
    int32_t count = 0;
    lode_code code = points_room(g, w->cost_point_count + 1);
    if (code != LODE_OK)
        return code;
    int32_t room = g->point_room;
    double *q = g->points, *p = g->points + room;
    for (int32_t k = 0; k < w->cost_point_count; k++) {
        if (w->cost_points[k].asset != g->object)
            continue;
        q[count] = w->cost_points[k].utilisation * capacity;
        p[count++] = w->cost_points[k].cost_usd_per_kg;
    }
    if (q[count - 1] < capacity)
        p[count] = p[count - 1], q[count++] = capacity;
    for (int32_t k = 0; k < count; k++)
        g->points[count + k] = p[k];
    use_points(g, count, false);
    return LODE_OK;
}

/* Without points of its own: slowly up to 105% of cost at 80% of capacity, to 140% at full capacity (docs/model.md, section 2). */
static lode_code default_curve(lode_group *g, double cost, double capacity) {
    lode_code code = points_room(g, 3);
    if (code != LODE_OK)
        return code;
    double c = isnan(cost) ? 0 : cost;
    double values[6] = {0, 0.8 * capacity, capacity, c, 1.05 * c, 1.4 * c};
    for (int k = 0; k < 6; k++)
        g->points[k] = values[k];
    use_points(g, 3, false);
    return LODE_OK;
}

/* What a mode without a calibration term costs beside the curve of its plant. */
static double mode_cost(const lode_network *n, int32_t m, const lode_period *t) {
    return n->world->modes[m].penalty_usd_per_kg + t->mode_adder[m];
}

/* Floor of a plant whose modes share a curve, less what they cost beside it: the lowest, and none unless each of them has one. *below: what
 * makes a mode cost nothing. */
static double shared_floor(const lode_network *n, int32_t asset, const lode_period *t, double *below) {
    double lowest = INFINITY;
    *below = 0;
    for (int32_t m = 0; m < n->world->mode_count; m++) {
        if (n->world->modes[m].asset != asset || n->has_term[m])
            continue;
        double cost = mode_cost(n, m, t), floor = t->mode_floor[m] - cost;
        if (!(t->mode_floor[m] > 0))
            return -INFINITY;
        if (floor < lowest) {
            lowest = floor;
            *below = -cost;
        }
    }
    return lowest < INFINITY ? lowest : -INFINITY;
}

static lode_code asset_curve(const lode_network *n, lode_group *g, const lode_period *t) {
    const lode_world *w = n->world;
    double capacity = fmax(t->asset_capacity[g->object], 0);
    int32_t first = first_cost_point(w, g->object);
    lode_code code;
    if (first == LODE_NONE)
        code = default_curve(g, w->assets[g->object].cost_usd_per_kg, capacity);
    else if (w->cost_points[first].form == LODE_FORM_LINEAR)
        code = linear_curve(n, g, capacity);
    else
        code = steps_curve(n, g, capacity);
    double below, floor = shared_floor(n, g->object, t, &below);
    if (code == LODE_OK && floor > below)
        lode_curve_flatten(&g->curve, floor, below);
    if (g->centre <= 0)
        g->centre = 0.5 * capacity;
    return code;
}

/* ---- trade and stocks ---- */

static double arc_cost(const lode_network *n, int32_t a, const lode_period *t) {
    const lode_arc *arc = &n->world->arcs[a];
    return (isnan(arc->freight_usd_per_kg) ? 0 : arc->freight_usd_per_kg) +
           (isnan(arc->duty_usd_per_kg) ? 0 : arc->duty_usd_per_kg) + t->arc_adder[a];
}

static lode_code arc_curve(const lode_network *n, lode_group *g, const lode_period *t) {
    int32_t a = g->object;
    double base = n->arc_base[a] * t->dt;
    double limit = n->arc_row[a] != LODE_NONE ? t->arc_limit[a] : fmin(t->arc_limit[a], t->arc_free_limit[a]);
    log_curve(g, arc_cost(n, a, t) + n->arc_term[a], n->arc_slope[a], base, fmin(limit, FAR));
    return g->segments == LODE_STEPS ? staircase(g) : LODE_OK;
}

/* Highest price at which anybody holds: cap_mult times what is expected, and never more than cap_mult times the reference price, or
 * holders who bid against an empty market would feed their own expectations without end. */
static double storage_cap(const lode_network *n, const lode_site *site, const lode_period *t, double expected) {
    const lode_commodity *c = &n->world->commodities[site->commodity];
    double reference = c->ref_price_usd_per_kg + n->price_term[site->commodity * n->world->region_count + site->region];
    double cap = t->storage_cap * expected;
    return reference > 0 ? fmax(fmin(cap, t->storage_cap * reference), 1e-3) : cap;
}

/* Where nobody holds by choice, goods on the way are worth what is expected, no more, and lose value slowly in abundance. */
#define PASSING_SIGMA 4

static lode_code storage_curve(const lode_network *n, lode_group *g, const lode_period *t) {
    double expected = t->expected_price[g->object], target = t->target_stock[g->object];
    const lode_site *site = &n->sites[g->object];
    if (!(expected > 1e-9) || !(target > 1e-9))
        return straight(g, 0, 0, 0);
    g->curve = (lode_curve){.kind = LODE_CURVE_STORAGE, .falling = true, .q_max = 20 * target};
    g->curve.u.storage.expected = expected;
    g->curve.u.storage.target = target;
    g->curve.u.storage.sigma = site->holds ? t->storage_sigma : PASSING_SIGMA;
    g->curve.u.storage.holding = t->storage_holding * t->dt;
    g->curve.u.storage.discount = pow(1 + t->storage_rate, t->dt);
    g->curve.u.storage.cap = site->holds ? storage_cap(n, site, t, expected) : expected;
    if (g->centre <= 0)
        g->centre = target;
    return LODE_OK;
}

lode_code lode_group_curve(lode_network *n, lode_group *g, const lode_period *t) {
    switch (g->kind) {
    case LODE_GROUP_DEMAND:
        return demand_curve(n, g, t);
    case LODE_GROUP_MODE:
        return mode_curve(n, g, t);
    case LODE_GROUP_ASSET:
        return asset_curve(n, g, t);
    case LODE_GROUP_ARC:
        return arc_curve(n, g, t);
    case LODE_GROUP_STORAGE:
        return storage_curve(n, g, t);
    case LODE_GROUP_ORDER:
        return lode_orders_curve(n, g, t);
    }
    return LODE_INTERNAL;
}

/* ---- bounds, plain costs, right-hand sides ---- */

static void set_row(lode_network *n, int32_t row, double value) {
    lode_lp_row_low(n->lp)[row] = lode_lp_row_high(n->lp)[row] = value;
}

static void apply_arcs(lode_network *n, const lode_period *t) {
    double *high = lode_lp_high(n->lp);
    for (int32_t a = 0; a < n->world->arc_count; a++) {
        const int32_t *column = &n->arc_column[a * LODE_CHANNEL_COUNT];
        bool linked = n->arc_row[a] != LODE_NONE;
        if (column[0] == LODE_NONE)
            continue; /* its steps are the flow, its curve ends at the limit */
        high[column[0]] = fmax(linked ? t->arc_free_limit[a] : fmin(t->arc_free_limit[a], t->arc_limit[a]), 0);
        if (n->arc_group[a] != LODE_NONE)
            continue;
        for (int k = 0; k < LODE_CHANNEL_COUNT; k++)
            if (column[k] != LODE_NONE)
                n->base_cost[column[k]] = arc_cost(n, a, t);
        if (linked)
            lode_lp_row_high(n->lp)[n->arc_row[a]] = fmax(t->arc_limit[a], 0);
    }
}

static void apply_modes(lode_network *n, const lode_period *t) {
    for (int32_t m = 0; m < n->world->mode_count; m++) {
        if (n->has_term[m])
            continue;
        lode_lp_row_high(n->lp)[n->mode_row[m]] = fmax(t->mode_limit[m], 0);
        for (int k = 0; k < LODE_CLASS_COUNT; k++)
            if (n->mode_column[m * LODE_CLASS_COUNT + k] != LODE_NONE)
                n->base_cost[n->mode_column[m * LODE_CLASS_COUNT + k]] = mode_cost(n, m, t);
    }
}

static double group_q0(const lode_group *g, const lode_period *t) {
    double sum = 0;
    for (int32_t i = 0; i < g->line_count; i++)
        sum += t->line_q0[g->object + i];
    return sum;
}

static void apply_options(lode_network *n, const lode_period *t) {
    const lode_world *w = n->world;
    for (int32_t i = 0; i < n->option_flow_count; i++) {
        const lode_option_flow *f = &n->options[i];
        const lode_option *o = &w->options[f->option];
        double share = t->option_limit[f->option * w->region_count + f->region];
        if (isnan(share))
            share = o->max_share;
        double limit =
            isnan(share) ? INFINITY : share * group_q0(&n->groups[f->group], t) * (o->factor > 0 ? o->factor : 1);
        for (int k = 0; k < LODE_CLASS_COUNT; k++)
            if (f->column[k] != LODE_NONE)
                lode_lp_high(n->lp)[f->column[k]] = fmax(limit, 0);
    }
}

lode_code lode_apply_period(lode_network *n, const lode_period *t) {
    for (int32_t g = 0; g < n->group_count; g++) {
        lode_code code = lode_group_curve(n, &n->groups[g], t);
        if (code != LODE_OK)
            return code;
    }
    for (int32_t k = 0; k < n->node_count; k++)
        set_row(n, k, -t->opening[k] - n->supply_perturbation[k]);
    for (int32_t s = 0; s < n->site_count; s++)
        if (n->sites[s].stock_row != LODE_NONE)
            set_row(n, n->sites[s].stock_row, -t->on_the_way[s]);
    for (int32_t a = 0; a < n->world->asset_count; a++)
        lode_lp_row_high(n->lp)[n->asset_row[a]] = fmax(t->asset_capacity[a], 0);
    apply_modes(n, t);
    for (int32_t l = 0; l < n->spec.limit_count; l++)
        lode_lp_row_high(n->lp)[n->limit_row[l]] = fmax(t->limit_rhs[l], 0);
    lode_clean_apply(n, t);
    apply_arcs(n, t);
    apply_options(n, t);
    lode_orders_apply(n, t);
    return LODE_OK;
}
