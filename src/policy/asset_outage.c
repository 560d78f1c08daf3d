/* Asset outage: plants stand still.
 *
 * What it does. The capacity of the assets concerned is multiplied by 1 - share while it lasts. They are named, or they are the site
 * with the largest capacity by value (tonnes x what a tonne makes at reference prices) of some stages outside a region, chosen on the
 * first day of the outage and kept.
 *
 * Who pays. The plant's customers first; its owner's fixed costs run on.
 *
 * Where this is from. A fire, a lost permit (Lynas in Malaysia in 2023 came close), a strike; duration and share are the scenario's. */
#include <math.h>

#include "base/diag.h"
#include "policy/instrument.h"

typedef struct {
    bool given;
    lode_index_list stages;
    int32_t outside;
} largest_site;

typedef struct {
    lode_index_list assets;
    largest_site largest;
    lode_series share;
} asset_outage;

static const lode_key largest_rows[] = {
    {.name = "stage",
     .kind = LODE_KEY_STAGES,
     .required = true,
     .offset = offsetof(largest_site, stages),
     .doc = "one or several stages"},
    {.name = "outside",
     .kind = LODE_KEY_REGION,
     .offset = offsetof(largest_site, outside),
     .doc = "not in this region (default: the controlling one)"},
};
static const lode_key_table largest_table = {"largest", sizeof(largest_site),
                                             sizeof largest_rows / sizeof largest_rows[0], largest_rows};

static const lode_key rows[] = {
    {.name = "assets", .kind = LODE_KEY_ASSETS, .offset = offsetof(asset_outage, assets), .doc = "plants by id"},
    {.name = "largest",
     .kind = LODE_KEY_MAP,
     .nested = &largest_table,
     .offset = offsetof(asset_outage, largest),
     .doc = "instead: the site with the largest capacity by value"},
    {.name = "share",
     .kind = LODE_KEY_SERIES,
     .unit = "share of capacity",
     .fallback = 1,
     .max = 1,
     .offset = offsetof(asset_outage, share),
     .doc = "capacity that is out, by month"},
};
static const lode_key_table table = {"asset_outage", sizeof(asset_outage), sizeof rows / sizeof rows[0], rows};

static void check(const lode_instrument_check *check, lode_instrument *it) {
    asset_outage *own = it->own;
    own->largest.given = own->largest.stages.count > 0;
    if (own->largest.given == (own->assets.count > 0)) {
        lode_diag_add(check->diags, LODE_ERROR, own->largest.given ? LODE_CONFLICT : LODE_MISSING_VALUE, it->file,
                      it->line, it->column, "write either `assets` or `largest`",
                      "`%s` must say which plants stand still, in one way", it->common.id);
    }
    if (own->largest.outside < 0) {
        own->largest.outside = check->world->controlling_region;
    }
}

static bool eligible(const asset_outage *own, const lode_policy_view *view, int32_t asset) {
    const lode_asset *a = &view->world->assets[asset];
    return a->region != own->largest.outside && view->period->asset_capacity[asset] > 0 &&
           lode_list_has(&own->largest.stages, (int32_t)view->world->processes[a->process].stage);
}

/* First asset of the site with the largest value; -1 if none. O(assets^2). */
static int32_t find_largest(const asset_outage *own, const lode_policy_view *view) {
    int32_t best = -1;
    double most = 0;
    for (int32_t a = 0; a < view->world->asset_count; a++) {
        double value = 0;
        for (int32_t b = 0; b < view->world->asset_count && eligible(own, view, a); b++) {
            if (eligible(own, view, b) && lode_same_site(&view->world->assets[a], &view->world->assets[b])) {
                value += view->asset_value[b];
            }
        }
        if (value > most) {
            most = value;
            best = a;
        }
    }
    return best;
}

/* The blob: 1 + the chosen asset; 0 before it is chosen. */
static size_t state_size(const lode_instrument *it, const lode_world *w) {
    (void)it;
    (void)w;
    return sizeof(double);
}

static bool concerns(const asset_outage *own, const lode_policy_view *view, int32_t chosen, int32_t asset) {
    if (!own->largest.given) {
        return lode_list_has(&own->assets, asset);
    }
    const lode_asset *a = &view->world->assets[asset];
    return chosen >= 0 && lode_same_site(a, &view->world->assets[chosen]) &&
           lode_list_has(&own->largest.stages, (int32_t)view->world->processes[a->process].stage);
}

static void amend(const lode_instrument *it, void *state, const lode_policy_view *view) {
    const asset_outage *own = it->own;
    double *chosen = state, active = lode_instrument_share(it, view);
    if (active <= 0) {
        return;
    }
    if (own->largest.given && !(*chosen > 0)) {
        *chosen = 1 + find_largest(own, view);
    }
    double out = active * lode_series_at(&own->share, lode_months_between(it->first, view->day), 1);
    for (int32_t a = 0; a < view->world->asset_count; a++) {
        if (concerns(own, view, (int32_t)*chosen - 1, a)) {
            view->period->asset_capacity[a] *= 1 - out;
        }
    }
}

const lode_instrument_type lode_asset_outage = {
    .name = "asset_outage",
    .doc = "Plants stand still, named or the largest of a stage.",
    .attributes = &table,
    .check = check,
    .state_size = state_size,
    .amend = amend,
};
