/* Many draws on many workers: threads of this process, and with MPI those of other ranks, which may be on other machines. What a draw
 * comes to does not depend on who does it; rows reach the sink in any order. */
#ifndef LODE_ENSEMBLE_TEAM_H
#define LODE_ENSEMBLE_TEAM_H

#include "store/draws.h"

/* The ranks of an MPI job. Without mpirun there is one, and nothing of MPI is touched. */
typedef struct lode_ranks lode_ranks;
/* Joins the job if this process was started as part of one; else *out is a single rank. LODE_NOMEM, LODE_SOLVER ... with a finding. */
lode_code lode_ranks_join(lode_ranks **out, lode_diags *diags);
int32_t lode_ranks_index(const lode_ranks *ranks); /* 0: the one that reports and writes */
int32_t lode_ranks_count(const lode_ranks *ranks);
/* Rank 0 says how it went so far and all learn it: the first code that is not LODE_OK of any rank, in their order. */
lode_code lode_ranks_agree(lode_ranks *ranks, lode_code code);
/* Leaves the job. NULL is allowed. */
void lode_ranks_leave(lode_ranks *ranks);

typedef struct {
    int32_t threads; /* of this rank */
    int32_t width;   /* numbers in a row */
    /* Computes one draw into row->values[width]; `worker` 0 to threads - 1 says whose memory to use. Called from many threads at once, for
     * different workers. Returns LODE_OK also for a draw that failed (row->status says so); any other code ends the whole. */
    lode_code (*work)(void *context, int32_t worker, int64_t draw, lode_draw_row *row);
    /* Takes finished rows; on rank 0 only, in the caller's thread. */
    lode_code (*sink)(void *context, const lode_draw_row *rows, size_t count);
    /* On rank 0, in the caller's thread, at least once a second; false: stop. Draws under way are finished or dropped, what the sink took stands. */
    bool (*progress)(void *context, int64_t done, int64_t failed);
    void *context;
} lode_team;

/* Does the draws todo[count] (the same list on each rank) on all threads of all ranks. Rows are handed to the sink in batches: when a
 * few dozen wait, or seconds passed. LODE_OK, LODE_INTERRUPTED, or the first failure. A rank that is lost ends the job (MPI's way): what the
 * sink took stands. */
lode_code lode_team_run(const lode_team *team, lode_ranks *ranks, const int64_t *todo, int64_t count);

#endif
