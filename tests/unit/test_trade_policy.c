/* Trade policies: prices, flows and money worked by hand.
 *
 * trade_pair: a plant abroad and one at home ask 10 + q each (q in t a year), users at home pay 110 - q, carrying is free. Free trade:
 * 2 (p - 10) = 110 - p, p = 43.333, imports 33.333 t. With a duty t the price abroad is x = (130 - 2 t) / 3, at home x + t, imports x - 10.
 * A month has a twelfth of a year's tonnes. No deflator in the world: nominal is real. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/bench.h"

#include <math.h>
#include <string.h>

#include "sim/run.h"

#define PAIR  "tests/worlds/trade_pair"
#define CHAIN "tests/worlds/covered_chain"

static void close_to(double got, double want, double tolerance) {
    if (!(fabs(got - want) <= tolerance)) {
        fail_msg("got %.12g, want %.12g within %g", got, want, tolerance);
    }
}

static double at(const bench *b, const char *region, int32_t period) {
    return lode_run_price(b->run, "good", region, period);
}

/* t a year over link 0. */
static double imports(const bench *b, int32_t period) {
    const lode_record *r = lode_run_record(b->run);
    return 12 * lode_arc_total(&r->arc_flow[(size_t)period * (size_t)r->arcs * LODE_CHANNEL_COUNT]);
}

/* A month with a duty of `t` in its price. */
static void expect_duty(const bench *b, int32_t period, double t) {
    double x = (130 - 2 * t) / 3;
    close_to(at(b, "abroad", period), x, 5e-2);
    close_to(at(b, "home", period), x + t, 5e-2);
    close_to(imports(b, period), x - 10, 5e-2);
}

/* What a party got in a period less what it paid, USD. */
static double got(const bench *b, lode_party_kind kind, const char *region, int32_t period) {
    lode_party party = {kind, lode_idmap_get(b->world->region_ids, region)};
    return (double)lode_ledger_balance(&b->run->ledger, party, -2, period, period + 1) / 100;
}

/* By weight 10: x = 36.667, 26.667 t a year, 10 x 26,667 / 12 = 22,222 USD a month, from the trade at home to its treasury. By value 25%
 * of the price before, 43.333: 10.833, x = 36.111, 26.111 t, 23,572 USD. */
static void test_tariff(void **state) {
    (void)state;
    bench b = open_bench(PAIR, "tests/scenarios/tariff.yaml");
    steps(b.run, 5);
    for (int32_t p = 0; p < 2; p++) {
        expect_duty(&b, p, 10);
        close_to(got(&b, LODE_PARTY_TREASURY, "home", p), 1e6 / 3 / 15, 20);
        close_to(got(&b, LODE_PARTY_TRADE, "home", p), -1e6 / 3 / 15, 20);
    }
    expect_duty(&b, 2, 0);
    close_to(got(&b, LODE_PARTY_TREASURY, "home", 2), 0, 0);
    double t = 0.25 * 130 / 3;
    expect_duty(&b, 3, t);
    close_to(got(&b, LODE_PARTY_TREASURY, "home", 3), t * ((130 - 2 * t) / 3 - 10) * 1000 / 12, 30);
    expect_duty(&b, 4, 0);
    close_bench(&b);
}

/* 30% of 43.333 is 13: 24.667 t, 13 x 24,667 / 12 = 26,722 USD to the treasury abroad. A rebate of as much: 42 t, 45,500 USD, of which the
 * budget has 40,000; the month after it is spent. */
static void test_export_tax(void **state) {
    (void)state;
    bench b = open_bench(PAIR, "tests/scenarios/export_tax.yaml");
    steps(b.run, 4);
    expect_duty(&b, 0, 13);
    close_to(got(&b, LODE_PARTY_TREASURY, "abroad", 0), 13 * 24667.0 / 12, 30);
    expect_duty(&b, 1, 0);
    expect_duty(&b, 2, -13);
    close_to(got(&b, LODE_PARTY_TREASURY, "abroad", 2), -40000, 0.01);
    close_to(got(&b, LODE_PARTY_TRADE, "abroad", 2), 40000, 0.01);
    expect_duty(&b, 3, 0);
    close_to(got(&b, LODE_PARTY_TREASURY, "abroad", 3), 0, 0);
    close_bench(&b);
}

/* Six tenths of 33.333 t: 20 t, so 30 abroad and (110 + 10 - 20) / 2 = 50 at home. Shut: 60 at home. The second limits six tenths of what
 * moved in the year before, and nobody pays anybody. */
static void test_limits(void **state) {
    (void)state;
    bench b = open_bench(PAIR, "tests/scenarios/import_limits.yaml");
    steps(b.run, 5);
    close_to(imports(&b, 0), 20, 2e-2);
    close_to(at(&b, "abroad", 0), 30, 2e-2);
    close_to(at(&b, "home", 0), 50, 2e-2);
    expect_duty(&b, 1, 0);
    close_to(imports(&b, 2), 0, 1e-6);
    close_to(at(&b, "home", 2), 60, 2e-2);
    expect_duty(&b, 3, 0);
    assert_true(imports(&b, 4) < 0.6 * 33.4 && imports(&b, 4) > 0.4 * 33.3);
    assert_int_equal(b.run->ledger.count, 0);
    close_bench(&b);
}

static double served(const bench *b, const char *segment, int32_t period) {
    const lode_record *r = lode_run_record(b->run);
    double sum = 0;
    for (int32_t l = 0; l < r->lines; l++) {
        const lode_demand_line *line = &lode_network_lines(lode_run_network(b->run))[l];
        if (strcmp(b->world->segments[line->segment].id, segment) == 0) {
            sum += 12 * r->line_served[(size_t)period * (size_t)r->lines + (size_t)l];
        }
    }
    return sum;
}

/* test_covered.c: guidance takes the 20 t of uncovered magnets at 200, civil users 90 t at 100. A twentieth of the 24 t that guidance wants
 * exempt: 1.2 t of covered ones beside, so 21.2 t at 140, and civil users (990 - 1.2) / 11 t. Without the rule both pay 114 / 1.12. */
static void test_procurement(void **state) {
    (void)state;
    bench b = open_bench(CHAIN, "tests/scenarios/procurement.yaml");
    steps(b.run, 4);
    close_to(served(&b, "guidance", 1), 20, 2e-2);
    close_to(served(&b, "civil", 1), 90, 5e-2);
    close_to(served(&b, "guidance", 2), (1200 - 114 / 1.12) / 50, 2e-2);
    close_to(served(&b, "guidance", 3), 21.2, 2e-2);
    close_to(served(&b, "civil", 3), 988.8 / 11, 5e-2);
    close_bench(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tariff),
        cmocka_unit_test(test_export_tax),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_procurement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
