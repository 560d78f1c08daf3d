/* The inside of opening a scenario (scenario_open.c): what its tree says. */
#ifndef LODE_POLICY_SCENARIO_READ_H
#define LODE_POLICY_SCENARIO_READ_H

#include "policy/scenario.h"

/* Fills what comes from the tree of `s->file`, in the names of `s->world`; both stand, and the arena that owns it all. `moved`: shock_start in place of the
 * written one, or LODE_NO_DAY. LODE_OK, LODE_NOMEM, or the code of the last error if `diags` holds more than the `before` errors that were there
 * already. O(size of the tree). */
lode_code lode_scenario_read(lode_scenario *s, lode_day moved, size_t before, lode_diags *diags);

#endif
