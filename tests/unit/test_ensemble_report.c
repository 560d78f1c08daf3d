/* What an ensemble's store comes to, on stores whose rows are written here: every figure is worked out in the comment beside it. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "failing_memory.h"
#include "report/ensemble_page.h"
#include "report/ensemble_report.h"
#include "report/rounded.h"
#include "scratch.h"
#include "store/disk.h"

static void assert_close(double is, double should) {
    if (!(fabs(is - should) <= 1e-9 * fmax(1, fabs(should))))
        fail_msg("%.17g is not %.17g", is, should);
}

/* ---- a store by hand ---- */

#define MONTH(n)                                                                                                       \
    {                                                                                                                  \
        LODE_COLUMN_SERIES, "reference/price/dy_oxide/outside/" n, "USD/kg", "reference", "price", "dy_oxide",         \
            "outside", n, ""                                                                                           \
    }
#define STOCK(n)                                                                                                       \
    { LODE_COLUMN_SERIES, "freeze/stock/dy_oxide/USA/" n, "t", "freeze", "stock", "dy_oxide", "USA", n, "" }
#define MONEY(n)                                                                                                       \
    { LODE_COLUMN_SERIES, "freeze/money/treasury/" n, "million USD, real", "freeze", "money", "treasury", "", n, "" }
#define YEAR(make, y)                                                                                                  \
    make(y "-01"), make(y "-02"), make(y "-03"), make(y "-04"), make(y "-05"), make(y "-06"), make(y "-07"),           \
        make(y "-08"), make(y "-09"), make(y "-10"), make(y "-11"), make(y "-12")

enum { GOOD = 20, DRAWS = 21 };

static const lode_draw_column columns[] = {
    {LODE_COLUMN_INPUT, "lead_time", "1", "", "", "", "", "", "how much longer a permit takes"},
    {LODE_COLUMN_EVENT, "repeal/first", "years", "", "", "repeal", "", "", "when"},
    {LODE_COLUMN_METRIC, "freeze/loss/essential", "share", "freeze", "loss", "essential", "", "", ""},
    {LODE_COLUMN_METRIC, "freeze/line_stop/essential", "", "freeze", "line_stop", "essential", "", "", ""},
    {LODE_COLUMN_METRIC, "freeze/line_stop/essential/EU27", "", "freeze", "line_stop", "essential", "EU27", "", ""},
    {LODE_COLUMN_METRIC, "quota/loss/essential", "share", "quota", "loss", "essential", "", "", ""},
    {LODE_COLUMN_METRIC, "quota/line_stop/essential", "", "quota", "line_stop", "essential", "", "", ""},
    {LODE_COLUMN_METRIC, "reference/policy_cost", "million USD", "reference", "policy_cost", "", "", "", ""},
    {LODE_COLUMN_METRIC, "reference/policy_cost/USA", "million USD", "reference", "policy_cost", "", "USA", "", ""},
    YEAR(MONTH, "2027"),
    MONTH("2028-01"),
    MONTH("2028-02"),
    YEAR(STOCK, "2027"),
    YEAR(MONEY, "2027"),
};
enum { COLUMNS = sizeof columns / sizeof columns[0], PRICES = 9, STOCKS = 23, MONIES = 35 };

/* Draw i of 20, from 0. Price of month m (from 0): up and down by i about 100, so that the mean of each year is 100. */
static double value_of(int64_t draw, int32_t c) {
    const double i = (double)draw;
    switch (c) {
    case 0:
        return i + 1;
    case 1:
        return draw % 2 ? NAN : i; /* ten draws have it */
    case 2:
        return 0.05 * i;
    case 3:
        return draw >= 12; /* 8 of 20 */
    case 4:
        return draw >= 16; /* 4 of 20 */
    case 7:
        return 100 * (i + 1);
    case 8:
        return 50 * (i + 1);
    default:
        break;
    }
    if (c >= MONIES)
        return i;
    if (c >= STOCKS)
        return 10 * (c - STOCKS) + i;
    return c >= PRICES ? 100 + ((c - PRICES) % 2 ? i : -i) : 0;
}

static lode_code add_draw(lode_draw_store *store, int64_t draw, int32_t count, double (*value)(int64_t, int32_t),
                          bool failed) {
    double values[COLUMNS];
    lode_draw_row row = {.draw = draw, .values = values};
    for (int32_t c = 0; c < count; c++)
        values[c] = failed ? NAN : value(draw, c);
    if (failed) {
        row.status = LODE_SOLVER;
        strcpy(row.reason, "full_freeze, 2027-03: no answer");
    }
    return lode_draw_store_add(store, &row, 1, diags);
}

static const char *const HEADER =
    "{\"scenario\": {\"name\": \"today\", \"title\": \"Today's programme\"}, \"seed\": 7, "
    "\"design\": \"random\", \"draws\": 25}";

/* The twentieth draw (from 0) fails; rows come in falling order, as from many workers. */
static lode_draw_store *make_store(const char *header) {
    static const char key[65] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    const lode_draw_frame frame = {key, header, COLUMNS, columns};
    char *path = lode_disk_join(root, "draws.sqlite");
    lode_draw_store *store;
    assert_int_equal(lode_draw_store_open(&store, path, &frame, false, diags), LODE_OK);
    for (int64_t draw = DRAWS - 1; draw >= 0; draw--)
        assert_int_equal(add_draw(store, draw, COLUMNS, value_of, draw == GOOD), LODE_OK);
    assert_int_equal(lode_draw_store_close(store, diags), LODE_OK);
    assert_int_equal(lode_draw_store_read(&store, path, NULL, diags), LODE_OK);
    free(path);
    return store;
}

/* ---- the page ---- */

/* Loss: 0 to 0.95 in steps of 0.05: median 0.475; p95 at h = 18.05: 0.9025. Wilson of 8 of 20: (0.4 + 0.0960364 -+ 1.9599640 sqrt(0.012 +
 * 0.0024009)) / 1.1920729 = 0.2188 to 0.6134. Cost: median 1050, p95 1905, CVaR 2000. */
static void statistics_of_columns(void **state) {
    (void)state;
    lode_draw_store *store = make_store(HEADER);
    lode_ensemble_page page;
    assert_int_equal(lode_ensemble_page_open(&page, store, NULL, diags), LODE_OK);
    assert_int_equal(page.counts.draws, 21);
    assert_int_equal(page.counts.failed, 1);
    assert_int_equal(page.counts.last, 20);
    assert_int_equal(page.shock_count, 2);
    assert_string_equal(page.shocks[0], "freeze");
    assert_int_equal(page.use_count, 1);
    assert_string_equal(page.title, "Today's programme");
    const lode_summary_statistics *loss = lode_ensemble_metric(&page, "freeze", "loss", "essential", "");
    assert_int_equal(loss->count, 20);
    assert_int_equal(loss->missing, 0);
    assert_close(loss->quantile[LODE_MEDIAN], 0.475);
    assert_close(loss->quantile[LODE_Q95], 0.9025);
    const lode_summary_statistics *stop = lode_ensemble_metric(&page, "freeze", "line_stop", "essential", "");
    assert_int_equal(lode_summary_hits(stop), 8);
    const lode_summary_statistics *cost = lode_ensemble_metric(&page, "reference", "policy_cost", "", "");
    assert_close(cost->quantile[LODE_MEDIAN], 1050);
    assert_close(cost->quantile[LODE_Q95], 1905);
    assert_close(cost->cvar_upper, 2000);
    assert_close(cost->cvar_lower, 100);
    assert_int_equal(page.columns[1].count, 10);
    assert_int_equal(page.columns[1].missing, 10);
    assert_null(lode_ensemble_metric(&page, "freeze", "loss", "defence", ""));
    lode_ensemble_page_close(&page);
    assert_int_equal(lode_draw_store_close(store, diags), LODE_OK);
}

/* Months swing by up to 19, but the mean of the year is 100 in each draw; two months of 2028 are no year. */
static void years_are_of_draws(void **state) {
    (void)state;
    lode_draw_store *store = make_store(HEADER);
    lode_ensemble_page page;
    assert_int_equal(lode_ensemble_page_open(&page, store, NULL, diags), LODE_OK);
    assert_int_equal(page.years.count, 1);
    assert_int_equal(page.years.items[0].year, 2027);
    assert_close(page.prices[0].quantile[LODE_Q05], 100);
    assert_close(page.prices[0].quantile[LODE_Q95], 100);
    lode_ensemble_page_close(&page);
    assert_int_equal(lode_draw_store_close(store, diags), LODE_OK);
}

/* Years of columns by their periods alone; returns how many are whole, and how many columns the first has. */
static int whole_years(const char *const *periods, int32_t count, int32_t *of_first) {
    lode_draw_column some[16];
    for (int32_t i = 0; i < count; i++)
        some[i] = (lode_draw_column){LODE_COLUMN_SERIES, "", "", "reference", "price", "dy", "outside", periods[i], ""};
    const lode_draw_frame frame = {"", "", count, some};
    lode_series_years years;
    assert_int_equal(lode_series_years_find(&years, &frame, NULL, NULL), LODE_OK);
    const int whole = years.count;
    *of_first = whole > 0 ? years.items[0].quantity.count : 0;
    lode_series_years_free(&years);
    return whole;
}

static void years_by_step(void **state) {
    (void)state;
    int32_t of_first;
    /* quarters: four make a year, three do not */
    const char *const quarters[] = {"2027-01", "2027-04", "2027-07", "2027-10", "2028-01", "2028-04", "2028-07"};
    assert_int_equal(whole_years(quarters, 7, &of_first), 1);
    assert_int_equal(of_first, 4);
    const char *const yearly[] = {"2027-01", "2028-01"}, *const plain[] = {"2027"};
    assert_int_equal(whole_years(yearly, 2, &of_first), 2);
    assert_int_equal(whole_years(plain, 1, &of_first), 1);
    /* one month says nothing of its step; what is no period is passed over */
    const char *const month[] = {"2027-01"}, *const wrong[] = {"", "2027-13", "2027-1", "x", "20270101", "2027/01"};
    assert_int_equal(whole_years(month, 1, &of_first), 0);
    assert_int_equal(whole_years(wrong, 6, &of_first), 0);
}

static char *report(lode_draw_store *store, const char *format) {
    char *text;
    assert_int_equal(lode_ensemble_report(&text, format, store, NULL, diags), LODE_OK);
    assert_int_equal(lode_diags_count(diags), 0);
    return text;
}

static void assert_says(const char *text, const char *words) {
    if (!strstr(text, words)) {
        printf("%s", text); /* cmocka cuts long messages */
        fail_msg("no `%s`", words);
    }
}

static void page_as_text(void **state) {
    (void)state;
    lode_draw_store *store = make_store(HEADER);
    char *text = report(store, "text");
    assert_says(text, "Today's programme: 20 draws\n");
    assert_says(text, "Most often short: essential use under freeze, in 40% of draws (22 to 61); its\n");
    assert_says(text, "What matters most for freeze/loss/essential:\nlead_time (");
    assert_says(text, "freeze                   40 (22-61)\n");
    assert_says(text, "quota                      0 (0-16)\n"); /* Newcombe's 0 of 20: 16.1% */
    assert_says(text, "freeze                      48 / 90\n");
    assert_says(text, "  EU27                    20 (8-42)\n"); /* Wilson of 4 of 20: 0.081 to 0.416 */
    /* The median's interval: quantiles 0.5 -+ 1.96 sqrt(0.25 / 20) = 0.2809 and 0.7191: h = 5.337 and 13.663: 633.7 and 1466.3; the half of it, 416, has
     * hundreds; of USA 208: tens. 195 is within 100 to (0.05 + 0.0955: h = 2.76) 376.5, 1905 from (h = 16.24) 1723.5 on. */
    assert_says(text, "all                        1100      (600 to 1500)       200      1910      2000\n");
    assert_says(text, "USA                         530       (320 to 730)       100       950      1000\n");
    assert_says(text, "dy_oxide, outside          100 (100-100)\n");
    assert_says(text,
                "1 of 21 draws failed and are left out:\n  1 with SOLVER, first in draw 20: full_freeze, 2027-03: no "
                "answer\n");
    assert_says(text, "design random, seed 7, 21 draws of the 25 asked for");
    assert_says(text, "73 or more");
    for (const char *line = text; *line; line = strchr(line, '\n') + 1)
        assert_true(strchr(line, '\n') - line <= 80);
    free(text);
    assert_int_equal(lode_draw_store_close(store, diags), LODE_OK);
}

/* 40% is red; without the paint the page is the plain one. */
static void page_in_colour(void **state) {
    (void)state;
    lode_draw_store *store = make_store(HEADER);
    char *plain = report(store, "text"), *painted, *to;
    const lode_ensemble_options options = {.look = {.colour = true}};
    assert_int_equal(lode_ensemble_report(&painted, "text", store, &options, diags), LODE_OK);
    assert_says(painted, "\033[31m    40 (22-61)\033[0m");
    to = painted;
    for (const char *c = painted; *c; c++)
        if (*c == '\033')
            c = strchr(c, 'm');
        else
            *to++ = *c;
    *to = '\0';
    assert_string_equal(painted, plain);
    free(plain);
    free(painted);
    assert_int_equal(lode_draw_store_close(store, diags), LODE_OK);
}

static json_t *find(json_t *list, const char *key, const char *value) {
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item) {
        const char *text = json_string_value(json_object_get(item, key));
        if (text && strcmp(text, value) == 0)
            return item;
    }
    fail_msg("no %s %s", key, value);
    return NULL;
}

static double number(const json_t *object, const char *key) {
    return json_number_value(json_object_get(object, key));
}

static void page_as_json(void **state) {
    (void)state;
    lode_draw_store *store = make_store(HEADER);
    char *text = report(store, "json");
    json_t *whole = json_loads(text, 0, NULL);
    assert_non_null(whole);
    json_t *cost = find(json_object_get(whole, "columns"), "name", "reference/policy_cost");
    assert_close(number(cost, "p50"), 1050);
    assert_close(number(cost, "p95"), 1905);
    assert_close(number(cost, "cvar95"), 2000);
    assert_close(number(cost, "mean"), 1050);
    json_t *stop = find(json_object_get(whole, "line_stops"), "region", "EU27");
    assert_close(number(stop, "share"), 0.2);
    assert_int_equal(number(stop, "hits"), 4);
    assert_int_equal(number(find(json_object_get(whole, "failures"), "code", "SOLVER"), "draws"), 1);
    assert_close(number(find(json_object_get(whole, "prices"), "commodity", "dy_oxide"), "p05"), 100);
    json_decref(whole);
    free(text);
    assert_int_equal(lode_draw_store_close(store, diags), LODE_OK);
}

/* 3 and 4: 3.05 at 5%, 3.95 at 95%; one more row than columns that are no series: the price of 2027. */
static void page_as_csv(void **state) {
    (void)state;
    lode_draw_store *store = make_store(HEADER);
    char *text = report(store, "csv");
    int lines = 0;
    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 1 + PRICES + 1);
    assert_says(text, "\nmetric,reference/policy_cost,million USD,20,0,1050,");
    assert_says(text, "\nprice,reference/price/dy_oxide/outside/2027,USD/kg,20,0,100,");
    free(text);
    assert_int_equal(lode_draw_store_close(store, diags), LODE_OK);
}

static void wrong_format(void **state) {
    (void)state;
    lode_draw_store *store = make_store(HEADER);
    char *text;
    assert_int_equal(lode_ensemble_report(&text, "xml", store, NULL, diags), LODE_USAGE);
    assert_null(text);
    assert_int_equal(lode_diags_count(diags), 1);
    assert_int_equal(lode_draw_store_close(store, diags), LODE_OK);
}

/* Points of a Morris design are no sample: no share, no quantile; a header that is no JSON is no reason to fail. */
static void no_sample(void **state) {
    (void)state;
    lode_draw_store *store = make_store("{\"design\": \"morris\"}");
    char *text = report(store, "text");
    assert_null(strstr(text, "Short at all"));
    assert_null(strstr(text, "95th percentile"));
    assert_says(text, "no sample");
    free(text);
    assert_int_equal(lode_draw_store_close(store, diags), LODE_OK);
}

/* ---- tables ---- */

static double ask(sqlite3 *database, const char *sql) {
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const double answer = sqlite3_column_double(statement, 0);
    sqlite3_finalize(statement);
    return answer;
}

static void tables_of_the_folder(void **state) {
    (void)state;
    lode_draw_store *store = make_store(HEADER);
    assert_int_equal(lode_ensemble_tables(root, store, diags), LODE_OK);
    assert_int_equal(lode_draw_store_close(store, diags), LODE_OK);
    char *path = lode_disk_join(root, "results.sqlite");
    sqlite3 *database;
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_close(ask(database, "SELECT count(*) FROM quantiles"), PRICES);
    assert_close(ask(database, "SELECT p95 FROM quantiles WHERE name = 'reference/policy_cost/USA'"), 952.5);
    assert_close(ask(database, "SELECT missing FROM quantiles WHERE kind = 'event'"), 10);
    assert_close(ask(database, "SELECT count(*) FROM series_quantiles"), COLUMNS - PRICES);
    /* prices of February 100 to 119: the fifth percentile at h = 0.95 */
    assert_close(ask(database, "SELECT p05 FROM series_quantiles WHERE what = 'price' AND period = '2027-02'"), 100.95);
    assert_close(ask(database, "SELECT share FROM line_stops WHERE run = 'freeze' AND region = ''"), 0.4);
    assert_close(ask(database, "SELECT hits FROM line_stops WHERE region = 'EU27'"), 4);
    assert_close(ask(database, "SELECT draw FROM failures"), 20);
    assert_close(ask(database, "SELECT count(*) FROM columns WHERE \"column\" = 'cvar95'"), 1);
    sqlite3_close(database);
    free(path);
}

/* Price: the mean of the year. Stock: December's, 110 + i, median 119.5. Money: 12 i, p95 at h = 18.05: 216.6. */
static void iamc_of_the_folder(void **state) {
    (void)state;
    lode_draw_store *store = make_store(HEADER);
    assert_int_equal(lode_ensemble_tables(root, store, diags), LODE_OK);
    assert_int_equal(lode_draw_store_close(store, diags), LODE_OK);
    char *path = lode_disk_join(root, "iamc.csv"), *text;
    size_t length;
    assert_int_equal(lode_file_read(&text, &length, path, LODE_FILE_LIMIT), LODE_OK);
    assert_says(text, ",today,outside,Price|dy_oxide|5th Percentile,USD/kg,2027,100\n");
    assert_says(text, ",today+freeze,USA,Stock|dy_oxide|50th Percentile,t,2027,119.5\n");
    assert_says(text, ",today+freeze,World,Money|treasury|95th Percentile,\"million USD/yr, real\",2027,216.6");
    assert_null(strstr(text, "2028"));
    free(text);
    free(path);
}

/* A bound of one quantity at a time gives the same. */
static lode_code note_median(void *context, int32_t quantity, lode_stream *stream) {
    ((double *)context)[quantity] = lode_stream_quantile(stream, 0.5);
    return LODE_OK;
}

static void windows_change_nothing(void **state) {
    (void)state;
    lode_draw_store *store = make_store(HEADER);
    const int32_t one[] = {7}, two[] = {8, 7}, three[] = {2};
    const lode_quantity quantities[] = {{one, 1, false}, {two, 2, true}, {three, 1, false}};
    double wide[3], narrow[3], values[3 * DRAWS];
    assert_int_equal(lode_sample_each(store, quantities, 3, 0, note_median, wide, diags), LODE_OK);
    assert_int_equal(lode_sample_each(store, quantities, 3, 1, note_median, narrow, diags), LODE_OK);
    assert_memory_equal(wide, narrow, sizeof wide);
    assert_close(wide[0], 1050);
    assert_close(wide[1], 1575);
    assert_close(wide[2], 0.475);
    assert_int_equal(lode_sample_values(values, store, quantities, 3, DRAWS, diags), LODE_OK);
    assert_close(values[DRAWS + 3], 600); /* 400 + 200 of draw 3 */
    assert_true(isnan(values[GOOD]) && !isnan(values[GOOD - 1]));
    assert_int_equal(lode_draw_store_close(store, diags), LODE_OK);
}

/* ---- memory ---- */

static lode_code make_report(lode_draw_store *store, const char *format) {
    if (strcmp(format, "tables") == 0) {
        char *folder = lode_disk_join(root, "out");
        lode_code code = folder ? lode_disk_make_folder(folder, NULL) : LODE_NOMEM;
        if (code == LODE_OK)
            code = lode_ensemble_tables(folder, store, NULL);
        fail_in = fail_in < 0 ? -1 : 1 << 30; /* what cleans up is not tested */
        char *left = lode_disk_join(root, "out");
        if (lode_disk_exists(left))
            lode_tree_remove(left, NULL);
        free(left);
        free(folder);
        return code;
    }
    char *text;
    const lode_code code = lode_ensemble_report(&text, format, store, NULL, NULL);
    assert_true((code == LODE_OK) == (text != NULL));
    free(text);
    return code;
}

/* The first allocation fails, the second ... until all were there: an error each time, and no leak under a sanitizer. */
static void memory_runs_out(void **state) {
    (void)state;
    static const char *const formats[] = {"text", "json", "csv", "tables"};
    lode_draw_store *store = make_store(HEADER);
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
        bool failed = true;
        for (int n = 0; failed; n++) {
            fail_in = n;
            const lode_code code = make_report(store, formats[f]);
            failed = fail_in < 0;
            fail_in = -1;
            if (failed && code != LODE_NOMEM)
                fail_msg("%s: allocation %d fails: %s", formats[f], n, lode_code_name(code));
            if (!failed)
                assert_int_equal(code, LODE_OK);
        }
    }
    assert_int_equal(lode_draw_store_close(store, diags), LODE_OK);
}

/* ---- rounding ---- */

static void digits_by_error(void **state) {
    (void)state;
    const struct {
        double value, low, high;
        const char *text;
    } rows[] = {{1234.5, 1180, 1300, "1230"},
                {1234.5, NAN, NAN, "1200"},
                {0.0123456, 0.0120, 0.0129, "0.0123"},
                {-0.04, -1, 1, "0.0"},
                {1234.4, 1234.4, 1234.4, "1230"},
                {0, 0, 0, "0"},
                {95, 40, NAN, "100"},
                {NAN, 0, 1, "-"},
                {123456, 123455, 123457, "123000"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        lode_text text = {0};
        lode_text_add_rounded(&text, 0, rows[i].value, rows[i].low, rows[i].high);
        assert_string_equal(text.data, rows[i].text);
        lode_text_free(&text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(statistics_of_columns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(years_are_of_draws, set_up, tear_down),
        cmocka_unit_test(years_by_step),
        cmocka_unit_test_setup_teardown(page_as_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(page_in_colour, set_up, tear_down),
        cmocka_unit_test_setup_teardown(page_as_json, set_up, tear_down),
        cmocka_unit_test_setup_teardown(page_as_csv, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_format, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_sample, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tables_of_the_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(iamc_of_the_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(windows_change_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(memory_runs_out, set_up, tear_down),
        cmocka_unit_test(digits_by_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
