#include "ensemble/draw.h"

#include <stdlib.h>

/* Numbers at paths, in the arena of the draw. */
typedef struct {
    const char **paths;
    double *values;
    int32_t count;
} number_list;

static void add_number(number_list *list, const char *path, double value) {
    list->paths[list->count] = path;
    list->values[list->count++] = value;
}

static int32_t count_targets(const lode_uncertainty *uncertainty) {
    int32_t count = 0;
    for (int32_t i = 0; i < uncertainty->count; i++)
        count += uncertainty->items[i].target_count;
    return count;
}

static lode_code new_list(number_list *list, int32_t most, lode_arena *arena) {
    *list = (number_list){lode_arena_alloc(arena, (size_t)most + 1, sizeof *list->paths),
                          lode_arena_alloc(arena, (size_t)most + 1, sizeof *list->values), 0};
    return list->paths && list->values ? LODE_OK : LODE_NOMEM;
}

/* What each target becomes, those of the world apart. */
static lode_code list_numbers(number_list *of_world, number_list *of_scenario, const lode_drawn *drawn,
                              const lode_uncertainty *uncertainty) {
    const int32_t most = count_targets(uncertainty);
    lode_code code = new_list(of_world, most, drawn->arena);
    if (code == LODE_OK)
        code = new_list(of_scenario, most, drawn->arena);
    for (int32_t i = 0; i < uncertainty->count && code == LODE_OK; i++) {
        const lode_uncertain *item = &uncertainty->items[i];
        for (int32_t t = 0; t < item->target_count; t++)
            add_number(item->targets[t].in_world ? of_world : of_scenario, item->targets[t].path,
                       lode_uncertain_number(item, t, drawn->inputs[i]));
    }
    return code;
}

/* A value for each number; the streams of the events. */
static lode_code draw_numbers(lode_drawn *out, uint64_t **stream, const lode_uncertainty *uncertainty,
                              const lode_design *design, int64_t draw) {
    const size_t numbers = (size_t)uncertainty->count + 1;
    double *u = lode_arena_alloc(out->arena, numbers, sizeof *u),
           *scratch = lode_arena_alloc(out->arena, numbers, sizeof *scratch),
           *values = lode_arena_alloc(out->arena, numbers, sizeof *values);
    *stream = lode_arena_alloc(out->arena, (size_t)uncertainty->event_count + 1, sizeof **stream);
    if (!u || !scratch || !values || !*stream)
        return LODE_NOMEM;
    lode_design_point(design, draw, u, *stream);
    lode_uncertainty_values(uncertainty, u, values, scratch);
    out->inputs = values;
    return LODE_OK;
}

/* What happens in the world of the draw. */
static lode_code draw_events(lode_drawn *out, const lode_uncertainty *uncertainty, uint64_t seed,
                             const uint64_t *stream) {
    lode_scenario there = *uncertainty->scenario;
    lode_event_outcome *events = lode_arena_alloc(out->arena, (size_t)uncertainty->event_count + 1, sizeof *events);
    lode_code code = events ? LODE_OK : LODE_NOMEM;
    there.world = out->world ? out->world : there.world;
    for (int32_t e = 0; e < uncertainty->event_count && code == LODE_OK; e++)
        code = lode_event_draw(&events[e], &uncertainty->events[e], &there, seed, stream[e], out->arena);
    out->events = events;
    return code;
}

/* The entries that all events made, one behind another. */
static lode_code list_entries(lode_scenario_changes *changes, const lode_drawn *drawn, int32_t events) {
    int32_t count = 0;
    for (int32_t e = 0; e < events; e++)
        count += drawn->events[e].entry_count;
    const lode_yaml_node **entries = lode_arena_alloc(drawn->arena, (size_t)count + 1, sizeof *entries);
    if (!entries)
        return LODE_NOMEM;
    for (int32_t e = 0; e < events; e++)
        for (int32_t i = 0; i < drawn->events[e].entry_count; i++)
            entries[changes->shock_count++] = drawn->events[e].entries[i];
    changes->shocks = entries;
    return LODE_OK;
}

static lode_code build(lode_drawn *out, const lode_uncertainty *uncertainty, const lode_world_mould *mould,
                       uint64_t seed, const uint64_t *stream, lode_diags *diags) {
    const lode_scenario *scenario = uncertainty->scenario;
    number_list of_world, of_scenario;
    lode_code code = list_numbers(&of_world, &of_scenario, out, uncertainty);
    if (code != LODE_OK)
        return code;
    lode_scenario_changes changes = {.numbers = {of_scenario.count, of_scenario.paths, of_scenario.values}};
    if (mould)
        code = lode_world_cast(&out->world, mould, of_world.values, scenario->path, diags);
    if (code == LODE_OK)
        code = draw_events(out, uncertainty, seed, stream);
    if (code == LODE_OK)
        code = list_entries(&changes, out, uncertainty->event_count);
    return code == LODE_OK ? lode_scenario_changed(&out->scenario, scenario, out->world, &changes, diags) : code;
}

lode_code lode_draw_make(lode_drawn *out, const lode_uncertainty *uncertainty, const lode_world_mould *mould,
                         const lode_design *design, int64_t draw, lode_diags *diags) {
    uint64_t *stream;
    *out = (lode_drawn){.arena = lode_arena_new()};
    lode_code code = out->arena ? draw_numbers(out, &stream, uncertainty, design, draw) : LODE_NOMEM;
    return code == LODE_OK ? build(out, uncertainty, mould, design->seed, stream, diags) : code;
}

void lode_draw_release(lode_drawn *drawn) {
    lode_scenario_free(drawn->scenario);
    lode_world_free(drawn->world);
    lode_arena_free(drawn->arena);
    *drawn = (lode_drawn){0};
}

/* ---- the mould ---- */

/* In the order in which list_numbers has their values. */
static int32_t list_cells(const char **paths, const lode_uncertainty *uncertainty) {
    int32_t count = 0;
    for (int32_t i = 0; i < uncertainty->count; i++)
        for (int32_t t = 0; t < uncertainty->items[i].target_count; t++)
            if (uncertainty->items[i].targets[t].in_world)
                paths[count++] = uncertainty->items[i].targets[t].path;
    return count;
}

lode_code lode_draw_mould(lode_world_mould **out, const lode_uncertainty *uncertainty, lode_diags *diags) {
    const lode_scenario *scenario = uncertainty->scenario;
    const char **paths = calloc((size_t)count_targets(uncertainty) + 1, sizeof *paths);
    lode_overrides assumptions = {0};
    *out = NULL;
    const int32_t count = paths ? list_cells(paths, uncertainty) : 0;
    lode_code code = paths ? LODE_OK : LODE_NOMEM;
    if (count > 0)
        code = lode_scenario_file_overrides(&assumptions, scenario->file, diags);
    if (code == LODE_OK && count > 0)
        code = lode_world_mould_new(out, lode_world_path(scenario->world), &assumptions, paths, count, diags);
    lode_overrides_free(&assumptions);
    free(paths);
    return code;
}
