/* Charts within text: each column worked out by hand. */
#define _XOPEN_SOURCE 700
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "report/spark.h"

static void assert_bar(double value, double most, int width, bool blocks, const char *expected, int columns) {
    lode_text text = {0};
    assert_int_equal(lode_text_add_bar(&text, value, most, width, blocks), columns);
    assert_string_equal(text.data ? text.data : "", expected);
    lode_text_free(&text);
}

static void test_bars(void **state) {
    (void)state;
    assert_bar(5, 10, 4, false, "##", 2);
    assert_bar(10, 10, 4, false, "####", 4);
    assert_bar(6.2, 10, 4, false, "##", 2); /* 2.48 columns */
    assert_bar(6.3, 10, 4, false, "###", 3);
    assert_bar(5, 10, 4, true, "██", 2);
    assert_bar(6.25, 10, 4, true, "██▌", 3); /* 2.5 columns */
    assert_bar(1, 32, 4, true, "▏", 1);      /* an eighth of a column */
}

/* What is not nothing leaves a trace; what is nothing leaves none; nothing leaves its place. */
static void test_ends_of_bars(void **state) {
    (void)state;
    assert_bar(1e-9, 10, 4, false, "#", 1);
    assert_bar(1e-9, 10, 4, true, "▏", 1);
    assert_bar(0, 10, 4, true, "", 0);
    assert_bar(-3, 10, 4, true, "", 0);
    assert_bar((double)NAN, 10, 4, false, "", 0);
    assert_bar(INFINITY, 10, 4, false, "####", 4);
    assert_bar(99, 10, 4, true, "████", 4);
    assert_bar(1, 0, 4, true, "", 0);
    assert_bar(1, (double)NAN, 4, true, "", 0);
    assert_bar(1, 1, 0, true, "", 0);
}

static void test_cells_are_as_wide_as_they_say(void **state) {
    (void)state;
    for (int eighth = 0; eighth <= 40; eighth++)
        for (int blocks = 0; blocks < 2; blocks++) {
            lode_text text = {0};
            lode_text_add_bar_cell(&text, eighth, 40, 5, blocks);
            assert_int_equal(lode_utf8_count(text.data, text.length), 5);
            lode_text_free(&text);
        }
}

static void assert_spark(const double *values, int32_t count, int width, double low, double high, bool blocks,
                         const char *expected) {
    lode_text text = {0};
    const int columns = lode_text_add_spark(&text, values, count, width, low, high, blocks);
    assert_string_equal(text.data ? text.data : "", expected);
    assert_int_equal(columns, lode_utf8_count(expected, strlen(expected)));
    lode_text_free(&text);
}

static void test_sparks(void **state) {
    (void)state;
    const double stairs[] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
    assert_spark(stairs, 9, 20, 0, 8, true, "▁▂▃▄▅▆▇██"); /* eight heights: the top belongs to the last */
    assert_spark(stairs, 9, 20, 0, 8, false, "_.:-=+*##");
    assert_spark(stairs, 8, 4, 0, 8, true, "▁▃▅▇"); /* means of pairs: 0.5, 2.5, 4.5, 6.5 */
    assert_spark(stairs, 5, 2, 0, 4, true, "▂▇");   /* two and three: 0.5 and 3 of 4 */
    const double odd[] = {(double)NAN, -5, 50, INFINITY, 4};
    assert_spark(odd, 5, 9, 0, 8, true, " ▁█ ▅");
    const double flat[] = {7, 7, 7};
    assert_spark(flat, 3, 9, 7, 7, true, "▁▁▁");
    assert_spark(flat, 0, 9, 7, 7, true, "");
    assert_spark(flat, 3, 0, 7, 7, true, "");
}

static void test_signs(void **state) {
    (void)state;
    assert_string_equal(lode_spark_sign(0, false), "_");
    assert_string_equal(lode_spark_sign(0.124, true), "▁"); /* the lowest is an eighth of the height */
    assert_string_equal(lode_spark_sign(0.126, true), "▂");
    assert_string_equal(lode_spark_sign(0.874, false), "*");
    assert_string_equal(lode_spark_sign(0.876, false), "#");
    assert_string_equal(lode_spark_sign(INFINITY, true), "█");
    assert_string_equal(lode_spark_sign(-INFINITY, true), "▁");
}

static void test_range(void **state) {
    (void)state;
    double low = -1, high = -1;
    const double values[] = {(double)NAN, 3, -2, INFINITY, 1};
    assert_true(lode_spark_range(values, 5, &low, &high));
    assert_true(low == -2 && high == 3);
    assert_false(lode_spark_range(values, 1, &low, &high));
    assert_true(low == -2 && high == 3);
}

static void assert_swing(double middle, double low, double high, const char *expected) {
    lode_text_axis axis = {0, 10, middle, 11};
    lode_text text = {0};
    lode_text_add_swing(&text, &axis, low, high);
    assert_string_equal(text.data, expected);
    lode_text_free(&text);
}

static void test_swings(void **state) {
    (void)state;
    assert_swing(5, 2, 8, "  ---|+++  ");
    assert_swing(5, 8, 2, "  +++|---  ");
    assert_swing(5, 7, 9, "     |==++ ");
    assert_swing(5, 5, 5, "     |     ");
    assert_swing(5, (double)NAN, 10, "     |+++++");
    assert_swing((double)NAN, 2, 8, "           ");
}

static void test_axis_is_widened_by_numbers_only(void **state) {
    (void)state;
    lode_text_axis axis = {INFINITY, -INFINITY, 0, 11};
    lode_text_axis_widen(&axis, 4);
    lode_text_axis_widen(&axis, (double)NAN);
    lode_text_axis_widen(&axis, INFINITY);
    assert_int_equal(lode_text_axis_place(&axis, 4), 0); /* no room: everything is at the beginning */
    lode_text_axis_widen(&axis, -6);
    assert_int_equal(lode_text_axis_place(&axis, -6), 0);
    assert_int_equal(lode_text_axis_place(&axis, -1), 5);
    assert_int_equal(lode_text_axis_place(&axis, 4), 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bars),
        cmocka_unit_test(test_ends_of_bars),
        cmocka_unit_test(test_cells_are_as_wide_as_they_say),
        cmocka_unit_test(test_sparks),
        cmocka_unit_test(test_signs),
        cmocka_unit_test(test_range),
        cmocka_unit_test(test_swings),
        cmocka_unit_test(test_axis_is_widened_by_numbers_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
