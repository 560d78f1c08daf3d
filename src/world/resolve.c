/* Ids in cells become indices, once every file is read. */
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "world/loader.h"

#define MOST_ERRORS 1000

static void unknown_id(lode_loader *loader, const lode_pending *p, const char *id) {
    const lode_table_rows *target = &loader->tables[p->attribute->target];
    char nearest[240], fix[400];
    lode_idmap_nearest(target->ids, id, nearest, sizeof nearest);
    if (target->absent)
        snprintf(fix, sizeof fix, "the world has no %s.csv; add it with this id", target->table->name);
    else
        snprintf(fix, sizeof fix, "%s%sadd it to %s.csv or correct the name", nearest, nearest[0] ? " or " : "",
                 target->table->name);
    lode_diag_add(loader->diags, LODE_ERROR, LODE_UNKNOWN_ID, p->file, p->line, p->column, fix,
                  "%s%s%s: there is no `%.80s` in %s.csv", p->object, p->object[0] ? ", " : "", p->attribute->name, id,
                  target->table->name);
}

/* The index of an id; -1 with a finding, unless its file could not be read, which was said. */
static int32_t look_up(lode_loader *loader, const lode_pending *p, const char *id) {
    const lode_table_rows *target = &loader->tables[p->attribute->target];
    int32_t index = lode_idmap_get(target->ids, id);
    if (index < 0 && !target->broken)
        unknown_id(loader, p, id);
    return index;
}

static lode_code resolve_list(lode_loader *loader, const lode_pending *p, lode_index_list *list, bool *failed) {
    size_t parts = 1;
    for (const char *c = p->text; *c; c++)
        parts += *c == '|';
    lode_arena *arena = loader->world->arena;
    char *copy = lode_arena_strdup(arena, p->text);
    *list = (lode_index_list){0, lode_arena_alloc(arena, parts, sizeof(int32_t))};
    if (!copy || !list->items)
        return LODE_NOMEM;
    for (char *part = copy, *bar; part; part = bar) {
        bar = strchr(part, '|');
        if (bar)
            *bar++ = '\0';
        int32_t index = look_up(loader, p, part);
        for (int32_t i = 0; index >= 0 && i < list->count; i++)
            if (list->items[i] == index) {
                lode_diag_add(loader->diags, LODE_ERROR, LODE_DUPLICATE, p->file, p->line, p->column,
                              "remove one of them", "%s, %s: `%.80s` is there twice", p->object, p->attribute->name,
                              part);
                index = -1;
            }
        if (index < 0)
            *failed = true;
        else
            list->items[list->count++] = index;
    }
    return LODE_OK;
}

static lode_code resolve_one(lode_loader *loader, lode_table_rows *rows, const lode_pending *p) {
    char *row = rows->rows + (size_t)p->row * rows->table->row_size;
    char *field = row + p->attribute->offset;
    bool failed = false;
    if (p->attribute->type == LODE_ATTR_REFS) {
        lode_index_list list;
        lode_code code = resolve_list(loader, p, &list, &failed);
        if (code)
            return code;
        memcpy(field, &list, sizeof list);
    } else {
        int32_t index = look_up(loader, p, p->text);
        memcpy(field, &index, sizeof index);
        failed = index < 0;
    }
    lode_row *head = (lode_row *)(void *)row;
    head->failed = head->failed || failed;
    return LODE_OK;
}

static lode_code resolve_table(lode_loader *loader, lode_table_rows *rows) {
    size_t before = lode_diags_error_count(loader->diags);
    for (size_t i = 0; i < rows->pending_count; i++) {
        lode_code code = resolve_one(loader, rows, &rows->pending[i]);
        if (code)
            return code;
        if (lode_diags_error_count(loader->diags) - before > MOST_ERRORS) {
            lode_diag_add(loader->diags, LODE_ERROR, LODE_UNKNOWN_ID, rows->file, 0, 0, "mend these first",
                          "more than %d unknown ids in this file; the rest of it was not looked at", MOST_ERRORS);
            return LODE_OK;
        }
    }
    return LODE_OK;
}

lode_code lode_resolve_references(lode_loader *loader) {
    lode_code code = LODE_OK;
    for (int id = 0; id < LODE_TABLE_COUNT && !code; id++)
        code = resolve_table(loader, &loader->tables[id]);
    return code;
}
