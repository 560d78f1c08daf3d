/* Worlds that are valid are cleared and simulated: an archive (fuzz.h) as in fuzz_check.c; the world's base year is cleared, then its
 * scenario runs for three periods. Whatever the numbers, each step ends with an answer or an error code. */
#include <jansson.h>
#include <stdlib.h>

#include "fuzz.h"
#include "lodestone/clear.h"
#include "lodestone/run.h"

enum { STEPS = 3, MOST_BYTES = 16384 };

static void clear(const lode_world *world, lode_diags *diags) {
    lode_clearing *clearing = NULL;
    char *text = NULL;
    if (lode_clear(&clearing, world, NULL, diags) == LODE_OK) {
        fuzz_require(lode_clearing_print(&text, clearing, "json") == LODE_OK, "a clearing is printed");
        json_t *answer = json_loads(text, 0, NULL);
        fuzz_require(answer != NULL, "a clearing is JSON, so it holds no NaN");
        json_decref(answer);
    }
    free(text);
    lode_clearing_free(clearing);
}

static void simulate(const lode_world *world, const lode_scenario *scenario, lode_diags *diags) {
    lode_run *run = NULL;
    lode_code code = lode_run_new(&run, world, scenario, diags);
    for (int i = 0; i < STEPS && code == LODE_OK && lode_run_period(run) < lode_run_periods(run); i++) {
        int32_t before = lode_run_period(run);
        code = lode_run_step(run);
        fuzz_require(lode_run_period(run) == before + (code == LODE_OK), "a failed step stays where it was");
    }
    lode_run_free(run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    lode_world *world = NULL;
    lode_scenario *scenario = NULL;
    lode_diags *diags = size <= MOST_BYTES ? lode_diags_new() : NULL; /* large worlds only take long */
    if (!diags)
        return 0;
    fuzz_files_set(data, size, NULL);
    if (lode_world_open(&world, FUZZ_WORLD, diags) == LODE_OK) {
        clear(world, diags);
        if (lode_scenario_open(&scenario, world, FUZZ_SCENARIO, diags) == LODE_OK)
            simulate(world, scenario, diags);
    }
    lode_scenario_free(scenario);
    lode_world_free(world);
    lode_diags_free(diags);
    return 0;
}
