/* Repeal, rumour, retaliation and flood on a world of straight lines (tests/worlds/dumping). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/bench.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/price.h"
#include "policy/flood.h"
#include "sim/run.h"

#define WORLD "tests/worlds/dumping"

static void assert_near(double is, double should, double absolute) {
    if (!(fabs(is - should) <= absolute)) {
        print_error("is %.12g, should be %.12g\n", is, should);
        fail();
    }
}

/* A branch of `shock` from the first day, stepped. */
static lode_run *branch(const bench *b, const char *shock, int periods) {
    lode_run *run = NULL;
    assert_int_equal(lode_run_branch(&run, b->run, shock, b->diags), LODE_OK);
    steps(run, periods);
    return run;
}

static int32_t arc_of(const lode_world *w, const char *commodity, const char *to) {
    int32_t c = lode_idmap_get(w->commodity_ids, commodity), r = lode_idmap_get(w->region_ids, to);
    for (int32_t a = 0; a < w->arc_count; a++) {
        if (w->arcs[a].commodity == c && w->arcs[a].to == r) {
            return a;
        }
    }
    fail();
    return -1;
}

static double flow_of(const lode_run *run, int32_t arc, int32_t period) {
    const lode_record *r = lode_run_record(run);
    return lode_arc_total(&r->arc_flow[((size_t)period * (size_t)r->arcs + (size_t)arc) * LODE_CHANNEL_COUNT]);
}

static double subsidy_of(const lode_run *run, int32_t arc, int32_t period) {
    const lode_record *r = lode_run_record(run);
    return -r->arc_export[(size_t)period * (size_t)r->arcs + (size_t)arc];
}

static double fob_of(const lode_run *run, const char *commodity, int32_t period) {
    lode_view view;
    double rents[64 * LODE_CHANNEL_COUNT];
    assert_int_equal(lode_view_open(&view, run), LODE_OK);
    lode_price_rents(rents, &view, period);
    double fob = lode_price_fob(&view, rents, lode_idmap_get(run->world->commodity_ids, commodity), period);
    lode_view_close(&view);
    return fob;
}

static int64_t cents_of(const lode_run *run, int32_t period) {
    int64_t cents = 0;
    for (int32_t e = 0; e < run->ledger.count; e++) {
        cents += run->ledger.entries[e].period == period ? run->ledger.entries[e].cents : 0;
    }
    return cents;
}

/* ---- flood ----
 *
 * Oxide, a year: supply Q = 60 (p - 20) up to 2,400 t, at home 1,000 - 10 p, in JPN 1,300 - 10 (p + 10 - s).
 *   without: 60 p - 1,200 = 2,200 - 20 p, p = 42.5; exports 775, made 1,350, idle 1,050: exports may reach 1,825
 *   with s:  80 p = 3,400 + 10 s, border price p - s = 42.5 - 7/8 s: half of it at s = 24.2857, p = 45.5357, exports 987.5
 * Powder is the same market with a plant of 1,400 t whose cost reaches 43.33: idle 50, exports up to 825, so
 *   JPN pays (1,300 - 825) / 10 = 47.5, the border price is 37.5, p = 3,025 / 70 = 43.2143 and s no more than 5.7143.
 * The search stops within 2% of the price before, 0.85. */

static void test_flood_halves_the_price_where_capacity_allows(void **state) {
    (void)state;
    bench b = open_bench(WORLD, "tests/scenarios/flood.yaml");
    lode_run *run = branch(&b, "half", 10);
    int32_t link = arc_of(b.world, "oxide", "JPN");
    assert_near(fob_of(run, "oxide", 1), 42.5, 0.05);
    for (int32_t month = 2; month < 8; month++) {
        assert_near(fob_of(run, "oxide", month), 21.25, 0.86);
        assert_near(subsidy_of(run, link, month), 24.2857, 1);
        assert_near(flow_of(run, link, month), 987.5 / 12, 0.8);
        assert_near(lode_run_price(run, "oxide", "CHN", month), 45.5357, 0.13);
    }
    assert_near(fob_of(run, "oxide", 8), 42.5, 0.05); /* over in September */
    assert_near(subsidy_of(run, link, 8), 0, 0);
    lode_run_free(run);
    close_bench(&b);
}

static void test_flood_goes_no_further_than_idle_plants(void **state) {
    (void)state;
    bench b = open_bench(WORLD, "tests/scenarios/flood.yaml");
    lode_run *run = branch(&b, "half", 6);
    int32_t link = arc_of(b.world, "powder", "JPN");
    for (int32_t month = 2; month < 6; month++) {
        assert_near(fob_of(run, "powder", month), 37.5, 0.1);
        assert_near(lode_run_price(run, "powder", "JPN", month), 47.5, 0.05);
        assert_near(subsidy_of(run, link, month), 5.7143, 0.86);
        assert_near(flow_of(run, link, month), 825 / 12.0, 0.05);
    }
    lode_run_free(run);
    close_bench(&b);
}

/* JPN could sell what it gets for 31 to CHN at 45; it sold nothing there before, and does not now. */
static void test_flooded_goods_do_not_come_back(void **state) {
    (void)state;
    bench b = open_bench(WORLD, "tests/scenarios/flood.yaml");
    lode_run *run = branch(&b, "half", 6);
    assert_near(flow_of(run, arc_of(b.world, "oxide", "CHN"), 4), 0, 1e-5);
    lode_run_free(run);
    close_bench(&b);
}

static void test_flood_costs_subsidy_times_tonnes_to_the_cent(void **state) {
    (void)state;
    bench b = open_bench(WORLD, "tests/scenarios/flood.yaml");
    lode_run *run = branch(&b, "half", 9);
    int32_t oxide = arc_of(b.world, "oxide", "JPN"), powder = arc_of(b.world, "powder", "JPN");
    assert_int_equal(cents_of(run, 1), 0);
    for (int32_t month = 2; month < 8; month++) {
        double kusd = subsidy_of(run, oxide, month) * flow_of(run, oxide, month) +
                      subsidy_of(run, powder, month) * flow_of(run, powder, month);
        assert_int_equal(cents_of(run, month), llround(kusd * 1e5));
    }
    assert_int_equal(cents_of(run, 8), 0);
    lode_party incumbent = {LODE_PARTY_INCUMBENT, lode_idmap_get(b.world->region_ids, "CHN")};
    assert_true(lode_ledger_balance(&run->ledger, incumbent, -2, 0, 9) < -1000000);
    lode_run_free(run);
    close_bench(&b);
}

/* 12 million a year are a million a month: s x exports / 12 = 1,000 with exports = 775 + 70/8 s. s = 13.5 gives 1,005, so a bit less. */
static void test_flood_is_limited_by_money(void **state) {
    (void)state;
    bench b = open_bench(WORLD, "tests/scenarios/flood.yaml");
    lode_run *run = branch(&b, "poor", 8);
    int32_t link = arc_of(b.world, "oxide", "JPN");
    int64_t sum = 0;
    for (int32_t month = 2; month < 8; month++) {
        sum += cents_of(run, month);
        assert_true(sum <= (month - 1) * INT64_C(100000000) + 1); /* what was not spent is left for later */
        assert_true(subsidy_of(run, link, month) < 14.5 && subsidy_of(run, link, month) > 12);
    }
    assert_true(sum > INT64_C(560000000));
    lode_run_free(run);
    run = branch(&b, "spent", 8); /* 3 million at nearly 2 a month: the second month is partial, then nothing */
    assert_true(cents_of(run, 2) > INT64_C(180000000));
    assert_true(cents_of(run, 2) + cents_of(run, 3) <= INT64_C(300000001));
    assert_true(cents_of(run, 2) + cents_of(run, 3) + cents_of(run, 4) > INT64_C(290000000));
    assert_true(cents_of(run, 6) < INT64_C(5000000));
    lode_run_free(run);
    close_bench(&b);
}

static const lode_flood_head *head_of(const lode_run *run, const char *id) {
    for (int32_t i = 0; i < run->plan->count; i++) {
        if (strcmp(run->plan->instruments[i]->common.id, id) == 0) {
            return (const lode_flood_head *)(const void *)((const char *)run->state.blob + run->plan->state_at[i]);
        }
    }
    fail();
    return NULL;
}

/* Committed outside: 240 + 24 + 100 t under construction, not the 100 t in permitting; wanted there 480 + 120 + 12: 0.595. In May 2024
 * what is wanted doubles, so 0.297, which is seen at the end of the month. */
static void test_flood_follows_its_thresholds(void **state) {
    (void)state;
    bench b = open_bench("tests/worlds/one_controller", "tests/scenarios/flood_threshold.yaml");
    steps(b.run, 1);
    assert_int_equal((int)head_of(b.run, "waits")->phase, LODE_FLOOD_WAITS);
    assert_int_equal((int)head_of(b.run, "begins")->phase, LODE_FLOOD_ON);
    steps(b.run, 2);
    assert_int_equal((int)head_of(b.run, "short")->phase, LODE_FLOOD_ON);
    steps(b.run, 1);
    assert_int_equal((int)head_of(b.run, "short")->phase, LODE_FLOOD_OVER);
    assert_int_equal((int)head_of(b.run, "begins")->phase, LODE_FLOOD_ON);
    assert_true(head_of(b.run, "begins")->spent > 0);
    assert_true(head_of(b.run, "waits")->spent == 0);
    steps(b.run, 2);
    assert_int_equal((int)head_of(b.run, "begins")->phase, LODE_FLOOD_WAITS);
    close_bench(&b);
}

/* ---- repeal ---- */

static int32_t index_of(const lode_run *run, const char *id) {
    for (int32_t i = 0; i < run->plan->count; i++) {
        if (strcmp(run->plan->instruments[i]->common.id, id) == 0) {
            return i;
        }
    }
    fail();
    return -1;
}

/* What the instruments added to the link to JPN in the last period. */
static double added(const bench *b, const lode_run *run) {
    return run->period->arc_adder[arc_of(b->world, "oxide", "JPN")];
}

/* Half of April lies before the 16th: each adds half of 8 in April and nothing in May. That `kept` is grandfathered does not help it: it
 * gives nothing to a plant. */
static void test_repeal_ends_on_its_day(void **state) {
    (void)state;
    bench b = open_bench(WORLD, "tests/scenarios/repeal.yaml");
    lode_run *run = branch(&b, "on_a_day", 3);
    assert_near(added(&b, run), 16, 1e-12);
    steps(run, 1);
    assert_near(added(&b, run), 4 + 4, 1e-12);
    steps(run, 1);
    assert_near(added(&b, run), 0, 1e-12);
    lode_day day = lode_day_from(2024, 4, 16);
    assert_int_equal(run->plan->last[index_of(run, "dear")], day);
    assert_int_equal(run->plan->last[index_of(run, "kept")], day);
    assert_int_equal(run->plan->closed[index_of(run, "kept")], LODE_FAR_DAY);
    assert_int_equal(b.run->plan->last[index_of(b.run, "dear")], LODE_FAR_DAY); /* the paired run knows nothing */
    lode_run_free(run);
    close_bench(&b);
}

/* JPN votes on 5 March and 5 November 2024; the shock is of 6 March. */
static void test_repeal_waits_for_the_election(void **state) {
    (void)state;
    bench b = open_bench(WORLD, "tests/scenarios/repeal.yaml");
    lode_run *run = branch(&b, "election", 12);
    int32_t dear = index_of(run, "dear");
    assert_int_equal(run->plan->last[dear], lode_day_from(2024, 11, 5));
    assert_int_equal(run->plan->known[dear], lode_day_from(2024, 11, 5));
    assert_near(added(&b, run), 8, 1e-12);
    int32_t japan = lode_idmap_get(b.world->region_ids, "JPN"), controller = lode_idmap_get(b.world->region_ids, "CHN");
    assert_int_equal(lode_next_election(b.world, japan, lode_day_from(2024, 3, 5)), lode_day_from(2024, 3, 5));
    assert_int_equal(lode_next_election(b.world, japan, lode_day_from(2024, 11, 6)), LODE_NO_DAY);
    assert_int_equal(lode_next_election(b.world, controller, 0), LODE_NO_DAY);
    lode_run_free(run);
    close_bench(&b);
}

/* At 50 the plant makes what costs 50 at the margin: 60 (50 - 20) = 1,800 t a year; users take that at 2,200 - 20 p = 1,800, p = 20. So JPN
 * pays 30 x 1,800 / 12 = 4,500 thousand USD a month, as long as the floor stands. */
static void test_repeal_ends_a_floor(void **state) {
    (void)state;
    bench b = open_bench(WORLD, "tests/scenarios/repeal_floor.yaml");
    const char *shocks[] = {"spares", "ends", "others"};
    const bool stands[] = {true, false, true};
    int32_t payer = lode_idmap_get(b.world->region_ids, "JPN");
    for (int i = 0; i < 3; i++) {
        lode_run *run = branch(&b, shocks[i], 6);
        int32_t floor = index_of(run, "floor");
        assert_int_equal(run->plan->closed[floor], i == 0 ? lode_day_from(2024, 4, 16) : LODE_FAR_DAY);
        for (int32_t month = 0; month < 6; month++) {
            double paid = -1e-5 * (double)lode_ledger_balance(&run->ledger, (lode_party){LODE_PARTY_TREASURY, payer},
                                                              -2, month, month + 1);
            if (month != 3) {
                assert_near(paid, month < 3 || stands[i] ? 4500 : 0, 25);
            } else if (!stands[i]) {
                assert_true(paid > 0 && paid < 0.7 * 4500); /* half of April */
            }
        }
        lode_run_free(run);
    }
    close_bench(&b);
}

/* ---- who still has it, and who knows ---- */

static lode_code gives(const lode_instrument *it, const lode_policy_view *view, int32_t asset, lode_support_list *out) {
    lode_support support = {.kind = LODE_SUPPORT_GRANT, .instrument = view->index, .to = view->plan->last[view->index]};
    support.commodity = asset;
    support.legal_form = (lode_legal_form)it->common.legal_form;
    return lode_support_add(out, &support);
}

/* A plan of one support that a repeal closes or ends in March 2024, seen from February, March and April. Plant 0 is under construction
 * from March on, plant 1 is permitted only. */
static int32_t supports_seen(int month, int32_t asset, lode_day closed, lode_day last, lode_day *to) {
    static const lode_instrument_type type = {.name = "given", .support = gives, .is_support = true};
    const lode_instrument it = {.type = &type, .last = lode_day_from(2030, 1, 1)};
    const lode_instrument *list[1] = {&it};
    lode_day known = last < it.last ? last : closed;
    lode_plan plan = {.count = 1, .instruments = list, .last = &last, .closed = &closed, .known = &known};
    lode_world world = {.asset_count = 2};
    const unsigned char status[] = {LODE_STATUS_PERMITTING,   LODE_STATUS_PERMITTING, /* end of January */
                                    LODE_STATUS_CONSTRUCTION, LODE_STATUS_PERMITTING, /* end of February */
                                    LODE_STATUS_CONSTRUCTION, LODE_STATUS_CONSTRUCTION};
    lode_policy_view view = {.world = &world,
                             .plan = &plan,
                             .day = lode_day_from(2024, month, 1),
                             .next_day = lode_day_from(2024, month + 1, 1),
                             .months = 1,
                             .period_index = month - 1,
                             .status_before = status};
    lode_support_list supports = {0};
    assert_int_equal(lode_plan_supports(&plan, &view, asset, &supports), LODE_OK);
    int32_t count = supports.count;
    *to = count > 0 ? supports.items[0].to : LODE_NO_DAY;
    free(supports.items);
    return count;
}

static void test_who_had_it_keeps_it(void **state) {
    (void)state;
    const lode_day march = lode_day_from(2024, 3, 10), far = lode_day_from(2030, 1, 1);
    lode_day to;
    assert_int_equal(supports_seen(2, 1, march, far, &to), 1);
    assert_int_equal(supports_seen(4, 0, march, far, &to), 1);
    assert_int_equal(to, far);
    assert_int_equal(supports_seen(4, 1, march, far, &to), 0); /* began in March, after the opening of the period */
}

static void test_nobody_reckons_with_a_repeal_before_it_is_known(void **state) {
    (void)state;
    const lode_day march = lode_day_from(2024, 3, 10), far = lode_day_from(2030, 1, 1);
    lode_day to;
    assert_int_equal(supports_seen(2, 0, LODE_FAR_DAY, march, &to), 1);
    assert_int_equal(to, far);
    assert_int_equal(supports_seen(4, 0, LODE_FAR_DAY, march, &to), 1);
    assert_int_equal(to, march);
}

/* ---- rumour ---- */

/* From 16 March to 15 May: 16 of 31 days of March, all of April, 15 of 31 of May. */
static void test_rumour_lasts_as_long_as_it_lasts(void **state) {
    (void)state;
    bench b = open_bench(WORLD, "tests/scenarios/repeal.yaml");
    lode_run *run = branch(&b, "talk", 1);
    int32_t japan = lode_idmap_get(b.world->region_ids, "JPN"), other = lode_idmap_get(b.world->region_ids, "USA");
    const double share[] = {0, 0, 16 / 31.0, 1, 15 / 31.0, 0};
    for (int month = 0; month < 6; month++) {
        assert_near(run->wacc_add[japan], 0.02 * share[month], 1e-15);
        assert_near(run->wacc_add[other], 0, 0);
        steps(run, 1);
    }
    lode_run_free(run);
    close_bench(&b);
}

/* ---- retaliation ---- */

static void test_retaliation_comes_only_if_provoked(void **state) {
    (void)state;
    bench b = open_bench(WORLD, "tests/scenarios/repeal.yaml");
    int32_t link = arc_of(b.world, "oxide", "JPN");
    int32_t site = lode_network_site(b.run->network, 0, lode_idmap_get(b.world->region_ids, "JPN"), -1);
    const char *shocks[] = {"answered", "unprovoked", "too_late"};
    const bool comes[] = {true, false, false};
    for (int i = 0; i < 3; i++) {
        lode_run *run = branch(&b, shocks[i], 7);
        assert_true(flow_of(run, link, 2) > 10);
        assert_true((flow_of(run, link, 6) < 1e-3) == comes[i]);
        const lode_record *r = lode_run_record(run);
        double before = r->expected_price[(size_t)2 * (size_t)r->sites + (size_t)site],
               then = r->expected_price[(size_t)3 * (size_t)r->sites + (size_t)site];
        assert_true((then > 1.5 * before) == comes[i]); /* nor does what is never done announce itself */
        lode_run_free(run);
    }
    close_bench(&b);
}

/* ---- wrong scenarios ---- */

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
    assert_int_equal(lode_world_open(&world, WORLD, diags), LODE_OK);
    assert_int_not_equal(lode_scenario_open(&scenario, world, "tests/scenarios/credibility_wrong.yaml", diags),
                         LODE_OK);
    assert_true(found(diags, LODE_BAD_RANGE, 6, "horizon"));
    assert_true(found(diags, LODE_UNKNOWN_ID, 7, "dear"));
    assert_true(found(diags, LODE_CONFLICT, 8, "months"));
    assert_true(found(diags, LODE_MISSING_VALUE, 9, "commodities"));
    assert_true(found(diags, LODE_CONFLICT, 10, "stop_below"));
    assert_true(found(diags, LODE_MISSING_VALUE, 11, "when"));
    assert_true(found(diags, LODE_UNKNOWN_ID, 12, "freight"));
    assert_true(found(diags, LODE_BAD_RANGE, 13, "horizon"));
    assert_true(found(diags, LODE_NOT_FOUND, 14, "elections"));
    assert_false(found(diags, LODE_BAD_RANGE, 20, "horizon")); /* nobody asks for that shock here */
    lode_world_free(world);
    lode_diags_free(diags);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flood_halves_the_price_where_capacity_allows),
        cmocka_unit_test(test_flood_goes_no_further_than_idle_plants),
        cmocka_unit_test(test_flooded_goods_do_not_come_back),
        cmocka_unit_test(test_flood_costs_subsidy_times_tonnes_to_the_cent),
        cmocka_unit_test(test_flood_is_limited_by_money),
        cmocka_unit_test(test_flood_follows_its_thresholds),
        cmocka_unit_test(test_repeal_ends_on_its_day),
        cmocka_unit_test(test_repeal_waits_for_the_election),
        cmocka_unit_test(test_repeal_ends_a_floor),
        cmocka_unit_test(test_who_had_it_keeps_it),
        cmocka_unit_test(test_nobody_reckons_with_a_repeal_before_it_is_known),
        cmocka_unit_test(test_rumour_lasts_as_long_as_it_lasts),
        cmocka_unit_test(test_retaliation_comes_only_if_provoked),
        cmocka_unit_test(test_wrong_scenario),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
