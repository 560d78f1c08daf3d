/* A stockpile by hand: its books, and its trade and money on a world of one good.
 *
 * one_store: users pay 110 - q, a plant asks 10 + q (t a year): 50 t at 60 USD/kg. A tonne more a year that somebody takes moves the price
 * by 0.5; the calm price stands still (a_slow 0), and money is worth the same all the time. Thousand USD are t x USD/kg. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "policy/stockpile.h"
#include "sim/run.h"
#include "unit/bench.h"

#define WORLD "tests/worlds/one_store"
#define CASES "tests/scenarios/stockpile/"

static void near(double is, double should, double error) {
    if (!(fabs(is - should) <= error)) {
        fail_msg("is %.12g, should be %.12g within %g", is, should, error);
    }
}

/* A run finds prices to a thousandth; what moves them by a thousandth of 60 is 0.01 t a month. */
static void about(double is, double should) {
    near(is, should, 2e-3 * fmax(fabs(should), 1));
}

/* ---- the books ---- */

/* The example of stock_book.h. */
static void test_books(void **state) {
    (void)state;
    lode_stock_book b = {.held = {100, 0}, .cost = 50};
    const double more[] = {15, 5}, back[] = {10, 0};
    lode_stock_buy(&b, more, 80, 2);
    near(b.cost, 55, 1e-12);
    near(lode_stock_held(&b), 100, 1e-12);
    near(lode_stock_coming(&b), 20, 1e-12);
    near(lode_stock_gap(&b, 150), 30, 1e-12);
    lode_stock_deliver(&b);
    near(lode_stock_held(&b), 100, 1e-12);
    lode_stock_deliver(&b);
    near(b.held[LODE_STOCK_CLEAN], 115, 1e-12);
    near(b.held[LODE_STOCK_COVERED], 5, 1e-12);
    lode_stock_draw(&b, LODE_STOCK_COVERED, 30); /* 25 t of it are taken from the other sort */
    near(b.held[LODE_STOCK_CLEAN], 90, 1e-12);
    near(b.held[LODE_STOCK_COVERED], 0, 1e-12);
    lode_stock_owe(&b, 30, 90, 3);
    near(lode_stock_due(&b, 1), 10, 1e-12);
    lode_stock_buy(&b, back, 90, 0);
    lode_stock_return(&b, 10);
    b.due_months -= 1;
    near(lode_stock_due(&b, 1), 10, 1e-12);
    near(b.cost, (90 * 55 + 10 * 90) / 100.0, 1e-12);
    lode_stock_rotate(&b, 50, 67.5);
    near(b.cost, (58.5 + 67.5) / 2, 1e-12);
}

/* Of 10 t all count at a share of 0.3: 7 and 3, whatever the sorts were. */
static void test_split(void **state) {
    (void)state;
    lode_stock_book b = {.held = {0, 10}, .coming = {{4, 0}}};
    lode_stock_split(&b, 0.3);
    near(b.held[LODE_STOCK_CLEAN], 7, 1e-12);
    near(b.coming[0][LODE_STOCK_COVERED], 1.2, 1e-12);
}

/* Half of the way in a month: from 60 to 66 it is 63. From 99% of the trigger on it stands still and the call is counted. */
static void test_calm_price(void **state) {
    (void)state;
    lode_stock_book b = {.reference = 60};
    lode_stock_follow(&b, 66, 100, 0.5, 1);
    near(b.reference, 63, 1e-12);
    lode_stock_follow(&b, 99.5, 100, 0.5, 1);
    lode_stock_follow(&b, 200, 100, 0.5, 1);
    near(b.reference, 63, 1e-12);
    near(b.called_months, 2, 1e-12);
    lode_stock_follow(&b, 67, 100, 0.5, 2);
    near(b.reference, 66, 1e-12);
    near(b.called_months, 0, 1e-12);
}

/* 50 missing are drawn; of 70 that come in 50 pay the loan back, and 20 stay; a grant is not paid back, and is used before the next. */
static void test_cash(void **state) {
    (void)state;
    lode_stock_cash loan = {0}, grant = {0};
    assert_int_equal(lode_stock_balance(&loan, -50, true), 50);
    assert_int_equal(lode_stock_left(&loan, 120), 70);
    assert_int_equal(lode_stock_balance(&loan, 70, true), -50);
    assert_int_equal(loan.cash, 20);
    assert_int_equal(loan.principal, 0);
    assert_int_equal(lode_stock_left(&loan, 120), 140);
    assert_int_equal(lode_stock_balance(&grant, -50, false), 50);
    assert_int_equal(lode_stock_balance(&grant, 70, false), 0);
    assert_int_equal(lode_stock_balance(&grant, -80, false), 10);
    assert_int_equal(lode_stock_left(&grant, 120), 60);
}

/* ---- on the world ---- */

static const lode_stock_book *book_of(const bench *b) {
    return lode_stockpile_books(b->run->plan->instruments[0], b->run->state.blob);
}

/* kUSD that its first stockpile paid (< 0) or got for something in a month, or in all (-1). */
static double money(const bench *b, lode_money_kind kind, int32_t period) {
    double sum = 0;
    for (int32_t i = 0; i < b->run->ledger.count; i++) {
        const lode_ledger_entry *e = &b->run->ledger.entries[i];
        if (e->kind == kind && (period < 0 || e->period == period)) {
            sum += (e->to.kind == LODE_PARTY_HOLDER ? 1 : -1) * (double)e->cents / 1e5;
        }
    }
    return sum;
}

/* What the ledger says that the holder has is what its books say, to the cent. */
static void closes(const bench *b) {
    const lode_party holder = {LODE_PARTY_HOLDER, 0};
    const lode_stock_cash *cash = lode_stockpile_cash(b->run->plan->instruments[0], b->run->state.blob);
    assert_int_equal(lode_ledger_balance(&b->run->ledger, holder, 0, 0, b->run->done), cash->cash);
    const lode_party treasury = {LODE_PARTY_TREASURY, 0};
    int64_t interest = (int64_t)llround(-money(b, LODE_MONEY_INTEREST, -1) * 1e5);
    assert_int_equal(-lode_ledger_balance(&b->run->ledger, treasury, 0, 0, b->run->done) + interest, cash->drawn);
}

static double price_of(const bench *b, int32_t period) {
    return lode_run_price(b->run, "good", "a", period);
}

/* 12 t in 12 months: a tonne a month, 12 t a year, at 60 + 6. Then it is full, and the price is what it was. */
static void test_fill(void **state) {
    (void)state;
    bench b = open_bench(WORLD, CASES "fill.yaml");
    steps(b.run, 1);
    about(price_of(&b, 0), 66);
    near(lode_stock_held(book_of(&b)), 1, 1e-9);
    about(money(&b, LODE_MONEY_PURCHASE, 0), -66);
    about(money(&b, LODE_MONEY_GRANT, 0), 66);
    steps(b.run, 11);
    about(book_of(&b)->cost, 66);
    steps(b.run, 6);
    about(lode_stock_held(book_of(&b)), 12);
    about(price_of(&b, 17), 60);
    about(money(&b, LODE_MONEY_PURCHASE, 13), 0);
    closes(&b);
    close_bench(&b);
}

/* At most 63 USD/kg are 6 t a year. Two months pass from a purchase to the store. Each month's loan: half a tonne at 63, and a hundredth of
 * what is owed already. */
static void test_cap(void **state) {
    (void)state;
    bench b = open_bench(WORLD, CASES "cap.yaml");
    steps(b.run, 2);
    about(price_of(&b, 1), 63);
    near(lode_stock_held(book_of(&b)), 0, 1e-12);
    near(lode_stock_coming(book_of(&b)), 1, 0.02);
    steps(b.run, 1);
    near(lode_stock_held(book_of(&b)), 0.5, 0.02);
    near(lode_stock_coming(book_of(&b)), 1, 0.02);
    double first = money(&b, LODE_MONEY_LOAN, 0);
    near(first, 31.5, 0.5);
    near(money(&b, LODE_MONEY_INTEREST, 1), -0.01 * first, 6e-6);
    near(money(&b, LODE_MONEY_LOAN, 1), -money(&b, LODE_MONEY_PURCHASE, 1) + 0.01 * first, 6e-6);
    near(money(&b, LODE_MONEY_INTEREST, 2), -0.01 * (first + money(&b, LODE_MONEY_LOAN, 1)), 6e-6);
    closes(&b);
    close_bench(&b);
}

/* 110 - p + 650/p = p - 10: p = 65, and 10 t a year. */
static void test_yearly_budget(void **state) {
    (void)state;
    bench b = open_bench(WORLD, CASES "yearly.yaml");
    steps(b.run, 3);
    about(price_of(&b, 2), 65);
    about(lode_stock_held(book_of(&b)), 2.5);
    about(money(&b, LODE_MONEY_PURCHASE, -1), -162.5);
    close_bench(&b);
}

/* 66 of 100 are spent in the first month; the second has 34 = 408 a year: 110 - p + 408/p = p - 10, p = 30 + sqrt(1104) = 63.2265, so
 * 0.537754 t; then nothing is left, and only the store is paid: 1, then 1.537754 a month. */
static void test_empty_budget(void **state) {
    (void)state;
    bench b = open_bench(WORLD, CASES "budget.yaml");
    steps(b.run, 6);
    about(price_of(&b, 1), 30 + sqrt(1104));
    about(lode_stock_held(book_of(&b)), 1.537754);
    about(money(&b, LODE_MONEY_PURCHASE, -1), -100);
    assert_true(money(&b, LODE_MONEY_PURCHASE, -1) >= -100);
    near(money(&b, LODE_MONEY_STORAGE, 1), -1, 1e-5);
    about(money(&b, LODE_MONEY_GRANT, -1), 101 + 4 * 1.537754);
    about(price_of(&b, 5), 60);
    closes(&b);
    close_bench(&b);
}

/* With 30 t a year the plant asks 10 + 100 u: at 70 it makes 18 t, users take 40, so 22 a year are sold, 11/6 t a month, and 5.5 t in all.
 * A month after it is over they are brought back in four months: 1.375 t a month, 16.5 a year, at 60 + 8.25. Users get the 1.75 that
 * this is less than what they paid; the holder ends with what it began with. */
static void test_draw_and_buy_back(void **state) {
    (void)state;
    bench b = open_bench(WORLD, CASES "draw.yaml");
    steps(b.run, 2);
    near(lode_stock_held(book_of(&b)), 6, 1e-9);
    steps(b.run, 3);
    about(price_of(&b, 2), 70);
    about(price_of(&b, 4), 70);
    about(lode_stock_held(book_of(&b)), 0.5);
    about(book_of(&b)->owed, 5.5);
    about(money(&b, LODE_MONEY_SALE, 3), 70 * 11 / 6.0);
    steps(b.run, 1);
    about(price_of(&b, 5), 60);
    steps(b.run, 4);
    about(price_of(&b, 6), 68.25);
    about(price_of(&b, 9), 68.25);
    about(money(&b, LODE_MONEY_PURCHASE, 7), -1.375 * 68.25);
    near(money(&b, LODE_MONEY_RECOVERY, 7), -1.375 * 1.75, 0.1); /* 1.375 t x a thousandth of 70 */
    about(lode_stock_held(book_of(&b)), 6);
    about(book_of(&b)->cost, (0.5 * 60 + 5.5 * 70) / 6);
    steps(b.run, 2);
    about(price_of(&b, 11), 60);
    assert_true(lode_stockpile_cash(b.run->plan->instruments[0], b.run->state.blob)->cash <= 8); /* cents of rounding */
    near(money(&b, LODE_MONEY_LOAN, -1) + money(&b, LODE_MONEY_GRANT, -1), 0, 1e-4);
    closes(&b);
    close_bench(&b);
}

/* A tonne at 66, a fee of 3.3 on it; a 24th of 7 t turned over, sold a tenth below 66; 6 t stored for a month: 6, which users pay. */
static void test_rotation_storage_fee(void **state) {
    (void)state;
    bench b = open_bench(WORLD, CASES "keep.yaml");
    steps(b.run, 1);
    about(price_of(&b, 0), 66);
    about(money(&b, LODE_MONEY_SALE, 0), 0.9 * 66 * 7 / 24);
    about(money(&b, LODE_MONEY_PURCHASE, 0), -66 - 66.0 * 7 / 24);
    near(money(&b, LODE_MONEY_STORAGE, 0), -6, 1e-9);
    about(money(&b, LODE_MONEY_RECOVERY, 0), 9.3);
    about(money(&b, LODE_MONEY_GRANT, 0), 64.625);
    about(lode_stock_held(book_of(&b)), 7);
    about(book_of(&b)->cost, 427.5 / 7);
    steps(b.run, 5);
    closes(&b);
    close_bench(&b);
}

/* Declared in April, delivered from May on until the end of June: 3 t, then 1.5 t, at 60 - 18 and 60 - 9. */
static void test_declared_release(void **state) {
    (void)state;
    bench b = open_bench(WORLD, CASES "declared.yaml");
    steps(b.run, 9);
    about(price_of(&b, 3), 60);
    about(price_of(&b, 4), 42);
    about(price_of(&b, 5), 51);
    about(price_of(&b, 6), 60);
    about(money(&b, LODE_MONEY_SALE, -1), 3 * 42 + 1.5 * 51);
    near(lode_stock_held(book_of(&b)), 1.5, 0.02);
    closes(&b);
    close_bench(&b);
}

/* ---- what it does to others ---- */

/* Sum over a run's months of t that a plant made, or mean price of a good. */
static double made_by(const bench *b, const char *plant) {
    const lode_record *r = lode_run_record(b->run);
    int32_t mode = lode_asset_first_mode(b->world, lode_idmap_get(b->world->asset_ids, plant));
    double sum = 0;
    for (int32_t p = 0; p < r->periods; p++) {
        sum += r->mode_output[(size_t)p * (size_t)r->modes + (size_t)mode];
    }
    return sum;
}

static double mean_price(const bench *b, const char *good) {
    double sum = 0;
    for (int32_t p = 0; p < b->run->done; p++) {
        sum += lode_run_price(b->run, good, "a", p) / b->run->done;
    }
    return sum;
}

/* Brown and Eggert (2018): one ore, two oxides. Buying one for a stockpile raises its price and the ore that is dug, and lowers the price
 * of the other. */
static void test_brown_and_eggert(void **state) {
    (void)state;
    bench with = open_bench("tests/worlds/joint_store", CASES "ndpr.yaml"),
          without = open_bench("tests/worlds/joint_store", CASES "nothing.yaml");
    steps(with.run, 12);
    steps(without.run, 12);
    assert_true(lode_stock_held(book_of(&with)) > 10);
    assert_true(mean_price(&with, "ndpr_oxide") > 1.01 * mean_price(&without, "ndpr_oxide"));
    assert_true(made_by(&with, "hill_mine") > 1.005 * made_by(&without, "hill_mine"));
    assert_true(mean_price(&with, "ce_oxide") < 0.995 * mean_price(&without, "ce_oxide"));
    close_bench(&with);
    close_bench(&without);
}

static double private_stock(const bench *b, const char *region) {
    const lode_record *r = lode_run_record(b->run);
    int32_t site = lode_network_site(b->run->network, 0, lode_idmap_get(b->world->region_ids, region), -1);
    return r->stock[(size_t)(r->periods - 1) * (size_t)r->nodes +
                    (size_t)lode_network_sites(b->run->network)[site].first_node];
}

/* While it buys, the price is above what is expected and private holders keep less; together there is more. */
static void test_crowds_out_private_stock(void **state) {
    (void)state;
    bench with = open_bench("tests/worlds/one_controller", CASES "japan.yaml"),
          without = open_bench("tests/worlds/one_controller", CASES "nothing.yaml");
    steps(with.run, 6);
    steps(without.run, 6);
    double held = lode_stock_held(book_of(&with)),
           crowded = private_stock(&without, "JPN") - private_stock(&with, "JPN");
    assert_true(held > 10);
    assert_true(crowded > 0.01 * held && crowded < held);
    close_bench(&with);
    close_bench(&without);
}

/* 60 days of what is used in JPN and USA: 480 + 120 + 12 t a year at reference prices. */
static void test_days_of_normal_use(void **state) {
    (void)state;
    bench b = open_bench("tests/worlds/one_controller", CASES "japan.yaml");
    steps(b.run, 1);
    near(book_of(&b)->target, 612 * 60 / 365.0, 1e-9);
    close_bench(&b);
}

/* A branch goes on with the books of the run that it left. */
static void test_branch_keeps_books(void **state) {
    (void)state;
    bench b = open_bench("tests/worlds/one_controller", CASES "japan.yaml");
    steps(b.run, 6);
    lode_run *branch = NULL;
    assert_int_equal(lode_run_branch(&branch, b.run, "shut", b.diags), LODE_OK);
    const lode_stock_book *own = book_of(&b),
                          *copy = lode_stockpile_books(branch->plan->instruments[0], branch->state.blob);
    assert_memory_equal(own, copy, sizeof *own);
    double held = lode_stock_held(copy);
    steps(branch, 4);
    assert_true(lode_stock_held(lode_stockpile_books(branch->plan->instruments[0], branch->state.blob)) < held);
    for (int32_t p = 0; p < branch->done; p++) {
        assert_true(branch->record.element_error[(size_t)p * LODE_ELEMENT_COUNT + LODE_EL_Dy] < 1e-6);
    }
    lode_run_free(branch);
    close_bench(&b);
}

/* The six tonnes of stocks.csv are the stockpile's from its first day on, and count once; without one they are nobody's, and count too. */
static void test_government_stock_counts_once(void **state) {
    (void)state;
    bench draw = open_bench(WORLD, CASES "draw.yaml"), fill = open_bench(WORLD, CASES "fill.yaml");
    near(lode_government_stock_t(draw.run->plan, draw.run->state.blob, 0, 0), 6, 1e-12);
    steps(draw.run, 3);
    steps(fill.run, 3);
    near(lode_government_stock_t(draw.run->plan, draw.run->state.blob, 0, 0), lode_stock_held(book_of(&draw)), 1e-12);
    about(lode_stock_held(book_of(&draw)), 6 - 11 / 6.0);
    near(lode_government_stock_t(fill.run->plan, fill.run->state.blob, 0, 0), 6 + 3, 1e-6);
    close_bench(&draw);
    close_bench(&fill);
}

/* Two stockpiles that name the reserve: its six tonnes are the first one's. */
static void test_a_row_has_one_owner(void **state) {
    (void)state;
    bench b = open_bench(WORLD, CASES "twins.yaml");
    steps(b.run, 1);
    const lode_plan *plan = b.run->plan;
    const lode_stock_book *second =
        lode_stockpile_books(plan->instruments[1], (const char *)b.run->state.blob + plan->state_at[1]);
    near(lode_stock_held(book_of(&b)), 6, 1e-12);
    about(lode_stock_held(second), 0);
    about(lode_government_stock_t(plan, b.run->state.blob, 0, 0), 6);
    close_bench(&b);
}

/* t that users of a segment in USA got from a month on. */
static double served_to(const bench *b, const char *segment, int32_t from) {
    const lode_record *r = lode_run_record(b->run);
    const lode_demand_line *lines = lode_network_lines(b->run->network);
    double sum = 0;
    for (int32_t p = from; p < r->periods; p++) {
        for (int32_t l = 0; l < r->lines; l++) {
            bool mine = lines[l].segment == lode_idmap_get(b->world->segment_ids, segment);
            sum += mine ? r->line_served[(size_t)p * (size_t)r->lines + (size_t)l] : 0;
        }
    }
    return sum;
}

/* Magnets come from abroad until April and then no more: a tonne a month for radar and ten for motors. Six tonnes kept for defence go to
 * radar alone, those kept for whoever pays mostly to motors. */
static void test_kept_for_a_use(void **state) {
    (void)state;
    bench kept = open_bench("tests/worlds/two_uses", CASES "kept.yaml"),
          open = open_bench("tests/worlds/two_uses", CASES "open.yaml");
    steps(kept.run, 12);
    steps(open.run, 12);
    assert_true(lode_stock_held(book_of(&open)) < 0.01);
    double held = lode_stock_held(book_of(&kept));
    assert_true(served_to(&kept, "radar", 3) > served_to(&open, "radar", 3) + 1);
    assert_true(served_to(&kept, "motors", 3) < served_to(&open, "motors", 3) - (6 - held) / 2);
    const lode_party users = {LODE_PARTY_USERS, lode_idmap_get(kept.world->region_ids, "USA")};
    int64_t paid = -lode_ledger_balance(&kept.run->ledger, users, 0, 0, 12);
    assert_int_equal(paid, (int64_t)llround(money(&kept, LODE_MONEY_SALE, -1) * 1e5));
    assert_true(paid > 0);
    close_bench(&kept);
    close_bench(&open);
}

/* ---- what is wrong ---- */

static bool found(const lode_diags *diags, lode_code code, int line) {
    for (size_t i = 0; i < lode_diags_count(diags); i++) {
        const lode_diag *d = lode_diags_get(diags, i);
        if (d->code == code && d->line == line) {
            return true;
        }
    }
    return false;
}

static void test_wrong_terms(void **state) {
    (void)state;
    static const lode_code codes[] = {LODE_MISSING_VALUE, LODE_CONFLICT, LODE_MISSING_VALUE, LODE_BAD_RANGE,
                                      LODE_CONFLICT,      LODE_CONFLICT, LODE_CONFLICT,      LODE_CONFLICT,
                                      LODE_DUPLICATE,     LODE_CONFLICT, LODE_CONFLICT};
    lode_diags *diags = lode_diags_new();
    lode_world *world = NULL;
    lode_scenario *scenario = NULL;
    assert_int_equal(lode_world_open(&world, WORLD, diags), LODE_OK);
    assert_int_not_equal(lode_scenario_open(&scenario, world, CASES "wrong.yaml", diags), LODE_OK);
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        assert_true(found(diags, codes[i], 4 + (int)i));
    }
    assert_int_equal(lode_diags_error_count(diags), sizeof codes / sizeof codes[0]);
    lode_world_free(world);
    lode_diags_free(diags);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_books),
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_calm_price),
        cmocka_unit_test(test_cash),
        cmocka_unit_test(test_fill),
        cmocka_unit_test(test_cap),
        cmocka_unit_test(test_yearly_budget),
        cmocka_unit_test(test_empty_budget),
        cmocka_unit_test(test_draw_and_buy_back),
        cmocka_unit_test(test_rotation_storage_fee),
        cmocka_unit_test(test_declared_release),
        cmocka_unit_test(test_brown_and_eggert),
        cmocka_unit_test(test_crowds_out_private_stock),
        cmocka_unit_test(test_days_of_normal_use),
        cmocka_unit_test(test_branch_keeps_books),
        cmocka_unit_test(test_kept_for_a_use),
        cmocka_unit_test(test_government_stock_counts_once),
        cmocka_unit_test(test_a_row_has_one_owner),
        cmocka_unit_test(test_wrong_terms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
