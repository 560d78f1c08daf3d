/* Contracts with plants: their money by hand, what they do to the market, and what a contradiction is told.
 *
 * The world of tests/worlds/contracts. CHN makes NdPr oxide at 60 USD/kg and more than anyone wants; USA buys it for 62, freight included.
 * usa_plant's last kilogram costs 40 + 100 u, u its utilisation of 100 t a month: at 62 it makes 22 t. JPN trades with nobody: jpn_joint makes 2 kg of
 * cerium oxide with each of NdPr, at the same cost; NdPr is worth 100 - 0.1 q there, cerium 5 - 0.001 q, q in t a year. jpn_sm's last
 * kilogram costs 10 + 20 u; samarium is worth 30 - 0.02 q. A dollar of 2035 is worth 1/1.28 of one of 2024 and 2025. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/rng.h"
#include "policy/benchmark.h"
#include "policy/contract.h"
#include "policy/margin.h"
#include "policy/plant_books.h"
#include "sim/run.h"

#define WORLD "tests/worlds/contracts"

static void assert_near(double is, double should, double relative) {
    if (!(fabs(is - should) <= relative * fmax(1e-9, fabs(should)))) {
        print_error("is %.12g, should be %.12g\n", is, should);
        fail();
    }
}

/* A scenario of `policies` (the YAML below that key), in a file of its own. */
static void write_scenario(char *path, const char *from, const char *to, const char *policies) {
    strcpy(path, "/tmp/lodestone-contracts-XXXXXX");
    int file = mkstemp(path);
    assert_true(file >= 0);
    FILE *out = fdopen(file, "w");
    assert_non_null(out);
    fprintf(out, "name: contracts\nhorizon: {from: %s, to: %s, step: month}\npolicies:\n%s", from, to, policies);
    fclose(out);
}

static bench open_with(const char *from, const char *to, const char *policies) {
    char path[64];
    write_scenario(path, from, to, policies);
    bench b = open_bench(WORLD, path);
    unlink(path);
    return b;
}

static int32_t asset_of(const bench *b, const char *id) {
    int32_t found = lode_idmap_get(b->world->asset_ids, id);
    assert_true(found >= 0);
    return found;
}

/* Thousand USD of one kind that an instrument moved in periods first..end-1; a kind below 0: all that move. */
static double money(const bench *b, int32_t instrument, int kind, int32_t first, int32_t end) {
    int64_t sum = 0;
    for (int32_t i = 0; i < b->run->ledger.count; i++) {
        const lode_ledger_entry *e = &b->run->ledger.entries[i];
        bool counts = e->instrument == instrument && e->period >= first && e->period < end;
        sum += counts && (int)e->kind == kind ? e->cents : 0;
    }
    return (double)sum / 1e5;
}

static double made(const bench *b, const char *asset, int32_t period) {
    const lode_record *r = &b->run->record;
    int32_t mode = lode_asset_first_mode(b->world, asset_of(b, asset));
    return r->mode_output[(size_t)period * (size_t)r->modes + (size_t)mode];
}

/* ---- price floors ---- */

/* B = 60 with 13% VAT is 67.8; s = 42.2; the last kilogram earns 62 + 42.2, so u = 0.642 and 64.2 t are made a month; a quarter pays
 * 3 x 64.2 x 42.2 = 8127.72, in its last month and not before. */
static void test_difference_is_paid_by_quarter(void **state) {
    (void)state;
    bench b = open_with(
        "2024-01", "2024-12",
        "  - {id: f, type: price_floor, payer: USA, assumed: true, commodity: ndpr_oxide, assets: usa_plant,\n"
        "     price: 110, benchmark: domestic_ex_vat, benchmark_vat: 0.13}\n");
    steps(b.run, 6);
    assert_near(made(&b, "usa_plant", 4), 64.2, 1e-3);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 0, 2), 0, 0);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 2, 3), 8127.72, 1e-3);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 3, 6), 8127.72, 1e-3);
    lode_party treasury = {LODE_PARTY_TREASURY, lode_idmap_get(b.world->region_ids, "USA")};
    int64_t outlay = lode_ledger_balance(&b.run->ledger, treasury, 0, 0, 6);
    assert_int_equal(outlay, -lode_ledger_balance(&b.run->ledger, lode_owner(asset_of(&b, "usa_plant")), 0, 0, 6));
    assert_near((double)outlay / 1e5, -2 * 8127.72, 1e-3);
    close_bench(&b);
}

/* From 15 February on, 15 of the 29 days of 2024: the quarter has 15/29 + 1 months, of 100 t at 80 - 62. */
static void test_a_quarter_counts_the_days_in_force(void **state) {
    (void)state;
    bench b = open_with(
        "2024-01", "2024-12",
        "  - {id: f, type: price_floor, payer: USA, assumed: true, commodity: ndpr_oxide, assets: usa_plant,\n"
        "     price: 80, kind: deemed, volume_t_per_year: 1200, start: 2024-02-15, end: 2024-06-01}\n");
    steps(b.run, 6);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 0, 3), 100 * 18 * (15.0 / 29 + 1), 1e-5);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 3, 4), 0, 0);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 4, 5), 100 * 18 * 2, 1e-5); /* its last month */
    assert_near(made(&b, "usa_plant", 4), 22, 1e-6);                         /* deemed tonnes change nothing */
    close_bench(&b);
}

/* At F = 50 against 60: 30% of what is above 55 goes back: 1.5 a kilogram. On the last kilogram that is a loss, so u = 0.205. */
static void test_two_way(void **state) {
    (void)state;
    bench b = open_with(
        "2024-01", "2024-12",
        "  - {id: f, type: price_floor, payer: USA, assumed: true, commodity: ndpr_oxide, assets: usa_plant,\n"
        "     price: 50, benchmark: domestic_ex_vat, upside_price: 55, upside_share: 0.3, upside_from: 2024-04-01}\n");
    steps(b.run, 6);
    assert_near(made(&b, "usa_plant", 0), 22, 1e-3);
    assert_near(made(&b, "usa_plant", 5), 20.5, 1e-2);
    assert_near(money(&b, 0, LODE_MONEY_RECOVERY, 0, 3), 0, 0);
    assert_near(money(&b, 0, LODE_MONEY_RECOVERY, 3, 6), 3 * 20.5 * 1.5, 1e-2);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 0, 6), 0, 0);
    close_bench(&b);
}

/* Deemed 1200 t a year against 60, U = 50, all of it shared: 10 x 300 a quarter, up to 4000 thousand a calendar year. */
static void test_upside_has_a_cap_a_year(void **state) {
    (void)state;
    bench b = open_with(
        "2024-01", "2025-06",
        "  - {id: f, type: price_floor, payer: USA, assumed: true, commodity: ndpr_oxide, assets: usa_plant,\n"
        "     price: 40, kind: deemed, volume_t_per_year: 1200, benchmark: domestic_ex_vat,\n"
        "     upside_price: 50, upside_share: 1, upside_cap_musd_per_year: 4}\n");
    steps(b.run, 15);
    assert_near(money(&b, 0, LODE_MONEY_RECOVERY, 2, 3), 3000, 1e-5);
    assert_near(money(&b, 0, LODE_MONEY_RECOVERY, 3, 6), 1000, 1e-5);
    assert_near(money(&b, 0, LODE_MONEY_RECOVERY, 6, 12), 0, 0);
    assert_near(money(&b, 0, LODE_MONEY_RECOVERY, 12, 15), 3000, 1e-5);
    close_bench(&b);
}

/* 4 a kilogram on 100 t a month is 1200 a quarter; a budget of 2 million pays one quarter and two thirds of the next. */
static void test_budget_runs_out_within_a_quarter(void **state) {
    (void)state;
    bench b = open_with(
        "2024-01", "2024-12",
        "  - {id: f, type: price_floor, payer: USA, assumed: true, commodity: ndpr_oxide, assets: usa_plant,\n"
        "     price: 64, kind: deemed, volume_t_per_year: 1200, benchmark: domestic_ex_vat, budget_musd: 2}\n");
    steps(b.run, 9);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 0, 3), 1200, 1e-5);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 3, 6), 800, 1e-5);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 6, 9), 0, 0);
    close_bench(&b);
}

/* What could still be called in March of a contract to the end of the year: 18 x 1200 x 275/365.25. */
static void test_contingent(void **state) {
    (void)state;
    bench b = open_with(
        "2024-01", "2025-12",
        "  - {id: f, type: price_floor, payer: USA, assumed: true, commodity: ndpr_oxide, assets: usa_plant,\n"
        "     price: 80, kind: deemed, volume_t_per_year: 1200, end: 2025-01-01}\n");
    steps(b.run, 3);
    assert_near(money(&b, 0, LODE_MONEY_CONTINGENT, 2, 3), 18 * 1200 * 275 / 365.25, 1e-5);
    close_bench(&b);
}

/* In 2035 prices are 1.28 times as high: 110 nominal against 67.8 x 1.28 = 86.784 pays 23.216, as real money 18.1375, which makes
 * u = 0.401375; indexed it pays 42.2 x 1.28 on u = 0.642. */
static void test_nominal_floors_wear_down(void **state) {
    (void)state;
    static const char terms[] =
        "  - {id: f, type: price_floor, payer: USA, assumed: true, commodity: ndpr_oxide, assets: usa_plant,\n"
        "     price: 110, benchmark: domestic_ex_vat, benchmark_vat: 0.13, indexed: %s}\n";
    char text[400];
    snprintf(text, sizeof text, terms, "false");
    bench b = open_with("2035-08", "2035-12", text);
    steps(b.run, 2);
    assert_near(made(&b, "usa_plant", 1), 40.1375, 1e-3);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 0, 2), 2 * 40.1375 * 23.216, 2e-3);
    close_bench(&b);
    snprintf(text, sizeof text, terms, "true");
    b = open_with("2035-08", "2035-12", text);
    steps(b.run, 2);
    assert_near(made(&b, "usa_plant", 1), 64.2, 1e-3);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 0, 2), 2 * 64.2 * 42.2 * 1.28, 2e-3);
    close_bench(&b);
}

/* A plant that buys nothing makes up to where its cost is F = 24: u = 0.7, 70 t, which the market takes at 30 - 24 x 0.7 = 13.2. */
static void test_own_price_is_exact(void **state) {
    (void)state;
    bench b =
        open_with("2024-01", "2024-12",
                  "  - {id: f, type: price_floor, payer: JPN, assumed: true, commodity: sm_oxide, assets: jpn_sm,\n"
                  "     price: 24, kind: own_price}\n");
    steps(b.run, 3);
    assert_near(made(&b, "jpn_sm", 2), 70, 1e-3);
    assert_near(lode_run_price(b.run, "sm_oxide", "JPN", 2), 13.2, 1e-3);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 2, 3), 70 * 10.8, 2e-3);
    close_bench(&b);
}

/* Without a floor 40 + 100 u = 100 - 120 u + 2 (5 - 2.4 u): u = 70/224.8. Under F = 82 the NdPr earns 82 whatever its price:
 * 40 + 100 u = 82 + 10 - 4.8 u, u = 52/104.8: more cerium is made and it is cheaper. */
static void test_joint_product(void **state) {
    (void)state;
    bench b = open_with(
        "2024-01", "2024-12",
        "  - {id: f, type: price_floor, payer: JPN, assumed: true, commodity: ndpr_oxide, assets: jpn_joint,\n"
        "     price: 82, kind: own_price, start: 2024-03-01}\n");
    steps(b.run, 5);
    double before = 70 / 224.8, under = 52 / 104.8;
    assert_near(made(&b, "jpn_joint", 1), 100 * before, 1e-3);
    assert_near(made(&b, "jpn_joint", 4), 100 * under, 2e-3);
    assert_near(lode_run_price(b.run, "ce_oxide", "JPN", 1), 5 - 2.4 * before, 1e-3);
    assert_near(lode_run_price(b.run, "ce_oxide", "JPN", 4), 5 - 2.4 * under, 2e-3);
    double price = 100 - 120 * under;
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 4, 5), 100 * under * (82 - price), 5e-3);
    close_bench(&b);
}

/* Tonnes: a floor of 120 on 30 t a month holds the plant at 30 t (its cost there is 70, between 62 and 120), no further. */
static void test_tonnes_end_the_floor(void **state) {
    (void)state;
    bench b = open_with(
        "2024-01", "2024-12",
        "  - {id: f, type: price_floor, payer: USA, assumed: true, commodity: ndpr_oxide, assets: usa_plant,\n"
        "     price: 120, benchmark: domestic_ex_vat, volume_t_per_year: 360}\n");
    steps(b.run, 3);
    assert_near(made(&b, "usa_plant", 2), 30, 2e-3);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 0, 3), 90 * 60, 5e-3);
    close_bench(&b);
}

/* Tonnes that the plant makes anyway: 10 of its 22 t a month are paid 60 more, and the last kilogram earns what it did. */
static void test_tonnes_made_anyway(void **state) {
    (void)state;
    bench b = open_with(
        "2024-01", "2024-12",
        "  - {id: f, type: price_floor, payer: USA, assumed: true, commodity: ndpr_oxide, assets: usa_plant,\n"
        "     price: 120, benchmark: domestic_ex_vat, volume_t_per_year: 120, upside_price: 150, upside_share: 0.5}\n");
    steps(b.run, 3);
    assert_near(made(&b, "usa_plant", 2), 22, 1e-6);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 0, 3), 30 * 60, 1e-6);
    close_bench(&b);
}

/* Two floors of one kind share the plant: 20 t and 10 t a month; the second kilograms are not paid twice. */
static void test_two_floors_split_the_tonnes(void **state) {
    (void)state;
    bench b = open_with(
        "2024-01", "2024-12",
        "  - {id: f, type: price_floor, payer: USA, assumed: true, commodity: ndpr_oxide, assets: usa_plant,\n"
        "     price: 120, benchmark: domestic_ex_vat, volume_t_per_year: 240}\n"
        "  - {id: g, type: price_floor, payer: JPN, assumed: true, commodity: ndpr_oxide, assets: usa_plant,\n"
        "     price: 120, benchmark: domestic_ex_vat, volume_t_per_year: 120}\n");
    steps(b.run, 3);
    assert_near(made(&b, "usa_plant", 2), 30, 2e-3);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 0, 3), 60 * 60, 1e-5);
    assert_near(money(&b, 1, LODE_MONEY_PAYMENT, 0, 3), 30 * 60, 1e-2);
    close_bench(&b);
}

/* Samarium at F = 24: 60 (24 - 10) = 840 t a year are made, 50 (30 - 24) = 300 used, 45 t a month bought at 24. */
static void test_buyer_of_last_resort(void **state) {
    (void)state;
    bench b =
        open_with("2024-01", "2024-12",
                  "  - {id: f, type: price_floor, payer: JPN, assumed: true, commodity: sm_oxide, assets: jpn_sm,\n"
                  "     price: 24, kind: buyer, volume_t_per_year: 600}\n");
    steps(b.run, 3);
    assert_near(lode_run_price(b.run, "sm_oxide", "JPN", 2), 24, 1e-3);
    assert_near(made(&b, "jpn_sm", 2), 70, 1e-3);
    assert_near(money(&b, 0, LODE_MONEY_PURCHASE, 2, 3), 45 * 24, 2e-3);
    close_bench(&b);
}

/* ---- loans and shares ---- */

/* 12 million at 6% over 2 years, half a year of grace: 60 thousand of interest a month, then the annuity over 18 months. */
static void test_loan_repays_to_the_cent(void **state) {
    (void)state;
    bench b = open_with("2024-01", "2026-12",
                        "  - {id: l, type: loan, payer: USA, assumed: true, assets: [usa_plant, usa_new], amount_musd: "
                        "12, rate: 0.06,\n"
                        "     years: 2, grace_years: 0.5}\n");
    steps(b.run, 30);
    assert_near(money(&b, 0, LODE_MONEY_LOAN, 0, 1), 12000, 1e-12);
    assert_near(money(&b, 0, LODE_MONEY_INTEREST, 1, 2), 60, 1e-9);
    assert_near(money(&b, 0, LODE_MONEY_REPAYMENT, 0, 7), 0, 0);
    double annuity = 12000 * 0.005 / (1 - pow(1.005, -18));
    assert_near(money(&b, 0, LODE_MONEY_REPAYMENT, 7, 8), annuity - 60, 1e-6);
    assert_near(money(&b, 0, LODE_MONEY_REPAYMENT, 7, 25), 12000, 0); /* to the cent */
    assert_near(money(&b, 0, LODE_MONEY_INTEREST, 25, 30), 0, 0);
    lode_party small = lode_owner(asset_of(&b, "usa_new")), large = lode_owner(asset_of(&b, "usa_plant"));
    assert_int_equal(lode_ledger_balance(&b.run->ledger, small, 0, 0, 1) * 3,
                     lode_ledger_balance(&b.run->ledger, large, 0, 0, 1)); /* capital costs 30 and 90 million */
    close_bench(&b);
}

/* Drawn a year before the horizon at no interest over two years: half is left, and only that is repaid. */
static void test_older_loan_goes_on(void **state) {
    (void)state;
    bench b =
        open_with("2024-01", "2025-12",
                  "  - {id: l, type: loan, payer: USA, assumed: true, assets: usa_plant, amount_musd: 12, rate: 0,\n"
                  "     years: 2, start: 2023-01-01}\n");
    steps(b.run, 14);
    assert_near(money(&b, 0, LODE_MONEY_LOAN, 0, 14), 0, 0);
    assert_near(money(&b, 0, LODE_MONEY_REPAYMENT, 0, 14), 6000, 0);
    close_bench(&b);
}

/* A view of the first period in which a plant has failed, as the run of projects would hand it. */
static lode_policy_view failed_view(const bench *b, int32_t index, const char *asset, unsigned char *status) {
    for (int32_t a = 0; a < b->world->asset_count; a++) {
        status[a] = LODE_STATUS_OPERATING;
    }
    status[asset_of(b, asset)] = LODE_STATUS_CLOSED;
    return (lode_policy_view){.world = b->run->world,
                              .network = b->run->network,
                              .plan = b->run->plan,
                              .index = index,
                              .day = lode_day_from(2024, 2, 1),
                              .next_day = lode_day_from(2024, 3, 1),
                              .months = 1,
                              .period = b->run->period,
                              .ledger = &b->run->ledger,
                              .period_index = 1,
                              .deflator = 1,
                              .projects = true,
                              .status_before = status};
}

/* 20 million of debt, 80% guaranteed: contingent 16 million and a fee of 1% on it while the plant lives; all of it called once when it fails,
 * or what the budget leaves. */
static void test_guarantee_is_called(void **state) {
    (void)state;
    bench b = open_with(
        "2024-01", "2024-12",
        "  - {id: g, type: guarantee, payer: USA, assumed: true, assets: usa_plant, share: 0.8, fee: 0.01}\n"
        "  - {id: h, type: guarantee, payer: JPN, assumed: true, assets: usa_plant, share: 0.2, budget_musd: 3}\n");
    steps(b.run, 1);
    assert_near(money(&b, 0, LODE_MONEY_CONTINGENT, 0, 1), 16000, 0);
    assert_near(money(&b, 0, LODE_MONEY_RECOVERY, 0, 1), 160.0 / 12, 1e-6);
    unsigned char status[8];
    for (int32_t i = 0; i < 2; i++) {
        lode_policy_view view = failed_view(&b, i, "usa_plant", status);
        for (int times = 0; times < 2; times++) {
            lode_guarantee.settle(b.run->plan->instruments[i], (char *)b.run->state.blob + b.run->plan->state_at[i],
                                  &view, b.run->solution);
        }
    }
    assert_near(money(&b, 0, LODE_MONEY_CALL, 1, 2), 16000, 0);
    assert_near(money(&b, 1, LODE_MONEY_CALL, 1, 2), 3000, 0);
    assert_near(money(&b, 0, LODE_MONEY_CONTINGENT, 1, 2), 0, 0);
    close_bench(&b);
}

/* The plant fails with 12 million owed: a quarter comes back, the rest is written off, and nothing more is paid. */
static void test_loan_is_written_off(void **state) {
    (void)state;
    bench b = open_with(
        "2024-01", "2024-12",
        "  - {id: l, type: loan, payer: USA, assumed: true, assets: usa_plant, amount_musd: 12, rate: 0.06, years: 5,\n"
        "     recovery: 0.25}\n");
    steps(b.run, 1);
    unsigned char status[8];
    lode_policy_view view = failed_view(&b, 0, "usa_plant", status);
    for (int times = 0; times < 2; times++) {
        lode_loan.settle(b.run->plan->instruments[0], b.run->state.blob, &view, b.run->solution);
    }
    assert_near(money(&b, 0, LODE_MONEY_WRITE_OFF, 1, 2), 9000, 0);
    assert_near(money(&b, 0, LODE_MONEY_REPAYMENT, 1, 2), 3000, 0);
    assert_near(money(&b, 0, LODE_MONEY_INTEREST, 1, 2), 0, 0);
    close_bench(&b);
}

/* 400 million at 7%: 28 million a year from the month after; in kind nothing moves. Grants: half at once, a year's twelve parts. */
static void test_equity_and_grants(void **state) {
    (void)state;
    bench b = open_with(
        "2024-01", "2025-12",
        "  - {id: e, type: equity, payer: USA, assumed: true, assets: usa_plant, amount_musd: 400, rate: 0.07}\n"
        "  - {id: k, type: equity, payer: USA, assumed: true, assets: usa_plant, amount_musd: 400, rate: 0.07, "
        "in_kind: true}\n"
        "  - {id: g, type: grant, payer: USA, assumed: true, assets: usa_plant, share: 0.5}\n"
        "  - {id: y, type: grant, payer: USA, assumed: true, assets: [usa_plant, usa_new], amount_musd: 24, years: "
        "1}\n");
    steps(b.run, 14);
    assert_near(money(&b, 0, LODE_MONEY_EQUITY, 0, 14), 400000, 0);
    assert_near(money(&b, 0, LODE_MONEY_DIVIDEND, 1, 13), 28000, 1e-8);
    assert_near(money(&b, 1, LODE_MONEY_DIVIDEND, 0, 14), 0, 0);
    assert_near(money(&b, 2, LODE_MONEY_GRANT, 0, 14), 45000, 0);
    assert_near(money(&b, 3, LODE_MONEY_GRANT, 0, 1), 2000, 0);
    assert_near(money(&b, 3, LODE_MONEY_CONTINGENT, 0, 1), 22000, 0);
    assert_near(money(&b, 3, LODE_MONEY_GRANT, 0, 14), 24000, 0);
    close_bench(&b);
}

/* ---- tax credits ---- */

/* 10 a kilogram: u = (72 - 40)/100, 32 t, 320 a month; a budget of 0.5 million pays one month and 180 of the next, and then the plant goes
 * back to 22 t. A tenth of cost: at u the mean cost is 40 + 50 u, so u = (62 + 0.1 (40 + 50 u) - 40)/100 = 26/95. */
static void test_tax_credit(void **state) {
    (void)state;
    bench b = open_with("2024-01", "2024-12",
                        "  - {id: k, type: tax_credit, payer: USA, assumed: true, assets: usa_plant, commodity: "
                        "ndpr_oxide, per_kg: 10,\n"
                        "     budget_musd: 0.5}\n"
                        "  - {id: c, type: tax_credit, payer: USA, assumed: true, regions: USA, share_of_capex: 0.3, "
                        "start: 2024-01-01}\n");
    steps(b.run, 6);
    assert_near(made(&b, "usa_plant", 0), 32, 1e-3);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 0, 1), 320, 1e-3);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 0, 6), 500, 0);
    assert_near(made(&b, "usa_plant", 2), 22, 1e-3);
    assert_near(money(&b, 1, LODE_MONEY_PAYMENT, 0, 6), 9000, 0); /* usa_new starts in April */
    assert_near(money(&b, 1, LODE_MONEY_PAYMENT, 3, 4), 9000, 0);
    close_bench(&b);
    b = open_with("2024-01", "2024-12",
                  "  - {id: k, type: tax_credit, payer: USA, assumed: true, assets: usa_plant, share_of_cost: 0.1}\n");
    steps(b.run, 12);
    double u = 26.0 / 95;
    assert_near(made(&b, "usa_plant", 11), 100 * u, 1e-3);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 11, 12), 100 * u * 0.1 * (40 + 50 * u), 2e-3);
    close_bench(&b);
}

/* ---- offtake ---- */

/* Half at 80 fixed: 9 more on the last kilogram, u = (71 - 40)/100; the other half at 62. At 50 fixed for all: u = 0.1, and 12 a kilogram is
 * forgone. */
static void test_fixed_price(void **state) {
    (void)state;
    bench b =
        open_with("2024-01", "2024-12",
                  "  - {id: o, type: offtake, assumed: true, assets: usa_plant, commodities: ndpr_oxide, buyer: JPN, "
                  "share: 0.5,\n"
                  "     formula: fixed, price: 80, end: 2024-04-01}\n"
                  "  - {id: p, type: offtake, assumed: true, assets: usa_plant, commodities: ndpr_oxide, buyer: JPN,\n"
                  "     formula: fixed, price: 50, start: 2024-04-01}\n");
    steps(b.run, 5);
    assert_near(made(&b, "usa_plant", 2), 31, 2e-3);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 2, 3), 15.5 * 18, 3e-3);
    assert_near(made(&b, "usa_plant", 4), 10, 1e-2);
    assert_near(money(&b, 1, LODE_MONEY_RECOVERY, 4, 5), 10 * 12, 1e-2);
    close_bench(&b);
}

/* usa_plant earns 22 t x (62 - 51) = 242 thousand a month; 5 million a year are made up in December: 5000 - 12 x 242 = 2096. */
static void test_earnings_are_made_up(void **state) {
    (void)state;
    bench b = open_with("2024-01", "2025-12",
                        "  - {id: o, type: offtake, assumed: true, assets: usa_plant, commodities: ndpr_oxide, payer: "
                        "USA, buyer: USA,\n"
                        "     formula: ebitda, ebitda_musd_per_year: 5}\n");
    steps(b.run, 12);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 0, 11), 0, 0);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 11, 12), 2096, 1e-4);
    assert_near(made(&b, "usa_plant", 11), 22, 1e-6);
    close_bench(&b);
}

/* At cost plus a tenth: the mean cost is 40 + 50 u, the last kilogram earns 1.1 of that: 40 + 100 u = 44 + 55 u, u = 4/45. */
static void test_cost_plus(void **state) {
    (void)state;
    bench b =
        open_with("2024-01", "2024-12",
                  "  - {id: o, type: offtake, assumed: true, assets: usa_plant, commodities: ndpr_oxide, buyer: JPN,\n"
                  "     formula: cost_plus, margin: 0.1}\n");
    steps(b.run, 3);
    assert_near(made(&b, "usa_plant", 2), 400.0 / 45, 2e-2);
    close_bench(&b);
}

/* Half of what the controller's plant makes is bound to JPN, which does not buy: at most half of its capacity goes to USA. */
static double imports(const bench *b, int32_t period) {
    const lode_record *r = &b->run->record;
    return lode_arc_total(&r->arc_flow[(size_t)period * (size_t)r->arcs * LODE_CHANNEL_COUNT]);
}

static void test_bound_goods(void **state) {
    (void)state;
    bench b = open_with("2024-01", "2024-12",
                        "  - {id: o, type: offtake, assumed: true, assets: chn_plant, commodities: ndpr_oxide, "
                        "bound_to: JPN, share: 0.97,\n"
                        "     end: 2024-03-01}\n");
    steps(b.run, 3);
    assert_near(imports(&b, 1), 0.03 * 5000, 1e-6);
    assert_true(lode_run_price(b.run, "ndpr_oxide", "USA", 1) > 70);
    assert_true(imports(&b, 2) > 200);
    close_bench(&b);
    b = open_with("2024-01", "2024-12",
                  "  - {id: o, type: offtake, assumed: true, assets: chn_plant, commodities: ndpr_oxide, bound_to: "
                  "JPN, share: 1,\n"
                  "     penalty_usd_per_kg: 3}\n");
    steps(b.run, 2);
    assert_near(lode_run_price(b.run, "ndpr_oxide", "USA", 1), 65, 1e-6);
    assert_near(money(&b, 0, LODE_MONEY_RECOVERY, 1, 2), 3 * imports(&b, 1), 1e-6);
    close_bench(&b);
}

/* ---- repeals ---- */

/* A floor of 20 above the price on deemed tonnes (82 against 62): 100 t x 20 a month. Repealed on 1 March 2024 it ends; spared, it stays with usa_plant, which
 * ran on that day. */
static void test_repeal(void **state) {
    (void)state;
    static const char terms[] =
        "  - {id: f, type: price_floor, payer: USA, assumed: true, commodity: ndpr_oxide, assets: %s,\n"
        "     price: 82, kind: deemed, volume_t_per_year: 1200}\n"
        "  - {id: r, type: repeal, assumed: true, regions: USA, start: 2024-03-01, spares_grandfathered: %s}\n";
    char text[600];
    snprintf(text, sizeof text, terms, "usa_plant", "false");
    bench b = open_with("2024-01", "2024-12", text);
    steps(b.run, 6);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 0, 6), 2 * 100 * 20, 1e-5);
    close_bench(&b);
    snprintf(text, sizeof text, terms, "usa_plant", "true");
    b = open_with("2024-01", "2024-12", text);
    steps(b.run, 6);
    assert_near(money(&b, 0, LODE_MONEY_PAYMENT, 0, 6), 6 * 100 * 20, 1e-5);
    close_bench(&b);
}

/* ---- benchmarks ---- */

/* On the world of one controller exports pay 10%: at the border the price is 1.1 of that inside, in JPN a dollar of freight more. */
static void test_benchmarks(void **state) {
    (void)state;
    bench b = open_bench("tests/worlds/one_controller", "tests/scenarios/calm.yaml");
    steps(b.run, 12);
    int32_t jpn = lode_idmap_get(b.world->region_ids, "JPN"), chn = lode_idmap_get(b.world->region_ids, "CHN");
    lode_policy_view view = {.world = b.run->world,
                             .network = b.run->network,
                             .plan = b.run->plan,
                             .period = b.run->period,
                             .normal_flow = b.run->state.arc_flow,
                             .export_adder = b.run->export_adder,
                             .expected_price = b.run->period->expected_price};
    lode_benchmark inside = {.kind = LODE_BENCHMARK_DOMESTIC_EX_VAT, .region = chn, .vat = 0.13},
                   border = {.kind = LODE_BENCHMARK_FOB, .region = chn},
                   delivered = {.kind = LODE_BENCHMARK_DELIVERED, .region = jpn},
                   own = {.kind = LODE_BENCHMARK_OWN, .region = -1};
    double price = lode_run_price(b.run, "dy_oxide", "CHN", 11);
    assert_near(lode_benchmark_price(&inside, &view, b.run->solution, 0, jpn), 1.13 * price, 1e-9);
    assert_near(lode_benchmark_price(&border, &view, b.run->solution, 0, jpn), 1.1 * price, 1e-9);
    double there = lode_run_price(b.run, "dy_oxide", "JPN", 11);
    assert_near(lode_benchmark_price(&delivered, &view, b.run->solution, 0, chn), there, 1e-9);
    assert_near(lode_benchmark_price(&own, &view, b.run->solution, 0, jpn), there, 1e-9);
    close_bench(&b);
}

/* ---- the search ---- */

/* A run whose plan has one floor, and a view of it for the search alone. */
static lode_policy_view search_view(const bench *b) {
    return (lode_policy_view){.world = b->run->world,
                              .network = b->run->network,
                              .plan = b->run->plan,
                              .period = b->run->period,
                              .notes = &b->run->notes,
                              .ledger = &b->run->ledger};
}

#define SEARCHED                                                                                                       \
    "  - {id: f, type: price_floor, payer: USA, assumed: true, commodity: ndpr_oxide, assets: usa_plant, price: 90}\n"

/* g(s) = 30 - s - s/2 has its root at 20: the first trial goes 0 -> 30, the secant between them hits it. What is in mode_adder is what the
 * search says. With g(s) = 1 for s < 7.3 and -1 beyond there is no root: it ends with a bracket narrower than the tolerance. */
static void test_search(void **state) {
    (void)state;
    bench b = open_with("2024-01", "2024-12", SEARCHED);
    lode_policy_view view = search_view(&b);
    int32_t plant = asset_of(&b, "usa_plant"), mode = lode_asset_first_mode(b.world, plant);
    double before = b.run->period->mode_adder[mode];
    lode_margin m = {0};
    int trials = 0;
    lode_margin_open(&m, &view, plant, 0, true);
    while (lode_margin_search(&m, &view, plant, 0, 30 - 1.5 * m.subsidy, 0, 0.01)) {
        trials++;
    }
    assert_int_equal(trials, 2);
    assert_near(m.subsidy, 20, 1e-9);
    assert_near(before - b.run->period->mode_adder[mode], 20, 1e-9);
    lode_margin step = {0};
    for (trials = 0; lode_margin_search(&step, &view, plant, 0, step.subsidy < 7.3 ? 1 : -1, 0, 0.1); trials++) {
        assert_true(trials < 20);
    }
    assert_near(step.subsidy, 7.3, 0.02);
    lode_margin_report(&step, &view, plant, 0, -1, 0.1);
    assert_int_equal(b.run->notes.count, 0);
    close_bench(&b);
}

/* What never settles is told with both of its last states. */
static void test_unsettled_search_is_told(void **state) {
    (void)state;
    bench b = open_with("2024-01", "2024-12", SEARCHED);
    lode_policy_view view = search_view(&b);
    int32_t plant = asset_of(&b, "usa_plant");
    lode_margin m = {0};
    for (int round = 0; round < 3; round++) {
        assert_true(lode_margin_search(&m, &view, plant, 0, 1, 0, 0.1));
    }
    lode_margin_report(&m, &view, plant, 0, 1, 0.1);
    assert_int_equal(b.run->notes.count, 1);
    assert_true(b.run->notes.items[0].warns);
    assert_non_null(strstr(b.run->notes.items[0].text, "ndpr_oxide of usa_plant did not settle"));
    close_bench(&b);
}

/* ---- lenders ---- */

static void test_supports(void **state) {
    (void)state;
    bench b = open_with(
        "2024-01", "2024-12",
        "  - {id: f, type: price_floor, payer: USA, assumed: true, commodity: ndpr_oxide, assets: usa_plant,\n"
        "     price: 110, benchmark: domestic_ex_vat, benchmark_vat: 0.13, end: 2035-01-01}\n"
        "  - {id: l, type: loan, payer: USA, assumed: true, assets: [usa_plant, usa_new], amount_musd: 12, rate: 0.06, "
        "years: 2}\n");
    steps(b.run, 1);
    unsigned char status[8];
    lode_policy_view view = failed_view(&b, 0, "jpn_sm", status);
    view.expected_price = b.run->period->expected_price;
    view.normal_flow = b.run->state.arc_flow;
    lode_support_list list = {0};
    assert_int_equal(lode_plan_supports(b.run->plan, &view, asset_of(&b, "usa_plant"), &list), LODE_OK);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.items[0].kind, LODE_SUPPORT_FLOOR);
    assert_near(list.items[0].price, 110 + 62 - 67.8, 1e-6); /* F and what the own price is above the benchmark */
    assert_int_equal(list.items[0].to, lode_day_from(2035, 1, 1));
    assert_near(list.items[1].amount_usd, 9e6, 1e-12);
    free(list.items);
    close_bench(&b);
}

/* ---- contradictions ---- */

static bool told(const char *policies, lode_code code, const char *words) {
    char path[64];
    write_scenario(path, "2024-01", "2024-12", policies);
    lode_diags *diags = lode_diags_new();
    lode_world *world = NULL;
    lode_scenario *scenario = NULL;
    assert_int_equal(lode_world_open(&world, WORLD, diags), LODE_OK);
    lode_scenario_open(&scenario, world, path, diags);
    bool found = false;
    for (size_t i = 0; i < lode_diags_count(diags); i++) {
        const lode_diag *d = lode_diags_get(diags, i);
        found = found || (d->code == code && d->line > 0 && (strstr(d->message, words) || strstr(d->fix, words)));
    }
    lode_scenario_free(scenario);
    lode_world_free(world);
    lode_diags_free(diags);
    unlink(path);
    return found;
}

#define FLOOR                                                                                                          \
    "  - {id: f, type: price_floor, payer: USA, assumed: true, commodity: ndpr_oxide, assets: usa_plant, price: 110"
#define SECOND                                                                                                         \
    "  - {id: g, type: price_floor, payer: USA, assumed: true, commodity: ndpr_oxide, assets: usa_plant, price: 90"
#define TAKES "type: offtake, assumed: true, assets: usa_plant, commodities: ndpr_oxide, buyer: USA"

static void test_contradictions(void **state) {
    (void)state;
    assert_true(
        told(FLOOR "}\n" SECOND "}\n", LODE_CONFLICT, ":4:5) both promise a price for all ndpr_oxide of usa_plant"));
    assert_false(told(FLOOR ", end: 2024-05-01}\n" SECOND ", start: 2024-05-01}\n", LODE_CONFLICT, ""));
    assert_false(told(FLOOR ", volume_t_per_year: 5}\n" SECOND ", volume_t_per_year: 7}\n", LODE_CONFLICT, ""));
    assert_false(told(FLOOR "}\n" SECOND ", in_force: false}\n", LODE_CONFLICT, ""));
    assert_true(told("  - {id: o, share: 0.7, " TAKES "}\n  - {id: p, share: 0.4, " TAKES "}\n", LODE_CONFLICT,
                     "take more than all"));
    assert_true(told(FLOOR ", budget_musd: 0}\n", LODE_BAD_RANGE, "budget_musd"));
    assert_true(told(FLOOR ", upside_price: 100, upside_share: 0.3}\n", LODE_CONFLICT, "upside_price"));
    assert_true(told(
        "  - {id: f, type: price_floor, payer: USA, assumed: true, commodity: sm_oxide, assets: usa_plant, price: 9}\n",
        LODE_CONFLICT, "it makes ndpr_oxide"));
    assert_true(told(FLOOR ", start: 2020-01-01, end: 2023-01-01}\n", LODE_BAD_RANGE, "over before the horizon"));
    assert_true(told("  - {id: l, type: loan, payer: USA, assumed: true, assets: usa_plant, amount_musd: 1, rate: 0.1, "
                     "years: 2, grace_years: 2}\n",
                     LODE_CONFLICT, "grace"));
    assert_true(
        told("  - {id: f, type: price_floor, assumed: true, commodity: ndpr_oxide, assets: usa_plant, price: 9}\n",
             LODE_MISSING_VALUE, "payer"));
}

/* ---- a property: money is neither made nor lost, and no payer pays beyond the budget ---- */

static void random_policies(char *out, size_t size, uint64_t seed) {
    static const char *const kinds[] = {"cfd", "own_price", "deemed", "buyer"};
    double x[8];
    for (uint64_t i = 0; i < 8; i++) {
        x[i] = (double)(lode_key_mix(seed, i) >> 11) / 9007199254740992.0;
    }
    snprintf(out, size,
             "  - {id: f, type: price_floor, payer: USA, assumed: true, commodity: ndpr_oxide, regions: USA, price: "
             "%g, kind: %s,\n"
             "     volume_t_per_year: %g, upside_price: %g, upside_share: %g, budget_musd: %g}\n"
             "  - {id: k, type: tax_credit, payer: USA, assumed: true, regions: USA, commodity: ndpr_oxide, per_kg: "
             "%g, budget_musd: 0.2}\n"
             "  - {id: l, type: loan, payer: JPN, assumed: true, assets: jpn_joint, amount_musd: %g, rate: %g, years: "
             "1, budget_musd: 5}\n"
             "  - {id: o, type: offtake, payer: JPN, assumed: true, assets: jpn_joint, commodities: ndpr_oxide, buyer: "
             "JPN,\n"
             "     formula: floor_or_market, price: %g, share: %g, budget_musd: %g}\n",
             50 + 60 * x[0], kinds[(int)(4 * x[1])], 100 + 2000 * x[2], 111 + 10 * x[3], x[4], 0.1 + x[5],
             0.1 + 8 * x[6], 1 + 9 * x[7], 0.1 * x[2], 40 + 60 * x[3], 0.1 + 0.9 * x[4], 0.05 + 3 * x[0]);
}

static double outlay(const bench *b, int32_t i) {
    static const lode_money_kind paid[] = {LODE_MONEY_PAYMENT, LODE_MONEY_PURCHASE, LODE_MONEY_LOAN, LODE_MONEY_CALL};
    double sum = 0;
    for (size_t k = 0; k < sizeof paid / sizeof paid[0]; k++) {
        sum += money(b, i, (int)paid[k], 0, 15);
    }
    return sum;
}

static void test_money_is_kept(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        char text[1600];
        random_policies(text, sizeof text, seed);
        bench b = open_with("2024-01", "2025-06", text);
        steps(b.run, 15);
        int64_t all = 0, gross = 0;
        for (int kind = 0; kind < LODE_PARTY_COUNT; kind++) {
            for (int32_t index = 0; index < 16; index++) {
                int64_t balance =
                    lode_ledger_balance(&b.run->ledger, (lode_party){(lode_party_kind)kind, index}, -2, 0, 15);
                all += balance;
                gross += balance > 0 ? balance : 0;
            }
        }
        assert_int_equal(all, 0);
        assert_true(gross > 0);
        for (int32_t i = 0; i < b.run->plan->count; i++) {
            assert_true(outlay(&b, i) <= b.run->plan->instruments[i]->common.budget_musd * 1000 + 1e-8);
        }
        close_bench(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_difference_is_paid_by_quarter),
        cmocka_unit_test(test_a_quarter_counts_the_days_in_force),
        cmocka_unit_test(test_two_way),
        cmocka_unit_test(test_upside_has_a_cap_a_year),
        cmocka_unit_test(test_budget_runs_out_within_a_quarter),
        cmocka_unit_test(test_contingent),
        cmocka_unit_test(test_nominal_floors_wear_down),
        cmocka_unit_test(test_own_price_is_exact),
        cmocka_unit_test(test_joint_product),
        cmocka_unit_test(test_tonnes_end_the_floor),
        cmocka_unit_test(test_tonnes_made_anyway),
        cmocka_unit_test(test_two_floors_split_the_tonnes),
        cmocka_unit_test(test_buyer_of_last_resort),
        cmocka_unit_test(test_loan_repays_to_the_cent),
        cmocka_unit_test(test_older_loan_goes_on),
        cmocka_unit_test(test_guarantee_is_called),
        cmocka_unit_test(test_loan_is_written_off),
        cmocka_unit_test(test_equity_and_grants),
        cmocka_unit_test(test_tax_credit),
        cmocka_unit_test(test_fixed_price),
        cmocka_unit_test(test_earnings_are_made_up),
        cmocka_unit_test(test_cost_plus),
        cmocka_unit_test(test_bound_goods),
        cmocka_unit_test(test_repeal),
        cmocka_unit_test(test_benchmarks),
        cmocka_unit_test(test_search),
        cmocka_unit_test(test_unsettled_search_is_told),
        cmocka_unit_test(test_supports),
        cmocka_unit_test(test_contradictions),
        cmocka_unit_test(test_money_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
