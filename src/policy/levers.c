/* The public half of levers (lodestone/levers.h): opening a file of them, telling the app, and making a scenario of moved ones. */
#include "lodestone/levers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "base/file.h"
#include "lodestone/nearest.h"
#include "policy/lever_file.h"
#include "policy/lever_scenario.h"
#include "policy/lever_template.h"

struct lode_levers {
    lode_arena *arena; /* owns everything */
    const lode_scenario *base;
    bool lent; /* the file is that of a scenario which the base extends: what does not go with the base is left out */
    lode_lever_file file;
};

/* ---- finding ---- */

static bool is_file(const char *path) {
    struct stat entry;
    return stat(path, &entry) == 0 && S_ISREG(entry.st_mode);
}

/* The path if there is such a file beside `path`; NULL, and `failed` where memory ran out. */
static const char *beside(lode_arena *arena, const char *path, bool *failed) {
    const char *folder = lode_path_folder(arena, path);
    const char *file = folder ? lode_path_join(arena, folder, "levers.yaml") : NULL;
    *failed = *failed || !file;
    return file && is_file(file) ? file : NULL;
}

static const char *find_file(lode_arena *arena, const lode_world *world, const lode_scenario *scenario, bool own,
                             bool *failed) {
    const char *found = NULL;
    if (world->levers[0] && lode_same_file(scenario->path, world->default_scenario))
        return world->levers;
    for (int32_t i = 0; i < (own ? 1 : scenario->file->file_count) && !found && !*failed; i++)
        found = beside(arena, scenario->file->files[i], failed);
    return found;
}

lode_code lode_levers_find(char **out, const lode_world *world, const lode_scenario *scenario, bool own) {
    lode_arena *arena = lode_arena_new();
    bool failed = !arena;
    const char *found = failed ? NULL : find_file(arena, world, scenario, own, &failed);
    *out = found ? strdup(found) : NULL;
    failed = failed || (found && !*out);
    lode_arena_free(arena);
    return failed ? LODE_NOMEM : LODE_OK;
}

/* ---- opening ---- */

static lode_code try_one(const lode_levers *levers, const lode_moved_lever *moved, lode_diags *diags) {
    const lode_yaml_node *entry;
    if (moved->value == moved->lever->fallback)
        return LODE_OK;
    lode_arena *arena = lode_arena_new();
    lode_code code = arena ? lode_lever_entry(&entry, &levers->file, levers->base, moved, 1, arena, diags) : LODE_NOMEM;
    if (code == LODE_OK)
        code = lode_lever_try(&levers->file, levers->base, entry, diags);
    lode_arena_free(arena);
    return code;
}

/* Ends of the range and named settings at the proposed first month, the far end also at the earliest and the latest. One that fails is told and
 * ends the trying of its lever: the others would mostly fail alike. */
static lode_code try_lever(const lode_levers *levers, const lode_lever *lever, lode_diags *diags) {
    const bool months = lever->start.least.given;
    const lode_day usual = months ? lever->start.fallback.day : LODE_NO_DAY;
    lode_code code = try_one(levers, &(lode_moved_lever){lever, lever->range.least, usual}, diags);
    for (int32_t i = 0; i < lever->settings.count && code == LODE_OK; i++)
        code = try_one(levers, &(lode_moved_lever){lever, lode_lever_setting_at(lever, i)->value, usual}, diags);
    if (code == LODE_OK)
        code = try_one(levers, &(lode_moved_lever){lever, lever->range.most, usual}, diags);
    if (code == LODE_OK && months)
        code = try_one(levers, &(lode_moved_lever){lever, lever->range.most, lever->start.least.day}, diags);
    if (code == LODE_OK && months)
        code = try_one(levers, &(lode_moved_lever){lever, lever->range.most, lever->start.most.day}, diags);
    return code;
}

static void check_sources(const lode_levers *levers, const lode_lever *lever, lode_diags *diags) {
    const lode_origin of = {lever->id, levers->file.path, lever->node->line, lever->node->column};
    lode_sources_check(levers->base->world, &lever->source, !lever->assumed, &of, diags);
}

/* A lent lever that does not open with the base: said with the first of the errors. */
static lode_code leave_out(const lode_lever *lever, const lode_diags *own, lode_diags *diags) {
    const lode_diag *why = lode_diags_first_error(own, 0);
    lode_diag_add(diags, LODE_WARNING, why ? why->code : LODE_CONFLICT, lever->node->file, lever->node->line,
                  lever->node->column, "move it only where the scenario does not do so already",
                  "lever `%.80s` does not go with this scenario and is left out: %s", lever->id,
                  why ? why->message : "it does not open");
    return LODE_OK;
}

static lode_code try_lent(const lode_levers *levers, lode_lever *lever, lode_diags *diags) {
    lode_diags *own = lode_diags_new();
    lode_code code = own ? try_lever(levers, lever, own) : LODE_NOMEM;
    lever->outside = code != LODE_OK;
    if (code != LODE_OK && code != LODE_NOMEM)
        code = leave_out(lever, own, diags);
    lode_diags_free(own);
    return code;
}

static lode_code open_into(lode_levers *levers, const char *path, lode_diags *diags) {
    const lode_scenario *base = levers->base;
    lode_reader reader = {.world = base->world, .arena = levers->arena, .diags = diags, .file = path};
    lode_code code = lode_lever_file_read(&levers->file, path, base->from, base->to, &reader);
    for (int32_t i = 0; i < levers->file.levers.count && code == LODE_OK; i++)
        check_sources(levers, lode_lever_at(&levers->file, i), diags);
    lode_code first = code;
    for (int32_t i = 0; i < levers->file.levers.count && code == LODE_OK && first != LODE_NOMEM; i++) {
        lode_lever *lever = (lode_lever *)levers->file.levers.items + i;
        const lode_code one = levers->lent ? try_lent(levers, lever, diags) : try_lever(levers, lever, diags);
        first = first && one != LODE_NOMEM ? first : one;
    }
    lode_lever_leave_out(&levers->file);
    return first;
}

/* Whether the file is found for the base, but not beside it. */
static lode_code is_lent(bool *lent, const char *path, const lode_scenario *base) {
    char *own = NULL, *any = NULL;
    lode_code code = lode_levers_find(&own, base->world, base, true);
    if (code == LODE_OK)
        code = lode_levers_find(&any, base->world, base, false);
    *lent = any && lode_same_file(any, path) && !(own && lode_same_file(own, path));
    free(own);
    free(any);
    return code;
}

lode_code lode_levers_open(lode_levers **out, const char *path, const lode_scenario *base, lode_diags *diags) {
    lode_levers *levers = calloc(1, sizeof *levers);
    lode_diags *own = diags ? NULL : lode_diags_new();
    lode_code code = LODE_NOMEM;
    *out = NULL;
    if (levers && (diags || own) && (levers->arena = lode_arena_new())) {
        levers->base = base;
        code = is_lent(&levers->lent, path, base);
        code = code ? code : open_into(levers, path, diags ? diags : own);
    }
    lode_diags_free(own);
    if (code == LODE_OK)
        *out = levers;
    else
        lode_levers_free(levers);
    return code;
}

void lode_levers_free(lode_levers *levers) {
    if (levers) {
        lode_arena_free(levers->arena);
        free(levers);
    }
}

/* ---- as JSON ---- */

static void add_key(lode_text *json, const char *key, const char *text) {
    lode_text_addf(json, "\"%s\": ", key);
    lode_text_add_json(json, text);
    lode_text_add(json, ", ");
}

static void add_number(lode_text *json, const char *key, double number, const char *after) {
    lode_text_addf(json, "\"%s\": ", key);
    lode_text_add_real(json, number);
    lode_text_add(json, after);
}

static void add_word(lode_text *json, const char *key, const char *words, int32_t index) {
    char word[32];
    lode_lever_word(words, index, word);
    add_key(json, key, word);
}

static void add_settings(lode_text *json, const lode_lever *lever) {
    lode_text_add(json, "\"settings\": [");
    for (int32_t i = 0; i < lever->settings.count; i++) {
        const lode_lever_setting *setting = lode_lever_setting_at(lever, i);
        lode_text_add(json, i > 0 ? ", {" : "{");
        add_key(json, "title", setting->title);
        add_number(json, "value", setting->value, "}");
    }
    lode_text_add(json, "], ");
}

static void add_start(lode_text *json, const lode_lever *lever) {
    const lode_lever_start *start = &lever->start;
    char least[8], most[8], value[8];
    if (!start->least.given) {
        lode_text_add(json, "\"start\": null, ");
        return;
    }
    lode_lever_month(start->least.day, least);
    lode_lever_month(start->most.day, most);
    lode_lever_month(start->fallback.day, value);
    lode_text_addf(json, "\"start\": {\"least\": \"%s\", \"most\": \"%s\", \"value\": \"%s\"}, ", least, most, value);
}

static void add_lever(lode_text *json, const lode_lever *lever) {
    lode_text_add(json, "{");
    add_key(json, "id", lever->id);
    add_word(json, "family", LODE_LEVER_FAMILIES, lever->family);
    add_key(json, "title", lever->title);
    add_key(json, "help", lever->help);
    add_key(json, "unit", lever->unit);
    add_word(json, "kind", LODE_LEVER_KINDS, lever->kind);
    add_number(json, "least", lever->range.least, ", ");
    add_number(json, "most", lever->range.most, ", ");
    add_number(json, "step", lever->range.step, ", ");
    add_number(json, "value", lever->fallback, ", ");
    add_settings(json, lever);
    add_start(json, lever);
    lode_text_add(json, "\"source\": [");
    for (int32_t i = 0; i < lever->source.count; i++) {
        lode_text_add(json, i > 0 ? ", " : "");
        lode_text_add_json(json, lever->source.items[i]);
    }
    lode_text_addf(json, "], \"assumed\": %s, \"note\": ", lever->assumed ? "true" : "false");
    lode_text_add_json(json, lever->note);
    lode_text_add(json, "}");
}

static void add_family(lode_text *json, const lode_lever_family *family) {
    lode_text_add(json, "{");
    add_word(json, "id", LODE_LEVER_FAMILIES, family->id);
    add_key(json, "title", family->title);
    lode_text_add(json, "\"help\": ");
    lode_text_add_json(json, family->help);
    lode_text_add(json, "}");
}

lode_code lode_levers_json(char **out, const lode_levers *levers) {
    const lode_lever_file *file = &levers->file;
    lode_text json = {0};
    lode_text_add(&json, "{\"families\": [");
    for (int32_t i = 0; i < file->families.count; i++) {
        lode_text_add(&json, i > 0 ? ", " : "");
        add_family(&json, (const lode_lever_family *)file->families.items + i);
    }
    lode_text_add(&json, "], \"levers\": [");
    for (int32_t i = 0; i < file->levers.count; i++) {
        lode_text_add(&json, i > 0 ? ",\n" : "\n");
        add_lever(&json, lode_lever_at(file, i));
    }
    lode_text_add(&json, "]}\n");
    *out = lode_text_take(&json);
    lode_text_free(&json);
    return *out ? LODE_OK : LODE_NOMEM;
}

/* ---- moved levers ---- */

static int32_t find_lever(const lode_lever_file *file, const char *id, lode_diags *diags) {
    char fix[400];
    lode_nearest nearest;
    lode_nearest_begin(&nearest, id);
    for (int32_t i = 0; i < file->levers.count; i++) {
        if (strcmp(lode_lever_at(file, i)->id, id) == 0)
            return i;
        lode_nearest_offer(&nearest, lode_lever_at(file, i)->id);
    }
    lode_nearest_format(&nearest, fix, sizeof fix);
    lode_diag_add(diags, LODE_ERROR, LODE_UNKNOWN_ID, file->path, 0, 0,
                  fix[0] ? fix : "use the id of a lever of this file", "no lever `%.80s`", id);
    return -1;
}

static lode_code wrong(const lode_lever_file *file, const lode_lever *lever, lode_code code, const char *fix,
                       const char *why, lode_diags *diags) {
    return lode_diag_add(diags, LODE_ERROR, code, file->path, lever->node->line, lever->node->column, fix,
                         "lever `%.80s` %s", lever->id, why);
}

static lode_code take_value(lode_moved_lever *moved, const lode_lever_file *file, const lode_lever_value *value,
                            lode_diags *diags) {
    const lode_lever_range *range = &moved->lever->range;
    char fix[160];
    if (lode_lever_on_step(moved->lever, value->value, &moved->value))
        return LODE_OK;
    snprintf(fix, sizeof fix, "give a value from %g to %g in steps of %g", range->least, range->most, range->step);
    return wrong(file, moved->lever, LODE_BAD_RANGE, fix, "has a value outside its range or off its step", diags);
}

static lode_code take_start(lode_moved_lever *moved, const lode_lever_file *file, const lode_lever_value *value,
                            lode_diags *diags) {
    const lode_lever_start *start = &moved->lever->start;
    char fix[120], least[8], most[8];
    int precision = 7;
    moved->start = start->least.given ? start->fallback.day : LODE_NO_DAY;
    if (!value->start || !value->start[0])
        return LODE_OK;
    if (!start->least.given)
        return wrong(file, moved->lever, LODE_CONFLICT, "leave out `start`", "has no first month to choose", diags);
    lode_lever_month(start->least.day, least);
    lode_lever_month(start->most.day, most);
    snprintf(fix, sizeof fix, "give a month from %s to %s", least, most);
    if (!lode_day_parse(value->start, &moved->start, &precision) || precision != 7)
        return wrong(file, moved->lever, LODE_BAD_TYPE, fix, "has a `start` that is no month", diags);
    if (moved->start < start->least.day || moved->start > start->most.day)
        return wrong(file, moved->lever, LODE_BAD_RANGE, fix, "begins outside its months", diags);
    return LODE_OK;
}

/* What was said of a lever, into its place in slots[levers]. */
static lode_code take_one(lode_moved_lever *slots, const lode_lever_file *file, const lode_lever_value *value,
                          lode_diags *diags) {
    const int32_t i = find_lever(file, value->lever ? value->lever : "", diags);
    if (i < 0)
        return LODE_UNKNOWN_ID;
    const lode_lever *lever = lode_lever_at(file, i);
    if (slots[i].lever)
        return wrong(file, lever, LODE_DUPLICATE, "give it once", "is given twice", diags);
    slots[i].lever = lever;
    const lode_code code = take_value(&slots[i], file, value, diags);
    const lode_code other = take_start(&slots[i], file, value, diags);
    return code ? code : other;
}

/* The levers that are moved, in the order of the file, at the front of slots. */
static int32_t close_ranks(lode_moved_lever *slots, int32_t levers) {
    int32_t count = 0;
    for (int32_t i = 0; i < levers; i++)
        if (slots[i].lever && slots[i].value != slots[i].lever->fallback)
            slots[count++] = slots[i];
    return count;
}

static lode_code write_moved(lode_text *out, const lode_levers *levers, const char *base_path,
                             const lode_moved_lever *moved, int32_t count, lode_arena *arena, lode_diags *diags) {
    const lode_yaml_node *entry = NULL;
    lode_code code = LODE_OK;
    if (count > 0)
        code = lode_lever_entry(&entry, &levers->file, levers->base, moved, count, arena, diags);
    if (entry)
        code = lode_lever_try(&levers->file, levers->base, entry, diags);
    return code ? code : lode_lever_write(out, levers->base, base_path, moved, count, entry, arena);
}

lode_code lode_levers_scenario(char **out, const lode_levers *levers, const char *base_path,
                               const lode_lever_value *values, size_t count, lode_diags *diags) {
    const int32_t all = levers->file.levers.count;
    lode_arena *arena = lode_arena_new();
    lode_moved_lever *slots = arena ? lode_arena_alloc(arena, (size_t)all + 1, sizeof *slots) : NULL;
    lode_text text = {0};
    lode_code code = slots ? LODE_OK : LODE_NOMEM;
    *out = NULL;
    for (size_t i = 0; slots && i < count; i++) {
        const lode_code one = take_one(slots, &levers->file, &values[i], diags);
        code = code ? code : one;
    }
    if (code == LODE_OK)
        code = write_moved(&text, levers, base_path, slots, close_ranks(slots, all), arena, diags);
    if (code == LODE_OK && !(*out = lode_text_take(&text)))
        code = LODE_NOMEM;
    lode_text_free(&text);
    lode_arena_free(arena);
    return code;
}
