/* The explanation of a shock or of a price: what binds upstream of it, and what a tenth more of each would have relieved.
 *
 * Duals tell what a further kilogram is worth at the margin; a tenth more is not at the margin. So each candidate is confirmed: the run
 * is taken up again where the shock began, the candidate is relaxed by a tenth from there on, the months up to the worst one are
 * solved again, and the tonnes that the segment then gets (or the prices) are compared. */
#ifndef LODE_INSIGHT_EXPLAIN_H
#define LODE_INSIGHT_EXPLAIN_H

#include "base/pool.h"
#include "base/text.h"
#include "insight/binding.h"

#define LODE_EXPLAIN_CANDIDATES 3 /* the most valuable ones are confirmed */

/* False for NULL and for a cell that loses less than 1%: there is nothing to explain. */
bool lode_worth_explaining(const lode_loss *cell);

/* Confirms one binding behind `target`: fills relieved_t and in_period_t, or price_fall. They stay NaN where the variant cannot be
 * certified. `start`: the run at the period from which a tenth more is there, not stepped. O(periods x clearing). */
lode_code lode_explain_confirm_one(lode_binding *binding, const lode_run *start, const lode_pair *pair,
                                   const lode_target *target, lode_pool *pool);
/* The most relieving first; what is not confirmed last. */
void lode_explain_sort(lode_binding *bindings, int32_t count);
/* Confirms the first LODE_EXPLAIN_CANDIDATES of `bindings` and sorts them. Steps the pool once a candidate. */
lode_code lode_explain_confirm(lode_binding *bindings, int32_t count, const lode_run *start, const lode_pair *pair,
                               const lode_target *target, lode_pool *pool);

/* "West separation (heavy separation, United States) runs full", "The stock of ... is out" and so on: names, no ids. */
void lode_explain_object(lode_text *text, const lode_view *view, const lode_binding *binding);
/* The same as two sentences, with the months and what a further kilogram was worth: "... runs full in 2025-01. A further kilogram was worth up to
 * 1.50 USD (2025-01)." */
void lode_explain_binding(lode_text *text, const lode_view *view, const lode_binding *binding);
/* What a period is called: "month", "quarter" or "year". */
const char *lode_explain_step(const lode_view *view);
/* The same for machines: capacity, licence, link or stock; and the plant, the policy row, COMMODITY:FROM>TO, or COMMODITY:REGION:HOLDER. */
const char *lode_explain_kind(lode_relax_kind kind);
/* All that names a binding in a file: its id as above, its words as lode_explain_object, and the periods in which it binds. `view` is the run it binds in. */
typedef struct {
    lode_text id, words;
    char first[11], last[11];
} lode_binding_label;
/* LODE_OK or LODE_NOMEM; release it in either case. */
lode_code lode_binding_label_of(lode_binding_label *out, const lode_view *view, const lode_binding *binding);
void lode_binding_label_release(lode_binding_label *label);
/* Three significant digits, without an exponent and without digits that nobody reads. */
void lode_explain_number(lode_text *text, double value);
/* `12.3 t`, or kilograms where it is little; `in 2026-12`, or `from 2026-12 to 2027-03`. */
void lode_explain_tonnes(lode_text *text, double t);
void lode_explain_months(lode_text *text, const lode_view *view, int32_t first, int32_t last);

/* Plain sentences. `bindings` as confirmed; `count` of them may be 0. */
void lode_explain_text(lode_text *text, const lode_pair *pair, const lode_loss *cell, const lode_binding *bindings,
                       int32_t count);

#endif
