/* Questions to a loaded world: parameters, behaviour of a slice of users, demand of a year. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lodestone/world.h"
#include "world/world.h"

const char *lode_world_path(const lode_world *world) { return world->path; }

int32_t lode_world_base_year(const lode_world *world) { return world->base_year; }

const char *lode_world_default_scenario(const lode_world *world) { return world->default_scenario; }

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
    bool magnet = stage == LODE_STAGE_METAL || stage == LODE_STAGE_ALLOY || stage == LODE_STAGE_MAGNET || stage == LODE_STAGE_COMPONENT;
    return magnet ? "magnet" : "oxide";
}

/* The parameter is what the long run adds to the short-run elasticity, whichever sign it is written with. */
static double long_run(const lode_world *world, const lode_segment_slice *slice, int32_t commodity) {
    double short_run = lode_slice_parameter(world, slice, commodity, "elasticity");
    double added = find_parameter(world, "long_run_elasticity", stage_word(world, commodity), slice->slice);
    if (isnan(added))
        added = lode_world_parameter(world, "lr_elasticity", NAN);
    return isnan(added) ? fmin(-0.3, short_run) : short_run - fabs(added);
}

double lode_slice_parameter(const lode_world *world, const lode_segment_slice *slice, int32_t commodity, const char *name) {
    bool is_choke = !strcmp(name, "choke"), is_long = !strcmp(name, "long_run_elasticity");
    double own = is_choke ? slice->choke : is_long ? slice->long_run_elasticity : slice->elasticity;
    if (!isnan(own))
        return own;
    if (is_long)
        return long_run(world, slice, commodity);
    double value = find_parameter(world, name, stage_word(world, commodity), slice->slice);
    return !isnan(value) ? value : is_choke ? 10 : -0.25;
}

/* Between two years geometrically; straight where one of them is 0. */
static double between(const lode_demand *a, const lode_demand *b, double year) {
    double part = (year - a->year) / (b->year - a->year);
    if (a->quantity_t > 0 && b->quantity_t > 0)
        return a->quantity_t * pow(b->quantity_t / a->quantity_t, part);
    return a->quantity_t + part * (b->quantity_t - a->quantity_t);
}

double lode_world_demand_t(const lode_world *world, int32_t segment, int32_t region, int32_t commodity, double year) {
    const lode_demand *before = NULL, *after = NULL;
    for (int32_t i = 0; i < world->demand_count; i++) {
        const lode_demand *row = &world->demands[i];
        if (row->segment != segment || row->region != region || row->commodity != commodity || row->scenario[0] || isnan(row->quantity_t))
            continue;
        if (row->year <= year && (!before || row->year > before->year))
            before = row;
        if (row->year >= year && (!after || row->year < after->year))
            after = row;
    }
    if (!before && !after)
        return 0;
    if (!before || !after || before == after)
        return before ? before->quantity_t : after->quantity_t;
    return between(before, after, year);
}
