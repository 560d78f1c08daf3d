/* What a contract adds to what a plant earns on its last kilogram, found by search.
 *
 * A kilogram under a floor F against a benchmark B earns s = max(0, F - B) beside its price, and the more is made the lower is B: the s
 * at which the market was cleared has to be the s that it implies. With g(s) = implied(s) - s, which falls in s, the root is looked for by
 * secants kept in a bracket (Illinois rule: the end that stays twice counts half), from what held in the period before. One trial is one
 * clearing. A step of a cost curve has no exact root: the search ends when the bracket is narrower than the tolerance. */
#ifndef LODE_POLICY_MARGIN_H
#define LODE_POLICY_MARGIN_H

#include "policy/instrument.h"

/* State of one search, zeroed at first; part of the blob of an instrument. Prices real USD/kg of the commodity. */
typedef struct {
    double subsidy;                 /* in mode_adder now */
    double trials;                  /* of this period */
    double before, gap_before;      /* the last trial */
    double low, gap_low;            /* largest subsidy known to be too small */
    double high, gap_high;          /* smallest known to be too large */
    double has_low, has_high, side; /* side: which end moved last, -1 or 1 */
} lode_margin;

/* In `amend`: begins the search of a period from the last answer, or ends it (`active` false). O(modes of the plant x terms). */
void lode_margin_open(lode_margin *margin, const lode_policy_view *view, int32_t asset, int32_t commodity, bool active);
/* In `adjust`: `gap` is g at the subsidy of this clearing. True if the subsidy was moved. `least`: it is never lower. */
bool lode_margin_search(lode_margin *margin, const lode_policy_view *view, int32_t asset, int32_t commodity, double gap,
                        double least, double tolerance);
/* In `settle`: says so where the search ended with a subsidy that is not the one it implies, with both this trial and the one before.
 * `gap`: g at the market as it was cleared. */
void lode_margin_report(const lode_margin *margin, const lode_policy_view *view, int32_t asset, int32_t commodity,
                        double gap, double tolerance);
/* Lowers the cost of what a plant makes by `usd_per_kg` of the commodity, real. */
void lode_margin_add(const lode_policy_view *view, int32_t asset, int32_t commodity, double usd_per_kg);

#endif
