/* Any bytes as a scenario of a small valid world: policies, shocks, battery, assumptions (which read the world again), uncertainties; what is
 * valid is drawn a few times. And as the rest of one that extends a scenario which is open. */
#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "ensemble/uncertainty.h"
#include "fuzz.h"
#include "lodestone/levers.h"
#include "lodestone/world.h"
#include "policy/scenario.h"

#define DOUBTFUL FUZZ_SOURCE "/tests/worlds/uncertain" /* with parameters that have ranges */

static lode_world *base_world(void) {
    static lode_world *world;
    if (!world) {
        fuzz_file_set("none", NULL, 0, DOUBTFUL);
        fuzz_require(lode_world_open(&world, FUZZ_WORLD, NULL) == LODE_OK, "the base world is valid");
    }
    return world;
}

/* What a draw puts in the place of a number is a number that its attribute allows. */
static void draw(const lode_uncertainty *all, double at) {
    const size_t room = (size_t)all->count + 1;
    double *u = malloc(room * sizeof *u), *values = malloc(room * sizeof *values), *scratch = malloc(room * sizeof *u);
    for (int32_t i = 0; u && i < all->count; i++)
        u[i] = at;
    if (u && values && scratch)
        lode_uncertainty_values(all, u, values, scratch);
    for (int32_t i = 0; u && values && scratch && i < all->count; i++)
        for (int32_t t = 0; t < all->items[i].target_count; t++) {
            const lode_uncertain_target *target = &all->items[i].targets[t];
            double number = lode_uncertain_number(&all->items[i], t, values[i]);
            fuzz_require(isfinite(number) && number >= target->least && number <= target->most, "a draw is in range");
        }
    free(u);
    free(values);
    free(scratch);
}

static void draw_events(const lode_uncertainty *all, const lode_scenario *scenario) {
    lode_arena *arena = lode_arena_new();
    lode_event_outcome outcome;
    for (int32_t e = 0; arena && e < all->event_count; e++)
        fuzz_require(!lode_event_draw(&outcome, &all->events[e], scenario, 1, 1, arena), "an event is drawn");
    lode_arena_free(arena);
}

static void check_uncertainties(const lode_scenario *scenario, lode_diags *diags) {
    static const double points[] = {0x1p-53, 0.01, 0.5, 0.9, 1 - 0x1p-53};
    const size_t before = lode_diags_error_count(diags);
    lode_uncertainty *all = NULL;
    lode_code code = lode_uncertainty_open(&all, scenario, diags);
    fuzz_require((code == LODE_OK) == (lode_diags_error_count(diags) == before), "what cannot be drawn is told");
    for (size_t i = 0; all && i < sizeof points / sizeof points[0]; i++)
        draw(all, points[i]);
    if (all)
        draw_events(all, scenario);
    lode_uncertainty_free(all);
}

static const lode_scenario *base_scenario(void) {
    static lode_scenario *base;
    if (!base)
        fuzz_require(lode_scenario_open_text(&base, base_world(), "base.yaml", "name: base\n", NULL) == LODE_OK,
                     "the base scenario is valid");
    return base;
}

static void extend(const uint8_t *data, size_t size) {
    lode_scenario *scenario = NULL;
    lode_diags *diags = lode_diags_new();
    lode_text text = {0};
    lode_text_add(&text, "extends: base.yaml\n");
    lode_text_addn(&text, (const char *)data, size);
    if (diags && !text.failed) {
        const lode_code code = lode_scenario_extended(&scenario, base_scenario(), "more.yaml", text.data, diags);
        fuzz_require((code == LODE_OK) == (lode_diags_error_count(diags) == 0), "a failure to extend is told");
        fuzz_require((code == LODE_OK) == (scenario != NULL), "what extends a scenario is handed out");
    }
    lode_scenario_free(scenario);
    lode_diags_free(diags);
    lode_text_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const lode_world *world = base_world();
    lode_scenario *scenario = NULL;
    lode_diags *diags = lode_diags_new();
    if (!diags)
        return 0;
    fuzz_file_set("scenario.yaml", data, size, DOUBTFUL);
    lode_code code = lode_scenario_open(&scenario, world, FUZZ_SCENARIO, diags);
    fuzz_require((code == LODE_OK) == (lode_diags_error_count(diags) == 0), "a failure is told");
    fuzz_require((code == LODE_OK) == (scenario != NULL), "a scenario that is valid is handed out");
    if (scenario)
        check_uncertainties(scenario, diags);
    lode_scenario_free(scenario);
    extend(data, size);
    lode_diags_sort(diags);
    lode_diags_free(diags);
    return 0;
}
