/* Levers: what a person may move in the app, and the scenario that a set of moves makes.
 *
 * A file of levers (data/scenarios/levers.yaml, docs/levers.md) gives each its range, default, unit, named settings, help, source and the
 * entries of a scenario it stands for. All moved levers together are one entry of the battery, `levers`: so an answer is a pair, the scenario with
 * them against the same without, as any shock is; and `lodestone stress WORLD FILE --shocks levers --programme-only` takes the same steps. */
#ifndef LODESTONE_LEVERS_H
#define LODESTONE_LEVERS_H

#include <stdbool.h>
#include <stddef.h>

#include "lodestone/world.h"

#define LODE_LEVERS_SHOCK "levers" /* the name of the entry */

typedef struct lode_levers lode_levers;

/* Path of the file of levers of a scenario: what the world's datapackage names as `levers`, for its default scenario; else `levers.yaml` beside
 * the scenario's file; else, unless `own`, beside one that it extends. *out is the caller's, NULL where there is none. LODE_OK or LODE_NOMEM. */
lode_code lode_levers_find(char **out, const lode_world *world, const lode_scenario *scenario, bool own);

/* Reads and validates; every finding goes to `diags`. The ends of each lever's range and its named settings are tried against `base` (a scenario of a
 * world), which must outlive it: whether they open, nothing is solved. First months are cut to the horizon of `base`; a lever that could
 * only begin outside it is left out, with a warning. O(levers x size of the scenario). */
lode_code lode_levers_open(lode_levers **out, const char *path, const lode_scenario *base, lode_diags *diags);
void lode_levers_free(lode_levers *levers);

/* As JSON for the app: `Levers` in web/src/document.ts. *out is the caller's. */
lode_code lode_levers_json(char **out, const lode_levers *levers);

typedef struct {
    const char *lever;
    double value;
    const char *start; /* YYYY-MM; NULL: the lever's default */
} lode_lever_value;

/* The scenario that extends the base and has the moved levers as entry `levers`, as YAML that the command line reads; `extends` is `base_path`.
 * Its name is the base's and `_levers`; its first lines say what was moved, and the command that runs it saved as NAME.yaml. The same values in any
 * order give the same text; levers at their default are left out. With none moved, a scenario without the entry. Findings for unknown levers
 * (with the nearest names), one that is given twice, values out of range or off the step, months outside the lever's, and for levers that the
 * base does not open with together. *out is the caller's. Several threads may ask at once, each with findings of its own. O(size of the
 * scenario): milliseconds. */
lode_code lode_levers_scenario(char **out, const lode_levers *levers, const char *base_path,
                               const lode_lever_value *values, size_t count, lode_diags *diags);

/* A scenario from text instead of a file: as lode_scenario_open of a file at `path` with this content. No file `path` need be there; what it
 * extends is read from disk, relative to it. */
lode_code lode_scenario_open_text(lode_scenario **out, const lode_world *world, const char *path, const char *text,
                                  lode_diags *diags);

#endif
