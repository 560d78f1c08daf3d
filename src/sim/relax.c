#include "sim/relax.h"

#include "sim/parts.h"

void lode_run_relax(lode_run *run, const lode_relaxation *relaxation) {
    run->relax = *relaxation;
}

void lode_relax_fill(lode_run *run) {
    const lode_relaxation *more = &run->relax;
    switch (more->kind) {
    case LODE_RELAX_NONE:
        break;
    case LODE_RELAX_ASSET:
        run->period->asset_capacity[more->index] += more->t;
        break;
    case LODE_RELAX_LIMIT:
        run->period->limit_rhs[more->index] += more->t;
        break;
    case LODE_RELAX_ARC:
        run->period->arc_limit[more->index] += more->t;
        run->period->arc_free_limit[more->index] += more->t;
        break;
    case LODE_RELAX_STOCK:
        run->period->opening[lode_network_sites(run->network)[more->index].first_node] += more->t;
        break;
    }
}

void lode_relax_update(lode_run *run) {
    if (run->relax.kind == LODE_RELAX_STOCK) {
        run->relax.kind = LODE_RELAX_NONE; /* given once */
    }
}
