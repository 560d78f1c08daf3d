/* What a draw costs beside its months: `bench_draws WORLD SCENARIO [DRAWS]` makes draws without running them, then a run and copies of it, as each
 * shock takes one, and prints CPU milliseconds, the width of a row and the peak memory. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "ensemble/ensemble.h"

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void print_errors(const lode_diags *diags) {
    for (size_t i = 0; i < lode_diags_count(diags); i++)
        if (lode_diags_get(diags, i)->severity == LODE_ERROR)
            fprintf(stderr, "%s\n", lode_diags_get(diags, i)->message);
}

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Milliseconds of each draw; how many were refused. */
static int make_draws(double *took, int draws, const lode_ensemble_plan *plan) {
    int refused = 0;
    for (int i = 0; i < draws; i++) {
        lode_drawn drawn;
        lode_diags *diags = lode_diags_new();
        const double start = seconds();
        refused += lode_draw_make(&drawn, plan->uncertainty, plan->mould, &plan->design, i, diags) != LODE_OK;
        lode_draw_release(&drawn);
        lode_diags_free(diags);
        took[i] = 1000 * (seconds() - start);
    }
    qsort(took, (size_t)draws, sizeof *took, by_value);
    return refused;
}

static void time_plan(const lode_scenario *scenario, int draws, lode_diags *diags) {
    const lode_ensemble_options options = {.draws = draws, .seed = 1};
    lode_ensemble_plan *plan = NULL;
    double *took = calloc((size_t)draws, sizeof *took), start = seconds();
    int32_t width;
    if (took && lode_ensemble_plan_new(&plan, scenario, &options, diags) == LODE_OK) {
        lode_outcome_columns(plan->outcome, &width);
        printf("plan: %.0f ms; %d uncertain numbers, %d events, %d shocks; a row has %d numbers\n",
               1000 * (seconds() - start), (int)plan->uncertainty->count, (int)plan->uncertainty->event_count,
               (int)plan->shock_count, (int)width);
        const int refused = make_draws(took, draws, plan);
        printf("world and scenario of a draw: median %.2f ms, 99th percentile %.2f ms; %d of %d refused\n",
               took[draws / 2], took[(int)(0.99 * (draws - 1))], refused, draws);
    }
    lode_ensemble_plan_free(plan);
    free(took);
}

enum { COPIES = 10 };

static void time_run(const lode_world *world, const lode_scenario *scenario, lode_diags *diags) {
    lode_run *run = NULL, *copy;
    double start = seconds();
    if (lode_run_new(&run, world, scenario, diags) != LODE_OK)
        return;
    printf("base year: %.0f ms", 1000 * (seconds() - start));
    start = seconds();
    for (int i = 0; i < COPIES; i++) {
        if (lode_run_copy(&copy, run) == LODE_OK)
            lode_run_free(copy);
    }
    printf("; a branch: %.1f ms\n", 1000 * (seconds() - start) / COPIES);
    lode_run_free(run);
}

int main(int argc, char **argv) {
    lode_diags *diags = lode_diags_new();
    lode_world *world = NULL;
    lode_scenario *scenario = NULL;
    const int draws = argc > 3 ? atoi(argv[3]) : 100;
    if (argc < 3 || draws < 1) {
        fprintf(stderr, "usage: bench_draws WORLD SCENARIO [DRAWS]\n");
        return 2;
    }
    if (lode_world_open(&world, argv[1], diags) == LODE_OK &&
        lode_scenario_open(&scenario, world, argv[2], diags) == LODE_OK) {
        time_plan(scenario, draws, diags);
        time_run(world, scenario, diags);
    }
    print_errors(diags);
    const int failed = lode_diags_error_count(diags) > 0;
    lode_scenario_free(scenario);
    lode_world_free(world);
    lode_diags_free(diags);
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    printf("peak memory: %.0f MB\n", (double)use.ru_maxrss / 1024);
    return failed;
}
