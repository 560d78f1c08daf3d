/* A run on a small world, as several unit tests need it: opened, stepped and closed with every step asserted. Include after cmocka. */
#ifndef TESTS_UNIT_BENCH_H
#define TESTS_UNIT_BENCH_H

#include "lodestone/run.h"

typedef struct {
    lode_diags *diags;
    lode_world *world;
    lode_scenario *scenario;
    lode_run *run;
} bench;

static inline bench open_bench(const char *world, const char *scenario) {
    bench b = {.diags = lode_diags_new()};
    assert_int_equal(lode_world_open(&b.world, world, b.diags), LODE_OK);
    assert_int_equal(lode_scenario_open(&b.scenario, b.world, scenario, b.diags), LODE_OK);
    assert_int_equal(lode_run_new(&b.run, b.world, b.scenario, b.diags), LODE_OK);
    return b;
}

static inline void close_bench(bench *b) {
    lode_run_free(b->run);
    lode_scenario_free(b->scenario);
    lode_world_free(b->world);
    lode_diags_free(b->diags);
}

static inline void steps(lode_run *run, int count) {
    for (int i = 0; i < count; i++) {
        assert_int_equal(lode_run_step(run), LODE_OK);
    }
}

#endif
