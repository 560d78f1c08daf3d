/* The page of an ensemble as JSON and CSV: every input, event and metric, and the prices of the reference by year. */
#include <stdio.h>
#include <string.h>

#include "report/ensemble_page.h"
#include "report/formats.h"
#include "store/table_csv.h"

static const char *const kind_names[LODE_COLUMN_KINDS] = {"input", "event", "metric", "series"};
static const char *const quantile_names[LODE_SAMPLE_QUANTILES] = {"min", "p01", "p05", "p10", "p25", "p50",
                                                                  "p75", "p90", "p95", "p99", "max"};

/* ---- JSON ---- */

static json_t *pair_json(double low, double high) {
    return json_pack("[o, o]", lode_json_number(low), lode_json_number(high));
}

static json_t *statistics_json(const lode_summary_statistics *of) {
    json_t *out = json_pack("{s:I, s:I, s:o, s:o}", "count", (json_int_t)of->count, "missing", (json_int_t)of->missing,
                            "mean", lode_json_number(of->mean), "sd", lode_json_number(of->sd));
    for (int i = 0; i < LODE_SAMPLE_QUANTILES; i++)
        json_object_set_new(out, quantile_names[i], lode_json_number(of->quantile[i]));
    json_object_set_new(out, "cvar95", lode_json_number(of->cvar_upper));
    json_object_set_new(out, "cvar95_lower", lode_json_number(of->cvar_lower));
    json_object_set_new(out, "p05_interval", pair_json(of->q05_low, of->q05_high));
    json_object_set_new(out, "p50_interval", pair_json(of->median_low, of->median_high));
    json_object_set_new(out, "p95_interval", pair_json(of->q95_low, of->q95_high));
    return out;
}

static json_t *column_json(const lode_draw_column *column, const lode_summary_statistics *of) {
    json_t *out = statistics_json(of);
    json_object_set_new(out, "name", json_string(column->name));
    json_object_set_new(out, "kind", json_string(kind_names[column->kind]));
    json_object_set_new(out, "unit", json_string(column->unit));
    return out;
}

static json_t *line_stop_json(const lode_draw_column *column, const lode_summary_statistics *of) {
    const int64_t hits = lode_summary_hits(of);
    double low, high;
    lode_share_interval(hits, of->count, 0.95, &low, &high);
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:f, s:f, s:f}", "shock", column->run, "use", column->item, "region",
                     column->region, "hits", (json_int_t)hits, "draws", (json_int_t)of->count, "share",
                     (double)hits / (double)of->count, "low", low, "high", high);
}

static json_t *price_json(const lode_ensemble_page *page, int32_t i) {
    const lode_series_year *year = &page->years.items[i];
    const lode_draw_column *column = &page->frame->columns[year->column];
    json_t *out = statistics_json(&page->prices[i]);
    json_object_set_new(out, "commodity", json_string(column->item));
    json_object_set_new(out, "region", json_string(column->region));
    json_object_set_new(out, "year", json_integer(year->year));
    json_object_set_new(out, "unit", json_string(column->unit));
    return out;
}

static json_t *failures_json(const lode_ensemble_page *page) {
    json_t *out = json_array();
    for (int32_t f = 0; f < page->failure_count; f++) {
        const lode_failure_group *one = &page->failures[f];
        json_array_append_new(out,
                              json_pack("{s:s, s:s, s:I, s:I}", "code", lode_code_name(one->status), "reason",
                                        one->reason, "draws", (json_int_t)one->count, "first", (json_int_t)one->first));
    }
    return out;
}

json_t *lode_ensemble_json(const lode_ensemble_page *page, json_t *drivers) {
    json_t *line_stops = json_array(), *columns = json_array(), *prices = json_array();
    for (int32_t c = 0; c < page->frame->count; c++) {
        const lode_draw_column *column = &page->frame->columns[c];
        if (column->kind == LODE_COLUMN_SERIES)
            continue;
        json_array_append_new(columns, column_json(column, &page->columns[c]));
        if (strcmp(column->what, "line_stop") == 0 && page->columns[c].count > 0)
            json_array_append_new(line_stops, line_stop_json(column, &page->columns[c]));
    }
    for (int32_t i = 0; i < page->years.count; i++)
        json_array_append_new(prices, price_json(page, i));
    return json_pack("{s:s, s:s, s:b, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o}", "scenario", page->title, "design",
                     page->design, "is_sample", (int)page->sample, "seed", (json_int_t)page->seed, "draws_asked",
                     (json_int_t)page->asked, "draws", (json_int_t)page->counts.draws, "failed",
                     (json_int_t)page->counts.failed, "failures", failures_json(page), "line_stops", line_stops,
                     "columns", columns, "prices", prices, "drivers", drivers ? drivers : json_null());
}

/* ---- CSV ---- */

#define REAL(name, doc)                                                                                                \
    { name, LODE_COLUMN_REAL, "see unit", doc }
#define INTEGER(name, doc)                                                                                             \
    { name, LODE_COLUMN_INTEGER, "", doc }
static const lode_output_column csv_columns[] = {
    {"kind", LODE_COLUMN_TEXT, "", "input, event, metric, or price for the mean of a year"},
    {"name", LODE_COLUMN_TEXT, "", "name of the column; of a price with its year"},
    {"unit", LODE_COLUMN_TEXT, "", "of the figures"},
    LODE_STATISTICS_COLUMNS(INTEGER, REAL),
};
static const lode_output_table csv_table = {"ensemble", "What the draws come to",
                                            sizeof csv_columns / sizeof csv_columns[0], csv_columns};

static void add_row(lode_text *out, const char *kind, const char *name, const char *unit,
                    const lode_summary_statistics *of) {
    const double *q = of->quantile;
    lode_table_csv_row(
        out, &csv_table,
        (lode_cell[]){
            {.text = kind},     {.text = name},   {.text = unit},  {.integer = of->count},   {.integer = of->missing},
            {.real = of->mean}, {.real = of->sd}, {.real = q[0]},  {.real = q[1]},           {.real = q[2]},
            {.real = q[3]},     {.real = q[4]},   {.real = q[5]},  {.real = q[6]},           {.real = q[7]},
            {.real = q[8]},     {.real = q[9]},   {.real = q[10]}, {.real = of->cvar_upper}, {.real = of->cvar_lower}});
}

void lode_ensemble_csv(lode_text *out, const lode_ensemble_page *page) {
    lode_table_csv_header(out, &csv_table);
    for (int32_t c = 0; c < page->frame->count; c++) {
        const lode_draw_column *column = &page->frame->columns[c];
        if (column->kind != LODE_COLUMN_SERIES)
            add_row(out, kind_names[column->kind], column->name, column->unit, &page->columns[c]);
    }
    for (int32_t i = 0; i < page->years.count; i++) {
        const lode_series_year *year = &page->years.items[i];
        const lode_draw_column *column = &page->frame->columns[year->column];
        lode_text name = {0};
        lode_text_addf(&name, "%s/%s/%s/%s/%d", column->run, column->what, column->item, column->region, year->year);
        out->failed |= name.failed;
        add_row(out, "price", name.data, column->unit, &page->prices[i]);
        lode_text_free(&name);
    }
}
