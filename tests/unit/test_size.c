/* How large a stockpile must be, by hand.
 *
 * cut_off: users of metal pay 110 - q (t a year) for radar; the metal comes for 35 from the region that cuts off, or from a plant of 24 t a
 * year outside that takes 1.25 t of its oxide, 20 USD/kg: 75 t a year are used, 6.25 a month, and nobody holds a stock. Cut off, nothing is
 * served. So for N months N x 0.95 x 6.25 t are needed, less what others supply: nothing. The plant turns 2.5 t of oxide into 2 t a month,
 * for 25 USD/kg of metal instead of 35. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "insight/size.h"
#include "unit/bench.h"

#define WORLD "tests/worlds/cut_off"

static void about(double is, double should) {
    if (!(fabs(is - should) <= 2e-3 * fabs(should))) {
        fail_msg("is %.12g, should be about %.12g", is, should);
    }
}

typedef struct {
    bench b;
    lode_run *shock;
    lode_sizing *sizing;
    bool regions[2];
} sized;

static void open_sized(sized *s, int32_t months, bool outside) {
    *s = (sized){.b = open_bench(WORLD, WORLD "/today.yaml"), .regions = {!outside, outside}};
    steps(s->b.run, 3);
    assert_int_equal(lode_run_branch(&s->shock, s->b.run, "shut", s->b.diags), LODE_OK);
    steps(s->b.run, months);
    steps(s->shock, months);
    const lode_size_spec spec = {
        .first = 3, .end = 3 + months, .uses = {[LODE_USE_DEFENCE] = true}, .regions = s->regions};
    assert_int_equal(lode_sizing_new(&s->sizing, s->shock, s->b.run, &spec), LODE_OK);
}

static void close_sized(sized *s) {
    lode_sizing_free(s->sizing);
    lode_run_free(s->shock);
    close_bench(&s->b);
}

static double tonnes(const sized *s, const lode_size_mix *mix, const char *good) {
    double t = 0;
    for (int32_t i = 0; i < mix->count; i++) {
        t += mix->forms[i].commodity == lode_idmap_get(s->b.world->commodity_ids, good) ? mix->forms[i].t : 0;
    }
    return t;
}

static lode_size_mix solve(sized *s, lode_stage stage, double part) {
    lode_size_mix mix;
    assert_int_equal(lode_sizing_solve(&mix, s->sizing, stage, part), LODE_OK);
    return mix;
}

/* Six months: 35.625 t of metal. The plant makes 12 of them of 15 t of oxide, for 0.3 million; the other 23.625 t cost 35. */
static void test_need_by_hand(void **state) {
    (void)state;
    sized s;
    open_sized(&s, 6, true);
    assert_int_equal(lode_sizing_user_count(s.sizing), 1);
    about(lode_sizing_users(s.sizing)[0].need_t, 6 * 0.95 * 6.25);
    about(lode_sizing_value_musd(s.sizing), 35.625 * 200 / 1000);
    lode_size_mix mix = solve(&s, LODE_STAGE_COUNT, 1);
    about(mix.share, 1);
    about(tonnes(&s, &mix, "dy_oxide"), 15);
    about(tonnes(&s, &mix, "dy_metal"), 23.625);
    about(mix.musd, 0.3 + 23.625 * 35 / 1000);
    lode_size_mix_release(&mix);
    close_sized(&s);
}

/* A quarter of 35.625 t is made of oxide alone, 1.25 t of it for each; half takes all the plant can do and 5.8125 t of metal. */
static void test_cost_curve(void **state) {
    (void)state;
    sized s;
    open_sized(&s, 6, true);
    lode_size_mix quarter = solve(&s, LODE_STAGE_COUNT, 0.25), half = solve(&s, LODE_STAGE_COUNT, 0.5);
    about(quarter.musd, 0.25 * 35.625 * 1.25 * 20 / 1000);
    about(tonnes(&s, &half, "dy_metal"), 0.5 * 35.625 - 12);
    about(half.musd, 0.3 + 5.8125 * 35 / 1000);
    lode_size_mix_release(&quarter);
    lode_size_mix_release(&half);
    close_sized(&s);
}

/* However much oxide is held, the plant makes 2 t a month of it: 12 of 35.625 t. Metal needs no plant. */
static void test_usable_cover(void **state) {
    (void)state;
    sized s;
    open_sized(&s, 6, true);
    lode_size_mix oxide = solve(&s, LODE_STAGE_HEAVY_SEPARATION, 1), metal = solve(&s, LODE_STAGE_METAL, 1);
    about(oxide.share, 12 / 35.625);
    about(tonnes(&s, &oxide, "dy_oxide"), 15);
    about(metal.share, 1);
    about(tonnes(&s, &metal, "dy_metal"), 35.625);
    assert_false(lode_sizing_stores(s.sizing, LODE_STAGE_MAGNET));
    lode_size_mix_release(&oxide);
    lode_size_mix_release(&metal);
    close_sized(&s);
}

static double served_in(const lode_run *run, int32_t period) {
    return lode_run_record(run)->line_served[period];
}

/* A stockpile of that size, sold at 1.05 times the calm price: users take 110 - 36.75 t a year, 97.7% of 75, and it lasts for 35.625 / (73.25
 * / 12) = 5.8 months. Nobody is short in the first five, and without it nobody is served at all. */
static void test_what_was_sized_lasts(void **state) {
    (void)state;
    bench b = open_bench(WORLD, "tests/scenarios/stockpile/sized.yaml");
    lode_run *shock = NULL;
    steps(b.run, 3);
    assert_int_equal(lode_run_branch(&shock, b.run, "shut", b.diags), LODE_OK);
    steps(shock, 7);
    for (int32_t p = 3; p < 8; p++) {
        about(served_in(shock, p), 73.25 / 12);
    }
    assert_true(served_in(shock, 8) > 0.7 * 6.25);
    assert_true(served_in(shock, 9) < 0.01);
    lode_run_free(shock);
    close_bench(&b);
}

/* Need grows with the months; users who are not asked for need nothing. */
static void test_months_and_regions(void **state) {
    (void)state;
    sized s;
    open_sized(&s, 2, true);
    about(lode_sizing_users(s.sizing)[0].need_t, 2 * 0.95 * 6.25);
    close_sized(&s);
    open_sized(&s, 2, false);
    assert_int_equal(lode_sizing_user_count(s.sizing), 0);
    close_sized(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_need_by_hand),         cmocka_unit_test(test_cost_curve),
        cmocka_unit_test(test_usable_cover),         cmocka_unit_test(test_months_and_regions),
        cmocka_unit_test(test_what_was_sized_lasts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
