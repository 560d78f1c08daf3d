/* No recipe makes rare earth out of nothing: for each element, content of the outputs <= content of the inputs.
 * Sources are exempt: processes without input, and mines whose inputs hold no rare earth. Where an input's content is
 * not known, nothing can be said; an output of unknown content counts as nothing. */
#include <math.h>
#include <string.h>

#include "base/diag.h"
#include "world/loader.h"

#define TOLERANCE 1e-9

typedef struct {
    double in[LODE_ELEMENT_COUNT], out[LODE_ELEMENT_COUNT];
    bool has_input, has_rare_earth_input, known;
} balance;

static void add_up(const lode_world *world, const lode_mode *mode, balance *b) {
    *b = (balance){.known = true};
    for (int32_t i = 0; i < mode->term_count; i++) {
        const lode_mode_term *term = &world->mode_terms[mode->first_term + i];
        const lode_commodity *commodity = &world->commodities[term->commodity];
        b->has_input = b->has_input || term->amount < 0;
        b->known = b->known && (term->amount > 0 || commodity->content_known);
        for (int e = 0; e < LODE_ELEMENT_COUNT; e++) {
            double mass = fabs(term->amount) * commodity->content[e];
            *(term->amount < 0 ? &b->in[e] : &b->out[e]) += mass;
            b->has_rare_earth_input = b->has_rare_earth_input || (term->amount < 0 && mass > 0);
        }
    }
}

static const lode_variant *variant_of(const lode_loader *loader, const lode_mode *mode) {
    int32_t process = loader->world->assets[mode->asset].process;
    for (int32_t v = loader->first_variant[process]; v < loader->first_variant[process + 1]; v++)
        if (!strcmp(loader->variants[v].variant, mode->variant))
            return &loader->variants[v];
    return NULL;
}

static void report(lode_loader *loader, const lode_mode *mode, int element, const balance *b) {
    const lode_world *world = loader->world;
    const lode_asset *asset = &world->assets[mode->asset];
    const lode_process *process = &world->processes[asset->process];
    const lode_recipe *row = &world->recipes[loader->recipe_order[variant_of(loader, mode)->first]];
    char *key =
        lode_arena_printf(world->arena, "mass %s %s %d %d", process->id, mode->variant, (int)mode->ore, element);
    if (key && !lode_report_once(loader, key))
        return;
    LODE_ROW_ERROR(
        loader, LODE_TABLE_RECIPES, row, LODE_MASS_CREATED,
        "lower an amount or recovery of the outputs, or raise an input; see the column content of commodities.csv",
        "process `%s`%s%s%s%s creates %s: %.6g t out of %.6g t in, per t of the basis", process->id,
        mode->variant[0] ? ", variant " : "", mode->variant, mode->ore >= 0 ? ", ore " : "",
        mode->ore >= 0 ? world->ores[mode->ore].id : "", lode_element_names[element], b->out[element], b->in[element]);
}

lode_code lode_check_mass(lode_loader *loader) {
    const lode_world *world = loader->world;
    for (int32_t i = 0; i < world->mode_count; i++) {
        const lode_mode *mode = &world->modes[i];
        const lode_variant *variant = variant_of(loader, mode);
        balance b;
        if (!variant || variant->failed)
            continue;
        add_up(world, mode, &b);
        lode_stage stage = world->processes[world->assets[mode->asset].process].stage;
        bool is_source = !b.has_input || (stage == LODE_STAGE_MINE && !b.has_rare_earth_input);
        for (int e = 0; e < LODE_ELEMENT_COUNT && b.known && !is_source; e++)
            if (b.out[e] > b.in[e] * (1 + TOLERANCE) + 1e-15)
                report(loader, mode, e, &b);
    }
    return LODE_OK;
}
