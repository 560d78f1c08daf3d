/* Trade rows become arcs of one commodity. A row of a stage stands for each of its commodities that has no row of its
 * own between the same two regions; the inner crude oxides never move. */
#include <math.h>
#include <stdlib.h>

#include "base/diag.h"
#include "world/loader.h"

static bool check_row(lode_loader *loader, const lode_trade_row *row) {
    if (row->row.failed)
        return false;
    bool by_commodity = row->commodity >= 0, by_stage = row->stage >= 0;
    if (by_commodity == by_stage)
        LODE_ROW_ERROR(loader, LODE_TABLE_TRADE, row, LODE_CONFLICT, "fill exactly one of them",
                       by_stage ? "a trade link names both a commodity and a stage"
                                : "a trade link names neither a commodity nor a stage");
    else if (row->from == row->to)
        LODE_ROW_ERROR(loader, LODE_TABLE_TRADE, row, LODE_CONFLICT, "name two different regions",
                       "a trade link from `%s` to itself", loader->world->regions[row->from].id);
    else if (by_stage && (!isnan(row->base_flow_t) || !isnan(row->quota_t)))
        LODE_ROW_ERROR(loader, LODE_TABLE_TRADE, row, LODE_CONFLICT,
                       "give base_flow_t and quota_t on a row of the commodity",
                       "a trade link of a whole stage has a quantity");
    else
        return true;
    return false;
}

static lode_arc make_arc(const lode_trade_row *row, int32_t commodity) {
    return (lode_arc){.row = row->row,
                      .commodity = commodity,
                      .from = row->from,
                      .to = row->to,
                      .freight_usd_per_kg = row->freight_usd_per_kg,
                      .duty_usd_per_kg = row->duty_usd_per_kg,
                      .tariff = row->tariff,
                      .export_levy = row->export_levy,
                      .transit_months = row->transit_months,
                      .base_flow_t = row->base_flow_t,
                      .quota_t = row->quota_t};
}

/* Links that have a row of their own, sorted; searched once for each commodity of a stage and pair of regions. */
typedef struct {
    int32_t commodity, from, to;
} link_key;

typedef struct {
    link_key *keys;
    size_t count;
} link_set;

static int compare_links(const void *a, const void *b) {
    const link_key *x = a, *y = b;
    if (x->commodity != y->commodity)
        return x->commodity < y->commodity ? -1 : 1;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (x->to > y->to) - (x->to < y->to);
}

static bool has_link(const link_set *own, int32_t commodity, int32_t from, int32_t to) {
    const link_key key = {commodity, from, to};
    return own->count > 0 && bsearch(&key, own->keys, own->count, sizeof key, compare_links);
}

/* The commodities that a row stands for; `out` may be NULL to count only. */
static int64_t expand_row(const lode_world *world, const link_set *own, const lode_trade_row *row, lode_arc *out) {
    if (row->commodity >= 0) {
        if (out)
            *out = make_arc(row, row->commodity);
        return 1;
    }
    int64_t count = 0;
    for (int32_t c = 0; c < world->commodity_count; c++) {
        const lode_commodity *commodity = &world->commodities[c];
        if ((int32_t)commodity->stage != row->stage || commodity->crude_of >= 0 || has_link(own, c, row->from, row->to))
            continue;
        if (out)
            out[count] = make_arc(row, c);
        count++;
    }
    return count;
}

static lode_code fill_arcs(lode_world *world, const link_set *own, const lode_trade_row *rows, const bool *good,
                           int32_t count) {
    int64_t total = 0;
    for (int32_t i = 0; i < count; i++)
        total += good[i] ? expand_row(world, own, &rows[i], NULL) : 0;
    world->arcs = total > INT32_MAX ? NULL : lode_arena_alloc(world->arena, (size_t)total, sizeof *world->arcs);
    if (!world->arcs)
        return LODE_NOMEM;
    for (int32_t i = 0; i < count; i++)
        if (good[i])
            world->arc_count += (int32_t)expand_row(world, own, &rows[i], world->arcs + world->arc_count);
    return LODE_OK;
}

lode_code lode_expand_trade(lode_loader *loader) {
    lode_world *world = loader->world;
    const lode_table_rows *table = &loader->tables[LODE_TABLE_TRADE];
    const lode_trade_row *rows = (const lode_trade_row *)(const void *)table->rows;
    bool *good = lode_arena_alloc(world->arena, (size_t)table->count, sizeof *good);
    link_set own = {calloc((size_t)table->count + 1, sizeof *own.keys), 0};
    lode_code code = own.keys && good ? LODE_OK : LODE_NOMEM;
    for (int32_t i = 0; i < table->count && !code; i++) {
        good[i] = check_row(loader, &rows[i]);
        if (good[i] && rows[i].commodity >= 0)
            own.keys[own.count++] = (link_key){rows[i].commodity, rows[i].from, rows[i].to};
    }
    if (!code) {
        qsort(own.keys, own.count, sizeof *own.keys, compare_links);
        code = fill_arcs(world, &own, rows, good, table->count);
    }
    free(own.keys);
    return code;
}
