/* What a plant makes, earns and spends: output of a commodity, earnings at the prices of the place.
 *
 *   earnings = sum of output x price - sum of input x price - engineering cost x output - fixed cost
 *
 * Engineering cost: cost_usd_per_kg and the penalty of the variant, or the mean of the plant's own cost curve up to its utilisation; a
 * calibration term is no cash. A commodity counts in its crude form too: what separation makes is finished beside it. */
#ifndef LODE_POLICY_PLANT_BOOKS_H
#define LODE_POLICY_PLANT_BOOKS_H

#include "policy/instrument.h"

/* t of the commodity per t of the mode's basis; 0 if it makes none. O(terms). */
double lode_mode_yields(const lode_world *world, const lode_mode *mode, int32_t commodity);
/* The most that any mode of the plant makes of it per t of basis. O(modes of the plant x terms). */
double lode_plant_makes(const lode_world *world, int32_t asset, int32_t commodity);
/* True if it takes nothing in: no mode of it has an input. */
bool lode_plant_buys_nothing(const lode_world *world, int32_t asset);
/* t of the commodity that the plant made in the period. */
double lode_plant_output(const lode_world *world, const double *mode_output, int32_t asset, int32_t commodity);
/* t of the commodity a year that its nameplate allows (`view` NULL), or what its capacity of the period allows, over a year. */
double lode_plant_capacity(const lode_policy_view *view, const lode_world *world, int32_t asset, int32_t commodity);
/* Mean engineering cost at a utilisation (0 to 1) of the plant's curve, USD per kg of basis, variants apart. O(cost points). */
double lode_plant_unit_cost(const lode_world *world, int32_t asset, double utilisation);
/* Price of a site over its classes of goods: what the marginal civil buyer there pays. O(classes). */
double lode_site_price(const lode_network *network, int32_t site, const double *node_price, const bool *node_idle);
/* Earnings of the period before supports, real thousand USD. `apart` >= 0: without the revenue of that commodity. */
double lode_plant_earnings(const lode_policy_view *view, const lode_solution *solution, int32_t asset, int32_t apart);
/* What a kilogram of a commodity is expected to cost in full operation of the mode that makes most of it: inputs and conversion less what
 * comes with it, at expected prices, fixed cost included; real USD/kg, 0 or more. */
double lode_plant_cost_of(const lode_policy_view *view, int32_t asset, int32_t commodity);
/* "it makes a, b" into `out`, for messages. */
void lode_plant_products(const lode_world *world, int32_t asset, char *out, size_t size);

#endif
