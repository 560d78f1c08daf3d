#include "report/page_years.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LATEST_MONTH = 9 }; /* a shock that comes later is told from the next year on */

lode_code lode_page_append(json_t *part, const char *section, json_t *row) {
    json_t *rows = row ? lode_page_list(part, section) : NULL;
    if (!rows) {
        json_decref(row);
        return LODE_NOMEM;
    }
    return json_array_append_new(rows, row) == 0 ? LODE_OK : LODE_NOMEM;
}

/* ---- runs ---- */

static lode_code say_yes(void *context, const lode_query_row *row) {
    (void)row;
    *(bool *)context = true;
    return LODE_OK;
}

lode_code lode_page_runs(const lode_page_source *source) {
    static const char *const make = "CREATE TEMP TABLE IF NOT EXISTS page_runs (run TEXT PRIMARY KEY, start TEXT, "
                                    "last TEXT, rows INTEGER) WITHOUT ROWID";
    static const char *const fill[] = {
        "DELETE FROM temp.page_runs",
        "INSERT INTO temp.page_runs SELECT run, min(period), max(period), (SELECT max(rowid) FROM demand) FROM demand "
        "WHERE run NOT GLOB 'bare/*' GROUP BY run",
    };
    bool fresh = false;
    lode_code code = lode_page_execute(source, &make, 1);
    if (code == LODE_OK)
        code = lode_query_each(source->query,
                               "SELECT 1 FROM temp.page_runs WHERE rows = (SELECT max(rowid) FROM demand) LIMIT 1",
                               NULL, say_yes, &fresh, source->diags);
    return code == LODE_OK && !fresh ? lode_page_execute(source, fill, sizeof fill / sizeof fill[0]) : code;
}

/* ---- years ---- */

typedef struct {
    const lode_page_source *source;
    int32_t first, end;
    bool near;          /* a shock's run only for some years */
    char reference[11]; /* first period of the reference; "": it has no rows here */
} asked;

/* One year of one run. */
typedef struct {
    const char *run, *start; /* of the run's own rows */
    char year[11], begin[11], stop[11], last[11], before[11];
} run_year;

static int year_of(const char *period) {
    return atoi(period);
}

static int month_of(const char *period) {
    return strlen(period) >= 7 ? atoi(period + 5) : 1;
}

static lode_code add_piece(const asked *a, const run_year *y, const char *source, const char *start, const char *stop) {
    return lode_query_each(a->source->query, "INSERT INTO temp.page_years VALUES (?1, ?2, ?3, ?4, ?5)",
                           (const char *const[]){y->run, y->year, source, start, stop, NULL}, NULL, NULL,
                           a->source->diags);
}

static lode_code add_closing(const asked *a, const run_year *y, const char *sign, const char *period) {
    const char *source = strcmp(y->start, period) <= 0 ? y->run : LODE_PAGE_REFERENCE;
    return lode_query_each(
        a->source->query, "INSERT INTO temp.page_closings VALUES (?1, ?2, CAST(?3 AS INTEGER), ?4, ?5)",
        (const char *const[]){y->run, y->year, sign, source, period, NULL}, NULL, NULL, a->source->diags);
}

/* Whether there are rows of the period before the year: of the run, or of the reference. */
static bool has_opening(const asked *a, const run_year *y) {
    return strcmp(y->start, y->before) <= 0 || (a->reference[0] && strcmp(a->reference, y->before) <= 0);
}

static lode_code add_year(const asked *a, const run_year *y) {
    lode_code code = LODE_OK;
    const bool joined = strcmp(y->start, y->begin) > 0;
    if (joined)
        code = add_piece(a, y, LODE_PAGE_REFERENCE, y->begin, y->start);
    if (code == LODE_OK)
        code = add_piece(a, y, y->run, joined ? y->start : y->begin, y->stop);
    if (code == LODE_OK)
        code = add_closing(a, y, "1", y->last);
    return code == LODE_OK ? add_closing(a, y, "-1", has_opening(a, y) ? y->before : y->begin) : code;
}

/* Whether the year is told of the run: it has rows of its own in it, up to its end, and the run is followed so far. */
static bool is_told(const asked *a, const run_year *y, const char *run_last) {
    const int leaves = year_of(y->start) + (month_of(y->start) > LATEST_MONTH);
    const bool near = strcmp(y->run, LODE_PAGE_REFERENCE) == 0 || !a->near ||
                      (year_of(y->year) >= leaves && year_of(y->year) < leaves + LODE_PAGE_SHOCK_YEARS);
    return near && strcmp(y->start, y->last) <= 0 && strcmp(run_last, y->last) >= 0;
}

/* The calendar year that holds period `p`: one past its last period; fills the names. */
static int32_t fill_year(run_year *y, const asked *a, int32_t p) {
    char name[11];
    int32_t end = p;
    lode_page_period_name(a->source, p, y->begin);
    snprintf(y->year, sizeof y->year, "%.4s", y->begin);
    do
        lode_page_period_name(a->source, ++end, name);
    while (year_of(name) == year_of(y->begin));
    memcpy(y->stop, name, sizeof name);
    lode_page_period_name(a->source, end - 1, y->last);
    lode_page_period_name(a->source, p > 0 ? p - 1 : p, y->before);
    return end;
}

static lode_code add_run(void *context, const lode_query_row *row) {
    const asked *a = context;
    const int32_t whole = a->source->step_months > 0 ? 12 / a->source->step_months : 1;
    run_year y = {.run = lode_query_text(row, 0), .start = lode_query_text(row, 1)};
    lode_code code = LODE_OK;
    for (int32_t p = a->first, end; code == LODE_OK && p < a->end; p = end) {
        end = fill_year(&y, a, p);
        if (end <= a->end && end - p == whole && is_told(a, &y, lode_query_text(row, 2)))
            code = add_year(a, &y);
    }
    return code;
}

static lode_code take_start(void *context, const lode_query_row *row) {
    snprintf(context, 11, "%.10s", lode_query_text(row, 0));
    return LODE_OK;
}

lode_code lode_page_years(const lode_page_source *source, const char *run, int32_t first, int32_t end) {
    static const char *const tables[] = {
        "DROP TABLE IF EXISTS temp.page_years",
        "DROP TABLE IF EXISTS temp.page_closings",
        "CREATE TEMP TABLE page_years (run TEXT, year TEXT, source TEXT, start TEXT, stop TEXT)",
        "CREATE TEMP TABLE page_closings (run TEXT, year TEXT, sign INTEGER, source TEXT, period TEXT)",
        "CREATE INDEX temp.page_years_of ON page_years (source, start)",
        "CREATE INDEX temp.page_closings_of ON page_closings (source, period)",
    };
    asked a = {source, first < 0 ? 0 : first, end < source->periods ? end : source->periods, run == NULL, ""};
    lode_code code = lode_page_runs(source);
    if (code == LODE_OK)
        code = lode_page_execute(source, tables, sizeof tables / sizeof tables[0]);
    if (code == LODE_OK)
        code = lode_query_each(source->query, "SELECT start FROM temp.page_runs WHERE run = 'reference'", NULL,
                               take_start, a.reference, source->diags);
    if (code == LODE_OK)
        code = lode_query_each(source->query,
                               "SELECT run, start, last FROM temp.page_runs WHERE ?1 = '' OR run = ?1 ORDER BY run",
                               (const char *const[]){run ? run : "", NULL}, add_run, &a, source->diags);
    return code;
}
