/* Any bytes as datapackage.json of a world that is otherwise in order. */
#include "lodestone/world.h"

#include <string.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    lode_diags *diags = lode_diags_new();
    lode_world *world = NULL;
    if (!diags)
        return 0;
    fuzz_file_set("datapackage.json", data, size, FUZZ_BASE);
    lode_code code = lode_world_open(&world, FUZZ_WORLD, diags);
    fuzz_require((code == LODE_OK) == (lode_diags_error_count(diags) == 0), "a failure is told");
    fuzz_require((code == LODE_OK) == (world != NULL), "a world that is valid is handed out");
    if (world) {
        int32_t year = lode_world_base_year(world);
        fuzz_require(year >= 0 && year <= 9999, "the base year is one");
        fuzz_require(strlen(lode_world_default_scenario(world)) < size + 1000, "the default scenario is a text");
    }
    lode_world_free(world);
    lode_diags_free(diags);
    return 0;
}
