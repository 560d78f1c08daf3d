/* One lock for everything: a draw takes a hundred milliseconds or more, taking one a microsecond. */
#include "ensemble/crew.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
    int64_t draw;
    int32_t status;
    char reason[sizeof((lode_draw_row *)0)->reason];
} packet_head;

enum { HEAD_BYTES = (sizeof(packet_head) + 7) / 8 * 8 };

typedef struct {
    lode_crew *crew;
    int32_t worker;
    pthread_t id;
} crew_thread;

struct lode_crew {
    const lode_team *team;
    pthread_mutex_t lock;
    pthread_cond_t given; /* to the threads: draws, a row, or the end */
    pthread_cond_t moved; /* to the master */
    bool has_lock, has_given, has_moved;
    bool news; /* since the master's last wait */
    const int64_t *draws;
    int64_t next, end; /* the list and what of it nobody has begun */
    bool closed;
    lode_code code;
    int32_t threads, running, waiting; /* started, not ended, waiting for a draw or a row */
    crew_thread *thread;
    lode_crew_row *stock; /* array that owns them all */
    void *packets;
    lode_crew_row *spare, *first_finished, *last_finished;
};

/* ---- rows ---- */

size_t lode_packet_bytes(int32_t width) {
    return HEAD_BYTES + (size_t)width * sizeof(double);
}

void lode_crew_row_pack(lode_crew_row *row) {
    packet_head head = {.draw = row->row.draw, .status = (int32_t)row->row.status};
    memcpy(head.reason, row->row.reason, sizeof head.reason);
    memcpy(row->packet, &head, sizeof head);
}

void lode_crew_row_unpack(lode_crew_row *row) {
    packet_head head;
    memcpy(&head, row->packet, sizeof head);
    row->row.draw = head.draw;
    row->row.status = (lode_code)head.status;
    memcpy(row->row.reason, head.reason, sizeof head.reason);
}

/* Nothing of the draw before is left in it: bits must not depend on who did what. */
static void clear_row(lode_draw_row *row, int64_t draw, int32_t width) {
    row->draw = draw;
    row->status = LODE_OK;
    memset(row->reason, 0, sizeof row->reason);
    for (int32_t i = 0; i < width; i++)
        row->values[i] = (double)NAN;
}

static lode_code make_rows(lode_crew *crew, int32_t rows) {
    const size_t bytes = lode_packet_bytes(crew->team->width);
    crew->stock = calloc((size_t)rows, sizeof *crew->stock);
    crew->packets = calloc((size_t)rows, bytes);
    if (!crew->stock || !crew->packets)
        return LODE_NOMEM;
    for (int32_t r = rows - 1; r >= 0; r--) {
        lode_crew_row *row = &crew->stock[r];
        row->packet = (char *)crew->packets + (size_t)r * bytes;
        row->row.values = (double *)(void *)((char *)row->packet + HEAD_BYTES);
        row->next = crew->spare;
        crew->spare = row;
    }
    return LODE_OK;
}

/* ---- threads ---- */

static void tell_master(lode_crew *crew) {
    crew->news = true;
    pthread_cond_signal(&crew->moved);
}

/* Waits for a draw and a row to put it in; false: the end. With the lock held. */
static bool begin_draw(lode_crew *crew, lode_crew_row **row, int64_t *draw) {
    while (!(crew->next < crew->end && crew->spare)) {
        if (crew->closed && crew->next >= crew->end)
            return false;
        crew->waiting++;
        tell_master(crew);
        pthread_cond_wait(&crew->given, &crew->lock);
        crew->waiting--;
    }
    *row = crew->spare;
    crew->spare = (*row)->next;
    *draw = crew->draws[crew->next++];
    return true;
}

static void close_at_once(lode_crew *crew) {
    crew->closed = true;
    crew->end = crew->next;
    if (crew->team->stopping && crew->running > 0)
        atomic_store(crew->team->stopping, true);
    pthread_cond_broadcast(&crew->given);
}

/* Puts the row in the queue; one without a result goes back, and after a failure nobody begins another. With the lock held. */
static void end_draw(lode_crew *crew, lode_crew_row *row, lode_code code) {
    if (code != LODE_OK) {
        if (crew->code == LODE_OK && !(code == LODE_INTERRUPTED && crew->closed))
            crew->code = code;
        row->next = crew->spare;
        crew->spare = row;
        close_at_once(crew);
    } else {
        row->next = NULL;
        *(crew->first_finished ? &crew->last_finished->next : &crew->first_finished) = row;
        crew->last_finished = row;
    }
    tell_master(crew);
}

static void *do_draws(void *context) {
    const crew_thread *self = context;
    lode_crew *crew = self->crew;
    const lode_team *team = crew->team;
    lode_crew_row *row;
    int64_t draw;
    pthread_mutex_lock(&crew->lock);
    while (begin_draw(crew, &row, &draw)) {
        pthread_mutex_unlock(&crew->lock);
        clear_row(&row->row, draw, team->width);
        const lode_code code = team->work(team->context, self->worker, draw, &row->row);
        pthread_mutex_lock(&crew->lock);
        end_draw(crew, row, code);
    }
    crew->running--;
    tell_master(crew);
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

/* ---- start and end ---- */

static bool make_locks(lode_crew *crew) {
    pthread_condattr_t steady;
    if (pthread_condattr_init(&steady) != 0)
        return false;
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    crew->has_lock = pthread_mutex_init(&crew->lock, NULL) == 0;
    crew->has_given = pthread_cond_init(&crew->given, NULL) == 0;
    crew->has_moved = pthread_cond_init(&crew->moved, &steady) == 0;
    pthread_condattr_destroy(&steady);
    return crew->has_lock && crew->has_given && crew->has_moved;
}

/* With the lock held from the first on, so that none sees a count that is not whole. */
static lode_code start_threads(lode_crew *crew) {
    crew->thread = calloc((size_t)crew->team->threads, sizeof *crew->thread);
    if (!crew->thread)
        return LODE_NOMEM;
    pthread_mutex_lock(&crew->lock);
    for (int32_t t = 0; t < crew->team->threads; t++) {
        crew->thread[t] = (crew_thread){.crew = crew, .worker = t};
        if (pthread_create(&crew->thread[t].id, NULL, do_draws, &crew->thread[t]) != 0)
            break;
        crew->running = ++crew->threads;
    }
    pthread_mutex_unlock(&crew->lock);
    return crew->threads > 0 ? LODE_OK : LODE_NOMEM;
}

lode_code lode_crew_start(lode_crew **out, const lode_team *team, int32_t rows) {
    *out = NULL;
    lode_crew *crew = calloc(1, sizeof *crew);
    if (!crew)
        return LODE_NOMEM;
    crew->team = team;
    lode_code code = make_locks(crew) ? make_rows(crew, team->threads + rows) : LODE_NOMEM;
    if (code == LODE_OK)
        code = start_threads(crew);
    if (code == LODE_OK)
        *out = crew;
    else
        lode_crew_free(crew);
    return code;
}

void lode_crew_free(lode_crew *crew) {
    if (!crew)
        return;
    if (crew->threads > 0)
        lode_crew_close(crew, true);
    for (int32_t t = 0; t < crew->threads; t++)
        pthread_join(crew->thread[t].id, NULL);
    if (crew->has_moved)
        pthread_cond_destroy(&crew->moved);
    if (crew->has_given)
        pthread_cond_destroy(&crew->given);
    if (crew->has_lock)
        pthread_mutex_destroy(&crew->lock);
    free(crew->thread);
    free(crew->stock);
    free(crew->packets);
    free(crew);
}

/* ---- the master ---- */

void lode_crew_give(lode_crew *crew, const int64_t *draws, int64_t count) {
    pthread_mutex_lock(&crew->lock);
    if (!crew->closed) {
        crew->draws = draws;
        crew->next = 0;
        crew->end = count;
        pthread_cond_broadcast(&crew->given);
    }
    pthread_mutex_unlock(&crew->lock);
}

const int64_t *lode_crew_take(lode_crew *crew, int64_t count, int64_t *taken) {
    pthread_mutex_lock(&crew->lock);
    const int64_t left = crew->end - crew->next;
    const int64_t *draws = left > 0 ? &crew->draws[crew->next] : NULL;
    *taken = count < left ? count : left;
    crew->next += *taken;
    pthread_mutex_unlock(&crew->lock);
    return draws;
}

int64_t lode_crew_left(lode_crew *crew) {
    pthread_mutex_lock(&crew->lock);
    const int64_t left = crew->end - crew->next;
    pthread_mutex_unlock(&crew->lock);
    return left;
}

int32_t lode_crew_idle(lode_crew *crew) {
    pthread_mutex_lock(&crew->lock);
    const int32_t idle = crew->next >= crew->end ? crew->waiting : 0;
    pthread_mutex_unlock(&crew->lock);
    return idle;
}

void lode_crew_wait(lode_crew *crew, double seconds) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    const double whole = floor(seconds);
    until.tv_sec += (time_t)whole;
    until.tv_nsec += (long)((seconds - whole) * 1e9);
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    pthread_mutex_lock(&crew->lock);
    while (!crew->news && pthread_cond_timedwait(&crew->moved, &crew->lock, &until) == 0) {
    }
    crew->news = false;
    pthread_mutex_unlock(&crew->lock);
}

lode_crew_row *lode_crew_finished(lode_crew *crew) {
    pthread_mutex_lock(&crew->lock);
    lode_crew_row *row = crew->first_finished;
    if (row)
        crew->first_finished = row->next;
    pthread_mutex_unlock(&crew->lock);
    return row;
}

lode_crew_row *lode_crew_spare(lode_crew *crew) {
    pthread_mutex_lock(&crew->lock);
    lode_crew_row *row = crew->spare;
    if (row)
        crew->spare = row->next;
    pthread_mutex_unlock(&crew->lock);
    return row;
}

void lode_crew_give_back(lode_crew *crew, lode_crew_row *row) {
    pthread_mutex_lock(&crew->lock);
    row->next = crew->spare;
    crew->spare = row;
    pthread_cond_signal(&crew->given);
    pthread_mutex_unlock(&crew->lock);
}

void lode_crew_close(lode_crew *crew, bool at_once) {
    pthread_mutex_lock(&crew->lock);
    if (at_once)
        close_at_once(crew);
    crew->closed = true;
    pthread_cond_broadcast(&crew->given);
    pthread_mutex_unlock(&crew->lock);
}

bool lode_crew_ended(lode_crew *crew) {
    pthread_mutex_lock(&crew->lock);
    const bool ended = crew->running == 0 && !crew->first_finished;
    pthread_mutex_unlock(&crew->lock);
    return ended;
}

lode_code lode_crew_code(lode_crew *crew) {
    pthread_mutex_lock(&crew->lock);
    const lode_code code = crew->code;
    pthread_mutex_unlock(&crew->lock);
    return code;
}
