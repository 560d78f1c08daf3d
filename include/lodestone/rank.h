/* Projects and measures, ranked by the loss that they avoid for a dollar, and by what their lenders would say. */
#ifndef LODESTONE_RANK_H
#define LODESTONE_RANK_H

#include "lodestone/run.h"

typedef enum { LODE_RANK_ALL, LODE_RANK_PROJECTS, LODE_RANK_MEASURES } lode_rank_only;

typedef enum { LODE_RANK_BY_LOSS, LODE_RANK_BY_GATE } lode_rank_by;

typedef struct {
    const char *const *shocks; /* names; NULL = the first of the scenario's battery */
    size_t shock_count;
    lode_rank_only only;
    lode_rank_by by; /* loss avoided per dollar, or how far a project is above what the financing gate asks */
    int32_t top;     /* projects, and measures, that are tried by runs; 0: 10 */
    int32_t months;  /* followed from the start of each shock; 0: 24 */
    int32_t threads; /* runs at once; results do not depend on it */
} lode_rank_options;

/* Each project that is not there when a shock comes is tried as if it were, each measure as if it had never been, and the loss of end
 * uses in the regions hit is compared (docs/rank.md). *out (caller frees) in "text", "json" or "csv".
 * O((projects + measures) x shocks x months x clearing). */
lode_code lode_rank(char **out, const lode_world *world, const lode_scenario *scenario,
                    const lode_rank_options *options, const char *format, lode_progress progress, void *context,
                    lode_diags *diags);

#endif
