/* The stress battery: each shock paired with the run without it. */
#ifndef LODESTONE_STRESS_H
#define LODESTONE_STRESS_H

#include "lodestone/look.h"
#include "lodestone/run.h"

typedef struct {
    const char *const *shocks; /* names; NULL = the whole battery of the scenario */
    size_t shock_count;
    int32_t threads;     /* shocks simulated at once; results do not depend on it */
    lode_look look;      /* of the text report */
    bool programme_only; /* not also the same world without the scenario's `policies` */
    const char *command; /* recorded in the manifest */
    const int *years;    /* in which the shocks are also started, for the year of resilience; NULL */
    size_t year_count;
} lode_stress_options;

/* Runs the battery into `folder` (must not exist; written atomically). *out (caller frees) is the report in "text", "json" or "csv". */
lode_code lode_stress(char **out, const lode_world *world, const lode_scenario *scenario, const char *folder,
                      const char *format, const lode_stress_options *options, lode_progress progress, void *context,
                      lode_diags *diags);

#endif
