/* The tables of an ensemble's folder, and its yearly quantiles in the layout of the IAMC. Every row is written as soon as its stream is full, so
 * that memory does not grow with the columns. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/ensemble_page.h"
#include "report/ensemble_report.h"
#include "store/disk.h"
#include "store/results.h"
#include "store/table_csv.h"

#define TEXT(name, doc)                                                                                                \
    { name, LODE_COLUMN_TEXT, "", doc }
#define INTEGER(name, doc)                                                                                             \
    { name, LODE_COLUMN_INTEGER, "", doc }
#define REAL(name, doc)                                                                                                \
    { name, LODE_COLUMN_REAL, "see unit", doc }
#define TABLE(table, doc)                                                                                              \
    static const lode_output_table table##_table = {#table, doc, sizeof table##_columns / sizeof table##_columns[0],   \
                                                    table##_columns}
#define PLACE                                                                                                          \
    TEXT("run", "reference, or the shock"), TEXT("what", "what is told"),                                              \
        TEXT("item", "commodity, class of use, instrument or payer"), TEXT("region", "region, outside or inside")

static const lode_output_column quantiles_columns[] = {
    TEXT("kind", "input, event or metric"), TEXT("name", "name of the column"),     PLACE,
    TEXT("unit", "of the figures"),         LODE_STATISTICS_COLUMNS(INTEGER, REAL),
};
TABLE(quantiles, "What each input, event and metric comes to over the draws that did not fail");

static const lode_output_column series_quantiles_columns[] = {
    PLACE,
    TEXT("period", "first month of the period, YYYY-MM"),
    TEXT("unit", "of the figures"),
    INTEGER("count", "draws with a number"),
    REAL("mean", "mean"),
    REAL("p05", "quantile"),
    REAL("p25", "quantile"),
    REAL("p50", "median"),
    REAL("p75", "quantile"),
    REAL("p95", "quantile"),
};
TABLE(series_quantiles, "Each number of each period over the draws that did not fail");

static const lode_output_column line_stops_columns[] = {
    TEXT("run", "the shock"),
    TEXT("use", "class of use"),
    TEXT("region", "region; empty: any of those hit"),
    INTEGER("hits", "draws in which it is short"),
    INTEGER("draws", "draws that did not fail"),
    {"share", LODE_COLUMN_REAL, "share", "hits of draws"},
    {"low", LODE_COLUMN_REAL, "share", "95% interval (Wilson)"},
    {"high", LODE_COLUMN_REAL, "share", "95% interval (Wilson)"},
};
TABLE(line_stops, "How likely a class of use is to be short at all");

static const lode_output_column failures_columns[] = {
    INTEGER("draw", "number of the draw"),
    TEXT("code", "what kind of failure"),
    TEXT("reason", "why there is no result"),
};
TABLE(failures, "Draws that failed");

static const lode_output_table *const tables[] = {&quantiles_table, &series_quantiles_table, &line_stops_table,
                                                  &failures_table};

static const char *const kind_names[LODE_COLUMN_KINDS] = {"input", "event", "metric", "series"};

/* ---- results.sqlite ---- */

typedef struct {
    lode_results *results;
    const lode_draw_frame *frame;
} sink;

static void add_quantiles(const sink *to, const lode_draw_column *column, const lode_summary_statistics *of) {
    const double *q = of->quantile;
    lode_results_add(to->results, &quantiles_table,
                     (lode_cell[]){{.text = kind_names[column->kind]},
                                   {.text = column->name},
                                   {.text = column->run},
                                   {.text = column->what},
                                   {.text = column->item},
                                   {.text = column->region},
                                   {.text = column->unit},
                                   {.integer = of->count},
                                   {.integer = of->missing},
                                   {.real = of->mean},
                                   {.real = of->sd},
                                   {.real = q[0]},
                                   {.real = q[1]},
                                   {.real = q[2]},
                                   {.real = q[3]},
                                   {.real = q[4]},
                                   {.real = q[5]},
                                   {.real = q[6]},
                                   {.real = q[7]},
                                   {.real = q[8]},
                                   {.real = q[9]},
                                   {.real = q[10]},
                                   {.real = of->cvar_upper},
                                   {.real = of->cvar_lower}});
}

static void add_line_stop(const sink *to, const lode_draw_column *column, const lode_summary_statistics *of) {
    const int64_t hits = of->count > 0 ? lode_summary_hits(of) : 0;
    double low, high;
    lode_share_interval(hits, of->count, 0.95, &low, &high);
    lode_results_add(to->results, &line_stops_table,
                     (lode_cell[]){{.text = column->run},
                                   {.text = column->item},
                                   {.text = column->region},
                                   {.integer = hits},
                                   {.integer = of->count},
                                   {.real = of->count > 0 ? (double)hits / (double)of->count : NAN},
                                   {.real = low},
                                   {.real = high}});
}

static void add_series(const sink *to, const lode_draw_column *column, lode_stream *stream) {
    double q[LODE_FAN_LEVELS];
    lode_stream_fan(q, stream);
    lode_results_add(to->results, &series_quantiles_table,
                     (lode_cell[]){{.text = column->run},
                                   {.text = column->what},
                                   {.text = column->item},
                                   {.text = column->region},
                                   {.text = column->period},
                                   {.text = column->unit},
                                   {.integer = lode_stream_count(stream)},
                                   {.real = lode_stream_mean(stream)},
                                   {.real = q[0]},
                                   {.real = q[1]},
                                   {.real = q[2]},
                                   {.real = q[3]},
                                   {.real = q[4]}});
}

static lode_code add_column(void *context, int32_t c, lode_stream *stream) {
    const sink *to = context;
    const lode_draw_column *column = &to->frame->columns[c];
    lode_summary_statistics of;
    if (column->kind == LODE_COLUMN_SERIES) {
        add_series(to, column, stream);
        return LODE_OK;
    }
    lode_stream_summary(&of, stream);
    add_quantiles(to, column, &of);
    if (column->kind == LODE_COLUMN_METRIC && strcmp(column->what, "line_stop") == 0)
        add_line_stop(to, column, &of);
    return LODE_OK;
}

static lode_code add_failure(void *context, const lode_draw_row *row) {
    const sink *to = context;
    if (row->status != LODE_OK)
        lode_results_add(
            to->results, &failures_table,
            (lode_cell[]){{.integer = row->draw}, {.text = lode_code_name(row->status)}, {.text = row->reason}});
    return LODE_OK;
}

static lode_code fill_tables(const sink *to, lode_draw_store *store, lode_diags *diags) {
    const size_t count = (size_t)to->frame->count + 1;
    int32_t *columns = calloc(count, sizeof *columns);
    lode_quantity *quantities = calloc(count, sizeof *quantities);
    lode_code code = columns && quantities ? LODE_OK : LODE_NOMEM;
    for (int32_t c = 0; c < to->frame->count && code == LODE_OK; c++) {
        columns[c] = c;
        quantities[c] = (lode_quantity){&columns[c], 1, false};
    }
    sink context = *to;
    if (code == LODE_OK)
        code = lode_draw_store_each(store, 0, 0, add_failure, &context, diags);
    if (code == LODE_OK)
        code = lode_sample_each(store, quantities, to->frame->count, 0, add_column, &context, diags);
    free(columns);
    free(quantities);
    return code;
}

static lode_code write_results(const char *folder, lode_draw_store *store, lode_diags *diags) {
    sink to = {.frame = lode_draw_store_frame(store)};
    char *path = lode_disk_join(folder, "results.sqlite");
    lode_code code =
        path ? lode_results_open(&to.results, path, tables, sizeof tables / sizeof tables[0], diags) : LODE_NOMEM;
    if (code == LODE_OK)
        code = fill_tables(&to, store, diags);
    const lode_code closed = lode_results_close(to.results, diags);
    free(path);
    return code != LODE_OK ? code : closed;
}

/* ---- iamc.csv ---- */

static const lode_output_column iamc_columns[] = {
    TEXT("model", "Lodestone and its version"),
    TEXT("scenario", "scenario, and the shock it meets"),
    TEXT("region", "a region, or World"),
    TEXT("variable", "what is told, and the quantile of the draws"),
    TEXT("unit", "of the value"),
    INTEGER("year", "calendar year"),
    REAL("value", "the figure"),
};
static const lode_output_table iamc_table = {"iamc", "Quantiles of an ensemble by year", 7, iamc_columns};

/* The lines of a year, kept until all are there: streams come in no promised order. */
typedef struct {
    const lode_draw_frame *frame;
    const lode_series_years *years;
    const char *scenario;
    double (*figures)[LODE_FAN_LEVELS + 1]; /* per year: quantiles and the mean; NaN: no draw has it */
} iamc_page;

static lode_code note_year(void *context, int32_t i, lode_stream *stream) {
    const iamc_page *page = context;
    lode_stream_fan(page->figures[i], stream);
    page->figures[i][LODE_FAN_LEVELS] = lode_stream_mean(stream);
    return LODE_OK;
}

/* "Price|dy_oxide|5th Percentile". */
static void add_variable(lode_text *out, const char *what, const char *item, const char *quantile) {
    const char first[] = {(char)(what[0] >= 'a' && what[0] <= 'z' ? what[0] - 'a' + 'A' : what[0]), '\0'};
    lode_text_addf(out, "%s%s%s%s|%s", first, what[0] ? what + 1 : "", item[0] ? "|" : "", item, quantile);
}

static void add_iamc_row(lode_text *text, const iamc_page *page, const lode_series_year *year, const char *quantile,
                         double value) {
    const lode_draw_column *column = &page->frame->columns[year->column];
    lode_text variable = {0}, scenario = {0}, unit = {0};
    add_variable(&variable, column->what, column->item, quantile);
    lode_text_add(&scenario, page->scenario);
    if (strcmp(column->run, "reference") != 0)
        lode_text_addf(&scenario, "+%s", column->run);
    const int bare = (int)strcspn(column->unit, ","); /* "million USD, real" is "million USD/yr, real" over a year */
    lode_text_addf(&unit, "%.*s%s%s", bare, column->unit, year->quantity.sum ? "/yr" : "", column->unit + bare);
    text->failed |= variable.failed || scenario.failed || unit.failed;
    if (!text->failed)
        lode_table_csv_row(text, &iamc_table,
                           (lode_cell[]){{.text = "Lodestone " LODE_VERSION},
                                         {.text = scenario.data},
                                         {.text = column->region[0] ? column->region : "World"},
                                         {.text = variable.data},
                                         {.text = unit.data},
                                         {.integer = year->year},
                                         {.real = value}});
    lode_text_free(&variable);
    lode_text_free(&scenario);
    lode_text_free(&unit);
}

static void add_iamc(lode_text *text, const iamc_page *page) {
    lode_table_csv_header(text, &iamc_table);
    for (int32_t i = 0; i < page->years->count; i++) {
        const double *figures = page->figures[i];
        if (isnan(figures[LODE_FAN_LEVELS]))
            continue;
        for (int l = 0; l < LODE_FAN_LEVELS; l++)
            add_iamc_row(text, page, &page->years->items[i], lode_fan_levels[l].percentile, figures[l]);
        add_iamc_row(text, page, &page->years->items[i], "Mean", figures[LODE_FAN_LEVELS]);
    }
}

static lode_code read_years(iamc_page *page, lode_draw_store *store, lode_diags *diags) {
    lode_quantity *quantities = calloc((size_t)page->years->count + 1, sizeof *quantities);
    page->figures = calloc((size_t)page->years->count + 1, sizeof *page->figures);
    lode_code code = quantities && page->figures ? LODE_OK : LODE_NOMEM;
    for (int32_t i = 0; i < page->years->count && code == LODE_OK; i++)
        quantities[i] = page->years->items[i].quantity;
    if (code == LODE_OK)
        code = lode_sample_each(store, quantities, page->years->count, 0, note_year, page, diags);
    free(quantities);
    return code;
}

static lode_code write_text(const char *folder, const char *name, const lode_text *text, lode_diags *diags) {
    char *path = text->failed ? NULL : lode_disk_join(folder, name);
    const lode_code code = path ? lode_disk_write(path, text->data, text->length, diags) : LODE_NOMEM;
    free(path);
    return code;
}

static lode_code write_iamc(const char *folder, lode_draw_store *store, lode_diags *diags) {
    lode_series_years years;
    lode_text text = {0};
    iamc_page page = {.frame = lode_draw_store_frame(store), .years = &years};
    lode_code code = lode_series_years_find(&years, page.frame, NULL, NULL);
    json_t *header = json_loads(page.frame->header ? page.frame->header : "{}", 0, NULL);
    page.scenario = lode_ensemble_scenario_name(header);
    if (code == LODE_OK)
        code = read_years(&page, store, diags);
    if (code == LODE_OK) {
        add_iamc(&text, &page);
        code = write_text(folder, "iamc.csv", &text, diags);
    }
    lode_text_free(&text);
    free(page.figures);
    json_decref(header);
    lode_series_years_free(&years);
    return code;
}

lode_code lode_ensemble_tables(const char *folder, lode_draw_store *store, lode_diags *diags) {
    const lode_code code = write_results(folder, store, diags);
    return code == LODE_OK ? write_iamc(folder, store, diags) : code;
}
