#include "insight/reference.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "insight/battery.h"
#include "policy/scenario.h"

struct lode_reference {
    const lode_scenario *scenario;
    lode_clock clock;
    size_t most_bytes;
    lode_run *run; /* NULL until the base year is cleared */
    lode_history *history;
    lode_view view;
    pthread_mutex_t lock; /* of `done` and `failed`; what is below `done` can be read by all */
    pthread_cond_t moved;
    int32_t done;
    lode_code failed;
};

/* Who waits looks up this often whether it still should. */
enum { PATIENCE_MS = 100 };

static lode_code make_lock(lode_reference *reference) {
    pthread_condattr_t monotonic;
    if (pthread_mutex_init(&reference->lock, NULL) != 0)
        return LODE_NOMEM;
    bool ok = pthread_condattr_init(&monotonic) == 0;
    if (ok) {
        ok = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0 &&
             pthread_cond_init(&reference->moved, &monotonic) == 0;
        pthread_condattr_destroy(&monotonic);
    }
    if (!ok)
        pthread_mutex_destroy(&reference->lock);
    return ok ? LODE_OK : LODE_NOMEM;
}

lode_code lode_reference_new(lode_reference **out, const lode_scenario *scenario, size_t most_bytes) {
    *out = NULL;
    lode_reference *reference = calloc(1, sizeof *reference);
    if (!reference)
        return LODE_NOMEM;
    reference->scenario = scenario;
    reference->most_bytes = most_bytes;
    reference->clock = (lode_clock){
        .from = scenario->from, .months = scenario->step_months, .periods = lode_scenario_periods(scenario)};
    reference->done = -1;
    const lode_code code = make_lock(reference);
    if (code != LODE_OK) {
        free(reference);
        return code;
    }
    *out = reference;
    return LODE_OK;
}

void lode_reference_free(lode_reference *reference) {
    if (!reference)
        return;
    lode_view_close(&reference->view);
    lode_history_free(reference->history);
    lode_run_free(reference->run);
    pthread_cond_destroy(&reference->moved);
    pthread_mutex_destroy(&reference->lock);
    free(reference);
}

/* ---- stepping ---- */

static lode_code begin(lode_reference *reference, lode_diags *diags) {
    /* Shocks of the battery most often begin at the scenario's day: that period is never forgotten. */
    const int32_t kept = lode_clock_period(&reference->clock, reference->scenario->shock_start);
    lode_run *run;
    lode_code code = lode_run_new(&run, reference->scenario->world, reference->scenario, diags);
    if (code != LODE_OK)
        return code;
    code = lode_view_open(&reference->view, run);
    if (code == LODE_OK)
        code = lode_history_new(&reference->history, run, reference->most_bytes, kept);
    if (code != LODE_OK) {
        lode_view_close(&reference->view);
        lode_run_free(run);
        return code;
    }
    reference->run = run;
    return LODE_OK;
}

static lode_code step(lode_reference *reference, lode_diags *diags) {
    const lode_run *run = reference->run;
    lode_code code = lode_run_step(reference->run);
    if (code == LODE_OK)
        return lode_history_note(reference->history);
    if (code == LODE_CERTIFICATE || code == LODE_SOLVER)
        lode_run_stops(run, "reference", lode_run_period(run), code, diags);
    return code;
}

lode_code lode_reference_step(lode_reference *reference, lode_diags *diags) {
    if (reference->done >= reference->clock.periods)
        return LODE_USAGE;
    const lode_code code = reference->run ? step(reference, diags) : begin(reference, diags);
    pthread_mutex_lock(&reference->lock);
    reference->failed = code;
    if (code == LODE_OK)
        reference->done = lode_run_period(reference->run);
    pthread_cond_broadcast(&reference->moved);
    pthread_mutex_unlock(&reference->lock);
    return code;
}

/* ---- asking ---- */

int32_t lode_reference_done(lode_reference *reference) {
    pthread_mutex_lock(&reference->lock);
    const int32_t done = reference->done;
    pthread_mutex_unlock(&reference->lock);
    return done;
}

int32_t lode_reference_periods(const lode_reference *reference) {
    return reference->clock.periods;
}

void lode_reference_kept(lode_reference *reference, int32_t *count, size_t *bytes) {
    const bool begun = lode_reference_done(reference) >= 0;
    *count = begun ? lode_history_count(reference->history) : 0;
    *bytes = begun ? lode_history_bytes(reference->history) : 0;
}

/* Until somebody steps, or it is time to look up. Called with the lock held. */
static void wait_a_little(lode_reference *reference) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += PATIENCE_MS * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    pthread_cond_timedwait(&reference->moved, &reference->lock, &until);
}

lode_code lode_reference_await(lode_reference *reference, int32_t periods, lode_reference_patience patience,
                               void *context) {
    lode_code code = LODE_OK;
    pthread_mutex_lock(&reference->lock);
    while (code == LODE_OK && reference->done < periods && reference->failed == LODE_OK) {
        const int32_t done = reference->done;
        pthread_mutex_unlock(&reference->lock);
        if (patience && !patience(context, done))
            code = LODE_INTERRUPTED;
        pthread_mutex_lock(&reference->lock);
        if (code == LODE_OK && reference->done < periods && reference->failed == LODE_OK)
            wait_a_little(reference);
    }
    if (code == LODE_OK && reference->done < periods)
        code = reference->failed;
    pthread_mutex_unlock(&reference->lock);
    return code;
}

lode_code lode_reference_leave(lode_run **out, lode_reference *reference, int32_t period, const lode_scenario *scenario,
                               int32_t shock) {
    *out = NULL;
    if (lode_reference_done(reference) < period)
        return LODE_USAGE;
    return lode_history_leave(out, reference->history, period, scenario, shock);
}

lode_code lode_reference_glimpse(lode_glimpse *out, lode_reference *reference, int32_t periods) {
    *out = (lode_glimpse){0};
    if (lode_reference_done(reference) < periods || periods < 0)
        return LODE_USAGE;
    out->view = reference->view;
    out->view.record = &out->past.record;
    out->view.ledger = &out->past.ledger;
    out->view.notes = &out->past.notes;
    if (out->view.gates)
        out->view.gates = &out->past.gates;
    return lode_history_past(&out->past, reference->history, periods);
}

void lode_glimpse_release(lode_glimpse *glimpse) {
    lode_past_release(&glimpse->past);
}

lode_run *lode_reference_run(lode_reference *reference) {
    return reference->run;
}

const lode_view *lode_reference_view(const lode_reference *reference) {
    return &reference->view;
}
