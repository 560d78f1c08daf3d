/* Names of modes, arcs and nodes in calibration.csv and in reports: asset:ID[:ORE][:VARIANT], arc:COMMODITY:FROM:TO, price: and
 * finish:COMMODITY:REGION. */
#ifndef LODE_WORLD_MODE_OBJECT_H
#define LODE_WORLD_MODE_OBJECT_H

#include <stddef.h>
#include <stdint.h>

#include "world/world.h"

/* Writes the object of world->modes[mode] into out[size], always terminated. The ore is named only where the asset takes several, the
 * variant only where the process has variants, so that an asset with one way of running is `asset:ID`. O(length). */
void lode_mode_object(const lode_world *world, int32_t mode, char *out, size_t size);
/* Bytes that hold any object of the world, terminator included: ids have any length. O(modes + arcs + commodities + regions). */
size_t lode_object_size(const lode_world *world);
/* Writes the object of world->arcs[arc], arc:COMMODITY:FROM:TO, likewise. */
void lode_arc_object(const lode_world *world, int32_t arc, char *out, size_t size);
/* Writes KIND:COMMODITY:REGION, where `kind` is "price" or "finish", likewise. */
void lode_node_object(const lode_world *world, const char *kind, int32_t commodity, int32_t region, char *out,
                      size_t size);

#endif
