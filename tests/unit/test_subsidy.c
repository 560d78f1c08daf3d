/* What a tenth and a quarter of self-sufficiency cost, by a grant and by a floor, alone and with an ally: the questions of IMF Working Paper
 * 2026/072 (docs/subsidy.md says what it found), asked of a small world.
 *
 * tests/worlds/self_sufficiency: the United States use 1000 t of NdPr oxide a year at 60 USD/kg and make 100. A further 150 t could come from a
 * site with a dear mine of its own (100 million), or from a separator alone (40 million) on the ore of an ally, whose cheap mine nobody finances
 * before the separator is there, nor the separator before the mine: together means that the United States promise to take the ore. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "measure/policy_cost.h"
#include "sim/run.h"
#include "unit/bench.h"

#define WORLD "tests/worlds/self_sufficiency"

enum { BISECTIONS = 12 };
static const double MARKET_MUSD = 60; /* 1000 t at 60 USD/kg */

typedef struct {
    double self_sufficiency; /* in the last year: made over used */
    double cost_musd;        /* of public purses up to then, net, real */
} outcome;

static double sum_of_year(const lode_run *run, const double *series, int32_t width, int32_t column) {
    double t = 0;
    for (int32_t p = run->done - 4; p < run->done; p++)
        t += series[(size_t)p * (size_t)width + (size_t)column];
    return t;
}

static double self_sufficiency(const lode_run *run) {
    const lode_world *w = run->world;
    const int32_t usa = lode_idmap_get(w->region_ids, "USA");
    double made = 0, used = 0;
    for (int32_t m = 0; m < w->mode_count; m++) {
        const lode_asset *a = &w->assets[w->modes[m].asset];
        if (a->region == usa && w->processes[a->process].stage == LODE_STAGE_LIGHT_SEPARATION)
            made += sum_of_year(run, run->record.mode_output, run->record.modes, m);
    }
    for (int32_t l = 0; l < run->record.lines; l++)
        if (lode_network_lines(run->network)[l].region == usa)
            used += sum_of_year(run, run->record.line_served, run->record.lines, l);
    return made / used;
}

/* A scenario of the world, run to its end; `amount` stands at `path` where that is not NULL. */
static outcome run_with(const char *scenario_path, const char *path, double amount) {
    lode_diags *diags = lode_diags_new();
    lode_world *world;
    lode_scenario *scenario;
    lode_run *run;
    lode_view view;
    const lode_scenario_numbers numbers = {path ? 1 : 0, &path, &amount};
    assert_int_equal(lode_world_open(&world, WORLD, diags), LODE_OK);
    assert_int_equal(lode_scenario_open_with(&scenario, world, scenario_path, &numbers, diags), LODE_OK);
    assert_int_equal(lode_run_new(&run, world, scenario, diags), LODE_OK);
    steps(run, (int)lode_run_periods(run));
    assert_int_equal(lode_view_open(&view, run), LODE_OK);
    const outcome out = {self_sufficiency(run), lode_policy_cost_real_musd(&view, 0, run->done)};
    lode_view_close(&view);
    lode_run_free(run);
    lode_scenario_free(scenario);
    lode_world_free(world);
    lode_diags_free(diags);
    return out;
}

/* The least amount between `low` (too little) and `high` (enough) that reaches a quarter, and what it cost. */
static outcome least(const char *scenario, const char *path, double low, double high) {
    outcome best = run_with(scenario, path, high);
    assert_true(fabs(best.self_sufficiency - 0.25) < 0.001);
    assert_true(run_with(scenario, path, low).self_sufficiency < 0.2);
    for (int i = 0; i < BISECTIONS; i++) {
        const double middle = (low + high) / 2;
        const outcome at = run_with(scenario, path, middle);
        if (at.self_sufficiency > 0.2) {
            high = middle;
            best = at;
        } else {
            low = middle;
        }
    }
    print_message("%s: %.1f, cost %.1f million USD, %.0f%% of a year's market\n", scenario + strlen(WORLD) + 1, high,
                  best.cost_musd, 100 * best.cost_musd / MARKET_MUSD);
    return best;
}

static void without_help_a_tenth_is_made_at_home(void **state) {
    (void)state;
    const outcome none = run_with(WORLD "/today.yaml", NULL, 0);
    assert_true(fabs(none.self_sufficiency - 0.1) < 0.001);
    assert_true(fabs(none.cost_musd) < 1e-9);
}

/* Both reach a quarter. The floor is paid on every kilogram for years, is taxed, may be repealed, and is discounted by owners at the price
 * of their capital; the grant is not. */
static void a_capital_subsidy_is_cheaper_than_a_floor(void **state) {
    (void)state;
    const outcome grant = least(WORLD "/grant_alone.yaml", "policies.help.amount_musd", 1, 100),
                  floor = least(WORLD "/floor_alone.yaml", "policies.help.price", 60, 300);
    assert_true(grant.cost_musd < floor.cost_musd);
}

/* The ore of the ally is the cheaper one: the mine is built with nobody's money, once somebody promises to buy. */
static void together_is_cheaper_than_alone(void **state) {
    (void)state;
    const outcome alone = least(WORLD "/grant_alone.yaml", "policies.help.amount_musd", 1, 100),
                  together = least(WORLD "/grant_together.yaml", "policies.help.amount_musd", 1, 39);
    assert_true(together.cost_musd < alone.cost_musd);
    const outcome floor_alone = least(WORLD "/floor_alone.yaml", "policies.help.price", 60, 300),
                  floor_together = least(WORLD "/floor_together.yaml", "policies.help.price", 60, 300);
    assert_true(floor_together.cost_musd < floor_alone.cost_musd);
    assert_true(together.cost_musd < floor_together.cost_musd);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_help_a_tenth_is_made_at_home),
        cmocka_unit_test(a_capital_subsidy_is_cheaper_than_a_floor),
        cmocka_unit_test(together_is_cheaper_than_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
