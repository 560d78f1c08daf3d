/* Instruments: the licence queue by hand, regimes on a world of three regions, and what a wrong scenario is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/bench.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "policy/export_control.h"
#include "policy/licence_queue.h"
#include "sim/run.h"

#define WORLD "tests/worlds/one_controller"

static void assert_near(double is, double should, double relative) {
    if (!(fabs(is - should) <= relative * fmax(1e-12, fabs(should)))) {
        print_error("is %.12g, should be %.12g\n", is, should);
        fail();
    }
}

/* ---- the queue ---- */

/* 100 t wanted a month; half of the pile decided; 0.8 approved; half of the refused file again; 40% ships at once.
 *   month 1: decided 50, approved 40, refused 10, filed again 5; waiting 55; may ship 16; carried 24
 *   month 2: waiting 155, decided 77.5, approved 62, refused 15.5, filed again 7.75; waiting 85.25; may ship 24 + 24.8 */
static void test_queue_by_hand(void **state) {
    (void)state;
    const lode_licence_terms terms = {.decided = 0.5, .approved = 0.8, .refile = 0.5, .same_month = 0.4, .validity = 6};
    lode_licence_queue queue = {0};
    double ships = lode_licence_decide(&queue, &terms, 100);
    assert_near(ships, 16, 1e-12);
    assert_near(queue.pending, 55, 1e-12);
    lode_licence_ship(&queue, &terms, ships);
    assert_near(queue.licences, 24, 1e-12);
    ships = lode_licence_decide(&queue, &terms, 100);
    assert_near(ships, 48.8, 1e-12);
    assert_near(queue.pending, 85.25, 1e-12);
    lode_licence_ship(&queue, &terms, ships);
    assert_near(queue.licences, 24 + 62 - 48.8, 1e-12);
}

/* Old licences that nobody uses expire: of 24 t carried, 6 shipped, 18 are left and a sixth of them goes. */
static void test_queue_expires(void **state) {
    (void)state;
    const lode_licence_terms terms = {.decided = 0, .approved = 1, .refile = 0, .same_month = 0.4, .validity = 6};
    lode_licence_queue queue = {.licences = 24};
    assert_near(lode_licence_decide(&queue, &terms, 0), 24, 1e-12);
    lode_licence_ship(&queue, &terms, 6);
    assert_near(queue.licences, 15, 1e-12);
}

static double flow_after(double approved, int months) {
    const lode_licence_terms terms = {
        .decided = 0.5, .approved = approved, .refile = 0.5, .same_month = 0.4, .validity = 6};
    lode_licence_queue queue = {0};
    double ships = 0;
    for (int month = 0; month < months; month++) {
        ships = lode_licence_decide(&queue, &terms, 100);
        lode_licence_ship(&queue, &terms, ships);
    }
    assert_near(ships, 100 * lode_licence_steady_share(&terms), 1e-6);
    return ships;
}

static void test_delay_returns_to_full_flow(void **state) {
    (void)state;
    assert_near(flow_after(1, 60), 100, 1e-6);
    assert_near(flow_after(0.8, 60), 100 * 0.8 / 0.9, 1e-6);
    assert_true(flow_after(0.38, 60) < 56);
}

/* ---- regimes on a world ---- */

static int32_t arc_of(const lode_world *world, const char *from, const char *to) {
    for (int32_t a = 0; a < world->arc_count; a++) {
        if (strcmp(world->regions[world->arcs[a].from].id, from) == 0 &&
            strcmp(world->regions[world->arcs[a].to].id, to) == 0) {
            return a;
        }
    }
    fail();
    return -1;
}

/* t in a period over a link's channels. */
static double flow_of(const lode_run *run, int32_t arc, int32_t period) {
    const lode_record *r = lode_run_record(run);
    const double *flow = &r->arc_flow[((size_t)period * (size_t)r->arcs + (size_t)arc) * LODE_CHANNEL_COUNT];
    return flow[LODE_CHANNEL_FREE] + flow[LODE_CHANNEL_LICENSED];
}

static double right_side(const lode_run *run, int32_t limit, int32_t period) {
    const lode_record *r = lode_run_record(run);
    return r->limit_rhs[(size_t)period * (size_t)r->limits + (size_t)limit];
}

/* Growth and refilling off: the row follows the worked example, scaled by the flow from before the regime. */
static void test_licence_rows_follow_the_queue(void **state) {
    (void)state;
    bench b = open_bench(WORLD, "tests/scenarios/licences_refuse.yaml");
    int32_t link = arc_of(b.world, "CHN", "JPN"), row = b.world->arcs[link].to;
    double before = b.run->base->arc_flow[link] / 12;
    assert_true(before > 5);
    steps(b.run, 3);
    assert_near(right_side(b.run, row, 0), 0.16 * before, 1e-9);
    assert_near(right_side(b.run, row, 1), 0.488 * before,
                1e-6); /* what shipped is the row to the solver's tolerance */
    assert_near(flow_of(b.run, link, 1), 0.488 * before, 1e-6);
    assert_true(lode_run_price(b.run, "dy_oxide", "JPN", 2) > 1.2 * lode_run_price(b.run, "dy_oxide", "CHN", 2));
    close_bench(&b);
}

static void test_only_refusals_last(void **state) {
    (void)state;
    bench delay = open_bench(WORLD, "tests/scenarios/licences_delay.yaml"),
          refuse = open_bench(WORLD, "tests/scenarios/licences_refuse.yaml");
    int32_t link = arc_of(delay.world, "CHN", "JPN"), row = delay.world->arcs[link].to;
    double before = delay.run->base->arc_flow[link] / 12;
    steps(delay.run, 24);
    steps(refuse.run, 24);
    assert_true(right_side(delay.run, row, 23) > 0.99 * before);
    assert_true(flow_of(refuse.run, link, 23) < 0.9 * before);
    close_bench(&delay);
    close_bench(&refuse);
}

static void test_restart_empties_the_queue(void **state) {
    (void)state;
    bench b = open_bench(WORLD, "tests/scenarios/licences_refuse.yaml");
    int32_t link = arc_of(b.world, "CHN", "JPN"), row = b.world->arcs[link].to;
    double before = b.run->base->arc_flow[link] / 12;
    steps(b.run, 12);
    lode_run *branch = NULL;
    assert_int_equal(lode_run_branch(&branch, b.run, "again", b.diags), LODE_OK);
    steps(branch, 8);
    assert_near(right_side(branch, row, 12), 0.16 * before, 1e-6);
    assert_near(right_side(branch, row, 13), 0.488 * before, 1e-6);
    assert_true(right_side(branch, row, 19) > right_side(branch, row, 14));
    lode_run_free(branch);
    close_bench(&b);
}

static void test_announcement_moves_expectations_once(void **state) {
    (void)state;
    bench b = open_bench(WORLD, "tests/scenarios/licences_delay.yaml");
    steps(b.run, 1);
    int32_t site = lode_network_site(b.run->network, 0, lode_idmap_get(b.world->region_ids, "JPN"), -1);
    assert_near(b.run->record.expected_price[site], 2 * b.run->base->site_price[site], 1e-9);
    assert_near(b.run->state.hoard[site], 1 + 0.5 * 0.89, 1e-9);
    close_bench(&b);
}

static void test_ban_leaves_the_free_share(void **state) {
    (void)state;
    bench b = open_bench(WORLD, "tests/scenarios/ban.yaml");
    int32_t link = arc_of(b.world, "CHN", "JPN");
    steps(b.run, 10);
    double before = flow_of(b.run, link, 1);
    assert_near(flow_of(b.run, link, 4), 0.25 * before, 0.02);
    assert_true(flow_of(b.run, link, 8) > 0.5 * before); /* over in September */
    close_bench(&b);
}

static void test_quota_binds_the_sum(void **state) {
    (void)state;
    bench b = open_bench(WORLD, "tests/scenarios/quota.yaml");
    steps(b.run, 6);
    double sum = flow_of(b.run, arc_of(b.world, "CHN", "JPN"), 5) + flow_of(b.run, arc_of(b.world, "CHN", "USA"), 5);
    assert_near(sum, (240 + 12) / 12.0, 1e-6);
    assert_near(right_side(b.run, 0, 5), 21, 1e-9);
    close_bench(&b);
}

static double exports_of(const bench *b, int32_t period) {
    return flow_of(b->run, arc_of(b->world, "CHN", "JPN"), period) +
           flow_of(b->run, arc_of(b->world, "CHN", "USA"), period);
}

/* 900 t in January are more than anyone wants: what is left of them goes with the 30 t of July and lapses in December. In the second
 * year the batches are a group's own: 60 t over six months, then 30 t and what was left. What leaks comes first and is no part of the books. */
static void test_quota_keeps_books(void **state) {
    (void)state;
    bench b = open_bench(WORLD, "tests/scenarios/export_quota.yaml");
    double leak =
        0.05 *
        (b.run->base->arc_flow[arc_of(b.world, "CHN", "JPN")] + b.run->base->arc_flow[arc_of(b.world, "CHN", "USA")]) /
        12;
    steps(b.run, 20);
    assert_near(right_side(b.run, 0, 0), 900 / 6.0 + leak, 1e-9);
    double used = 0;
    for (int32_t month = 0; month < 6; month++) {
        assert_true(exports_of(&b, month) < right_side(b.run, 0, month) - 1);
        used += fmax(0, exports_of(&b, month) - leak);
    }
    assert_near(right_side(b.run, 0, 6), (930 - used) / 6 + leak, 1e-9);
    assert_true(right_side(b.run, 0, 12) > 1e6);
    assert_near(right_side(b.run, 1, 12), 10 + leak, 1e-9);
    assert_near(exports_of(&b, 12), 10 + leak, 1e-6);
    assert_near(right_side(b.run, 1, 18), 5 + leak, 1e-5);
    assert_true(lode_run_price(b.run, "dy_oxide", "JPN", 13) > 1.3 * lode_run_price(b.run, "dy_oxide", "CHN", 13));
    close_bench(&b);
}

static void test_announcement_stays_where_it_is(void **state) {
    (void)state;
    bench b = open_bench(WORLD, "tests/scenarios/export_quota.yaml");
    steps(b.run, 1);
    int32_t inside = lode_network_site(b.run->network, 0, lode_idmap_get(b.world->region_ids, "CHN"), -1),
            outside = lode_network_site(b.run->network, 0, lode_idmap_get(b.world->region_ids, "JPN"), -1);
    assert_near(b.run->record.expected_price[inside], 2 * b.run->base->site_price[inside], 1e-9);
    assert_near(b.run->state.hoard[inside], 1 + 0.5 * 0.89, 1e-9);
    assert_near(b.run->record.expected_price[outside], b.run->base->site_price[outside], 1e-9);
    assert_near(b.run->state.hoard[outside], 1, 1e-9);
    close_bench(&b);
}

/* The largest outside is the plant with 240 t a year in JPN, also where others are idle or not built. */
static void test_outage_finds_the_largest(void **state) {
    (void)state;
    bench b = open_bench(WORLD, "tests/scenarios/calm.yaml");
    steps(b.run, 6);
    lode_run *branch = NULL;
    assert_int_equal(lode_run_branch(&branch, b.run, "outage", b.diags), LODE_OK);
    steps(branch, 4);
    int32_t plant = lode_idmap_get(b.world->asset_ids, "jpn_plant");
    const lode_record *r = lode_run_record(branch);
    assert_true(r->asset_capacity[(size_t)5 * (size_t)r->assets + (size_t)plant] > 0);
    assert_true(r->asset_capacity[(size_t)6 * (size_t)r->assets + (size_t)plant] == 0);
    assert_true(r->asset_capacity[(size_t)9 * (size_t)r->assets + (size_t)plant] > 0);
    lode_run_free(branch);
    close_bench(&b);
}

/* ---- scenarios ---- */

static void test_hits(void **state) {
    (void)state;
    bench b = open_bench(WORLD, "tests/scenarios/calm.yaml");
    const lode_battery_entry *shut = &b.scenario->battery[lode_scenario_shock(b.scenario, "shut")];
    const lode_battery_entry *outage = &b.scenario->battery[lode_scenario_shock(b.scenario, "outage")];
    assert_int_equal(shut->hits.count, 1);
    assert_int_equal(outage->hits.count, 2); /* the allied ones */
    assert_int_equal(lode_scenario_periods(b.scenario), 36);
    assert_int_equal(shut->start, lode_day_from(2024, 7, 1));
    close_bench(&b);
}

static bool found(const lode_diags *diags, lode_code code, int line, const char *fix) {
    for (size_t i = 0; i < lode_diags_count(diags); i++) {
        const lode_diag *d = lode_diags_get(diags, i);
        if (d->code == code && d->line == line && strstr(d->fix, fix)) {
            return true;
        }
    }
    return false;
}

/* {first 0.1, last 0.5, months 2.5}: 0.1, 0.26, 0.42, then 0.5 for good. */
static void test_rules_may_be_straight_lines(void **state) {
    (void)state;
    bench b = open_bench(WORLD, "tests/scenarios/licences_line.yaml");
    const lode_export_control_own *own = b.scenario->instruments[0]->own;
    const lode_series *decided = &lode_control_groups(own)[0].rules.decided;
    assert_near(lode_series_at(decided, 0, 9), 0.1, 1e-12);
    assert_near(lode_series_at(decided, 1, 9), 0.26, 1e-12);
    assert_near(lode_series_at(decided, 2, 9), 0.42, 1e-12);
    assert_near(lode_series_at(decided, 3, 9), 0.5, 1e-12);
    assert_near(lode_series_at(decided, 30, 9), 0.5, 1e-12);
    assert_near(own->refill, 0.125, 1e-12);
    assert_true(b.scenario->battery_count > 0); /* of the second parent */
    close_bench(&b);
}

/* A run that changes its scenario goes on from its past as if it had always lived there. */
static void test_a_run_may_live_on_under_other_numbers(void **state) {
    (void)state;
    bench b = open_bench(WORLD, "tests/scenarios/licences_delay.yaml");
    const char *path = "shocks.control.groups.dysprosium.decided";
    const double quick = 0.9, same = 0.5;
    const lode_scenario_numbers quicker = {1, &path, &quick}, equal = {1, &path, &same};
    lode_scenario *fast = NULL, *slow = NULL;
    lode_run *fast_run = NULL, *slow_run = NULL;
    assert_int_equal(lode_scenario_open_with(&fast, b.scenario->world, b.scenario->path, &quicker, b.diags), LODE_OK);
    assert_int_equal(lode_scenario_open_with(&slow, b.scenario->world, b.scenario->path, &equal, b.diags), LODE_OK);
    steps(b.run, 3);
    assert_int_equal(lode_run_under(&fast_run, b.run, fast), LODE_OK);
    assert_int_equal(lode_run_under(&slow_run, b.run, slow), LODE_OK);
    steps(b.run, 3);
    steps(fast_run, 3);
    steps(slow_run, 3);
    int32_t arc = arc_of(b.world, "CHN", "JPN");
    assert_near(flow_of(slow_run, arc, 5), flow_of(b.run, arc, 5), 1e-12);
    assert_near(flow_of(fast_run, arc, 2), flow_of(b.run, arc, 2), 1e-12);
    assert_true(flow_of(fast_run, arc, 3) > 1.05 * flow_of(b.run, arc, 3));
    lode_run_free(fast_run);
    lode_run_free(slow_run);
    lode_scenario_free(fast);
    lode_scenario_free(slow);
    close_bench(&b);
}

/* All findings of a pass, each with its place and the nearest name. */
static void test_wrong_scenario(void **state) {
    (void)state;
    lode_diags *diags = lode_diags_new();
    lode_world *world = NULL;
    lode_scenario *scenario = NULL;
    assert_int_equal(lode_world_open(&world, WORLD, diags), LODE_OK);
    assert_int_not_equal(lode_scenario_open(&scenario, world, "tests/scenarios/wrong.yaml", diags), LODE_OK);
    assert_null(scenario);
    assert_true(found(diags, LODE_UNKNOWN_ID, 5, "export_control"));
    assert_true(found(diags, LODE_UNKNOWN_KEY, 8, "from"));
    assert_true(found(diags, LODE_UNKNOWN_ID, 9, "CHN"));
    assert_true(found(diags, LODE_BAD_RANGE, 10, "at most 1"));
    assert_true(found(diags, LODE_BAD_RANGE, 11, "later"));
    assert_true(found(diags, LODE_DUPLICATE, 11, "another"));
    assert_true(found(diags, LODE_UNKNOWN_ID, 16, "earlier entry"));
    lode_world_free(world);
    lode_diags_free(diags);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_queue_by_hand),
        cmocka_unit_test(test_queue_expires),
        cmocka_unit_test(test_delay_returns_to_full_flow),
        cmocka_unit_test(test_licence_rows_follow_the_queue),
        cmocka_unit_test(test_only_refusals_last),
        cmocka_unit_test(test_restart_empties_the_queue),
        cmocka_unit_test(test_announcement_moves_expectations_once),
        cmocka_unit_test(test_ban_leaves_the_free_share),
        cmocka_unit_test(test_quota_binds_the_sum),
        cmocka_unit_test(test_quota_keeps_books),
        cmocka_unit_test(test_announcement_stays_where_it_is),
        cmocka_unit_test(test_outage_finds_the_largest),
        cmocka_unit_test(test_hits),
        cmocka_unit_test(test_rules_may_be_straight_lines),
        cmocka_unit_test(test_a_run_may_live_on_under_other_numbers),
        cmocka_unit_test(test_wrong_scenario),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
