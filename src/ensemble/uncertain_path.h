/* From a path or pattern of an uncertainty to the numbers it speaks of, in the tables of the world or in the scenario's tree.
 *
 *     parameters.storage_sigma.value      one cell; .value may be left out
 *     assets.*.capex_usd                  that column of every row; trailing keys may be left out, which means all
 *     policies.us_floor.floor_usd_per_kg  a key of an entry, by its id, name or number from 0
 *     shocks.*.share.*                    `*` stands for any key, id or number
 *
 * Of the scenario only `policies`, `shocks`, `battery` and `settings` can be meant. A cell that is empty and a key that is not written are no
 * numbers, even where they have a default: what a draw replaces must stand somewhere. */
#ifndef LODE_ENSEMBLE_UNCERTAIN_PATH_H
#define LODE_ENSEMBLE_UNCERTAIN_PATH_H

#include "ensemble/uncertainty.h"
#include "world/cells.h"

typedef struct {
    const lode_scenario *scenario;
    const lode_overrides *assumptions;
    lode_arena *arena; /* of the paths that are found */
    lode_diags *diags;
} lode_path_search;

typedef struct {
    int32_t count, capacity;
    lode_uncertain_target *items; /* the caller frees */
} lode_target_list;

/* Adds the numbers of `pattern`, in the order of the files; `where` is the place for findings. LODE_OK (at least one was added), LODE_NOMEM or
 * the code of the finding: unknown with the nearest names, or not a number. `diags` may be NULL: no findings. O(size of the table or of the tree). */
lode_code lode_path_targets(lode_target_list *out, const lode_path_search *search, const char *pattern,
                            const lode_yaml_node *where);

#endif
