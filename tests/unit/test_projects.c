/* Projects and plants of a run, on a world whose sums are short (tests/worlds/waiting): what waits, what slips, what fails. */
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

#include "sim/projects.h"

#define WORLD    "tests/worlds/waiting"
#define SCENARIO "tests/scenarios/projects.yaml"

static int32_t asset(const bench *b, const char *id) {
    return lode_idmap_get(b->world->asset_ids, id);
}

static lode_status status(const bench *b, const char *id, int32_t period) {
    return lode_run_asset_status(b->run, period, asset(b, id));
}

/* First period with a status; -1. */
static int32_t first(const bench *b, const char *id, lode_status wanted) {
    for (int32_t p = 0; p < lode_run_period(b->run); p++) {
        if (status(b, id, p) == wanted) {
            return p;
        }
    }
    return -1;
}

static const lode_gate_entry *verdict(const bench *b, const char *id, int32_t period) {
    const lode_gate_entry *entry = lode_gate_log_last(lode_run_gates(b->run), asset(b, id), period);
    assert_non_null(entry);
    return entry;
}

/* The river's mine has nobody to sell to, its separator nothing to buy, and both earn enough: neither is built, both would be together. */
static void test_who_waits_for_whom(void **state) {
    (void)state;
    bench b = open_bench(WORLD, SCENARIO);
    steps(b.run, 24);
    const lode_gate_entry *mine = verdict(&b, "river_mine", 0), *plant = verdict(&b, "river_plant", 0);
    assert_int_equal(mine->result.failed, LODE_GATE_OFFTAKE);
    assert_int_equal(plant->result.failed, LODE_GATE_FEED);
    assert_true(fabs(plant->result.shortfall - 0.8) < 1e-9); /* all that lenders want */
    assert_true(mine->coordinated && plant->coordinated);
    assert_int_equal(status(&b, "river_mine", 23), LODE_STATUS_FINANCING);
    assert_true(fabs(mine->result.passing_offtake - 0.5) < 1e-6);
    /* the second hill mine has the spare 1,000 t of the hill's separator to itself */
    assert_true(verdict(&b, "hill_mine_2", 0)->result.passed);
    assert_false(verdict(&b, "hill_mine_2", 0)->coordinated);
    close_bench(&b);
}

/* Asked in January 2024, financed on 1 February; 12 months of building and 6 of slippage end on 1 August 2025 (period 19), then 12 months of
 * ramp: half of it in the middle of January 2026, done in August. */
static void test_slippage(void **state) {
    (void)state;
    bench b = open_bench(WORLD, SCENARIO);
    steps(b.run, 36);
    assert_int_equal(first(&b, "hill_mine_2", LODE_STATUS_CONSTRUCTION), 0);
    assert_int_equal(first(&b, "hill_mine_2", LODE_STATUS_RAMP_UP), 19);
    assert_int_equal(first(&b, "hill_mine_2", LODE_STATUS_OPERATING), 31);
    const lode_record *r = lode_run_record(b.run);
    double capacity = r->asset_capacity[24 * r->assets + asset(&b, "hill_mine_2")];
    assert_true(fabs(capacity - 500.0 / 12 * 5.5 / 12) < 0.1);
    close_bench(&b);
}

/* Found under way, half of the 24 months of permits are left: it asks for money after the twelfth, at 60 USD/kg of cost in vain. */
static void test_permits(void **state) {
    (void)state;
    bench b = open_bench(WORLD, SCENARIO);
    steps(b.run, 18);
    assert_int_equal(first(&b, "pond_mine", LODE_STATUS_FINANCING), 11);
    assert_int_equal(verdict(&b, "pond_mine", 17)->result.failed, LODE_GATE_NPV);
    assert_int_equal(status(&b, "pond_mine", 17), LODE_STATUS_FINANCING);
    close_bench(&b);
}

/* At 50 the plant earns (50 - 18) x 500 - 6,000 = 10,000 a year. In the slump it sells 210 t at its marginal cost of 30: (30 - 18) x 210 -
 * 6,000 = -3,480, 0.58 of the fixed cost each month, so three months' worth are gone in the sixth. It stands for six months at least. */
static void test_stop_and_restart(void **state) {
    (void)state;
    bench b = open_bench(WORLD, SCENARIO);
    steps(b.run, 60);
    int32_t stops = first(&b, "steady_plant", LODE_STATUS_CARE_AND_MAINTENANCE);
    assert_int_equal(stops, 6 + 5); /* July is period 6 */
    const lode_record *r = lode_run_record(b.run);
    for (int32_t p = stops + 1; p < stops + 7; p++) {
        assert_true(r->asset_capacity[p * r->assets + asset(&b, "steady_plant")] == 0);
    }
    assert_int_equal(status(&b, "steady_plant", 59), LODE_STATUS_OPERATING); /* the slump ended in July 2026 */
    close_bench(&b);
}

/* Cost 45, of which 18 whether it runs or not: 9,000 a year. In the slump (30 - 27) x 210 - 9,000 = -8,370, and 5 M of debt over 12 years at
 * 8% take 663.5 more: 752.8 a month empty 6,000 in the eighth. By then the slow price is 30 + 20 x 0.958^8 = 44.2, below what it costs: it is
 * closed, and the lenders lose what is left. */
static void test_bankruptcy(void **state) {
    (void)state;
    bench b = open_bench(WORLD, SCENARIO);
    int32_t plant = asset(&b, "bold_plant");
    steps(b.run, 6 + 7);
    assert_int_equal(first(&b, "bold_plant", LODE_STATUS_CLOSED), -1);
    double debt = b.run->state.plant_debt[plant];
    assert_true(debt > 4500 && debt < 5000);
    steps(b.run, 1);
    assert_int_equal(status(&b, "bold_plant", 13), LODE_STATUS_CLOSED);
    assert_true(b.run->state.plant_debt[plant] == 0);
    const lode_ledger_entry *last = NULL;
    for (int32_t i = 0; i < b.run->ledger.count; i++) {
        last = b.run->ledger.entries[i].kind == LODE_MONEY_WRITE_OFF ? &b.run->ledger.entries[i] : last;
    }
    assert_non_null(last);
    assert_int_equal(last->period, 13);
    assert_int_equal(last->cents, llround(debt * 1e5));
    assert_int_equal(last->from.kind, LODE_PARTY_LENDER);
    steps(b.run, 30);
    assert_int_equal(status(&b, "bold_plant", 43), LODE_STATUS_CLOSED);
    close_bench(&b);
}

/* Lenders pay out what they lend and get it back with interest: over the life of the hill's second mine the ledger has both. */
static void test_money_of_lenders(void **state) {
    (void)state;
    bench b = open_bench(WORLD, SCENARIO);
    steps(b.run, 60);
    int32_t mine = asset(&b, "hill_mine_2");
    double lent = 0, repaid = 0;
    for (int32_t i = 0; i < b.run->ledger.count; i++) {
        const lode_ledger_entry *e = &b.run->ledger.entries[i];
        lent += e->kind == LODE_MONEY_LOAN && e->to.index == mine ? (double)e->cents / 1e5 : 0;
        repaid += e->kind == LODE_MONEY_REPAYMENT && e->from.index == mine ? (double)e->cents / 1e5 : 0;
    }
    assert_true(lent > 1000 && repaid > 0);
    assert_true(fabs(lent - repaid - b.run->state.plant_debt[mine]) < 1); /* each payment is rounded to a cent */
    assert_true(fabs(lent - verdict(&b, "hill_mine_2", 0)->result.debt_usd / 1000) < 1e-3);
    close_bench(&b);
}

/* A copy goes on as the original does, to the bit. */
static void test_copy(void **state) {
    (void)state;
    bench b = open_bench(WORLD, SCENARIO);
    lode_run *copy = NULL;
    steps(b.run, 10);
    assert_int_equal(lode_run_copy(&copy, b.run), LODE_OK);
    steps(b.run, 20);
    steps(copy, 20);
    assert_int_equal(lode_run_gates(copy)->count, lode_run_gates(b.run)->count);
    assert_memory_equal(copy->state.plant_cash, b.run->state.plant_cash, (size_t)b.world->asset_count * sizeof(double));
    assert_memory_equal(copy->record.asset_status, b.run->record.asset_status, 30 * (size_t)b.world->asset_count);
    lode_run_free(copy);
    close_bench(&b);
}

/* ---- programmes ---- */

/* The world with `policies`, the YAML below that key. */
static bench open_with(const char *policies) {
    char path[64] = "/tmp/lodestone-projects-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    FILE *out = fdopen(file, "w");
    assert_non_null(out);
    fprintf(out,
            "name: programmes\nhorizon: {from: 2024-01, to: 2026-12, step: month}\nsettings: {projects: true}\n"
            "policies:\n%s",
            policies);
    fclose(out);
    bench b = open_bench(WORLD, path);
    unlink(path);
    return b;
}

/* Twelve months are left of 24: at half the time they are over after six. Nine months less of the whole are 24 / 15 a month: after 7.5, so in
 * the eighth. */
static void test_permit_reform(void **state) {
    (void)state;
    bench b = open_with("  - {id: fast, type: permit_reform, assets: [pond_mine], permit_times: 0.5}\n");
    steps(b.run, 12);
    assert_int_equal(first(&b, "pond_mine", LODE_STATUS_FINANCING), 5);
    close_bench(&b);
    b = open_with("  - {id: fast, type: permit_reform, regions: [a], stages: [mine], months_saved: 9}\n");
    steps(b.run, 12);
    assert_int_equal(first(&b, "pond_mine", LODE_STATUS_FINANCING), 7);
    close_bench(&b);
}

static double ramp(const bench *b, const char *id) {
    return b->run->state.plant_ramp[asset(b, id)];
}

/* The lake's plant starts in July 2024, needs ten people, finds four and two more a year. In June 2025 time would have it at 11.5 of 12
 * months, and 18 months of teaching have made seven people: 0.7. With six more a year there are enough. */
static void test_workforce(void **state) {
    (void)state;
    bench b = open_with("  []\n");
    steps(b.run, 18);
    assert_true(fabs(ramp(&b, "lake_plant") - 0.7) < 1e-9);
    assert_int_equal(status(&b, "lake_plant", 17), LODE_STATUS_RAMP_UP);
    close_bench(&b);
    b = open_with("  - {id: school, type: workforce_programme, regions: [p], stages: [light_separation], "
                  "trained_per_year: 6, cost_usd_per_person: 10000, payer: p}\n");
    steps(b.run, 18);
    assert_true(fabs(ramp(&b, "lake_plant") - 11.5 / 12) < 1e-9);
    lode_party treasury = {LODE_PARTY_TREASURY, lode_idmap_get(b.world->region_ids, "p")};
    assert_int_equal(lode_ledger_balance(&b.run->ledger, treasury, 0, 0, 18), -9000000); /* 9 people, in cents */
    close_bench(&b);
}

/* 60,000 a year of which 50,000 are budgeted: ten months, five people. */
static void test_workforce_budget(void **state) {
    (void)state;
    bench b = open_with("  - {id: school, type: workforce_programme, regions: [p], stages: [light_separation], "
                        "trained_per_year: 6, cost_usd_per_person: 10000, payer: p, budget_musd: 0.05}\n");
    steps(b.run, 18);
    lode_party treasury = {LODE_PARTY_TREASURY, lode_idmap_get(b.world->region_ids, "p")};
    assert_int_equal(lode_ledger_balance(&b.run->ledger, treasury, 0, 0, 18), -5000000);
    /* in April 2025 the 16 months of its own people have made 6.67, and the school five: more than the ten it needs */
    assert_true(ramp(&b, "lake_plant") > 0.9);
    close_bench(&b);
}

/* The hill's plant costs 4, then 2: what it can pay for its feed rises from 0.9 x 55 - 4 to 0.9 x 55 - 2. 12 million a year is one a month. */
static void test_technology_programme(void **state) {
    (void)state;
    bench b =
        open_with("  - {id: research, type: technology_programme, assets: [hill_plant], cost_cut: 0.5, lag_months: 6, "
                  "within_months: 0, yearly_musd: 12, payer: a}\n");
    steps(b.run, 9);
    assert_true(fabs(lode_run_price(b.run, "hill_concentrate", "a", 5) - 45.5) < 0.05);
    assert_true(fabs(lode_run_price(b.run, "hill_concentrate", "a", 8) - 47.5) < 0.05);
    lode_party treasury = {LODE_PARTY_TREASURY, lode_idmap_get(b.world->region_ids, "a")};
    assert_int_equal(lode_ledger_balance(&b.run->ledger, treasury, 0, 0, 9), -900000000);
    close_bench(&b);
}

#define SLUMP                                                                                                          \
    "shocks:\n  - {id: slump, type: demand_surge, start: 2024-07-01, end: 2026-07-01, increase: -0.7, "                \
    "within_months: 0, regions: [p], commodities: [ndfeb_standard]}\n"

/* Guaranteed 5 M a year, settled at its end: in between the plant loses 3.48 M a year as before, and does not stop. */
static void test_guaranteed_earnings_accrue(void **state) {
    (void)state;
    bench b =
        open_with("  - {id: sure, type: offtake, assets: [steady_plant], commodities: [ndfeb_standard], buyer: p, "
                  "formula: ebitda, ebitda_musd_per_year: 5, payer: p, start: 2024-01-01, end: 2034-01-01}\n" SLUMP);
    steps(b.run, 30);
    assert_int_equal(first(&b, "steady_plant", LODE_STATUS_CARE_AND_MAINTENANCE), -1);
    close_bench(&b);
    b = open_with("  []\n" SLUMP);
    steps(b.run, 30);
    assert_int_equal(first(&b, "steady_plant", LODE_STATUS_CARE_AND_MAINTENANCE), 11);
    close_bench(&b);
}

/* A floor on what the river's mine sells makes no buyer; a contract for its output does, and with the mine comes its separator. */
static void test_offtake_starts_the_chain(void **state) {
    (void)state;
    bench b =
        open_with("  - {id: buys, type: offtake, assets: [river_mine], commodities: [river_concentrate], buyer: a, "
                  "formula: market, payer: a, start: 2024-01-01, end: 2040-01-01}\n");
    steps(b.run, 4);
    const lode_gate_entry *mine = verdict(&b, "river_mine", 3);
    assert_true(mine->result.passed);
    assert_int_equal(mine->pivotal_count, 1);
    assert_int_equal(mine->pivotal[0], 0);
    assert_true(verdict(&b, "river_plant", 3)->result.passed);
    assert_int_equal(verdict(&b, "river_plant", 3)->pivotal_count, 0);
    close_bench(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_waits_for_whom),
        cmocka_unit_test(test_slippage),
        cmocka_unit_test(test_permits),
        cmocka_unit_test(test_stop_and_restart),
        cmocka_unit_test(test_bankruptcy),
        cmocka_unit_test(test_money_of_lenders),
        cmocka_unit_test(test_copy),
        cmocka_unit_test(test_permit_reform),
        cmocka_unit_test(test_guaranteed_earnings_accrue),
        cmocka_unit_test(test_offtake_starts_the_chain),
        cmocka_unit_test(test_workforce),
        cmocka_unit_test(test_workforce_budget),
        cmocka_unit_test(test_technology_programme),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
