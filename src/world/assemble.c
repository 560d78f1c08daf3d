/* Rows become the world's arrays. Most are copied as they are; the rows of an ore are merged, those of a segment
 * brought together. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "world/loader.h"

static void *copy_rows(lode_loader *loader, lode_table_id id, size_t extra, int32_t *count) {
    const lode_table_rows *rows = &loader->tables[id];
    void *copy = lode_arena_alloc(loader->world->arena, (size_t)rows->count + extra, rows->table->row_size);
    if (copy && rows->count)
        memcpy(copy, rows->rows, (size_t)rows->count * rows->table->row_size);
    *count = rows->count;
    return copy;
}

static lode_code merge_ores(lode_loader *loader) {
    lode_world *world = loader->world;
    const lode_table_rows *table = &loader->tables[LODE_TABLE_ORES];
    const lode_ore_row *rows = (const lode_ore_row *)(const void *)table->rows;
    world->ore_count = table->id_count;
    world->ores = lode_arena_alloc(world->arena, (size_t)table->id_count, sizeof *world->ores);
    if (!world->ores)
        return LODE_NOMEM;
    for (int32_t i = 0; i < table->count; i++) {
        int32_t index = lode_idmap_get(table->ids, rows[i].id);
        if (index < 0)
            continue;
        lode_ore *ore = &world->ores[index];
        if (!ore->id)
            *ore = (lode_ore){
                .row = rows[i].row, .id = rows[i].id, .mineral = rows[i].mineral, .thorium_ppm = rows[i].thorium_ppm};
        ore->row.failed = ore->row.failed || rows[i].row.failed;
        if (!rows[i].row.failed)
            ore->share[rows[i].element] = rows[i].share;
        if (!ore->mineral[0])
            ore->mineral = rows[i].mineral;
        if (isnan(ore->thorium_ppm))
            ore->thorium_ppm = rows[i].thorium_ppm;
    }
    return LODE_OK;
}

/* The segment takes from its slices what they have in common; the first that says something counts. */
static void join_slice(lode_segment *segment, const lode_segment_slice *slice) {
    if (segment->slice_count++ == 0) {
        int32_t first = segment->first_slice;
        *segment = (lode_segment){slice->id,
                                  slice->name,
                                  first,
                                  1,
                                  slice->criticality,
                                  slice->value_added_usd_per_kg,
                                  slice->cover_days,
                                  slice->service_life_years,
                                  slice->collection_rate};
        return;
    }
    if (!segment->name[0])
        segment->name = slice->name;
    if (isnan(segment->value_added_usd_per_kg))
        segment->value_added_usd_per_kg = slice->value_added_usd_per_kg;
    if (isnan(segment->cover_days))
        segment->cover_days = slice->cover_days;
    if (isnan(segment->service_life_years))
        segment->service_life_years = slice->service_life_years;
}

static lode_code join_segments(lode_loader *loader) {
    lode_world *world = loader->world;
    const lode_table_rows *table = &loader->tables[LODE_TABLE_SEGMENTS];
    const lode_segment_slice *rows = (const lode_segment_slice *)(const void *)table->rows;
    world->segment_count = table->id_count;
    world->segments = lode_arena_alloc(world->arena, (size_t)table->id_count + 1, sizeof *world->segments);
    world->slices = lode_arena_alloc(world->arena, (size_t)table->count, sizeof *world->slices);
    if (!world->segments || !world->slices)
        return LODE_NOMEM;
    for (int32_t i = 0; i < table->count; i++) { /* count, one place up; then sum; then fill */
        int32_t index = lode_idmap_get(table->ids, rows[i].id);
        if (index >= 0)
            world->segments[index + 1].first_slice++;
    }
    for (int32_t i = 1; i <= table->id_count; i++)
        world->segments[i].first_slice += world->segments[i - 1].first_slice;
    for (int32_t i = 0; i < table->count; i++) {
        int32_t index = lode_idmap_get(table->ids, rows[i].id);
        if (index < 0)
            continue;
        lode_segment *segment = &world->segments[index];
        world->slices[segment->first_slice + segment->slice_count] = rows[i];
        world->slice_count++;
        join_slice(segment, &rows[i]);
    }
    return LODE_OK;
}

static void take_ids(lode_loader *loader, lode_idmap **ids, lode_table_id id) {
    *ids = loader->tables[id].ids;
    loader->tables[id].ids = NULL;
}

static void find_controlling_region(lode_loader *loader) {
    lode_world *world = loader->world;
    world->controlling_region = -1;
    for (int32_t i = 0; i < world->region_count; i++) {
        const lode_region *region = &world->regions[i];
        if (region->bloc != LODE_BLOC_CONTROLLING || region->row.failed)
            continue;
        if (world->controlling_region < 0)
            world->controlling_region = i;
        else
            LODE_ROW_ERROR(loader, LODE_TABLE_REGIONS, region, LODE_CONFLICT, "make the others allied or other",
                           "`%s` is a second controlling region beside `%s`", region->id,
                           world->regions[world->controlling_region].id);
    }
}

static double sort_key(double x) {
    return isnan(x) ? -INFINITY : x; /* missing: the row has failed, but must have a place */
}

static int by_utilisation(const void *a, const void *b) {
    const lode_cost_point *x = a, *y = b;
    double u = sort_key(x->utilisation), v = sort_key(y->utilisation);
    if (x->asset != y->asset)
        return x->asset < y->asset ? -1 : 1;
    if (u != v)
        return u < v ? -1 : 1;
    return x->row.line < y->row.line ? -1 : x->row.line > y->row.line;
}

/* The points of a curve, in whatever order the file has them, become a curve. */
static void sort_cost_points(lode_world *world) {
    if (world->cost_point_count > 0)
        qsort(world->cost_points, (size_t)world->cost_point_count, sizeof *world->cost_points, by_utilisation);
}

#define COPY(array, number, table, extra)                                                                              \
    if (!(world->array = copy_rows(loader, LODE_TABLE_##table, extra, &world->number)))                                \
        return LODE_NOMEM;

lode_code lode_assemble_world(lode_loader *loader) {
    lode_world *world = loader->world;
    COPY(sources, source_count, SOURCES, 0)
    COPY(parameters, parameter_count, PARAMETERS, 0)
    COPY(indices, index_count, INDICES, 0)
    COPY(regions, region_count, REGIONS, 0)
    COPY(commodities, commodity_count, COMMODITIES, LODE_ELEMENT_COUNT) /* room for the inner crude ones */
    COPY(processes, process_count, PROCESSES, 0)
    COPY(recipes, recipe_count, RECIPES, 0)
    COPY(assets, asset_count, ASSETS, 0)
    COPY(cost_points, cost_point_count, COST_CURVES, 0)
    COPY(demands, demand_count, DEMAND, 0)
    COPY(options, option_count, OPTIONS, 0)
    COPY(stocks, stock_count, STOCKS, 0)
    COPY(workforce, workforce_count, WORKFORCE, 0)
    COPY(terms, term_count, CALIBRATION, 0)
    COPY(prices, price_count, PRICES, 0)
    COPY(observations, observation_count, OBSERVATIONS, 0)
    for (int32_t i = 0; i < world->commodity_count; i++)
        world->commodities[i].ore = world->commodities[i].crude_of = -1;
    sort_cost_points(world);
    find_controlling_region(loader);
    lode_code code = merge_ores(loader);
    if (!code)
        code = join_segments(loader);
    take_ids(loader, &world->region_ids, LODE_TABLE_REGIONS);
    take_ids(loader, &world->commodity_ids, LODE_TABLE_COMMODITIES);
    take_ids(loader, &world->ore_ids, LODE_TABLE_ORES);
    take_ids(loader, &world->process_ids, LODE_TABLE_PROCESSES);
    take_ids(loader, &world->asset_ids, LODE_TABLE_ASSETS);
    take_ids(loader, &world->segment_ids, LODE_TABLE_SEGMENTS);
    take_ids(loader, &world->parameter_ids, LODE_TABLE_PARAMETERS);
    take_ids(loader, &world->source_ids, LODE_TABLE_SOURCES);
    return code;
}
