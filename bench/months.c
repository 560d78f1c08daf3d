/* How long a month takes: `bench_months WORLD SCENARIO [MONTHS]` steps a run and prints set-up, median, 99th percentile and sum of the
 * months in seconds, the linear programmes and pivots they took, and the peak memory. Single numbers of a shared machine say little:
 * run the two things to compare in turn and read the ratio (bench/compare.sh). */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "sim/run.h"

#define MOST 1200

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double percentile(double *sorted, int count, double share) {
    return sorted[(int)(share * (count - 1) + 0.5)];
}

/* Steps the run; returns the number of months and fills their times and pivots. */
static int step_all(lode_run *run, int months, double *took, double *pivots, double *solves) {
    int count = 0;
    while (count < months && lode_run_period(run) < lode_run_periods(run)) {
        const double start = seconds();
        if (lode_run_step(run) != LODE_OK)
            return -1;
        took[count] = seconds() - start;
        pivots[count] = run->solution->certificate.iterations;
        solves[count++] = run->solution->certificate.solves;
    }
    return count;
}

static void report(double set_up, int count, double *took, double *pivots, double *solves) {
    double sum = 0;
    struct rusage usage;
    for (int i = 0; i < count; i++)
        sum += took[i];
    qsort(took, (size_t)count, sizeof *took, by_value);
    qsort(pivots, (size_t)count, sizeof *pivots, by_value);
    qsort(solves, (size_t)count, sizeof *solves, by_value);
    getrusage(RUSAGE_SELF, &usage);
    printf("set-up %.3f s; %d months %.3f s: median %.4f, 99%% %.4f\n", set_up, count, sum,
           percentile(took, count, 0.5), percentile(took, count, 0.99));
    printf("a month: %.0f programmes, %.0f pivots (median), %.0f (99%%); peak memory %.0f MB\n",
           percentile(solves, count, 0.5), percentile(pivots, count, 0.5), percentile(pivots, count, 0.99),
           (double)usage.ru_maxrss / 1024);
}

int main(int argc, char **argv) {
    static double took[MOST], pivots[MOST], solves[MOST];
    lode_world *world = NULL;
    lode_scenario *scenario = NULL;
    lode_run *run = NULL;
    const int months = argc > 3 ? atoi(argv[3]) : 120;
    if (argc < 3 || months < 1 || months > MOST) {
        fprintf(stderr, "usage: bench_months WORLD SCENARIO [MONTHS]\n");
        return 2;
    }
    lode_diags *diags = lode_diags_new();
    if (lode_world_open(&world, argv[1], diags) != LODE_OK ||
        lode_scenario_open(&scenario, world, argv[2], diags) != LODE_OK) {
        fprintf(stderr, "bench_months: the world or the scenario does not open; try lodestone check\n");
        return 1;
    }
    const double start = seconds();
    const lode_code code = lode_run_new(&run, world, scenario, diags);
    const double set_up = seconds() - start;
    const int count = code == LODE_OK ? step_all(run, months, took, pivots, solves) : -1;
    if (count > 0)
        report(set_up, count, took, pivots, solves);
    lode_run_free(run);
    lode_scenario_free(scenario);
    lode_world_free(world);
    lode_diags_free(diags);
    return count > 0 ? 0 : 1;
}
