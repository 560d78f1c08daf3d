/* The ways to open a scenario: from files, from text, with numbers in their places, and from another one that is open. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/text.h"
#include "lodestone/levers.h"
#include "lodestone/nearest.h"
#include "policy/scenario_read.h"

/* ---- what all share ---- */

/* An empty one in a world, with its arena; NULL when out of memory. */
static lode_scenario *begin(const lode_world *world) {
    lode_scenario *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->world = world;
    s->arena = lode_arena_new();
    if (!s->arena) {
        free(s);
        return NULL;
    }
    return s;
}

/* Hands it out, or frees it. */
static lode_code finish(lode_scenario **out, lode_scenario *s, lode_code code) {
    if (code != LODE_OK) {
        lode_scenario_free(s);
        s = NULL;
    }
    *out = s;
    return code;
}

/* ---- from files ---- */

static lode_code open_into(lode_scenario *s, const char *path, const lode_scenario_given *given, lode_diags *diags) {
    const size_t before = lode_diags_error_count(diags);
    lode_scenario_file *file = NULL;
    lode_code code = lode_scenario_file_read(&file, path, given, s->arena, diags);
    s->file = file;
    if (code == LODE_OK && !given->numbers) {
        code = lode_scenario_file_world(&s->own_world, s->world, file, diags);
    }
    if (code != LODE_OK) {
        return code;
    }
    s->world = s->own_world ? s->own_world : s->world;
    return lode_scenario_read(s, LODE_NO_DAY, before, diags);
}

static lode_code open_any(lode_scenario **out, const lode_world *world, const char *path,
                          const lode_scenario_given *given, lode_diags *diags) {
    lode_scenario *s = begin(world);
    return finish(out, s, s ? open_into(s, path, given, diags) : LODE_NOMEM);
}

lode_code lode_scenario_open(lode_scenario **out, const lode_world *world, const char *path, lode_diags *diags) {
    return open_any(out, world, path, &(lode_scenario_given){0}, diags);
}

lode_code lode_scenario_open_text(lode_scenario **out, const lode_world *world, const char *path, const char *text,
                                  lode_diags *diags) {
    return open_any(out, world, path, &(lode_scenario_given){.text = text}, diags);
}

lode_code lode_scenario_open_with(lode_scenario **out, const lode_world *world, const char *path,
                                  const lode_scenario_numbers *numbers, lode_diags *diags) {
    return open_any(out, world, path, &(lode_scenario_given){.numbers = numbers}, diags);
}

lode_code lode_scenario_open_copied(lode_scenario **out, const lode_world *world, const char *path,
                                    const lode_scenario_copies *copies, lode_diags *diags) {
    return open_any(out, world, path, &(lode_scenario_given){.copies = copies}, diags);
}

/* ---- from another one ---- */

/* What `file` says in place of the file of `from`. */
static lode_code read_changed(lode_scenario *s, const lode_scenario *from, const lode_scenario_file *file,
                              lode_day moved, size_t before, lode_diags *diags) {
    s->file = file;
    const lode_code code = lode_scenario_read(s, moved, before, diags);
    s->programme = from->programme; /* a caller may have switched it off */
    return code;
}

lode_code lode_scenario_moved(lode_scenario **out, const lode_scenario *scenario, lode_day shock_start) {
    lode_diags *diags = lode_diags_new(); /* its findings were told when the scenario was opened */
    lode_scenario *s = begin(scenario->world);
    lode_code code = LODE_NOMEM;
    if (s && diags) {
        code = read_changed(s, scenario, scenario->file, shock_start, 0, diags);
    }
    lode_diags_free(diags);
    return finish(out, s, code);
}

lode_code lode_scenario_changed(lode_scenario **out, const lode_scenario *scenario, const lode_world *world,
                                const lode_scenario_changes *changes, lode_diags *diags) {
    const size_t before = lode_diags_error_count(diags);
    lode_scenario_file *file = NULL;
    lode_scenario *s = begin(world ? world : scenario->world);
    lode_code code = s ? lode_scenario_file_changed(&file, scenario->file, changes, s->arena, diags) : LODE_NOMEM;
    if (code == LODE_OK) {
        code = read_changed(s, scenario, file, LODE_NO_DAY, before, diags);
    }
    return finish(out, s, code);
}

/* A run of `b` that meets none of its battery is a run of `a`. */
static lode_code check_same_runs(const lode_scenario_file *a, const lode_scenario_file *b, lode_diags *diags) {
    const lode_yaml_node *where;
    const char *part = lode_scenario_file_differs(a, b, &where);
    if (!part)
        return LODE_OK;
    return lode_diag_add(diags, LODE_ERROR, LODE_CONFLICT, where ? where->file : b->path, where ? where->line : 0,
                         where ? where->column : 0, "let what changes be an entry of `battery`, or solve this scenario",
                         "it changes `%s` of the scenario it extends", part);
}

lode_code lode_scenario_extended(lode_scenario **out, const lode_scenario *base, const char *path, const char *text,
                                 lode_diags *diags) {
    const size_t before = lode_diags_error_count(diags);
    const lode_scenario_given given = {.text = text, .base = base->file};
    lode_scenario_file *file = NULL;
    lode_scenario *s = begin(base->world);
    lode_code code = s ? lode_scenario_file_read(&file, path, &given, s->arena, diags) : LODE_NOMEM;
    if (code == LODE_OK) {
        code = check_same_runs(base->file, file, diags);
    }
    if (code == LODE_OK) {
        code = read_changed(s, base, file, LODE_NO_DAY, before, diags);
    }
    return finish(out, s, code);
}

void lode_scenario_free(lode_scenario *s) {
    if (s) {
        lode_world_free(s->own_world);
        lode_arena_free(s->arena);
        free(s);
    }
}

/* ---- asking ---- */

int32_t lode_scenario_shock(const lode_scenario *s, const char *name) {
    for (int32_t b = 0; b < s->battery_count; b++) {
        if (strcmp(s->battery[b].name, name) == 0) {
            return b;
        }
    }
    return -1;
}

void lode_scenario_shock_fix(const lode_scenario *s, const char *name, char *fix, size_t size) {
    lode_nearest nearest;
    lode_nearest_begin(&nearest, name);
    for (int32_t b = 0; b < s->battery_count; b++) {
        lode_nearest_offer(&nearest, s->battery[b].name);
    }
    if (lode_nearest_format(&nearest, fix, size) > 0) {
        return;
    }
    lode_text known = {0};
    for (int32_t b = 0; b < s->battery_count; b++) {
        lode_text_addf(&known, "%s%s", b > 0 ? ", " : "use one of ", s->battery[b].name);
    }
    snprintf(fix, size, "%s", known.data ? known.data : "give the scenario a `battery`");
    lode_text_free(&known);
}

lode_code lode_scenario_find_shock(int32_t *out, const lode_scenario *s, const char *name, lode_diags *diags) {
    char fix[400];
    *out = lode_scenario_shock(s, name);
    if (*out >= 0) {
        return LODE_OK;
    }
    lode_scenario_shock_fix(s, name, fix, sizeof fix);
    return lode_diag_add(diags, LODE_ERROR, LODE_UNKNOWN_ID, s->path, 0, 0, fix,
                         "the battery of scenario %s has no shock `%.80s`", s->name, name);
}

int32_t lode_scenario_periods(const lode_scenario *s) {
    int32_t months = lode_months_between(s->from, s->to);
    return months < 0 ? 0 : months / s->step_months + 1;
}
