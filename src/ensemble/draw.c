#include "ensemble/draw.h"

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

static lode_code draw_events(lode_drawn *out, const lode_uncertainty *uncertainty, uint64_t seed,
                             const uint64_t *stream) {
    lode_code code = LODE_OK;
    for (int32_t e = 0; e < uncertainty->event_count && code == LODE_OK; e++)
        code = lode_event_draw(&out->events[e], &uncertainty->events[e], uncertainty->scenario, seed, stream[e],
                               out->arena);
    return code;
}

/* What is random in the draw: a value for each number, and what happens. */
static lode_code draw_all(lode_drawn *out, const lode_uncertainty *uncertainty, const lode_design *design,
                          int64_t draw) {
    const size_t numbers = (size_t)uncertainty->count + 1, events = (size_t)uncertainty->event_count + 1;
    double *u = lode_arena_alloc(out->arena, numbers, sizeof *u),
           *scratch = lode_arena_alloc(out->arena, numbers, sizeof *scratch);
    uint64_t *stream = lode_arena_alloc(out->arena, events, sizeof *stream);
    out->inputs = lode_arena_alloc(out->arena, numbers, sizeof *out->inputs);
    out->events = lode_arena_alloc(out->arena, events, sizeof *out->events);
    if (!u || !scratch || !stream || !out->inputs || !out->events)
        return LODE_NOMEM;
    for (int32_t e = 0; e < uncertainty->event_count; e++)
        out->events[e].first = LODE_NO_DAY;
    lode_design_point(design, draw, u, stream);
    lode_uncertainty_values(uncertainty, u, out->inputs, scratch);
    return draw_events(out, uncertainty, design->seed, stream);
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

static lode_code build(lode_drawn *out, const lode_uncertainty *uncertainty, lode_diags *diags) {
    const lode_scenario *scenario = uncertainty->scenario;
    number_list of_world, of_scenario;
    lode_code code = list_numbers(&of_world, &of_scenario, out, uncertainty);
    if (code != LODE_OK)
        return code;
    lode_scenario_changes changes = {.numbers = {of_scenario.count, of_scenario.paths, of_scenario.values}};
    const lode_scenario_numbers cells = {of_world.count, of_world.paths, of_world.values};
    code = list_entries(&changes, out, uncertainty->event_count);
    if (code == LODE_OK && cells.count > 0)
        code = lode_scenario_file_world_with(&out->world, scenario->world, scenario->file, &cells, diags);
    return code == LODE_OK ? lode_scenario_changed(&out->scenario, scenario, out->world, &changes, diags) : code;
}

lode_code lode_draw_make(lode_drawn *out, const lode_uncertainty *uncertainty, const lode_design *design, int64_t draw,
                         lode_diags *diags) {
    *out = (lode_drawn){.arena = lode_arena_new()};
    lode_code code = out->arena ? draw_all(out, uncertainty, design, draw) : LODE_NOMEM;
    if (code != LODE_OK) {
        out->inputs = NULL; /* half a draw is none */
        return code;
    }
    return build(out, uncertainty, diags);
}

void lode_draw_release(lode_drawn *drawn) {
    lode_scenario_free(drawn->scenario);
    lode_world_free(drawn->world);
    lode_arena_free(drawn->arena);
    *drawn = (lode_drawn){0};
}
