#include "report/page_fans.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/ensemble_page.h"
#include "report/page_years.h"

/* A series being strung together: its periods come in their order. */
typedef struct {
    json_t *part;
    const lode_page_source *source;
    char *run, *what, *item, *region, *unit;
    int32_t first;
    json_t *values[LODE_FAN_LEVELS];
} fan;

/* One quantile row of a series. */
typedef struct {
    const char *run, *what, *item, *region, *unit;
    int32_t period;
    double value[LODE_FAN_LEVELS];
} fan_point;

/* ---- what is told ---- */

/* Goods that hold an element that pages tell of; all goods of a world that has none of them. */
static bool is_told_good(const lode_world *world, int32_t commodity) {
    bool held = false, any = false;
    for (int e = 0; e < LODE_PAGE_ELEMENTS; e++) {
        held = held || world->commodities[commodity].content[lode_page_elements[e]] > 0;
        any = any || lode_page_holds(world, lode_page_elements[e]);
    }
    return held || !any;
}

/* Of shocks the losses and what goods cost outside; of the reference also prices inside, stocks and money. */
static bool is_told(const lode_world *world, const char *run, const char *what, const char *item, const char *region) {
    const bool is_reference = strcmp(run, LODE_PAGE_REFERENCE) == 0, is_stock = strcmp(what, "stock") == 0;
    const int32_t commodity = lode_idmap_get(world->commodity_ids, item);
    if (!is_stock && strcmp(what, "price") != 0)
        return true;
    return (commodity < 0 || is_told_good(world, commodity)) &&
           (strcmp(region, "outside") == 0 || (is_reference && strcmp(region, "inside") == 0)) &&
           (is_reference || !is_stock);
}

/* ---- stringing together ---- */

static void forget(fan *f) {
    free(f->run);
    free(f->what);
    free(f->item);
    free(f->region);
    free(f->unit);
    f->run = f->what = f->item = f->region = f->unit = NULL;
    for (int l = 0; l < LODE_FAN_LEVELS; l++) {
        json_decref(f->values[l]);
        f->values[l] = NULL;
    }
}

static lode_code finish(fan *f) {
    if (!f->run)
        return LODE_OK;
    json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:s, s:i}", "run", f->run, "what", f->what, "item", f->item, "region",
                            f->region, "unit", f->unit, "first", (int)f->first);
    for (int l = 0; l < LODE_FAN_LEVELS && row; l++)
        json_object_set(row, lode_fan_levels[l].name, f->values[l]);
    forget(f);
    return lode_page_append(f->part, "fans", row);
}

static bool same_series(const fan *f, const fan_point *p) {
    return f->run && strcmp(f->run, p->run) == 0 && strcmp(f->what, p->what) == 0 && strcmp(f->item, p->item) == 0 &&
           strcmp(f->region, p->region) == 0;
}

static lode_code begin(fan *f, const fan_point *p) {
    f->run = strdup(p->run);
    f->what = strdup(p->what);
    f->item = strdup(p->item);
    f->region = strdup(p->region);
    f->unit = strdup(p->unit);
    f->first = p->period;
    bool ok = f->run && f->what && f->item && f->region && f->unit;
    for (int l = 0; l < LODE_FAN_LEVELS; l++) {
        f->values[l] = json_array();
        ok = ok && f->values[l];
    }
    return ok ? LODE_OK : LODE_NOMEM;
}

static lode_code add_point(fan *f, const fan_point *p) {
    lode_code code = LODE_OK;
    if (p->period < 0)
        return LODE_OK;
    if (!same_series(f, p)) {
        code = finish(f);
        if (code == LODE_OK)
            code = begin(f, p);
    }
    for (int l = 0; l < LODE_FAN_LEVELS && code == LODE_OK; l++) {
        while (f->first + (int32_t)json_array_size(f->values[l]) < p->period &&
               code == LODE_OK) /* periods without a number */
            code = json_array_append_new(f->values[l], json_null()) == 0 ? LODE_OK : LODE_NOMEM;
        if (code == LODE_OK && json_array_append_new(f->values[l], lode_page_number(p->value[l])) != 0)
            code = LODE_NOMEM;
    }
    return code;
}

/* ---- from tables ---- */

static lode_code add_row(void *context, const lode_query_row *row) {
    fan *f = context;
    fan_point p = {lode_query_text(row, 0),
                   lode_query_text(row, 1),
                   lode_query_text(row, 2),
                   lode_query_text(row, 3),
                   lode_query_text(row, 4),
                   lode_page_period(f->source, lode_query_text(row, 5)),
                   {0}};
    for (int l = 0; l < LODE_FAN_LEVELS; l++)
        p.value[l] = lode_query_real(row, 6 + l);
    return is_told(f->source->world, p.run, p.what, p.item, p.region) ? add_point(f, &p) : LODE_OK;
}

lode_code lode_page_fans_of_tables(json_t *part, const lode_page_source *source) {
    fan f = {.part = part, .source = source};
    lode_code code = lode_query_each(source->query,
                                     "SELECT run, what, item, region, unit, period, p05, p25, p50, p75, p95 FROM "
                                     "series_quantiles ORDER BY run, what, item, region, period",
                                     NULL, add_row, &f, source->diags);
    if (code == LODE_OK)
        code = finish(&f);
    forget(&f);
    return code;
}

/* ---- from draws ---- */

typedef struct {
    const lode_draw_frame *frame;
    int32_t *columns; /* of the series told */
    double *value;    /* [column * LODE_FAN_LEVELS] */
} series;

static lode_code take(void *context, int32_t quantity, lode_stream *stream) {
    series *s = context;
    lode_stream_fan(&s->value[quantity * LODE_FAN_LEVELS], stream);
    return LODE_OK;
}

static int compare_texts(const char *const a[5], const char *const b[5]) {
    for (int i = 0; i < 5; i++)
        if (strcmp(a[i], b[i]) != 0)
            return strcmp(a[i], b[i]);
    return 0;
}

/* A column by what it tells of, for sorting as the tables are sorted. */
typedef struct {
    const lode_draw_column *column;
    int32_t place;
} placed;

static int by_series(const void *a, const void *b) {
    const lode_draw_column *x = ((const placed *)a)->column, *y = ((const placed *)b)->column;
    return compare_texts((const char *const[]){x->run, x->what, x->item, x->region, x->period},
                         (const char *const[]){y->run, y->what, y->item, y->region, y->period});
}

static int32_t find_series(series *s, const lode_page_source *source) {
    int32_t count = 0;
    for (int32_t c = 0; c < s->frame->count; c++) {
        const lode_draw_column *column = &s->frame->columns[c];
        if (column->kind == LODE_COLUMN_SERIES &&
            is_told(source->world, column->run, column->what, column->item, column->region))
            s->columns[count++] = c;
    }
    return count;
}

static lode_code tell_series(json_t *part, const lode_page_source *source, const series *s, int32_t count) {
    fan f = {.part = part, .source = source};
    placed *order = calloc((size_t)count + 1, sizeof *order);
    lode_code code = order ? LODE_OK : LODE_NOMEM;
    for (int32_t i = 0; i < count && code == LODE_OK; i++)
        order[i] = (placed){&s->frame->columns[s->columns[i]], i};
    if (code == LODE_OK && count > 0)
        qsort(order, (size_t)count, sizeof *order, by_series);
    for (int32_t i = 0; i < count && code == LODE_OK; i++) {
        const lode_draw_column *c = order[i].column;
        fan_point p = {c->run, c->what, c->item, c->region, c->unit, lode_page_period(source, c->period), {0}};
        memcpy(p.value, &s->value[order[i].place * LODE_FAN_LEVELS], sizeof p.value);
        code = add_point(&f, &p);
    }
    if (code == LODE_OK)
        code = finish(&f);
    forget(&f);
    free(order);
    return code;
}

lode_code lode_page_fans_of_draws(json_t *part, const lode_page_source *source, lode_draw_store *store) {
    series s = {.frame = lode_draw_store_frame(store)};
    const size_t room = (size_t)s.frame->count + 1;
    s.columns = calloc(room, sizeof *s.columns);
    s.value = calloc(room * LODE_FAN_LEVELS, sizeof *s.value);
    lode_quantity *quantities = calloc(room, sizeof *quantities);
    lode_code code = s.columns && s.value && quantities ? LODE_OK : LODE_NOMEM;
    int32_t count = 0;
    if (code == LODE_OK) {
        count = find_series(&s, source);
        for (int32_t i = 0; i < count; i++)
            quantities[i] = (lode_quantity){&s.columns[i], 1, false};
        code = lode_sample_each(store, quantities, count, 0, take, &s, source->diags);
    }
    if (code == LODE_OK)
        code = tell_series(part, source, &s, count);
    free(s.columns);
    free(s.value);
    free(quantities);
    return code;
}
