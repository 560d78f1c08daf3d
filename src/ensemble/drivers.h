/* Which uncertain numbers and events drive one metric of an ensemble, from its store: by the measures that fit its design (sensitivity.h). */
#ifndef LODE_ENSEMBLE_DRIVERS_H
#define LODE_ENSEMBLE_DRIVERS_H

#include <stdbool.h>

#include "ensemble/sensitivity.h"
#include "store/draws.h"

enum { LODE_DRIVER_BINS = 5 };

typedef struct {
    int32_t factor;            /* of the design */
    double weight;             /* what it is ordered by: share, total share, mu*, length of the bar; NaN: not known */
    lode_given_index given;    /* random, latin */
    lode_sobol_index sobol;    /* sobol */
    lode_morris_effect morris; /* morris */
    lode_tornado_bar bar;      /* tornado; the factor's values then: */
    double input_low, input_high;
    int32_t bins; /* of the first `most`, of random, latin and sobol: the metric by the size of the factor */
    lode_dependence_bin bin[LODE_DRIVER_BINS];
} lode_driver;

typedef struct {
    int64_t draws;   /* with a number for the metric */
    int64_t blocks;  /* sobol: complete ones */
    double mean, sd; /* NaN of none, of one */
    bool varies;
    double noise; /* random, latin: the share that a factor without bearing reaches in one sample of twenty; else NaN */
    double at_median; /* tornado; else NaN */
    int32_t first,
        second; /* factors of the first `most` with the strongest rank correlation that is not by chance; -1: none */
    double correlation;
    int32_t most, count; /* shown; all factors */
    lode_driver *items;  /* most important first */
} lode_drivers;

/* columns[numbers + events]: of the store's frame, where the factor stands; an event's is how often it happened. `metric`: its column. LODE_NOMEM, or what
 * the store says. The caller frees *out. Memory: LODE_DRIVER_BYTES and a few columns. O(passes x rows + factors x draws log draws). */
lode_code lode_drivers_new(lode_drivers **out, lode_draw_store *store, const lode_design *design,
                           const int32_t *columns, int32_t metric, int32_t most, lode_diags *diags);
void lode_drivers_free(lode_drivers *drivers);

#define LODE_DRIVER_BYTES ((int64_t)64 << 20) /* of inputs that are held at once */

#endif
