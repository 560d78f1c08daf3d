/* Any bytes as the levers of a small valid scenario. What is valid is told as JSON, and each lever moved to the end of its range: the scenario that
 * is written must open. */
#include <jansson.h>
#include <stdlib.h>

#include "fuzz.h"
#include "lodestone/levers.h"

#define LEVERS FUZZ_WORLD "/levers.yaml"

static const lode_scenario *base_scenario(const lode_world **world_out) {
    static lode_world *world;
    static lode_scenario *scenario;
    if (!scenario) {
        fuzz_file_set("none", NULL, 0, FUZZ_BASE);
        fuzz_require(lode_world_open(&world, FUZZ_WORLD, NULL) == LODE_OK, "the base world is valid");
        fuzz_require(lode_scenario_open(&scenario, world, FUZZ_BASE "/today.yaml", NULL) == LODE_OK,
                     "the base scenario is valid");
    }
    *world_out = world;
    return scenario;
}

static void move(const lode_levers *levers, const lode_world *world, const json_t *lever) {
    const lode_lever_value value = {json_string_value(json_object_get(lever, "id")),
                                    json_number_value(json_object_get(lever, "most")), NULL};
    char *text = NULL;
    lode_scenario *scenario = NULL;
    lode_diags *diags = lode_diags_new();
    fuzz_require(lode_levers_scenario(&text, levers, FUZZ_BASE "/today.yaml", &value, 1, diags) == LODE_OK,
                 "what was tried can be moved");
    fuzz_require(lode_scenario_open_text(&scenario, world, FUZZ_WORLD "/moved.yaml", text, diags) == LODE_OK,
                 "what levers write opens");
    lode_scenario_free(scenario);
    lode_diags_free(diags);
    free(text);
}

static void use(const lode_levers *levers, const lode_world *world) {
    char *text = NULL;
    size_t index;
    json_t *lever;
    fuzz_require(lode_levers_json(&text, levers) == LODE_OK, "levers are told");
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    fuzz_require(root != NULL, "what is told is JSON");
    json_array_foreach(json_object_get(root, "levers"), index, lever) move(levers, world, lever);
    json_decref(root);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const lode_world *world;
    const lode_scenario *base = base_scenario(&world);
    lode_levers *levers = NULL;
    lode_diags *diags = lode_diags_new();
    if (!diags)
        return 0;
    fuzz_file_set("levers.yaml", data, size, FUZZ_BASE);
    lode_code code = lode_levers_open(&levers, LEVERS, base, diags);
    fuzz_require((code == LODE_OK) == (lode_diags_error_count(diags) == 0), "a failure is told");
    fuzz_require((code == LODE_OK) == (levers != NULL), "levers that are valid are handed out");
    if (levers)
        use(levers, world);
    lode_levers_free(levers);
    lode_diags_free(diags);
    return 0;
}
