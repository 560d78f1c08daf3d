/* Many draws on many workers: threads of this process, and with MPI those of other ranks, which may be on other machines. What a draw
 * comes to does not depend on who does it; rows reach the sink in any order. */
#ifndef LODE_ENSEMBLE_TEAM_H
#define LODE_ENSEMBLE_TEAM_H

#include <stdatomic.h>

#include "lodestone/ensemble.h"
#include "store/draws.h"

/* Whether all ranks say the same text, such as the hash of what they read: else LODE_CONFLICT on all, with a finding that names `what`. */
lode_code lode_ranks_match(lode_ranks *ranks, const char *text, const char *what, lode_diags *diags);

typedef struct {
    int32_t threads; /* of this rank */
    int32_t width;   /* numbers in a row */
    /* Computes one draw into row->values[width]; `worker` 0 to threads - 1 says whose memory to use. Called from many threads at once, for
     * different workers; the row comes with its draw, status LODE_OK and NaN for each value. Returns LODE_OK also for a draw that failed
     * (row->status says so); any other code ends the whole. */
    lode_code (*work)(void *context, int32_t worker, int64_t draw, lode_draw_row *row);
    /* Takes finished rows; on rank 0 only, in the caller's thread. */
    lode_code (*sink)(void *context, const lode_draw_row *rows, size_t count);
    /* On rank 0, in the caller's thread, at least once a second; false: stop. Draws under way are finished or dropped, what the sink took
     * stands. May be NULL. */
    bool (*progress)(void *context, int64_t done, int64_t failed);
    void *context;
    /* Of this rank; set once the whole is to end early, on every rank: a `work` that looks at it now and then returns LODE_INTERRUPTED, and its
     * draw is dropped. NULL: draws under way are waited for. */
    atomic_bool *stopping;
} lode_team;

/* Does the draws todo[count] of rank 0 (what other ranks pass is not looked at) on all threads of all ranks; every rank of the job must call
 * it. Rows are handed to the sink in batches: when a few dozen wait, or seconds passed. LODE_OK, LODE_INTERRUPTED, or the first failure; the
 * same on all ranks. A rank that is lost ends the job (MPI's way): what the sink took stands. Memory: a few rows for each thread, on rank 0
 * two batches more. */
lode_code lode_team_run(const lode_team *team, lode_ranks *ranks, const int64_t *todo, int64_t count);

#endif
