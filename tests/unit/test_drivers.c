/* The report of drivers on a store of draws that no market made: a loss with Ishigami's function in it, a cost that is linear, and a peak price that
 * never changes. Shares are those worked out in test_sensitivity.c; what the program says is not copied. With PRINT set in the environment the
 * reports are shown, for a look. */
#define _XOPEN_SOURCE 700
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ensemble/drivers.h"
#include "failing_memory.h"
#include "report/drivers_report.h"
#include "scratch.h"
#include "store/draws.h"

#define PI 3.14159265358979323846

static const lode_draw_column columns[] = {
    {LODE_COLUMN_INPUT, "stock_elasticity", "", "", "stock_elasticity", "", "", "", ""},
    {LODE_COLUMN_INPUT, "capex:assets.a_plant_with_a_long_name.capex_musd", "times", "", "capex", "", "", "", ""},
    {LODE_COLUMN_INPUT, "lead_time", "months", "", "lead_time", "", "", "", ""},
    {LODE_COLUMN_EVENT, "us_2028", "count", "", "us_2028", "", "", "", ""},
    {LODE_COLUMN_EVENT, "us_2028/first", "years", "", "us_2028", "first", "", "", ""},
    {LODE_COLUMN_METRIC, "full_freeze/loss/essential", "share", "full_freeze", "loss", "essential", "", "", ""},
    {LODE_COLUMN_METRIC, "full_freeze/loss/consumer", "share", "full_freeze", "loss", "consumer", "", "", ""},
    {LODE_COLUMN_METRIC, "full_freeze/loss/essential/EU27", "share", "full_freeze", "loss", "essential", "EU27", "",
     ""},
    {LODE_COLUMN_METRIC, "full_freeze/peak_price", "times", "full_freeze", "peak_price", "", "", "", ""},
    {LODE_COLUMN_METRIC, "reference/policy_cost", "USD mn", "reference", "policy_cost", "", "", "", ""},
    {LODE_COLUMN_METRIC, "full_freeze/first_short/essential", "months", "full_freeze", "first_short", "essential", "",
     "", ""},
};
enum { COLUMNS = sizeof columns / sizeof *columns, NUMBERS = 3, EVENTS = 1, FACTORS = NUMBERS + EVENTS };
static const char *const names[FACTORS] = {"stock_elasticity", "capex:assets.a_plant_with_a_long_name.capex_musd",
                                           "lead_time", "us_2028"};

static char where[128], header[256];
static lode_draw_store *store;

static int close_and_tear_down(void **state) {
    lode_draw_store_close(store, NULL);
    store = NULL;
    return tear_down(state);
}

/* The event happens in every third stream; it adds 0.5 to the loss of consumers and 900 to the cost. */
static void model(double *row, const double *u, uint64_t stream) {
    const double x1 = PI * (2 * u[0] - 1), x2 = PI * (2 * u[1] - 1), x3 = PI * (2 * u[2] - 1);
    const bool happens = stream != LODE_NO_STREAM && stream % 3 == 1;
    row[0] = 0.2 + 0.6 * u[0];
    row[1] = 1 + u[1];
    row[2] = 12 + 24 * u[2];
    row[3] = happens;
    row[4] = happens ? 2.5 : (double)NAN;
    row[5] = 0.5 + 0.01 * (sin(x1) + 7 * sin(x2) * sin(x2) + 0.1 * x3 * x3 * x3 * x3 * sin(x1));
    row[6] = 0.1 + 0.1 * u[1];
    row[7] = row[5] + 0.3;
    row[8] = 7.5;
    row[9] = 3000 * u[0] - 2000 * u[2] + (happens ? 900 : 0);
    row[10] = u[0] > 0.5 ? 6 + 6 * u[2] : (double)NAN;
}

static lode_design a_design(lode_design_kind kind, int64_t draws) {
    return (lode_design){.kind = kind,
                         .seed = 5,
                         .draws = draws,
                         .numbers = NUMBERS,
                         .events = EVENTS,
                         .names = names,
                         .replicates = LODE_DESIGN_REPLICATES,
                         .levels = LODE_DESIGN_LEVELS};
}

typedef struct {
    lode_draw_row *rows;
    double *values;
} batch;

static batch make_rows(const lode_design *design, int64_t failed, bool twins) {
    const size_t count = (size_t)lode_design_size(design);
    batch b = {calloc(count, sizeof *b.rows), calloc(count * COLUMNS, sizeof *b.values)};
    for (size_t i = 0; i < count; i++) {
        double u[NUMBERS], *values = b.values + i * COLUMNS;
        uint64_t stream[EVENTS];
        lode_design_point(design, (int64_t)i, u, stream);
        if (twins)
            u[2] = u[0];
        model(values, u, stream[0]);
        const bool fails = (int64_t)i == failed;
        for (int c = 5; c < COLUMNS && fails; c++)
            values[c] = NAN;
        b.rows[i] = (lode_draw_row){(int64_t)i, fails ? LODE_CERTIFICATE : LODE_OK, "", values};
    }
    return b;
}

static void write_rows(const lode_design *design, int64_t failed, bool twins) {
    batch b = make_rows(design, failed, twins);
    assert_int_equal(lode_draw_store_add(store, b.rows, (size_t)lode_design_size(design), diags), LODE_OK);
    free(b.values);
    free(b.rows);
}

/* A store of the whole design, opened for reading; draw `failed` (-1: none) without result. */
static void make_store(const lode_design *design, int64_t failed) {
    char key[65];
    snprintf(key, sizeof key, "%064x", 17);
    snprintf(where, sizeof where, "%s/%s.sqlite", root, lode_design_names[design->kind]);
    snprintf(header, sizeof header, "{\"design\": \"%s\", \"seed\": 5, \"draws\": %lld}",
             lode_design_names[design->kind], (long long)lode_design_size(design));
    const lode_draw_frame frame = {key, header, COLUMNS, columns};
    assert_int_equal(lode_draw_store_open(&store, where, &frame, false, diags), LODE_OK);
    write_rows(design, failed, false);
    assert_int_equal(lode_draw_store_close(store, diags), LODE_OK);
    assert_int_equal(lode_draw_store_read(&store, where, NULL, diags), LODE_OK);
}

typedef struct {
    lode_text text;
    json_t *json;
} report;

static report report_on(const char *reads) {
    report r = {0};
    assert_int_equal(lode_drivers_report(&r.text, &r.json, store, reads, false, diags), LODE_OK);
    assert_false(r.text.failed);
    if (getenv("PRINT"))
        printf("%s", r.text.data);
    for (const char *line = r.text.data; *line; line += strcspn(line, "\n") + 1)
        if (strcspn(line, "\n") > 80)
            fail_msg("longer than 80 columns: %.*s", (int)strcspn(line, "\n"), line);
    return r;
}

static void free_report(report *r) {
    lode_text_free(&r->text);
    json_decref(r->json);
}

static const json_t *metric_named(const report *r, const char *name) {
    size_t i;
    const json_t *metric;
    json_array_foreach(r->json, i, metric) {
        if (strcmp(json_string_value(json_object_get(metric, "metric")), name) == 0)
            return metric;
    }
    fail_msg("no section on %s", name);
    return NULL;
}

static const json_t *driver(const json_t *metric, size_t rank, const char *name) {
    const json_t *item = json_array_get(json_object_get(metric, "drivers"), rank);
    assert_string_equal(json_string_value(json_object_get(item, "name")), name);
    return item;
}

static double number(const json_t *item, const char *key, const char *inner) {
    const json_t *value = json_object_get(item, key);
    return json_number_value(inner ? json_object_get(value, inner) : value);
}

static void near(double is, double should, double within) {
    if (!(fabs(is - should) <= within))
        fail_msg("is %.6g, should be %.6g within %g", is, should, within);
}

/* The loss is that of the essential class, 0.53 in the mean against 0.15, and not that of a region; the cost; the peak price that nothing
 * drives. */
static void a_sample_tells_the_headline_metrics(void **state) {
    (void)state;
    const lode_design design = a_design(LODE_DESIGN_RANDOM, 2000);
    make_store(&design, 7);
    report r = report_on(NULL);
    assert_int_equal(json_array_size(r.json), 3);
    const json_t *loss = metric_named(&r, "full_freeze/loss/essential");
    near(number(loss, "draws", NULL), 1999, 0);
    near(number(loss, "mean", NULL), 0.535, 0.005); /* Ishigami's mean is a / 2 */
    near(number(driver(loss, 0, names[1]), "first_order", "value"), 0.4424, 0.05);
    near(number(driver(loss, 1, names[0]), "first_order", "value"), 0.3139, 0.05);
    assert_true(json_is_false(json_object_get(metric_named(&r, "full_freeze/peak_price"), "varies")));
    assert_non_null(
        strstr(r.text.data, "What drives full_freeze/peak_price (times): nothing; it is 7.50 in each of 1999\ndraws."));
    free_report(&r);
}

/* Cost: variances 3000^2 / 12, 2000^2 / 12 and 900^2 2 / 9 of 1,263,333. */
static void shares_and_signs_of_a_linear_cost(void **state) {
    (void)state;
    const lode_design design = a_design(LODE_DESIGN_LATIN, 3000);
    make_store(&design, -1);
    report r = report_on(NULL);
    const json_t *cost = metric_named(&r, "reference/policy_cost");
    const json_t *first = driver(cost, 0, "stock_elasticity"), *second = driver(cost, 1, "lead_time"),
                 *third = driver(cost, 2, "us_2028");
    near(number(first, "first_order", "value"), 750000 / 1263333.0, 0.03);
    near(number(second, "first_order", "value"), 333333 / 1263333.0, 0.03);
    near(number(third, "first_order", "value"), 180000 / 1263333.0, 0.03);
    assert_true(number(first, "rank_correlation", NULL) > 0.5 && number(second, "rank_correlation", NULL) < -0.3);
    assert_string_equal(json_string_value(json_object_get(third, "kind")), "event");
    const json_t *bins = json_object_get(first, "dependence");
    assert_int_equal(json_array_size(bins), 5);
    near(number(json_array_get(bins, 0), "input", NULL), 0.26, 0.002); /* 0.2 + 0.6 / 10 */
    near(number(json_array_get(bins, 4), "mean", NULL), 2000, 100);    /* 2700 - 1000 + 300 */
    assert_int_equal(json_array_size(json_object_get(third, "dependence")), 2);
    free_report(&r);
}

static void a_metric_that_was_asked_for_comes_first(void **state) {
    (void)state;
    const lode_design design = a_design(LODE_DESIGN_RANDOM, 300);
    make_store(&design, -1);
    report r = report_on("full_freeze/first_short/essential");
    const json_t *metric = json_array_get(r.json, 0);
    assert_string_equal(json_string_value(json_object_get(metric, "metric")), "full_freeze/first_short/essential");
    driver(metric, 0, "lead_time");
    assert_int_equal(json_array_size(r.json), 4);
    assert_non_null(strstr(r.text.data, "By fifths"));
    free_report(&r);
    r = report_on("reference/policy_cost"); /* a headline metric: once */
    assert_int_equal(json_array_size(r.json), 3);
    free_report(&r);
}

static void a_name_that_is_no_metric_is_refused(void **state) {
    (void)state;
    const lode_design design = a_design(LODE_DESIGN_RANDOM, 20);
    json_t *json = NULL;
    lode_text text = {0};
    make_store(&design, -1);
    assert_int_equal(lode_drivers_report(&text, &json, store, "full_freeze/lost/essential", false, diags),
                     LODE_NOT_FOUND);
    assert_null(json);
    assert_string_equal(lode_diags_get(diags, 0)->message, "the draws have no metric `full_freeze/lost/essential`");
    assert_non_null(strstr(lode_diags_get(diags, 0)->fix, "full_freeze/loss/essential"));
    lode_text_free(&text);
}

static void a_sobol_store_gives_both_indices(void **state) {
    (void)state;
    const lode_design design = a_design(LODE_DESIGN_SOBOL, 512 * 6);
    make_store(&design, 9);
    report r = report_on(NULL);
    const json_t *loss = metric_named(&r, "full_freeze/loss/essential");
    const json_t *first = driver(loss, 0, names[0]), *third = driver(loss, 2, "lead_time");
    near(number(first, "first_order", "value"), 0.3139, 0.06);
    near(number(first, "total", "value"), 0.5576, 0.06);
    near(number(third, "first_order", "value"), 0, 0.06);
    near(number(third, "total", "value"), 0.2437, 0.06);
    assert_non_null(strstr(r.text.data, "From 511 complete blocks of 6 draws."));
    free_report(&r);
}

/* mu* of a linear cost: its coefficients; of the event 900 in every third trajectory. */
static void a_morris_store_gives_effects(void **state) {
    (void)state;
    const lode_design design = a_design(LODE_DESIGN_MORRIS, 30 * 5);
    make_store(&design, -1);
    report r = report_on("reference/policy_cost");
    const json_t *cost = metric_named(&r, "reference/policy_cost");
    near(number(driver(cost, 0, "stock_elasticity"), "mu_star", "value"), 3000, 1e-6);
    near(number(driver(cost, 1, "lead_time"), "mu", NULL), -2000, 1e-6);
    near(number(driver(cost, 2, "us_2028"), "mu_star", "value"), 300, 1e-6); /* streams 1 to 30: ten of them */
    near(number(driver(cost, 3, names[1]), "mu_star", "value"), 0, 0);
    free_report(&r);
}

/* At the medians 1500 - 1000; u0 at 0.1 and 0.9 gives 300 - 1000 and 2700 - 1000; the event happens in stream 1 and not in 2. */
static void a_tornado_store_gives_bars(void **state) {
    (void)state;
    const lode_design design = a_design(LODE_DESIGN_TORNADO, 9);
    make_store(&design, -1);
    report r = report_on(NULL);
    const json_t *cost = metric_named(&r, "reference/policy_cost");
    near(number(cost, "at_median", NULL), 500, 1e-9);
    const json_t *first = driver(cost, 0, "stock_elasticity"), *third = driver(cost, 2, "us_2028");
    near(number(first, "low", NULL), -700, 1e-9);
    near(number(first, "high", NULL), 1700, 1e-9);
    near(number(first, "input_low", NULL), 0.26, 1e-12);
    near(number(first, "input_high", NULL), 0.74, 1e-12);
    near(number(third, "low", NULL), 1400, 1e-9);
    near(number(third, "high", NULL), 500, 1e-9);
    free_report(&r);
}

static void few_draws_are_said_to_be_few(void **state) {
    (void)state;
    const lode_design design = a_design(LODE_DESIGN_RANDOM, 40), fewer = a_design(LODE_DESIGN_LATIN, 9);
    make_store(&design, -1);
    report r = report_on(NULL);
    assert_non_null(strstr(r.text.data, "These are few draws: a share below"));
    free_report(&r);
    lode_draw_store_close(store, NULL);
    make_store(&fewer, -1);
    r = report_on(NULL);
    assert_non_null(strstr(r.text.data, "With fewer than 10 draws nothing can be said."));
    free_report(&r);
}

/* Draws that are not there yet count as none; a store of failures has nothing to say and does not fail. */
static void a_store_without_results_is_no_error(void **state) {
    (void)state;
    const lode_design design = a_design(LODE_DESIGN_RANDOM, 1);
    make_store(&design, 0);
    report r = report_on("reference/policy_cost");
    assert_int_equal(json_array_size(r.json), 1);
    assert_non_null(strstr(r.text.data, "no draw has a number for it"));
    free_report(&r);
}

/* Two inputs that are the same number: the report says that they hang together. */
static void correlated_inputs_are_said_to_be(void **state) {
    (void)state;
    const lode_design design = a_design(LODE_DESIGN_RANDOM, 200);
    const lode_draw_frame frame = {"0000000000000000000000000000000000000000000000000000000000000003",
                                   "{\"design\": \"random\", \"draws\": 200}", COLUMNS, columns};
    snprintf(where, sizeof where, "%s/twins.sqlite", root);
    assert_int_equal(lode_draw_store_open(&store, where, &frame, false, diags), LODE_OK);
    write_rows(&design, -1, true);
    report r = report_on(NULL);
    const json_t *pair = json_object_get(metric_named(&r, "reference/policy_cost"), "correlated");
    near(number(pair, "rank_correlation", NULL), 1, 1e-12);
    assert_non_null(strstr(r.text.data, "are correlated (rank"));
    free_report(&r);
}

/* Whatever allocation fails, the report says so and nothing is left behind (under a leak checker). */
static void memory_that_is_short_is_said(void **state) {
    (void)state;
    static const lode_design_kind kinds[] = {LODE_DESIGN_RANDOM, LODE_DESIGN_SOBOL, LODE_DESIGN_MORRIS,
                                             LODE_DESIGN_TORNADO};
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        const lode_design design = a_design(kinds[k], 60);
        lode_code code = LODE_NOMEM;
        make_store(&design, -1);
        for (int n = 0; code != LODE_OK && n < 5000; n++) {
            lode_text text = {0};
            json_t *json = NULL;
            fail_in = n;
            code = lode_drivers_report(&text, &json, store, "reference/policy_cost", false, NULL);
            const bool reached = fail_in < 0;
            fail_in = -1;
            assert_true(code == LODE_OK || (code == LODE_NOMEM && reached && !json));
            lode_text_free(&text);
            json_decref(json);
        }
        assert_int_equal(code, LODE_OK);
        lode_draw_store_close(store, NULL);
        store = NULL;
    }
}

/* Stopped with five whole blocks of six draws, all but one of the sixth, and one of the seventh: five count. */
static void an_interrupted_design_counts_what_is_whole(void **state) {
    (void)state;
    const lode_design design = a_design(LODE_DESIGN_SOBOL, 36);
    const lode_draw_frame frame = {"0000000000000000000000000000000000000000000000000000000000000005",
                                   "{\"design\": \"sobol\", \"seed\": 5, \"draws\": 6000000000000}", COLUMNS, columns};
    snprintf(where, sizeof where, "%s/stopped.sqlite", root);
    assert_int_equal(lode_draw_store_open(&store, where, &frame, false, diags), LODE_OK);
    batch b = make_rows(&design, -1, false);
    b.rows[35].draw = 38;
    assert_int_equal(lode_draw_store_add(store, b.rows, 36, diags), LODE_OK);
    free(b.values);
    free(b.rows);
    report r = report_on(NULL);
    assert_non_null(strstr(r.text.data, "From 5 complete blocks of 6 draws."));
    free_report(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_sample_tells_the_headline_metrics, set_up, close_and_tear_down),
        cmocka_unit_test_setup_teardown(shares_and_signs_of_a_linear_cost, set_up, close_and_tear_down),
        cmocka_unit_test_setup_teardown(a_metric_that_was_asked_for_comes_first, set_up, close_and_tear_down),
        cmocka_unit_test_setup_teardown(a_name_that_is_no_metric_is_refused, set_up, close_and_tear_down),
        cmocka_unit_test_setup_teardown(a_sobol_store_gives_both_indices, set_up, close_and_tear_down),
        cmocka_unit_test_setup_teardown(a_morris_store_gives_effects, set_up, close_and_tear_down),
        cmocka_unit_test_setup_teardown(a_tornado_store_gives_bars, set_up, close_and_tear_down),
        cmocka_unit_test_setup_teardown(few_draws_are_said_to_be_few, set_up, close_and_tear_down),
        cmocka_unit_test_setup_teardown(a_store_without_results_is_no_error, set_up, close_and_tear_down),
        cmocka_unit_test_setup_teardown(correlated_inputs_are_said_to_be, set_up, close_and_tear_down),
        cmocka_unit_test_setup_teardown(memory_that_is_short_is_said, set_up, close_and_tear_down),
        cmocka_unit_test_setup_teardown(an_interrupted_design_counts_what_is_whole, set_up, close_and_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
