/* Projects of a run: through permits, the financing gate, construction and ramp-up; plants that stop, start again and fail (projects.c,
 * plant_life.c). Only where the scenario has `settings: {projects: true}`; otherwise every plant starts on its date. */
#ifndef LODE_SIM_PROJECTS_H
#define LODE_SIM_PROJECTS_H

#include "finance/gate_log.h"
#include "sim/run.h"

/* Status of an asset in a done period. O(1). */
lode_status lode_run_asset_status(const lode_run *run, int32_t period, int32_t asset);
/* What the gate said, borrowed. Empty where projects are off. */
const lode_gate_log *lode_run_gates(const lode_run *run);

#endif
