/* More of something: how `explain` asks a run what a bottleneck costs (a tenth more of it), and `rank` what plants would bring. */
#ifndef LODE_SIM_RELAX_H
#define LODE_SIM_RELAX_H

#include "lodestone/run.h"

typedef enum {
    LODE_RELAX_NONE,
    LODE_RELAX_ASSET,
    LODE_RELAX_LIMIT,
    LODE_RELAX_ARC,
    LODE_RELAX_STOCK,
    LODE_RELAX_PLANTS
} lode_relax_kind;

typedef struct {
    lode_relax_kind kind;
    int32_t index; /* asset, limit, arc or site */
    double t;
    const double *plants; /* PLANTS: per asset, t; borrowed while it holds */
} lode_relaxation;

/* From its next period on the run has `t` tonnes a period more of one thing: capacity of an asset, room under a limit, capacity of several, room on a link
 * (both channels). Of a stock: `t` more on hand, once. A later call replaces it; LODE_RELAX_NONE ends it. */
void lode_run_relax(lode_run *run, const lode_relaxation *relaxation);

#endif
