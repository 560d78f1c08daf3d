/* The core of an ensemble: what is decided before any draw (factors, design, shocks, columns), one draw, and all of them by a team into a
 * store.
 *
 * Draw i is a pure function of (world, scenario, plan, i): it begins to clear where the scenario as it stands has been brought to once
 * (lode_run_start), never where a worker's last draw ended. So workers, their order and what was done before change nothing. */
#ifndef LODE_ENSEMBLE_ENSEMBLE_H
#define LODE_ENSEMBLE_ENSEMBLE_H

#include "ensemble/design.h"
#include "ensemble/draw.h"
#include "ensemble/outcome.h"
#include "ensemble/team.h"
#include "ensemble/uncertainty.h"
#include "lodestone/ensemble.h"

#define LODE_SHOCK_MONTHS 24 /* followed of a shock, unless told otherwise */

typedef struct {
    const lode_scenario *scenario;
    lode_uncertainty *uncertainty;
    lode_design design; /* `draws` as the design makes them of those asked for */
    const char **names; /* of its factors; owned, the texts are not */
    int32_t shock_count, shock_months;
    int32_t *shocks; /* of the scenario's battery; owned */
    const char **shock_names;
    lode_outcome *outcome;
    lode_world_mould *mould; /* NULL: no number of the world is uncertain */
    lode_run_start *start;   /* NULL: the scenario as it stands does not clear, and every draw begins from nothing */
} lode_ensemble_plan;

/* Decides everything; no market is cleared. The scenario must outlive it. A finding for each of: no draws, a design that is none or that
 * cannot be made of so few, a shock that is none, named twice or outside the horizon, nothing uncertain, uncertainties that cannot be read. */
lode_code lode_ensemble_plan_new(lode_ensemble_plan **out, const lode_scenario *scenario,
                                 const lode_ensemble_options *options, lode_diags *diags);
void lode_ensemble_plan_free(lode_ensemble_plan *plan);
/* Clears the first period of the scenario as it stands, where the draws begin; once, before lode_ensemble_row. LODE_NOMEM. */
lode_code lode_ensemble_plan_start(lode_ensemble_plan *plan);

/* Computes one row: row->values[columns], status and reason. A draw that cannot be run is a row too, with its reason; LODE_NOMEM, LODE_IO
 * and LODE_INTERRUPTED (`progress` said false) end the ensemble. Safe for many threads at once. */
lode_code lode_ensemble_row(const lode_ensemble_plan *plan, int64_t draw, lode_draw_row *row, lode_progress progress,
                            void *context);

/* Does the draws that are not in `store` yet (NULL on all ranks but the first), on `threads` threads of each rank, and stores them. LODE_OK, or
 * LODE_INTERRUPTED or the first failure; what was stored stands. */
lode_code lode_ensemble_run(lode_ensemble_plan *plan, lode_ranks *ranks, int32_t threads, lode_draw_store *store,
                            lode_progress progress, void *context, lode_diags *diags);

#endif
