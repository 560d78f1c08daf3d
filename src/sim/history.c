#include "sim/history.h"

#include <pthread.h>
#include <stdlib.h>

#include "sim/parts.h"

/* Where a run stood at the start of a period. Never changes once it is kept. */
typedef struct {
    lode_state state;
    lode_network_place place;
    size_t bytes;
    int32_t holders; /* the history, and those who are leaving from it */
} standing;

struct lode_history {
    const lode_run *run;
    int32_t kept, stride;
    size_t most_bytes;
    pthread_mutex_t lock; /* of all below */
    lode_past
        past;      /* as of `last`; the arrays of the record are the run's, the logs, which grow in steps, are copies */
    standing **at; /* [periods + 1]; NULL: not there yet, or forgotten */
    int32_t last, count;
    size_t bytes;
};

/* ---- one standing ---- */

static void free_standing(standing *one) {
    if (!one)
        return;
    lode_state_release(&one->state);
    lode_network_place_release(&one->place);
    free(one);
}

static size_t size_of(const standing *one) {
    const lode_network_place *place = &one->place;
    return sizeof *one + one->state.count * sizeof(double) + (size_t)place->rows + (size_t)place->columns +
           4 * sizeof(double) * (size_t)place->groups;
}

static lode_code take_standing(standing **out, const lode_run *run) {
    standing *one = calloc(1, sizeof *one);
    *out = NULL;
    if (!one)
        return LODE_NOMEM;
    lode_code code = lode_state_new(&one->state, &run->state.shape);
    if (code == LODE_OK) {
        lode_state_copy(&one->state, &run->state);
        code = lode_network_place_take(&one->place, run->network);
    }
    if (code != LODE_OK) {
        free_standing(one);
        return code;
    }
    one->bytes = size_of(one);
    one->holders = 1;
    *out = one;
    return LODE_OK;
}

/* Called with the lock held. */
static void let_go(standing *one) {
    if (--one->holders == 0)
        free_standing(one);
}

/* ---- the history ---- */

lode_code lode_history_new(lode_history **out, const lode_run *run, size_t most_bytes, int32_t kept) {
    *out = NULL;
    lode_history *history = calloc(1, sizeof *history);
    standing **at = calloc((size_t)run->clock.periods + 1, sizeof(standing *));
    if (!history || !at || pthread_mutex_init(&history->lock, NULL) != 0) {
        free(history);
        free(at);
        return LODE_NOMEM;
    }
    history->run = run;
    history->past.record = run->record;
    history->most_bytes = most_bytes;
    history->kept = kept;
    history->stride = 1;
    history->at = at;
    const lode_code code = lode_history_note(history);
    if (code != LODE_OK) {
        lode_history_free(history);
        return code;
    }
    *out = history;
    return LODE_OK;
}

void lode_history_free(lode_history *history) {
    if (!history)
        return;
    for (int32_t p = 0; p <= history->run->clock.periods; p++)
        free_standing(history->at[p]);
    free(history->at);
    lode_past_release(&history->past);
    pthread_mutex_destroy(&history->lock);
    free(history);
}

static void forget(lode_history *history, int32_t period) {
    history->bytes -= history->at[period]->bytes;
    history->count--;
    let_go(history->at[period]);
    history->at[period] = NULL;
}

/* The first period and the last one stay: the run can be followed from the one, and goes on from the other. */
static void thin(lode_history *history) {
    while (history->most_bytes > 0 && history->bytes > history->most_bytes && history->stride <= history->last / 2) {
        history->stride *= 2;
        for (int32_t p = 1; p < history->last; p++)
            if (history->at[p] && p % history->stride != 0 && p != history->kept)
                forget(history, p);
    }
}

/* All but the record. */
static lode_code copy_logs(lode_past *to, const lode_past *from) {
    lode_code code = lode_ledger_copy(&to->ledger, &from->ledger);
    if (code == LODE_OK)
        code = lode_notes_copy(&to->notes, &from->notes);
    return code == LODE_OK ? lode_gate_log_copy(&to->gates, &from->gates) : code;
}

static lode_code keep(lode_history *history, standing *one, int32_t period) {
    const lode_past now = lode_run_past(history->run);
    const lode_code code = copy_logs(&history->past, &now);
    if (code != LODE_OK)
        return code;
    const int32_t before = history->last;
    history->at[period] = one;
    history->last = period;
    history->count++;
    history->bytes += one->bytes;
    if (before > 0 && before < period && before % history->stride != 0 && before != history->kept)
        forget(history, before);
    thin(history);
    return LODE_OK;
}

lode_code lode_history_note(lode_history *history) {
    standing *one;
    lode_code code = take_standing(&one, history->run);
    if (code != LODE_OK)
        return code;
    pthread_mutex_lock(&history->lock);
    code = keep(history, one, history->run->done);
    if (code != LODE_OK)
        let_go(one);
    pthread_mutex_unlock(&history->lock);
    return code;
}

void lode_history_forget(lode_history *history, int32_t period) {
    pthread_mutex_lock(&history->lock);
    if (period >= 0 && period < history->last && history->at[period])
        forget(history, period);
    pthread_mutex_unlock(&history->lock);
}

/* ---- the past ---- */

/* Called with the lock held. */
static lode_code copy_past(lode_past *out, const lode_history *history, int32_t periods) {
    *out = (lode_past){.record = history->past.record};
    out->record.periods = periods;
    if (periods < 0 || periods > history->last)
        return LODE_USAGE;
    const lode_code code = copy_logs(out, &history->past);
    lode_ledger_truncate(&out->ledger, periods);
    lode_notes_truncate(&out->notes, periods);
    lode_gate_log_truncate(&out->gates, periods);
    return code;
}

lode_code lode_history_past(lode_past *out, lode_history *history, int32_t periods) {
    pthread_mutex_lock(&history->lock);
    const lode_code code = copy_past(out, history, periods);
    pthread_mutex_unlock(&history->lock);
    return code;
}

void lode_past_release(lode_past *past) {
    lode_ledger_release(&past->ledger);
    lode_notes_release(&past->notes);
    lode_gate_log_release(&past->gates);
}

/* ---- leaving ---- */

typedef struct {
    standing *from;
    lode_past past; /* up to it */
} departure;

/* The last period kept that is not after `period`. */
static lode_code depart(departure *out, lode_history *history, int32_t period) {
    *out = (departure){.from = NULL};
    pthread_mutex_lock(&history->lock);
    int32_t at = period <= history->last ? period : -1;
    while (at >= 0 && !history->at[at])
        at--;
    lode_code code = at >= 0 ? LODE_OK : LODE_USAGE;
    if (code == LODE_OK) {
        out->from = history->at[at];
        out->from->holders++;
        code = copy_past(&out->past, history, at);
    }
    pthread_mutex_unlock(&history->lock);
    return code;
}

static void arrive(departure *from, lode_history *history) {
    pthread_mutex_lock(&history->lock);
    if (from->from)
        let_go(from->from);
    pthread_mutex_unlock(&history->lock);
    lode_past_release(&from->past);
}

static lode_code follow_departure(lode_run **out, const lode_history *history, const departure *from,
                                  const lode_scenario *scenario, int32_t shock) {
    const lode_run_standing there = {.past = from->past,
                                     .state = &from->from->state,
                                     .base = history->run->base,
                                     .network = history->run->network,
                                     .place = &from->from->place};
    return lode_run_go_on(out, &there, scenario, shock);
}

/* The run itself, gone again from a period that is kept to one that was forgotten. */
static lode_code catch_up(lode_run **out, const lode_history *history, const departure *from, int32_t period) {
    lode_code code = follow_departure(out, history, from, history->run->scenario, history->run->shock);
    while (code == LODE_OK && (*out)->done < period)
        code = lode_run_step(*out);
    if (code != LODE_OK) {
        lode_run_free(*out);
        *out = NULL;
    }
    return code;
}

static lode_code leave(lode_run **out, const lode_history *history, const departure *from, int32_t period,
                       const lode_scenario *scenario, int32_t shock) {
    if (from->past.record.periods == period)
        return follow_departure(out, history, from, scenario, shock);
    lode_run *there = NULL;
    lode_code code = catch_up(&there, history, from, period);
    if (code == LODE_OK)
        code = lode_run_follow(out, there, scenario, shock);
    lode_run_free(there);
    return code;
}

lode_code lode_history_leave(lode_run **out, lode_history *history, int32_t period, const lode_scenario *scenario,
                             int32_t shock) {
    departure from;
    *out = NULL;
    if (!lode_run_fits(history->run, scenario))
        return LODE_USAGE;
    lode_code code = depart(&from, history, period);
    if (code == LODE_OK)
        code = leave(out, history, &from, period, scenario, shock);
    arrive(&from, history);
    return code;
}

int32_t lode_history_count(lode_history *history) {
    pthread_mutex_lock(&history->lock);
    const int32_t count = history->count;
    pthread_mutex_unlock(&history->lock);
    return count;
}

size_t lode_history_bytes(lode_history *history) {
    pthread_mutex_lock(&history->lock);
    const size_t bytes = history->bytes;
    pthread_mutex_unlock(&history->lock);
    return bytes;
}
