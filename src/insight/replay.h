/* A run done again from its inputs, with its pair, up to one period: what `explain` asks.
 *
 * The pair of a shock of the battery is the reference; that of a scenario's own run is the same scenario without its `shocks`
 * (`policies` stay). A scenario without shocks has no pair: it stands for itself, and its loss is against what users want at reference
 * prices. */
#ifndef LODE_INSIGHT_REPLAY_H
#define LODE_INSIGHT_REPLAY_H

#include "base/pool.h"
#include "insight/binding.h"
#include "policy/scenario.h"

typedef struct {
    const lode_scenario *scenario; /* borrowed */
    lode_scenario bare;            /* the scenario without its shocks; a shallow copy */
    int32_t threads;
    lode_run *reference; /* the pair; NULL where the run stands for itself */
    lode_run *run;       /* at the end of the period explained */
    lode_run *start;     /* the run at the first period in which it differs, not stepped */
    lode_view view, paired;
    lode_pair pair;
    int32_t first; /* period of `start` */
    lode_binding *bindings;
    int32_t binding_count, confirmed;
} lode_replay;

/* Runs up to target->period. `shock`: a battery entry, or NULL for the scenario's own run. LODE_UNKNOWN_ID for an unknown shock,
 * LODE_BAD_RANGE if the period is before the run differs from its pair, each with a finding; LODE_CERTIFICATE or LODE_SOLVER. Close
 * `out` in every case. O(periods x clearing). */
lode_code lode_replay_run(lode_replay *out, const lode_scenario *scenario, const char *shock, const lode_target *target,
                          int32_t threads, lode_pool_progress *progress, lode_diags *diags);
/* The run of the scenario, or of a shock of its battery, for the lender's page of an asset: up to the end of `period`, or with -1 up to the
 * period in which the gate lets it pass, else to the end. The caller frees *out. O(periods x clearing). */
lode_code lode_replay_project(lode_run **out, const lode_scenario *scenario, const char *shock, int32_t asset,
                              int32_t period, lode_pool_progress *progress, lode_diags *diags);
/* Finds what binds and confirms the `candidates` most valuable, each by a run of its own, several at once; the most relieving first.
 * Results do not depend on the number of threads. */
lode_code lode_replay_explain(lode_replay *replay, const lode_target *target, int32_t candidates,
                              lode_pool_progress *progress);
void lode_replay_close(lode_replay *replay);

#endif
