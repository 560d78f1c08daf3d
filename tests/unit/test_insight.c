/* The pool of threads that the battery runs on: every job once, the first failure told, and an end when the caller says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/pool.h"
#include "report/wrap.h"

enum { JOBS = 40 };

typedef struct {
    int32_t done[JOBS];
    lode_code fails[JOBS];
} work;

static lode_code count_job(void *context, int32_t job, lode_pool *pool) {
    work *w = context;
    w->done[job]++;
    if (!lode_pool_step(pool, 1))
        return LODE_INTERRUPTED;
    return w->fails[job];
}

typedef struct {
    int32_t calls, stop_at, last;
} watcher;

static bool watch(void *context, const char *what, int32_t done, int32_t total) {
    watcher *w = context;
    assert_string_equal(what, "jobs");
    assert_int_equal(total, JOBS);
    assert_true(done >= w->last); /* never back */
    w->last = done;
    w->calls++;
    return w->stop_at < 0 || done < w->stop_at;
}

static lode_code run(work *w, watcher *at, int32_t threads) {
    lode_pool_progress progress = {.call = watch, .context = at, .what = "jobs", .total = JOBS};
    return lode_pool_run(threads, JOBS, count_job, w, &progress);
}

static void every_job_is_done_once(void **state) {
    (void)state;
    for (int32_t threads = 0; threads <= 8; threads++) {
        work w = {0};
        watcher at = {.stop_at = -1};
        assert_int_equal(run(&w, &at, threads), LODE_OK);
        for (int j = 0; j < JOBS; j++)
            assert_int_equal(w.done[j], 1);
        assert_true(at.calls > 0);
    }
}

static void a_failure_stops_the_rest_and_is_told(void **state) {
    (void)state;
    work w = {0};
    watcher at = {.stop_at = -1};
    w.fails[5] = LODE_CERTIFICATE;
    assert_int_equal(run(&w, &at, 1), LODE_CERTIFICATE);
    assert_int_equal(w.done[5], 1);
    assert_int_equal(w.done[6], 0);
    memset(&w.done, 0, sizeof w.done);
    at.last = 0;
    assert_int_equal(run(&w, &at, 4), LODE_CERTIFICATE);
}

static void the_caller_can_stop_it(void **state) {
    (void)state;
    for (int32_t threads = 1; threads <= 4; threads += 3) {
        work w = {0};
        watcher at = {.stop_at = 1};
        assert_int_equal(run(&w, &at, threads), LODE_INTERRUPTED);
    }
}

static void nothing_to_do(void **state) {
    (void)state;
    lode_pool_progress progress = {.what = "jobs"};
    assert_int_equal(lode_pool_run(4, 0, count_job, NULL, &progress), LODE_OK);
}

static void prose_is_broken_at_blanks(void **state) {
    (void)state;
    lode_text text = {0};
    lode_text_wrap(&text, "one  two three unbreakable\xc3\xa9 four", 9, 2);
    /* the indent counts; a word that is too long stands alone; two bytes of one letter are one column */
    assert_string_equal(text.data, "  one two\n  three\n  unbreakable\xc3\xa9\n  four\n");
    lode_text_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_job_is_done_once),    cmocka_unit_test(a_failure_stops_the_rest_and_is_told),
        cmocka_unit_test(the_caller_can_stop_it),    cmocka_unit_test(nothing_to_do),
        cmocka_unit_test(prose_is_broken_at_blanks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
