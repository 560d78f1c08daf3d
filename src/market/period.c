/* A period's numbers: neutral ones, and those of a steady year of the world. */
#include <math.h>
#include <stdlib.h>

#include "market/levy.h"
#include "market/network_internal.h"

static double *filled(size_t count, double value, bool *ok) {
    double *p = malloc((count + 1) * sizeof *p);
    *ok = *ok && p;
    for (size_t k = 0; p && k < count; k++)
        p[k] = value;
    return p;
}

lode_code lode_period_new(lode_period **out, const lode_network *n) {
    const lode_world *w = n->world;
    *out = NULL;
    lode_period *t = calloc(1, sizeof *t);
    if (!t)
        return LODE_NOMEM;
    bool ok = true;
    t->dt = 1;
    t->asset_capacity = filled((size_t)w->asset_count, 0, &ok);
    t->arc_adder = filled((size_t)w->arc_count, 0, &ok);
    t->arc_carriage = filled((size_t)w->arc_count, 0, &ok);
    t->arc_limit = filled((size_t)w->arc_count, INFINITY, &ok);
    t->arc_free_limit = filled((size_t)w->arc_count, INFINITY, &ok);
    t->limit_rhs = filled((size_t)n->spec.limit_count, INFINITY, &ok);
    t->opening = filled((size_t)n->node_count, 0, &ok);
    t->on_the_way = filled((size_t)n->site_count, 0, &ok);
    t->line_q0 = filled((size_t)n->line_count, 0, &ok);
    t->expected_price = filled((size_t)n->site_count, 0, &ok);
    t->target_stock = filled((size_t)n->site_count, 0, &ok);
    t->clean_premium = filled((size_t)n->site_count, 0, &ok);
    t->clean_target = filled((size_t)n->site_count, 0, &ok);
    t->clean_on_the_way = filled((size_t)n->site_count, 0, &ok);
    t->option_limit = filled((size_t)w->option_count * (size_t)w->region_count, NAN, &ok);
    t->mode_limit = filled((size_t)w->mode_count, INFINITY, &ok);
    t->mode_adder = filled((size_t)w->mode_count, 0, &ok);
    t->mode_floor = filled((size_t)w->mode_count, NAN, &ok);
    t->order_quantity = filled((size_t)n->spec.order_count, 0, &ok);
    t->order_price = filled((size_t)n->spec.order_count, 0, &ok);
    t->order_budget = filled((size_t)n->spec.order_count, INFINITY, &ok);
    t->storage_sigma = 0.62;
    t->storage_cap = 25;
    t->storage_rate = 0.05;
    if (!ok) {
        lode_period_free(t);
        return LODE_NOMEM;
    }
    *out = t;
    return LODE_OK;
}

void lode_period_free(lode_period *t) {
    if (!t)
        return;
    void *all[] = {t->asset_capacity,   t->arc_carriage, t->arc_adder,  t->arc_limit,      t->arc_free_limit,
                   t->limit_rhs,        t->opening,      t->on_the_way, t->line_q0,        t->expected_price,
                   t->target_stock,     t->option_limit, t->mode_limit, t->clean_premium,  t->clean_target,
                   t->clean_on_the_way, t->mode_adder,   t->mode_floor, t->order_quantity, t->order_price,
                   t->order_budget};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        free(all[k]);
    free(t);
}

static bool runs_in(const lode_asset *a, double year) {
    if (a->status != LODE_STATUS_OPERATING && a->status != LODE_STATUS_RAMP_UP && a->status != LODE_STATUS_CONSTRUCTION)
        return false;
    if (a->start == LODE_NO_DAY)
        return a->status != LODE_STATUS_CONSTRUCTION;
    int y, m, d;
    lode_day_to(a->start, &y, &m, &d);
    return y + (m - 1) / 12.0 <= year;
}

/* Levies at reference prices. */
static double reference_levy(const lode_network *n, const lode_arc *arc) {
    double price = n->world->commodities[arc->commodity].ref_price_usd_per_kg;
    return lode_arc_levy(arc, price + n->price_term[arc->commodity * n->world->region_count + arc->from]);
}

static double variant_limit(const lode_mode *mode, double capacity, double years) {
    if (isnan(mode->max_share))
        return INFINITY;
    double start = isnan(mode->base_share) ? 0 : mode->base_share;
    double speed = isnan(mode->share_per_year) ? 1 : mode->share_per_year;
    return capacity * fmin(mode->max_share, start + speed * fmax(years, 0));
}

/* A substitute is not used in the base year; its share may grow by so much a year. */
static void option_limits(lode_period *t, const lode_world *w, double years) {
    for (int32_t o = 0; o < w->option_count; o++)
        for (int32_t r = 0; r < w->region_count; r++) {
            double speed = w->options[o].share_per_year,
                   most = isnan(w->options[o].max_share) ? 1 : w->options[o].max_share;
            t->option_limit[o * w->region_count + r] = isnan(speed) ? most : fmin(most, speed * fmax(years, 0));
        }
}

void lode_period_from_world(lode_period *t, const lode_network *n, double year, double dt) {
    const lode_world *w = n->world;
    t->dt = dt;
    for (int32_t a = 0; a < w->asset_count; a++) {
        const lode_asset *asset = &w->assets[a];
        double nameplate = isnan(asset->capacity_t_per_year) ? 0 : asset->capacity_t_per_year;
        t->asset_capacity[a] = runs_in(asset, year) ? nameplate * asset->availability * dt : 0;
    }
    for (int32_t m = 0; m < w->mode_count; m++)
        t->mode_limit[m] = variant_limit(&w->modes[m], t->asset_capacity[w->modes[m].asset], year - w->base_year);
    option_limits(t, w, year - w->base_year);
    for (int32_t a = 0; a < w->arc_count; a++) {
        t->arc_adder[a] = reference_levy(n, &w->arcs[a]);
        t->arc_limit[a] = isnan(w->arcs[a].quota_t) ? INFINITY : w->arcs[a].quota_t * dt;
    }
    for (int32_t i = 0; i < n->line_count; i++) {
        const lode_demand_line *l = &n->lines[i];
        if (l->linear)
            t->line_q0[i] = l->slope > 0 ? l->intercept / l->slope * dt : 0;
        else
            t->line_q0[i] =
                w->slices[l->slice].share * lode_world_demand_t(w, l->segment, l->region, l->commodity, year) * dt;
    }
}
