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

#include "policy/trade_zone.h"
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

/* ---- the zone ---- */

/* Runs three months of a zone of one member, home; true if its last note says `said`. */
static bool zone(bench *b, const char *scenario, const char *said) {
    *b = open_bench(PAIR, scenario);
    steps(b->run, 3);
    const lode_notes *notes = &b->run->notes;
    assert_true(notes->count > 0);
    const lode_note *last = &notes->items[notes->count - 1];
    return last->last == 2 && strstr(last->text, said);
}

/* Goods land at 50: 110 - 50 = (50 - 10) + 20, so 20 t come, at 30 abroad; the tariff is 20 and earns 20 x 20,000 / 12 = 33,333 USD. */
static void test_zone_holds(void **state) {
    (void)state;
    bench b;
    assert_true(zone(&b, "tests/scenarios/zone_held.yaml", "is held"));
    close_to(at(&b, "home", 2), 50, 0.005 * 50 + 0.05);
    close_to(at(&b, "abroad", 2), 30, 0.8);
    close_to(imports(&b, 2), 20, 0.8);
    close_to(got(&b, LODE_PARTY_TREASURY, "home", 2), 33333, 700);
    close_to(got(&b, LODE_PARTY_TREASURY, "home", 2) + got(&b, LODE_PARTY_TRADE, "home", 2), 0, 0);
    close_bench(&b);
}

/* The plant at home alone brings 60: at a reference of 70 nothing comes in, and the price is not 70. */
static void test_zone_does_not_hold(void **state) {
    (void)state;
    bench b;
    assert_true(zone(&b, "tests/scenarios/zone_not_held.yaml", "is not held"));
    close_to(at(&b, "home", 2), 60, 0.1);
    close_to(imports(&b, 2), 0, 1e-2);
    close_to(got(&b, LODE_PARTY_TREASURY, "home", 2), 0, 0);
    assert_true(b.run->notes.items[0].warns);
    close_bench(&b);
}

/* The same with a month at sea, from April on. Shippers reckon with 50 from the first day, so the trade at home sells for no less and goods
 * go on coming: users take 60 t a year, the plant at home makes 40, 20 come. (With the old price in mind nobody could pay a tariff, nothing
 * came, and the plant at home alone brought 60 for ever.) A twelfth of the 33.333 t of the years before is what people want at sea; 20
 * are, so the rest, 13.333 / 12 = 1.111 t, lies at home at first and is sold bit by bit. */
static void test_zone_holds_goods_at_sea(void **state) {
    (void)state;
    bench b = open_bench("tests/worlds/zone_at_sea", "tests/scenarios/zone_at_sea.yaml");
    steps(b.run, 24);
    close_to(at(&b, "home", 2), 43.333, 0.1);
    double came = 0;
    for (int32_t p = 3; p < 24; p++) {
        close_to(at(&b, "home", p), 50, 1);
        came += imports(&b, p) / 12;
    }
    close_to(came, 21 * 20 / 12.0 - 1.111, 0.7);
    close_bench(&b);
}

/* While the plant at home runs it alone brings 60, and no tariff lifts that to 90: the search stops at one far too high (43.333 + t / 3 = 90
 * at 140). When the plant stops the tariff comes down, though makers abroad stand still and ask nothing: 110 - 90 = 20 t come, for which
 * they want 30. (Kept at 140, users would pay their last bid, 110, and get nothing.) */
static void test_zone_lets_in_again(void **state) {
    (void)state;
    bench b = open_bench(PAIR, "tests/scenarios/zone_outage.yaml");
    steps(b.run, 6);
    close_to(at(&b, "home", 2), 60, 0.1);
    close_to(at(&b, "home", 5), 90, 0.005 * 90 + 0.05);
    close_to(at(&b, "abroad", 5), 30, 0.8);
    close_to(imports(&b, 5), 20, 0.8);
    close_bench(&b);
}

/* With a month at sea: the plant at home stops, and for half a year nothing crosses either, so that users bid 110 for nothing. When the way is
 * open again 110 - 80 = 30 t come to a reference of 80, for which makers abroad want 40. (Where nothing was left shippers reckoned with the
 * price of the base year, 43.333, at which no tariff can be paid: users went without for ever.) */
static void test_zone_supplies_who_ran_out(void **state) {
    (void)state;
    bench b = open_bench("tests/worlds/zone_at_sea", "tests/scenarios/zone_starved.yaml");
    steps(b.run, 24);
    close_to(at(&b, "home", 8), 110, 0.1);
    close_to(at(&b, "home", 23), 80, 0.4);
    close_to(imports(&b, 23), 30, 0.5);
    close_to(at(&b, "abroad", 23), 40, 0.5);
    close_bench(&b);
}

static void test_zone_does_not_bind(void **state) {
    (void)state;
    bench b;
    assert_true(zone(&b, "tests/scenarios/zone_idle.yaml", "does not bind"));
    expect_duty(&b, 2, 0);
    close_bench(&b);
}

/* Half of it enforced: traders reckon with d = t / 2 and goods land at 43.333 + d / 3; customs read that and d more, 50: d = 5. So they
 * land at 45, 30 t of them, and 5 x 30,000 / 12 = 12,500 USD come in. A leak of nothing is no leak. */
static void test_zone_leaks(void **state) {
    (void)state;
    bench b;
    assert_true(zone(&b, "tests/scenarios/zone_leaks.yaml", "is held"));
    close_to(at(&b, "home", 2), 45, 0.15);
    close_to(imports(&b, 2), 30, 0.3);
    close_to(got(&b, LODE_PARTY_TREASURY, "home", 2), 12500, 500);
    close_bench(&b);
    assert_true(zone(&b, "tests/scenarios/zone_small_leak.yaml", "is held"));
    close_to(at(&b, "home", 2), 50, 0.3);
    close_bench(&b);
}

static void test_zone_rent(void **state) {
    (void)state;
    bench b;
    assert_true(zone(&b, "tests/scenarios/zone_captured.yaml", "is held"));
    close_to(at(&b, "home", 2), 50, 0.3);
    close_to(got(&b, LODE_PARTY_TREASURY, "home", 2), 0, 0);
    close_to(got(&b, LODE_PARTY_TRADE, "abroad", 2), 33333, 700);
    close_bench(&b);
}

/* A zone has no payer: it is its members', and is answered as theirs. Nothing comes in any more, the plant at home brings 60. A zone of
 * somebody else (the answer names abroad) is not. */
static void test_zone_is_answered(void **state) {
    (void)state;
    bench b = open_bench(PAIR, "tests/scenarios/zone_answered.yaml");
    steps(b.run, 4);
    close_to(at(&b, "home", 1), 50, 0.3);
    close_to(at(&b, "home", 3), 60, 0.1);
    close_to(imports(&b, 3), 0, 1e-2);
    close_bench(&b);
    b = open_bench(PAIR, "tests/scenarios/zone_not_answered.yaml");
    steps(b.run, 4);
    close_to(at(&b, "home", 3), 50, 0.3);
    close_bench(&b);
}

static double magnet(const bench *b, const char *region, int32_t period) {
    return lode_run_price(b->run, "magnet", region, period);
}

/* Magnets of JPN from oxide of CHN (91.8 t, not a member) and AUS (20 t): at 100 and 150 USD/kg members made 1 - 100 x 0.821 / 150 = 45%
 * of them. Where 40% is enough they move freely, at 114 / 1.12; where half is needed they pay up to 150. */
static void test_zone_origin(void **state) {
    (void)state;
    bench b = open_bench(CHAIN, "tests/scenarios/zone_origin.yaml");
    steps(b.run, 4);
    close_to(magnet(&b, "USA", 0), 114 / 1.12, 0.3); /* nobody knows yet where goods are from */
    close_to(magnet(&b, "USA", 3), 150, 0.005 * 150 + 0.1);
    close_to(magnet(&b, "JPN", 3), 96, 1);
    close_bench(&b);
    b = open_bench(CHAIN, "tests/scenarios/zone_origin_easy.yaml");
    steps(b.run, 4);
    close_to(magnet(&b, "USA", 3), 114 / 1.12, 0.3);
    close_bench(&b);
}

/* A copy goes on as the original does, and says the same. */
static void test_zone_copies(void **state) {
    (void)state;
    bench b;
    assert_true(zone(&b, "tests/scenarios/zone_held.yaml", "is held"));
    lode_run *copy = NULL;
    assert_int_equal(lode_run_copy(&copy, b.run), LODE_OK);
    steps(copy, 3);
    steps(b.run, 3);
    close_to(lode_run_price(copy, "good", "home", 5), at(&b, "home", 5), 0);
    assert_int_equal(copy->notes.count, b.run->notes.count);
    assert_int_equal(copy->notes.items[0].last, b.run->notes.items[0].last);
    lode_run_free(copy);
    close_bench(&b);
}

/* Goods land at 40 below a tariff of 10 and at 60 from there on: no tariff lands them at 50. The search closes in on 10, keeps what it saw
 * on both sides and stops; it does not go to and fro. */
static void test_search_does_not_cycle(void **state) {
    (void)state;
    lode_zone_state z = {.share = 1};
    int32_t rounds = 0;
    for (bool moved = true; moved && rounds < 60; rounds++) {
        lode_zone_landed landed = {.tonnes = z.tariff < 10 ? 8 : 3, .price = z.tariff < 10 ? 40 : 60};
        moved = lode_zone_step(&z, &landed, 50, rounds);
    }
    assert_true(rounds < 40 && z.jumps > 0);
    close_to(z.low, 10, 0.05);
    close_to(z.high, 10, 0.05);
    assert_true(z.low_price == 40 && z.high_price == 60 && z.low_t == 8 && z.high_t == 3);
    assert_true(z.reopened == 3); /* twice again, in case another good had moved it */
}

/* The price follows the tariff by 0.4: 30 + 0.4 t = 50 at t = 50, found from nothing in a few rounds; from above as well. */
static void test_search_finds(void **state) {
    (void)state;
    const double starts[] = {0, 200};
    for (size_t k = 0; k < 2; k++) {
        lode_zone_state z = {.share = 1, .tariff = starts[k], .expected = starts[k]};
        int32_t rounds = 0;
        lode_zone_landed landed = {.tonnes = 5, .price = 30 + 0.4 * z.tariff};
        while (lode_zone_step(&z, &landed, 50, rounds) && rounds < 20) {
            landed.price = 30 + 0.4 * z.tariff;
            rounds++;
        }
        assert_true(rounds <= 3);
        close_to(z.tariff, 50, 1);
    }
}

/* Opens a scenario that is wrong on the chain and looks for what must be told of it. */
static void expect_told(const char *path, const char *const *told, size_t count) {
    lode_diags *diags = lode_diags_new();
    lode_world *world;
    lode_scenario *scenario;
    assert_int_equal(lode_world_open(&world, CHAIN, diags), LODE_OK);
    assert_int_not_equal(lode_scenario_open(&scenario, world, path, diags), LODE_OK);
    for (size_t k = 0; k < count; k++) {
        bool found = false;
        for (size_t i = 0; i < lode_diags_count(diags); i++) {
            found = found || strstr(lode_diags_get(diags, i)->message, told[k]);
        }
        if (!found) {
            fail_msg("nobody says: %s", told[k]);
        }
    }
    lode_world_free(world);
    lode_diags_free(diags);
}

static void test_wrong_zone(void **state) {
    (void)state;
    const char *const told[] = {"the controlling region is a member: CHN", "it has two", "no good",
                                "two of `goods` hold"};
    expect_told("tests/scenarios/zone_wrong.yaml", told, sizeof told / sizeof told[0]);
    const char *const covered[] = {"AUS is a member of the zone `zone`, and `rule` covers its goods",
                                   "`rule` and `other` cover goods of different regions"};
    expect_told("tests/scenarios/zone_covered.yaml", covered, sizeof covered / sizeof covered[0]);
}

static void test_wrong_rules(void **state) {
    (void)state;
    const char *const told[] = {"a region where the rule holds is covered itself", "no goods are named",
                                "is a tariff of nothing", "does not say what may not leave"};
    expect_told("tests/scenarios/trade_wrong.yaml", told, sizeof told / sizeof told[0]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tariff),
        cmocka_unit_test(test_export_tax),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_procurement),
        cmocka_unit_test(test_zone_holds),
        cmocka_unit_test(test_zone_does_not_hold),
        cmocka_unit_test(test_zone_holds_goods_at_sea),
        cmocka_unit_test(test_zone_lets_in_again),
        cmocka_unit_test(test_zone_supplies_who_ran_out),
        cmocka_unit_test(test_zone_does_not_bind),
        cmocka_unit_test(test_zone_leaks),
        cmocka_unit_test(test_zone_rent),
        cmocka_unit_test(test_zone_is_answered),
        cmocka_unit_test(test_zone_origin),
        cmocka_unit_test(test_zone_copies),
        cmocka_unit_test(test_search_does_not_cycle),
        cmocka_unit_test(test_search_finds),
        cmocka_unit_test(test_wrong_zone),
        cmocka_unit_test(test_wrong_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
