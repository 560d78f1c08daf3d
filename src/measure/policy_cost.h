/* What policies cost whom: sums of the ledger by instrument, purse and calendar year (docs/ledger.md). Whole cents throughout, nominal, so
 * that rows add up to their totals exactly.
 *
 *   purse        who pays for a policy: the treasury of a region, with the stockpiles it holds; a holder without a treasury; the incumbent
 *   outlay       what left the purse, loans and shares included; receipts: what came in. What moves inside a purse is neither
 *   claims       of the outlay, what a purse lent or bought shares for and has not got back, at face value, less what was written off
 *   contingent   what it could still be called to pay, at the end of the period */
#ifndef LODE_MEASURE_POLICY_COST_H
#define LODE_MEASURE_POLICY_COST_H

#include "measure/view.h"

typedef struct {
    int32_t instrument; /* of the plan; -1: none */
    lode_party purse;   /* TREASURY, HOLDER or INCUMBENT */
    int year;
    int64_t outlay, receipts, claims, contingent; /* cents; claims: their change in the year; contingent: at its end */
} lode_policy_cost;

/* One row for each instrument, purse and year in which something is booked, in that order, over periods `first` to `end` - 1. None where the
 * view has no ledger. Caller frees *out. O(entries x rows of a year + rows log rows). */
lode_code lode_policy_costs(lode_policy_cost **out, int32_t *count, const lode_view *view, int32_t first, int32_t end);

/* Sum of the rows of one instrument (-2: of all) whose purse is a treasury or a holder outside the controlling region (`public_side`), or the
 * incumbent and the controlling region's own (otherwise). `contingent` is what stands when the run ends. O(count). */
lode_policy_cost lode_policy_cost_sum(const lode_policy_cost *rows, int32_t count, const lode_view *view,
                                      int32_t instrument, bool public_side);

/* What a party that is no purse got from purses under an instrument, less what it paid them. */
typedef struct {
    int32_t instrument; /* -1: none */
    lode_party payee;
    int64_t net; /* cents */
} lode_beneficiary;

/* One row for each instrument and party, in that order; over the parties of an instrument they sum to what its purses paid net. Caller frees
 * *out. O(entries x rows). */
lode_code lode_beneficiaries(lode_beneficiary **out, int32_t *count, const lode_view *view, int32_t first, int32_t end);

/* What public purses outside the controlling region paid net over periods `first` to `end` - 1, claims taken off at face value: million USD,
 * real. O(entries). */
double lode_policy_cost_real_musd(const lode_view *view, int32_t first, int32_t end);

/* The same by purse and period: out[region * periods + period], what the treasury of a region paid net, that of the controlling region with the
 * incumbent's; the row behind the last region is of purses without a treasury. `periods`: of the record; room for (regions + 1) * periods.
 * O(entries + room). */
void lode_policy_cost_by_purse(double *out, const lode_view *view);

/* Whose money the party's is, and whether it is a purse at all. A holder's is its treasury's, where it has one. */
bool lode_party_purse(const lode_view *view, lode_party party, lode_party *purse);
/* Whether a purse is the controlling region's or the incumbent's. */
bool lode_purse_is_inside(const lode_view *view, lode_party purse);
/* Region, plant or instrument by its id; NULL if there is none. */
const char *lode_party_id(const lode_view *view, lode_party party);

/* A number of cents as million USD. */
double lode_musd(int64_t cents);

#endif
