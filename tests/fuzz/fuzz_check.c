/* The whole of `lodestone check`: an archive (fuzz.h) with the tables of a world and `scenario.yaml`. */
#include <stdlib.h>

#include "fuzz.h"
#include "lodestone/world.h"

static void sum_up(const lode_world *world) {
    static const char *const formats[] = {"text", "json", "csv"};
    for (int i = 0; i < 3; i++) {
        char *text = NULL;
        fuzz_require(lode_world_summary(&text, world, formats[i]) == LODE_OK && text, "a valid world is summed up");
        free(text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    lode_world *world = NULL;
    lode_scenario *scenario = NULL;
    lode_diags *diags = lode_diags_new();
    if (!diags)
        return 0;
    fuzz_files_set(data, size, NULL);
    lode_code code = lode_world_open(&world, FUZZ_WORLD, diags);
    fuzz_require((code == LODE_OK) == (lode_diags_error_count(diags) == 0), "a failure is told");
    if (world) {
        sum_up(world);
        code = lode_scenario_open(&scenario, world, FUZZ_SCENARIO, diags);
        fuzz_require((code == LODE_OK) == (lode_diags_error_count(diags) == 0), "a failure is told");
    }
    lode_scenario_free(scenario);
    lode_world_free(world);
    lode_diags_sort(diags);
    lode_diags_free(diags);
    return 0;
}
