/* Two least fixed points over commodity x region. `has` starts from stocks and sources and grows along trade links,
 * finishing (crude to oxide) and plants all of whose inputs are there. `offered` lets every plant run. */
#include "world/reach.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/diag.h"
#include "world/loader.h"

struct lode_reach {
    const lode_world *world;
    bool *has, *offered; /* commodity x region_count + region */
};

static size_t cell(const lode_reach *reach, int32_t commodity, int32_t region) {
    return (size_t)commodity * (size_t)reach->world->region_count + (size_t)region;
}

bool lode_reach_has(const lode_reach *reach, int32_t commodity, int32_t region) {
    return reach->has[cell(reach, commodity, region)];
}

bool lode_reach_offered(const lode_reach *reach, int32_t commodity, int32_t region) {
    return reach->offered[cell(reach, commodity, region)];
}

static bool mark(const lode_reach *reach, bool *cells, int32_t commodity, int32_t region) {
    bool *c = &cells[cell(reach, commodity, region)];
    bool fresh = !*c;
    *c = true;
    return fresh;
}

static bool runs(const lode_reach *reach, const bool *cells, const lode_mode *mode, int32_t region) {
    for (int32_t i = 0; i < mode->term_count; i++) {
        const lode_mode_term *term = &reach->world->mode_terms[mode->first_term + i];
        if (term->amount < 0 && !cells[cell(reach, term->commodity, region)])
            return false;
    }
    return true;
}

static bool spread_modes(const lode_reach *reach, bool *cells, bool always) {
    const lode_world *world = reach->world;
    bool changed = false;
    for (int32_t m = 0; m < world->mode_count; m++) {
        const lode_mode *mode = &world->modes[m];
        const lode_asset *asset = &world->assets[mode->asset];
        if (asset->status == LODE_STATUS_CLOSED || (!always && !runs(reach, cells, mode, asset->region)))
            continue;
        for (int32_t i = 0; i < mode->term_count; i++) {
            const lode_mode_term *term = &world->mode_terms[mode->first_term + i];
            if (term->amount > 0 && mark(reach, cells, term->commodity, asset->region))
                changed = true;
        }
    }
    return changed;
}

static bool spread_goods(const lode_reach *reach, bool *cells) {
    const lode_world *world = reach->world;
    bool changed = false;
    for (int32_t i = 0; i < world->arc_count; i++) {
        const lode_arc *arc = &world->arcs[i];
        if (cells[cell(reach, arc->commodity, arc->from)] && mark(reach, cells, arc->commodity, arc->to))
            changed = true;
    }
    for (int32_t c = 0; c < world->commodity_count; c++) {
        for (int32_t r = 0; world->commodities[c].crude_of >= 0 && r < world->region_count; r++)
            if (cells[cell(reach, c, r)] && mark(reach, cells, world->commodities[c].crude_of, r))
                changed = true;
    }
    return changed;
}

/* Commodities that are the scrap of something in use come back by themselves. */
static void mark_stocks(const lode_reach *reach, bool *cells) {
    const lode_world *world = reach->world;
    for (int32_t i = 0; i < world->stock_count; i++)
        if (world->stocks[i].quantity_t > 0)
            mark(reach, cells, world->stocks[i].commodity, world->stocks[i].region);
    for (int32_t i = 0; i < world->demand_count; i++) {
        const lode_demand *demand = &world->demands[i];
        int32_t scrap = world->commodities[demand->commodity].scrap;
        if (scrap >= 0)
            mark(reach, cells, scrap, demand->region);
    }
}

lode_reach *lode_reach_new(const lode_world *world) {
    lode_reach *reach = calloc(1, sizeof *reach);
    size_t cells = (size_t)world->commodity_count * (size_t)world->region_count;
    if (!reach)
        return NULL;
    reach->world = world;
    reach->has = calloc(cells + 1, sizeof(bool));
    reach->offered = calloc(cells + 1, sizeof(bool));
    if (!reach->has || !reach->offered) {
        lode_reach_free(reach);
        return NULL;
    }
    mark_stocks(reach, reach->has);
    mark_stocks(reach, reach->offered);
    bool changed = true;
    while (changed) {
        changed = spread_modes(reach, reach->has, false);
        changed = spread_goods(reach, reach->has) || changed;
    }
    spread_modes(reach, reach->offered, true);
    while (spread_goods(reach, reach->offered)) {
    }
    return reach;
}

void lode_reach_free(lode_reach *reach) {
    if (!reach)
        return;
    free(reach->has);
    free(reach->offered);
    free(reach);
}

bool lode_reach_serves(const lode_reach *reach, const lode_demand *demand) {
    const lode_world *world = reach->world;
    if (lode_reach_has(reach, demand->commodity, demand->region))
        return true;
    for (int32_t i = 0; i < world->option_count; i++) {
        const lode_option *option = &world->options[i];
        if (option->segment == demand->segment && option->instead_of == demand->commodity &&
            lode_reach_has(reach, option->commodity, demand->region))
            return true;
    }
    return false;
}

/* Inputs of one mode that nobody offers; at most `most` are written, all are counted. */
static int count_missing(const lode_reach *reach, const lode_mode *mode, int32_t missing[], int most) {
    const lode_world *world = reach->world;
    int32_t region = world->assets[mode->asset].region;
    int count = 0;
    for (int32_t i = 0; i < mode->term_count; i++) {
        const lode_mode_term *term = &world->mode_terms[mode->first_term + i];
        if (term->amount >= 0 || lode_reach_offered(reach, term->commodity, region))
            continue;
        if (count < most)
            missing[count] = term->commodity;
        count++;
    }
    return count;
}

int lode_reach_missing(const lode_reach *reach, int32_t asset, int32_t missing[], int most) {
    const lode_world *world = reach->world;
    int fewest = 0;
    int32_t best = -1;
    if (world->assets[asset].status == LODE_STATUS_CLOSED)
        return 0;
    for (int32_t m = lode_asset_first_mode(world, asset); m < world->mode_count && world->modes[m].asset == asset;
         m++) {
        int count = count_missing(reach, &world->modes[m], missing, 0);
        if (best < 0 || count < fewest) {
            fewest = count;
            best = m;
        }
    }
    return fewest ? count_missing(reach, &world->modes[best], missing, most) : 0;
}

int32_t lode_asset_first_mode(const lode_world *world, int32_t asset) {
    int32_t low = 0, high = world->mode_count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (world->modes[middle].asset < asset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- the warnings ---- */

static void warn_feed(lode_loader *loader, const lode_reach *reach, int32_t index) {
    const lode_world *world = loader->world;
    const lode_asset *asset = &world->assets[index];
    int32_t missing[3];
    int count = lode_reach_missing(reach, index, missing, 3);
    if (!count)
        return;
    lode_text names = {0};
    for (int i = 0; i < count && i < 3; i++)
        lode_text_addf(&names, "%s`%s`", i ? ", " : "", world->commodities[missing[i]].id);
    if (count > 3)
        lode_text_addf(&names, " and %d more", count - 3);
    LODE_ROW_WARNING(loader, LODE_TABLE_ASSETS, asset, LODE_NO_FEED,
                     "add a producer or a stock there, or a trade link that brings it",
                     "`%s` has no feed: nothing supplies %s in %s", asset->id, names.failed ? "it" : names.data,
                     world->regions[asset->region].id);
    lode_text_free(&names);
}

static void warn_demand(lode_loader *loader, const lode_reach *reach, const lode_demand *demand) {
    const lode_world *world = loader->world;
    bool wanted = demand->form == LODE_FORM_LINEAR || demand->quantity_t > 0;
    if (!wanted || lode_reach_serves(reach, demand))
        return;
    const char *segment = world->segments[demand->segment].id, *commodity = world->commodities[demand->commodity].id;
    const char *region = world->regions[demand->region].id;
    char *key = lode_arena_printf(world->arena, "reach %s %s %s", segment, commodity, region);
    if (key && lode_report_once(loader, key))
        LODE_ROW_WARNING(loader, LODE_TABLE_DEMAND, demand, LODE_UNREACHABLE,
                         "add a producer, a trade link or a substitute",
                         "nothing can reach the demand of `%s` for `%s` in %s", segment, commodity, region);
}

lode_code lode_check_reach(lode_loader *loader) {
    const lode_world *world = loader->world;
    lode_reach *reach = lode_reach_new(world);
    if (!reach)
        return LODE_NOMEM;
    for (int32_t i = 0; i < world->asset_count; i++)
        warn_feed(loader, reach, i);
    for (int32_t i = 0; i < world->demand_count; i++)
        warn_demand(loader, reach, &world->demands[i]);
    lode_reach_free(reach);
    return LODE_OK;
}
