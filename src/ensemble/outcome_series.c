/* The series of a row: prices, stocks, money and losses by period. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ensemble/outcome_walk.h"
#include "measure/policy_cost.h"

static const char *const INSIDE = "inside", *const OUTSIDE = "outside";

/* ---- places ---- */

static bool is_magnet(const lode_commodity *commodity) {
    double content = 0;
    for (int32_t e = 0; e < LODE_ELEMENT_COUNT; e++)
        content += commodity->content[e];
    return commodity->stage == LODE_STAGE_MAGNET && content > 0;
}

static void find_commodities(lode_outcome *o) {
    const lode_world *world = o->scenario->world;
    for (int32_t c = 0; c < world->commodity_count; c++) {
        const bool oxide = lode_is_rare_earth_oxide(world, c);
        if (oxide)
            o->oxides[o->oxide_count++] = c;
        if (oxide || is_magnet(&world->commodities[c]))
            o->priced[o->priced_count++] = c;
    }
}

/* Purses that instruments name, the controlling region's, and the rest. */
static void find_payers(lode_outcome *o, bool *pays) {
    const lode_world *world = o->scenario->world;
    for (int32_t i = 0; i < o->scenario->count; i++)
        if (o->scenario->instruments[i]->common.payer >= 0)
            pays[o->scenario->instruments[i]->common.payer] = true;
    if (world->controlling_region >= 0)
        pays[world->controlling_region] = true;
    for (int32_t r = 0; r < world->region_count; r++)
        if (pays[r])
            o->payers[o->payer_count++] = r;
    o->payers[o->payer_count++] = world->region_count;
}

/* Value of all that a region's users take in the first year: by which regions are large. */
static double demand_kusd(const lode_scenario *scenario, int32_t region) {
    const lode_world *world = scenario->world;
    double sum = 0;
    for (int32_t i = 0; i < world->demand_point_count; i++) {
        const lode_demand_point *p = &world->demand_points[i];
        const bool first = i == 0 || world->demand_points[i - 1].segment != p->segment ||
                           world->demand_points[i - 1].region != p->region ||
                           world->demand_points[i - 1].commodity != p->commodity;
        const double price = world->commodities[p->commodity].ref_price_usd_per_kg;
        if (first && p->region == region)
            sum += p->quantity_t * (price > 0 ? price : 1);
    }
    return sum;
}

static void find_large(lode_outcome *o, double *size) {
    const lode_world *world = o->scenario->world;
    for (int32_t r = 0; r < world->region_count; r++)
        size[r] = r == world->controlling_region ? 0 : demand_kusd(o->scenario, r);
    while (o->large_count < LODE_LARGE_REGIONS) {
        int32_t best = -1;
        for (int32_t r = 0; r < world->region_count; r++)
            if (size[r] > 0 && (best < 0 || size[r] > size[best]))
                best = r;
        if (best < 0)
            return;
        size[best] = 0;
        o->large[o->large_count++] = best;
    }
}

lode_code lode_outcome_places(lode_outcome *o) {
    const lode_world *world = o->scenario->world;
    const size_t commodities = (size_t)world->commodity_count + 1, regions = (size_t)world->region_count + 2;
    o->priced = lode_arena_alloc(o->arena, commodities, sizeof *o->priced);
    o->oxides = lode_arena_alloc(o->arena, commodities, sizeof *o->oxides);
    o->payers = lode_arena_alloc(o->arena, regions, sizeof *o->payers);
    bool *pays = lode_arena_alloc(o->arena, regions, sizeof *pays);
    double *size = lode_arena_alloc(o->arena, regions, sizeof *size);
    if (!o->priced || !o->oxides || !o->payers || !pays || !size)
        return LODE_NOMEM;
    find_commodities(o);
    find_payers(o, pays);
    find_large(o, size);
    return LODE_OK;
}

const char *lode_payer_name(const lode_outcome *o, int32_t payer) {
    const lode_world *world = o->scenario->world;
    return o->payers[payer] < world->region_count ? world->regions[o->payers[payer]].id : "others";
}

/* ---- memory ---- */

lode_code lode_walk_open(lode_walk *walk, const lode_view *view) {
    if (!view)
        return LODE_OK;
    const size_t periods = (size_t)view->record->periods, regions = (size_t)view->world->region_count;
    walk->purses = calloc((regions + 1) * periods + 1, sizeof *walk->purses);
    walk->room = calloc(2 * periods + 1, sizeof *walk->room);
    if (!walk->purses || !walk->room) {
        lode_walk_close(walk);
        return LODE_NOMEM;
    }
    lode_policy_cost_by_purse(walk->purses, view);
    return LODE_OK;
}

void lode_walk_close(lode_walk *walk) {
    free(walk->purses);
    free(walk->room);
    walk->purses = walk->room = NULL;
}

/* ---- prices ---- */

static void prices_inside(double *out, const lode_view *view, int32_t commodity) {
    for (int32_t p = 0; p < view->record->periods; p++)
        out[p] = lode_price_trade(view, commodity, view->world->controlling_region, p);
}

lode_code lode_walk_prices(lode_walk *walk, const lode_view *view) {
    const lode_outcome *o = walk->outcome;
    const lode_world *world = o->scenario->world;
    lode_code code = LODE_OK;
    for (int32_t i = 0; i < o->priced_count && code == LODE_OK; i++) {
        lode_label label = {.what = "price", .item = world->commodities[o->priced[i]].id, .unit = "USD/kg, real"};
        if (world->controlling_region >= 0) {
            if (view)
                prices_inside(walk->room, view, o->priced[i]);
            label.region = INSIDE;
            lode_walk_series(walk, &label, walk->room);
        }
        code = view ? lode_price_outside(walk->room, view, o->priced[i]) : LODE_OK;
        label.region = OUTSIDE;
        if (code == LODE_OK)
            lode_walk_series(walk, &label, walk->room);
    }
    return code;
}

/* ---- stocks ---- */

/* Adds what the sites of a commodity hold, those of `region`, or (-1) all outside the controlling region. */
static void stocks_in(double *out, const lode_view *view, int32_t commodity, int32_t region) {
    const lode_record *record = view->record;
    memset(out, 0, (size_t)record->periods * sizeof *out);
    for (int32_t s = 0; s < record->sites; s++) {
        const lode_site *site = &view->sites[s];
        const bool here = region >= 0 ? site->region == region : site->region != view->world->controlling_region;
        if (site->commodity != commodity || !here)
            continue;
        for (int32_t p = 0; p < record->periods; p++)
            for (int32_t k = 0; k < site->node_count; k++)
                out[p] += record->stock[(size_t)p * (size_t)record->nodes + (size_t)(site->first_node + k)];
    }
}

static void walk_stock(lode_walk *walk, const lode_view *view, int32_t commodity, int32_t region, const char *name) {
    const lode_label label = {.what = "stock",
                              .item = walk->outcome->scenario->world->commodities[commodity].id,
                              .region = name,
                              .unit = "t"};
    if (view)
        stocks_in(walk->room, view, commodity, region);
    lode_walk_series(walk, &label, walk->room);
}

lode_code lode_walk_stocks(lode_walk *walk, const lode_view *view, bool by_region) {
    const lode_outcome *o = walk->outcome;
    const lode_world *world = o->scenario->world;
    for (int32_t i = 0; i < o->oxide_count; i++) {
        walk_stock(walk, view, o->oxides[i], -1, OUTSIDE);
        if (by_region && world->controlling_region >= 0)
            walk_stock(walk, view, o->oxides[i], world->controlling_region, INSIDE);
        for (int32_t r = 0; by_region && r < o->large_count; r++)
            walk_stock(walk, view, o->oxides[i], o->large[r], world->regions[o->large[r]].id);
    }
    return LODE_OK;
}

/* ---- money ---- */

void lode_walk_money(lode_walk *walk) {
    const lode_outcome *o = walk->outcome;
    const size_t periods = (size_t)lode_scenario_periods(o->scenario);
    for (int32_t i = 0; i < o->payer_count; i++) {
        const lode_label label = {.what = "money",
                                  .item = lode_payer_name(o, i),
                                  .unit = "million USD, real",
                                  .doc = "net outlay of a purse under instruments"};
        lode_walk_series(walk, &label, walk->purses ? &walk->purses[(size_t)o->payers[i] * periods] : NULL);
    }
}

/* ---- losses ---- */

static bool is_hit(const lode_battery_entry *entry, int32_t region) {
    for (int32_t h = 0; h < entry->hits.count; h++)
        if (entry->hits.items[h] == region)
            return true;
    return false;
}

/* Tonnes served to a class of use in the regions hit, period by period. */
static void served(double *out, const lode_view *view, const lode_battery_entry *entry, lode_use use, int32_t end) {
    const lode_record *record = view->record;
    memset(out, 0, (size_t)end * sizeof *out);
    for (int32_t l = 0; l < record->lines; l++) {
        const lode_demand_line *line = &view->lines[l];
        if (view->world->segments[line->segment].criticality != use || !is_hit(entry, line->region))
            continue;
        for (int32_t p = 0; p < end; p++)
            out[p] += record->line_served[(size_t)p * (size_t)record->lines + (size_t)l];
    }
}

static const double LEAST_T = 0.001; /* below a kilogram nothing is measured */

static void losses_of(double *out, double *room, const lode_pair *pair, const lode_battery_entry *entry, lode_use use,
                      int32_t end) {
    served(out, pair->run, entry, use, end);
    served(room, pair->paired, entry, use, end);
    for (int32_t p = 0; p < end; p++)
        out[p] = room[p] < LEAST_T ? (double)NAN : 1 - out[p] / room[p];
}

lode_code lode_walk_losses(lode_walk *walk, const lode_battery_entry *entry, const lode_pair *pair) {
    for (int32_t u = 0; u < LODE_USE_COUNT; u++) {
        const lode_label label = {.what = "loss",
                                  .item = lode_use_name((lode_use)u),
                                  .unit = "share",
                                  .doc = "of what the reference serves in the regions hit"};
        if (pair)
            losses_of(walk->room, walk->room + walk->end, pair, entry, (lode_use)u, walk->end);
        lode_walk_series(walk, &label, walk->room);
    }
    return LODE_OK;
}
