/* A store of draws as a Parquet file: draw, status, reason, then a column for each input, event and metric. What they mean goes into the file's notes:
 * `lodestone.header` as the ensemble has it, `lodestone.columns` a JSON list of the columns' names, kinds, units and so on. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "store/draws_backend.h"
#include "store/parquet.h"

enum { OWN_COLUMNS = 3 };

static const lode_output_column own_columns[OWN_COLUMNS] = {
    {"draw", LODE_COLUMN_INTEGER, "", "number of the draw"},
    {"status", LODE_COLUMN_TEXT, "", "OK, or why there is no result"},
    {"reason", LODE_COLUMN_TEXT, "", "of a failure"},
};

typedef struct {
    lode_arena *arena;
    lode_parquet *parquet;
    lode_output_table table;
    lode_output_column *columns;
    int32_t *positions;   /* of the columns after our own, from the first that is read */
    lode_cell *cells;     /* a row */
    int32_t first, count; /* positions that are read */
    lode_diags *diags;
} exporter;

static bool is_own(const char *name) {
    for (int i = 0; i < OWN_COLUMNS; i++)
        if (strcmp(name, own_columns[i].name) == 0)
            return true;
    return false;
}

/* Names differ in a store; one like ours gets its kind before it. */
static const char *name_of(lode_arena *arena, const lode_draw_column *column) {
    return is_own(column->name) ? lode_arena_printf(arena, "%s/%s", lode_column_kind_name(column->kind), column->name)
                                : column->name;
}

static lode_code describe(exporter *to, const lode_draw_frame *frame) {
    const size_t most = (size_t)frame->count + OWN_COLUMNS;
    to->columns = lode_arena_alloc(to->arena, most, sizeof *to->columns);
    to->positions = lode_arena_alloc(to->arena, most, sizeof *to->positions);
    to->cells = lode_arena_alloc(to->arena, most, sizeof *to->cells);
    if (!to->columns || !to->positions || !to->cells)
        return LODE_NOMEM;
    memcpy(to->columns, own_columns, sizeof own_columns);
    to->table = (lode_output_table){"draws", "", OWN_COLUMNS, to->columns};
    for (int32_t i = 0; i < frame->count; i++) {
        const lode_draw_column *column = &frame->columns[i];
        if (!lode_column_has_cells(column->kind))
            continue;
        if (to->table.column_count == OWN_COLUMNS)
            to->first = i;
        to->count = i + 1 - to->first;
        to->positions[to->table.column_count] = i - to->first;
        lode_output_column *output = &to->columns[to->table.column_count++];
        *output = (lode_output_column){name_of(to->arena, column), LODE_COLUMN_REAL, column->unit, column->doc};
        if (!output->name)
            return LODE_NOMEM;
    }
    return LODE_OK;
}

static void add_member(lode_text *json, const char *key, const char *value) {
    lode_text_addf(json, "\"%s\": ", key);
    lode_text_add_json(json, value);
    lode_text_add(json, ", ");
}

static lode_code note_columns(exporter *to, const lode_draw_frame *frame) {
    lode_text json = {0};
    lode_text_add(&json, "[");
    for (int32_t i = OWN_COLUMNS; i < to->table.column_count; i++) {
        const lode_draw_column *column = &frame->columns[to->first + to->positions[i]];
        lode_text_add(&json, i > OWN_COLUMNS ? ",\n{" : "{");
        add_member(&json, "name", to->columns[i].name);
        add_member(&json, "kind", lode_column_kind_name(column->kind));
        add_member(&json, "unit", column->unit);
        add_member(&json, "run", column->run);
        add_member(&json, "what", column->what);
        add_member(&json, "item", column->item);
        add_member(&json, "region", column->region);
        lode_text_add(&json, "\"doc\": ");
        lode_text_add_json(&json, column->doc);
        lode_text_add(&json, "}");
    }
    lode_text_add(&json, "]");
    lode_code code = json.failed ? LODE_NOMEM : lode_parquet_note(to->parquet, "lodestone.columns", json.data);
    lode_text_free(&json);
    if (code == LODE_OK)
        code = lode_parquet_note(to->parquet, "lodestone.header", frame->header);
    return code == LODE_OK ? lode_parquet_note(to->parquet, "lodestone.key", frame->key) : code;
}

static lode_code export_draw(void *context, const lode_draw_row *row) {
    exporter *to = context;
    to->cells[0].integer = row->draw;
    to->cells[1].text = lode_code_name(row->status);
    to->cells[2].text = row->reason[0] ? row->reason : NULL;
    for (int32_t i = OWN_COLUMNS; i < to->table.column_count; i++)
        to->cells[i].real = row->values[to->positions[i]];
    return lode_parquet_row(to->parquet, to->cells, to->diags);
}

lode_code lode_draw_store_parquet(lode_draw_store *store, const char *path, lode_diags *diags) {
    const lode_draw_frame *frame = lode_draw_store_frame(store);
    exporter to = {.arena = lode_arena_new(), .diags = diags};
    lode_code code = to.arena ? describe(&to, frame) : LODE_NOMEM;
    if (code == LODE_OK)
        code = lode_parquet_begin(&to.parquet, path, &to.table, diags);
    if (code == LODE_OK)
        code = note_columns(&to, frame);
    if (code == LODE_OK)
        code = lode_draw_store_each(store, to.first, to.count, export_draw, &to, diags);
    if (code == LODE_OK)
        code = lode_parquet_commit(to.parquet, diags);
    else
        lode_parquet_abandon(to.parquet);
    lode_arena_free(to.arena);
    return code;
}
