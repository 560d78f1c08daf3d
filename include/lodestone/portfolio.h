/* A buyer's own exposure: its grades, suppliers, contracts and stock under each shock. */
#ifndef LODESTONE_PORTFOLIO_H
#define LODESTONE_PORTFOLIO_H

#include "lodestone/run.h"

typedef struct {
    const char *const *shocks; /* names; NULL = the whole battery of the scenario */
    size_t shock_count;
    int32_t months;  /* followed from the start of each shock; 0: 24 */
    int32_t threads; /* shocks simulated at once; results do not depend on it */
} lode_portfolio_options;

/* For each grade of the portfolio file `path` and each shock: the day its stock and deliveries run out, landed cost with and without
 * the shock, and the most worth paying for uncovered material (docs/portfolio.md). *out (caller frees) in "text", "json" or "csv". Findings
 * for what is wrong in the file, each with its place. O(shocks x months x clearing). */
lode_code lode_portfolio(char **out, const lode_world *world, const lode_scenario *scenario, const char *path,
                         const lode_portfolio_options *options, const char *format, lode_progress progress,
                         void *context, lode_diags *diags);

#endif
