/* The explanation of a shock: its worst cell, what binds upstream of it, and what a tenth more of each would have relieved.
 *
 * Duals tell what a further kilogram is worth at the margin; a tenth more is not at the margin. So each candidate is confirmed: the run
 * is taken up again where the shock began, the candidate is relaxed by a tenth from there on, the months up to the worst one are
 * solved again, and the tonnes that the segment then gets are compared. */
#ifndef LODE_INSIGHT_EXPLAIN_H
#define LODE_INSIGHT_EXPLAIN_H

#include "base/pool.h"
#include "base/text.h"
#include "insight/binding.h"

#define LODE_EXPLAIN_CANDIDATES 3 /* the most valuable ones are confirmed */

/* False for NULL and for a cell that loses less than 1%: there is nothing to explain. */
bool lode_worth_explaining(const lode_loss *cell);

/* Confirms the first candidates of `bindings`: fills relieved_t (over the periods from the shock to the worst one) and sorts them by it.
 * `start`: the run at the shock's first period, not stepped. Steps the pool once a candidate. O(candidates x periods x clearing). */
lode_code lode_explain_confirm(lode_binding *bindings, int32_t count, const lode_run *start, const lode_pair *pair,
                               const lode_loss *cell, lode_pool *pool);

/* Plain sentences. `bindings` as confirmed; `count` of them may be 0. */
void lode_explain_text(lode_text *text, const lode_pair *pair, const lode_loss *cell, const lode_binding *bindings,
                       int32_t count);

#endif
