/* What is kept of a draw: the columns of its row, fixed before any draw, and their values from a finished battery (docs/ensembles.md).
 *
 * Columns are named RUN/WHAT[/ITEM][/REGION][/PERIOD]; those of inputs and events by their ids. One walk over them names the columns and, with
 * a battery at hand, fills them, so that the two cannot differ. */
#ifndef LODE_ENSEMBLE_OUTCOME_H
#define LODE_ENSEMBLE_OUTCOME_H

#include "ensemble/uncertainty.h"
#include "insight/battery.h"
#include "store/draws.h"

typedef struct lode_outcome lode_outcome;

/* Names the columns: inputs and events of `uncertainty`, the reference run, and each of the shocks (indices of the scenario's battery)
 * over `shock_months` from its start. The scenario and its world must outlive it. LODE_OK or LODE_NOMEM. O(columns). */
lode_code lode_outcome_new(lode_outcome **out, const lode_uncertainty *uncertainty, const int32_t *shocks,
                           int32_t shock_count, int32_t shock_months);
void lode_outcome_free(lode_outcome *outcome);

/* Borrowed. */
const lode_draw_column *lode_outcome_columns(const lode_outcome *outcome, int32_t *count);

/* NaN in every column of values[columns]: what a draw that came to nothing has. */
void lode_outcome_clear(const lode_outcome *outcome, double *values);
/* What was drawn; `events` as lode_event_draw left them, NULL: they were not. */
void lode_outcome_inputs(const lode_outcome *outcome, double *values, const double *inputs,
                         const lode_event_outcome *events);
/* The columns of the reference, and of shock `shock` (from 0, in the order of lode_outcome_new), from the battery of the draw. LODE_NOMEM. */
lode_code lode_outcome_reference(const lode_outcome *outcome, double *values, const lode_battery *battery);
lode_code lode_outcome_shock(const lode_outcome *outcome, double *values, const lode_battery *battery, int32_t shock);

#endif
