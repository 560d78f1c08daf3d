/* Who gains and who pays, against triangles worked out by hand; and that every account sums to welfare. Thousand USD. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "bench.h"
#include "market/books.h"
#include "measure/accounts.h"
#include "measure/durability.h"

static void assert_near(double is, double should, double tolerance) {
    if (!(fabs(is - should) <= tolerance * fmax(1, fabs(should))))
        fail_msg("is %.12g, should be %.12g", is, should);
}

/* One good: supply p = 10 + q, demand p = 110 - q (tests/worlds/one_market). Without policy 50 t at 60. */
typedef struct {
    lode_diags *diags;
    lode_world *world;
    lode_network *network;
    lode_period *period;
    lode_solution *solution;
    lode_books books;
} triangle;

static triangle open_triangle(void) {
    triangle t = {.diags = lode_diags_new()};
    const lode_network_spec spec = {0};
    assert_int_equal(lode_world_open(&t.world, "tests/worlds/one_market", t.diags), LODE_OK);
    assert_int_equal(lode_network_new(&t.network, t.world, &spec), LODE_OK);
    assert_int_equal(lode_period_new(&t.period, t.network), LODE_OK);
    assert_int_equal(lode_solution_new(&t.solution, t.network), LODE_OK);
    assert_int_equal(lode_books_new(&t.books, t.network), LODE_OK);
    lode_period_from_world(t.period, t.network, 2024, 1);
    return t;
}

static void clear_triangle(triangle *t) {
    assert_int_equal(lode_network_clear(t->network, t->period, 1e-7, t->solution), LODE_OK);
    assert_int_equal(lode_books_fill(&t->books, t->network, t->period, t->solution), LODE_OK);
    assert_true(t->books.error < 1e-9);
}

static void close_triangle(triangle *t) {
    lode_books_release(&t->books);
    lode_solution_free(t->solution);
    lode_period_free(t->period);
    lode_network_free(t->network);
    lode_world_free(t->world);
    lode_diags_free(t->diags);
}

static void a_market_without_policy(void **state) {
    (void)state;
    triangle t = open_triangle();
    clear_triangle(&t);
    /* Users: 110 x 50 - 50^2/2 = 4250 of value for 60 x 50 = 3000. Plant: 3000 for 10 x 50 + 50^2/2 = 1750. */
    assert_near(t.books.line_value[0], 4250, 1e-6);
    assert_near(t.books.line_paid[0], 3000, 1e-6);
    assert_near(t.books.asset_income[0], 3000, 1e-6);
    assert_near(t.books.asset_cost[0], 1750, 1e-6);
    assert_near(t.books.asset_wedge[0], 0, 1e-9);
    close_triangle(&t);
}

static void a_subsidy_loses_its_triangle(void **state) {
    (void)state;
    triangle t = open_triangle();
    /* 10 USD/kg to the plant: 110 - q = q, so 55 t at 55. It costs the payer 550; users gain 1512.5 - 1250, the plant's market income
     * is 3025 for costs of 550 + 1512.5, which the subsidy leaves out of its costs but not out of the books. Both gain
     * 262.5 with the subsidy; 25 = 10 x 5 / 2 is lost. */
    t.period->mode_adder[0] = -10;
    clear_triangle(&t);
    const double users = t.books.line_value[0] - t.books.line_paid[0],
                 plant = t.books.asset_income[0] - t.books.asset_cost[0];
    assert_near(users, 1512.5, 1e-6);
    assert_near(t.books.asset_cost[0], 2062.5, 1e-6);
    assert_near(plant + 550, 1512.5, 1e-6);
    assert_near(users + plant - 2500, -25, 1e-4);
    close_triangle(&t);
}

static void a_floor_loses_its_triangle(void **state) {
    (void)state;
    triangle t = open_triangle();
    /* Whoever is paid at least 70 makes what costs up to 70: 60 t, sold at 50. Costs are 600 + 1800; the payer adds 20 x 60 = 1200.
     * Users have 1800, the plant 3000 - 2400 + 1200 = 1800; 100 = 20 x 10 / 2 is lost of 2500. */
    t.period->mode_floor[0] = 70;
    clear_triangle(&t);
    assert_near(t.books.asset_income[0], 3000, 1e-5);
    assert_near(t.books.asset_cost[0], 2400, 1e-5);
    assert_near(t.books.line_value[0] - t.books.line_paid[0], 1800, 1e-5);
    assert_near(t.books.line_value[0] - t.books.asset_cost[0], 2400, 1e-5);
    close_triangle(&t);
}

/* Sum over regions and agents. */
static double sum_of(const double *gains, const lode_world *world) {
    double sum = 0;
    for (int32_t i = 0; i < world->region_count * LODE_AGENT_COUNT; i++)
        sum += gains[i];
    return sum;
}

/* The accounts of a run, with money that moves in every period between all kinds of parties, sum to its welfare. */
static void run_sums_to_welfare(const char *world, const char *scenario, int periods) {
    bench b = open_bench(world, scenario);
    double *gains = calloc((size_t)b.run->world->region_count * LODE_AGENT_COUNT, sizeof *gains);
    assert_non_null(gains);
    for (int p = 0; p < periods; p++) {
        steps(b.run, 1);
        assert_true(b.run->books.error < 1e-6);
        for (int kind = 0; kind < LODE_PARTY_COUNT; kind++)
            lode_ledger_book(&b.run->ledger, p, -1, LODE_MONEY_PAYMENT, (lode_party){(lode_party_kind)kind, 0},
                             (lode_party){(lode_party_kind)((kind + 1) % LODE_PARTY_COUNT), 0}, 1000.0 * (kind + 1));
    }
    lode_view view;
    assert_int_equal(lode_view_open(&view, b.run), LODE_OK);
    double scale = 0;
    for (int i = 0; i < periods * view.record->lines; i++)
        scale += fabs(view.record->line_value[i]);
    for (int first = 0; first < periods; first += periods / 2) {
        assert_int_equal(lode_accounts(gains, &view, first, periods, true), LODE_OK);
        const double welfare = lode_welfare(&view, first, periods, true);
        assert_true(fabs(sum_of(gains, b.run->world) - welfare) <= 1e-6 * scale);
        assert_true(fabs(welfare) > 1e-3 * scale); /* it is no sum of zeros */
    }
    lode_view_close(&view);
    free(gains);
    close_bench(&b);
}

static void accounts_sum_to_welfare(void **state) {
    (void)state;
    run_sums_to_welfare("tests/worlds/two_countries", "tests/worlds/two_countries/today.yaml", 24);
    run_sums_to_welfare("tests/worlds/two_countries", "tests/failures/tiny.yaml", 6);
    run_sums_to_welfare("tests/worlds/covered_chain", "tests/scenarios/covered.yaml", 12);
    run_sums_to_welfare("tests/worlds/one_controller", "tests/scenarios/quota.yaml", 12);
}

/* A duty of 10 USD/kg on the imports of `home` (tests/worlds/trade_pair): plants in both regions ask 10 + q, users at home pay 110 - q.
 * Free, 66.667 t are used at 43.333 and 33.333 t come. With the duty the good costs 36.667 abroad and 46.667 at home, 63.333 t are used
 * and 26.667 come. A year, thousand USD:
 *
 *   users at home   63.333^2 / 2 - 66.667^2 / 2 = -216.667
 *   plant at home   36.667^2 / 2 - 33.333^2 / 2 =  116.667
 *   plant abroad    26.667^2 / 2 - 33.333^2 / 2 = -200
 *   treasury        10 x 26.667                 =  266.667
 *   all             -10 x 6.667 / 2             =  -33.333
 *
 * The scenario has the duty in its first two months and none in the third. */
static void the_incidence_of_a_duty(void **state) {
    (void)state;
    bench b = open_bench("tests/worlds/trade_pair", "tests/scenarios/tariff.yaml");
    enum { ABROAD, HOME, CELLS = 2 * LODE_AGENT_COUNT };
    double with[CELLS], without[CELLS], sum = 0;
    lode_view view;
    steps(b.run, 3);
    assert_int_equal(lode_view_open(&view, b.run), LODE_OK);
    assert_int_equal(lode_accounts(with, &view, 1, 2, true), LODE_OK);
    assert_int_equal(lode_accounts(without, &view, 2, 3, true), LODE_OK);
    for (int i = 0; i < CELLS; i++) {
        with[i] = 12 * (with[i] - without[i]);
        sum += with[i];
    }
    const double *abroad = with + ABROAD * LODE_AGENT_COUNT, *home = with + HOME * LODE_AGENT_COUNT;
    assert_near(home[LODE_AGENT_USERS], -216.667, 0.01);
    assert_near(home[LODE_AGENT_PLANTS], 116.667, 0.01);
    assert_near(abroad[LODE_AGENT_PLANTS], -200, 0.01);
    assert_near(home[LODE_AGENT_TREASURY], 266.667, 0.01);
    assert_true(fabs(home[LODE_AGENT_TRADE]) < 2);
    assert_near(sum, -33.333, 0.03);
    lode_view_close(&view);
    close_bench(&b);
}

/* Four plants over three periods of a year; inside is region 0. Values a year at reference prices: 10, 30, 40 and 100 kUSD. */
static void durability_is_a_share_of_value(void **state) {
    (void)state;
    static lode_region regions[] = {{.id = "CHN"}, {.id = "USA"}};
    static lode_asset assets[] = {
        {.id = "east", .region = 0, .capacity_t_per_year = 10, .availability = 1},
        {.id = "old", .region = 1, .capacity_t_per_year = 10, .availability = 1},
        {.id = "ramping", .region = 1, .capacity_t_per_year = 10, .availability = 1},
        {.id = "planned", .region = 1, .capacity_t_per_year = 10, .availability = 1},
    };
    static const lode_world world = {
        .controlling_region = 0, .region_count = 2, .regions = regions, .asset_count = 4, .assets = assets};
    static const double value[] = {10, 30, 40, 100};
    enum { OP = LODE_STATUS_OPERATING, RAMP = LODE_STATUS_RAMP_UP, IDLE = LODE_STATUS_CARE_AND_MAINTENANCE };
    unsigned char calm[] = {OP, OP, RAMP, LODE_STATUS_CONSTRUCTION, OP, OP, OP, RAMP, OP, OP, OP, OP},
                  shocked[] = {OP,   OP,   RAMP, LODE_STATUS_CONSTRUCTION, OP, IDLE, OP, LODE_STATUS_CONSTRUCTION,
                               IDLE, IDLE, OP,   LODE_STATUS_FINANCING};
    double capacity[] = {10, 10, 5, 0, 10, 10, 10, 5, 10, 10, 10, 10};
    lode_record first = {.periods = 3, .assets = 4, .asset_capacity = capacity, .asset_status = calm}, second = first;
    second.asset_status = shocked;
    const lode_view paired = {.world = &world, .record = &first, .dt = 1, .asset_value = value},
                    run = {.world = &world, .record = &second, .dt = 1, .asset_value = value};
    const lode_pair pair = {&run, &paired, 0};
    bool lost[4];
    /* At the start `old` (30) and half of `ramping` (20) operate outside; `old` idles from the second year on: 20 of 50 stand. */
    assert_near(lode_durability(&run, 0, 2), 0.4, 1e-12);
    assert_near(lode_durability(&paired, 0, 2), 1, 1e-12);
    assert_true(isnan(lode_durability(&run, 0, 3)));
    /* `old` is lost, and `planned`, which is never built; `east` is the controlling region's own. */
    assert_int_equal(lode_plants_lost(&pair, 2, lost), 2);
    assert_true(!lost[0] && lost[1] && !lost[2] && lost[3]);
    assert_int_equal(lode_plants_lost(&pair, 0, NULL), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_market_without_policy),    cmocka_unit_test(a_subsidy_loses_its_triangle),
        cmocka_unit_test(a_floor_loses_its_triangle), cmocka_unit_test(accounts_sum_to_welfare),
        cmocka_unit_test(the_incidence_of_a_duty),    cmocka_unit_test(durability_is_a_share_of_value),
    };
    return cmocka_run_group_tests_name("accounts", tests, NULL, NULL);
}
