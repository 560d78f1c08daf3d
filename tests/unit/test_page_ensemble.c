/* Sections of an ensemble's page from draws that are written here, while no table of the folder is there yet. Five draws, of which one failed; the price of
 * dysprosium oxide outside in 2025-02 is 10, 20, 40 and 30, so its quantiles (linear between order statistics, h = 3 p) are
 *
 *     p05  10 + 0.15 x 10 = 11.5    p25  10 + 0.75 x 10 = 17.5    p50  (20 + 30) / 2 = 25    p75  30 + 0.25 x 10 = 32.5    p95  30 + 0.85 x 10 = 38.5
 *
 * Industrial use is short in three of the four. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#include "failing_memory.h"
#include "lodestone/world.h"
#include "report/page.h"
#include "scratch.h"
#include "store/draws.h"

#define WORLD    "tests/worlds/two_countries"
#define SCENARIO WORLD "/today.yaml" /* 2025-01 to 2027-12 */
#define HEADER                                                                                                         \
    "{\"kind\": \"ensemble\", \"scenario\": {\"name\": \"two_countries\"}, \"design\": \"random\", \"seed\": 9, "      \
    "\"draws\": 20, "                                                                                                  \
    "\"shocks\": [\"full_freeze\"], \"shock_months\": 12}"

static const lode_draw_column columns[] = {
    {LODE_COLUMN_INPUT, "cost", "USD/kg", "", "", "", "", "", "what it costs"},
    {LODE_COLUMN_METRIC, "full_freeze/line_stop/industrial", "1", "full_freeze", "line_stop", "industrial", "", "",
     "short"},
    {LODE_COLUMN_METRIC, "full_freeze/line_stop/industrial/USA", "1", "full_freeze", "line_stop", "industrial", "USA",
     "", "short"},
    {LODE_COLUMN_METRIC, "full_freeze/loss/industrial", "share", "full_freeze", "loss", "industrial", "", "", "loss"},
    {LODE_COLUMN_SERIES, "a", "USD/kg", "reference", "price", "dy_oxide", "outside", "2025-02", "price"},
    {LODE_COLUMN_SERIES, "b", "USD/kg", "reference", "price", "dy_oxide", "outside", "2025-04", "price"},
    {LODE_COLUMN_SERIES, "c", "USD/kg", "reference", "price", "dy_oxide", "USA", "2025-02", "not told: of one region"},
    {LODE_COLUMN_SERIES, "d", "t", "full_freeze", "stock", "dy_oxide", "outside", "2025-08",
     "not told: a shock's stock"},
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

static lode_world *world;
static lode_scenario *scenario;
static lode_page_source source;
static json_t *part;

static void put_header(void) {
    char path[128];
    snprintf(path, sizeof path, "%s/ensemble.json", root);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(HEADER, file);
    assert_int_equal(fclose(file), 0);
}

static void put_draws(void) {
    char path[128];
    snprintf(path, sizeof path, "%s/draws.sqlite", root);
    const lode_draw_frame frame = {"00000000000000000000000000000000000000000000000000000000000000aa", HEADER, COLUMNS,
                                   columns};
    static double values[5][COLUMNS] = {{1, 1, 1, 0.2, 10, 5, 1, 1},
                                        {2, 0, 0, 0.0, 20, 5, 1, 1},
                                        {3, 1, 0, 0.4, 40, 5, 1, 1},
                                        {4, 0, 0, 0.0, 0, 0, 0, 0},
                                        {5, 1, 0, 0.3, 30, 5, 1, 1}};
    lode_draw_row rows[5];
    for (int i = 0; i < 5; i++) {
        rows[i] = (lode_draw_row){.draw = i, .status = i == 3 ? LODE_SOLVER : LODE_OK, .values = values[i]};
        for (int c = 1; c < COLUMNS && i == 3; c++)
            values[i][c] = NAN;
    }
    lode_draw_store *store;
    assert_int_equal(lode_draw_store_open(&store, path, &frame, false, diags), LODE_OK);
    assert_int_equal(lode_draw_store_add(store, rows, 5, diags), LODE_OK);
    assert_int_equal(lode_draw_store_close(store, diags), LODE_OK);
}

static int begin(void **state) {
    if (set_up(state) != 0 || lode_world_open(&world, WORLD, diags) != LODE_OK ||
        lode_scenario_open(&scenario, world, SCENARIO, diags) != LODE_OK)
        return -1;
    source = lode_page_source_of(NULL, scenario, diags);
    part = json_object();
    return 0;
}

static int end(void **state) {
    json_decref(part);
    lode_scenario_free(scenario);
    lode_world_free(world);
    return tear_down(state);
}

static double at(const json_t *fan, const char *level, size_t place) {
    const json_t *value = json_array_get(json_object_get(fan, level), place);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

#define NEAR(value, wanted) assert_true(fabs((value) - (wanted)) < 1e-9)

static void fans_of_the_draws_that_are_there(void **state) {
    (void)state;
    put_header();
    put_draws();
    assert_int_equal(lode_page_ensemble(part, &source, root), LODE_OK);
    assert_int_equal(json_array_size(json_object_get(part, "fans")), 1);
    const json_t *fan = json_array_get(json_object_get(part, "fans"), 0);
    assert_int_equal(json_integer_value(json_object_get(fan, "first")), 1); /* 2025-02 */
    assert_int_equal(json_array_size(json_object_get(fan, "p50")), 3);
    NEAR(at(fan, "p05", 0), 11.5);
    NEAR(at(fan, "p25", 0), 17.5);
    NEAR(at(fan, "p50", 0), 25);
    NEAR(at(fan, "p75", 0), 32.5);
    NEAR(at(fan, "p95", 0), 38.5);
    assert_true(isnan(at(fan, "p50", 1))); /* no March */
    NEAR(at(fan, "p50", 2), 5);
}

static void how_likely_and_how_far(void **state) {
    (void)state;
    put_header();
    put_draws();
    assert_int_equal(lode_page_ensemble(part, &source, root), LODE_OK);
    const json_t *stop = json_array_get(json_object_get(part, "line_stops"), 0),
                 *draws = json_object_get(part, "draws");
    assert_int_equal(json_array_size(json_object_get(part, "line_stops")), 2);
    NEAR(json_number_value(json_object_get(stop, "share")), 0.75);
    /* Wilson: (0.75 + z²/8 -+ z sqrt(0.1875/4 + z²/64)) / (1 + z²/4), z = 1.96: 0.3006 to 0.9544 */
    assert_true(fabs(json_number_value(json_object_get(stop, "low")) - 0.3006) < 1e-3);
    assert_true(fabs(json_number_value(json_object_get(stop, "high")) - 0.9544) < 1e-3);
    assert_int_equal(json_integer_value(json_object_get(draws, "done")), 5);
    assert_int_equal(json_integer_value(json_object_get(draws, "total")), 20);
    assert_int_equal(json_integer_value(json_object_get(draws, "failed")), 1);
    assert_string_equal(
        json_string_value(json_object_get(part, "headline")),
        "No oxide to allied countries for six months: in 75% of draws (30 to 95%) some industrial use in "
        "the regions hit runs short. 5 of 20 draws are done, 1 of them without a result.");
    const json_t *shock = json_array_get(json_object_get(part, "runs"), 1);
    assert_int_equal(json_integer_value(json_object_get(shock, "first")), 6); /* 2025-07, for twelve months */
}

static void a_folder_without_draws(void **state) {
    (void)state;
    assert_int_equal(lode_page_ensemble(part, &source, root), LODE_SYNTAX); /* no ensemble at all */
    put_header();
    assert_int_equal(lode_page_ensemble(part, &source, root), LODE_OK);
    assert_null(json_object_get(part, "fans"));
    assert_string_equal(json_string_value(json_object_get(part, "headline")), "0 of 20 draws are done.");
}

/* A store that is a file only, as it is before its first transaction, has no draws; one that is no database is none. */
static void a_store_that_is_not_begun(void **state) {
    (void)state;
    char path[128];
    put_header();
    snprintf(path, sizeof path, "%s/draws.sqlite", root);
    assert_int_equal(lode_disk_write(path, "", 0, diags), LODE_OK);
    assert_int_equal(lode_page_ensemble(part, &source, root), LODE_OK);
    assert_string_equal(json_string_value(json_object_get(part, "headline")), "0 of 20 draws are done.");
    assert_int_equal(lode_diags_count(diags), 0);
    remove(path);
    assert_int_equal(lode_disk_write(path, "no database, and long enough to be looked at twice", 50, diags), LODE_OK);
    assert_int_equal(lode_page_ensemble(part, &source, root), LODE_IO);
    assert_int_equal(lode_diags_count(diags), 1);
}

/* Whatever is told in spite of memory that fails is all of it. */
static void memory_may_fail_anywhere(void **state) {
    (void)state;
    put_header();
    put_draws();
    json_t *whole = json_object();
    assert_int_equal(lode_page_ensemble(whole, &source, root), LODE_OK);
    int failures = 0;
    for (int n = 0;; n += n < 100 ? 1 : 7) {
        json_t *some = json_object();
        fail_in = n;
        const lode_code code = lode_page_ensemble(some, &source, root);
        const bool reached = fail_in < 0;
        fail_in = -1;
        assert_true(reached || code == LODE_OK);
        assert_true(code != LODE_OK || json_equal(some, whole));
        json_decref(some);
        if (!reached)
            break;
        failures++;
    }
    assert_true(failures > 20);
    json_decref(whole);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(fans_of_the_draws_that_are_there), TEST(how_likely_and_how_far),   TEST(a_folder_without_draws),
        TEST(a_store_that_is_not_begun),        TEST(memory_may_fail_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
