/* Teams of threads: each draw is done once, in whatever order; ends by request, by a failure of the work, of the sink, or for want of memory.
 * What several ranks do is tests/run_ranks.sh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ensemble/team.h"

/* The linker sends the library's calloc here, see tests/meson.build: the one that `fail_in` counts down to fails. */
static int fail_in = -1;

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_calloc(size_t count, size_t size) {
    return fail_in >= 0 && fail_in-- == 0 ? NULL : __real_calloc(count, size);
}

/* Work whose result is known without running it: value j of draw d is 10 d + j, but for the last, which is left alone; each 17th draw fails. */
enum { WIDTH = 4, DRAWS = 3000, WORKERS = 8 };

typedef struct {
    int32_t times[DRAWS];
    int64_t rows, failed_rows, largest_batch, sinks, wrong;
    atomic_int busy[WORKERS]; /* draws that this worker is at */
    atomic_int clashes;
    atomic_bool stopping;
    int64_t fail_at;  /* draw at which the work fails; -1 */
    int64_t sink_end; /* batches after which the sink fails; -1 */
    int64_t stop_at;  /* rows after which progress says no; -1 */
    int64_t said_done, said_failed, reports;
    bool slow, waits_for_stop;
} scene;

static void sleep_ms(long ms) {
    const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

static lode_code work(void *context, int32_t worker, int64_t draw, lode_draw_row *row) {
    scene *at = context;
    if (worker < 0 || worker >= WORKERS || atomic_fetch_add(&at->busy[worker], 1) != 0)
        atomic_fetch_add(&at->clashes, 1);
    for (int32_t j = 0; j < WIDTH - 1; j++)
        row->values[j] = 10.0 * (double)draw + j;
    if (draw % 17 == 0) {
        row->status = LODE_CERTIFICATE;
        snprintf(row->reason, sizeof row->reason, "draw %d", (int)draw);
    }
    if (at->slow)
        sleep_ms(300);
    while (at->waits_for_stop && draw == 5 && !atomic_load(&at->stopping))
        sleep_ms(1);
    atomic_fetch_sub(&at->busy[worker], 1);
    if (at->waits_for_stop && draw == 5)
        return LODE_INTERRUPTED;
    return draw == at->fail_at ? LODE_SOLVER : LODE_OK;
}

static bool is_right(const lode_draw_row *row) {
    char reason[32] = "";
    if (row->draw % 17 == 0)
        snprintf(reason, sizeof reason, "draw %d", (int)row->draw);
    bool right = strcmp(row->reason, reason) == 0 && (row->status != LODE_OK) == (row->draw % 17 == 0);
    for (int32_t j = 0; j < WIDTH - 1; j++)
        right &= row->values[j] == 10.0 * (double)row->draw + j;
    return right && isnan(row->values[WIDTH - 1]);
}

static lode_code sink(void *context, const lode_draw_row *rows, size_t count) {
    scene *at = context;
    at->sinks++;
    if (at->sink_end >= 0 && at->sinks > at->sink_end)
        return LODE_IO;
    at->largest_batch = (int64_t)count > at->largest_batch ? (int64_t)count : at->largest_batch;
    for (size_t i = 0; i < count; i++) {
        at->times[rows[i].draw]++;
        at->wrong += !is_right(&rows[i]);
        at->failed_rows += rows[i].status != LODE_OK;
        at->rows++;
    }
    return LODE_OK;
}

static bool progress(void *context, int64_t done, int64_t failed) {
    scene *at = context;
    at->said_done = done;
    at->said_failed = failed;
    at->reports++;
    return at->stop_at < 0 || done < at->stop_at;
}

static scene *new_scene(void) {
    scene *at = calloc(1, sizeof *at);
    assert_non_null(at);
    at->fail_at = at->sink_end = at->stop_at = -1;
    return at;
}

static lode_code run(scene *at, int32_t threads, const int64_t *todo, int64_t count) {
    lode_ranks *ranks;
    assert_int_equal(lode_ranks_join(&ranks, NULL), LODE_OK);
    const lode_team team = {.threads = threads,
                            .width = WIDTH,
                            .work = work,
                            .sink = sink,
                            .progress = progress,
                            .context = at,
                            .stopping = &at->stopping};
    const lode_code code = lode_team_run(&team, ranks, todo, count);
    lode_ranks_leave(ranks);
    return code;
}

static int64_t *all_draws(void) {
    int64_t *todo = calloc(DRAWS, sizeof *todo);
    assert_non_null(todo);
    for (int64_t i = 0; i < DRAWS; i++)
        todo[i] = i;
    return todo;
}

/* No draw twice, every row right. */
static void assert_sound(const scene *at) {
    assert_int_equal(at->wrong, 0);
    assert_int_equal(at->clashes, 0);
    for (int32_t d = 0; d < DRAWS; d++)
        assert_in_range(at->times[d], 0, 1);
}

static void every_draw_is_done_once(void **state) {
    (void)state;
    int64_t *todo = all_draws();
    for (int32_t threads = 1; threads <= WORKERS; threads++) {
        scene *at = new_scene();
        assert_int_equal(run(at, threads, todo, DRAWS), LODE_OK);
        assert_sound(at);
        assert_int_equal(at->rows, DRAWS);
        assert_int_equal(at->failed_rows, 177); /* 0, 17 ... 2992 */
        assert_int_equal(at->said_done, DRAWS);
        assert_int_equal(at->said_failed, 177);
        assert_in_range(at->largest_batch, 1, 64);
        assert_false(atomic_load(&at->stopping));
        free(at);
    }
    free(todo);
}

static void only_what_is_asked_for(void **state) {
    (void)state;
    const int64_t todo[] = {2999, 4, 1000};
    scene *at = new_scene();
    assert_int_equal(run(at, 8, todo, 3), LODE_OK);
    assert_sound(at);
    assert_int_equal(at->rows, 3);
    assert_true(at->times[2999] && at->times[4] && at->times[1000]);
    assert_int_equal(run(at, 2, todo, 0), LODE_OK);
    assert_int_equal(at->rows, 3);
    assert_int_equal(run(at, 0, todo, 3), LODE_USAGE);
    free(at);
}

static void progress_stops_it(void **state) {
    (void)state;
    int64_t *todo = all_draws();
    scene *at = new_scene();
    at->slow = true; /* 3000 draws of 0.3 s on 4 threads would take minutes */
    at->stop_at = 4;
    assert_int_equal(run(at, 4, todo, DRAWS), LODE_INTERRUPTED);
    assert_sound(at);
    assert_true(atomic_load(&at->stopping));
    assert_int_equal(at->rows, at->said_done); /* what was finished is not lost */
    assert_in_range(at->rows, 4, 20);
    free(at);
    free(todo);
}

static void a_draw_is_dropped_when_asked(void **state) {
    (void)state;
    int64_t *todo = all_draws();
    scene *at = new_scene();
    at->waits_for_stop = true;
    at->stop_at = 0;
    assert_int_equal(run(at, 2, todo, 8), LODE_INTERRUPTED);
    assert_sound(at);
    assert_int_equal(at->times[5], 0);
    free(at);
    free(todo);
}

static void a_failure_ends_it(void **state) {
    (void)state;
    int64_t *todo = all_draws();
    for (int32_t threads = 1; threads <= 4; threads++) {
        scene *at = new_scene();
        at->fail_at = 500;
        assert_int_equal(run(at, threads, todo, DRAWS), LODE_SOLVER);
        assert_sound(at);
        assert_int_equal(at->times[500], 0);
        assert_int_equal(at->rows, at->said_done);
        assert_in_range(at->rows, 400, DRAWS - 1);
        free(at);
    }
    free(todo);
}

static void a_sink_that_fails_is_not_asked_again(void **state) {
    (void)state;
    int64_t *todo = all_draws();
    scene *at = new_scene();
    at->sink_end = 2;
    assert_int_equal(run(at, 4, todo, DRAWS), LODE_IO);
    assert_sound(at);
    assert_int_equal(at->sinks, 3);
    free(at);
    free(todo);
}

static void progress_is_told_each_second(void **state) {
    (void)state;
    const int64_t todo[] = {1, 2, 3, 4};
    scene *at = new_scene();
    at->slow = true; /* 1.2 s in all */
    assert_int_equal(run(at, 1, todo, 4), LODE_OK);
    assert_in_range(at->reports, 2, 10);
    free(at);
}

static void memory_that_is_short(void **state) {
    (void)state;
    const int64_t todo[] = {1, 2, 3, 4};
    int32_t failures = 0;
    lode_code code;
    lode_ranks *ranks;
    assert_int_equal(lode_ranks_join(&ranks, NULL), LODE_OK);
    scene *at = new_scene();
    do {
        const lode_team team = {.threads = 2, .width = WIDTH, .work = work, .sink = sink, .context = at};
        fail_in = failures;
        code = lode_team_run(&team, ranks, todo, 4);
        assert_true(code == LODE_OK || code == LODE_NOMEM);
        failures++;
    } while (code == LODE_NOMEM);
    fail_in = -1;
    assert_in_range(failures, 5, 20);
    assert_int_equal(at->rows, 4);
    free(at);
    fail_in = 0;
    lode_ranks *none;
    assert_int_equal(lode_ranks_join(&none, NULL), LODE_NOMEM);
    fail_in = -1;
    lode_ranks_leave(ranks);
}

static void one_rank(void **state) {
    (void)state;
    lode_ranks *ranks;
    assert_int_equal(lode_ranks_join(&ranks, NULL), LODE_OK);
    assert_int_equal(lode_ranks_index(ranks), 0);
    assert_int_equal(lode_ranks_count(ranks), 1);
    assert_int_equal(lode_ranks_agree(ranks, LODE_OK), LODE_OK);
    assert_int_equal(lode_ranks_agree(ranks, LODE_IO), LODE_IO);
    assert_int_equal(lode_ranks_threads(ranks, 3), 3);
    assert_true(lode_ranks_threads(ranks, 0) >= 1);
    lode_ranks_leave(ranks);
    lode_ranks_leave(NULL);
}

/* srun without MPI starts as many strangers as it has tasks. */
static void processes_that_do_not_know_each_other(void **state) {
    (void)state;
    lode_ranks *ranks;
    lode_diags *diags = lode_diags_new();
    setenv("SLURM_STEP_NUM_TASKS", "4", 1);
    assert_int_equal(lode_ranks_join(&ranks, diags), LODE_RANKS);
    assert_null(ranks);
    assert_int_equal(lode_diags_error_count(diags), 1);
    assert_non_null(strstr(lode_diags_get(diags, 0)->message, "4 processes"));
    setenv("SLURM_STEP_NUM_TASKS", "1", 1);
    assert_int_equal(lode_ranks_join(&ranks, diags), LODE_OK);
    lode_ranks_leave(ranks);
    unsetenv("SLURM_STEP_NUM_TASKS");
    lode_diags_free(diags);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_draw_is_done_once),
        cmocka_unit_test(only_what_is_asked_for),
        cmocka_unit_test(progress_stops_it),
        cmocka_unit_test(a_draw_is_dropped_when_asked),
        cmocka_unit_test(a_failure_ends_it),
        cmocka_unit_test(a_sink_that_fails_is_not_asked_again),
        cmocka_unit_test(progress_is_told_each_second),
        cmocka_unit_test(memory_that_is_short),
        cmocka_unit_test(one_rank),
        cmocka_unit_test(processes_that_do_not_know_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
