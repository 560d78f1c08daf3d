/* Rows of a query as series. A series is found by its run and keys in a map; the order of the rows does not matter, so the database need
 * not sort. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/idmap.h"
#include "report/page_parts.h"

enum { MOST_KEYS = 6 };
static const double SAME = 0.005; /* of the larger of two values: nobody sees it in a chart */

typedef struct {
    char *name;                       /* run and keys, each ended by a nought */
    const char *parts[1 + MOST_KEYS]; /* into it */
    double *values;                   /* per period; NaN */
} series;

typedef struct {
    const lode_page_source *source;
    const lode_page_form *form;
    int32_t first, periods, keys;
    lode_idmap *ids;
    lode_text key; /* of the row being read */
    series *all;
    int32_t count, capacity;
} collection;

/* ---- collecting ---- */

static lode_code grow(collection *to) {
    if (to->count < to->capacity)
        return LODE_OK;
    const int32_t capacity = 2 * to->capacity + 64;
    series *all = realloc(to->all, (size_t)capacity * sizeof *all);
    if (!all)
        return LODE_NOMEM;
    to->all = all;
    to->capacity = capacity;
    return LODE_OK;
}

/* Another series of the name that `key` spells, with its parts told apart. */
static lode_code add_series(collection *to) {
    lode_code code = grow(to);
    if (code != LODE_OK)
        return code;
    series *one = &to->all[to->count];
    *one = (series){.name = strdup(to->key.data), .values = malloc(((size_t)to->periods + 1) * sizeof(double))};
    if (!one->name || !one->values || lode_idmap_put(to->ids, to->key.data, to->count) < 0) {
        free(one->name);
        free(one->values);
        return LODE_NOMEM;
    }
    to->count++;
    char *rest = one->name;
    for (int32_t k = 0; k <= to->keys; k++) {
        one->parts[k] = rest;
        rest = strchr(rest, '\n');
        if (rest)
            *rest++ = '\0';
    }
    for (int32_t p = 0; p < to->periods; p++)
        one->values[p] = NAN;
    return LODE_OK;
}

/* Its parts stand on lines of their own: no id has a line end in it. */
static void spell_key(collection *to, const lode_query_row *row) {
    to->key.length = 0;
    lode_text_add(&to->key, lode_query_text(row, 0));
    for (int32_t k = 0; k < to->keys; k++) {
        lode_text_add(&to->key, "\n");
        lode_text_add(&to->key, lode_query_text(row, 3 + k));
    }
}

static lode_code take_row(void *context, const lode_query_row *row) {
    collection *to = context;
    const int32_t period = lode_page_period(to->source, lode_query_text(row, 1)) - to->first;
    const double value = lode_query_real(row, 2);
    if (period < 0 || period >= to->periods || isnan(value))
        return LODE_OK;
    spell_key(to, row);
    if (to->key.failed)
        return LODE_NOMEM;
    int32_t index = lode_idmap_get(to->ids, to->key.data);
    if (index < 0) {
        const lode_code code = add_series(to);
        if (code != LODE_OK)
            return code;
        index = to->count - 1;
    }
    double *cell = &to->all[index].values[period];
    *cell = to->form->latest || isnan(*cell) ? value : *cell + value;
    return LODE_OK;
}

/* ---- telling ---- */

static bool is_nothing(const series *one, int32_t periods, double least) {
    for (int32_t p = 0; p < periods; p++)
        if (fabs(one->values[p]) > least)
            return false;
    return true;
}

/* True if each of its values is the other's; what the other knows and it does not does not count. */
static bool is_same(const series *one, const series *other, int32_t periods, double least) {
    for (int32_t p = 0; p < periods; p++) {
        const double a = one->values[p], b = other->values[p];
        if (!isnan(a) && !(fabs(a - b) <= fmax(least, SAME * fmax(fabs(a), fabs(b)))))
            return false;
    }
    return true;
}

/* The series of the reference with the same keys; NULL. */
static lode_code find_reference(const series **out, collection *in, const series *one) {
    in->key.length = 0;
    lode_text_add(&in->key, LODE_PAGE_REFERENCE);
    for (int32_t k = 1; k <= in->keys; k++) {
        lode_text_add(&in->key, "\n");
        lode_text_add(&in->key, one->parts[k]);
    }
    if (in->key.failed)
        return LODE_NOMEM;
    const int32_t index = lode_idmap_get(in->ids, in->key.data);
    *out = index < 0 || &in->all[index] == one ? NULL : &in->all[index];
    return LODE_OK;
}

static lode_code tell(json_t *part, const collection *from, const series *one) {
    int32_t first = 0, end = from->periods;
    while (first < end && isnan(one->values[first]))
        first++;
    while (end > first && isnan(one->values[end - 1]))
        end--;
    return lode_page_add_line(part, &(lode_page_line){.section = from->form->section,
                                                      .run = one->parts[0],
                                                      .keys = from->form->keys,
                                                      .names = one->parts + 1,
                                                      .first = from->first + first,
                                                      .count = end - first,
                                                      .values = one->values + first});
}

static lode_code tell_all(json_t *part, collection *from, bool thin) {
    lode_code code = LODE_OK;
    for (int32_t i = 0; i < from->count && code == LODE_OK; i++) {
        const series *one = &from->all[i], *reference = NULL;
        if (thin && is_nothing(one, from->periods, from->form->least))
            continue;
        if (thin)
            code = find_reference(&reference, from, one);
        if (code == LODE_OK && !(reference && is_same(one, reference, from->periods, from->form->least)))
            code = tell(part, from, one);
    }
    return code;
}

lode_code lode_page_add_line(json_t *part, const lode_page_line *line) {
    json_t *list = lode_page_list(part, line->section), *values = json_array();
    json_t *object =
        values ? json_pack("{s:s, s:i, s:o}", "run", line->run, "first", (int)line->first, "values", values) : NULL;
    bool ok = list && object;
    for (int32_t i = 0; ok && i < line->count; i++)
        ok = json_array_append_new(values, lode_page_number(line->values[i])) == 0;
    for (int32_t k = 0; ok && line->keys[k]; k++)
        ok = json_object_set_new(object, line->keys[k], json_string(line->names[k])) == 0;
    if (!ok) {
        json_decref(object);
        return LODE_NOMEM;
    }
    return json_array_append_new(list, object) == 0 ? LODE_OK : LODE_NOMEM;
}

lode_code lode_page_series(json_t *part, const lode_page_source *source, const lode_page_form *form, const char *sql,
                           const char *run, int32_t first, int32_t end) {
    collection all = {.source = source, .form = form, .first = first, .periods = end - first};
    while (form->keys[all.keys] && all.keys < MOST_KEYS)
        all.keys++;
    all.ids = lode_idmap_new();
    lode_code code = all.ids ? lode_page_each(source, sql, run, first, end, take_row, &all) : LODE_NOMEM;
    if (code == LODE_OK)
        code = tell_all(part, &all, !run);
    for (int32_t i = 0; i < all.count; i++) {
        free(all.all[i].name);
        free(all.all[i].values);
    }
    free(all.all);
    lode_text_free(&all.key);
    lode_idmap_free(all.ids);
    return code;
}
