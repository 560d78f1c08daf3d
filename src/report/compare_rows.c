#include "report/compare_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "store/query.h"

/* What is being filled, and what the rows of a query are of. */
typedef struct {
    lode_diffs *to;
    const lode_run_reader *a, *b;
    lode_query *query;
    const char *run;
    char top[16];
    lode_diags *diags;
    lode_diff_section section;
    const char *unit, *prefix;
} finder;

static lode_diff *add(lode_diffs *to) {
    if (to->count == to->capacity) {
        const int32_t capacity = to->capacity ? 2 * to->capacity : 256;
        lode_diff *rows = realloc(to->rows, (size_t)capacity * sizeof *rows);
        if (!rows) {
            to->failed = true;
            return NULL;
        }
        to->rows = rows;
        to->capacity = capacity;
    }
    lode_diff *row = &to->rows[to->count++];
    *row = (lode_diff){.a = NAN, .b = NAN, .money_musd = NAN};
    return row;
}

void lode_diffs_free(lode_diffs *diffs) {
    free(diffs->rows);
    *diffs = (lode_diffs){0};
}

/* ---- inputs ---- */

static void add_input(lode_diffs *to, const char *name, const char *note) {
    lode_diff *row = add(to);
    if (!row)
        return;
    row->section = LODE_DIFF_INPUT;
    snprintf(row->name, sizeof row->name, "%s", name);
    snprintf(row->note, sizeof row->note, "%s", note);
}

static void add_inputs(finder *f) {
    json_t *a = json_object_get(f->a->manifest, "inputs"), *b = json_object_get(f->b->manifest, "inputs"), *hash;
    const char *name;
    json_object_foreach(a, name, hash) {
        json_t *other = json_object_get(b, name);
        if (!other)
            add_input(f->to, name, "in A only");
        else if (!json_equal(hash, other))
            add_input(f->to, name, "differs");
    }
    json_object_foreach(b, name, hash) if (!json_object_get(a, name)) add_input(f->to, name, "in B only");
}

static const char *text_at(const lode_run_reader *reader, const char *object, const char *key) {
    json_t *from = object ? json_object_get(reader->manifest, object) : reader->manifest;
    const char *text = json_string_value(json_object_get(from, key));
    return text ? text : "";
}

/* What the manifests say of the runs themselves. */
static void add_settings(finder *f) {
    static const struct {
        const char *object, *key, *name;
    } settings[] = {
        {NULL, "lodestone", "version"},      {NULL, "kind", "kind"},          {"scenario", "name", "scenario"},
        {"horizon", "from", "horizon from"}, {"horizon", "to", "horizon to"},
    };
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        const char *a = text_at(f->a, settings[i].object, settings[i].key),
                   *b = text_at(f->b, settings[i].object, settings[i].key);
        char note[64];
        snprintf(note, sizeof note, "%.28s, then %.28s", a, b);
        if (strcmp(a, b) != 0)
            add_input(f->to, settings[i].name, note);
    }
}

/* ---- queries ---- */

static lode_code ask(finder *f, const char *sql, lode_query_visit visit) {
    const char *const texts[] = {f->run, f->top, NULL};
    /* a statement may use fewer of them than there are */
    const char *const *given = strstr(sql, "?2") ? texts : (const char *const[]){f->run, NULL};
    return lode_query_each(f->query, sql, strstr(sql, "?1") ? given : NULL, visit, f, f->diags);
}

/* Sums (or means) of a table by its keys and the year, of both runs side by side, over the years that both cover. */
#define SIDE(side, column, table, keys, value, where)                                                                  \
    "SELECT " keys ", substr(period, 1, 4) AS year, " column " FROM " side "." table " WHERE run = ?1 " where          \
    " GROUP BY " keys ", year"
#define BOTH(name, table, keys, value, where)                                                                          \
    "CREATE TEMP TABLE " name " AS SELECT " keys ", year, sum(a) AS a, sum(b) AS b FROM (" SIDE(                       \
        "main", value " AS a, NULL AS b", table, keys, value,                                                          \
        where) " UNION ALL " SIDE("b", "NULL AS a, " value " AS b", table, keys, value,                                \
                                  where) ") WHERE year IN (SELECT year FROM years) GROUP BY " keys ", year"

static const char *const PREPARE[] = {
    "CREATE TEMP TABLE years AS SELECT year FROM "
    "(SELECT substr(period, 1, 4) AS year, count(DISTINCT period) AS n FROM main.prices WHERE run = ?1 GROUP BY year) "
    "JOIN (SELECT substr(period, 1, 4) AS year, count(DISTINCT period) AS n FROM b.prices WHERE run = ?1 GROUP BY "
    "year) "
    "USING (year, n)",
    /* where bonded goods exist civil users pay their price; free ones can be dearer */
    BOTH("price", "prices", "commodity, region", "avg(usd_per_kg)", "AND basis <> 'fob' AND class <> 'uncovered'"),
    BOTH("made", "production", "asset, region, commodity", "sum(t)", ""),
    BOTH("shipped", "flows", "commodity, \"from\", \"to\"", "sum(t)", ""),
    BOTH("got", "demand", "segment, region, commodity", "sum(served_t)", ""),
    BOTH("wanted", "demand", "segment, region, commodity", "sum(demand_t)", ""),
    /* t that a price is paid on: made + brought in - shipped out, the mean of both runs */
    "CREATE TEMP TABLE amount AS SELECT commodity, region, year, max(0, sum(t) / 2) AS t FROM ("
    "SELECT commodity, region, year, ifnull(a, 0) + ifnull(b, 0) AS t FROM made UNION ALL "
    "SELECT commodity, \"to\", year, ifnull(a, 0) + ifnull(b, 0) FROM shipped UNION ALL "
    "SELECT commodity, \"from\", year, -ifnull(a, 0) - ifnull(b, 0) FROM shipped) GROUP BY commodity, region, year",
};

static lode_code count_years(void *context, const lode_query_row *row) {
    ((finder *)context)->to->common_years = (int32_t)lode_query_real(row, 0);
    return LODE_OK;
}

static lode_code prepare(finder *f) {
    lode_code code = LODE_OK;
    for (size_t i = 0; i < sizeof PREPARE / sizeof PREPARE[0] && code == LODE_OK; i++)
        code = ask(f, PREPARE[i], NULL);
    return code == LODE_OK ? ask(f, "SELECT count(*) FROM years", count_years) : code;
}

/* A row (name, year, a, b, million USD). */
static lode_code take_difference(void *context, const lode_query_row *from) {
    finder *f = context;
    lode_diff *row = add(f->to);
    if (!row)
        return LODE_NOMEM;
    row->section = f->section;
    snprintf(row->name, sizeof row->name, "%s%s", f->prefix, lode_query_text(from, 0));
    snprintf(row->period, sizeof row->period, "%s", lode_query_text(from, 1));
    snprintf(row->unit, sizeof row->unit, "%s", f->unit);
    row->a = lode_query_real(from, 2);
    row->b = lode_query_real(from, 3);
    row->money_musd = lode_query_real(from, 4);
    return LODE_OK;
}

static lode_code take_only(void *context, const lode_query_row *from) {
    finder *f = context;
    lode_diff *row = add(f->to);
    if (!row)
        return LODE_NOMEM;
    row->section = LODE_DIFF_ONLY;
    snprintf(row->unit, sizeof row->unit, "%s", lode_query_text(from, 0));
    snprintf(row->name, sizeof row->name, "%s", lode_query_text(from, 1));
    snprintf(row->note, sizeof row->note, "in %s only", lode_query_text(from, 2));
    return LODE_OK;
}

/* Ids that one side knows and the other does not. */
#define ONLY(word, column, table)                                                                                      \
    "SELECT '" word "', x, 'A' FROM (SELECT DISTINCT " column " AS x FROM main." table " WHERE run = ?1 EXCEPT "       \
    "SELECT " column " FROM b." table " WHERE run = ?1) UNION ALL "                                                    \
    "SELECT '" word "', x, 'B' FROM (SELECT DISTINCT " column " AS x FROM b." table " WHERE run = ?1 EXCEPT "          \
    "SELECT " column " FROM main." table " WHERE run = ?1)"

static lode_code find_only(finder *f) {
    static const char *const queries[] = {
        ONLY("region", "region", "prices"),
        ONLY("commodity", "commodity", "prices"),
        ONLY("end use", "segment", "demand"),
        ("SELECT 'plant', asset, CASE WHEN sum(b) IS NULL THEN 'A' ELSE 'B' END FROM made WHERE ?1 <> '' "
         "GROUP BY asset HAVING sum(a) IS NULL OR sum(b) IS NULL ORDER BY 3, 2"),
    };
    lode_code code = LODE_OK;
    for (size_t i = 0; i < sizeof queries / sizeof queries[0] && code == LODE_OK; i++)
        code = ask(f, queries[i], take_only);
    return code;
}

#define MIDDLE "(ifnull(p.a, p.b) + ifnull(p.b, p.a)) / 2"
/* One row a series: the year in which it is worth most (SQLite takes the other columns from the row of the maximum), and what it is
 * worth over all years. */
#define LARGEST(series)                                                                                                \
    "SELECT name, year, a, b, total FROM (SELECT name, year, a, b, max(m), sum(m) AS total FROM (" series              \
    ") WHERE ?1 <> '' GROUP BY name) WHERE total > 0.0005 ORDER BY total DESC, 1 LIMIT CAST(?2 AS INTEGER)"

static lode_code find_money(finder *f) {
    static const struct {
        lode_diff_section section;
        const char *unit, *sql;
    } sections[] = {
        {LODE_DIFF_PRICE, "USD/kg",
         LARGEST(
             "SELECT commodity || ' ' || region AS name, year, a, b, abs(b - a) * t / 1000 AS m FROM price JOIN amount "
             "USING (commodity, region, year) WHERE a IS NOT NULL AND b IS NOT NULL")},
        {LODE_DIFF_DEMAND, "t",
         LARGEST("SELECT segment || ' ' || g.region || ' ' || g.commodity AS name, g.year AS year, g.a AS a, g.b AS b, "
                 "abs(ifnull(g.b, 0) - ifnull(g.a, 0)) * " MIDDLE " / 1000 AS m FROM got g JOIN price p ON "
                 "p.commodity = g.commodity AND p.region = g.region AND p.year = g.year")},
        {LODE_DIFF_FLOW, "t",
         LARGEST(
             "SELECT s.commodity || ' ' || s.\"from\" || '>' || s.\"to\" AS name, s.year AS year, s.a AS a, s.b AS b, "
             "abs(ifnull(s.b, 0) - ifnull(s.a, 0)) * " MIDDLE " / 1000 AS m FROM shipped s JOIN price p ON "
             "p.commodity = s.commodity AND p.region = s.\"to\" AND p.year = s.year")},
        {LODE_DIFF_OUTPUT, "t",
         LARGEST("SELECT d.asset || ' ' || d.commodity AS name, d.year AS year, d.a AS a, d.b AS b, "
                 "abs(ifnull(d.b, 0) - ifnull(d.a, 0)) * " MIDDLE " / 1000 AS m FROM made d JOIN price p ON "
                 "p.commodity = d.commodity AND p.region = d.region AND p.year = d.year")},
    };
    lode_code code = LODE_OK;
    for (size_t i = 0; i < sizeof sections / sizeof sections[0] && code == LODE_OK; i++) {
        f->section = sections[i].section;
        f->unit = sections[i].unit;
        f->prefix = "";
        code = ask(f, sections[i].sql, take_difference);
    }
    return code;
}

/* ---- headline ---- */

static lode_code find_served(finder *f) {
    static const char all[] = "SELECT 'served of what is wanted, worst year', 'all', "
                              "100 * (SELECT min(s) FROM (SELECT sum(min(g.a, w.a)) / sum(w.a) AS s FROM got g JOIN "
                              "wanted w USING (segment, region, "
                              "commodity, year) GROUP BY year)), "
                              "100 * (SELECT min(s) FROM (SELECT sum(min(g.b, w.b)) / sum(w.b) AS s FROM got g JOIN "
                              "wanted w USING (segment, region, "
                              "commodity, year) GROUP BY year)), NULL";
    static const char classes[] =
        "SELECT 'served, ' || object || ', worst year', 'all', 100 * min(a), 100 * min(b), NULL FROM ("
        "SELECT object, value AS a, NULL AS b FROM main.metrics WHERE run = ?1 AND metric = 'served_share' "
        "AND period IN (SELECT year FROM years) UNION ALL "
        "SELECT object, NULL, value FROM b.metrics WHERE run = ?1 AND metric = 'served_share' "
        "AND period IN (SELECT year FROM years)) GROUP BY object";
    static const char prices[] =
        "SELECT 'highest price outside, ' || object, 'all', max(a), max(b), NULL FROM ("
        "SELECT object, value AS a, NULL AS b FROM main.metrics WHERE run = ?1 AND metric = 'price_outside' "
        "AND period IN (SELECT year FROM years) UNION ALL "
        "SELECT object, NULL, value FROM b.metrics WHERE run = ?1 AND metric = 'price_outside' "
        "AND period IN (SELECT year FROM years)) GROUP BY object "
        "HAVING max(a) > 0 AND max(b) > 0 AND max(max(a) / max(b), max(b) / max(a)) > 1.005 "
        "ORDER BY max(max(a) / max(b), max(b) / max(a)) DESC, 1 LIMIT CAST(?2 AS INTEGER)";
    f->section = LODE_DIFF_HEADLINE;
    f->unit = "%";
    f->prefix = "";
    lode_code code = ask(f, all, take_difference);
    if (code == LODE_OK)
        code = ask(f, classes, take_difference);
    f->unit = "USD/kg";
    return code == LODE_OK ? ask(f, prices, take_difference) : code;
}

/* Of two stress folders: the worst loss of each class, and the peaks, of every shock that both met. */
static lode_code find_shocks(finder *f) {
    static const char losses[] =
        "SELECT run || ': worst loss, ' || class, 'all', 100 * max(a), 100 * max(b), NULL FROM ("
        "SELECT run, class, value AS a, NULL AS b FROM main.metrics WHERE metric = 'loss' AND object IS NULL UNION ALL "
        "SELECT run, class, NULL, value FROM b.metrics WHERE metric = 'loss' AND object IS NULL) "
        "GROUP BY run, class HAVING max(a) IS NOT NULL AND max(b) IS NOT NULL AND abs(max(a) - max(b)) > 0.0005 "
        "ORDER BY 1";
    static const char peaks[] =
        "SELECT run || ': ' || replace(metric, '_', ' '), 'all', max(a), max(b), NULL FROM ("
        "SELECT run, metric, value AS a, NULL AS b FROM main.metrics WHERE metric LIKE 'peak_price%' UNION ALL "
        "SELECT run, metric, NULL, value FROM b.metrics WHERE metric LIKE 'peak_price%') GROUP BY run, metric "
        "HAVING max(a) IS NOT NULL AND max(b) IS NOT NULL AND abs(max(a) - max(b)) > 0.005 * max(a) ORDER BY 1";
    static const char missing[] =
        "SELECT 'shock', x, 'A' FROM (SELECT DISTINCT run AS x FROM main.metrics EXCEPT SELECT run FROM b.metrics) "
        "UNION ALL SELECT 'shock', x, 'B' FROM (SELECT DISTINCT run AS x FROM b.metrics EXCEPT SELECT run FROM "
        "main.metrics)";
    lode_code code = ask(f, missing, take_only);
    f->section = LODE_DIFF_HEADLINE;
    f->prefix = "";
    f->unit = "%";
    if (code == LODE_OK)
        code = ask(f, losses, take_difference);
    f->unit = "times";
    return code == LODE_OK ? ask(f, peaks, take_difference) : code;
}

/* ---- all of it ---- */

/* Sections in their order; within one the order of finding stays. */
static lode_code order(lode_diffs *diffs) {
    lode_diff *sorted = calloc((size_t)diffs->count + 1, sizeof *sorted);
    int32_t count = 0;
    if (!sorted)
        return LODE_NOMEM;
    for (int section = 0; section < LODE_DIFF_COUNT; section++)
        for (int32_t i = 0; i < diffs->count; i++)
            if ((int)diffs->rows[i].section == section)
                sorted[count++] = diffs->rows[i];
    free(diffs->rows);
    diffs->rows = sorted;
    diffs->capacity = diffs->count + 1;
    return LODE_OK;
}

static bool same_results(const lode_run_reader *a, const lode_run_reader *b) {
    json_t *one = json_object_get(json_object_get(a->manifest, "outputs"), "results.sqlite"),
           *other = json_object_get(json_object_get(b->manifest, "outputs"), "results.sqlite");
    return one && json_equal(one, other);
}

static lode_code open_query(finder *f) {
    char *a = NULL, *b = NULL;
    lode_code code = lode_run_reader_file(&a, f->a, "results.sqlite", f->diags);
    if (code == LODE_OK)
        code = lode_run_reader_file(&b, f->b, "results.sqlite", f->diags);
    if (code == LODE_OK)
        code = lode_query_open(&f->query, a, b, f->diags);
    free(a);
    free(b);
    return code;
}

lode_code lode_diffs_find(lode_diffs *out, const lode_run_reader *a, const lode_run_reader *b, const char *run,
                          int32_t top, lode_diags *diags) {
    finder f = {.to = out, .a = a, .b = b, .run = run, .diags = diags, .unit = "", .prefix = ""};
    *out = (lode_diffs){.same_results = same_results(a, b)};
    snprintf(f.top, sizeof f.top, "%d", (int)top);
    add_inputs(&f);
    add_settings(&f);
    lode_code code = open_query(&f);
    if (code == LODE_OK)
        code = prepare(&f);
    if (code == LODE_OK)
        code = find_only(&f);
    if (code == LODE_OK)
        code = find_served(&f);
    if (code == LODE_OK)
        code = find_shocks(&f);
    if (code == LODE_OK)
        code = find_money(&f);
    if (code == LODE_OK)
        code = out->failed ? LODE_NOMEM : order(out);
    lode_query_close(f.query);
    return code;
}
