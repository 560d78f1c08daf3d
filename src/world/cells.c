/* Rows of one CSV file, of which only keys and one column count. The file was checked when the world was opened. */
#include "world/cells.h"

#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"

typedef struct {
    lode_cells *cells;
    const lode_override *wanted;
    const lode_overrides *assumptions;
    lode_arena *arena;
    lode_csv csv;
    int32_t key_cells[LODE_OVERRIDE_KEYS], value_cell; /* -1: the file has no such column */
    int key_count;
} search;

/* Place of a column in the header that was just read. */
static int32_t column_of(const search *s, const char *name) {
    for (int32_t i = 0; i < s->csv.cell_count; i++)
        if (!strcmp(s->csv.cells[i].text, name))
            return i;
    return -1;
}

static void map_header(search *s) {
    for (const lode_attribute *a = s->wanted->table->attributes; a->name; a++)
        if (a->flags & LODE_ATTR_KEY && s->key_count < LODE_OVERRIDE_KEYS)
            s->key_cells[s->key_count++] = column_of(s, a->name);
    s->value_cell = column_of(s, s->wanted->attribute->name);
}

static const char *cell_text(const search *s, int32_t cell) {
    bool there = cell >= 0 && cell < s->csv.cell_count && !lode_is_missing(s->csv.cells[cell].text);
    return there ? s->csv.cells[cell].text : "";
}

static lode_cell *add_cell(lode_cells *cells) {
    if (cells->count == cells->capacity) {
        int32_t capacity = cells->capacity ? cells->capacity * 2 : 64;
        lode_cell *grown = capacity > 0 ? realloc(cells->items, (size_t)capacity * sizeof *grown) : NULL;
        if (!grown)
            return NULL;
        cells->items = grown;
        cells->capacity = capacity;
    }
    lode_cell *cell = &cells->items[cells->count++];
    memset(cell, 0, sizeof *cell);
    return cell;
}

/* The text that the last assumption about the cell puts there, else that of the file. */
static const char *assumed_text(const search *s, const char *const *keys, const char *text) {
    for (int32_t i = 0; s->assumptions && i < s->assumptions->count; i++) {
        const lode_override *o = &s->assumptions->items[i];
        if (o->attribute == s->wanted->attribute && o->table == s->wanted->table &&
            lode_override_matches(o, keys, s->key_count))
            text = lode_is_missing(o->value) ? text : o->value;
    }
    return text;
}

static const char *path_of(const search *s, const char *const *keys) {
    lode_text path = {0};
    lode_text_add(&path, s->wanted->table->name);
    for (int i = 0; i < s->key_count; i++)
        lode_text_addf(&path, ".%s", keys[i]);
    lode_text_addf(&path, ".%s", s->wanted->attribute->name);
    const char *copy = path.failed ? NULL : lode_arena_strdup(s->arena, path.data);
    lode_text_free(&path);
    return copy;
}

static lode_code take_row(search *s) {
    const char *keys[LODE_OVERRIDE_KEYS];
    for (int i = 0; i < s->key_count; i++)
        keys[i] = cell_text(s, s->key_cells[i]);
    if (!lode_override_matches(s->wanted, keys, s->key_count))
        return LODE_OK;
    lode_cell *cell = add_cell(s->cells);
    if (!cell)
        return LODE_NOMEM;
    cell->attribute = s->wanted->attribute;
    cell->nameable = true;
    cell->text = lode_arena_strdup(s->arena, assumed_text(s, keys, cell_text(s, s->value_cell)));
    cell->path = path_of(s, keys);
    bool failed = !cell->text || !cell->path;
    for (int i = 0; i < s->key_count && !failed; i++) {
        cell->keys[i] = lode_arena_strdup(s->arena, keys[i]);
        cell->nameable = cell->nameable && !strchr(keys[i], '.');
        failed = !cell->keys[i];
    }
    return failed ? LODE_NOMEM : LODE_OK;
}

static lode_code read_rows(search *s, char *data, size_t length, const char *file) {
    lode_code code = lode_csv_open(&s->csv, data, length, file, NULL);
    int got = 0;
    if (!code)
        map_header(s);
    while (!code && (got = lode_csv_next(&s->csv)) == 1)
        code = s->csv.ragged ? LODE_OK : take_row(s);
    lode_csv_close(&s->csv);
    return got < 0 ? LODE_NOMEM : code;
}

lode_code lode_cells_find(lode_cells *cells, const lode_world *world, const lode_override *wanted,
                          const lode_overrides *assumptions, lode_arena *arena) {
    search s = {.cells = cells, .wanted = wanted, .assumptions = assumptions, .arena = arena};
    bool inherited = wanted->table->id == LODE_TABLE_PARAMETERS && world->parameters_path[0];
    const char *name = lode_arena_printf(arena, "%s.csv", wanted->table->name), *file;
    if (!name)
        return LODE_NOMEM;
    file = inherited ? world->parameters_path : lode_path_join(arena, world->path, name);
    char *data;
    size_t length;
    lode_code code = file ? lode_file_read(&data, &length, file, LODE_FILE_LIMIT) : LODE_NOMEM;
    if (code)
        return code == LODE_NOT_FOUND && !wanted->table->required ? LODE_OK : code;
    code = read_rows(&s, data, length, file);
    free(data);
    return code;
}
