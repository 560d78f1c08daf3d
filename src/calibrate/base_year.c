/* Builds the base year's network: nodes, activities and what the files say about them. */
#include "calibrate/base_year.h"

#include <math.h>

#include "calibrate/activity_spread.h"

static int32_t count_changes(const lode_world *w, int32_t nodes) {
    return w->mode_term_count + 2 * w->arc_count + 4 * nodes;
}

static bool allocate(lode_base_year *base) {
    const lode_world *w = base->world;
    size_t nodes = (size_t)base->node_count, activities = (size_t)base->activity_count;
    size_t changes = (size_t)count_changes(w, base->node_count);

    base->nodes = lode_arena_alloc(base->arena, nodes + 1, sizeof *base->nodes);
    base->activities = lode_arena_alloc(base->arena, activities + 1, sizeof *base->activities);
    base->changes = lode_arena_alloc(base->arena, changes + 1, sizeof *base->changes);
    base->asset_capacity = lode_arena_alloc(base->arena, (size_t)w->asset_count + 1, sizeof(double));
    return base->nodes && base->activities && base->changes && base->asset_capacity;
}

static void open_activity(lode_base_year *base, int32_t at, lode_activity_kind kind, int32_t index) {
    lode_activity *activity = &base->activities[at];
    activity->kind = kind;
    activity->index = index;
    activity->first = base->change_count;
    activity->limit = INFINITY;
}

static void add_change(lode_base_year *base, int32_t at, int32_t node, double amount) {
    base->changes[base->change_count++] = (lode_change){node, amount};
    base->activities[at].count++;
}

static void add_modes(lode_base_year *base) {
    const lode_world *w = base->world;

    for (int32_t m = 0; m < w->mode_count; m++) {
        const lode_mode *mode = &w->modes[m];
        int32_t region = w->assets[mode->asset].region;
        open_activity(base, m, LODE_ACT_MODE, m);
        base->activities[m].limit = base->asset_capacity[mode->asset];
        for (int32_t t = 0; t < mode->term_count; t++) {
            const lode_mode_term *term = &w->mode_terms[mode->first_term + t];
            add_change(base, m, lode_node_of(base, term->commodity, region), term->amount);
        }
    }
}

static void add_arcs(lode_base_year *base) {
    const lode_world *w = base->world;

    for (int32_t a = 0; a < w->arc_count; a++) {
        const lode_arc *arc = &w->arcs[a];
        int32_t at = base->first_arc + a;
        open_activity(base, at, LODE_ACT_ARC, a);
        add_change(base, at, lode_node_of(base, arc->commodity, arc->from), -1);
        add_change(base, at, lode_node_of(base, arc->commodity, arc->to), 1);
        if (arc->base_flow_t > 0)
            base->activities[at].start = arc->base_flow_t;
        base->activities[at].spread = lode_spread_of(arc->row.confidence);
        if (arc->quota_t >= 0)
            base->activities[at].limit = arc->quota_t;
    }
}

static void add_node_activities(lode_base_year *base) {
    const lode_world *w = base->world;

    for (int32_t n = 0; n < base->node_count; n++) {
        int32_t at = base->first_finishing + n;
        int32_t finished = w->commodities[lode_node_commodity(base, n)].crude_of;
        open_activity(base, at, LODE_ACT_FINISHING, n);
        if (finished < 0)
            continue;
        add_change(base, at, n, -1);
        add_change(base, at, lode_node_of(base, finished, lode_node_region(base, n)), 1);
    }
    for (int32_t n = 0; n < base->node_count; n++) {
        open_activity(base, base->first_disposal + n, LODE_ACT_DISPOSAL, n);
        add_change(base, base->first_disposal + n, n, -1);
    }
    for (int32_t n = 0; n < base->node_count; n++) {
        open_activity(base, base->first_use + n, LODE_ACT_USE, n);
        add_change(base, base->first_use + n, n, -1);
        base->activities[base->first_use + n].spread = lode_spread_use();
    }
}

static bool triple_seen(const lode_world *w, int32_t row) {
    const lode_demand *d = &w->demands[row];

    for (int32_t i = 0; i < row; i++) {
        const lode_demand *e = &w->demands[i];
        if (e->segment == d->segment && e->region == d->region && e->commodity == d->commodity)
            return true;
    }
    return false;
}

/* A straight demand line has no quantity of its own: what it wants at the reference price. */
static double used_t(const lode_world *w, const lode_demand *d) {
    double price = w->commodities[d->commodity].ref_price_usd_per_kg;
    double wanted;

    if (d->form != LODE_FORM_LINEAR)
        return lode_world_demand_t(w, d->segment, d->region, d->commodity, w->base_year);
    wanted = (d->intercept_usd_per_kg - price) / d->slope_usd_per_kg_per_t;
    return wanted > 0 && isfinite(wanted) ? wanted : 0;
}

static void add_use(lode_base_year *base) {
    const lode_world *w = base->world;

    for (int32_t i = 0; i < w->demand_count; i++) {
        const lode_demand *d = &w->demands[i];
        if (triple_seen(w, i))
            continue;
        double wanted = used_t(w, d);
        if (wanted > 0)
            base->activities[base->first_use + lode_node_of(base, d->commodity, d->region)].start += wanted;
    }
}

lode_code lode_base_year_new(lode_base_year **out, const lode_world *world, const double *capacity,
                             const double *mode_limit) {
    lode_arena *arena = lode_arena_new();
    lode_base_year *base = arena ? lode_arena_alloc(arena, 1, sizeof *base) : NULL;

    *out = NULL;
    if (base == NULL) {
        lode_arena_free(arena);
        return LODE_NOMEM;
    }
    base->arena = arena;
    base->world = world;
    base->region_count = world->region_count;
    base->node_count = world->commodity_count * world->region_count;
    base->first_arc = world->mode_count;
    base->first_finishing = base->first_arc + world->arc_count;
    base->first_disposal = base->first_finishing + base->node_count;
    base->first_use = base->first_disposal + base->node_count;
    base->activity_count = base->first_use + base->node_count;
    if (!allocate(base)) {
        lode_arena_free(arena);
        return LODE_NOMEM;
    }
    for (int32_t a = 0; a < world->asset_count; a++)
        base->asset_capacity[a] = capacity[a];
    add_modes(base);
    for (int32_t m = 0; mode_limit != NULL && m < world->mode_count; m++)
        base->activities[m].limit = fmin(base->activities[m].limit, mode_limit[m]);
    add_arcs(base);
    add_node_activities(base);
    add_use(base);
    *out = base;
    return LODE_OK;
}

void lode_base_year_free(lode_base_year *base) {
    if (base != NULL)
        lode_arena_free(base->arena);
}

void lode_base_year_balance(const lode_base_year *base, bool reconciled, double *balance, double *supply) {
    for (int32_t n = 0; n < base->node_count; n++) {
        balance[n] = 0;
        if (supply != NULL)
            supply[n] = 0;
    }
    for (int32_t j = 0; j < base->activity_count; j++) {
        const lode_activity *activity = &base->activities[j];
        double flow = reconciled ? activity->flow : activity->start;
        if (!(flow > 0))
            continue;
        for (int32_t k = activity->first; k < activity->first + activity->count; k++) {
            const lode_change *change = &base->changes[k];
            balance[change->node] += change->amount * flow;
            if (supply != NULL && change->amount > 0)
                supply[change->node] += change->amount * flow;
        }
    }
}
