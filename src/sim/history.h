/* The way that a run has come, kept while it goes on, so that others can leave it at any period it has passed.
 *
 * What a run records of a period never changes again, so the record is kept once; of each period the history adds where the run stood: its
 * state, its basis, its notes. One thread steps the run and calls lode_history_note; any number of others may leave meanwhile. */
#ifndef LODE_SIM_HISTORY_H
#define LODE_SIM_HISTORY_H

#include "sim/run.h"

typedef struct lode_history lode_history;

/* Begins with the period the run stands at. `run` is borrowed and must not be freed before the history. It holds at most about `most_bytes` beside
 * the run (0: no bound): beyond that it forgets every second period, then every second of those left, but never `kept` (-1: none). */
lode_code lode_history_new(lode_history **out, const lode_run *run, size_t most_bytes, int32_t kept);
void lode_history_free(lode_history *history);

/* Keeps where the run stands now. Called by the thread that steps it, after every step. LODE_NOMEM leaves the history as it was. */
lode_code lode_history_note(lode_history *history);

/* Forgets a period that nobody will ask to leave at; one that is not kept is no error. */
void lode_history_forget(lode_history *history, int32_t period);

/* A run of (scenario, shock; -1: none) that leaves at the start of `period`: to the bit what branching the run as it was then gives.
 * Where that period was forgotten, the run is stepped there from the one before. LODE_USAGE if the history does not reach that far or the
 * scenario has another world or horizon (its instruments must be the run's: that is the caller's to see to); LODE_CERTIFICATE or LODE_SOLVER. O(frame of a run + period). */
lode_code lode_history_leave(lode_run **out, lode_history *history, int32_t period, const lode_scenario *scenario,
                             int32_t shock);

/* The first `periods` periods of the run, as a view of them that holds still while the run goes on: the arrays of the record are the run's, all
 * that grows is copied. LODE_USAGE if it has not come that far. Free *out with lode_past_release in every case. O(entries). */
lode_code lode_history_past(lode_past *out, lode_history *history, int32_t periods);
void lode_past_release(lode_past *past);

/* How many periods are kept, and their bytes beside the run's own. */
int32_t lode_history_count(lode_history *history);
size_t lode_history_bytes(lode_history *history);

#endif
