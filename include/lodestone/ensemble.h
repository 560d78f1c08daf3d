/* Ensembles: many futures of one scenario. */
#ifndef LODESTONE_ENSEMBLE_H
#define LODESTONE_ENSEMBLE_H

#include "lodestone/run.h"

typedef struct {
    int64_t draws; /* at least 1 */
    uint64_t seed;
    int32_t jobs;              /* threads of this process; results do not depend on it */
    const char *design;        /* random, latin, sobol, morris, tornado; NULL: random */
    const char *const *shocks; /* names; NULL: the whole battery of the scenario; shock_count 0 with a pointer: none */
    size_t shock_count;
    int32_t shock_months; /* followed from the start of each shock; 0: 24 */
    const char *store;    /* postgresql://...; NULL: draws.sqlite in the folder */
    const char *reads;    /* a metric by its name whose drivers are reported beside the headline ones; NULL */
    bool resume;
    bool colour;
    const char *command; /* recorded in the manifest */
} lode_ensemble_options;

/* Whether the uncertainties of a scenario can be drawn: every finding of its list `uncertainties` goes to `diags` (may be NULL). LODE_OK (also
 * where it has none), LODE_NOMEM or the code of the first error. O(entries x size of the tables they name). */
lode_code lode_ensemble_check(const lode_scenario *scenario, lode_diags *diags);

/* Runs the draws into `folder`, then writes what came of them: *out (caller frees) is the report in "text", "json" or "csv". Under mpirun
 * the same call on each rank shares the draws; ranks other than the first get an empty report. A draw that fails is recorded with its reason
 * and the rest go on. After LODE_INTERRUPTED, or a crash, the folder holds what was finished; the same call with `resume` goes on. */
lode_code lode_ensemble(char **out, const lode_world *world, const lode_scenario *scenario, const char *folder,
                        const char *format, const lode_ensemble_options *options, lode_progress progress, void *context,
                        lode_diags *diags);

#endif
