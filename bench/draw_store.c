/* How fast draws are stored and read: `bench_draw_store WHERE [DRAWS] [NUMBERS]` writes DRAWS (500) rows of NUMBERS (20,000, of which 1,500 are inputs, events
 * and metrics) to a new file or a database (postgresql://...) in batches of 32, reads them whole and in windows of 1,000 columns, and writes
 * WHERE.parquet (of a database: draws.parquet). Every tenth metric is missing. A file stays, to be looked at. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/rng.h"
#include "store/draws.h"

enum { BATCH = 32, CELLS = 1500, INPUTS = 60, EVENTS = 40, WINDOW = 1000 };

typedef struct {
    int32_t width;
    lode_draw_column *columns;
    char (*names)[40];
    double *values; /* of a batch */
} rows;

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void name_columns(rows *of) {
    for (int32_t i = 0; i < of->width; i++) {
        static const char *const names[] = {"input", "event", "metric", "series"};
        const lode_column_kind kind = i < INPUTS            ? LODE_COLUMN_INPUT
                                      : i < INPUTS + EVENTS ? LODE_COLUMN_EVENT
                                      : i < CELLS           ? LODE_COLUMN_METRIC
                                                            : LODE_COLUMN_SERIES;
        snprintf(of->names[i], sizeof of->names[i], "%s/number_%d", names[kind], i);
        of->columns[i] = (lode_draw_column){kind, of->names[i], "USD/kg", "", "", "", "", "", "a number"};
    }
}

static void fill(rows *of, lode_draw_row *row, int64_t draw, int32_t at) {
    *row = (lode_draw_row){.draw = draw, .values = of->values + (size_t)at * (size_t)of->width};
    for (int32_t i = 0; i < of->width; i++)
        row->values[i] = i >= INPUTS + EVENTS && i < CELLS && i % 10 == 0
                             ? (double)NAN
                             : 100 * lode_uniform(7, (uint64_t)draw, (uint64_t)i);
}

static lode_code sum_row(void *context, const lode_draw_row *row) {
    *(double *)context += row->values[0];
    return LODE_OK;
}

static void say(const char *what, double start, int64_t draws) {
    const double took = seconds() - start;
    printf("%-10s %7.2f s %9.0f draws a second\n", what, took, (double)draws / took);
}

static lode_code write_all(rows *of, lode_draw_store *store, int64_t draws, lode_diags *diags) {
    double took = 0;
    for (int64_t first = 0; first < draws; first += BATCH) {
        lode_draw_row batch[BATCH];
        const int32_t count = draws - first < BATCH ? (int32_t)(draws - first) : BATCH;
        for (int32_t i = 0; i < count; i++)
            fill(of, &batch[i], first + i, i);
        const double start = seconds();
        const lode_code code = lode_draw_store_add(store, batch, (size_t)count, diags);
        took += seconds() - start;
        if (code != LODE_OK)
            return code;
    }
    say("write", seconds() - took, draws);
    return LODE_OK;
}

static lode_code read_windows(lode_draw_store *store, int32_t width, lode_diags *diags) {
    double sum = 0;
    lode_code code = LODE_OK;
    for (int32_t first = 0; code == LODE_OK && first < width; first += WINDOW)
        code =
            lode_draw_store_each(store, first, width - first < WINDOW ? width - first : WINDOW, sum_row, &sum, diags);
    return code;
}

static lode_code measure(rows *of, const char *where, int64_t draws, lode_diags *diags) {
    char key[65], path[512];
    double sum = 0;
    lode_draw_store *store;
    struct stat info;
    snprintf(key, sizeof key, "%064llx", (unsigned long long)time(NULL));
    const lode_draw_frame frame = {key, "{}", of->width, of->columns};
    lode_code code = lode_draw_store_open(&store, where, &frame, false, diags);
    if (code != LODE_OK)
        return code;
    code = write_all(of, store, draws, diags);
    double start = seconds();
    if (code == LODE_OK)
        code = lode_draw_store_each(store, 0, of->width, sum_row, &sum, diags);
    say("read", start, draws);
    start = seconds();
    if (code == LODE_OK)
        code = read_windows(store, of->width, diags);
    say("windows", start, draws);
    start = seconds();
    snprintf(path, sizeof path, "%s.parquet", strstr(where, "://") ? "draws" : where);
    if (code == LODE_OK)
        code = lode_draw_store_parquet(store, path, diags);
    say("parquet", start, draws);
    lode_draw_store_close(store, NULL);
    if (stat(where, &info) == 0)
        printf("%.0f bytes a draw, %d of them the row\n", (double)info.st_size / (double)draws, 8 * of->width);
    if (stat(path, &info) == 0)
        printf("%.0f bytes a draw in %s\n", (double)info.st_size / (double)draws, path);
    return code;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "bench_draw_store WHERE [DRAWS] [NUMBERS]\n");
        return 2;
    }
    const int64_t draws = argc > 2 ? atoll(argv[2]) : 500;
    rows of = {.width = argc > 3 ? (int32_t)atoi(argv[3]) : 20000};
    of.columns = calloc((size_t)of.width, sizeof *of.columns);
    of.names = calloc((size_t)of.width, sizeof *of.names);
    of.values = calloc((size_t)of.width * BATCH, sizeof *of.values);
    lode_diags *diags = lode_diags_new();
    name_columns(&of);
    const lode_code code = measure(&of, argv[1], draws, diags);
    for (size_t i = 0; i < lode_diags_count(diags); i++)
        fprintf(stderr, "%s\n", lode_diags_get(diags, i)->message);
    lode_diags_free(diags);
    free(of.columns);
    free(of.names);
    free(of.values);
    return code != LODE_OK;
}
