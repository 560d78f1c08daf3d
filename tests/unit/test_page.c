/* The page document: sections on tables whose rows are written here, every figure worked out in the comment beside it; a whole folder against its own
 * tables; folders that are none; memory that fails. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failing_memory.h"
#include "lodestone/page.h"
#include "lodestone/stress.h"
#include "page_tables.h"
#include "report/page_whole.h"
#include "store/disk.h"

/* ---- a database by hand ---- */

static void add_price(const char *run, const char *period, const char *region, const char *class_, const char *basis,
                      double value) {
    lode_results_add(results, &lode_prices_table,
                     (lode_cell[]){{.text = run},
                                   {.integer = 0},
                                   {.text = period},
                                   {.text = "dy_oxide"},
                                   {.text = region},
                                   {.text = class_},
                                   {.text = basis},
                                   {.real = value}});
}

static void add_output(const char *run, const char *period, const char *asset, const char *region, double t) {
    lode_results_add(results, &lode_production_table,
                     (lode_cell[]){{.text = run},
                                   {.integer = 0},
                                   {.text = period},
                                   {.text = asset},
                                   {.text = region},
                                   {.text = "mine"},
                                   {.text = "clay_concentrate"},
                                   {.real = t},
                                   {.real = 1}});
}

static void add_stock(const char *period, const char *region, const char *use, double t, double normal_use_t) {
    lode_results_add(results, &lode_stocks_table,
                     (lode_cell[]){{.text = "reference"},
                                   {.integer = 0},
                                   {.text = period},
                                   {.text = "dy_oxide"},
                                   {.text = region},
                                   {.text = use},
                                   {.real = t},
                                   {.real = 0},
                                   {.real = t},
                                   {.real = normal_use_t}});
}

static void add_use(const char *run, const char *period, const char *segment, const char *region, double wanted,
                    double served) {
    lode_results_add(results, &lode_demand_table,
                     (lode_cell[]){{.text = run},
                                   {.integer = 0},
                                   {.text = period},
                                   {.text = segment},
                                   {.text = region},
                                   {.text = "dy_oxide"},
                                   {.real = wanted},
                                   {.real = served},
                                   {.real = NAN},
                                   {.real = 1}});
}

/* ---- what came of it ---- */

static json_t *told(lode_page_section *section, const char *run, int32_t first, int32_t end_period) {
    json_t *part = json_object();
    assert_int_equal(section(part, &source, run, first, end_period), LODE_OK);
    return part;
}

/* The series of a section with these words in its keys ("run=freeze kind=paid"); NULL. */
static json_t *find(json_t *part, const char *section, const char *const pairs[][2]) {
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(part, section), i, one) {
        bool is = true;
        for (int k = 0; pairs[k][0]; k++)
            is = is && strcmp(json_string_value(json_object_get(one, pairs[k][0])), pairs[k][1]) == 0;
        if (is)
            return one;
    }
    return NULL;
}

#define FIND(part, section, ...) find(part, section, (const char *const[][2]){__VA_ARGS__, {NULL, NULL}})

static void assert_series(json_t *one, int32_t first, const double *values, size_t count) {
    assert_non_null(one);
    assert_int_equal(json_integer_value(json_object_get(one, "first")), first);
    json_t *list = json_object_get(one, "values");
    assert_int_equal(json_array_size(list), count);
    for (size_t i = 0; i < count; i++) {
        json_t *value = json_array_get(list, i);
        if (isnan(values[i]))
            assert_true(json_is_null(value));
        else if (!(json_is_number(value) && fabs(json_number_value(value) - values[i]) < 1e-12))
            fail_msg("value %zu is %g, not %g", i, json_number_value(value), values[i]);
    }
}

#define ASSERT_SERIES(one, first, ...)                                                                                 \
    assert_series(one, first, (const double[]){__VA_ARGS__}, sizeof(const double[]){__VA_ARGS__} / sizeof(double))

/* ---- numbers and periods ---- */

static void numbers_have_four_digits(void **state) {
    (void)state;
    static const double pairs[][2] = {
        {123456, 123500}, {1.23449, 1.234},         {-98765, -98770}, {99996, 100000},
        {0.05, 0.05},     {0.000123449, 0.0001234}, {0, 0},           {7, 7},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        json_t *number = lode_page_number(pairs[i][0]);
        assert_true(json_number_value(number) == pairs[i][1]);
        json_decref(number);
    }
    json_t *nothing = lode_page_number(NAN), *endless = lode_page_number(INFINITY);
    assert_true(json_is_null(nothing) && json_is_null(endless));
    char *text = lode_page_print(json_pack("[o, o]", lode_page_number(0.1), lode_page_number(1e6)));
    assert_string_equal(text, "[0.1,1000000]");
    free(text);
    assert_null(lode_page_print(NULL));
    json_decref(nothing);
    json_decref(endless);
}

static void periods_are_those_of_the_horizon(void **state) {
    (void)state;
    char name[11];
    assert_int_equal(source.periods, 36);
    assert_int_equal(lode_page_period(&source, "2025-01"), 0);
    assert_int_equal(lode_page_period(&source, "2026-03"), 14);
    assert_int_equal(lode_page_period(&source, "2027-12"), 35);
    assert_int_equal(lode_page_period(&source, "2028-01"), -1);
    assert_int_equal(lode_page_period(&source, "2024-12"), -1);
    assert_int_equal(lode_page_period(&source, "someday"), -1);
    lode_page_period_name(&source, 14, name);
    assert_string_equal(name, "2026-03");
    lode_page_source quarters = source;
    quarters.step_months = 3;
    assert_int_equal(lode_page_period(&quarters, "2025-07"), 2);
    assert_int_equal(lode_page_period(&quarters, "2025-08"), -1);
}

/* ---- sections ---- */

/* Of three classes the last one counts: 11. The freeze's inside price is 0.4% from the reference's: the reference's stands for it; outside it is 30% dearer. What
 * a run without the programme has is not told. */
static void prices_inside_and_outside(void **state) {
    (void)state;
    for (int p = 0; p < 2; p++) {
        const char *period = p ? "2025-08" : "2025-07";
        add_price("reference", period, "CHN", "any", "domestic_ex_vat", 50);
        add_price("reference", period, "CHN", "any", "fob", 52.5);
        add_price("reference", period, "USA", "uncovered", "delivered", 13);
        add_price("reference", period, "USA", "covered", "delivered", 12);
        add_price("reference", period, "USA", "bonded", "delivered", p ? 11 : 10);
        add_price("full_freeze", period, "CHN", "any", "domestic_ex_vat", 50.2);
        add_price("full_freeze", period, "USA", "bonded", "delivered", 13);
        add_price("bare/reference", period, "CHN", "any", "domestic_ex_vat", 40);
    }
    lode_results_add(results, &lode_price_means_table,
                     (lode_cell[]){{.text = "reference"},
                                   {.integer = 0},
                                   {.text = "2025-08"},
                                   {.text = "dy_oxide"},
                                   {.real = 11},
                                   {.real = 50.987654}});
    json_t *part = told(lode_page_prices, NULL, 0, source.periods);
    assert_int_equal(json_array_size(json_object_get(part, "prices")), 6);
    ASSERT_SERIES(FIND(part, "prices", {"run", "reference"}, {"kind", "inside"}, {"region", "CHN"}), 6, 50, 50);
    ASSERT_SERIES(FIND(part, "prices", {"run", "reference"}, {"kind", "fob"}, {"region", "CHN"}), 6, 52.5, 52.5);
    ASSERT_SERIES(FIND(part, "prices", {"run", "reference"}, {"kind", "outside"}, {"region", "USA"}), 6, 10, 11);
    ASSERT_SERIES(FIND(part, "prices", {"run", "full_freeze"}, {"kind", "outside"}, {"region", "USA"}), 6, 13, 13);
    ASSERT_SERIES(FIND(part, "prices", {"run", "reference"}, {"kind", "outside"}, {"region", ""}), 7, 11);
    ASSERT_SERIES(FIND(part, "prices", {"run", "reference"}, {"kind", "paid"}, {"region", ""}), 7, 50.99);
    json_decref(part);

    /* of one run, one month: all series, also those that are the reference's */
    part = told(lode_page_prices, "full_freeze", 7, 8);
    assert_int_equal(json_array_size(json_object_get(part, "prices")), 2);
    ASSERT_SERIES(FIND(part, "prices", {"kind", "inside"}, {"commodity", "dy_oxide"}), 7, 50.2);
    json_decref(part);
    part = told(lode_page_prices, "no_such_run", 0, source.periods);
    assert_int_equal(json_object_size(part), 0);
    json_decref(part);
}

/* Two plants at one stage add up; a month without a row is nought; so is a plant that a shock's run never has. A region with less than a
 * hundredth of the stage's capacity (1300 t + 5 t) is another one. */
static void supply_by_stage_and_region(void **state) {
    (void)state;
    world->assets[lode_idmap_get(world->asset_ids, "west_mine")].capacity_t_per_year = 150;
    add_output("reference", "2025-07", "south_mine", "CHN", 100);
    add_output("reference", "2025-07", "west_mine", "USA", 1.5);
    add_output("reference", "2025-07", "other_mine", "USA", 2.25);
    add_output("reference", "2025-08", "south_mine", "CHN", 100);
    add_output("reference", "2025-09", "west_mine", "USA", 2);
    add_output("full_freeze", "2025-07", "south_mine", "CHN", 90);
    add_output("full_freeze", "2025-08", "south_mine", "CHN", 80);
    json_t *part = told(lode_page_supply, NULL, 0, source.periods);
    assert_int_equal(json_array_size(json_object_get(part, "supply")), 4);
    ASSERT_SERIES(FIND(part, "supply", {"run", "reference"}, {"region", "CHN"}, {"stage", "mine"}), 6, 100, 100, 0);
    ASSERT_SERIES(FIND(part, "supply", {"run", "reference"}, {"region", "USA"}), 6, 3.75, 0, 2);
    ASSERT_SERIES(FIND(part, "supply", {"run", "full_freeze"}, {"region", "CHN"}), 6, 90, 80);
    ASSERT_SERIES(FIND(part, "supply", {"run", "full_freeze"}, {"region", "USA"}), 6, 0, 0);
    json_decref(part);

    /* of one run and month: what stands still too, and the stages that this month knows nothing of */
    part = told(lode_page_supply, "full_freeze", 6, 7);
    ASSERT_SERIES(FIND(part, "supply", {"stage", "mine"}, {"region", "USA"}), 6, 0);
    ASSERT_SERIES(FIND(part, "supply", {"stage", "heavy_separation"}, {"region", "CHN"}), 6, 0);
    json_decref(part);

    world->assets[lode_idmap_get(world->asset_ids, "west_mine")].capacity_t_per_year = 5;
    part = told(lode_page_supply, NULL, 0, source.periods);
    assert_null(FIND(part, "supply", {"stage", "mine"}, {"region", "USA"}));
    ASSERT_SERIES(FIND(part, "supply", {"run", "reference"}, {"region", "other"}), 6, 3.75, 0, 2);
    json_decref(part);
}

/* 10 t of the trade and 5 t of its users, 60 t a year through the trade's hands: 12 x 15 / 60 = 3 months. Where 6 kg a year are used there is no cover. */
static void cover_in_months(void **state) {
    (void)state;
    add_stock("2025-01", "USA", "trade", 10, 60);
    add_stock("2025-01", "USA", "defence", 5, 20);
    add_stock("2025-02", "USA", "trade", 0, 60);
    add_stock("2025-01", "CHN", "trade", 1, 0.006);
    json_t *part = told(lode_page_cover, NULL, 0, source.periods);
    assert_int_equal(json_array_size(json_object_get(part, "cover")), 1);
    ASSERT_SERIES(FIND(part, "cover", {"run", "reference"}, {"commodity", "dy_oxide"}, {"region", "USA"}), 0, 3, 0);
    json_decref(part);
}

/* motors are industrial, radar is defence; the freeze hits USA. Reference, against what is wanted: 1 - (75 + 15) / (80 + 20) = 0.1 over both countries, then 0.
 * Freeze, against the reference in USA: 1 - 9 / 15 = 0.4, then nought since more is served; CHN, which loses all, is not hit. Radar uses less than a kilogram in the
 * reference: nobody goes without. */
static void loss_by_class_and_segment(void **state) {
    (void)state;
    add_use("reference", "2025-07", "motors", "CHN", 80, 75);
    add_use("reference", "2025-07", "motors", "USA", 20, 15);
    add_use("reference", "2025-07", "radar", "USA", 0.0009, 0.0009);
    add_use("reference", "2025-08", "motors", "CHN", 80, 80);
    add_use("reference", "2025-08", "motors", "USA", 20, 20);
    add_use("full_freeze", "2025-07", "motors", "CHN", 80, 0);
    add_use("full_freeze", "2025-07", "motors", "USA", 20, 5);
    add_use("full_freeze", "2025-07", "motors", "USA", 0, 4);
    add_use("full_freeze", "2025-08", "motors", "USA", 20, 21);
    json_t *part = told(lode_page_loss, NULL, 0, source.periods);
    ASSERT_SERIES(FIND(part, "loss", {"run", "reference"}, {"class", "industrial"}, {"segment", ""}, {"region", ""}), 6,
                  0.1, 0);
    ASSERT_SERIES(FIND(part, "loss", {"run", "reference"}, {"region", "CHN"}), 6, 0.0625, 0); /* 5 of 80 */
    ASSERT_SERIES(FIND(part, "loss", {"run", "full_freeze"}, {"segment", ""}, {"region", ""}), 6, 0.4, 0);
    ASSERT_SERIES(FIND(part, "loss", {"run", "full_freeze"}, {"segment", ""}, {"region", "USA"}), 6, 0.4, 0);
    ASSERT_SERIES(FIND(part, "loss", {"run", "full_freeze"}, {"segment", "motors"}, {"region", ""}), 6, 0.4, 0);
    assert_null(FIND(part, "loss", {"run", "full_freeze"}, {"region", "CHN"}));
    assert_null(FIND(part, "loss", {"class", "defence"}));
    json_decref(part);

    part = told(lode_page_loss, "full_freeze", 6, 7);
    ASSERT_SERIES(FIND(part, "loss", {"run", "full_freeze"}, {"class", "industrial"}, {"segment", ""}, {"region", ""}),
                  6, 0.4);
    ASSERT_SERIES(FIND(part, "loss", {"run", "full_freeze"}, {"class", "consumer"}, {"region", ""}), 6, 0);
    assert_null(FIND(part, "loss", {"run", "reference"}));
    json_decref(part);
}

static void runs_say_whom_they_hit(void **state) {
    (void)state;
    json_t *part = json_object();
    assert_int_equal(lode_page_add_run(part, &source, -1, 0, 36), LODE_OK);
    assert_int_equal(lode_page_add_run(part, &source, 0, 6, 36), LODE_OK);
    json_t *reference = FIND(part, "runs", {"run", "reference"}), *freeze = FIND(part, "runs", {"run", "full_freeze"});
    assert_string_equal(json_string_value(json_object_get(reference, "pair")), "");
    assert_string_equal(json_string_value(json_object_get(freeze, "pair")), "reference");
    assert_string_equal(json_string_value(json_object_get(freeze, "title")),
                        "No oxide to allied countries for six months");
    assert_int_equal(json_integer_value(json_object_get(freeze, "first")), 6);
    assert_string_equal(json_string_value(json_array_get(json_object_get(freeze, "hits"), 0)), "USA");
    assert_int_equal(json_array_size(json_object_get(freeze, "hits")), 1);
    json_decref(part);
}

static const char *text_at(json_t *object, const char *a, const char *b, const char *c) {
    return json_string_value(json_object_get(json_object_get(json_object_get(object, a), b), c));
}

static void frame_names_everything(void **state) {
    (void)state;
    json_t *part = json_object(), *names;
    assert_int_equal(lode_page_frame(part, &source), LODE_OK);
    names = json_object_get(part, "names");
    assert_string_equal(text_at(names, "regions", "USA", "name"), "Country that needs it");
    assert_string_equal(text_at(names, "regions", "USA", "bloc"), "allied");
    assert_string_equal(text_at(names, "commodities", "dy_oxide", "element"), "Dy");
    assert_string_equal(text_at(names, "segments", "radar", "class"), "defence");
    assert_string_equal(text_at(names, "assets", "west_mine", "stage"), "mine");
    assert_string_equal(text_at(names, "assets", "west_mine", "source"), "made_up");
    assert_int_equal(json_object_size(json_object_get(names, "commodities")), 2); /* crude oxide is inner */
    assert_int_equal(json_object_size(json_object_get(names, "assets")), 4);
    assert_int_equal(json_array_size(json_object_get(names, "elements")), 1);
    assert_int_equal(json_object_size(json_object_get(part, "sources")), 1);
    assert_string_equal(json_string_value(json_object_get(json_object_get(part, "world"), "controlling")), "CHN");
    assert_int_equal(json_array_size(json_object_get(json_object_get(part, "horizon"), "periods")), 36);
    json_decref(part);
}

/* ---- headlines ---- */

/* JSON with ' for ". */
static json_t *json_of(const char *words) {
    char *text = strdup(words);
    for (char *c = text; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    json_t *whole = json_loads(text, 0, NULL);
    free(text);
    assert_non_null(whole);
    return whole;
}

static char *headline_of(const char *document, const char *stress) {
    json_t *whole = json_of(document), *report = stress ? json_of(stress) : NULL;
    assert_int_equal(lode_page_headline(whole, &source, report), LODE_OK);
    char *text = strdup(json_string_value(json_object_get(whole, "headline")));
    json_decref(whole);
    json_decref(report);
    return text;
}

static void headline_of_a_battery(void **state) {
    (void)state;
    char *text = headline_of(
        "{'kind': 'stress', 'matrix': ["
        " {'run': 'a', 'title': 'Mild', 'loss': {'defence': 0.1, 'essential': 0, 'industrial': 0, 'consumer': 0}},"
        " {'run': 'b', 'title': 'Hard', 'loss': {'defence': 0.2, 'essential': 0.034, 'industrial': 0, 'consumer': 0},"
        "  'first_short_months': {'defence': 0.5, 'essential': 7, 'industrial': null, 'consumer': null},"
        "  'peak_price': {'outside': 4.28}, 'peak_of': {'outside': 'dy_oxide in USA'},"
        "  'without_programme': {'loss': {'defence': 0.31, 'essential': 0, 'industrial': 0, 'consumer': 0}}}]}",
        "{'programme': {'yearly_cost_musd': 1250}}");
    assert_string_equal(
        text,
        "Of 2 shocks the worst is \342\200\234Hard\342\200\235: the defence uses hit hardest go without "
        "20% of what they would have used in their worst year; the first users go short within the first month, and "
        "the price of dysprosium oxide in Country that needs it rises to 4.3 times what it would have been. The "
        "policies of the scenario cost taxpayers outside Controlling country USD 1.2 billion a year; without "
        "them that loss would be 31%.");
    free(text);
    text =
        headline_of("{'kind': 'stress', 'matrix': [{'run': 'a', 'title': 'Mild', 'loss': {'defence': 0.004}}]}", NULL);
    assert_string_equal(text, "No shock (of 1 tried) takes more than half a percent from any class of users.");
    free(text);
}

static void headline_of_levers(void **state) {
    (void)state;
    char *text = headline_of("{'kind': 'live', 'matrix': [{'run': 'levers', 'loss': {'industrial': 0.034}}]}", NULL);
    assert_string_equal(text,
                        "With these levers the industrial uses hit hardest go without 3.4% of what they would have "
                        "used in their worst year.");
    free(text);
}

static void add_metric(const char *period, const char *metric, const char *object, double value) {
    const lode_table_target target = {.results = results, .run = "reference"};
    lode_tables_add_metric(&target, period, metric, object, NULL, NULL, value, "");
}

/* The reference price of dy_oxide is 100 USD/kg: 250 is 2.5 times as much. 4.25 - 1 + 2.75 = 6 million. */
static void headline_of_a_run(void **state) {
    (void)state;
    add_metric("2025", "served_share", "defence", 0.99);
    add_metric("2026", "served_share", "industrial", 0.93);
    add_metric("2025", "price_outside", "dy_oxide", 120);
    add_metric("2027", "price_outside", "dy_oxide", 250);
    add_metric("2025", "policy_net", "a", 4.25);
    add_metric("2026", "policy_net", "a", -1);
    add_metric("2026", "policy_net", "b", 2.75);
    char *text = headline_of("{'kind': 'run'}", NULL);
    assert_string_equal(
        text, "In the worst year, 2026, industrial uses get 93% of what they want at reference prices. Outside "
              "Controlling country, dysprosium oxide is dearest against its reference price: USD 250 a kilogram "
              "in 2027, 2.5 times as much. Policies cost their payers USD 6.0 million net over the whole time.");
    free(text);
}

/* ---- a whole folder ---- */

static void make_folder(char path[128], const char *name) {
    char *text;
    const lode_stress_options options = {.threads = 1, .command = "test"};
    snprintf(path, 128, "%s/%s", root, name);
    assert_int_equal(lode_stress(&text, world, scenario, path, "text", &options, NULL, NULL, diags), LODE_OK);
    free(text);
}

static json_t *page_of(const char *path) {
    char *text;
    assert_int_equal(lode_page(&text, path, diags), LODE_OK);
    json_t *document = json_loads(text, 0, NULL);
    free(text);
    assert_non_null(document);
    return document;
}

static double sql_number(const char *path, const char *sql) {
    char file[160];
    sqlite3 *database;
    sqlite3_stmt *statement;
    snprintf(file, sizeof file, "%s/results.sqlite", path);
    assert_int_equal(sqlite3_open_v2(file, &database, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const double value = sqlite3_column_double(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return value;
}

static void run_sql(const char *path, const char *sql) {
    char file[160];
    sqlite3 *database;
    snprintf(file, sizeof file, "%s/results.sqlite", path);
    assert_int_equal(sqlite3_open(file, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
}

/* The value of a series in a period. */
static double value_at(json_t *series, int32_t period) {
    assert_non_null(series);
    const json_int_t first = json_integer_value(json_object_get(series, "first"));
    return json_number_value(json_array_get(json_object_get(series, "values"), (size_t)(period - first)));
}

static void assert_rounded(double is, double should) {
    if (!(fabs(is - should) <= 5.001e-4 * fabs(should) + 5e-5)) /* four digits, and shares to a hundredth of a point */
        fail_msg("%.9g is not %.9g", is, should);
}

/* Against the folder's own tables, asked for by other SQL, and against its matrix. */
static void a_folder_is_told_as_it_is(void **state) {
    (void)state;
    char path[128];
    make_folder(path, "stress");
    json_t *document = page_of(path);
    assert_string_equal(json_string_value(json_object_get(document, "kind")), "stress");
    assert_string_equal(json_string_value(json_object_get(document, "command")), "test");
    assert_int_equal(json_array_size(json_object_get(document, "runs")), 4);
    assert_int_equal(json_integer_value(json_object_get(FIND(document, "runs", {"run", "full_freeze"}), "first")), 6);
    assert_int_equal(json_integer_value(json_object_get(FIND(document, "runs", {"run", "full_freeze"}), "end")), 36);
    assert_rounded(
        value_at(FIND(document, "prices", {"run", "full_freeze"}, {"kind", "outside"}, {"region", "USA"}), 8),
        sql_number(path, "SELECT usd_per_kg FROM prices WHERE run = 'full_freeze' AND period = '2025-09' AND "
                         "region = 'USA' AND commodity = 'dy_oxide'"));
    assert_rounded(
        value_at(FIND(document, "supply", {"run", "reference"}, {"stage", "heavy_separation"}, {"region", "USA"}), 3),
        sql_number(path, "SELECT t FROM production WHERE run = 'reference' AND period = '2025-04' AND asset = "
                         "'west_separation'"));
    assert_rounded(
        value_at(FIND(document, "loss", {"run", "full_freeze"}, {"segment", ""}, {"class", "industrial"}), 9),
        sql_number(path, "SELECT 1 - a.served_t / b.served_t FROM demand a JOIN demand b USING (period, segment, "
                         "region) WHERE a.run = 'full_freeze' AND b.run = 'reference' AND period = '2025-10' AND "
                         "segment = 'motors' AND region = 'USA'"));
    /* the worst twelve months of the only industrial use there, which the matrix shows, begin with the shock */
    json_t *row = FIND(document, "matrix", {"run", "full_freeze"});
    assert_rounded(json_number_value(json_object_get(json_object_get(row, "loss"), "industrial")),
                   sql_number(path,
                              "SELECT value FROM metrics WHERE run = 'full_freeze' AND metric = 'loss' AND object = "
                              "'motors' AND region = 'USA'"));
    assert_string_equal(json_string_value(json_object_get(json_object_get(row, "peak_of"), "outside")),
                        "dy_oxide in USA");
    const json_t *worst = json_object_get(json_object_get(row, "worst_of"), "industrial");
    assert_string_equal(json_string_value(json_object_get(worst, "segment")), "motors");
    assert_string_equal(json_string_value(json_object_get(worst, "region")), "USA");
    assert_string_equal(json_string_value(json_object_get(worst, "from")), "2025-07");
    assert_non_null(json_object_get(json_object_get(row, "without_programme"), "loss"));
    assert_non_null(json_object_get(json_object_get(document, "manifest"), "outputs"));
    assert_true(json_array_size(json_object_get(document, "notes")) >= 3);
    json_decref(document);
}

/* A folder of a version that knew neither means of prices nor normal use: those are absent, the rest is there. */
static void an_older_folder_is_told_without_what_it_lacks(void **state) {
    (void)state;
    char path[128];
    make_folder(path, "older");
    run_sql(path, "DROP TABLE price_means; ALTER TABLE stocks DROP COLUMN normal_use_t");
    json_t *document = page_of(path);
    assert_null(json_object_get(document, "cover"));
    assert_null(FIND(document, "prices", {"kind", "paid"}));
    assert_non_null(FIND(document, "prices", {"kind", "inside"}));
    assert_int_equal(json_array_size(json_object_get(document, "runs")), 4);
    json_decref(document);
}

static void assert_refused(const char *path, lode_code code) {
    char *text = (char *)1;
    assert_int_equal(lode_page(&text, path, diags), code);
    assert_null(text);
    assert_true(lode_diags_count(diags) > 0);
    lode_diags_free(diags);
    diags = lode_diags_new();
    assert_non_null(diags);
    source.diags = diags;
}

static void put_file(const char *path, const char *name, const char *text) {
    char file[192];
    snprintf(file, sizeof file, "%s/%s", path, name);
    remove(file);
    assert_int_equal(lode_disk_write(file, text, strlen(text), diags), LODE_OK);
}

static void what_is_no_run_folder_is_refused(void **state) {
    (void)state;
    char path[128];
    assert_refused("/no/such/folder", LODE_NOT_FOUND);
    assert_refused(root, LODE_NOT_FOUND);
    make_folder(path, "whole");
    run_sql(path, "DROP TABLE prices");
    assert_refused(path, LODE_IO);
    put_file(path, "results.sqlite", "");
    assert_refused(path, LODE_IO); /* an empty file is a database without tables */
    put_file(path, "results.sqlite",
             "no database at all, but long enough for somebody to look into it twice or thrice");
    assert_refused(path, LODE_IO);
    put_file(path, "stress.json", "[1, 2");
    assert_refused(path, LODE_IO);
    put_file(path, "results.sqlite", "");
    assert_refused(path, LODE_SYNTAX);
    put_file(path, "inputs/world/assets.csv", "asset\n");
    assert_refused(path, LODE_CONFLICT);
    put_file(path, "manifest.json", "{\"inputs\": {}}");
    assert_refused(path, LODE_SYNTAX);
    put_file(path, "manifest.json", "{");
    assert_refused(path, LODE_SYNTAX);
}

/* Other people's texts and numbers in the tables and in stress.json: told or passed over, never believed. */
static void odd_rows_do_no_harm(void **state) {
    (void)state;
    char path[128];
    make_folder(path, "odd");
    run_sql(path, "INSERT INTO prices VALUES ('full_freeze', 0, 'x', 'dy_oxide', 'USA', 'any', 'delivered', 1), ('', "
                  "0, '2025-01', "
                  "'dy_oxide', 'USA', 'any', 'delivered', 'much'), (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), "
                  "(CAST(x'ff' AS TEXT), 0, '2025-01', 'dy_oxide', 'USA', 'any', CAST(x'fe' AS TEXT), 1e999), "
                  "('reference', 0, '2025-01', 'dy_oxide', 'USA' || char(10) || 'CHN', 'any', 'delivered', 1);"
                  "INSERT INTO demand VALUES ('reference', 0, '9999-99', 'motors', 'USA', 'dy_oxide', 1, 1, 0, 0), "
                  "('reference', 0, "
                  "'2025-01', 'nobody', 'nowhere', 'dy_oxide', 1, 1, 0, 0);"
                  "INSERT INTO production VALUES ('reference', 0, '2025-01', 'x', CAST(x'80' AS TEXT), CAST(x'ff' AS "
                  "TEXT), 'y', 5, 1)");
    put_file(path, "stress.json",
             "{\"shocks\": [1, {\"shock\": 2}, {\"shock\": \"full_freeze\", \"loss\": 3, \"peak_price\": []}], "
             "\"programme\": 4}");
    json_t *document = page_of(path);
    assert_int_equal(json_array_size(json_object_get(document, "matrix")), 1);
    json_decref(document);
}

static void a_page_is_written_once(void **state) {
    (void)state;
    char path[128], file[160];
    make_folder(path, "once");
    snprintf(file, sizeof file, "%s/page.json", root);
    assert_int_equal(lode_page_export(path, file, diags), LODE_OK);
    json_t *document = json_load_file(file, 0, NULL);
    assert_non_null(json_object_get(document, "horizon"));
    json_decref(document);
    assert_int_equal(lode_page_export(path, file, diags), LODE_EXISTS);
    snprintf(file, sizeof file, "%s/no/such/folder/page.json", root);
    assert_int_equal(lode_page_export(path, file, diags), LODE_IO);
}

/* ---- memory that fails ---- */

static int json_fails_in = -1;

static void *json_memory(size_t size) {
    return json_fails_in >= 0 && json_fails_in-- == 0 ? NULL : __real_malloc(size);
}

/* The page of `path` when the n-th allocation fails; true if it came to that one. What is told in spite of it is the whole page. */
static bool page_fails_at(int n, const char *path, const char *whole) {
    char *text;
    fail_in = n;
    const lode_code code = lode_page(&text, path, diags);
    const bool reached = fail_in < 0;
    fail_in = -1;
    assert_true(code == LODE_OK ? text && strcmp(text, whole) == 0 : !text);
    assert_true(reached || code == LODE_OK);
    free(text);
    return reached;
}

static void memory_may_fail_anywhere(void **state) {
    (void)state;
    char path[128], *whole;
    int failures = 0;
    make_folder(path, "memory");
    assert_int_equal(lode_page(&whole, path, diags), LODE_OK);
    for (int n = 0; page_fails_at(n, path, whole); n += n < 200 ? 1 : 17)
        failures++;
    assert_true(failures > 100);
    free(whole);
}

/* All that is made of rows and of a report that was read before (jansson's reader itself writes past its buffer where that cannot grow). */
static lode_code tell_all(json_t *part, const json_t *report) {
    static lode_page_section *const sections[] = {lode_page_prices, lode_page_supply, lode_page_cover, lode_page_loss};
    lode_code code = part ? LODE_OK : LODE_NOMEM;
    for (size_t i = 0; i < sizeof sections / sizeof sections[0] && code == LODE_OK; i++)
        code = sections[i](part, &source, NULL, 0, source.periods);
    for (int32_t shock = -1; shock < scenario->battery_count && code == LODE_OK; shock++)
        code = lode_page_add_run(part, &source, shock, 0, 36);
    if (code == LODE_OK)
        code = lode_page_matrix(part, &source, report);
    if (code == LODE_OK)
        code = lode_page_notes(part, &source, report);
    return code == LODE_OK ? lode_page_headline(part, &source, report) : code;
}

static void json_may_fail_anywhere(void **state) {
    (void)state;
    json_t *report = json_of("{'shocks': [{'shock': 'full_freeze', 'loss': {'defence': 0.1, 'essential': 0.2}}]}");
    add_price("reference", "2025-01", "USA", "any", "delivered", 10);
    add_price("full_freeze", "2025-01", "USA", "any", "delivered", 20);
    add_output("reference", "2025-01", "west_mine", "USA", 1);
    add_stock("2025-01", "USA", "trade", 10, 60);
    add_use("reference", "2025-01", "motors", "USA", 10, 9);
    add_use("full_freeze", "2025-01", "motors", "USA", 10, 3);
    int failures = 0;
    json_t *whole = json_object();
    assert_int_equal(tell_all(whole, report), LODE_OK);
    for (bool reached = true; reached; failures += reached) {
        json_set_alloc_funcs(json_memory, free);
        json_fails_in = failures;
        json_t *part = json_object();
        const lode_code code = tell_all(part, report);
        reached = json_fails_in < 0;
        json_fails_in = -1;
        json_set_alloc_funcs(malloc, free);
        assert_true(code == LODE_NOMEM ? reached : code == LODE_OK && json_equal(part, whole));
        json_decref(part);
    }
    assert_true(failures > 50);
    json_decref(whole);
    json_decref(report);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_tables, close_tables)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(numbers_have_four_digits),
        TEST(periods_are_those_of_the_horizon),
        TEST(prices_inside_and_outside),
        TEST(supply_by_stage_and_region),
        TEST(cover_in_months),
        TEST(loss_by_class_and_segment),
        TEST(runs_say_whom_they_hit),
        TEST(frame_names_everything),
        TEST(headline_of_a_battery),
        TEST(headline_of_levers),
        TEST(headline_of_a_run),
        TEST(a_folder_is_told_as_it_is),
        TEST(an_older_folder_is_told_without_what_it_lacks),
        TEST(what_is_no_run_folder_is_refused),
        TEST(odd_rows_do_no_harm),
        TEST(a_page_is_written_once),
        TEST(memory_may_fail_anywhere),
        TEST(json_may_fail_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
