/* What a store of draws does, be it a file or a database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draws_fixture.h"

static void test_round_trip(void **state) {
    (void)state;
    const double written[2][COLUMNS] = {{1.5, -0.0, 0, NAN, 5e-324, INFINITY, -1e308}, {0.1, 1, 2, 3, 4, 5, NAN}};
    double given[2][COLUMNS];
    memcpy(given, written, sizeof written);
    const lode_draw_row rows[] = {{.draw = 0, .values = given[0]}, {.draw = 1, .values = given[1]}};
    open_store(false);
    assert_int_equal(lode_draw_store_add(store, rows, 2, diags), LODE_OK);
    reopen_to_read();
    const lode_draw_frame *found = lode_draw_store_frame(store);
    assert_string_equal(found->key, key);
    assert_string_equal(found->header, frame.header);
    assert_int_equal(found->count, COLUMNS);
    for (int i = 0; i < COLUMNS; i++) {
        assert_int_equal(found->columns[i].kind, columns[i].kind);
        assert_string_equal(found->columns[i].name, columns[i].name);
        assert_string_equal(found->columns[i].unit, columns[i].unit);
        assert_string_equal(found->columns[i].run, columns[i].run);
        assert_string_equal(found->columns[i].what, columns[i].what);
        assert_string_equal(found->columns[i].item, columns[i].item);
        assert_string_equal(found->columns[i].region, columns[i].region);
        assert_string_equal(found->columns[i].period, columns[i].period);
        assert_string_equal(found->columns[i].doc, columns[i].doc);
    }
    const reading *seen = read_all(0, COLUMNS);
    assert_int_equal(seen->count, 2);
    assert_memory_equal(seen->values, written, sizeof written); /* the bits, of NaN and -0 too */
}

static void test_resume(void **state) {
    (void)state;
    bool done[8];
    const bool wanted[8] = {false, false, true, true, true, false, false, false};
    open_store(false);
    assert_ok(add_draws(2, 3, 0));
    assert_ok(add_draws(100, 1, 0)); /* beyond what is asked for */
    close_store();
    open_store(true);
    assert_int_equal(lode_draw_store_done(store, done, 8, diags), LODE_OK);
    assert_memory_equal(done, wanted, sizeof wanted);
    assert_ok(add_draws(0, 6, 1)); /* 2 to 4 stay as they are */
    reopen_to_read();
    const reading *seen = read_all(1, 1);
    const int64_t order[] = {0, 1, 2, 3, 4, 5, 100};
    assert_int_equal(seen->count, 7);
    assert_memory_equal(seen->draws, order, sizeof order);
    for (int i = 0; i < 7; i++)
        assert_true(seen->values[i] == value_of(order[i], 1, order[i] < 2 || order[i] == 5));
}

/* The same draw twice in one batch: the first counts. */
static void test_twice_in_a_batch(void **state) {
    (void)state;
    double a[COLUMNS] = {1}, b[COLUMNS] = {2};
    const lode_draw_row rows[] = {{.draw = 4, .values = a}, {.draw = 4, .values = b}};
    open_store(false);
    assert_int_equal(lode_draw_store_add(store, rows, 2, diags), LODE_OK);
    const reading *seen = read_all(0, 1);
    assert_int_equal(seen->count, 1);
    assert_true(seen->values[0] == 1);
}

static void test_failed_draw(void **state) {
    (void)state;
    double values[COLUMNS] = {1, 2, 3, NAN, NAN, NAN, NAN};
    lode_draw_row row = {.draw = 9, .status = LODE_CERTIFICATE, .values = values};
    memset(row.reason, 'x', sizeof row.reason);
    memcpy(row.reason + 196, "\xe2\x82", 3); /* a euro sign cut short */
    open_store(false);
    assert_int_equal(lode_draw_store_add(store, &row, 1, diags), LODE_OK);
    reopen_to_read();
    const reading *seen = read_all(0, COLUMNS);
    assert_int_equal(seen->last.status, LODE_CERTIFICATE);
    row.reason[196] = '\0';
    assert_string_equal(seen->last.reason, row.reason);
    assert_true(isnan(seen->values[3]));
}

/* Several pages of an answer, written in no order. */
static void test_order(void **state) {
    (void)state;
    open_store(false);
    assert_ok(add_draws(2000, 500, 0));
    assert_ok(add_draws(0, 1500, 0));
    assert_ok(add_draws(1500, 500, 0));
    reopen_to_read();
    const reading *seen = read_all(3, 1);
    assert_int_equal(seen->count, 2500);
    for (int i = 0; i < 2500; i++)
        assert_true(seen->draws[i] == i && seen->values[i] == value_of(i, 3, 0));
}

/* Rows so long that a page holds 53 of them (8 MiB of 20,000 numbers, and one more). */
static void test_long_rows(void **state) {
    (void)state;
    enum { WIDE = 20000, DRAWS = 120 };
    static char names[WIDE][16];
    lode_draw_column *wide = calloc(WIDE, sizeof *wide);
    for (int i = 0; i < WIDE; i++) {
        snprintf(names[i], sizeof names[i], "n%d", i);
        wide[i] = (lode_draw_column){LODE_COLUMN_SERIES, names[i], "", "", "", "", "", "", ""};
    }
    frame.count = WIDE;
    frame.columns = wide;
    open_store(false);
    assert_ok(add_draws(0, DRAWS, 0));
    const reading *seen = read_all(WIDE - 1, 1);
    assert_int_equal(seen->count, DRAWS);
    for (int i = 0; i < DRAWS; i++)
        assert_true(seen->values[i] == value_of(i, WIDE - 1, 0));
    assert_int_equal(read_all(0, WIDE)->count, DRAWS);
    close_store();
    free(wide);
}

static void test_window(void **state) {
    (void)state;
    open_store(false);
    assert_ok(add_draws(0, 3, 0));
    for (int32_t first = 0; first <= COLUMNS; first++)
        for (int32_t count = 0; first + count <= COLUMNS; count++) {
            const reading *seen = read_all(first, count);
            assert_int_equal(seen->count, 3);
            for (int i = 0; i < 3 * count; i++)
                assert_true(seen->values[i] == value_of(i / count, first + i % count, 0));
        }
    reading seen = {.stop_after = 2};
    assert_int_equal(lode_draw_store_each(store, 0, 1, note_row, &seen, diags), LODE_INTERRUPTED);
    assert_int_equal(seen.count, 2);
    assert_int_equal(lode_draw_store_each(store, 1, COLUMNS, note_row, &seen, diags), LODE_INTERNAL);
    assert_int_equal(lode_draw_store_each(store, -1, 1, note_row, &seen, diags), LODE_INTERNAL);
    assert_int_equal(lode_diags_count(diags), 0);
}

static void test_no_draws(void **state) {
    (void)state;
    frame.count = 0;
    open_store(false);
    assert_int_equal(read_all(0, 0)->count, 0);
    assert_int_equal(lode_draw_store_add(store, NULL, 0, diags), LODE_OK);
    assert_ok(add_draws(0, 2, 0)); /* draws of no numbers */
    reopen_to_read();
    assert_int_equal(lode_draw_store_frame(store)->count, 0);
    assert_int_equal(read_all(0, 0)->count, 2);
}

static void test_not_resumed(void **state) {
    (void)state;
    open_store(false);
    assert_ok(add_draws(0, 1, 0));
    close_store();
    assert_int_equal(lode_draw_store_open(&store, where, &frame, false, diags), LODE_EXISTS);
    assert_null(store);
    assert_finding("already", "--resume");
    lode_diags_free(diags);
    diags = lode_diags_new();
    open_store(true); /* it is unharmed */
    assert_int_equal(read_all(0, 1)->count, 1);
}

static void test_other_columns(void **state) {
    (void)state;
    lode_draw_column others[COLUMNS];
    memcpy(others, columns, sizeof columns);
    others[3].name = "full_freeze/loss/other";
    open_store(false);
    close_store();
    frame.columns = others;
    assert_int_equal(lode_draw_store_open(&store, where, &frame, true, diags), LODE_EXISTS);
    assert_finding("full_freeze/loss/essential, not full_freeze/loss/other", "another store");
    frame.columns = columns;
    frame.count = COLUMNS - 1;
    assert_int_equal(lode_draw_store_open(&store, where, &frame, true, NULL), LODE_EXISTS);
}

static void test_wrong_rows(void **state) {
    (void)state;
    double values[COLUMNS] = {0};
    const lode_draw_row rows[] = {{.draw = 0, .values = values}, {.draw = -1, .values = values}};
    open_store(false);
    assert_int_equal(lode_draw_store_add(store, rows, 2, diags), LODE_INTERNAL);
    assert_int_equal(read_all(0, 1)->count, 0);
}

static const struct CMUnitTest of_both[] = {
    CASE(test_round_trip),  CASE(test_resume),        CASE(test_twice_in_a_batch), CASE(test_failed_draw),
    CASE(test_order),       CASE(test_long_rows),     CASE(test_window),           CASE(test_no_draws),
    CASE(test_not_resumed), CASE(test_other_columns), CASE(test_wrong_rows),
};

int run_cases_of_both(const char *name) {
    return cmocka_run_group_tests_name(name, of_both, NULL, NULL);
}
