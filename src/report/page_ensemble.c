/* The sections of an ensemble (report/page.h): fans, what drives its results, how likely users are to be short, and how far its draws are.
 *
 * A finished folder has them in results.sqlite and report.json. While draws run, and after a run that was broken off, they come from the draws
 * that are there: the store is opened to read, beside the one who writes it. Both lock the file for the length of a statement, and wait
 * for each other (docs/ensemble-store.md), so a page holds up the draws for the seconds in which it reads and never changes them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "ensemble/sample.h"
#include "report/drivers_report.h"
#include "report/ensemble_page.h"
#include "report/json_read.h"
#include "report/page_fans.h"
#include "report/page_years.h"
#include "sim/clock.h"
#include "store/disk.h"

enum { DRIVERS_TOLD = 12 }; /* of a metric */

/* ---- files of the folder ---- */

static lode_code find_file(bool *there, const char *folder, const char *name) {
    char *path = lode_disk_join(folder, name);
    *there = path && lode_disk_exists(path);
    free(path);
    return path ? LODE_OK : LODE_NOMEM;
}

static lode_code damaged(const lode_page_source *source, const char *folder, const char *name) {
    return lode_diag_add(source->diags, LODE_ERROR, LODE_SYNTAX, folder, 0, 0,
                         "take an ensemble's folder as `lodestone ensemble` left it", "%s of %s is damaged", name,
                         folder);
}

/* A file that is a JSON object; caller releases *out. */
static lode_code load(json_t **out, const lode_page_source *source, const char *folder, const char *name) {
    char *path = lode_disk_join(folder, name);
    if (!path)
        return LODE_NOMEM;
    *out = json_load_file(path, 0, NULL);
    free(path);
    if (json_is_object(*out))
        return LODE_OK;
    json_decref(*out);
    *out = NULL;
    return damaged(source, folder, name);
}

/* ---- how far the draws are ---- */

static json_int_t integer_of(const json_t *object, const char *key) {
    return json_integer_value(json_object_get(object, key));
}

static lode_code tell_progress(json_t *part, const json_t *header, int64_t done, int64_t failed) {
    json_t *draws = json_pack("{s:I, s:I, s:I, s:I, s:s}", "done", (json_int_t)done, "total",
                              integer_of(header, "draws"), "failed", (json_int_t)failed, "seed",
                              integer_of(header, "seed"), "design", lode_json_read_text(header, "design"));
    return draws && json_object_set_new(part, "draws", draws) == 0 ? LODE_OK : LODE_NOMEM;
}

/* ---- what drives the results ---- */

/* The metric where the input is smallest and where it is largest: ends of a tornado's bar, or means of the outer fifths of the draws. */
static double end_of(const json_t *driver, bool high) {
    const json_t *bins = json_object_get(driver, "dependence");
    const size_t count = json_array_size(bins);
    if (json_object_get(driver, "input_low"))
        return lode_json_read_number(driver, high ? "high" : "low");
    return count > 0 ? lode_json_read_number(json_array_get(bins, high ? count - 1 : 0), "mean") : (double)NAN;
}

/* What a driver's share is reckoned from where its design gives no share of the variance: mu* of Morris, the length of a tornado's bar. */
static double strength(const json_t *driver) {
    const json_t *mu = json_object_get(driver, "mu_star");
    return mu ? lode_json_read_number(mu, "value") : end_of(driver, true) - end_of(driver, false);
}

/* Share of the variance with its interval; of Morris and tornado designs strength squared over the sum of all. */
static double share_of(const json_t *driver, double squares, double *low, double *high) {
    const json_t *first = json_object_get(driver, "first_order");
    *low = lode_json_read_number(first, "low");
    *high = lode_json_read_number(first, "high");
    if (first)
        return lode_json_read_number(first, "value");
    return squares > 0 ? strength(driver) * strength(driver) / squares : (double)NAN;
}

static lode_code add_driver(json_t *rows, const json_t *driver, double squares) {
    double low, high;
    const double share = share_of(driver, squares, &low, &high);
    if (!isfinite(share))
        return LODE_OK;
    json_t *row =
        json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "name", lode_json_read_text(driver, "name"), "share",
                  lode_page_number(share), "low", lode_page_number(low), "high", lode_page_number(high), "at_low",
                  lode_page_number(end_of(driver, false)), "at_high", lode_page_number(end_of(driver, true)));
    return json_array_append_new(rows, row) == 0 ? LODE_OK : LODE_NOMEM;
}

/* One metric: the drivers that the report tells, the most important first. Too few draws tell of none. */
static lode_code tell_metric(json_t *part, const json_t *metric) {
    json_t *rows = json_array(), *driver;
    size_t i;
    double squares = 0;
    lode_code code = rows ? LODE_OK : LODE_NOMEM;
    json_array_foreach(json_object_get(metric, "drivers"), i, driver) {
        const double s = strength(driver);
        squares += isfinite(s) ? s * s : 0;
    }
    json_array_foreach(json_object_get(metric, "drivers"), i, driver) {
        if (code == LODE_OK && json_array_size(rows) < DRIVERS_TOLD)
            code = add_driver(rows, driver, squares);
    }
    if (code == LODE_OK && json_array_size(rows) > 0)
        return lode_page_append(part, "drivers",
                                json_pack("{s:s, s:s, s:o, s:o, s:o}", "metric", lode_json_read_text(metric, "metric"),
                                          "unit", lode_json_read_text(metric, "unit"), "mean",
                                          lode_page_number(lode_json_read_number(metric, "mean")), "noise_floor",
                                          lode_page_number(lode_json_read_number(metric, "noise")), "rows", rows));
    json_decref(rows);
    return code;
}

static lode_code tell_drivers(json_t *part, const json_t *metrics) {
    size_t i;
    json_t *metric;
    lode_code code = LODE_OK;
    json_array_foreach(metrics, i, metric) {
        if (code == LODE_OK)
            code = tell_metric(part, metric);
    }
    return code;
}

/* ---- how likely users are to be short ---- */

static lode_code tell_line_stop(json_t *part, const char *run, const char *use, const char *region, int64_t hits,
                                int64_t draws) {
    double low, high;
    lode_share_interval(hits, draws, 0.95, &low, &high);
    if (draws <= 0)
        return LODE_OK;
    return lode_page_append(part, "line_stops",
                            json_pack("{s:s, s:s, s:s, s:o, s:o, s:o}", "run", run, "class", use, "region", region,
                                      "share", lode_page_number((double)hits / (double)draws), "low",
                                      lode_page_number(low), "high", lode_page_number(high)));
}

/* A count of a table; none where it is no number of draws. */
static int64_t count_of(double value) {
    return value >= 0 && value < 1e15 ? (int64_t)value : 0;
}

/* run, use, region, hits, draws */
static lode_code add_line_stop(void *context, const lode_query_row *row) {
    return tell_line_stop(context, lode_query_text(row, 0), lode_query_text(row, 1), lode_query_text(row, 2),
                          count_of(lode_query_real(row, 3)), count_of(lode_query_real(row, 4)));
}

static lode_code line_stops_of_page(json_t *part, const lode_ensemble_page *page) {
    lode_code code = LODE_OK;
    for (int32_t c = 0; c < page->frame->count && code == LODE_OK; c++) {
        const lode_draw_column *column = &page->frame->columns[c];
        if (column->kind == LODE_COLUMN_METRIC && strcmp(column->what, "line_stop") == 0)
            code = tell_line_stop(part, column->run, column->item, column->region,
                                  page->columns[c].count > 0 ? lode_summary_hits(&page->columns[c]) : 0,
                                  page->columns[c].count);
    }
    return code;
}

/* ---- a finished folder ---- */

static lode_code tell_tables(json_t *part, const lode_page_source *source, const char *folder) {
    lode_page_source own = *source;
    char *path = lode_disk_join(folder, "results.sqlite");
    own.query = NULL;
    lode_code code = path ? lode_query_open(&own.query, path, NULL, source->diags) : LODE_NOMEM;
    if (code == LODE_OK)
        code = lode_page_fans_of_tables(part, &own);
    if (code == LODE_OK)
        code = lode_query_each(own.query, "SELECT run, use, region, hits, draws FROM line_stops ORDER BY rowid", NULL,
                               add_line_stop, part, source->diags);
    lode_query_close(own.query);
    free(path);
    return code;
}

static lode_code tell_finished(json_t *part, const lode_page_source *source, const char *folder, const json_t *header) {
    json_t *report = NULL;
    lode_code code = load(&report, source, folder, "report.json");
    if (code == LODE_OK)
        code = tell_progress(part, header, integer_of(report, "draws"), integer_of(report, "failed"));
    if (code == LODE_OK)
        code = tell_drivers(part, json_object_get(report, "drivers"));
    if (code == LODE_OK)
        code = tell_tables(part, source, folder);
    json_decref(report);
    return code;
}

/* ---- draws that are there so far ---- */

static lode_code tell_store_drivers(json_t *part, const lode_page_source *source, lode_draw_store *store) {
    json_t *metrics = NULL;
    lode_code code = lode_drivers_report(NULL, &metrics, store, NULL, false, source->diags);
    if (code == LODE_OK)
        code = tell_drivers(part, metrics);
    json_decref(metrics);
    return code;
}

static lode_code tell_store(json_t *part, const lode_page_source *source, lode_draw_store *store,
                            const json_t *header) {
    lode_ensemble_page page;
    lode_code code = lode_ensemble_page_open(&page, store, NULL, source->diags);
    if (code == LODE_OK)
        code = tell_progress(part, header, page.counts.draws, page.counts.failed);
    if (code == LODE_OK && page.counts.draws > page.counts.failed) {
        code = page.sample ? lode_page_fans_of_draws(part, source, store) : LODE_OK;
        if (code == LODE_OK && page.sample)
            code = line_stops_of_page(part, &page);
        if (code == LODE_OK)
            code = tell_store_drivers(part, source, store);
    }
    lode_ensemble_page_close(&page);
    return code;
}

/* *store is NULL where none was begun yet: a store is a file first, then has tables, then its ensemble. */
static lode_code read_store(lode_draw_store **store, const lode_page_source *source, const char *path) {
    lode_diags *unheard = lode_diags_new();
    const lode_code code = unheard ? lode_draw_store_read(store, path, NULL, unheard) : LODE_NOMEM;
    lode_diags_free(unheard);
    if (code == LODE_OK || code == LODE_NOT_FOUND || code == LODE_NOMEM)
        return code == LODE_NOT_FOUND ? LODE_OK : code;
    return lode_draw_store_read(store, path, NULL, source->diags); /* once more, to say what is wrong */
}

static lode_code tell_unfinished(json_t *part, const lode_page_source *source, const char *folder,
                                 const json_t *header) {
    lode_draw_store *store = NULL;
    bool drawn;
    lode_code code = find_file(&drawn, folder, "draws.sqlite");
    if (code != LODE_OK || !drawn) /* no draw yet, or the store is a database elsewhere */
        return code == LODE_OK ? tell_progress(part, header, 0, 0) : code;
    char *path = lode_disk_join(folder, "draws.sqlite");
    code = path ? read_store(&store, source, path) : LODE_NOMEM;
    free(path);
    if (code != LODE_OK || !store)
        return code == LODE_OK ? tell_progress(part, header, 0, 0) : code;
    code = tell_store(part, source, store, header);
    const lode_code closed = lode_draw_store_close(store, source->diags);
    return code == LODE_OK ? closed : code;
}

/* ---- runs ---- */

/* The period that holds the day: the last one that begins on or before it. */
static int32_t period_of(const lode_page_source *source, lode_day day) {
    const lode_clock clock = {source->from, source->step_months, source->periods};
    const int32_t period = lode_clock_period(&clock, day);
    return period < clock.periods ? period : clock.periods - 1;
}

/* The shocks that the draws meet, each followed for some months. */
static lode_code tell_runs(json_t *part, const lode_page_source *source, const json_t *header) {
    const json_int_t months = integer_of(header, "shock_months");
    json_t *name;
    size_t i;
    lode_code code = lode_page_add_run(part, source, -1, 0, source->periods);
    json_array_foreach(json_object_get(header, "shocks"), i, name) {
        const char *id = json_string_value(name);
        const int32_t shock = id ? lode_scenario_shock(source->scenario, id) : -1;
        if (shock < 0 || code != LODE_OK)
            continue;
        const int32_t first = period_of(source, source->scenario->battery[shock].start);
        const json_int_t end = first + months / source->step_months + 1;
        if (first >= 0)
            code =
                lode_page_add_run(part, source, shock, first, end < source->periods ? (int32_t)end : source->periods);
    }
    return code;
}

/* ---- headline ---- */

/* The class that is most often short in any region hit, the first of several; NULL: none is ever. */
static const json_t *most_often_short(const json_t *part) {
    const json_t *most = NULL, *row;
    size_t i;
    json_array_foreach(json_object_get(part, "line_stops"), i, row) {
        const double share = lode_json_read_number(row, "share");
        if (!lode_json_read_text(row, "region")[0] && share > (most ? lode_json_read_number(most, "share") : 0))
            most = row;
    }
    return most;
}

static const char *title_of(const lode_scenario *scenario, const char *run) {
    const int32_t shock = lode_scenario_shock(scenario, run);
    const char *title = shock < 0 ? NULL : scenario->battery[shock].title;
    return title && title[0] ? title : run;
}

static void add_story(lode_text *text, const json_t *part, const lode_page_source *source) {
    const json_t *draws = json_object_get(part, "draws"), *most = most_often_short(part);
    const json_int_t done = integer_of(draws, "done"), failed = integer_of(draws, "failed"),
                     total = integer_of(draws, "total");
    if (most)
        lode_text_addf(text, "%s: in %.0f%% of draws (%.0f to %.0f%%) some %s use in the regions hit runs short.",
                       title_of(source->scenario, lode_json_read_text(most, "run")),
                       100 * lode_json_read_number(most, "share"), 100 * lode_json_read_number(most, "low"),
                       100 * lode_json_read_number(most, "high"), lode_json_read_text(most, "class"));
    else if (json_array_size(json_object_get(part, "line_stops")) > 0)
        lode_text_add(text, "No class of use runs short in any draw.");
    lode_text_addf(text, "%s%lld of %lld draws %s done", text->length > 0 ? " " : "", (long long)done, (long long)total,
                   done == 1 ? "is" : "are");
    if (failed > 0)
        lode_text_addf(text, ", %lld of them without a result", (long long)failed);
    lode_text_add(text, ".");
}

static lode_code tell_headline(json_t *part, const lode_page_source *source) {
    lode_text text = {0};
    add_story(&text, part, source);
    const bool ok = !text.failed && json_object_set_new(part, "headline", json_string(text.data)) == 0;
    lode_text_free(&text);
    return ok ? LODE_OK : LODE_NOMEM;
}

lode_code lode_page_ensemble(json_t *part, const lode_page_source *source, const char *folder) {
    json_t *header = NULL;
    bool finished = false;
    lode_code code = load(&header, source, folder, "ensemble.json");
    if (code == LODE_OK)
        code = find_file(&finished, folder, "manifest.json");
    if (code == LODE_OK)
        code = finished ? tell_finished(part, source, folder, header) : tell_unfinished(part, source, folder, header);
    if (code == LODE_OK)
        code = tell_runs(part, source, header);
    json_decref(header);
    return code == LODE_OK ? tell_headline(part, source) : code;
}
