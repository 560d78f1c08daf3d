/* The two prices, inside and outside the controlling country, and the price that is really paid (docs/model.md, sections 1, 5.4 and 7).
 *
 *   inside    domestic_ex_vat: the bid at the trade's site in the controlling region
 *   outside   delivered: the bid at the trade's site elsewhere, what a civil buyer pays (lode_view_price_node)
 *   paid      in region r: (1 - k) (inside + cost to r) + k outside_r, with k = parameter `spot_share` (0.1 by default): most
 *             goods move under contracts that follow the inside price, a tenth is bought on the spot. Cost: freight, specific duty and levies
 *             of the period. Where the controlling region does not sell to r, paid = outside. Over regions weighted by use
 *   fob       inside + export levy + rent of licences, quotas and bans that exporters earn (`rent_to`), weighted by what flows; the lowest
 *             where nothing does
 *
 * Use of a commodity in a region: what users are served plus what plants take in. */
#ifndef LODE_MEASURE_PRICE_H
#define LODE_MEASURE_PRICE_H

#include "measure/loss.h"

/* USD/kg; NaN where there is no site. O(1). */
double lode_price_trade(const lode_view *view, int32_t commodity, int32_t region, int32_t period);
/* The paid price of a commodity in every period, volume-weighted over all regions: out[period], NaN where nothing is used.
 * O((lines + terms + regions) x periods). */
lode_code lode_price_paid(double *out, const lode_view *view, int32_t commodity);

/* The delivered price outside the controlling region in every period, weighted by use; as lode_price_paid. */
lode_code lode_price_outside(double *out, const lode_view *view, int32_t commodity);

/* Both in the periods `first` to `end` - 1: outside[period - first], paid[period - first]. O((lines + terms + regions) x (end - first)). */
lode_code lode_price_means(double *outside, double *paid, const lode_view *view, int32_t commodity, int32_t first,
                           int32_t end);

/* Rent of both channels of every link that exporters earn, USD/kg: what its own bounds and the policy rows over it are worth;
 * out[arc * LODE_CHANNEL_COUNT + channel]. O(arcs + items of limits). */
void lode_price_rents(double *out, const lode_view *view, int32_t period);
/* Free on board at the controlling region, with the rents of the period; NaN where nothing may leave it. O(regions). */
double lode_price_fob(const lode_view *view, const double *rents, int32_t commodity, int32_t period);
/* The part of `arc_levy` that the exporter's side takes, the rest being the importer's tariff: divided as their rates are. */
double lode_price_export_levy(const lode_view *view, int32_t arc, int32_t period);

/* The largest price over the paired run's price, over rare-earth oxides and periods from the shock on; 1 where nothing rose or nothing is
 * traded. Prices below a thousandth of the reference price are nobody's and are left out. */
typedef struct {
    double inside, outside, paid;
    int32_t inside_commodity, outside_commodity, outside_region, paid_commodity; /* of which; -1 */
} lode_price_peak;

/* `hit`: per region, counts for `outside`. */
lode_code lode_price_peaks(lode_price_peak *out, const lode_pair *pair, const bool *hit);

#endif
