/* Producer exit: firms leave a trade for good.
 *
 * What it does. The capacity of the plants concerned is multiplied by 1 - share from the first day on. Without `restart_at` it stays
 * away. With it, a plant comes back, over restart_months in a straight line, in months when its product fetches restart_at times the
 * price on the day of exit or more: that is what it takes to pay for furnaces, people and permits once they are gone.
 *
 *   back' = back + months / restart_months  if  price >= restart_at price(exit);    capacity x [1 - share (1 - back)]
 *
 * Who pays. Users of the product. Where the country keeps some for itself, those abroad first.
 *
 * Where this is from. Chengdu Ascend, one of China's makers of samarium-cobalt magnets, stopped making them in February 2026 under the
 * export licences of April 2025; furnaces are special and capital is dear, so the trade feels friction early. No restart is reported. */
#include <math.h>

#include "base/diag.h"
#include "policy/instrument.h"

typedef struct {
    lode_index_list assets, regions, commodities, stages;
    double share, restart_at, restart_months;
    bool *leaves;   /* per asset; set by check */
    int32_t *makes; /* per asset: its product, -1; set by check */
} producer_exit;

#define OWN(field) offsetof(producer_exit, field)
static const lode_key rows[] = {
    {.name = "assets", .kind = LODE_KEY_ASSETS, .offset = OWN(assets), .doc = "plants by id"},
    {.name = "commodities",
     .kind = LODE_KEY_COMMODITIES,
     .offset = OWN(commodities),
     .doc = "and those that make these goods"},
    {.name = "stages", .kind = LODE_KEY_STAGES, .offset = OWN(stages), .doc = "and those of these stages"},
    {.name = "regions",
     .kind = LODE_KEY_REGIONS,
     .offset = OWN(regions),
     .doc = "where those plants are (default: the controlling regions)"},
    {.name = "share",
     .kind = LODE_KEY_NUMBER,
     .unit = "share of capacity",
     .fallback = 1,
     .max = 1,
     .offset = OWN(share),
     .doc = "capacity that leaves"},
    {.name = "restart_at",
     .kind = LODE_KEY_NUMBER,
     .unit = "times the price at exit",
     .fallback = NAN,
     .min = 1,
     .max = 1000,
     .offset = OWN(restart_at),
     .doc = "price at which capacity comes back (default: never)"},
    {.name = "restart_months",
     .kind = LODE_KEY_NUMBER,
     .unit = "months",
     .fallback = 12,
     .min = 1,
     .max = 240,
     .offset = OWN(restart_months),
     .doc = "months at such a price until all is back"},
};
static const lode_key_table table = {"producer_exit", sizeof(producer_exit), sizeof rows / sizeof rows[0], rows};

static bool leaves(const producer_exit *own, const lode_world *w, int32_t asset, int32_t product) {
    const lode_asset *a = &w->assets[asset];
    if (lode_list_has(&own->assets, asset)) {
        return true;
    }
    bool there = own->regions.count > 0 ? lode_list_has(&own->regions, a->region)
                                        : w->regions[a->region].bloc == LODE_BLOC_CONTROLLING;
    bool of_kind = lode_list_has(&own->commodities, product) ||
                   lode_list_has(&own->stages, (int32_t)w->processes[a->process].stage);
    return there && of_kind;
}

static void find_products(const lode_world *w, int32_t *makes) {
    for (int32_t a = 0; a < w->asset_count; a++) {
        makes[a] = -1;
    }
    for (int32_t m = w->mode_count - 1; m >= 0; m--) {
        makes[w->modes[m].asset] = w->modes[m].basis;
    }
}

static void check(const lode_instrument_check *check, lode_instrument *it) {
    producer_exit *own = it->own;
    const lode_world *w = check->world;
    bool any = false;
    own->leaves = lode_arena_alloc(check->arena, (size_t)w->asset_count + 1, sizeof *own->leaves);
    own->makes = lode_arena_alloc(check->arena, (size_t)w->asset_count + 1, sizeof *own->makes);
    if (!own->leaves || !own->makes) {
        return;
    }
    find_products(w, own->makes);
    for (int32_t a = 0; a < w->asset_count; a++) {
        own->leaves[a] = leaves(own, w, a, own->makes[a]);
        any = any || own->leaves[a];
    }
    if (own->assets.count + own->commodities.count + own->stages.count == 0) {
        lode_diag_add(check->diags, LODE_ERROR, LODE_MISSING_VALUE, it->file, it->line, it->column,
                      "write `assets`, `commodities` or `stages`", "`%s` must say who leaves", it->common.id);
    } else if (!any) {
        lode_diag_add(check->diags, LODE_WARNING, LODE_NOT_FOUND, it->file, it->line, it->column,
                      "look at `regions` and at assets.csv", "`%s` acts on no plant of this world", it->common.id);
    }
}

/* The blob: 1 once it began; for each plant the price on the day of exit; for each plant what is back, 0 to 1. */
static size_t state_size(const lode_instrument *it, const lode_world *w) {
    (void)it;
    return sizeof(double) * (1 + 2 * (size_t)w->asset_count);
}

static double price_of(const producer_exit *own, const lode_policy_view *view, int32_t asset) {
    int32_t site = own->makes[asset] < 0
                       ? -1
                       : lode_network_site(view->network, own->makes[asset], view->world->assets[asset].region, -1);
    return site < 0 ? NAN : view->site_price[site];
}

static void amend(const lode_instrument *it, void *state, const lode_policy_view *view) {
    const producer_exit *own = it->own;
    double *started = state, *at_exit = started + 1, *back = at_exit + view->world->asset_count,
           active = lode_instrument_share(it, view);
    for (int32_t a = 0; active > 0 && a < view->world->asset_count; a++) {
        if (!own->leaves[a]) {
            continue;
        }
        double price = price_of(own, view, a);
        if (!(*started > 0)) {
            at_exit[a] = price;
        } else if (price >= own->restart_at * at_exit[a]) { /* never true without `restart_at` */
            back[a] = fmin(1, back[a] + view->months / own->restart_months);
        }
        view->period->asset_capacity[a] *= 1 - own->share * active * (1 - back[a]);
    }
    *started = active > 0 ? 1 : *started;
}

const lode_instrument_type lode_producer_exit = {
    .name = "producer_exit",
    .doc = "Producers leave a trade for good, or until its price pays for a restart.",
    .attributes = &table,
    .check = check,
    .state_size = state_size,
    .amend = amend,
};
