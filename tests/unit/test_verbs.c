/* A buyer's portfolio and the ranking of projects and measures, on a world of two goods that is reckoned by hand.
 *
 * tests/worlds/two_projects, t a month: 10 t of dysprosium oxide are wanted in USA at 100 USD/kg, what the plant of CHN asks with the freight
 * of 1; a plant in USA makes 1 t at any price above 20. From July 2024 on nothing comes from CHN for a year, and nothing is in stock: users
 * get 1 t, a tenth, at the choke price of 800. A kilogram adds 500 of value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "insight/portfolio.h"
#include "insight/rank.h"
#include "measure/origin.h"
#include "sim/run.h"
#include "unit/bench.h"

#define PROJECTS "tests/worlds/two_projects"

static const double TOLERANCE = 1e-3; /* of a clearing in a run */

static void about(double value, double wanted) {
    if (!(fabs(value - wanted) <= TOLERANCE * fmax(fabs(wanted), 1e-9)))
        fail_msg("is %.12g, should be %.12g", value, wanted);
}

/* ---- portfolio ---- */

typedef struct {
    bench b;
    lode_portfolio_file *file;
    lode_battery *battery;
    lode_supply_result suppliers[8];
    lode_exposure exposure;
} buyer;

/* The first grade of a portfolio in the first shock. */
static buyer open_buyer(const char *text) {
    static const char path[] = "test_verbs_portfolio.yaml";
    const lode_battery_scope scope = {.months = 24, .bare = true};
    const lode_stress_options options = {.threads = 1};
    buyer m = {.b = open_bench(PROJECTS, PROJECTS "/today.yaml")};
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(lode_portfolio_open(&m.file, m.b.world, path, m.b.scenario->shock_start, m.b.diags), LODE_OK);
    remove(path);
    assert_int_equal(lode_battery_follow(&m.battery, m.b.world, m.b.scenario, &options, &scope, NULL, NULL, m.b.diags),
                     LODE_OK);
    return m;
}

static void expose(buyer *m) {
    m->exposure.suppliers = m->suppliers;
    assert_int_equal(lode_exposure_measure(&m->exposure, m->battery, &m->battery->shocks[0], &m->file->grades[0], NULL),
                     LODE_OK);
}

static void close_buyer(buyer *m) {
    lode_battery_free(m->battery);
    lode_portfolio_close(m->file);
    close_bench(&m->b);
}

#define GRADE     "region: USA\ngrades:\n  - {commodity: dy_oxide, segment: motors, kg_per_year: 3652.5, stock_kg: "
#define SUPPLIERS ", suppliers: [{region: CHN, share: 0.5, contract: {price: 90}}, {asset: old_dy, share: 0.2}]}\n"

/* 10 kg a day: of CHN nothing arrives, of the plant all of its 2 kg, of the 3 kg bought on the spot a tenth. So 7.7 kg a day come from
 * the stock: 774 kg last 100.5 days, and the line stops on the 101st day, 9 October. */
static void the_line_stops_on_the_day_the_stock_is_out(void **state) {
    (void)state;
    buyer m = open_buyer(GRADE "774" SUPPLIERS);
    expose(&m);
    const lode_exposure *e = &m.exposure;
    about(e->stop_days, 774 / 7.7);
    char day[11];
    lode_day_format(e->stop, day);
    assert_string_equal(day, "2024-10-09");
    about(e->delivered, 0.23);
    about(e->served, 0.1);
    about(e->missing_kg, 365 * 7.7);
    assert_int_equal(e->exposed, 0); /* CHN */
    about(m.suppliers[0].missing_kg, 365 * 5);
    about(m.suppliers[1].delivered, 1);
    about(m.suppliers[2].delivered, 0.1);
    close_buyer(&m);
}

/* Without the shock half costs 90 and half 100. In it 2 kg of the plant and 0.3 kg arrive, all at 800; what CHN would bring at 90 does not.
 * A kilogram more is worth the 95 that it costs without the shock and the 500 that it adds. */
static void landed_cost_and_the_most_worth_paying(void **state) {
    (void)state;
    buyer m = open_buyer(GRADE "774" SUPPLIERS);
    expose(&m);
    about(m.exposure.paired.landed, 95);
    about(m.exposure.paired.contract, 90);
    about(m.exposure.paired.spot, 100);
    about(m.exposure.shock.landed, 800);
    assert_true(isnan(m.exposure.shock.contract));
    about(m.exposure.uncovered_usd_per_kg, 800);
    about(m.exposure.worth_usd_per_kg, 595);
    close_buyer(&m);
}

/* The year needs 365 x 7.7 = 2810.5 kg from the stock; what CHN sends from July 2025 on is enough. */
static void a_stock_for_the_whole_shock_stops_no_line(void **state) {
    (void)state;
    buyer m = open_buyer(GRADE "2820" SUPPLIERS);
    expose(&m);
    assert_int_equal(m.exposure.stop, LODE_NO_DAY);
    assert_true(isnan(m.exposure.stop_days));
    about(m.exposure.worth_usd_per_kg, 800); /* what others bid */
    close_buyer(&m);
}

/* With 2800 kg the last 10.5 kg are missing, at 7.7 kg a day: in the last days of June. */
static void a_stock_just_too_small_stops_it_at_the_end(void **state) {
    (void)state;
    buyer m = open_buyer(GRADE "2800" SUPPLIERS);
    expose(&m);
    about(m.exposure.stop_days, 2800 / 7.7);
    close_buyer(&m);
}

/* An index follows the price where the supplier is, 99, and the freight of 1; a contract that ends with June 2024 does not count in July. */
static void contracts_by_formula_and_date(void **state) {
    (void)state;
    buyer m =
        open_buyer(GRADE "0, suppliers: [{region: CHN, share: 0.5, contract: {formula: index}}, {region: CHN, share: "
                         "0.25, contract: {price: 60, until: 2024-07-01}}, {region: CHN, share: 0.25, contract: "
                         "{price: 80, share: 0.5}}]}\n");
    expose(&m);
    about(m.exposure.paired.contract, (0.5 * 100 + 0.125 * 80) / 0.625);
    about(m.exposure.paired.spot, 100);
    about(m.exposure.paired.landed, 0.5 * 100 + 0.25 * 100 + 0.125 * 80 + 0.125 * 100);
    assert_int_equal(m.exposure.stop, m.b.scenario->shock_start); /* nothing in stock, nothing arrives */
    about(m.exposure.delivered, 0);
    close_buyer(&m);
}

/* In USA 9 of 10 t come from CHN. */
static void covered_content_is_traced(void **state) {
    (void)state;
    double through[4];
    bench b = open_bench(PROJECTS, PROJECTS "/today.yaml");
    steps(b.run, 6);
    lode_view view;
    assert_int_equal(lode_view_open(&view, b.run), LODE_OK);
    assert_int_equal(lode_through_controlling(through, &view, 5), LODE_OK);
    about(through[lode_idmap_get(b.world->region_ids, "CHN")], 1);
    about(through[lode_idmap_get(b.world->region_ids, "USA")], 0.9);
    lode_view_close(&view);
    close_bench(&b);
}

/* ---- rank ---- */

static lode_ranking *rank(bench *b, const char *scenario, int32_t threads, lode_rank_only only) {
    const lode_rank_options options = {.months = 12, .threads = threads, .only = only};
    lode_ranking *ranking;
    *b = open_bench(PROJECTS, scenario);
    assert_int_equal(lode_ranking_run(&ranking, b->world, b->scenario, &options, NULL, NULL, b->diags), LODE_OK);
    return ranking;
}

/* The new plant makes 5 t a month more: 60 t in the year, times 500. 100 million of capital over 20 years at 8% and 2 million a year:
 * 0.08 / (1 - 1.08^-20) x 100 + 2. The other plant makes what nobody lacks, at a cost of 50 where the price is 10: not tried. */
static void the_plant_that_relieves_the_shortage_is_first(void **state) {
    (void)state;
    bench b;
    lode_ranking *r = rank(&b, PROJECTS "/today.yaml", 1, LODE_RANK_ALL);
    assert_int_equal(r->count, 2);
    const lode_ranked *first = &r->items[0], *second = &r->items[1];
    assert_string_equal(lode_ranked_id(r, first), "new_dy");
    about(first->avoided_musd, 30);
    about(first->trials[0].gained_t, 60);
    const double cost = 100 * 0.08 / (1 - pow(1.08, -20)) + 2;
    about(first->cost_musd_per_year, cost);
    about(first->per_usd, 30 / cost);
    assert_string_equal(b.world->segments[first->trials[0].segment].id, "motors");
    assert_int_equal(first->trials[0].eased, LODE_RELAX_ASSET);
    assert_string_equal(b.world->assets[first->trials[0].eased_index].id, "old_dy");
    /* A tonne of the new plant earns 800 - 50 in each of the 12 months. */
    about(first->screened_musd, 60 * 0.75);
    assert_string_equal(lode_ranked_id(r, second), "new_la");
    assert_false(second->tried);
    about(second->screened_musd + 1, 1);
    lode_ranking_free(r);
    close_bench(&b);
}

/* A reserve of 6 t that sells from 200 USD/kg on gives all of it at once in July, since 8.1 t would be bought at 200: 3 million. It gets
 * 100 x (7/10)^(-1/0.3) a kilogram, so that the public purse earns. Without the reserve, not with one that was stopped and keeps its goods. */
static void a_reserve_is_compared_with_none(void **state) {
    (void)state;
    bench b;
    lode_ranking *r = rank(&b, PROJECTS "/reserve.yaml", 1, LODE_RANK_MEASURES);
    assert_int_equal(r->count, 1);
    assert_true(r->items[0].measure);
    assert_string_equal(lode_ranked_id(r, &r->items[0]), "reserve");
    about(r->items[0].avoided_musd, 3);
    const double years = (lode_day_from(2025, 7, 1) - lode_day_from(2024, 1, 1)) / 365.25;
    about(r->items[0].cost_musd_per_year, -0.006 * 100 * pow(0.7, -1 / 0.3) / years);
    lode_ranking_free(r);
    close_bench(&b);
}

static void ranking_does_not_depend_on_threads(void **state) {
    (void)state;
    bench one_bench, two_bench;
    lode_ranking *one = rank(&one_bench, PROJECTS "/reserve.yaml", 1, LODE_RANK_ALL),
                 *two = rank(&two_bench, PROJECTS "/reserve.yaml", 3, LODE_RANK_ALL);
    assert_int_equal(one->count, two->count);
    for (int32_t i = 0; i < one->count; i++) {
        assert_int_equal(one->items[i].index, two->items[i].index);
        assert_memory_equal(&one->items[i].avoided_musd, &two->items[i].avoided_musd, sizeof(double));
    }
    lode_ranking_free(one);
    lode_ranking_free(two);
    close_bench(&one_bench);
    close_bench(&two_bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_line_stops_on_the_day_the_stock_is_out),
        cmocka_unit_test(landed_cost_and_the_most_worth_paying),
        cmocka_unit_test(a_stock_for_the_whole_shock_stops_no_line),
        cmocka_unit_test(a_stock_just_too_small_stops_it_at_the_end),
        cmocka_unit_test(contracts_by_formula_and_date),
        cmocka_unit_test(covered_content_is_traced),
        cmocka_unit_test(the_plant_that_relieves_the_shortage_is_first),
        cmocka_unit_test(a_reserve_is_compared_with_none),
        cmocka_unit_test(ranking_does_not_depend_on_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
