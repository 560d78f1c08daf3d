/* One draw of an ensemble: from a point of the design to a scenario, and a world, in which everything uncertain has a value.
 *
 * Nothing is read from disk: the world is cast from rows that were read once, and what does not change of the scenario is shared with the one as
 * it stands. */
#ifndef LODE_ENSEMBLE_DRAW_H
#define LODE_ENSEMBLE_DRAW_H

#include "ensemble/design.h"
#include "ensemble/uncertainty.h"
#include "world/mould.h"

typedef struct {
    lode_arena *arena;
    lode_world *world;          /* its own; NULL: no number of the world is uncertain */
    lode_scenario *scenario;    /* in which the draw is run */
    double *inputs;             /* [uncertain numbers] */
    lode_event_outcome *events; /* [events]; NULL where the world that was drawn is refused */
} lode_drawn;

/* The mould of the worlds of all draws; NULL, and LODE_OK, if no number of the world is uncertain. */
lode_code lode_draw_mould(lode_world_mould **out, const lode_uncertainty *uncertainty, lode_diags *diags);

/* Makes draw `draw` of `design`, a pure function of its arguments: numbers, the world they make, what happens in it (its hazards may be
 * uncertain), and the scenario. What was drawn stands also where the world or the scenario that results is refused: then the code and a finding say why. LODE_NOMEM. Release in every case, before the mould. */
lode_code lode_draw_make(lode_drawn *out, const lode_uncertainty *uncertainty, const lode_world_mould *mould,
                         const lode_design *design, int64_t draw, lode_diags *diags);
void lode_draw_release(lode_drawn *drawn);

#endif
