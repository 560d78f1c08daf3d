/* A run on a world of three regions: stocks, expectations, plants, branches, copies, the audit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/parts.h"

#define WORLD "tests/worlds/one_controller"
#define CALM  "tests/scenarios/calm.yaml"

static void assert_near(double is, double should, double relative) {
    if (!(fabs(is - should) <= relative * fmax(1e-12, fabs(should)))) {
        print_error("is %.12g, should be %.12g\n", is, should);
        fail();
    }
}

/* ---- the rules by themselves ---- */

/* Averages of (1 - 0.66) and of two steps at once: 100 -> 200 at 0.34 a month is 134, then 156.44. */
static void test_expectations(void **state) {
    (void)state;
    assert_near(lode_expectation_step(100, 200, 0.34, 1), 134, 1e-12);
    assert_near(lode_expectation_step(100, 200, 0.34, 2), 156.44, 1e-12);
    assert_near(lode_expected_price(400, 100, 0.5), 200, 1e-12);
    assert_near(lode_expected_price(400, 100, 0), 400, 1e-12);
}

static void test_clock(void **state) {
    (void)state;
    const lode_clock clock = {.from = lode_day_from(2024, 1, 1), .months = 3, .periods = 8};
    assert_int_equal(lode_clock_start(&clock, 5), lode_day_from(2025, 4, 1));
    assert_near(lode_clock_year(&clock, 1), 2024.375, 1e-12);
    assert_near(lode_clock_dt(&clock), 0.25, 1e-12);
    assert_int_equal(lode_clock_period(&clock, lode_day_from(2023, 5, 1)), 0);
    assert_int_equal(lode_clock_period(&clock, lode_day_from(2025, 3, 31)), 4);
    assert_int_equal(lode_clock_period(&clock, lode_day_from(2025, 4, 1)), 5);
    assert_int_equal(lode_clock_period(&clock, lode_day_from(2026, 1, 1)), 8); /* the day after the horizon */
}

/* jpn_new is announced for July 2025 and starts six months later; it ramps for a year. Planned plants stay out. */
static void test_plants(void **state) {
    (void)state;
    bench b = open_bench(WORLD, CALM);
    int32_t new_plant = lode_idmap_get(b.world->asset_ids, "jpn_new"),
            old = lode_idmap_get(b.world->asset_ids, "chn_plant");
    assert_true(lode_plant_share(b.world, new_plant, 2025.9, 2024) == 0);
    assert_near(lode_plant_share(b.world, new_plant, 2026.5, 2024), 0.5, 0.01);
    assert_near(lode_plant_share(b.world, new_plant, 2027.5, 2024), 1, 1e-12);
    assert_near(lode_plant_share(b.world, old, 2030, 2024), 1, 1e-12);
    assert_true(lode_plant_share(b.world, lode_idmap_get(b.world->asset_ids, "usa_planned"), 2030, 2024) == 0);
    close_bench(&b);
}

/* ---- the calm run ---- */

static void test_base_year_neither_builds_nor_draws(void **state) {
    (void)state;
    bench b = open_bench(WORLD, CALM);
    steps(b.run, 12);
    const lode_record *r = lode_run_record(b.run);
    double first = 0, last = 0;
    for (int32_t k = 0; k < r->nodes; k++) {
        first += r->stock[k];
        last += r->stock[(size_t)11 * (size_t)r->nodes + (size_t)k];
        assert_near(r->node_price[(size_t)11 * (size_t)r->nodes + (size_t)k], r->node_price[k], 0.01);
    }
    assert_true(first > 200); /* 90 days of 1,092 t a year */
    assert_near(last, first, 0.01);
    for (int32_t s = 0; s < r->sites; s++) {
        assert_near(r->node_price[(size_t)11 * (size_t)r->nodes + (size_t)s], b.run->base->site_price[s], 0.01);
    }
    close_bench(&b);
}

static void test_mass_balance(void **state) {
    (void)state;
    bench b = open_bench(WORLD, CALM);
    lode_run *branch = NULL;
    steps(b.run, 6);
    assert_int_equal(lode_run_branch(&branch, b.run, "shut", b.diags), LODE_OK);
    steps(branch, 18);
    const lode_record *r = lode_run_record(branch);
    for (int32_t i = 0; i < r->periods * LODE_ELEMENT_COUNT; i++) {
        assert_true(r->element_error[i] <= 1e-9);
    }
    lode_run_free(branch);
    close_bench(&b);
}

/* Outside the controller output rises by 3% at once over its yearly average (here the last output, nearly) and then by 2%
 * of base a month, whatever the price. */
static void test_ramp_outside(void **state) {
    (void)state;
    bench b = open_bench(WORLD, CALM);
    lode_run *branch = NULL;
    steps(b.run, 6);
    assert_int_equal(lode_run_branch(&branch, b.run, "shut", b.diags), LODE_OK);
    steps(branch, 5);
    int32_t plant = lode_idmap_get(b.world->asset_ids, "jpn_plant");
    const lode_record *r = lode_run_record(branch);
    double nameplate = 20, last = r->mode_output[(size_t)5 * (size_t)r->modes + (size_t)plant];
    for (int32_t p = 6; p < 11; p++) {
        double output = r->mode_output[(size_t)p * (size_t)r->modes + (size_t)plant];
        assert_true(output <= 1.03 * last + 0.02 * 0.5 * nameplate + 0.005);
        assert_true(output > last);
        last = output;
    }
    lode_run_free(branch);
    close_bench(&b);
}

static void test_closure_bites_and_passes(void **state) {
    (void)state;
    bench b = open_bench(WORLD, CALM);
    lode_run *branch = NULL;
    steps(b.run, 6);
    assert_int_equal(lode_run_branch(&branch, b.run, "shut", b.diags), LODE_OK);
    steps(branch, 24);
    double before = lode_run_price(branch, "dy_oxide", "JPN", 5), worst = lode_run_price(branch, "dy_oxide", "JPN", 11);
    assert_true(worst > 1.5 * before);
    assert_true(lode_run_price(branch, "dy_oxide", "CHN", 8) < lode_run_price(branch, "dy_oxide", "CHN", 5));
    assert_true(lode_run_price(branch, "dy_oxide", "JPN", 29) < 1.2 * before);
    lode_run_free(branch);
    close_bench(&b);
}

/* ---- branches and copies ---- */

static void test_empty_branch_is_the_paired_run(void **state) {
    (void)state;
    bench b = open_bench(WORLD, CALM);
    lode_run *branch = NULL;
    steps(b.run, 6);
    assert_int_equal(lode_run_branch(&branch, b.run, "nothing", b.diags), LODE_OK);
    assert_int_equal(lode_run_period(branch), 6);
    for (int i = 0; i < 12; i++) {
        steps(b.run, 1);
        steps(branch, 1);
        int32_t p = lode_run_period(branch) - 1;
        assert_near(lode_run_price(branch, "dy_oxide", "JPN", p), lode_run_price(b.run, "dy_oxide", "JPN", p), 2e-3);
    }
    assert_near(lode_run_price(branch, "dy_oxide", "JPN", 3), lode_run_price(b.run, "dy_oxide", "JPN", 3), 0);
    lode_run_free(branch);
    assert_int_equal(lode_run_branch(&branch, b.run, "nothin", b.diags), LODE_UNKNOWN_ID);
    assert_null(branch);
    close_bench(&b);
}

/* Two copies go the same way to the bit: they begin from the same numbers and the same empty solver. */
static void test_copies_give_the_same_bits(void **state) {
    (void)state;
    bench b = open_bench(WORLD, CALM);
    lode_run *one = NULL, *two = NULL;
    steps(b.run, 6);
    assert_int_equal(lode_run_copy(&one, b.run), LODE_OK);
    assert_int_equal(lode_run_copy(&two, b.run), LODE_OK);
    assert_memory_equal(one->state.block, b.run->state.block, b.run->state.count * sizeof(double));
    steps(one, 6);
    steps(two, 6);
    assert_memory_equal(one->state.block, two->state.block, one->state.count * sizeof(double));
    assert_memory_equal(one->record.node_price, two->record.node_price,
                        (size_t)one->record.periods * (size_t)one->record.nodes * sizeof(double));
    lode_run_free(one);
    lode_run_free(two);
    close_bench(&b);
}

/* ---- the tolerance of a clearing ---- */

/* Opens the world and a calm scenario with these settings; the code says what came of it. */
static lode_code with_settings(const char *settings, bench *b) {
    char path[64] = "/tmp/lodestone-sim-XXXXXX";
    const int file = mkstemp(path);
    assert_true(file >= 0);
    FILE *out = fdopen(file, "w");
    assert_non_null(out);
    fprintf(out, "name: tolerance\nhorizon: {from: 2024-01, to: 2026-12, step: month}\nsettings: {%s}\n", settings);
    fclose(out);
    *b = (bench){.diags = lode_diags_new()};
    assert_int_equal(lode_world_open(&b->world, WORLD, b->diags), LODE_OK);
    lode_code code = lode_scenario_open(&b->scenario, b->world, path, b->diags);
    if (code == LODE_OK)
        code = lode_run_new(&b->run, b->world, b->scenario, b->diags);
    unlink(path);
    return code;
}

/* Largest curve_price_error of a year of months. */
static double worst_error(lode_run *run) {
    double worst = 0;
    for (int i = 0; i < 12; i++) {
        steps(run, 1);
        worst = fmax(worst, run->solution->certificate.curve_price_error);
    }
    return worst;
}

/* The setting is a bound on what the certificate says: 1e-6 is met, and a year at the default is not that near by chance. */
static void test_tolerance(void **state) {
    (void)state;
    bench usual, fine;
    assert_int_equal(with_settings("shock_start: 2024-07", &usual), LODE_OK);
    assert_int_equal(with_settings("tolerance: 1e-6", &fine), LODE_OK);
    assert_true(usual.scenario->tolerance == 1e-3);
    const double error = worst_error(usual.run);
    assert_true(error > 1e-6 && error <= 1e-3);
    assert_true(worst_error(fine.run) <= 1e-6);
    close_bench(&usual);
    close_bench(&fine);
}

static void test_wrong_tolerances(void **state) {
    (void)state;
    const char *wrong[] = {"tolerance: 0", "tolerance: 0.06", "tolerance: -0.001", "tolerance: draft"};
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        bench b;
        assert_int_not_equal(with_settings(wrong[k], &b), LODE_OK);
        assert_null(b.scenario);
        close_bench(&b);
    }
}

static void test_runs_end(void **state) {
    (void)state;
    bench b = open_bench(WORLD, CALM);
    steps(b.run, lode_run_periods(b.run));
    assert_int_equal(lode_run_step(b.run), LODE_USAGE);
    char name[11];
    lode_run_period_name(b.run, 13, name);
    assert_string_equal(name, "2025-02");
    assert_true(isnan(lode_run_price(b.run, "dy_oxide", "nowhere", 0)));
    close_bench(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expectations),
        cmocka_unit_test(test_clock),
        cmocka_unit_test(test_plants),
        cmocka_unit_test(test_base_year_neither_builds_nor_draws),
        cmocka_unit_test(test_mass_balance),
        cmocka_unit_test(test_ramp_outside),
        cmocka_unit_test(test_closure_bites_and_passes),
        cmocka_unit_test(test_empty_branch_is_the_paired_run),
        cmocka_unit_test(test_copies_give_the_same_bits),
        cmocka_unit_test(test_tolerance),
        cmocka_unit_test(test_wrong_tolerances),
        cmocka_unit_test(test_runs_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
