/* Recycling mandate and ban on exports of scrap, by hand.
 *
 * scrap_trade: 120 t a year are used in a and about 60 in b, for five years; a tenth is collected. Recyclers make a tonne of 1.25 t of scrap,
 * at 20 USD/kg in a and at 10 in b, so that scrap of a (10 t a month come to their end: 1 t of it) goes to b for 1 USD/kg. New goods cost
 * 50. The run is shorter than the goods live, so that what comes back was sold before it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/run.h"
#include "unit/bench.h"

#define WORLD "tests/worlds/scrap_trade"
#define CASES "tests/scenarios/recycling/"

static void about(double is, double should) {
    if (!(fabs(is - should) <= 1e-3 * fmax(fabs(should), 1))) {
        fail_msg("is %.12g, should be about %.12g", is, should);
    }
}

/* t of goods that a recycler made in a month. */
static double made(const bench *b, const char *plant, int32_t period) {
    const lode_record *r = lode_run_record(b->run);
    int32_t mode = lode_asset_first_mode(b->world, lode_idmap_get(b->world->asset_ids, plant));
    return r->mode_output[(size_t)period * (size_t)r->modes + (size_t)mode];
}

/* kUSD that users of a paid to collectors in a month. */
static double paid(const bench *b, int32_t period) {
    double sum = 0;
    for (int32_t i = 0; i < b->run->ledger.count; i++) {
        const lode_ledger_entry *e = &b->run->ledger.entries[i];
        bool mine = e->period == period && e->from.kind == LODE_PARTY_USERS && e->to.kind == LODE_PARTY_SUPPLIERS;
        sum += mine ? (double)e->cents / 1e5 : 0;
    }
    return sum;
}

/* Half of it within two years from July 2024: in August 2025, 13.5 months later, 0.1 + 0.4 x 13.5 / 24 = 0.325, so 3.25 t and not 1 t, and
 * 2.25 x 2 thousand USD for the rest. From July 2026 on 5 t; from October 2026, when it ends, 1 t as before. What b collects is as it was. */
static void test_mandate(void **state) {
    (void)state;
    bench with = open_bench(WORLD, CASES "mandate.yaml"), without = open_bench(WORLD, CASES "nothing.yaml");
    steps(with.run, 36);
    steps(without.run, 36);
    double b_alone = made(&without, "abroad", 19) - 1 / 1.25;
    about(made(&with, "abroad", 5), made(&without, "abroad", 5));
    about(made(&with, "abroad", 19), b_alone + 3.25 / 1.25);
    about(paid(&with, 19), 4.5);
    about(made(&with, "abroad", 31), b_alone + 5 / 1.25);
    about(paid(&with, 31), 8);
    about(made(&with, "abroad", 33), b_alone + 1 / 1.25);
    about(paid(&with, 33), 0);
    assert_int_equal(without.run->ledger.count, 0);
    close_bench(&with);
    close_bench(&without);
}

/* Scrap of a leaves for b until the ban, and is recycled at home from then on; its price at home falls to (50 - 20) / 1.25. */
static void test_ban(void **state) {
    (void)state;
    bench b = open_bench(WORLD, CASES "ban.yaml");
    steps(b.run, 12);
    about(made(&b, "home", 2), 0);
    about(lode_run_price(b.run, "old_good", "a", 2), (51 - 10) / 1.25 - 1);
    about(made(&b, "home", 3), 1 / 1.25);
    about(lode_run_price(b.run, "old_good", "a", 3), 24);
    about(made(&b, "home", 2) + made(&b, "abroad", 2), made(&b, "home", 11) + made(&b, "abroad", 11));
    close_bench(&b);
}

static bool found(const lode_diags *diags, lode_code code, int line) {
    for (size_t i = 0; i < lode_diags_count(diags); i++) {
        const lode_diag *d = lode_diags_get(diags, i);
        if (d->code == code && d->line == line) {
            return true;
        }
    }
    return false;
}

static void test_wrong(void **state) {
    (void)state;
    static const lode_code codes[] = {LODE_MISSING_VALUE, LODE_CONFLICT, LODE_CONFLICT, LODE_NOT_FOUND};
    lode_diags *diags = lode_diags_new();
    lode_world *world = NULL;
    lode_scenario *scenario = NULL;
    assert_int_equal(lode_world_open(&world, WORLD, diags), LODE_OK);
    assert_int_not_equal(lode_scenario_open(&scenario, world, CASES "wrong.yaml", diags), LODE_OK);
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        assert_true(found(diags, codes[i], 4 + (int)i));
    }
    lode_world_free(world);
    lode_diags_free(diags);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mandate),
        cmocka_unit_test(test_ban),
        cmocka_unit_test(test_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
