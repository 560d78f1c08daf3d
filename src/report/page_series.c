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

/* Of which periods a run has rows. */
typedef struct {
    char *name;
    int32_t first, end;
} run_span;

typedef struct {
    const lode_page_source *source;
    const lode_page_form *form;
    int32_t first, periods, keys;
    run_span *runs;
    int32_t run_count;
    size_t run_room;
    lode_idmap *ids;
    lode_text key; /* of the row being read */
    series *all;
    int32_t count;
    size_t room;
} collection;

/* ---- collecting ---- */

/* Another series of the name that `key` spells, with its parts told apart. */
static lode_code add_series(collection *to) {
    series *all = lode_page_grow(to->all, (size_t)to->count, &to->room, sizeof *all);
    if (!all)
        return LODE_NOMEM;
    to->all = all;
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

/* Index of the series that `key` spells, added if it is new. */
static lode_code find_series(int32_t *index, collection *to) {
    if (to->key.failed)
        return LODE_NOMEM;
    *index = lode_idmap_get(to->ids, to->key.data);
    if (*index >= 0)
        return LODE_OK;
    *index = to->count;
    return add_series(to);
}

static lode_code note_period(collection *to, const char *run, int32_t period) {
    int32_t i = to->run_count - 1;
    while (i >= 0 && strcmp(to->runs[i].name, run) != 0)
        i--;
    if (i < 0) {
        run_span *runs = lode_page_grow(to->runs, (size_t)to->run_count, &to->run_room, sizeof *runs);
        if (!runs)
            return LODE_NOMEM;
        to->runs = runs;
        i = to->run_count;
        runs[i] = (run_span){strdup(run), period, period + 1};
        if (!runs[i].name)
            return LODE_NOMEM;
        to->run_count++;
    }
    to->runs[i].first = period < to->runs[i].first ? period : to->runs[i].first;
    to->runs[i].end = period >= to->runs[i].end ? period + 1 : to->runs[i].end;
    return LODE_OK;
}

static lode_code take_row(void *context, const lode_query_row *row) {
    collection *to = context;
    const int32_t period = lode_page_period(to->source, lode_query_text(row, 1)) - to->first;
    const double value = lode_query_real(row, 2);
    int32_t index = -1;
    if (period < 0 || period >= to->periods || isnan(value))
        return LODE_OK;
    spell_key(to, row);
    lode_code code = find_series(&index, to);
    if (code == LODE_OK && to->form->all)
        code = note_period(to, lode_query_text(row, 0), period);
    if (code != LODE_OK)
        return code;
    double *cell = &to->all[index].values[period];
    *cell = to->form->latest || isnan(*cell) ? value : *cell + value;
    return LODE_OK;
}

/* ---- noughts ---- */

/* The key of a series of `run` with the keys of `like`. */
static void spell_like(collection *to, const char *run, const series *like) {
    to->key.length = 0;
    lode_text_add(&to->key, run);
    for (int32_t k = 1; k <= to->keys; k++) {
        lode_text_add(&to->key, "\n");
        lode_text_add(&to->key, like->parts[k]);
    }
}

/* Series that the reference has and another run does not. */
static lode_code add_missing(collection *to) {
    lode_code code = LODE_OK;
    for (int32_t i = 0, last = to->count; i < last && code == LODE_OK; i++)
        for (int32_t r = 0; r < to->run_count && code == LODE_OK; r++) {
            int32_t index;
            if (strcmp(to->all[i].parts[0], LODE_PAGE_REFERENCE) != 0)
                continue;
            spell_like(to, to->runs[r].name, &to->all[i]);
            code = find_series(&index, to);
        }
    return code;
}

/* Series of `run` that `form->all` names. */
static lode_code add_named(collection *to, const char *run) {
    lode_code code = LODE_OK;
    for (const char *line = to->form->all; *line && code == LODE_OK;) {
        const size_t length = strcspn(line, "\n");
        int32_t index;
        to->key.length = 0;
        lode_text_add(&to->key, run);
        lode_text_add(&to->key, "\n");
        for (size_t i = 0; i < length; i++)
            lode_text_addn(&to->key, line[i] == '\t' ? "\n" : line + i, 1);
        code = find_series(&index, to);
        line += length + (line[length] == '\n');
    }
    return code;
}

static void fill_gaps(collection *to) {
    for (int32_t i = 0; i < to->count; i++)
        for (int32_t r = 0; r < to->run_count; r++)
            for (int32_t p = to->runs[r].first; p < to->runs[r].end; p++)
                if (strcmp(to->all[i].parts[0], to->runs[r].name) == 0 && isnan(to->all[i].values[p]))
                    to->all[i].values[p] = 0;
}

static lode_code add_noughts(collection *to, const char *run) {
    const lode_code code = run && to->run_count > 0 ? add_named(to, run) : add_missing(to);
    if (code == LODE_OK)
        fill_gaps(to);
    return code;
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
    spell_like(in, LODE_PAGE_REFERENCE, one);
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
        if (thin)
            code = find_reference(&reference, from, one);
        if (thin && !reference && is_nothing(one, from->periods, from->form->least))
            continue;
        if (code == LODE_OK && !(reference && is_same(one, reference, from->periods, from->form->least)))
            code = tell(part, from, one);
    }
    return code;
}

lode_code lode_page_add_line(json_t *part, const lode_page_line *line) {
    json_t *list = lode_page_list(part, line->section), *values = json_array(), *object = json_object();
    bool ok = list && object && json_object_set_new(object, "run", lode_page_text(line->run)) == 0 &&
              json_object_set_new(object, "first", json_integer(line->first)) == 0 &&
              json_object_set(object, "values", values) == 0;
    for (int32_t i = 0; ok && i < line->count; i++)
        ok = json_array_append_new(values, lode_page_number(line->values[i])) == 0;
    for (int32_t k = 0; ok && line->keys[k]; k++)
        ok = json_object_set_new(object, line->keys[k], lode_page_text(line->names[k])) == 0;
    json_decref(values);
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
    if (code == LODE_OK && form->all)
        code = add_noughts(&all, run);
    if (code == LODE_OK)
        code = tell_all(part, &all, !run);
    for (int32_t r = 0; r < all.run_count; r++)
        free(all.runs[r].name);
    free(all.runs);
    for (int32_t i = 0; i < all.count; i++) {
        free(all.all[i].name);
        free(all.all[i].values);
    }
    free(all.all);
    lode_text_free(&all.key);
    lode_idmap_free(all.ids);
    return code;
}
