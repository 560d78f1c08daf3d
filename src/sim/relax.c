#include "sim/relax.h"

#include <math.h>

#include "sim/parts.h"

void lode_run_relax(lode_run *run, const lode_relaxation *relaxation) {
    run->relax = *relaxation;
}

/* Capacity that is added counts from the day it is there (plants.c): it is not held back by how fast plants outside may ramp up. */
static void add_reach(lode_run *run, int32_t asset, double t) {
    const lode_world *w = run->world;
    for (int32_t m = lode_asset_first_mode(w, asset); m < w->mode_count && w->modes[m].asset == asset; m++) {
        run->period->mode_limit[m] += t;
    }
}

static void add_capacity(lode_run *run, int32_t asset, double t) {
    run->period->asset_capacity[asset] += t;
    add_reach(run, asset, t);
}

static void add_plants(lode_run *run, const double *plants) {
    for (int32_t a = 0; a < run->world->asset_count; a++) {
        if (plants[a] > 0) {
            add_capacity(run, a, plants[a]);
        }
    }
}

void lode_relax_fill(lode_run *run) {
    const lode_relaxation *more = &run->relax;
    switch (more->kind) {
    case LODE_RELAX_NONE:
        break;
    case LODE_RELAX_ASSET:
        add_capacity(run, more->index, more->t);
        break;
    case LODE_RELAX_PLANTS:
        add_plants(run, more->plants);
        break;
    case LODE_RELAX_LIMIT:
        run->period->limit_rhs[more->index] += more->t;
        break;
    case LODE_RELAX_ARC:
        run->period->arc_limit[more->index] += more->t;
        run->period->arc_free_limit[more->index] += more->t;
        break;
    case LODE_RELAX_STOCK:
        run->period->opening[lode_network_sites(run->network)[more->index].first_node] += more->t;
        break;
    }
}

/* t that ship under the limit only because there is more of it. */
static double shipped_on_top(const lode_run *run, const lode_limit *limit, double *shipped) {
    *shipped = 0;
    for (int32_t i = 0; i < limit->count; i++) {
        *shipped += run->solution->arc_flow[limit->items[i].arc * LODE_CHANNEL_COUNT + (int)limit->items[i].channel];
    }
    return fmax(0, *shipped - (run->period->limit_rhs[run->relax.index] - run->relax.t));
}

static void scale_items(lode_run *run, const lode_limit *limit, double factor) {
    for (int32_t i = 0; i < limit->count; i++) {
        run->solution->arc_flow[limit->items[i].arc * LODE_CHANNEL_COUNT + (int)limit->items[i].channel] *= factor;
    }
}

void lode_relax_settle(lode_run *run, lode_policy_view *view) {
    double shipped = 0, on_top = 0;
    const lode_limit *limit = NULL;
    if (run->relax.kind == LODE_RELAX_LIMIT) {
        limit = &run->plan->limits[run->relax.index];
        on_top = shipped_on_top(run, limit, &shipped);
    }
    if (!(on_top > 0)) {
        lode_plan_settle(run->plan, run->next.blob, view, run->solution);
        return;
    }
    scale_items(run, limit, fmax(1 - on_top / shipped, 1e-9));
    lode_plan_settle(run->plan, run->next.blob, view, run->solution);
    scale_items(run, limit, 1 / fmax(1 - on_top / shipped, 1e-9));
}

void lode_relax_update(lode_run *run) {
    if (run->relax.kind == LODE_RELAX_STOCK) {
        run->relax.kind = LODE_RELAX_NONE; /* given once */
    }
}
