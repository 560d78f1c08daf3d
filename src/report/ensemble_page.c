#include "report/ensemble_page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the header ---- */

static const char *text_of(const json_t *object, const char *key, const char *fallback) {
    const char *text = json_string_value(json_object_get(object, key));
    return text && text[0] ? text : fallback;
}

static int64_t integer_of(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    return json_is_integer(value) ? (int64_t)json_integer_value(value) : -1;
}

/* The header has the scenario as an object or as its name. */
const char *lode_ensemble_scenario_name(const json_t *header) {
    const json_t *scenario = json_object_get(header, "scenario");
    const char *name = json_string_value(scenario);
    return name ? name : text_of(scenario, "name", "scenario");
}

static const char *title_of(const json_t *header) {
    return text_of(json_object_get(header, "scenario"), "title",
                   text_of(header, "title", lode_ensemble_scenario_name(header)));
}

static lode_code read_header(lode_ensemble_page *page, const lode_ensemble_options *options) {
    page->header = json_loads(page->frame->header ? page->frame->header : "{}", 0, NULL);
    if (!json_is_object(page->header)) {
        json_decref(page->header);
        page->header = json_object();
    }
    if (!page->header)
        return LODE_NOMEM;
    page->title = title_of(page->header);
    page->design = text_of(page->header, "design", options && options->design ? options->design : "random");
    page->sample = strcmp(page->design, "morris") != 0 && strcmp(page->design, "tornado") != 0;
    page->seed = integer_of(page->header, "seed");
    page->asked = integer_of(page->header, "draws");
    if (options && page->seed < 0)
        page->seed = (int64_t)options->seed;
    if (options && page->asked < 0)
        page->asked = options->draws;
    return LODE_OK;
}

/* ---- draws that failed ---- */

static lode_code sort_failure(void *context, const lode_draw_row *row) {
    lode_ensemble_page *page = context;
    if (row->status == LODE_OK)
        return LODE_OK;
    int32_t g = 0;
    while (g < page->failure_count &&
           (page->failures[g].status != row->status || strcmp(page->failures[g].reason, row->reason) != 0))
        g++;
    if (g == LODE_FAILURE_GROUPS)
        g--;
    lode_failure_group *group = &page->failures[g];
    if (g == page->failure_count) {
        *group = (lode_failure_group){.status = row->status, .first = row->draw};
        memcpy(group->reason, row->reason, sizeof group->reason);
        page->failure_count++;
    } else if (strcmp(group->reason, row->reason) != 0)
        strcpy(group->reason, "and other reasons");
    group->count++;
    return LODE_OK;
}

/* ---- names ---- */

static lode_code add_name(const char ***names, int32_t *count, const char *name) {
    for (int32_t i = 0; i < *count; i++)
        if (strcmp((*names)[i], name) == 0)
            return LODE_OK;
    const char **longer = realloc(*names, ((size_t)*count + 1) * sizeof *longer);
    if (!longer)
        return LODE_NOMEM;
    *names = longer;
    longer[(*count)++] = name;
    return LODE_OK;
}

static lode_code find_names(lode_ensemble_page *page) {
    lode_code code = LODE_OK;
    for (int32_t c = 0; c < page->frame->count && code == LODE_OK; c++) {
        const lode_draw_column *column = &page->frame->columns[c];
        if (column->kind != LODE_COLUMN_METRIC)
            continue;
        if (column->run[0] && strcmp(column->run, "reference") != 0)
            code = add_name(&page->shocks, &page->shock_count, column->run);
        if (code == LODE_OK && (strcmp(column->what, "loss") == 0 || strcmp(column->what, "line_stop") == 0))
            code = add_name(&page->uses, &page->use_count, column->item);
    }
    return code;
}

/* ---- statistics ---- */

static lode_code summarise_columns(lode_ensemble_page *page, lode_diags *diags) {
    const int32_t count = page->frame->count;
    int32_t *columns = calloc((size_t)count + 1, sizeof *columns), plain = 0;
    lode_quantity *quantities = calloc((size_t)count + 1, sizeof *quantities);
    lode_summary_statistics *found = calloc((size_t)count + 1, sizeof *found);
    page->columns = calloc((size_t)count + 1, sizeof *page->columns);
    lode_code code = columns && quantities && found && page->columns ? LODE_OK : LODE_NOMEM;
    for (int32_t c = 0; c < count && code == LODE_OK; c++)
        if (page->frame->columns[c].kind != LODE_COLUMN_SERIES) {
            columns[plain] = c;
            quantities[plain] = (lode_quantity){&columns[plain], 1, false};
            plain++;
        }
    if (code == LODE_OK)
        code = lode_sample_summaries(found, page->store, quantities, plain, diags);
    for (int32_t i = 0; i < plain && code == LODE_OK; i++)
        page->columns[columns[i]] = found[i];
    free(columns);
    free(quantities);
    free(found);
    return code;
}

static lode_code summarise_prices(lode_ensemble_page *page, lode_diags *diags) {
    lode_code code = lode_series_years_find(&page->years, page->frame, "reference", "price");
    if (code != LODE_OK)
        return code;
    lode_quantity *quantities = calloc((size_t)page->years.count + 1, sizeof *quantities);
    page->prices = calloc((size_t)page->years.count + 1, sizeof *page->prices);
    code = quantities && page->prices ? LODE_OK : LODE_NOMEM;
    for (int32_t i = 0; i < page->years.count && code == LODE_OK; i++)
        quantities[i] = page->years.items[i].quantity;
    if (code == LODE_OK)
        code = lode_sample_summaries(page->prices, page->store, quantities, page->years.count, diags);
    free(quantities);
    return code;
}

lode_code lode_ensemble_page_open(lode_ensemble_page *out, lode_draw_store *store, const lode_ensemble_options *options,
                                  lode_diags *diags) {
    *out = (lode_ensemble_page){
        .store = store, .frame = lode_draw_store_frame(store), .look = options ? options->look : (lode_look){0}};
    lode_code code = read_header(out, options);
    if (code == LODE_OK)
        code = lode_sample_count(&out->counts, store, diags);
    if (code == LODE_OK)
        code = lode_draw_store_each(store, 0, 0, sort_failure, out, diags);
    if (code == LODE_OK)
        code = find_names(out);
    if (code == LODE_OK)
        code = summarise_columns(out, diags);
    if (code == LODE_OK)
        code = summarise_prices(out, diags);
    return code;
}

void lode_ensemble_page_close(lode_ensemble_page *page) {
    json_decref(page->header);
    free(page->columns);
    free(page->prices);
    free(page->shocks);
    free(page->uses);
    lode_series_years_free(&page->years);
    *page = (lode_ensemble_page){0};
}

const lode_summary_statistics *lode_ensemble_metric(const lode_ensemble_page *page, const char *run, const char *what,
                                                    const char *item, const char *region) {
    for (int32_t c = 0; c < page->frame->count; c++) {
        const lode_draw_column *column = &page->frame->columns[c];
        if (column->kind == LODE_COLUMN_METRIC && strcmp(column->run, run) == 0 && strcmp(column->what, what) == 0 &&
            strcmp(column->item, item) == 0 && strcmp(column->region, region) == 0)
            return page->columns[c].count > 0 ? &page->columns[c] : NULL;
    }
    return NULL;
}

int64_t lode_summary_hits(const lode_summary_statistics *metric) {
    return llround(metric->mean *
                   (double)metric->count); /* the mean of so many ones and zeros is right to the last digits */
}

/* ---- fans ---- */

const lode_fan_level lode_fan_levels[LODE_FAN_LEVELS] = {
    {0.05, "p05", "5th Percentile"},  {0.25, "p25", "25th Percentile"}, {0.5, "p50", "50th Percentile"},
    {0.75, "p75", "75th Percentile"}, {0.95, "p95", "95th Percentile"},
};

void lode_stream_fan(double out[LODE_FAN_LEVELS], lode_stream *stream) {
    for (int l = 0; l < LODE_FAN_LEVELS; l++)
        out[l] = lode_stream_quantile(stream, lode_fan_levels[l].share);
}
