/* Tables of cells: making, changing, writing and reading them. */
#include "draft.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/rng.h"
#include "base/text.h"
#include "store/disk.h"

static void *must(void *memory) {
    if (!memory) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
    return memory;
}

/* ---- cells ---- */

draft *draft_new(lode_arena *arena) {
    draft *d = must(lode_arena_alloc(arena, 1, sizeof *d));
    *d = (draft){.arena = arena, .base_year = 2024, .months = 12};
    return d;
}

static void make_room(draft *d, draft_table *t, int32_t rows) {
    if (rows <= t->room) {
        return;
    }
    int32_t room = rows > 2 * t->room ? rows : 2 * t->room;
    const char **cells = must(lode_arena_alloc(d->arena, (size_t)room * DRAFT_COLUMNS, sizeof *cells));
    if (t->rows > 0) {
        memcpy(cells, t->cells, (size_t)t->rows * DRAFT_COLUMNS * sizeof *cells);
    }
    t->cells = cells;
    t->room = room;
}

draft *draft_copy(const draft *from) {
    draft *d = draft_new(from->arena);
    *d = *from;
    for (int k = 0; k < LODE_TABLE_COUNT; k++) {
        d->tables[k].room = 0;
        make_room(d, &d->tables[k], from->tables[k].rows);
    }
    return d;
}

static int32_t find_column(const draft_table *t, const char *name) {
    for (int32_t c = 0; c < t->columns; c++) {
        if (strcmp(t->names[c], name) == 0) {
            return c;
        }
    }
    return -1;
}

static int32_t column(draft *d, draft_table *t, const char *name) {
    int32_t c = find_column(t, name);
    if (c >= 0) {
        return c;
    }
    if (t->columns == DRAFT_COLUMNS) {
        fprintf(stderr, "a table of more than %d columns\n", DRAFT_COLUMNS);
        exit(1);
    }
    t->names[t->columns] = must(lode_arena_strdup(d->arena, name));
    return t->columns++;
}

static const char **cell(const draft_table *t, int32_t row, int32_t c) {
    return &t->cells[(size_t)row * DRAFT_COLUMNS + (size_t)c];
}

const char *draft_get(const draft *d, lode_table_id table, int32_t row, const char *name) {
    int32_t c = find_column(&d->tables[table], name);
    return c < 0 ? "" : *cell(&d->tables[table], row, c);
}

void draft_set(draft *d, lode_table_id table, int32_t row, const char *name, const char *text) {
    int32_t c = column(d, &d->tables[table], name);
    *cell(&d->tables[table], row, c) = must(lode_arena_strdup(d->arena, text));
}

static int32_t add_empty(draft *d, lode_table_id table) {
    draft_table *t = &d->tables[table];
    make_room(d, t, t->rows + 1);
    for (int32_t c = 0; c < DRAFT_COLUMNS; c++) {
        *cell(t, t->rows, c) = "";
    }
    return t->rows++;
}

int32_t draft_add(draft *d, lode_table_id table, ...) {
    int32_t row = add_empty(d, table);
    va_list pairs;
    va_start(pairs, table);
    for (const char *name; (name = va_arg(pairs, const char *)) != NULL;) {
        draft_set(d, table, row, name, va_arg(pairs, const char *));
    }
    va_end(pairs);
    if (table != LODE_TABLE_SOURCES && !*draft_get(d, table, row, "source")) {
        draft_set(d, table, row, "source", "random");
    }
    return row;
}

const char *draft_text(draft *d, const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return must(lode_arena_strdup(d->arena, text));
}

const char *draft_number(draft *d, double value) {
    return draft_text(d, "%.6g", value);
}

int32_t draft_row_count(const draft *d) {
    int32_t count = 0;
    for (int k = 0; k < LODE_TABLE_COUNT; k++) {
        count += k == LODE_TABLE_SOURCES ? 0 : d->tables[k].rows;
    }
    return count;
}

/* ---- taking rows out ---- */

static void close_up(draft_table *t, int32_t row, int32_t count) {
    memmove(cell(t, row, 0), cell(t, row + count, 0),
            (size_t)(t->rows - row - count) * DRAFT_COLUMNS * sizeof *t->cells);
    t->rows -= count;
}

/* Takes `id` out of a list with bars; true if nothing is left of it. */
static bool drop_from_list(draft *d, const char **list, const char *id) {
    lode_text rest = {0};
    bool found = false;
    for (const char *part = *list; *part;) {
        size_t length = strcspn(part, "|");
        bool same = length == strlen(id) && strncmp(part, id, length) == 0;
        found = found || same;
        if (!same) {
            lode_text_add(&rest, rest.length ? "|" : "");
            lode_text_addn(&rest, part, length);
        }
        part += length + (part[length] == '|');
    }
    bool empty = found && rest.length == 0;
    if (found && !empty) {
        *list = must(lode_arena_strdup(d->arena, rest.data));
    }
    lode_text_free(&rest);
    return empty;
}

/* Does this cell of column `a` name the row `id` of `table`? A list loses the name and only counts when nothing is left. */
static bool names_it(draft *d, const lode_attribute *a, const char **text, lode_table_id table, const char *id) {
    if (!a || a->target != table) {
        return false;
    }
    return a->type == LODE_ATTR_REFS ? drop_from_list(d, text, id) : strcmp(*text, id) == 0;
}

/* Recipes name commodities in their own way: by id, as {ore}_x, and as oxide:A|B. Calibration objects hold ids between colons. */
static bool speaks_of(lode_table_id in, const char *name, const char **text, lode_table_id table, const char *id) {
    if (in == LODE_TABLE_RECIPES && table == LODE_TABLE_COMMODITIES && strcmp(name, "commodity") == 0) {
        return strcmp(*text, id) == 0;
    }
    if (in != LODE_TABLE_CALIBRATION || strcmp(name, "object") != 0) {
        return false;
    }
    const char *at = strchr(*text, ':');
    for (; at; at = strchr(at + 1, ':')) {
        size_t length = strcspn(at + 1, ":");
        if (length == strlen(id) && strncmp(at + 1, id, length) == 0) {
            return true;
        }
    }
    return false;
}

static bool row_speaks_of(draft *d, lode_table_id in, int32_t row, lode_table_id table, const char *id) {
    draft_table *t = &d->tables[in];
    for (int32_t c = 0; c < t->columns; c++) {
        const lode_attribute *a = lode_attribute_find(lode_table_get(in), t->names[c]);
        if (names_it(d, a, cell(t, row, c), table, id) || speaks_of(in, t->names[c], cell(t, row, c), table, id)) {
            return true;
        }
    }
    return false;
}

static const char *id_of(const draft *d, lode_table_id table, int32_t row) {
    return draft_get(d, table, row, lode_table_get(table)->attributes[0].name);
}

/* The oxide of an element leaves the sets that name the element. */
static void drop_element(draft *d, const char *oxide) {
    draft_table *t = &d->tables[LODE_TABLE_RECIPES];
    int32_t c = find_column(t, "commodity");
    for (int e = 0; e < LODE_ELEMENT_COUNT; e++) {
        char id[32];
        snprintf(id, sizeof id, "%s_oxide", lode_element_names[e]);
        for (char *p = id; *p; p++) {
            *p = (char)(*p >= 'A' && *p <= 'Z' ? *p - 'A' + 'a' : *p);
        }
        if (strcmp(id, oxide) != 0) {
            continue;
        }
        for (int32_t r = t->rows - 1; r >= 0; r--) {
            const char **text = cell(t, r, c);
            if (strncmp(*text, "oxide:", 6) != 0) {
                continue;
            }
            const char *list = *text + 6;
            if (drop_from_list(d, &list, lode_element_names[e])) {
                close_up(t, r, 1);
            } else {
                *text = draft_text(d, "oxide:%s", list);
            }
        }
    }
}

static void drop_ore_forms(draft *d, const char *ore) {
    draft_table *t = &d->tables[LODE_TABLE_COMMODITIES];
    for (int32_t r = t->rows - 1; r >= 0; r--) {
        const char *id = id_of(d, LODE_TABLE_COMMODITIES, r), *rest = id + strlen(ore);
        if (strncmp(id, ore, strlen(ore)) == 0 && (!strcmp(rest, "_concentrate") || !strcmp(rest, "_heavy"))) {
            draft_remove(d, LODE_TABLE_COMMODITIES, r, 1);
            r = t->rows;
        }
    }
}

/* Ore shares and slices sum to one: the last row of each takes what is missing. */
static void mend_sums(draft *d, lode_table_id table, const char *id_column) {
    draft_table *t = &d->tables[table];
    for (int32_t r = 0; r < t->rows; r++) {
        double others = 0, all;
        bool last = true;
        for (int32_t k = 0; k < t->rows; k++) {
            bool same = strcmp(draft_get(d, table, k, id_column), draft_get(d, table, r, id_column)) == 0;
            const char *share = draft_get(d, table, k, "share");
            others += same && k != r ? (*share ? strtod(share, NULL) : 1) : 0;
            last = last && !(same && k > r);
        }
        all = others + (*draft_get(d, table, r, "share") ? strtod(draft_get(d, table, r, "share"), NULL) : 1);
        if (last && (all < 1 - 1e-7 || all > 1 + 1e-7)) {
            draft_set(d, table, r, "share", draft_text(d, "%.9g", 1 - others));
        }
    }
}

static void remove_one(draft *d, lode_table_id table, int32_t row) {
    const char *id = id_of(d, table, row);
    bool others = false; /* rows of the same id, as of an ore or a segment */
    close_up(&d->tables[table], row, 1);
    for (int32_t r = 0; r < d->tables[table].rows; r++) {
        others = others || strcmp(id_of(d, table, r), id) == 0;
    }
    if (others || !*id || !(lode_table_get(table)->attributes[0].type == LODE_ATTR_ID)) {
        return;
    }
    for (int k = 0; k < LODE_TABLE_COUNT; k++) {
        for (int32_t r = d->tables[k].rows - 1; r >= 0; r--) {
            if (r < d->tables[k].rows && row_speaks_of(d, (lode_table_id)k, r, table, id)) {
                remove_one(d, (lode_table_id)k, r);
            }
        }
    }
    if (table == LODE_TABLE_COMMODITIES) {
        drop_element(d, id);
    }
    if (table == LODE_TABLE_ORES) {
        drop_ore_forms(d, id);
    }
}

void draft_remove(draft *d, lode_table_id table, int32_t row, int32_t count) {
    for (int32_t k = 0; k < count && row < d->tables[table].rows; k++) {
        remove_one(d, table, row);
    }
    mend_sums(d, LODE_TABLE_ORES, "ore");
    mend_sums(d, LODE_TABLE_SEGMENTS, "segment");
}

/* ---- order ---- */

void draft_shuffle(draft *d, uint64_t seed) {
    for (int k = 0; k < LODE_TABLE_COUNT; k++) {
        draft_table *t = &d->tables[k];
        for (int32_t r = t->rows - 1; r > 0; r--) { /* Fisher and Yates */
            int32_t other = (int32_t)(lode_uniform(seed, (uint64_t)k, (uint64_t)r) * (r + 1));
            const char *held[DRAFT_COLUMNS];
            memcpy(held, cell(t, r, 0), sizeof held);
            memcpy(cell(t, r, 0), cell(t, other, 0), sizeof held);
            memcpy(cell(t, other, 0), held, sizeof held);
        }
    }
}

/* ---- files ---- */

static void write_file(const char *folder, const char *name, lode_text *text) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    if (!file || text->failed || fwrite(text->data, 1, text->length, file) != text->length || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
    lode_text_free(text);
}

static void write_table(const draft *d, const char *folder, lode_table_id id) {
    const draft_table *t = &d->tables[id];
    char name[64];
    lode_text text = {0};
    for (int32_t r = -1; r < t->rows; r++) {
        for (int32_t c = 0; c < t->columns; c++) {
            lode_text_add(&text, c ? "," : "");
            lode_text_add_csv(&text, r < 0 ? t->names[c] : *cell(t, r, c));
        }
        lode_text_add(&text, "\n");
    }
    snprintf(name, sizeof name, "%s.csv", lode_table_get(id)->name);
    write_file(folder, name, &text);
}

static void write_list(lode_text *text, const char *name, int32_t count, const char *const *lines) {
    lode_text_addf(text, "%s:%s\n", name, count ? "" : " []");
    for (int32_t i = 0; i < count; i++) {
        lode_text_addf(text, "  - %s\n", lines[i]);
    }
}

static void write_scenario(const draft *d, const char *folder) {
    lode_text text = {0};
    int32_t last = d->months - 1;
    lode_text_addf(&text, "name: random\nhorizon: {from: %d-01, to: %d-%02d, step: month}\n", (int)d->base_year,
                   (int)(d->base_year + last / 12), (int)(last % 12 + 1));
    lode_text_addf(&text, "settings: {shock_start: %d-07}\n", (int)d->base_year);
    write_list(&text, "shocks", d->event_count, d->events);
    write_list(&text, "battery", d->entry_count, d->entries);
    write_file(folder, "scenario.yaml", &text);
}

void draft_write(const draft *d, const char *folder) {
    lode_text package = {0};
    if (lode_disk_make_folder(folder, NULL) != LODE_OK) {
        perror(folder);
        exit(1);
    }
    for (int k = 0; k < LODE_TABLE_COUNT; k++) {
        if (d->tables[k].columns > 0) {
            write_table(d, folder, (lode_table_id)k);
        }
    }
    lode_text_addf(&package, "{\"name\": \"random\", \"base_year\": %d}\n", (int)d->base_year);
    write_file(folder, "datapackage.json", &package);
    write_scenario(d, folder);
}

static bool read_table(draft *d, const char *folder, lode_table_id id) {
    char path[1024], *data = NULL;
    size_t length = 0;
    lode_csv csv;
    snprintf(path, sizeof path, "%s/%s.csv", folder, lode_table_get(id)->name);
    lode_code code = lode_file_read(&data, &length, path, LODE_FILE_LIMIT);
    if (code == LODE_NOT_FOUND) {
        return true;
    }
    lode_diags *diags = must(lode_diags_new());
    bool ok = code == LODE_OK && lode_csv_open(&csv, data, length, path, diags) == LODE_OK;
    for (int32_t c = 0; ok && c < csv.cell_count; c++) {
        column(d, &d->tables[id], csv.cells[c].text);
    }
    while (ok && lode_csv_next(&csv) == 1) {
        int32_t row = add_empty(d, id);
        for (int32_t c = 0; c < csv.cell_count && c < d->tables[id].columns; c++) {
            *cell(&d->tables[id], row, c) = must(lode_arena_strdup(d->arena, csv.cells[c].text));
        }
    }
    if (code == LODE_OK) {
        lode_csv_close(&csv);
    }
    ok = ok && lode_diags_error_count(diags) == 0;
    lode_diags_free(diags);
    free(data);
    return ok;
}

draft *draft_read(lode_arena *arena, const char *folder) {
    draft *d = draft_new(arena);
    for (int k = 0; k < LODE_TABLE_COUNT; k++) {
        if (!read_table(d, folder, (lode_table_id)k)) {
            return NULL;
        }
    }
    return d;
}
