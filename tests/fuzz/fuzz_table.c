/* One table in place of a valid world's: the first line of the input is its file's name (`calibration.csv`), the rest its content. */
#include "lodestone/world.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char name[64], *summary = NULL;
    const uint8_t *newline = size ? memchr(data, '\n', size) : NULL;
    const size_t length = newline ? (size_t)(newline - data) : 0;
    if (!newline || length >= sizeof name)
        return 0;
    memcpy(name, data, length);
    name[length] = '\0';
    lode_diags *diags = lode_diags_new();
    lode_world *world = NULL;
    if (!diags)
        return 0;
    fuzz_file_set(name, newline + 1, size - length - 1, FUZZ_BASE);
    lode_code code = lode_world_open(&world, FUZZ_WORLD, diags);
    fuzz_require((code == LODE_OK) == (lode_diags_error_count(diags) == 0), "a failure is told");
    if (world)
        fuzz_require(lode_world_summary(&summary, world, "json") == LODE_OK, "a valid world is summed up");
    free(summary);
    lode_world_free(world);
    lode_diags_sort(diags);
    lode_diags_free(diags);
    return 0;
}
