/* The draws as a Parquet file, read by a reader that was written from the specification alone (tests/parquet_read.py). */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "draws_fixture.h"
#include "failing_memory.h"
#include "store/parquet.h"

static char parquet[128];

static int set_up_parquet(void **state) {
    const int code = set_up(state);
    snprintf(parquet, sizeof parquet, "%s/draws.parquet", root);
    return code;
}

/* The reader finds nothing wrong; what it prints is in the file `said`. */
static void read_parquet(const char *mode, const char *paths) {
    char command[600];
    snprintf(command, sizeof command, "PYTHONDONTWRITEBYTECODE=1 python3 tests/parquet_read.py %s %s >%s/said", mode,
             paths, root);
    if (system(command) != 0)
        fail_msg("%s", command);
}

static void export_and_compare(void) {
    char paths[400];
    assert_ok(lode_draw_store_parquet(store, parquet, diags));
    snprintf(paths, sizeof paths, "%s %s", where, parquet);
    close_store();
    read_parquet("compare", paths);
    assert_int_equal(files_in_root(), 3); /* the store, the file, what was said */
}

/* Draws of which some have no such number, in the middle, in all, in none; one that failed. */
static void test_parquet_of_draws(void **state) {
    (void)state;
    enum { DRAWS = 101 };
    lode_draw_column mixed[COLUMNS + 2];
    memcpy(mixed, columns, sizeof columns);
    mixed[COLUMNS] = columns[3]; /* a metric after the series */
    mixed[COLUMNS].name = "full_freeze/loss/other";
    mixed[COLUMNS + 1] = columns[0];
    mixed[COLUMNS + 1].name = "draw"; /* as the first column of the file */
    frame.columns = mixed;
    frame.count = COLUMNS + 2;
    open_store(false);
    for (int i = 0; i < DRAWS; i++) {
        double values[COLUMNS + 2];
        for (int p = 0; p < COLUMNS + 2; p++)
            values[p] = value_of(i, p, 0) * (p % 2 ? -1 : 1);
        values[1] = i == 50 ? INFINITY : values[1];
        values[2] = i ? -0.0 : 0.0;
        values[3] = i % 3 ? NAN : values[3];
        values[4] = NAN;
        lode_draw_row row = {.draw = 7 * i, .values = values};
        if (i == 12) {
            row.status = LODE_SOLVER;
            strcpy(row.reason, "month 7 \xe2\x80\xa6");
        }
        assert_ok(lode_draw_store_add(store, &row, 1, diags));
    }
    export_and_compare();
}

static void test_parquet_of_no_draws(void **state) {
    (void)state;
    open_store(false);
    export_and_compare();
}

static void test_parquet_of_no_columns(void **state) {
    (void)state;
    frame.columns = columns + MARKED; /* series only */
    frame.count = 2;
    open_store(false);
    assert_ok(add_draws(0, 9, 0));
    export_and_compare();
}

/* Rows of 1 MiB: 70 of them are three groups of at most 32 MiB (and a row). */
static void test_parquet_of_groups(void **state) {
    (void)state;
    static const lode_output_column own[] = {{"text", LODE_COLUMN_TEXT, "", ""},
                                             {"square", LODE_COLUMN_INTEGER, "", ""},
                                             {"half", LODE_COLUMN_REAL, "", ""}};
    static const lode_output_table table = {"squares", "", 3, own};
    enum { ROWS = 70, LONG = 1 << 20 };
    lode_parquet *file;
    char *text = malloc(LONG + 1);
    assert_ok(lode_parquet_begin(&file, parquet, &table, diags));
    for (int i = 0; i < ROWS; i++) {
        memset(text, 'a' + i % 26, LONG);
        text[LONG] = '\0';
        const lode_cell cells[] = {{.text = i % 5 ? text : NULL}, {.integer = -i * i}, {.real = i % 7 ? 0.5 * i : NAN}};
        assert_ok(lode_parquet_row(file, cells, diags));
    }
    free(text);
    assert_ok(lode_parquet_commit(file, diags));
    read_parquet("dump", parquet);
    char said[128], *line = malloc(2 * LONG);
    snprintf(said, sizeof said, "%s/said", root);
    FILE *rows = fopen(said, "r");
    for (int i = 0; i < ROWS; i++) {
        char end[64];
        assert_non_null(fgets(line, 2 * LONG, rows));
        const size_t length = strlen(line);
        assert_int_equal(length > LONG, i % 5 != 0);
        if (i % 5)
            assert_true(line[20] == 'a' + i % 26);
        if (i % 7)
            snprintf(end, sizeof end, "\"square\": %d, \"half\": %.1f}\n", -i * i, 0.5 * i);
        else
            snprintf(end, sizeof end, "\"square\": %d, \"half\": null}\n", -i * i);
        assert_string_equal(line + length - strlen(end), end);
    }
    assert_null(fgets(line, 2 * LONG, rows));
    fclose(rows);
    free(line);
}

/* It cannot be written: what is there stays, and nothing is left beside it. */
static void test_parquet_fails(void **state) {
    (void)state;
    struct rlimit before, tight;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    open_store(false);
    assert_ok(add_draws(0, 500, 0));
    assert_ok(lode_draw_store_parquet(store, parquet, diags));
    assert_int_equal(files_in_root(), 2);
    getrlimit(RLIMIT_FSIZE, &before);
    tight = before;
    tight.rlim_cur = 1000;
    setrlimit(RLIMIT_FSIZE, &tight);
    const lode_code code = lode_draw_store_parquet(store, parquet, diags);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    assert_int_equal(code, LODE_IO);
    assert_finding("cannot write", "");
    assert_int_equal(files_in_root(), 2);
    assert_int_equal(lode_draw_store_parquet(store, "/nowhere/draws.parquet", NULL), LODE_IO);
    for (int n = 0;; n++) {
        fail_in = n;
        const lode_code short_of = lode_draw_store_parquet(store, parquet, NULL);
        const bool failed = fail_in < 0;
        fail_in = -1;
        assert_int_equal(short_of, failed ? LODE_NOMEM : LODE_OK);
        if (!failed)
            break;
    }
    assert_int_equal(files_in_root(), 2);
}

#define PARQUET_CASE(name) cmocka_unit_test_setup_teardown(name, set_up_parquet, tear_down)

static const struct CMUnitTest of_parquet[] = {
    PARQUET_CASE(test_parquet_of_draws),      PARQUET_CASE(test_parquet_of_no_draws),
    PARQUET_CASE(test_parquet_of_no_columns), PARQUET_CASE(test_parquet_of_groups),
    PARQUET_CASE(test_parquet_fails),
};

int main(void) {
    return cmocka_run_group_tests_name("Parquet", of_parquet, NULL, NULL);
}
