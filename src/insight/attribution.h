/* Which part of the chain works for one segment in one region, or for one good that is traded there, in tonnes.
 *
 * What the segment would have used (what of the good would have come in) is handed up the chain: at each site to those who supply it, in proportion to what they deliver (the
 * larger of run and paired run, so that a link that a ban empties keeps its place); through a process by value, as the oxides of one ore
 * share its cost:  basis = t price_c / sum_k amount_k price_k.  Loops (swarf back to oxide) die out as a geometric series. */
#ifndef LODE_INSIGHT_ATTRIBUTION_H
#define LODE_INSIGHT_ATTRIBUTION_H

#include "measure/loss.h"

/* What is explained: a segment's loss in a region, or the price of a good there. */
typedef struct {
    int32_t segment;   /* -1: a price */
    int32_t commodity; /* of a price; -1 otherwise */
    int32_t region;
    int32_t use;    /* lode_use of the segment; -1: the trade */
    int32_t period; /* the one explained; causes lie between the shock and it */
} lode_target;

/* The worst period of a cell (a row of lode_losses by segment). */
lode_target lode_target_of_loss(const lode_loss *cell);

/* In the period of a target: what its segment is served (or `wanted`, at reference prices), t; and what its good costs there, USD/kg. */
double lode_target_served(const lode_view *view, const lode_target *target, bool wanted);
double lode_target_price(const lode_view *view, const lode_target *target);

typedef struct {
    double *site;  /* per site: t that pass through it for the target */
    double *asset; /* per asset: t of basis */
    double *arc;   /* per link: t */
} lode_attribution;

/* Over periods `first` to `last`. Free *out with lode_attribution_free. O(rounds x sites x (modes + arcs)). */
lode_code lode_attribute(lode_attribution *out, const lode_pair *pair, const lode_network *network,
                         const lode_target *target, int32_t first, int32_t last);
void lode_attribution_free(lode_attribution *attribution);

/* Sum of column `column` of a series [period * width + column] over periods `first` to `last`. */
double lode_sum_over(const double *series, int32_t width, int32_t column, int32_t first, int32_t last);
/* The larger of the run's and the paired run's tonnes: over a link (both channels), and of a mode's basis. */
double lode_arc_used(const lode_pair *pair, int32_t arc, int32_t first, int32_t last);
double lode_mode_used(const lode_pair *pair, int32_t mode, int32_t first, int32_t last);

#endif
