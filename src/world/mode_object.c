/* Names of modes and arcs, in one place because `calibrate` writes them and the market reads them. */
#include "world/mode_object.h"

#include <stdio.h>
#include <string.h>

void lode_mode_object(const lode_world *world, int32_t mode, char *out, size_t size) {
    const lode_mode *m = &world->modes[mode];
    const lode_asset *asset = &world->assets[m->asset];
    bool with_ore = m->ore >= 0 && asset->ores.count > 1;
    bool with_variant = m->variant != NULL && m->variant[0] != '\0';

    snprintf(out, size, "asset:%s%s%s%s%s", asset->id, with_ore ? ":" : "", with_ore ? world->ores[m->ore].id : "",
             with_variant ? ":" : "", with_variant ? m->variant : "");
}

void lode_arc_object(const lode_world *world, int32_t arc, char *out, size_t size) {
    const lode_arc *a = &world->arcs[arc];
    snprintf(out, size, "arc:%s:%s:%s", world->commodities[a->commodity].id, world->regions[a->from].id,
             world->regions[a->to].id);
}

void lode_node_object(const lode_world *world, const char *kind, int32_t commodity, int32_t region, char *out,
                      size_t size) {
    snprintf(out, size, "%s:%s:%s", kind, world->commodities[commodity].id, world->regions[region].id);
}

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

size_t lode_object_size(const lode_world *world) {
    size_t modes = 0, commodity = 0, region = 0;

    for (int32_t i = 0; i < world->mode_count; i++) {
        const lode_mode *m = &world->modes[i];
        size_t length = strlen(world->assets[m->asset].id);
        length += m->ore >= 0 ? strlen(world->ores[m->ore].id) : 0;
        length += m->variant != NULL ? strlen(m->variant) : 0;
        modes = larger(modes, length);
    }
    for (int32_t c = 0; c < world->commodity_count; c++)
        commodity = larger(commodity, strlen(world->commodities[c].id));
    for (int32_t r = 0; r < world->region_count; r++)
        region = larger(region, strlen(world->regions[r].id));
    return larger(modes, commodity + 2 * region) + sizeof "finish:::::";
}
