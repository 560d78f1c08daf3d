/* Covered goods, technology control and producer exit: answers worked by hand on small worlds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/bench.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/parts.h"

#define CHAIN  "tests/worlds/covered_chain"
#define LAG    "tests/worlds/covered_lag"
#define STOCKS "tests/worlds/one_controller"

static void assert_near(double is, double should, double relative) {
    if (!(fabs(is - should) <= relative * fmax(1e-12, fabs(should)))) {
        print_error("is %.12g, should be %.12g\n", is, should);
        fail();
    }
}

/* ---- one period, by hand ---- */

/* CHN oxide costs 10 + q (q up to 100 t), AUS oxide at most 3 (up to 20 t); JPN makes a tonne of magnets of a tonne of oxide and half a
 * kilogram of traces from CHN; USA buys. Civil users pay 1000 - 10 q, guidance 1200 - 50 q. All else is free.
 * Traces are worth 0.0005 x 100 / 150 = 0.033% of a magnet. */
typedef struct {
    lode_diags *diags;
    lode_world *world;
    lode_network *network;
    lode_period *period;
    lode_solution *solution;
} market;

static market open_market(double de_minimis, double licensed_t, double refused_t) {
    market m = {.diags = lode_diags_new()};
    assert_int_equal(lode_world_open(&m.world, CHAIN, m.diags), LODE_OK);
    const bool covered[] = {true, true, true}, regions[] = {true, false, false, false};
    bool defence[LODE_USE_COUNT] = {false};
    defence[LODE_USE_DEFENCE] = true;
    const lode_arc_channel sent_on = {3, LODE_CHANNEL_COVERED};
    const lode_limit limits[] = {
        {.name = "licence", .count = 1, .items = &sent_on},
        {.name = "refused", .refused_uses = defence, .refused_goods = covered, .refused_region = 3}};
    const lode_network_spec spec = {
        .covered = covered, .covered_regions = regions, .de_minimis = de_minimis, .limit_count = 2, .limits = limits};
    assert_int_equal(lode_network_new(&m.network, m.world, &spec), LODE_OK);
    assert_int_equal(lode_period_new(&m.period, m.network), LODE_OK);
    assert_int_equal(lode_solution_new(&m.solution, m.network), LODE_OK);
    lode_period_from_world(m.period, m.network, 2024, 1);
    m.period->limit_rhs[0] = licensed_t;
    m.period->limit_rhs[1] = refused_t;
    assert_int_equal(lode_network_clear(m.network, m.period, 1e-7, m.solution), LODE_OK);
    return m;
}

static void close_market(market *m) {
    lode_solution_free(m->solution);
    lode_period_free(m->period);
    lode_network_free(m->network);
    lode_world_free(m->world);
    lode_diags_free(m->diags);
}

static double served(const market *m, const char *segment) {
    double sum = 0;
    for (int32_t l = 0; l < lode_network_line_count(m->network); l++) {
        if (strcmp(m->world->segments[lode_network_lines(m->network)[l].segment].id, segment) == 0) {
            sum += m->solution->line_served[l];
        }
    }
    return sum;
}

static double price(const market *m, const char *commodity, const char *region, lode_class class_) {
    int32_t site = lode_network_site(m->network, lode_idmap_get(m->world->commodity_ids, commodity),
                                     lode_idmap_get(m->world->region_ids, region), -1);
    return m->solution->node_price[lode_network_node(m->network, site, class_)];
}

static double sent_on(const market *m, lode_channel channel) {
    return m->solution->arc_flow[3 * LODE_CHANNEL_COUNT + (int32_t)channel];
}

/* 5 t may be licensed, 20 t are uncovered. Guidance takes d of these, civil users the rest and the 5: 1200 - 50 d = 1000 - 10 (25 - d),
 * so d = 7.5 and both pay 825. 12.5 t of uncovered magnets serve civil users: downgraded. */
static void test_covered_is_blocked_and_uncovered_passes(void **state) {
    (void)state;
    market m = open_market(0.001, 5, 0);
    assert_near(sent_on(&m, LODE_CHANNEL_COVERED), 5, 1e-6);
    assert_near(sent_on(&m, LODE_CHANNEL_FREE), 20, 1e-6);
    assert_near(served(&m, "guidance"), 7.5, 1e-4);
    assert_near(served(&m, "civil"), 17.5, 1e-4);
    assert_near(price(&m, "magnet", "USA", LODE_CLASS_UNCOVERED), 825, 1e-5);
    assert_near(price(&m, "magnet", "USA", LODE_CLASS_COVERED), 825, 1e-5);
    close_market(&m);
}

/* No licence is needed, guidance is refused: civil users take 90 t (1000 - 900 = 10 + 90), guidance the 20 t that are uncovered and pays
 * 200. Covered magnets at 100 do not become uncovered ones. */
static void test_goods_are_not_upgraded(void **state) {
    (void)state;
    market m = open_market(0.001, INFINITY, 0);
    assert_near(served(&m, "guidance"), 20, 1e-4);
    assert_near(served(&m, "civil"), 90, 1e-4);
    assert_near(price(&m, "magnet", "USA", LODE_CLASS_UNCOVERED), 200, 1e-4);
    assert_near(price(&m, "magnet", "USA", LODE_CLASS_COVERED), 100, 1e-4);
    assert_near(price(&m, "oxide", "JPN", LODE_CLASS_UNCOVERED), 200, 1e-4);
    assert_near(price(&m, "oxide", "JPN", LODE_CLASS_COVERED), 100, 1e-4);
    close_market(&m);
}

/* No rule: 114 = 1.12 p, all at 101.786, whatever the class. */
static void test_without_a_limit_classes_do_not_matter(void **state) {
    (void)state;
    market m = open_market(0.001, INFINITY, INFINITY);
    assert_near(price(&m, "magnet", "USA", LODE_CLASS_COVERED), 114 / 1.12, 1e-4);
    assert_near(price(&m, "magnet", "USA", LODE_CLASS_UNCOVERED), 114 / 1.12, 1e-4);
    assert_near(served(&m, "guidance") + served(&m, "civil"), 10 + 114 / 1.12, 1e-4);
    close_market(&m);
}

/* A threshold below the worth of the traces: every magnet is covered, guidance gets none, civil users the 5 t and pay 950. */
static void test_de_minimis(void **state) {
    (void)state;
    market m = open_market(0.0003, 5, 0);
    assert_near(sent_on(&m, LODE_CHANNEL_COVERED), 5, 1e-6);
    assert_true(sent_on(&m, LODE_CHANNEL_FREE) < 1e-3);
    assert_true(served(&m, "guidance") < 1e-3);
    assert_near(price(&m, "magnet", "USA", LODE_CLASS_COVERED), 950, 1e-5);
    close_market(&m);
}

/* Magnets that take a month to USA cannot serve anybody now. All 20 t of uncovered ones are sent for the premium of those who will take
 * nothing else: with 12 t wanted and 300 USD/kg expected the steps end at 6, 12, 24 and 48 t, so the last tonne earns half of it, 150,
 * beyond what a covered one is worth on the way. Without such a premium the two are worth the same. */
static double premium_in_jpn(bool clean_stocks) {
    market m = {.diags = lode_diags_new()};
    assert_int_equal(lode_world_open(&m.world, LAG, m.diags), LODE_OK);
    const bool covered[] = {true, true, true}, regions[] = {true, false, false, false};
    const lode_network_spec spec = {.lagged = true,
                                    .stocks = true,
                                    .covered = covered,
                                    .covered_regions = regions,
                                    .de_minimis = 0.001,
                                    .clean_stocks = clean_stocks};
    assert_int_equal(lode_network_new(&m.network, m.world, &spec), LODE_OK);
    assert_int_equal(lode_period_new(&m.period, m.network), LODE_OK);
    assert_int_equal(lode_solution_new(&m.solution, m.network), LODE_OK);
    lode_period_from_world(m.period, m.network, 2024, 1);
    int32_t usa = lode_network_site(m.network, 2, 3, -1);
    m.period->expected_price[usa] = 50;
    m.period->target_stock[usa] = 60;
    m.period->clean_premium[usa] = 300;
    m.period->clean_target[usa] = 12;
    assert_int_equal(lode_network_clear(m.network, m.period, 1e-6, m.solution), LODE_OK);
    assert_near(sent_on(&m, LODE_CHANNEL_FREE) + sent_on(&m, LODE_CHANNEL_COVERED), m.solution->sent[usa], 1e-9);
    assert_true(m.solution->sent[usa] > 40);
    double premium = price(&m, "magnet", "JPN", LODE_CLASS_UNCOVERED) - price(&m, "magnet", "JPN", LODE_CLASS_COVERED);
    if (clean_stocks) {
        assert_near(sent_on(&m, LODE_CHANNEL_FREE), 20, 1e-6);
    }
    close_market(&m);
    return premium;
}

static void test_uncovered_goods_on_the_way_earn_a_premium(void **state) {
    (void)state;
    assert_near(premium_in_jpn(true), 150, 1e-4);
    assert_true(fabs(premium_in_jpn(false)) < 1e-4);
}

/* ---- runs ---- */

static lode_run *branch_of(bench *b, const char *shock, int months_before) {
    steps(b->run, months_before - lode_run_period(b->run));
    lode_run *branch = NULL;
    assert_int_equal(lode_run_branch(&branch, b->run, shock, b->diags), LODE_OK);
    return branch;
}

/* Before the rule CHN sends 91.786 t a year of oxide to JPN and AUS 20 t: 82.1% of JPN's magnets are covered, 7.6488 t a month. The queue
 * of test_policy.c lets 16% of that through in its first month. With 20 t a year of uncovered ones: 1200 - 50 d = 1000 - 10 (34.686 - d)
 * a year, d = 9.114, and both pay 744.3. */
static void test_rule_follows_the_queue(void **state) {
    (void)state;
    bench b = open_bench(CHAIN, "tests/scenarios/covered.yaml");
    lode_run *branch = branch_of(&b, "rule", 0);
    steps(branch, 2);
    double covered = 114 / 1.12 - 10, month = 0.16 * covered / 12;
    int32_t jpn = lode_idmap_get(b.world->region_ids, "JPN"), usa = lode_idmap_get(b.world->region_ids, "USA");
    assert_near(covered, 91.786, 1e-4);
    const lode_record *r = lode_run_record(branch);
    assert_near(r->arc_flow[3 * LODE_CHANNEL_COUNT + LODE_CHANNEL_COVERED], month, 1e-4);
    assert_near(r->arc_flow[3 * LODE_CHANNEL_COUNT + LODE_CHANNEL_FREE], 20.0 / 12, 1e-4);
    double guidance = (200 + 10 * (20 + 12 * month)) / 60;
    assert_near(guidance, 9.114, 1e-3);
    int32_t magnets = lode_network_site(branch->network, 2, usa, -1);
    assert_near(r->node_price[lode_network_node(branch->network, magnets, LODE_CLASS_UNCOVERED)], 1200 - 50 * guidance,
                1e-4);
    int32_t rows = r->limits, queue = usa + b.world->region_count * 0;
    assert_near(r->limit_rhs[queue], month, 1e-4);
    assert_near(r->limit_rhs[rows + queue], 0.488 * covered / 12, 1e-3);
    assert_true(r->limit_rhs[rows - 1] < 1e-12); /* guidance gets no covered goods */
    assert_true(lode_network_site(branch->network, 2, jpn, -1) >= 0);
    lode_run_free(branch);
    close_bench(&b);
}

static double total(const lode_run *run, const double *goods, int32_t site) {
    const lode_site *s = &lode_network_sites(run->network)[site];
    double sum = 0;
    for (int32_t k = 0; k < s->node_count; k++) {
        sum += goods[s->first_node + k];
    }
    return sum;
}

/* JPN's oxide is from CHN and from its own plant; the part of the first in what came in over the months before is covered. */
static void test_branch_keeps_goods_and_splits_them_by_origin(void **state) {
    (void)state;
    bench b = open_bench(STOCKS, "tests/scenarios/covered_stocks.yaml");
    lode_run *branch = branch_of(&b, "rule", 6);
    assert_true(branch->state.shape.nodes == b.run->state.shape.nodes + 2); /* JPN and USA */
    for (int32_t s = 0; s < b.run->state.shape.sites; s++) {
        assert_near(total(branch, branch->state.stock, s), total(b.run, b.run->state.stock, s), 1e-12);
        assert_near(total(branch, branch->state.ring, s), total(b.run, b.run->state.ring, s), 1e-12);
    }
    double in = 0, own = 0;
    int32_t plant = lode_idmap_get(b.world->asset_ids, "jpn_plant"), mode = -1;
    for (int32_t m = 0; m < b.world->mode_count; m++) {
        mode = b.world->modes[m].asset == plant ? m : mode;
    }
    for (int32_t p = 0; p < 6; p++) {
        in += lode_arc_total(&b.run->record.arc_flow[(size_t)p * (size_t)b.run->record.arcs * LODE_CHANNEL_COUNT]);
        own += b.run->record.mode_output[(size_t)p * (size_t)b.run->record.modes + (size_t)mode];
    }
    assert_int_equal(lode_provenance_fill(branch), LODE_OK);
    int32_t site = lode_network_site(branch->network, 0, lode_idmap_get(b.world->region_ids, "JPN"), -1);
    double stock = total(branch, branch->state.stock, site),
           covered = branch->state.stock[lode_network_node(branch->network, site, LODE_CLASS_COVERED)];
    assert_true(stock > 50 && own > 10 && in > 10);
    assert_near(covered / stock, in / (in + own), 1e-9);
    steps(branch, 12);
    const lode_record *r = lode_run_record(branch);
    for (int32_t p = 6; p < 18; p++) {
        for (int e = 0; e < LODE_ELEMENT_COUNT; e++) {
            assert_true(r->element_error[(size_t)p * LODE_ELEMENT_COUNT + (size_t)e] < 1e-9);
        }
    }
    lode_run_free(branch);
    close_bench(&b);
}

/* A battery with such a rule does not change the run without it, bit by bit. */
static void test_runs_without_a_rule_are_as_before(void **state) {
    (void)state;
    bench with = open_bench(STOCKS, "tests/scenarios/covered_stocks.yaml"),
          without = open_bench(STOCKS, "tests/scenarios/calm.yaml");
    steps(with.run, 12);
    steps(without.run, 12);
    const lode_record *a = lode_run_record(with.run), *b = lode_run_record(without.run);
    assert_int_equal(a->nodes, b->nodes);
    assert_memory_equal(a->node_price, b->node_price, 12 * (size_t)a->nodes * sizeof(double));
    assert_memory_equal(a->line_served, b->line_served, 12 * (size_t)a->lines * sizeof(double));
    assert_memory_equal(a->stock, b->stock, 12 * (size_t)a->nodes * sizeof(double));
    close_bench(&with);
    close_bench(&without);
}

/* ---- plants ---- */

static double capacity_of(const lode_run *run, const char *plant, int period) {
    const lode_record *r = lode_run_record(run);
    return r->asset_capacity[(size_t)period * (size_t)r->assets + (size_t)lode_idmap_get(run->world->asset_ids, plant)];
}

/* jpn_new ramps from January 2026 over a year: with the control five months later, and nine tenths of it. Old plants lose a fifth over
 * ten months. The controller's own plants lose nothing. */
static void test_technology_control_delays_and_lowers(void **state) {
    (void)state;
    bench b = open_bench(STOCKS, "tests/scenarios/covered_stocks.yaml");
    lode_run *branch = branch_of(&b, "delay", 12);
    steps(branch, 36);
    steps(b.run, 36);
    int ramping = 0;
    for (int p = 24; p < 43; p++) {
        double calm = capacity_of(b.run, "jpn_new", p);
        ramping += calm > 0 && calm < 8;
        assert_near(capacity_of(branch, "jpn_new", p + 5), 0.9 * calm, 1e-9);
    }
    assert_true(ramping >= 10);
    assert_near(capacity_of(branch, "jpn_plant", 11), 20, 1e-9);
    assert_near(capacity_of(branch, "jpn_plant", 16), 20 * (1 - 0.2 * 0.45), 0.002); /* middle of the fifth month */
    assert_near(capacity_of(branch, "jpn_plant", 30), 16, 1e-9);
    assert_near(capacity_of(branch, "chn_plant", 30), capacity_of(b.run, "chn_plant", 30), 1e-12);
    lode_run_free(branch);
    close_bench(&b);
}

/* From July 2026, half way up, what is left of the ramp takes twice as long: 50% + half a month's step a month. */
static void test_technology_control_stretches_a_ramp(void **state) {
    (void)state;
    bench b = open_bench(STOCKS, "tests/scenarios/covered_stocks.yaml");
    lode_run *branch = branch_of(&b, "slow", 30);
    steps(branch, 14);
    double full = 100.0 / 12, june = capacity_of(branch, "jpn_new", 29) / full;
    assert_near(june, 5.5 / 12, 0.01);
    assert_near(capacity_of(branch, "jpn_new", 36) / full, 0.5 + 6.5 / 24, 0.01);
    assert_near(capacity_of(branch, "jpn_new", 43) / full, 1, 1e-9);
    lode_run_free(branch);
    close_bench(&b);
}

static void test_exit_is_for_good(void **state) {
    (void)state;
    bench b = open_bench(STOCKS, "tests/scenarios/covered_stocks.yaml");
    lode_run *branch = branch_of(&b, "exit", 6);
    steps(branch, 30);
    assert_near(capacity_of(branch, "chn_plant", 5), 1600.0 / 12, 1e-9);
    for (int p = 6; p < 36; p++) {
        assert_near(capacity_of(branch, "chn_plant", p), 1200.0 / 12, 1e-9);
        assert_near(capacity_of(branch, "jpn_plant", p), 20, 1e-9);
    }
    lode_run_free(branch);
    close_bench(&b);
}

/* Nine tenths leave, the price rises by far more than 5%, and a sixth of them returns in every month in which it stays there. */
static void test_exit_ends_when_it_pays(void **state) {
    (void)state;
    bench b = open_bench(STOCKS, "tests/scenarios/covered_stocks.yaml");
    lode_run *branch = branch_of(&b, "exit_and_back", 6);
    steps(branch, 9);
    double before = lode_run_price(branch, "dy_oxide", "CHN", 5), full = 1600.0 / 12, back = 0;
    assert_near(capacity_of(branch, "chn_plant", 6), 0.1 * full, 1e-9);
    for (int p = 7; p < 15; p++) {
        back += lode_run_price(branch, "dy_oxide", "CHN", p - 1) >= 1.05 * before ? 1.0 / 6 : 0;
        assert_near(capacity_of(branch, "chn_plant", p), full * (1 - 0.9 * (1 - fmin(back, 1))), 1e-9);
    }
    assert_true(back >= 0.5);
    lode_run_free(branch);
    close_bench(&b);
}

/* ---- what wrong ones are told ---- */

static bool found(const lode_diags *diags, lode_code code, int line, const char *fix) {
    for (size_t i = 0; i < lode_diags_count(diags); i++) {
        const lode_diag *d = lode_diags_get(diags, i);
        if (d->code == code && d->line == line && strstr(d->fix, fix)) {
            return true;
        }
    }
    return false;
}

static void test_wrong_scenario(void **state) {
    (void)state;
    lode_diags *diags = lode_diags_new();
    lode_world *world = NULL;
    lode_scenario *scenario = NULL;
    assert_int_equal(lode_world_open(&world, STOCKS, diags), LODE_OK);
    assert_int_not_equal(lode_scenario_open(&scenario, world, "tests/scenarios/covered_wrong.yaml", diags), LODE_OK);
    assert_true(found(diags, LODE_UNKNOWN_ID, 7, "CHN"));
    assert_true(found(diags, LODE_BAD_RANGE, 9, "fewer"));
    assert_true(found(diags, LODE_CONFLICT, 14, "extraterritorial"));
    assert_true(found(diags, LODE_MISSING_VALUE, 22, "at least one region"));
    assert_true(found(diags, LODE_BAD_RANGE, 23, "at most 1"));
    assert_true(found(diags, LODE_UNKNOWN_KEY, 27, "delay_months"));
    assert_true(found(diags, LODE_BAD_RANGE, 28, "at least 1"));
    assert_true(found(diags, LODE_BAD_RANGE, 29, "at most 1"));
    assert_true(found(diags, LODE_UNKNOWN_ID, 31, "technology_control"));
    assert_true(found(diags, LODE_BAD_RANGE, 34, "at most 1"));
    assert_true(found(diags, LODE_MISSING_VALUE, 32, "assets"));
    assert_true(found(diags, LODE_UNKNOWN_ID, 37, "chn_plant"));
    assert_true(found(diags, LODE_BAD_RANGE, 35, "later"));
    lode_world_free(world);
    lode_diags_free(diags);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_covered_is_blocked_and_uncovered_passes),
        cmocka_unit_test(test_goods_are_not_upgraded),
        cmocka_unit_test(test_without_a_limit_classes_do_not_matter),
        cmocka_unit_test(test_de_minimis),
        cmocka_unit_test(test_uncovered_goods_on_the_way_earn_a_premium),
        cmocka_unit_test(test_rule_follows_the_queue),
        cmocka_unit_test(test_branch_keeps_goods_and_splits_them_by_origin),
        cmocka_unit_test(test_runs_without_a_rule_are_as_before),
        cmocka_unit_test(test_technology_control_delays_and_lowers),
        cmocka_unit_test(test_technology_control_stretches_a_ramp),
        cmocka_unit_test(test_exit_is_for_good),
        cmocka_unit_test(test_exit_ends_when_it_pays),
        cmocka_unit_test(test_wrong_scenario),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
