/* Starting flows of the base year where the files leave something open.
 *
 *   ore splits   a separator that takes several ores: proportional fitting of (plants x ores) to the plants' outputs and the ores' supply
 *   recipes      variants by base_share, what is not given in equal parts
 *   no output    plants that run but whose output nobody gives: makers fill the gap of their product, recyclers take the feed there is,
 *                separators the ore that is left, each by capacity
 *   finishing    all crude is finished, except that of an element in surplus: what is used is finished, the rest disposed
 *   disposal     heavy concentrate and scrap that nobody takes, or clearly more than anybody takes */
#include "calibrate/start.h"

#include <math.h>

#include "calibrate/activity_spread.h"

enum { FIT_ROUNDS = 60, FILL_ROUNDS = 24 };

/* Less surplus than this share of the supply is an error of the figures, not a surplus. */
static const double SURPLUS_SHARE = 0.02;
/* An element is taken to be in surplus only where finishing is at least this share of its price: dear elements are not thrown away. */
static const double SURPLUS_COST_SHARE = 0.4;

static lode_stage stage_of(const lode_world *w, int32_t mode) {
    return w->processes[w->assets[w->modes[mode].asset].process].stage;
}

static bool same_feed(const lode_world *w, int32_t a, int32_t b) {
    return w->modes[a].asset == w->modes[b].asset && w->modes[a].ore == w->modes[b].ore;
}

double lode_start_variant_share(const lode_world *w, int32_t mode) {
    int32_t first = mode, open = 0;
    double given = 0, total, own;

    while (first > 0 && w->modes[first - 1].asset == w->modes[mode].asset)
        first--;
    for (int32_t m = first; m < w->mode_count && w->modes[m].asset == w->modes[mode].asset; m++) {
        if (!same_feed(w, m, mode))
            continue;
        if (isnan(w->modes[m].base_share))
            open++;
        else
            given += w->modes[m].base_share;
    }
    double rest = open > 0 && given < 1 ? (1 - given) / open : 0;
    total = given + rest * open;
    own = isnan(w->modes[mode].base_share) ? rest : w->modes[mode].base_share;
    return total > 0 ? own / total : 0;
}

static int32_t ore_count(const lode_world *w, int32_t asset) {
    return w->assets[asset].ores.count > 0 ? w->assets[asset].ores.count : 1;
}

/* The node of the ore that the mode eats, or -1 (a mine eats none). */
static int32_t feed_node(const lode_base_year *base, int32_t mode, double *amount) {
    const lode_activity *activity = &base->activities[mode];
    int32_t ore = base->world->modes[mode].ore;

    for (int32_t k = activity->first; ore >= 0 && k < activity->first + activity->count; k++) {
        const lode_change *change = &base->changes[k];
        if (change->amount < 0 && base->world->commodities[lode_node_commodity(base, change->node)].ore == ore) {
            *amount = -change->amount;
            return change->node;
        }
    }
    return -1;
}

bool lode_start_known(const lode_base_year *base, int32_t asset) {
    return !isnan(base->world->assets[asset].base_output_t);
}

static double known_output(const lode_base_year *base, int32_t asset) {
    double output = base->world->assets[asset].base_output_t;
    return output > 0 ? fmin(output, base->asset_capacity[asset]) : 0;
}

static void set_start(lode_base_year *base, int32_t mode, double start, bool inferred) {
    lode_activity *activity = &base->activities[mode];
    const lode_asset *asset = &base->world->assets[base->world->modes[mode].asset];

    activity->start = start > 0 ? start : 0;
    activity->inferred = inferred;
    activity->spread = inferred ? lode_spread_inferred() : lode_spread_of(asset->row.confidence);
}

/* ---- plants without an ore to choose ---- */

static void start_plain(lode_base_year *base) {
    const lode_world *w = base->world;

    for (int32_t m = 0; m < w->mode_count; m++) {
        int32_t asset = w->modes[m].asset;
        double amount;
        if (feed_node(base, m, &amount) >= 0 || !lode_start_known(base, asset))
            continue;
        set_start(base, m, known_output(base, asset) / ore_count(w, asset) * lode_start_variant_share(w, m), false);
    }
}

/* ---- separators: plants x ores ---- */

typedef struct {
    lode_base_year *base;
    const double *balance; /* before the group runs */
    double *sum;           /* per asset or node */
    int32_t *members, count;
} feed_group;

static void fit_columns(feed_group *g) {
    double amount = 1;

    for (int32_t i = 0; i < g->count; i++)
        g->sum[feed_node(g->base, g->members[i], &amount)] = 0;
    for (int32_t i = 0; i < g->count; i++) {
        int32_t node = feed_node(g->base, g->members[i], &amount);
        g->sum[node] += g->base->activities[g->members[i]].start * amount;
    }
    for (int32_t i = 0; i < g->count; i++) {
        int32_t node = feed_node(g->base, g->members[i], &amount);
        if (g->sum[node] > 0)
            g->base->activities[g->members[i]].start *= fmax(g->balance[node], 0) / g->sum[node];
    }
}

static void fit_rows(feed_group *g) {
    const lode_world *w = g->base->world;

    for (int32_t i = 0; i < g->count; i++)
        g->sum[w->modes[g->members[i]].asset] = 0;
    for (int32_t i = 0; i < g->count; i++)
        g->sum[w->modes[g->members[i]].asset] += g->base->activities[g->members[i]].start;
    for (int32_t i = 0; i < g->count; i++) {
        int32_t asset = w->modes[g->members[i]].asset;
        double sum = g->sum[asset];
        if (!(sum > 0))
            continue;
        if (lode_start_known(g->base, asset))
            g->base->activities[g->members[i]].start *= known_output(g->base, asset) / sum;
        else if (sum > g->base->asset_capacity[asset])
            g->base->activities[g->members[i]].start *= g->base->asset_capacity[asset] / sum;
    }
}

static void fit_group(feed_group *g) {
    const lode_world *w = g->base->world;
    double amount;

    for (int32_t i = 0; i < g->count; i++) {
        int32_t m = g->members[i], asset = w->modes[m].asset;
        double supply = fmax(g->balance[feed_node(g->base, m, &amount)], 0);
        bool alone = ore_count(w, asset) == 1;
        set_start(g->base, m, supply * g->base->asset_capacity[asset] * lode_start_variant_share(w, m),
                  !alone || !lode_start_known(g->base, asset));
    }
    for (int32_t round = 0; round < FIT_ROUNDS; round++) {
        fit_columns(g);
        fit_rows(g);
    }
}

static void start_separators(lode_base_year *base, double *balance, double *sum, int32_t *members) {
    const lode_world *w = base->world;
    double amount;

    for (int32_t stage = 0; stage < LODE_STAGE_COUNT; stage++)
        for (int32_t r = 0; r < w->region_count; r++) {
            feed_group group = {base, balance, sum, members, 0};
            for (int32_t m = 0; m < w->mode_count; m++)
                if (stage_of(w, m) == (lode_stage)stage && w->assets[w->modes[m].asset].region == r &&
                    base->asset_capacity[w->modes[m].asset] > 0 && feed_node(base, m, &amount) >= 0)
                    members[group.count++] = m;
            if (group.count == 0)
                continue;
            lode_base_year_balance(base, false, balance, NULL);
            fit_group(&group);
        }
}

/* ---- finishing and disposal ---- */

static double price_known(const lode_base_year *base, int32_t commodity) {
    double price = base->world->commodities[commodity].ref_price_usd_per_kg;
    return isfinite(price) ? price : 0;
}

static bool may_be_surplus(const lode_base_year *base, int32_t crude) {
    int32_t finished = base->world->commodities[crude].crude_of;
    double cost = base->world->commodities[finished].finishing_cost_usd_per_kg;
    return cost > 0 && cost >= SURPLUS_COST_SHARE * price_known(base, finished);
}

static bool may_be_waste(const lode_commodity *c) {
    bool heavy = c->ore >= 0 && c->stage != LODE_STAGE_MINE && c->stage != LODE_STAGE_CONCENTRATE;
    return heavy || c->stage == LODE_STAGE_RECYCLING;
}

static void set_node_activity(lode_base_year *base, int32_t at, double start, double least) {
    lode_activity *activity = &base->activities[at];
    activity->start = start;
    activity->inferred = true;
    activity->spread = start > 0 ? lode_spread_inferred() * fmax(1, least / start) : 0;
}

static void start_crude(lode_base_year *base, int32_t node, const double *balance, double crude) {
    int32_t commodity = lode_node_commodity(base, node);
    int32_t oxide = lode_node_of(base, base->world->commodities[commodity].crude_of, lode_node_region(base, node));
    double wanted = fmin(fmax(-balance[oxide], 0), crude);
    bool surplus = may_be_surplus(base, commodity) && crude - wanted > SURPLUS_SHARE * crude;

    set_node_activity(base, base->first_finishing + node, surplus ? wanted : crude, 0);
    set_node_activity(base, base->first_disposal + node, surplus ? crude - wanted : 0, 0.05 * crude);
}

/* `supply` is what arrives or is made at the node, `balance` what is left of it before disposal. */
static void start_waste(lode_base_year *base, int32_t node, double balance, double supply) {
    const lode_commodity *c = &base->world->commodities[lode_node_commodity(base, node)];
    bool unused = supply > 0 && balance >= supply * (1 - 1e-9);
    bool surplus = may_be_waste(c) && balance > SURPLUS_SHARE * supply;

    if (unused || surplus)
        set_node_activity(base, base->first_disposal + node, balance, 0.05 * supply);
}

static void start_nodes(lode_base_year *base, double *balance, double *supply) {
    for (int32_t n = 0; n < base->node_count; n++) {
        base->activities[base->first_finishing + n].start = 0;
        base->activities[base->first_disposal + n].start = 0;
    }
    lode_base_year_balance(base, false, balance, supply);
    for (int32_t n = 0; n < base->node_count; n++)
        if (base->world->commodities[lode_node_commodity(base, n)].crude_of >= 0 && supply[n] > 0)
            start_crude(base, n, balance, supply[n]);
}

/* ---- plants whose output nobody gives ---- */

static int32_t product_node(const lode_base_year *base, int32_t mode, double *amount) {
    const lode_activity *activity = &base->activities[mode];
    int32_t found = -1;

    for (int32_t k = activity->first; k < activity->first + activity->count; k++) {
        const lode_change *change = &base->changes[k];
        bool basis = lode_node_commodity(base, change->node) == base->world->modes[mode].basis;
        if (change->amount > 0 && (found < 0 || basis)) {
            found = change->node;
            *amount = change->amount;
        }
    }
    return found;
}

static bool is_open(const lode_base_year *base, int32_t mode) {
    int32_t asset = base->world->modes[mode].asset;
    double amount;
    return !lode_start_known(base, asset) && base->asset_capacity[asset] > 0 && feed_node(base, mode, &amount) < 0;
}

/* Tonnes of the mode that the feed at hand allows: the scarcest input that holds a rare earth. */
static double feed_allows(const lode_base_year *base, int32_t mode, const double *balance) {
    const lode_activity *activity = &base->activities[mode];
    double most = INFINITY;

    for (int32_t k = activity->first; k < activity->first + activity->count; k++) {
        const lode_change *change = &base->changes[k];
        const lode_commodity *c = &base->world->commodities[lode_node_commodity(base, change->node)];
        bool rare_earth = false;
        for (int32_t e = 0; e < LODE_ELEMENT_COUNT; e++)
            rare_earth = rare_earth || c->content[e] > 0;
        if (change->amount < 0 && rare_earth)
            most = fmin(most, fmax(balance[change->node], 0) / -change->amount);
    }
    return isfinite(most) ? most : 0;
}

static void sum_capacity(const lode_base_year *base, double *capacity) {
    double amount = 1;

    for (int32_t n = 0; n < base->node_count; n++)
        capacity[n] = 0;
    for (int32_t m = 0; m < base->world->mode_count; m++) {
        int32_t node = is_open(base, m) ? product_node(base, m, &amount) : -1;
        if (node >= 0)
            capacity[node] +=
                base->asset_capacity[base->world->modes[m].asset] * lode_start_variant_share(base->world, m);
    }
}

/* One round: with the open plants at rest, each takes its part of the gap (or of the scrap) there is. */
static void fill_round(lode_base_year *base, double *balance, const double *capacity) {
    const lode_world *w = base->world;
    double amount = 1;

    for (int32_t m = 0; m < w->mode_count; m++) {
        if (!is_open(base, m))
            continue;
        double own = base->activities[m].start;
        double most = base->asset_capacity[w->modes[m].asset] * lode_start_variant_share(w, m);
        int32_t node = product_node(base, m, &amount);
        double wanted = own;
        if (stage_of(w, m) == LODE_STAGE_RECYCLING)
            wanted = own + feed_allows(base, m, balance);
        else if (node >= 0 && capacity[node] > 0)
            wanted = own - balance[node] / amount * most / capacity[node];
        set_start(base, m, fmin(fmax(wanted, 0), most), true);
        const lode_activity *activity = &base->activities[m];
        for (int32_t k = activity->first;
             stage_of(w, m) == LODE_STAGE_RECYCLING && k < activity->first + activity->count; k++)
            balance[base->changes[k].node] += base->changes[k].amount * (activity->start - own);
    }
}

lode_code lode_base_year_start(lode_base_year *base) {
    size_t nodes = (size_t)base->node_count + (size_t)base->world->asset_count + 1;
    double *balance = lode_arena_alloc(base->arena, nodes, sizeof(double));
    double *supply = lode_arena_alloc(base->arena, nodes, sizeof(double));
    double *sum = lode_arena_alloc(base->arena, nodes, sizeof(double));
    int32_t *members = lode_arena_alloc(base->arena, (size_t)base->world->mode_count + 1, sizeof(int32_t));

    if (balance == NULL || supply == NULL || sum == NULL || members == NULL)
        return LODE_NOMEM;
    start_plain(base);
    start_separators(base, balance, sum, members);
    sum_capacity(base, sum);
    for (int32_t round = 0; round < FILL_ROUNDS; round++) {
        start_nodes(base, balance, supply);
        lode_base_year_balance(base, false, balance, supply);
        fill_round(base, balance, sum);
    }
    start_nodes(base, balance, supply);
    lode_base_year_balance(base, false, balance, supply);
    for (int32_t n = 0; n < base->node_count; n++)
        if (base->world->commodities[lode_node_commodity(base, n)].crude_of < 0)
            start_waste(base, n, balance[n], supply[n]);
    return LODE_OK;
}
