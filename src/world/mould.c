#include "world/mould.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "lodestone/world.h"
#include "world/loader.h"

/* Where a number goes. */
typedef struct {
    const char *path;
    lode_table_id table;
    int32_t row;
    const lode_attribute *attribute;
} cell;

struct lode_world_mould {
    lode_loader loader; /* its rows, and a world that holds their texts and what the datapackage says */
    cell *cells;
    int32_t count;
};

/* ---- reading ---- */

/* `overrides`, then the cells that are looked for. */
static lode_code collect(lode_overrides *all, const lode_overrides *overrides, const char *const *cells, int32_t count,
                         lode_diags *diags) {
    lode_code code = LODE_OK;
    for (int32_t i = 0; overrides && i < overrides->count && !code; i++) {
        const lode_override *o = &overrides->items[i];
        code = lode_overrides_add(all, o->path, o->value, o->file, o->line, o->column, diags);
    }
    for (int32_t i = 0; i < count && !code; i++)
        code = lode_overrides_add(all, cells[i], NULL, "", 0, 0, diags);
    return code;
}

static lode_code note_cell(lode_world_mould *mould, const lode_override *o, lode_diags *diags) {
    const bool is_number = o->attribute->type == LODE_ATTR_REAL || o->attribute->type == LODE_ATTR_INTEGER;
    const char *path = lode_arena_strdup(mould->loader.world->arena, o->path);
    if (o->matched != 1 || !is_number)
        return lode_diag_add(diags, LODE_ERROR, LODE_UNKNOWN_KEY, mould->loader.world->path, 0, 0,
                             "name one cell that holds a number", "`%.160s` is not one number of a table", o->path);
    mould->cells[mould->count++] = (cell){path, o->table->id, o->row, o->attribute};
    return path ? LODE_OK : LODE_NOMEM;
}

static lode_code read_files(lode_world_mould *mould, lode_overrides *all, int32_t first, lode_diags *diags) {
    lode_loader *loader = &mould->loader;
    lode_diags *own = lode_diags_new(); /* these files were read before, and their warnings given */
    loader->diags = own;
    loader->overrides = all;
    lode_code code = own && loader->world && loader->reported && mould->cells ? LODE_OK : LODE_NOMEM;
    if (!code)
        code = lode_loader_read(loader);
    if (!code)
        code = lode_loader_error(own, 0);
    for (int32_t i = first; i < all->count && !code; i++)
        code = note_cell(mould, &all->items[i], diags);
    lode_diags_free(own);
    loader->diags = NULL;
    loader->overrides = NULL;
    return code;
}

lode_code lode_world_mould_new(lode_world_mould **out, const char *path, const lode_overrides *overrides,
                               const char *const *cells, int32_t count, lode_diags *diags) {
    lode_overrides all = {0};
    lode_world_mould *mould = calloc(1, sizeof *mould);
    *out = NULL;
    if (!mould)
        return LODE_NOMEM;
    mould->loader.world = lode_loader_world(path);
    mould->loader.reported = lode_idmap_new();
    mould->cells = calloc((size_t)count + 1, sizeof *mould->cells);
    lode_code code = collect(&all, overrides, cells, count, diags);
    if (!code)
        code = read_files(mould, &all, all.count - count, diags);
    lode_overrides_free(&all);
    if (code) {
        lode_world_mould_free(mould);
        return code;
    }
    *out = mould;
    return LODE_OK;
}

void lode_world_mould_free(lode_world_mould *mould) {
    if (!mould)
        return;
    lode_world_free(mould->loader.world);
    lode_loader_free(&mould->loader);
    free(mould->cells);
    free(mould);
}

/* ---- casting ---- */

/* A table of its own rows and ids; pending references are only read, and stay the mould's. */
static lode_code copy_table(lode_table_rows *to, const lode_table_rows *from) {
    const size_t bytes = (size_t)from->count * from->table->row_size;
    *to = *from;
    to->capacity = from->count;
    to->rows = malloc(bytes + 1);
    to->ids = from->ids ? lode_idmap_copy(from->ids) : NULL;
    if (!to->rows || (from->ids && !to->ids))
        return LODE_NOMEM;
    if (bytes > 0)
        memcpy(to->rows, from->rows, bytes);
    return LODE_OK;
}

static lode_code copy_tables(lode_loader *loader, const lode_loader *from) {
    lode_code code = LODE_OK;
    for (int id = 0; id < LODE_TABLE_COUNT; id++) {
        const lode_code one = copy_table(&loader->tables[id], &from->tables[id]);
        code = code ? code : one;
    }
    return code;
}

/* What is not in tables. */
static void copy_names(lode_loader *loader, const lode_loader *from) {
    lode_world *world = loader->world;
    world->name = from->world->name;
    world->default_scenario = from->world->default_scenario;
    world->levers = from->world->levers;
    world->parameters_path = from->world->parameters_path;
    world->base_year = from->world->base_year;
    loader->datapackage = from->datapackage;
}

static lode_code set_cell(lode_loader *loader, const cell *where, double value, const char *file) {
    char text[40], object[200];
    lode_table_rows *table = &loader->tables[where->table];
    snprintf(text, sizeof text, "%.17g", value);
    snprintf(object, sizeof object, "`%.180s`", where->path);
    const lode_place place = {loader->diags, file, 0, 0, object};
    const lode_code code =
        lode_attribute_read(where->attribute, text, table->rows + (size_t)where->row * table->table->row_size,
                            loader->world->arena, &place);
    return code == LODE_NOMEM ? code : LODE_OK; /* else the finding tells */
}

static lode_code cast_into(lode_loader *loader, const lode_world_mould *mould, const double *values, const char *file) {
    lode_code code = copy_tables(loader, &mould->loader);
    copy_names(loader, &mould->loader);
    for (int32_t i = 0; i < mould->count && !code; i++)
        code = set_cell(loader, &mould->cells[i], values[i], file);
    return code ? code : lode_loader_build(loader);
}

lode_code lode_world_cast(lode_world **out, const lode_world_mould *mould, const double *values, const char *file,
                          lode_diags *diags) {
    const size_t before = lode_diags_count(diags);
    lode_loader loader = {
        .diags = diags, .reported = lode_idmap_new(), .world = lode_loader_world(mould->loader.world->path)};
    *out = NULL;
    lode_code code = loader.reported && loader.world ? cast_into(&loader, mould, values, file) : LODE_NOMEM;
    if (!code)
        code = lode_loader_error(diags, before);
    for (int id = 0; id < LODE_TABLE_COUNT; id++)
        loader.tables[id].pending = NULL;
    if (code)
        lode_world_free(loader.world);
    else
        *out = loader.world;
    lode_loader_free(&loader);
    return code;
}
