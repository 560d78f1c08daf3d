/* Questions to a loaded world: parameters, behaviour of a slice of users, demand of a year. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "lodestone/world.h"
#include "world/loader.h"

const char *lode_world_path(const lode_world *world) {
    return world->path;
}

int32_t lode_world_base_year(const lode_world *world) {
    return world->base_year;
}

const char *lode_world_default_scenario(const lode_world *world) {
    return world->default_scenario;
}

bool lode_holds_rare_earth(const lode_world *world, int32_t commodity) {
    for (int e = 0; e < LODE_ELEMENT_COUNT; e++)
        if (world->commodities[commodity].content[e] > 0)
            return true;
    return false;
}

bool lode_counts_in_stage(const lode_world *world, int32_t commodity) {
    bool others_hold = false;
    for (int32_t c = 0; c < world->commodity_count && !others_hold; c++)
        others_hold =
            world->commodities[c].stage == world->commodities[commodity].stage && lode_holds_rare_earth(world, c);
    return !others_hold || lode_holds_rare_earth(world, commodity);
}

double lode_world_parameter(const lode_world *world, const char *name, double fallback) {
    int32_t index = lode_idmap_get(world->parameter_ids, name);
    return index >= 0 ? world->parameters[index].value : fallback;
}

/* NAME_STAGE_SLICE, else NAME_STAGE, else NAME; NaN. */
static double find_parameter(const lode_world *world, const char *name, const char *stage, const char *slice) {
    char id[200];
    double value = NAN;
    int length = snprintf(id, sizeof id, "%s_%s_%s", name, stage, slice);
    if (slice[0] && length < (int)sizeof id)
        value = lode_world_parameter(world, id, NAN);
    snprintf(id, sizeof id, "%s_%s", name, stage);
    if (isnan(value))
        value = lode_world_parameter(world, id, NAN);
    return isnan(value) ? lode_world_parameter(world, name, NAN) : value;
}

static const char *stage_word(const lode_world *world, int32_t commodity) {
    lode_stage stage = commodity >= 0 ? world->commodities[commodity].stage : LODE_STAGE_OTHER;
    bool magnet = stage == LODE_STAGE_METAL || stage == LODE_STAGE_ALLOY || stage == LODE_STAGE_MAGNET ||
                  stage == LODE_STAGE_COMPONENT;
    return magnet ? "magnet" : "oxide";
}

double lode_slice_parameter(const lode_world *world, const lode_segment_slice *slice, int32_t commodity,
                            const char *name) {
    bool is_choke = !strcmp(name, "choke"), is_long = !strcmp(name, "long_run_elasticity");
    double value = is_choke ? slice->choke : is_long ? slice->long_run_elasticity : slice->elasticity;
    if (isnan(value))
        value = find_parameter(world, name, stage_word(world, commodity), slice->slice);
    if (isnan(value) && is_long)
        value = lode_world_parameter(world, "lr_elasticity", NAN);
    if (isnan(value))
        value = is_choke ? 10 : is_long ? -0.3 : -0.25;
    return is_choke ? value : -fabs(value);
}

/* ---- demand ---- */

static int compare_int(int32_t a, int32_t b) {
    return a < b ? -1 : a > b;
}

static int compare_points(const void *a, const void *b) {
    const lode_demand_point *x = a, *y = b;
    int order = compare_int(x->segment, y->segment);
    order = order ? order : compare_int(x->region, y->region);
    order = order ? order : compare_int(x->commodity, y->commodity);
    return order ? order : compare_int(x->year, y->year);
}

lode_code lode_index_demand(lode_loader *loader) {
    lode_world *world = loader->world;
    world->demand_points = lode_arena_alloc(world->arena, (size_t)world->demand_count, sizeof *world->demand_points);
    if (!world->demand_points)
        return LODE_NOMEM;
    for (int32_t i = 0; i < world->demand_count; i++) {
        const lode_demand *row = &world->demands[i];
        if (!row->row.failed && !row->scenario[0] && !isnan(row->quantity_t))
            world->demand_points[world->demand_point_count++] =
                (lode_demand_point){row->segment, row->region, row->commodity, row->year, row->quantity_t};
    }
    qsort(world->demand_points, (size_t)world->demand_point_count, sizeof *world->demand_points, compare_points);
    return LODE_OK;
}

/* The first point that does not come before `wanted`; demand_point_count if there is none. */
static int32_t find_point(const lode_world *world, const lode_demand_point *wanted) {
    int32_t low = 0, high = world->demand_point_count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (compare_points(&world->demand_points[middle], wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const lode_demand_point *point_of(const lode_world *world, int32_t index, const lode_demand_point *wanted) {
    if (index < 0 || index >= world->demand_point_count)
        return NULL;
    const lode_demand_point *p = &world->demand_points[index];
    bool same = p->segment == wanted->segment && p->region == wanted->region && p->commodity == wanted->commodity;
    return same ? p : NULL;
}

/* Between two years geometrically; straight where one of them is 0. */
static double between(const lode_demand_point *a, const lode_demand_point *b, double year) {
    double part = (year - a->year) / (b->year - a->year);
    if (a->quantity_t > 0 && b->quantity_t > 0)
        return a->quantity_t * pow(b->quantity_t / a->quantity_t, part);
    return a->quantity_t + part * (b->quantity_t - a->quantity_t);
}

double lode_world_demand_t(const lode_world *world, int32_t segment, int32_t region, int32_t commodity, double year) {
    double within = fmin(fmax(year, 0), 10000);
    lode_demand_point wanted = {segment, region, commodity, (int32_t)ceil(within), 0};
    int32_t index = find_point(world, &wanted); /* the first year that is not before `year` */
    const lode_demand_point *after = point_of(world, index, &wanted), *before = point_of(world, index - 1, &wanted);
    if (!before && !after)
        return 0;
    if (!before || !after || after->year <= year)
        return after ? after->quantity_t : before->quantity_t;
    return between(before, after, within);
}

static const char *site_name(const lode_asset *a) {
    return a->site && a->site[0] ? a->site : a->id;
}

bool lode_same_site(const lode_asset *a, const lode_asset *b) {
    return a->region == b->region && strcmp(site_name(a), site_name(b)) == 0;
}

double lode_asset_start_year(const lode_world *world, int32_t asset) {
    const lode_asset *a = &world->assets[asset];
    if (a->start == LODE_NO_DAY)
        return NAN;
    double slippage =
        a->status == LODE_STATUS_CONSTRUCTION ? lode_world_parameter(world, "slippage_months_mean", 0) : 0;
    return lode_day_year(a->start) + slippage / 12;
}
