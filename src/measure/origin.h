/* Where the rare earths in finished goods come from (docs/results.md): reliance that no trade statistic of a user's country shows.
 *
 * For one element and one year, v[p][o] is the share of what is at place p that was mined in region o. Goods of a place are mixed:
 *
 *     v[p] = sum_i f_i v[source of i] / sum_i f_i
 *
 * over everything that comes into p (shipments, processes, finishing), f the tonnes of the element. A process passes on the mix of its inputs
 * that hold the element; a mine's output is its region's; scrap of earlier years, which comes from no flow, has an origin of its own.
 * It is Leontief's trace in shares, with goods mixed at each place; loops (swarf) are solved by going round until nothing moves.
 * `through` is solved the same way: the share that passed through the controlling region at any stage, mined or worked there. */
#ifndef LODE_MEASURE_ORIGIN_H
#define LODE_MEASURE_ORIGIN_H

#include "measure/dependence.h"

typedef struct {
    int year;
    int32_t region; /* of the users */
    lode_basket basket;
    double use_t;             /* t REO in the magnets and components that users there used */
    int32_t leader;           /* region that mined most of it; -1: all is scrap of earlier years */
    double leader_share;      /* 0 to 1 */
    double controlling_mined; /* share mined in the controlling region; 0 in a world without one */
    double through;           /* share that was in the controlling region at any stage */
    double scrap;             /* share from scrap of earlier years */
} lode_embedded;

/* One row for each year, basket and region whose users used 10 kg or more in magnets and components. Caller frees *out.
 * O(years x elements x rounds x (arcs + terms) x regions); rounds is about the length of the chain. */
lode_code lode_embedded_origins(lode_embedded **out, int32_t *count, const lode_view *view);

/* The share of the rare earths in each good at each place that passed through the controlling region at any stage, in the calendar year that
 * holds `period`: through[commodity * regions + region], weighted by tonnes of oxide contained. 0 where nothing flows. Room for commodities x
 * regions from the caller. O(elements x rounds x (arcs + terms) x regions). */
lode_code lode_through_controlling(double *through, const lode_view *view, int32_t period);

#endif
