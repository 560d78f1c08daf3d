/* The headline metrics are the loss of the class of use and shock with the largest mean loss, what the programme costs, and the peak price of the shock with the
 * largest mean peak. How to read the tables: docs/sensitivity.md. */
#include "report/drivers_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "ensemble/design_parts.h"
#include "ensemble/sample.h"
#include "lodestone/nearest.h"
#include "report/drivers_page.h"

enum { MOST_METRICS = 4 };

/* ---- design of the store ---- */

/* Of an event how often it happens, not when first. */
static bool is_factor(const lode_draw_column *column) {
    const char *last = strrchr(column->name, '/');
    return column->kind == LODE_COLUMN_INPUT ||
           (column->kind == LODE_COLUMN_EVENT && (!last || strcmp(last, "/first") != 0));
}

static lode_design_kind kind_named(const char *name) {
    for (int kind = 0; name && kind < LODE_DESIGN_COUNT; kind++)
        if (strcmp(name, lode_design_names[kind]) == 0)
            return (lode_design_kind)kind;
    return LODE_DESIGN_RANDOM;
}

static int64_t integer_or(const json_t *header, const char *key, int64_t fallback) {
    const json_t *value = json_object_get(header, key);
    return json_is_integer(value) ? (int64_t)json_integer_value(value) : fallback;
}

/* `reached`: draws that the store goes to; of a design that was interrupted only those, in whole blocks, at least one. */
static void read_header(lode_design *design, const char *text, int64_t reached) {
    json_t *header = json_loads(text ? text : "{}", 0, NULL);
    design->kind = kind_named(json_string_value(json_object_get(header, "design")));
    design->seed = (uint64_t)integer_or(header, "seed", 0);
    design->draws = integer_or(header, "draws", reached);
    design->replicates = (int32_t)integer_or(header, "replicates", LODE_DESIGN_REPLICATES);
    design->levels = (int32_t)integer_or(header, "levels", LODE_DESIGN_LEVELS);
    json_decref(header);
    const int64_t block = lode_design_block(design), blocks = reached > 0 ? (reached + block - 1) / block : 1;
    if (design->draws < block || design->draws > blocks * block)
        design->draws = blocks * block;
}

/* page->columns and names, inputs first as in the design. */
static lode_code name_factors(lode_drivers_page *page) {
    const lode_draw_frame *frame = page->frame;
    page->columns = calloc((size_t)frame->count + 1, sizeof *page->columns);
    page->names = calloc((size_t)frame->count + 1, sizeof *page->names);
    if (!page->columns || !page->names)
        return LODE_NOMEM;
    int32_t count = 0;
    for (int kind = LODE_COLUMN_INPUT; kind <= LODE_COLUMN_EVENT; kind++)
        for (int32_t c = 0; c < frame->count; c++)
            if ((int)frame->columns[c].kind == kind && is_factor(&frame->columns[c])) {
                page->names[count] = frame->columns[c].name;
                page->columns[count++] = c;
                page->design.numbers += kind == LODE_COLUMN_INPUT;
                page->design.events += kind == LODE_COLUMN_EVENT;
            }
    page->design.names = page->names;
    return LODE_OK;
}

static lode_code open_page(lode_drivers_page *page, lode_draw_store *store, lode_diags *diags) {
    lode_draw_counts counts;
    *page = (lode_drivers_page){.frame = lode_draw_store_frame(store)};
    lode_code code = lode_sample_count(&counts, store, diags);
    if (code == LODE_OK)
        code = name_factors(page);
    if (code == LODE_OK)
        read_header(&page->design, page->frame->header, counts.last + 1);
    return code;
}

static void close_page(lode_drivers_page *page) {
    free(page->columns);
    free(page->names);
}

/* ---- which metrics ---- */

static bool is_headline(const lode_draw_column *column, const char *what, bool reference) {
    return column->kind == LODE_COLUMN_METRIC && strcmp(column->what, what) == 0 && !column->region[0] &&
           (strcmp(column->run, "reference") == 0) == reference;
}

/* The metric `what` of any shock (or of the reference) that is largest on average; -1: none has a number. */
static lode_code largest(int32_t *out, lode_draw_store *store, const char *what, bool reference, lode_diags *diags) {
    const lode_draw_frame *frame = lode_draw_store_frame(store);
    int32_t *columns = calloc((size_t)frame->count + 1, sizeof *columns), count = 0;
    lode_quantity *quantities = calloc((size_t)frame->count + 1, sizeof *quantities);
    lode_summary_statistics *found = calloc((size_t)frame->count + 1, sizeof *found);
    lode_code code = columns && quantities && found ? LODE_OK : LODE_NOMEM;
    for (int32_t c = 0; c < frame->count && code == LODE_OK; c++)
        if (is_headline(&frame->columns[c], what, reference)) {
            columns[count] = c;
            quantities[count] = (lode_quantity){&columns[count], 1, false};
            count++;
        }
    if (code == LODE_OK)
        code = lode_sample_summaries(found, store, quantities, count, diags);
    double most = -INFINITY;
    *out = -1;
    for (int32_t i = 0; i < count && code == LODE_OK; i++)
        if (found[i].count > 0 && found[i].mean > most) {
            most = found[i].mean;
            *out = columns[i];
        }
    free(found);
    free(quantities);
    free(columns);
    return code;
}

static lode_code find_metric(int32_t *out, const lode_draw_frame *frame, const char *name, lode_diags *diags) {
    lode_nearest nearest;
    char fix[240];
    lode_nearest_begin(&nearest, name);
    for (int32_t c = 0; c < frame->count; c++) {
        if (frame->columns[c].kind != LODE_COLUMN_METRIC && frame->columns[c].kind != LODE_COLUMN_SERIES)
            continue;
        if (strcmp(frame->columns[c].name, name) == 0) {
            *out = c;
            return LODE_OK;
        }
        lode_nearest_offer(&nearest, frame->columns[c].name);
    }
    if (lode_nearest_format(&nearest, fix, sizeof fix) == 0)
        strcpy(fix, "metrics are named RUN/WHAT[/ITEM][/REGION], such as reference/policy_cost (docs/ensembles.md)");
    return lode_diag_add(diags, LODE_ERROR, LODE_NOT_FOUND, "", 0, 0, fix, "the draws have no metric `%s`", name);
}

static void keep(int32_t metrics[MOST_METRICS], int32_t *count, int32_t metric) {
    for (int32_t i = 0; i < *count; i++)
        if (metrics[i] == metric)
            return;
    if (metric >= 0)
        metrics[(*count)++] = metric;
}

static lode_code choose(int32_t metrics[MOST_METRICS], int32_t *count, lode_draw_store *store, const char *reads,
                        lode_diags *diags) {
    static const struct {
        const char *what;
        bool reference;
    } headlines[] = {{"loss", false}, {"policy_cost", true}, {"peak_price", false}};
    int32_t metric = -1;
    lode_code code = reads ? find_metric(&metric, lode_draw_store_frame(store), reads, diags) : LODE_OK;
    *count = 0;
    keep(metrics, count, metric);
    for (size_t h = 0; h < sizeof headlines / sizeof headlines[0] && code == LODE_OK; h++) {
        code = largest(&metric, store, headlines[h].what, headlines[h].reference, diags);
        if (code == LODE_OK)
            keep(metrics, count, metric);
    }
    return code;
}

/* ---- all ---- */

static lode_code add_metric(lode_text *out, json_t *list, lode_drivers_page *page, lode_draw_store *store,
                            int32_t metric, lode_diags *diags) {
    lode_drivers *drivers;
    const lode_code code =
        lode_drivers_new(&drivers, store, &page->design, page->columns, metric, LODE_DRIVERS_SHOWN, diags);
    if (code != LODE_OK)
        return code;
    page->metric = &page->frame->columns[metric];
    page->drivers = drivers;
    page->told |= drivers->varies;
    if (out)
        lode_drivers_text(out, page);
    const bool failed = (out && out->failed) || (list && json_array_append_new(list, lode_drivers_json(page)) != 0);
    lode_drivers_free(drivers);
    return failed ? LODE_NOMEM : LODE_OK;
}

lode_code lode_drivers_report(lode_text *out, json_t **json, lode_draw_store *store, const char *reads, bool blocks,
                              lode_diags *diags) {
    lode_drivers_page page;
    int32_t metrics[MOST_METRICS], count = 0;
    json_t *list = json ? json_array() : NULL;
    lode_code code = open_page(&page, store, diags);
    if (json && !list)
        code = LODE_NOMEM;
    if (code == LODE_OK)
        code = choose(metrics, &count, store, reads, diags);
    for (int32_t m = 0; m < count && code == LODE_OK; m++) {
        page.blocks = blocks;
        page.detail = reads && m == 0;
        if (out && m > 0)
            lode_text_add(out, "\n");
        code = add_metric(out, list, &page, store, metrics[m], diags);
    }
    if (out && code == LODE_OK && page.told)
        lode_drivers_legend(out, &page);
    close_page(&page);
    if (json)
        *json = code == LODE_OK ? list : NULL;
    if (code != LODE_OK)
        json_decref(list);
    return code;
}
