/* Checks that need more than one cell: sums of shares, cost curves, forms of demand, ranges, names of calibration
 * objects. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "world/loader.h"

#define SUM_TOLERANCE 1e-6

static void check_ores(lode_loader *loader) {
    const lode_world *world = loader->world;
    for (int32_t i = 0; i < world->ore_count; i++) {
        const lode_ore *ore = &world->ores[i];
        double sum = 0;
        for (int e = 0; e < LODE_ELEMENT_COUNT; e++)
            sum += ore->share[e];
        if (!ore->row.failed && !loader->tables[LODE_TABLE_ORES].broken && fabs(sum - 1) > SUM_TOLERANCE)
            LODE_ROW_ERROR(loader, LODE_TABLE_ORES, ore, LODE_BAD_SUM, "correct or rescale them so that they sum to 1",
                           "the shares of ore `%s` sum to %.9g", ore->id, sum);
    }
}

static void check_segments(lode_loader *loader) {
    const lode_world *world = loader->world;
    for (int32_t i = 0; i < world->segment_count; i++) {
        const lode_segment *segment = &world->segments[i];
        const lode_segment_slice *slices = world->slices + segment->first_slice;
        double sum = 0;
        bool failed = loader->tables[LODE_TABLE_SEGMENTS].broken;
        for (int32_t j = 0; j < segment->slice_count; j++) {
            sum += slices[j].share;
            failed = failed || slices[j].row.failed;
            if (slices[j].criticality != segment->criticality && !slices[j].row.failed)
                LODE_ROW_ERROR(loader, LODE_TABLE_SEGMENTS, &slices[j], LODE_CONFLICT,
                               "give all slices of a segment one class of use",
                               "segment `%s` has slices of different criticality", segment->id);
        }
        if (!failed && fabs(sum - 1) > SUM_TOLERANCE)
            LODE_ROW_ERROR(loader, LODE_TABLE_SEGMENTS, &slices[0], LODE_BAD_SUM,
                           "correct or rescale them so that they sum to 1",
                           "the slice shares of segment `%s` sum to %.9g", segment->id, sum);
    }
}

/* `last[asset]` is the last point seen of each curve, -1 before the first. */
static lode_code check_cost_curves(lode_loader *loader) {
    const lode_world *world = loader->world;
    int32_t *last = lode_arena_alloc(world->arena, (size_t)world->asset_count, sizeof *last);
    if (!last)
        return LODE_NOMEM;
    for (int32_t i = 0; i < world->asset_count; i++)
        last[i] = -1;
    for (int32_t i = 0; i < world->cost_point_count; i++) {
        const lode_cost_point *point = &world->cost_points[i];
        if (point->row.failed || point->asset < 0)
            continue;
        const lode_cost_point *before = last[point->asset] < 0 ? NULL : &world->cost_points[last[point->asset]];
        const char *id = world->assets[point->asset].id;
        last[point->asset] = i;
        if (!before)
            continue;
        if (before->form != point->form)
            LODE_ROW_ERROR(loader, LODE_TABLE_COST_CURVES, point, LODE_CONFLICT,
                           "give all points of an asset the same form", "the cost curve of `%s` has two forms", id);
        else if (point->utilisation <= before->utilisation)
            LODE_ROW_ERROR(loader, LODE_TABLE_COST_CURVES, point, LODE_CONFLICT, "give one cost for each utilisation",
                           "the cost curve of `%s` has two costs at utilisation %.6g", id, point->utilisation);
        else if (point->cost_usd_per_kg < before->cost_usd_per_kg)
            LODE_ROW_ERROR(loader, LODE_TABLE_COST_CURVES, point, LODE_CONFLICT,
                           "a marginal cost may not fall as output rises",
                           "the cost curve of `%s` falls from %.6g to %.6g USD/kg", id, before->cost_usd_per_kg,
                           point->cost_usd_per_kg);
    }
    for (int32_t i = 0; i < world->asset_count; i++)
        if (last[i] < 0 && isnan(world->assets[i].cost_usd_per_kg) && !world->assets[i].row.failed)
            LODE_ROW_WARNING(loader, LODE_TABLE_ASSETS, &world->assets[i], LODE_MISSING_VALUE,
                             "give cost_usd_per_kg, or points in cost_curves.csv", "`%s` has no cost; it is taken as 0",
                             world->assets[i].id);
    return LODE_OK;
}

static void check_demand_row(lode_loader *loader, const lode_demand *row) {
    const lode_world *world = loader->world;
    const lode_commodity *commodity = &world->commodities[row->commodity];
    const char *segment = world->segments[row->segment].id;
    bool linear = row->form == LODE_FORM_LINEAR;
    if (linear && (isnan(row->intercept_usd_per_kg) || isnan(row->slope_usd_per_kg_per_t)))
        LODE_ROW_ERROR(loader, LODE_TABLE_DEMAND, row, LODE_MISSING_VALUE,
                       "give intercept_usd_per_kg and slope_usd_per_kg_per_t",
                       "the linear demand of `%s` for `%s` has no intercept or slope", segment, commodity->id);
    if (!linear && isnan(row->quantity_t))
        LODE_ROW_ERROR(loader, LODE_TABLE_DEMAND, row, LODE_MISSING_VALUE,
                       "give quantity_t, or form linear with intercept and slope",
                       "the demand of `%s` for `%s` has no quantity", segment, commodity->id);
    char *key = linear ? NULL : lode_arena_printf(world->arena, "price %s", commodity->id);
    if (!linear && !(commodity->ref_price_usd_per_kg > 0) && !commodity->row.failed && key &&
        lode_report_once(loader, key))
        LODE_ROW_ERROR(loader, LODE_TABLE_COMMODITIES, commodity, LODE_MISSING_VALUE,
                       "give ref_price_usd_per_kg, the price at which demand quantities are stated",
                       "`%s` has isoelastic demand but no reference price above 0", commodity->id);
}

static void check_demand(lode_loader *loader) {
    const lode_world *world = loader->world;
    for (int32_t i = 0; i < world->demand_count; i++) {
        const lode_demand *row = &world->demands[i];
        if (!row->row.failed && row->segment >= 0 && row->commodity >= 0 && row->region >= 0)
            check_demand_row(loader, row);
    }
}

static void check_parameters(lode_loader *loader) {
    const lode_world *world = loader->world;
    for (int32_t i = 0; i < world->parameter_count; i++) {
        const lode_parameter *p = &world->parameters[i];
        if (p->low > p->high)
            LODE_ROW_ERROR(loader, LODE_TABLE_PARAMETERS, p, LODE_CONFLICT, "swap them",
                           "parameter `%s`: low is above high", p->id);
        else if (p->value < p->low || p->value > p->high)
            LODE_ROW_WARNING(loader, LODE_TABLE_PARAMETERS, p, LODE_BAD_RANGE, "correct the value or the range",
                             "parameter `%s`: %.6g is outside its own range", p->id, p->value);
    }
}

static void check_options(lode_loader *loader) {
    const lode_world *world = loader->world;
    for (int32_t i = 0; i < world->option_count; i++) {
        const lode_option *option = &world->options[i];
        if (!option->row.failed && option->commodity == option->instead_of)
            LODE_ROW_ERROR(loader, LODE_TABLE_OPTIONS, option, LODE_CONFLICT, "name two different commodities",
                           "`%s` is to replace itself", world->commodities[option->commodity].id);
    }
}

/* ---- calibration objects: KIND:ID[:ID...] ---- */

typedef struct {
    const char *kind;
    int least, most;      /* ids behind the kind */
    lode_table_id ids[3]; /* of what; LODE_TABLE_NONE: not looked up */
} object_kind;

static const object_kind object_kinds[] = {
    {"asset", 1, 3, {LODE_TABLE_ASSETS, LODE_TABLE_NONE, LODE_TABLE_NONE}},
    {"arc", 3, 3, {LODE_TABLE_COMMODITIES, LODE_TABLE_REGIONS, LODE_TABLE_REGIONS}},
    {"price", 2, 2, {LODE_TABLE_COMMODITIES, LODE_TABLE_REGIONS, LODE_TABLE_NONE}},
    {"finish", 2, 2, {LODE_TABLE_COMMODITIES, LODE_TABLE_REGIONS, LODE_TABLE_NONE}},
};

static const lode_idmap *ids_of(const lode_world *world, lode_table_id table) {
    return table == LODE_TABLE_ASSETS    ? world->asset_ids
           : table == LODE_TABLE_REGIONS ? world->region_ids
                                         : world->commodity_ids;
}

static void bad_object(lode_loader *loader, const lode_calibration_term *term, const char *fix) {
    LODE_ROW_ERROR(loader, LODE_TABLE_CALIBRATION, term, LODE_UNKNOWN_ID, fix, "`%.120s` is not a calibration object",
                   term->object);
}

static void check_object(lode_loader *loader, const lode_calibration_term *term, char *text) {
    char *parts[5];
    int count = 0;
    for (char *part = text, *colon; part && count < 5; part = colon) {
        colon = strchr(part, ':');
        if (colon)
            *colon++ = '\0';
        parts[count++] = part;
    }
    for (size_t k = 0; k < sizeof object_kinds / sizeof object_kinds[0]; k++) {
        const object_kind *kind = &object_kinds[k];
        if (strcmp(parts[0], kind->kind) || count - 1 < kind->least || count - 1 > kind->most)
            continue;
        for (int i = 0; i < count - 1; i++) {
            char fix[240];
            if (kind->ids[i] == LODE_TABLE_NONE || loader->tables[kind->ids[i]].broken ||
                lode_idmap_get(ids_of(loader->world, kind->ids[i]), parts[i + 1]) >= 0)
                continue;
            lode_idmap_nearest(ids_of(loader->world, kind->ids[i]), parts[i + 1], fix, sizeof fix);
            bad_object(loader, term, fix[0] ? fix : "name an id of the world; `lodestone calibrate` writes this file");
            return;
        }
        return;
    }
    bad_object(loader, term, "see `lodestone describe calibration.object`; `lodestone calibrate` writes this file");
}

static lode_code check_calibration(lode_loader *loader) {
    const lode_world *world = loader->world;
    for (int32_t i = 0; i < world->term_count; i++) {
        if (world->terms[i].row.failed)
            continue;
        char *copy = lode_arena_strdup(world->arena, world->terms[i].object);
        if (!copy)
            return LODE_NOMEM;
        check_object(loader, &world->terms[i], copy);
    }
    return LODE_OK;
}

lode_code lode_check_rows(lode_loader *loader) {
    check_ores(loader);
    check_segments(loader);
    check_demand(loader);
    check_parameters(loader);
    check_options(loader);
    lode_check_elections(loader);
    lode_code code = check_cost_curves(loader);
    return code ? code : check_calibration(loader);
}
