/* Any bytes as a scenario of a small valid world: policies, shocks, battery, assumptions (which read the world again). */
#include <stdlib.h>

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
    lode_scenario_free(scenario);
    lode_diags_sort(diags);
    lode_diags_free(diags);
    return 0;
}
