/* Contracts that promise a price for part of what a plant makes: a kilogram is paid once.
 *
 * Contracts on one plant and commodity stand in the order of the scenario. Each counts what it was promised out of what the earlier ones
 * leave: a share of all that is made, or tonnes, which are spread evenly over the year. On the margin the last kilogram decides: with
 * equal promises one after the other the last of them is at work until the tonnes of all are used up. */
#ifndef LODE_POLICY_PROMISE_H
#define LODE_POLICY_PROMISE_H

#include "policy/instrument.h"

/* For `check` of such types, once their plants are known: two that promise a price for the same kilogram, or shares above one, are an error
 * with both places. O(earlier instruments x plants x commodities). */
void lode_promise_check(const lode_instrument_check *check, const lode_instrument *instrument);
/* The i-th instrument read before that can act beside this one; NULL after the last. */
const lode_instrument *lode_promise_beside(const lode_instrument_check *check, const lode_instrument *instrument,
                                           int32_t i);
bool lode_promise_overlaps(const lode_instrument *a, const lode_instrument *b);
/* An error about two contracts: "`it` and `other` (its place) WHAT COMMODITY of ASSET at one time". */
void lode_promise_complain(const lode_instrument_check *check, const lode_instrument *it, const lode_instrument *other,
                           int32_t asset, int32_t commodity, const char *fix, const char *what);
/* t of what an asset made in the period that count under the instrument at view->index. O(instruments). */
double lode_promise_counts(const lode_policy_view *view, int32_t asset, int32_t commodity, double made);
/* What the instrument at view->index should add on the last kilogram, given what its promise is worth beyond the price (`gap`): less where
 * a later one takes over, and nothing beyond its tonnes. Returns implied - `subsidy`, for lode_margin_search; `scale` (USD/kg) weighs tonnes
 * against prices. O(instruments). */
double lode_promise_margin(const lode_policy_view *view, const lode_solution *solution, int32_t asset,
                           int32_t commodity, double gap, double subsidy, double scale);

#endif
