/* Any bytes as a scenario of a small valid world: policies, shocks, battery, assumptions (which read the world again), uncertainties. */
#include <stdlib.h>

#include "ensemble/uncertainty.h"
#include "fuzz.h"
#include "lodestone/world.h"

static lode_world *base_world(void) {
    static lode_world *world;
    if (!world) {
        fuzz_file_set("none", NULL, 0, FUZZ_BASE);
        fuzz_require(lode_world_open(&world, FUZZ_WORLD, NULL) == LODE_OK, "the base world is valid");
    }
    return world;
}

/* What is uncertain in it: read, and one draw of every number and event. */
static void draw(const lode_scenario *scenario) {
    lode_diags *diags = lode_diags_new();
    lode_arena *arena = lode_arena_new();
    lode_uncertainty *uncertainty = NULL;
    lode_event_outcome outcome;
    lode_code code = lode_uncertainty_open(&uncertainty, scenario, diags);
    fuzz_require((code == LODE_OK) == (lode_diags_error_count(diags) == 0), "a failure of the uncertainties is told");
    for (int32_t e = 0; code == LODE_OK && e < uncertainty->event_count; e++)
        fuzz_require(!lode_event_draw(&outcome, &uncertainty->events[e], scenario, 1, 1, arena), "an event is drawn");
    for (int32_t i = 0; code == LODE_OK && i < uncertainty->count; i++)
        lode_distribution_quantile(&uncertainty->items[i].distribution, 0.5);
    lode_uncertainty_free(uncertainty);
    lode_arena_free(arena);
    lode_diags_free(diags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const lode_world *world = base_world();
    lode_scenario *scenario = NULL;
    lode_diags *diags = lode_diags_new();
    if (!diags)
        return 0;
    fuzz_file_set("scenario.yaml", data, size, FUZZ_BASE);
    lode_code code = lode_scenario_open(&scenario, world, FUZZ_SCENARIO, diags);
    fuzz_require((code == LODE_OK) == (lode_diags_error_count(diags) == 0), "a failure is told");
    fuzz_require((code == LODE_OK) == (scenario != NULL), "a scenario that is valid is handed out");
    if (scenario)
        draw(scenario);
    lode_scenario_free(scenario);
    lode_diags_sort(diags);
    lode_diags_free(diags);
    return 0;
}
