/* Who paid for which policy: the sums of a run's ledger as text to the cent, and as JSON (docs/ledger.md). */
#ifndef LODE_REPORT_LEDGER_REPORT_H
#define LODE_REPORT_LEDGER_REPORT_H

#include <jansson.h>

#include "base/text.h"
#include "measure/policy_cost.h"

/* A table of 80 columns: a row an instrument and purse, the totals of the public purses outside and of the incumbent's side, then what each
 * year cost. Nothing where nothing was booked. */
void lode_ledger_text(lode_text *text, const lode_policy_cost *rows, int32_t count, const lode_view *view);
/* {unit, instruments: [{instrument, type, payer_kind, payer, outlay, receipts, claims, contingent, years: {YYYY: {...}}}], payers,
 * payees: [{instrument, payee_kind, payee, net}], public, incumbent}, whole cents; NULL when out of memory. */
json_t *lode_ledger_json(const lode_policy_cost *rows, int32_t count, const lode_view *view);
/* Cents as USD, digits in threes: "-1,234.05". `out` holds 32. */
void lode_cents_text(char out[32], int64_t cents);

#endif
