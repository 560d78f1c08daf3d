/* Year of resilience: from when on each class of use in each region passes each shock (docs/ledger.md).
 *
 *   passes      no end use of the class in the region that holds a hundredth or more of its value there loses more than 5 points in its worst
 *               twelve months within two years of the shock, against the run without it
 *   year        the first of the tested years in which, and in all later tested years, it passes
 *
 * A tested year starts the shock on the day and month of the scenario's `shock_start`. Every one is a run of its own from that day, branched
 * from the run without a shock. Shocks with a date of their own do not move and are not tested. */
#ifndef LODE_INSIGHT_RESILIENCE_H
#define LODE_INSIGHT_RESILIENCE_H

#include "insight/battery.h"

typedef struct {
    int32_t year_count, shock_count, region_count;
    int *years;   /* ascending */
    bool *tested; /* per shock of the battery */
    double *
        loss; /* [((shock * years + year) * regions + region) * LODE_USE_COUNT + use]; NaN: nobody there, or not hit, or not tested */
} lode_resilience;

/* Tests the battery's shocks in `year_count` years. LODE_BAD_RANGE, with a finding, for a year of which the horizon does not hold twelve
 * months from the shock. Frees itself on failure. */
lode_code lode_resilience_run(lode_resilience **out, const lode_battery *battery, const int *years, int32_t year_count,
                              int32_t threads, lode_progress progress, void *context, lode_diags *diags);
void lode_resilience_free(lode_resilience *resilience);

/* Loss of a class in a region by the shock in one tested year. O(1). */
double lode_resilience_loss(const lode_resilience *resilience, int32_t shock, int32_t year, int32_t region,
                            lode_use use);
/* The year of resilience of a class in a region (-1: in the worst of all regions hit); 0: not in any tested year; -1: nobody is there.
 * O(years x regions). */
int lode_resilience_year(const lode_resilience *resilience, int32_t shock, int32_t region, lode_use use);

#endif
