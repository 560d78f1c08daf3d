/* One draw of an ensemble: from a point of the design to a scenario, and a world, in which everything uncertain has a value.
 *
 * Nothing is read from disk but a world of which numbers are uncertain; what does not change is shared with the scenario as it stands. */
#ifndef LODE_ENSEMBLE_DRAW_H
#define LODE_ENSEMBLE_DRAW_H

#include "ensemble/design.h"
#include "ensemble/uncertainty.h"

typedef struct {
    lode_arena *arena;
    lode_world *world;          /* its own; NULL: no number of the world is uncertain */
    lode_scenario *scenario;    /* in which the draw is run */
    double *inputs;             /* [uncertain numbers] */
    lode_event_outcome *events; /* [events] */
} lode_drawn;

/* Makes draw `draw` of `design`, a pure function of its arguments. What was drawn (`inputs`, `events`) stands also where the scenario that
 * results is refused: then the code and a finding say why. LODE_NOMEM. Release in every case. */
lode_code lode_draw_make(lode_drawn *out, const lode_uncertainty *uncertainty, const lode_design *design, int64_t draw,
                         lode_diags *diags);
void lode_draw_release(lode_drawn *drawn);

#endif
