/* Designs: which points of the unit cube the draws of an ensemble take.
 *
 *   random   u_j of draw i is lode_uniform(seed, key(name_j), i)
 *   latin    Latin hypercube (McKay, Beckman, Conover 1979); permutations keyed by (seed, name, N)
 *   sobol    Saltelli et al. 2010: matrices A, B and A with column j from B: N (k + 2) draws, in `replicates` independent parts, each a
 *            randomised Sobol sequence
 *   morris   trajectories of elementary effects (Morris 1991; Campolongo et al. 2007): r (k + 1) draws
 *   tornado  all at the median, then each at its 10th and 90th percentile: 1 + 2 k draws
 *
 * A number added, wherever in the list, changes no other's under random and latin; under sobol if it comes after the others. More draws asked
 * for leave those of before as they were, but under latin, whose strata are as many as its draws.
 *
 * Factors are the uncertain numbers and then the events. An event is no number: a draw has a stream for it (lode_event_draw), which the sobol
 * design exchanges as it does a number; morris and tornado switch it between stream 0, in which nothing happens, and another. */
#ifndef LODE_ENSEMBLE_DESIGN_H
#define LODE_ENSEMBLE_DESIGN_H

#include <stdint.h>

#include "lodestone/error.h"

typedef enum {
    LODE_DESIGN_RANDOM,
    LODE_DESIGN_LATIN,
    LODE_DESIGN_SOBOL,
    LODE_DESIGN_MORRIS,
    LODE_DESIGN_TORNADO,
    LODE_DESIGN_COUNT
} lode_design_kind;

extern const char *const lode_design_names[LODE_DESIGN_COUNT + 1];

/* What an ensemble takes unless it says otherwise. Fewer parts are better sequences, more give a better known interval. */
#define LODE_DESIGN_REPLICATES 8
#define LODE_DESIGN_LEVELS     4

#define LODE_NO_STREAM 0 /* the stream in which no event happens */

typedef struct {
    lode_design_kind kind;
    uint64_t seed;
    int64_t draws;            /* asked for; see lode_design_size */
    int32_t numbers;          /* uncertain numbers: factors 0 to numbers - 1 */
    int32_t events;           /* the factors after them */
    const char *const *names; /* per factor; borrowed */
    int32_t replicates;       /* sobol; at least 1 */
    int32_t levels;           /* morris: grid, even */
} lode_design;

/* How many draws the design makes of `draws`: the largest whole number of blocks that is not more, 0 if not even one fits. */
int64_t lode_design_size(const lode_design *design);
/* Point of draw `draw` (from 0): u[numbers] in (0, 1) and stream[events] (>= 1, or LODE_NO_STREAM). A pure function of its arguments;
 * O(factors), latin O(factors) by a keyed permutation without a table. */
void lode_design_point(const lode_design *design, int64_t draw, double *u, uint64_t *stream);

#endif
