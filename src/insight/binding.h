/* What binds upstream of a shortage or of a price (docs/model.md, section 9).
 *
 * The walk starts at the sites from which a segment is served in the period explained (or at the site of the good that is priced) and goes up the chain: through deliveries, trade
 * links, recipes, finishing steps and substitutes, over everything that was used in the run or in the paired run. Links and processes
 * with a lag lead to an earlier period; stocks carry a shortage forward, so every period from the shock to that one counts. On the way
 * it collects what binds: full plants, policy rows, bounds of links, and stocks that ran out. Each is ranked by what a tenth more of
 * that part of it would be worth which works for the segment (attribution.h):
 *
 *     value = sum over the periods of  dual x 10% of the activity for the segment
 *     value of a stock = price in the worst period x 10% of what was held when the shock came, at most of what the segment draws from it
 */
#ifndef LODE_INSIGHT_BINDING_H
#define LODE_INSIGHT_BINDING_H

#include "insight/attribution.h"
#include "sim/relax.h"

typedef struct {
    lode_relax_kind kind;
    int32_t index;       /* asset, limit, arc or site */
    int32_t first, last; /* periods in which it binds; of a stock: in which it is out */
    int32_t periods;     /* how many of them */
    double dual;         /* highest, USD/kg */
    int32_t dual_period;
    double tenth_t; /* tonnes a period that a tenth more of it is (of a stock: once) */
    double value_kusd;
    double beyond_kusd; /* of this, what the duals of the paired run are not worth as well; of a stock: all */
    /* By confirmation; NaN before. */
    double relieved_t;  /* of a loss: t more for the segment, from the shock to the period explained */
    double in_period_t; /* of these, in that period */
    double price_fall;  /* of a price: USD/kg less in that period */
} lode_binding;

/* What binds behind `target`, the most valuable first. `network` is the run's. Caller frees *out.
 * O((sites + arcs + terms) x periods). */
lode_code lode_bindings_find(lode_binding **out, int32_t *count, const lode_pair *pair, const lode_network *network,
                             const lode_target *target);

#endif
