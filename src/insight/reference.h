/* A reference run that several ask about while it is still being stepped: who leaves it, and who reads what it has recorded.
 *
 * One thread steps it (lode_reference_step); any number of others wait for the month they need, leave there (sim/history.h), and look at the months
 * that are done. All but stepping is safe to call from several threads at once. */
#ifndef LODE_INSIGHT_REFERENCE_H
#define LODE_INSIGHT_REFERENCE_H

#include "measure/view.h"
#include "sim/history.h"

typedef struct lode_reference lode_reference;

/* Of a scenario that must outlive it. Nothing is solved yet, not even the base year. `most_bytes`: as lode_history_new. */
lode_code lode_reference_new(lode_reference **out, const lode_scenario *scenario, size_t most_bytes);
/* Nobody may be using it. */
void lode_reference_free(lode_reference *reference);

/* Clears the base year if that is not done, else steps one period. LODE_CERTIFICATE or LODE_SOLVER with a finding that names the month: then those
 * who wait get that code too, and the next call tries again. LODE_USAGE at the end of the horizon. */
lode_code lode_reference_step(lode_reference *reference, lode_diags *diags);
/* Periods that are done; -1 before the base year is. */
int32_t lode_reference_done(lode_reference *reference);
/* Periods of the horizon. */
int32_t lode_reference_periods(const lode_reference *reference);
/* Those kept to be left at, and their bytes. */
void lode_reference_kept(lode_reference *reference, int32_t *count, size_t *bytes);

/* Asked now and then by who waits: false ends the waiting. */
typedef bool (*lode_reference_patience)(void *context, int32_t done);
/* Waits until `periods` are done (0: the base year). LODE_INTERRUPTED if `patience` (NULL: for ever) runs out; the code with which stepping failed. */
lode_code lode_reference_await(lode_reference *reference, int32_t periods, lode_reference_patience patience,
                               void *context);

/* A run of (scenario, shock) that leaves at the start of `period`, which must be done: lode_history_leave. */
lode_code lode_reference_leave(lode_run **out, lode_reference *reference, int32_t period, const lode_scenario *scenario,
                               int32_t shock);

/* The first periods of the reference, as a view that holds still. */
typedef struct {
    lode_past past;
    lode_view view; /* its indices are the reference's */
} lode_glimpse;

/* LODE_USAGE if they are not done. Release in every case; do not move it meanwhile. O(ledger). */
lode_code lode_reference_glimpse(lode_glimpse *out, lode_reference *reference, int32_t periods);
void lode_glimpse_release(lode_glimpse *glimpse);

/* The whole run and a view of it, once all periods are done and nobody steps it any more. Borrowed. */
lode_run *lode_reference_run(lode_reference *reference);
const lode_view *lode_reference_view(const lode_reference *reference);

#endif
