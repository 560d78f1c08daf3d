/* Dotted paths are checked against the attribute tables when they are added, and against the keys of the rows while a
 * world is read. */
#include "world/overrides.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "lodestone/nearest.h"
#include "world/loader.h"

static lode_code bad_path(const lode_override *o, lode_diags *diags, lode_code code, const char *fix, const char *why) {
    return lode_diag_add(diags, LODE_ERROR, code, o->file, o->line, o->column, fix, "%s `%.160s`: %s", o->what, o->path,
                         why);
}

static lode_code unknown_table(const lode_override *o, const char *name, lode_diags *diags) {
    lode_nearest nearest;
    char fix[240];
    lode_nearest_begin(&nearest, name);
    for (int i = 0; i < LODE_TABLE_COUNT; i++)
        lode_nearest_offer(&nearest, lode_table_get((lode_table_id)i)->name);
    lode_nearest_format(&nearest, fix, sizeof fix);
    return bad_path(o, diags, LODE_UNKNOWN_KEY,
                    fix[0] ? fix : "begin with the name of a file, as in assets.mountain_pass.capacity_t_per_year",
                    "there is no such table");
}

static lode_code unknown_column(const lode_override *o, const char *name, lode_diags *diags) {
    lode_nearest nearest;
    char fix[240];
    lode_nearest_begin(&nearest, name);
    for (const lode_attribute *a = o->table->attributes; a->name; a++)
        lode_nearest_offer(&nearest, a->name);
    lode_nearest_format(&nearest, fix, sizeof fix);
    return bad_path(o, diags, LODE_UNKNOWN_COLUMN, fix[0] ? fix : "end with a column of the table",
                    "the table has no such column");
}

static int key_limit(const lode_table *table) {
    int count = 0;
    for (const lode_attribute *a = table->attributes; a->name; a++)
        count += (a->flags & LODE_ATTR_KEY) != 0;
    return count;
}

/* Cuts `parts` (a copy of the path) at its dots and fills the override. `parameters.sigma` means its value. */
static lode_code parse_path(lode_override *o, char *parts, lode_diags *diags) {
    char *names[LODE_OVERRIDE_KEYS + 2] = {parts};
    int count = 0;
    for (char *part = parts, *dot; part; part = dot) {
        dot = strchr(part, '.');
        if (dot)
            *dot++ = '\0';
        if (count == LODE_OVERRIDE_KEYS + 2)
            return bad_path(o, diags, LODE_UNKNOWN_KEY, "write TABLE.KEY.COLUMN", "it has too many parts");
        names[count++] = part;
    }
    o->table = lode_table_find(names[0]);
    if (!o->table)
        return unknown_table(o, names[0], diags);
    bool short_form = o->table->id == LODE_TABLE_PARAMETERS && count == 2;
    if (count < 3 && !short_form)
        return bad_path(o, diags, LODE_UNKNOWN_KEY, "write TABLE.KEY.COLUMN", "it has too few parts");
    o->key_count = short_form ? 1 : count - 2;
    if (o->key_count > key_limit(o->table))
        return bad_path(o, diags, LODE_UNKNOWN_KEY, "see `lodestone describe` for the key of the table",
                        "it has more keys than the table");
    for (int i = 0; i < o->key_count; i++)
        o->keys[i] = names[i + 1];
    o->attribute = lode_attribute_find(o->table, short_form ? "value" : names[count - 1]);
    if (!o->attribute)
        return unknown_column(o, names[count - 1], diags);
    if (o->attribute->flags & LODE_ATTR_KEY)
        return bad_path(o, diags, LODE_CONFLICT, "override another column", "the column is part of the key of its row");
    return LODE_OK;
}

lode_code lode_override_parse(lode_override *o, lode_arena *arena, lode_diags *diags) {
    char *parts = lode_arena_strdup(arena, o->path);
    return parts ? parse_path(o, parts, diags) : LODE_NOMEM;
}

lode_code lode_overrides_add(lode_overrides *overrides, const char *path, const char *value, const char *file, int line,
                             int column, lode_diags *diags) {
    if (!overrides->arena && !(overrides->arena = lode_arena_new()))
        return LODE_NOMEM;
    if (overrides->count == overrides->capacity) {
        int32_t capacity = overrides->capacity ? overrides->capacity * 2 : 16;
        lode_override *grown = realloc(overrides->items, (size_t)capacity * sizeof *grown);
        if (!grown)
            return LODE_NOMEM;
        overrides->items = grown;
        overrides->capacity = capacity;
    }
    lode_arena *arena = overrides->arena;
    lode_override o = {.what = "assumption",
                       .path = lode_arena_strdup(arena, path),
                       .value = value ? lode_arena_strdup(arena, value) : NULL,
                       .file = lode_arena_strdup(arena, file),
                       .line = line,
                       .column = column};
    if (!o.path || (value && !o.value) || !o.file)
        return LODE_NOMEM;
    lode_code code = lode_override_parse(&o, arena, diags);
    if (!code)
        overrides->items[overrides->count++] = o;
    return code;
}

void lode_overrides_free(lode_overrides *overrides) {
    free(overrides->items);
    lode_arena_free(overrides->arena);
    *overrides = (lode_overrides){0};
}

bool lode_override_matches(const lode_override *override, const char *const *keys, int key_count) {
    for (int i = 0; i < override->key_count; i++)
        if (i >= key_count || (strcmp(override->keys[i], "*") && strcmp(override->keys[i], keys[i])))
            return false;
    return true;
}

/* The nearest ids for the first key; a table without ids of its own has its keys from another one. */
static const lode_idmap *first_key_ids(const lode_world *world, const lode_table *table) {
    lode_table_id id = table->attributes[0].target == LODE_TABLE_NONE ? table->id : table->attributes[0].target;
    switch (id) {
    case LODE_TABLE_ASSETS:
        return world->asset_ids;
    case LODE_TABLE_COMMODITIES:
        return world->commodity_ids;
    case LODE_TABLE_REGIONS:
        return world->region_ids;
    case LODE_TABLE_SEGMENTS:
        return world->segment_ids;
    case LODE_TABLE_PARAMETERS:
        return world->parameter_ids;
    case LODE_TABLE_PROCESSES:
        return world->process_ids;
    case LODE_TABLE_ORES:
        return world->ore_ids;
    default:
        return NULL;
    }
}

lode_code lode_override_unmatched(const lode_override *o, const lode_world *world, lode_diags *diags) {
    char fix[240];
    lode_idmap_nearest(first_key_ids(world, o->table), o->keys[0], fix, sizeof fix);
    return bad_path(o, diags, LODE_UNKNOWN_ID, fix[0] ? fix : "name the key of a row that is there",
                    "no row of the table has this key");
}

lode_code lode_check_overrides(lode_loader *loader) {
    for (int32_t i = 0; loader->overrides && i < loader->overrides->count; i++) {
        const lode_override *o = &loader->overrides->items[i];
        if (!o->matched && !loader->tables[o->table->id].broken)
            lode_override_unmatched(o, loader->world, loader->diags);
    }
    return LODE_OK;
}
