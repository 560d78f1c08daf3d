/* Ensembles: many futures of one scenario. */
#ifndef LODESTONE_ENSEMBLE_H
#define LODESTONE_ENSEMBLE_H

#include "lodestone/look.h"
#include "lodestone/run.h"

/* The ranks of an MPI job that this process is part of; without mpirun there is one, and nothing of MPI is touched. For the main thread only. */
typedef struct lode_ranks lode_ranks;
/* Joins the job if this process was started as part of one (a process joins once in its life, unless its program has initialised MPI itself);
 * else *out is a single rank. LODE_NOMEM; LODE_RANKS with a finding if the processes that were started together do not find each
 * other. Every rank calls lode_ranks_leave in the end, after it has written what it has to: the others wait there, and mpirun ends them
 * once one has ended with a failure. */
lode_code lode_ranks_join(lode_ranks **out, lode_diags *diags);
int32_t lode_ranks_index(const lode_ranks *ranks); /* 0: the one that reports and writes */
int32_t lode_ranks_count(const lode_ranks *ranks);
/* Threads that this rank should have: `asked`, or if that is 0 the processors it may use, shared with the other ranks of this machine. */
int32_t lode_ranks_threads(const lode_ranks *ranks, int32_t asked);
/* Each rank says how it went so far and all learn it: the first code that is not LODE_OK, in the order of ranks. Waits for all, asleep. */
lode_code lode_ranks_agree(lode_ranks *ranks, lode_code code);
/* Waits for all ranks and leaves the job. NULL is allowed. */
void lode_ranks_leave(lode_ranks *ranks);

typedef struct {
    int64_t draws; /* at least 1 */
    uint64_t seed;
    int32_t jobs;              /* threads of this process; 0: see lode_ranks_threads; results do not depend on it */
    const char *design;        /* random, latin, sobol, morris, tornado; NULL: random */
    const char *const *shocks; /* names; NULL: the whole battery of the scenario; shock_count 0 with a pointer: none */
    size_t shock_count;
    int32_t shock_months; /* followed from the start of each shock; 0: 24 */
    int32_t months;       /* of the horizon that are simulated at most; 0: all */
    const char *store;    /* postgresql://...; NULL: draws.sqlite in the folder */
    const char *reads;    /* a metric by its name whose drivers are reported beside the headline ones; NULL */
    bool resume;
    lode_look look;      /* of the text report */
    const char *command; /* recorded in the manifest */
    lode_ranks *ranks;   /* NULL: this process alone, or the job it is part of if it has not joined it */
} lode_ensemble_options;

/* Whether the uncertainties of a scenario can be drawn: every finding of its list `uncertainties` goes to `diags` (may be NULL). LODE_OK (also
 * where it has none), LODE_NOMEM or the code of the first error. O(entries x size of the tables they name). */
lode_code lode_ensemble_check(const lode_scenario *scenario, lode_diags *diags);

/* Runs the draws into `folder`, then writes what came of them: *out (caller frees) is the report in "text", "json" or "csv". Under mpirun
 * the same call on each rank shares the draws; ranks other than the first write nothing and get an empty report. A draw that fails is recorded
 * with its reason and the rest go on. After LODE_INTERRUPTED, or a crash, the folder holds what was finished; the same call with `resume` goes
 * on, and of a folder that is done gives the report again. LODE_EXISTS, with a finding that says what differs, if the folder or the
 * store holds another ensemble. All ranks return the same code. */
lode_code lode_ensemble(char **out, const lode_world *world, const lode_scenario *scenario, const char *folder,
                        const char *format, const lode_ensemble_options *options, lode_progress progress, void *context,
                        lode_diags *diags);

/* The address of a store (a path, or postgresql://...) as people may see it, without a password; it still finds the store for who has the password
 * elsewhere (~/.pgpass, PGPASSWORD). The caller frees it; NULL when out of memory. */
char *lode_draw_store_shown(const char *where);

#endif
