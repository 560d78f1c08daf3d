/* Reagent cut-off: a region stops exporting what separation and metal making need.
 *
 * What it does. Links that leave the region with the goods concerned (stage reagent, unless named) carry nothing.
 *
 * Who pays. Separators and metal makers outside, once their stocks of acids, extractants, fluorides or calcium metal are used up: oxide
 * capacity then stands idle though ore is there.
 *
 * Where this is from. The October 2025 announcements put equipment and auxiliary materials under control; no such stop has happened. */
#include <math.h>

#include "base/diag.h"
#include "policy/links.h"

typedef struct {
    int32_t from;
    lode_index_list to, commodities, stages;
    double share;
    lode_links links;
} reagent_cutoff;

static const lode_key rows[] = {
    {.name = "from",
     .kind = LODE_KEY_REGION,
     .offset = offsetof(reagent_cutoff, from),
     .doc = "who stops exporting (default: the controlling region)"},
    {.name = "to",
     .kind = LODE_KEY_REGIONS,
     .offset = offsetof(reagent_cutoff, to),
     .doc = "destinations (default: all)"},
    {.name = "commodities",
     .kind = LODE_KEY_COMMODITIES,
     .offset = offsetof(reagent_cutoff, commodities),
     .doc = "goods stopped"},
    {.name = "stages",
     .kind = LODE_KEY_STAGES,
     .offset = offsetof(reagent_cutoff, stages),
     .doc = "all goods of these stages (default: reagent)"},
    {.name = "share",
     .kind = LODE_KEY_NUMBER,
     .unit = "share",
     .fallback = 1,
     .max = 1,
     .offset = offsetof(reagent_cutoff, share),
     .doc = "what is stopped"},
};
static const lode_key_table table = {"reagent_cutoff", sizeof(reagent_cutoff), sizeof rows / sizeof rows[0], rows};

static void check(const lode_instrument_check *check, lode_instrument *it) {
    reagent_cutoff *own = it->own;
    int32_t *items = lode_arena_alloc(check->arena, 2, sizeof *items);
    if (!items) {
        return;
    }
    items[0] = own->from >= 0 ? own->from : check->world->controlling_region;
    items[1] = LODE_STAGE_REAGENT;
    if (items[0] < 0) {
        lode_diag_add(check->diags, LODE_ERROR, LODE_MISSING_VALUE, it->file, it->line, it->column,
                      "write `from: REGION`", "`%s`: the world has no controlling region", it->common.id);
        items[0] = 0;
    }
    own->links =
        (lode_links){.from = {1, &items[0]}, .to = own->to, .commodities = own->commodities, .stages = own->stages};
    if (own->commodities.count + own->stages.count == 0) {
        own->links.stages = (lode_index_list){1, &items[1]};
    }
    lode_links_prepare(check, it, &own->links);
}

static size_t state_size(const lode_instrument *it, const lode_world *w) {
    (void)it;
    return sizeof(double) * ((size_t)w->arc_count + 1);
}

static void amend(const lode_instrument *it, void *state, const lode_policy_view *view) {
    const reagent_cutoff *own = it->own;
    double *started = state, *before = started + 1, active = lode_instrument_share(it, view);
    if (active <= 0) {
        return;
    }
    for (int32_t a = 0; !(*started > 0) && a < view->world->arc_count; a++) {
        before[a] = view->normal_flow[a];
    }
    *started = 1;
    for (int32_t a = 0; a < view->world->arc_count; a++) {
        if (lode_links_has(&own->links, &view->world->arcs[a])) {
            double most = before[a] * view->months * (1 - own->share * active);
            view->period->arc_limit[a] = fmin(view->period->arc_limit[a], most);
        }
    }
}

const lode_instrument_type lode_reagent_cutoff = {
    .name = "reagent_cutoff",
    .doc = "A region stops exporting reagents (or other named goods).",
    .attributes = &table,
    .check = check,
    .state_size = state_size,
    .amend = amend,
};
