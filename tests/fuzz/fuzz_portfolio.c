/* Any bytes as the portfolio of a buyer in a small valid world. */
#include <math.h>
#include <stdlib.h>

#include "fuzz.h"
#include "insight/portfolio_file.h"
#include "lodestone/world.h"

static lode_world *base_world(void) {
    static lode_world *world;
    if (!world) {
        fuzz_file_set("none", NULL, 0, FUZZ_BASE);
        fuzz_require(lode_world_open(&world, FUZZ_WORLD, NULL) == LODE_OK, "the base world is valid");
    }
    return world;
}

static void check_grade(const lode_world *world, const lode_grade *grade) {
    double sum = 0;
    fuzz_require(grade->id && grade->commodity >= 0 && grade->commodity < world->commodity_count, "a grade is a good");
    fuzz_require(grade->region >= 0 && grade->region < world->region_count, "a grade is used somewhere");
    fuzz_require(grade->segment < world->segment_count, "a grade is for a segment or for none");
    fuzz_require(grade->kg_per_year > 0 && isfinite(grade->kg_per_year), "something is needed");
    for (int32_t i = 0; i < grade->supplier_count; i++) {
        const lode_supplier *s = &grade->suppliers[i];
        fuzz_require(s->name && s->region >= 0, "a supplier is somewhere");
        fuzz_require((s->arc < 0) == (s->region == grade->region), "a supplier elsewhere has a link");
        sum += s->share;
    }
    fuzz_require(sum <= 1 + 1e-6, "shares are no more than all");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const lode_world *world = base_world();
    lode_portfolio_file *file = NULL;
    lode_diags *diags = lode_diags_new();
    if (!diags)
        return 0;
    fuzz_file_set("portfolio.yaml", data, size, NULL);
    lode_code code = lode_portfolio_open(&file, world, FUZZ_WORLD "/portfolio.yaml", lode_day_from(2025, 1, 1), diags);
    fuzz_require((code == LODE_OK) == (lode_diags_error_count(diags) == 0), "a failure is told");
    fuzz_require((code == LODE_OK) == (file != NULL), "a portfolio that is valid is handed out");
    for (int32_t g = 0; file && g < file->grade_count; g++)
        check_grade(world, &file->grades[g]);
    lode_portfolio_close(file);
    lode_diags_free(diags);
    return 0;
}
