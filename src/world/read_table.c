/* One CSV file into rows of its struct, driven by its attribute table. References are noted and resolved when all
 * files are read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/diag.h"
#include "base/file.h"
#include "lodestone/nearest.h"
#include "world/loader.h"

#define MOST_ERRORS 1000 /* of one file; a file with more is of another kind */

typedef struct {
    lode_loader *loader;
    lode_table_rows *rows;
    lode_csv csv;
    const lode_attribute **columns; /* of each cell; NULL where the column is unknown */
    int32_t *key_cells;             /* cell of each key attribute, -1 */
    const char *keys[LODE_OVERRIDE_KEYS];
    int key_count;
    char *blank;      /* a row of defaults */
    lode_idmap *seen; /* key of each row -> its line */
    char object[240]; /* of the row being read, for messages */
    const char *object_copy;
    size_t errors_before;
} reader;

static lode_code table_error(reader *r, lode_code code, int32_t line, int32_t column, const char *fix, const char *what,
                             const char *name) {
    return lode_diag_add(r->loader->diags, LODE_ERROR, code, r->rows->file, line, column, fix, "%s `%.80s`", what,
                         name);
}

/* ---- the header ---- */

static void unknown_column(reader *r, const lode_csv_cell *cell) {
    const lode_table *table = r->rows->table;
    lode_nearest nearest;
    lode_nearest_begin(&nearest, cell->text);
    for (const lode_attribute *a = table->attributes; a->name; a++)
        lode_nearest_offer(&nearest, a->name);
    for (const lode_attribute *a = lode_row_attributes(table); a->name; a++)
        lode_nearest_offer(&nearest, a->name);
    char names[240], fix[360];
    lode_nearest_format(&nearest, names, sizeof names);
    snprintf(fix, sizeof fix, "%s%ssee `lodestone describe %s`", names, names[0] ? " " : "", table->name);
    table_error(r, LODE_UNKNOWN_COLUMN, cell->line, cell->column, fix, "unknown column", cell->text);
}

static lode_code map_columns(reader *r) {
    const lode_csv *csv = &r->csv;
    r->columns = calloc((size_t)csv->column_count, sizeof(const lode_attribute *));
    if (!r->columns)
        return LODE_NOMEM;
    for (int32_t i = 0; i < csv->column_count; i++) {
        const lode_csv_cell *cell = &csv->cells[i];
        r->columns[i] = lode_attribute_find(r->rows->table, cell->text);
        if (!r->columns[i])
            unknown_column(r, cell);
        for (int32_t j = 0; r->columns[i] && j < i; j++)
            if (r->columns[j] == r->columns[i]) {
                table_error(r, LODE_DUPLICATE, cell->line, cell->column, "remove one of them",
                            "the header has twice the column", cell->text);
                r->columns[i] = NULL;
            }
        if (lode_diags_error_count(r->loader->diags) - r->errors_before > MOST_ERRORS)
            break;
    }
    return LODE_OK;
}

static int32_t find_cell(const reader *r, const lode_attribute *attribute) {
    for (int32_t i = 0; i < r->csv.column_count; i++)
        if (r->columns[i] == attribute)
            return i;
    return -1;
}

/* A required column that is not there is one finding, not one per row. Returns false if a key is among them: rows mean
 * nothing then. */
static bool check_required(reader *r, const lode_attribute *attributes) {
    bool usable = true;
    for (const lode_attribute *a = attributes; a->name; a++)
        if (a->flags & LODE_ATTR_REQUIRED && find_cell(r, a) < 0) {
            table_error(r, a->target == LODE_TABLE_SOURCES ? LODE_NO_SOURCE : LODE_MISSING_COLUMN, 1, 1,
                        a->target == LODE_TABLE_SOURCES ? "add it; every row names a key of sources.csv"
                                                        : "add it and fill it in every row",
                        "the file has no column", a->name);
            usable = usable && !(a->flags & LODE_ATTR_KEY);
        }
    return usable;
}

static lode_code read_header(reader *r, bool *usable) {
    lode_code code = map_columns(r);
    if (code)
        return code;
    const lode_table *table = r->rows->table;
    *usable = check_required(r, table->attributes);
    check_required(r, lode_row_attributes(table));
    for (const lode_attribute *a = table->attributes; a->name; a++)
        r->key_count += (a->flags & LODE_ATTR_KEY) != 0;
    r->key_cells = calloc((size_t)r->key_count + 1, sizeof *r->key_cells);
    if (!r->key_cells || r->key_count > LODE_OVERRIDE_KEYS)
        return r->key_cells ? LODE_INTERNAL : LODE_NOMEM;
    int key = 0;
    for (const lode_attribute *a = table->attributes; a->name; a++)
        if (a->flags & LODE_ATTR_KEY)
            r->key_cells[key++] = find_cell(r, a);
    return LODE_OK;
}

/* ---- a row ---- */

static char *add_row(reader *r) {
    lode_table_rows *rows = r->rows;
    size_t size = rows->table->row_size;
    if (rows->count == rows->capacity) {
        if (rows->capacity > INT32_MAX / 2)
            return NULL;
        int32_t capacity = rows->capacity ? rows->capacity * 2 : 64;
        char *grown = realloc(rows->rows, (size_t)capacity * size);
        if (!grown)
            return NULL;
        rows->rows = grown;
        rows->capacity = capacity;
    }
    char *row = rows->rows + (size_t)rows->count++ * size;
    memcpy(row, r->blank, size);
    ((lode_row *)(void *)row)->line = r->csv.row_line;
    return row;
}

/* The keys of the row as its files write them, and the row's name for messages: `a, b, c`. */
static void note_keys(reader *r) {
    size_t at = 0;
    r->object[0] = '\0';
    r->object_copy = NULL;
    for (int i = 0; i < r->key_count; i++) {
        int32_t cell = r->key_cells[i];
        r->keys[i] = cell >= 0 && cell < r->csv.cell_count && !lode_is_missing(r->csv.cells[cell].text)
                         ? r->csv.cells[cell].text
                         : "";
        if (!r->keys[i][0] || at >= sizeof r->object - 48)
            continue;
        int wrote = snprintf(r->object + at, sizeof r->object - at, "%s%.40s", at ? ", " : "`", r->keys[i]);
        at += (size_t)wrote;
    }
    if (at)
        snprintf(r->object + at, sizeof r->object - at, "`");
}

static lode_code check_unique(reader *r) {
    lode_text key = {0};
    for (int i = 0; i < r->key_count; i++) {
        lode_text_add(&key, r->keys[i]);
        lode_text_add(&key, "\x1f");
    }
    int put = key.failed ? -1 : lode_idmap_put(r->seen, key.data, r->csv.row_line);
    if (put == 1) {
        char fix[80];
        snprintf(fix, sizeof fix, "the first is in line %d; remove one or change its key",
                 (int)lode_idmap_get(r->seen, key.data));
        lode_diag_add(r->loader->diags, LODE_ERROR, LODE_DUPLICATE, r->rows->file, r->csv.row_line, 1, fix,
                      "%s is there twice", r->object);
    }
    lode_text_free(&key);
    return put < 0 ? LODE_NOMEM : put ? LODE_DUPLICATE : LODE_OK;
}

/* Registers the row's id: rows of one id (the slices of a segment, the elements of an ore) share an index. */
static lode_code note_id(reader *r) {
    lode_table_rows *rows = r->rows;
    if (!rows->ids || !lode_is_id(r->keys[0]))
        return LODE_OK;
    int put = lode_idmap_put(rows->ids, r->keys[0], rows->id_count);
    rows->id_count += put == 0;
    return put < 0 ? LODE_NOMEM : LODE_OK;
}

static lode_code add_pending(reader *r, const lode_attribute *attribute, const char *text, const lode_place *place) {
    lode_table_rows *rows = r->rows;
    lode_arena *arena = r->loader->world->arena;
    if (rows->pending_count == rows->pending_capacity) {
        size_t capacity = rows->pending_capacity ? rows->pending_capacity * 2 : 64;
        lode_pending *grown =
            capacity > SIZE_MAX / 2 / sizeof *grown ? NULL : realloc(rows->pending, capacity * sizeof *grown);
        if (!grown)
            return LODE_NOMEM;
        rows->pending = grown;
        rows->pending_capacity = capacity;
    }
    if (!r->object_copy)
        r->object_copy = lode_arena_strdup(arena, r->object);
    const char *copy = lode_arena_strdup(arena, text);
    if (!copy || !r->object_copy)
        return LODE_NOMEM;
    rows->pending[rows->pending_count++] =
        (lode_pending){attribute, copy, place->file, r->object_copy, rows->count - 1, place->line, place->column};
    return LODE_OK;
}

static lode_code missing(const lode_attribute *attribute, const char *text, const lode_place *place) {
    bool is_source = attribute->target == LODE_TABLE_SOURCES;
    lode_text fix = {0};
    lode_text_add(&fix, is_source ? "name a key of sources.csv; an assumption is a source too" : "write ");
    if (!is_source)
        lode_attribute_expects(attribute, &fix);
    lode_code code = is_source ? LODE_NO_SOURCE : LODE_MISSING_VALUE;
    lode_diag_add(place->diags, LODE_ERROR, code, place->file, place->line, place->column, fix.failed ? "" : fix.data,
                  text[0] ? "%s%s%s is missing (`%.3s`)" : "%s%s%s is missing", place->object,
                  place->object[0] ? ", " : "", attribute->name, text);
    lode_text_free(&fix);
    return code;
}

static lode_code read_cell(reader *r, const lode_attribute *attribute, const char *text, char *row,
                           const lode_place *place) {
    if (lode_is_missing(text)) {
        bool withheld = text[0] && attribute->flags & LODE_ATTR_WITHHOLDABLE;
        return attribute->flags & LODE_ATTR_REQUIRED && !withheld ? missing(attribute, text, place) : LODE_OK;
    }
    if (attribute->type == LODE_ATTR_REF || attribute->type == LODE_ATTR_REFS)
        return add_pending(r, attribute, text, place);
    return lode_attribute_read(attribute, text, row, r->loader->world->arena, place);
}

/* Replaces what the scenario's assumptions say of this row. */
static lode_code apply_overrides(reader *r, char *row) {
    lode_overrides *overrides = r->loader->overrides;
    lode_code code = LODE_OK;
    for (int32_t i = 0; overrides && i < overrides->count && code != LODE_NOMEM; i++) {
        lode_override *o = &overrides->items[i];
        if (o->table != r->rows->table || o->failed || !lode_override_matches(o, r->keys, r->key_count))
            continue;
        o->matched++;
        o->row = r->rows->count - 1;
        if (!o->value)
            continue;
        lode_place place = {r->loader->diags, o->file, o->line, o->column, r->object};
        code = read_cell(r, o->attribute, o->value, row, &place);
        o->failed = code != LODE_OK;
    }
    return code == LODE_NOMEM ? code : LODE_OK;
}

static lode_code read_cells(reader *r, char *row) {
    lode_row *head = (lode_row *)(void *)row;
    for (int32_t i = 0; i < r->csv.cell_count; i++) {
        const lode_csv_cell *cell = &r->csv.cells[i];
        if (!r->columns[i])
            continue;
        lode_place place = {r->loader->diags, r->rows->file, cell->line, cell->column, r->object};
        lode_code code = read_cell(r, r->columns[i], cell->text, row, &place);
        if (code == LODE_NOMEM)
            return code;
        head->failed = head->failed || code != LODE_OK;
    }
    return LODE_OK;
}

/* The cells of a ragged row may be shifted; only its name counts, so that rows that name it are right. */
static lode_code read_name(reader *r, char *row) {
    const lode_place silent = {NULL, "", 0, 0, ""};
    if (!r->rows->ids)
        return LODE_OK;
    lode_code code = lode_attribute_read(r->rows->table->attributes, r->keys[0], row, r->loader->world->arena, &silent);
    return code == LODE_NOMEM ? code : LODE_OK;
}

static lode_code read_row(reader *r) {
    char *row = add_row(r);
    if (!row)
        return LODE_NOMEM;
    note_keys(r);
    lode_code code = check_unique(r);
    bool failed = code != LODE_OK;
    if (code != LODE_NOMEM)
        code = note_id(r);
    ((lode_row *)(void *)row)->failed = failed || r->csv.ragged;
    if (code)
        return code;
    if (r->csv.ragged)
        return read_name(r, row);
    code = read_cells(r, row);
    return code ? code : apply_overrides(r, row);
}

/* ---- the file ---- */

static lode_code read_rows(reader *r) {
    int got;
    while ((got = lode_csv_next(&r->csv)) == 1) {
        lode_code code = read_row(r);
        if (code)
            return code;
        if (lode_diags_error_count(r->loader->diags) - r->errors_before > MOST_ERRORS) {
            lode_diag_add(r->loader->diags, LODE_ERROR, LODE_SYNTAX, r->rows->file, r->csv.row_line, 1,
                          "mend these first", "more than %d errors in this file; the rest of it was not read",
                          MOST_ERRORS);
            r->rows->broken = true;
            return LODE_OK;
        }
    }
    r->rows->broken = r->rows->broken || r->csv.stopped;
    return got < 0 ? LODE_NOMEM : LODE_OK;
}

static lode_code make_blank(reader *r) {
    const lode_table *table = r->rows->table;
    r->blank = calloc(1, table->row_size);
    r->seen = lode_idmap_new();
    if (!r->blank || !r->seen)
        return LODE_NOMEM;
    ((lode_row *)(void *)r->blank)->source = -1;
    ((lode_row *)(void *)r->blank)->note = "";
    lode_code code = lode_attributes_default(lode_row_attributes(table), r->blank, r->loader->world->arena);
    return code ? code : lode_attributes_default(table->attributes, r->blank, r->loader->world->arena);
}

static lode_code read_text(reader *r, char *data, size_t length) {
    lode_code code = lode_csv_open(&r->csv, data, length, r->rows->file, r->loader->diags);
    bool usable = false;
    if (!code)
        code = make_blank(r);
    if (!code)
        code = read_header(r, &usable);
    if (!code && usable)
        code = read_rows(r);
    if (!usable)
        r->rows->broken = true;
    lode_csv_close(&r->csv);
    free(r->columns);
    free(r->key_cells);
    free(r->blank);
    lode_idmap_free(r->seen);
    return code == LODE_SYNTAX ? LODE_OK : code; /* reported */
}

static void report_unread(lode_loader *loader, const lode_table_rows *rows, lode_code code) {
    const lode_table *table = rows->table;
    if (code == LODE_NOT_FOUND && table->required)
        lode_diag_add(loader->diags, LODE_ERROR, LODE_MISSING_FILE, rows->file, 0, 0,
                      "add it; `lodestone describe` lists the columns of each file", "a world needs %s.csv",
                      table->name);
    else if (code == LODE_BAD_RANGE)
        lode_diag_add(loader->diags, LODE_ERROR, code, rows->file, 0, 0, "split or shorten it",
                      "the file is larger than 256 MiB");
    else if (code == LODE_IO)
        lode_diag_add(loader->diags, LODE_ERROR, code, rows->file, 0, 0, "check that it is a file and may be read",
                      "the file cannot be read");
}

lode_code lode_load_table(lode_loader *loader, lode_table_id id) {
    lode_table_rows *rows = &loader->tables[id];
    const lode_table *table = rows->table = lode_table_get(id);
    char *name = lode_arena_printf(loader->world->arena, "%s.csv", table->name);
    bool inherited = id == LODE_TABLE_PARAMETERS && loader->world->parameters_path[0];
    rows->file = inherited ? loader->world->parameters_path
                 : name    ? lode_path_join(loader->world->arena, loader->world->path, name)
                           : NULL;
    if (table->attributes[0].type == LODE_ATTR_ID && !(rows->ids = lode_idmap_new()))
        return LODE_NOMEM;
    if (!rows->file)
        return LODE_NOMEM;
    char *data;
    size_t length;
    lode_code code = lode_file_read(&data, &length, rows->file, LODE_FILE_LIMIT);
    rows->absent = code == LODE_NOT_FOUND;
    rows->broken = code != LODE_OK && (!rows->absent || table->required);
    if (code) {
        report_unread(loader, rows, code);
        return code == LODE_NOMEM ? code : LODE_OK;
    }
    reader r = {.loader = loader, .rows = rows, .errors_before = lode_diags_error_count(loader->diags)};
    code = read_text(&r, data, length);
    free(data);
    return code;
}
