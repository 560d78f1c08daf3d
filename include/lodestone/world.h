/* Worlds and scenarios: open, check, describe. */
#ifndef LODESTONE_WORLD_H
#define LODESTONE_WORLD_H

#include <stdint.h>

#include "lodestone/error.h"

typedef struct lode_world lode_world;
typedef struct lode_scenario lode_scenario;

/* Reads and validates the folder `path`. Adds every finding of the pass to `diags`. On errors *out is NULL and the code of the first
 * error is returned; warnings alone leave LODE_OK. The world is immutable; free it with lode_world_free. O(size of the files). */
lode_code lode_world_open(lode_world **out, const char *path, lode_diags *diags);
void lode_world_free(lode_world *world);

/* Reads and validates a scenario (and those it extends) against a world. The world must outlive it. */
lode_code lode_scenario_open(lode_scenario **out, const lode_world *world, const char *path, lode_diags *diags);
void lode_scenario_free(lode_scenario *scenario);

const char *lode_world_path(const lode_world *world);
int32_t lode_world_base_year(const lode_world *world);
/* Path of the default scenario, resolved against the world's folder; "" if the datapackage names none. Borrowed. */
const char *lode_world_default_scenario(const lode_world *world);

/* What `lodestone check` prints: counts, what cannot reach what, assumed share of tonnes and of value by stage.
 * `format`: "text", "json" or "csv". *out is owned by the caller (free). */
lode_code lode_world_summary(char **out, const lode_world *world, const char *format);

/* What `lodestone describe [TABLE[.COLUMN]]` prints; `what` may be NULL or "". LODE_NOT_FOUND with the nearest names in *out. */
lode_code lode_describe(char **out, const char *what, const char *format);

#endif
