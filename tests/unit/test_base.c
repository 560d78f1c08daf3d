/* The base layer: memory, text, numbers, dates, ids, random numbers, CSV, files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/date.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/idmap.h"
#include "base/number.h"
#include "base/rng.h"
#include "base/text.h"
#include "base/utf8.h"
#include "lodestone/nearest.h"

/* ---- arena ---- */

static void arena_hands_out_aligned_zeroes(void **state) {
    (void)state;
    lode_arena *arena = lode_arena_new();
    for (size_t size = 0; size < 200000; size = size * 3 + 1) {
        unsigned char *memory = lode_arena_alloc(arena, 1, size);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % 16, 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(memory[i], 0);
        if (size)
            memset(memory, 0xAB, size);
    }
    assert_null(lode_arena_alloc(arena, SIZE_MAX / 4, 8)); /* overflow */
    assert_string_equal(lode_arena_strndup(arena, "abcdef", 3), "abc");
    assert_string_equal(lode_arena_printf(arena, "%s-%d", "a", 7), "a-7");
    lode_arena_free(arena);
}

/* ---- findings ---- */

static void diags_sort_by_place_and_keep_order(void **state) {
    (void)state;
    lode_diags *diags = lode_diags_new();
    lode_diag_add(diags, LODE_ERROR, LODE_BAD_TYPE, "b.csv", 1, 1, "fix", "first %d", 1);
    lode_diag_add(diags, LODE_WARNING, LODE_NO_FEED, "a.csv", 9, 2, NULL, "second");
    lode_diag_add(diags, LODE_ERROR, LODE_BAD_TYPE, "a.csv", 9, 1, "", "third");
    lode_diag_add(diags, LODE_ERROR, LODE_BAD_TYPE, "a.csv", 9, 1, "", "fourth");
    lode_diags_sort(diags);
    assert_int_equal(lode_diags_count(diags), 4);
    assert_int_equal(lode_diags_error_count(diags), 3);
    assert_string_equal(lode_diags_get(diags, 0)->message, "third");
    assert_string_equal(lode_diags_get(diags, 1)->message, "fourth");
    assert_string_equal(lode_diags_get(diags, 2)->message, "second");
    assert_string_equal(lode_diags_get(diags, 2)->fix, "");
    assert_string_equal(lode_diags_get(diags, 3)->message, "first 1");
    assert_null(lode_diags_get(diags, 4));
    assert_int_equal(lode_diag_add(NULL, LODE_ERROR, LODE_IO, "", 0, 0, NULL, "nobody listens"), LODE_IO);
    lode_diags_free(diags);
    assert_string_equal(lode_code_name(LODE_UNKNOWN_COLUMN), "UNKNOWN_COLUMN");
    assert_string_equal(lode_code_name((lode_code)9999), "UNKNOWN");
}

/* ---- ids and near names ---- */

static void idmap_finds_what_was_put(void **state) {
    (void)state;
    lode_idmap *map = lode_idmap_new();
    char id[32];
    assert_int_equal(lode_idmap_get(map, "nothing"), -1);
    for (int i = 0; i < 5000; i++) {
        snprintf(id, sizeof id, "id_%d", i);
        assert_int_equal(lode_idmap_put(map, id, i), 0);
    }
    assert_int_equal(lode_idmap_put(map, "id_7", 99), 1);
    for (int i = 0; i < 5000; i++) {
        snprintf(id, sizeof id, "id_%d", i);
        assert_int_equal(lode_idmap_get(map, id), i);
    }
    lode_idmap_free(map);
}

static void check_nearest(const char *wanted, const char *expected) {
    static const char *const names[] = {"mountain_pass", "mount_weld", "dy_oxide", "la_oxide",
                                        "USA",           "CAN",        "CHN",      "NdPr"};
    lode_nearest nearest;
    char text[200];
    lode_nearest_begin(&nearest, wanted);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        lode_nearest_offer(&nearest, names[i]);
    lode_nearest_format(&nearest, text, sizeof text);
    assert_string_equal(text, expected);
}

static void nearest_names(void **state) {
    (void)state;
    check_nearest("UAS", "did you mean USA?"); /* a swap is one edit */
    check_nearest("usa", "did you mean USA?"); /* case does not count */
    check_nearest("Nd", "did you mean NdPr?"); /* a beginning */
    check_nearest("dy_oxid", "did you mean dy_oxide or la_oxide?");
    check_nearest("muontain_pas", "did you mean mountain_pass?");
    check_nearest("CXN", "did you mean CAN or CHN?"); /* equally near: by the alphabet */
    check_nearest("quite_another_thing", "");
    check_nearest("", "");
    char small[8];
    lode_idmap *map = lode_idmap_new();
    lode_idmap_put(map, "mountain_pass", 1);
    lode_idmap_nearest(map, "mountain_pas", small, sizeof small);
    assert_string_equal(small, "did you"); /* cut, terminated */
    lode_idmap_free(map);
}

/* ---- numbers ---- */

static void numbers_are_decimal_and_finite(void **state) {
    (void)state;
    static const char *const bad[] = {"",  " 1", "1 ", "0x10", "inf",   "nan", "1e999", "1,5",
                                      ".", "e5", "1e", "+-1",  "1.2.3", "--1", "1_000"};
    double real = 7;
    int32_t whole = 7;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(lode_parse_real(bad[i], &real));
        assert_false(lode_parse_int(bad[i], &whole));
    }
    assert_true(lode_parse_real("-1.25e2", &real) && fabs(real + 125) < 1e-12);
    assert_true(lode_parse_real(".5", &real) && fabs(real - 0.5) < 1e-15);
    assert_true(lode_parse_real("5.", &real) && fabs(real - 5) < 1e-15);
    assert_true(lode_parse_int("-2147483647", &whole) && whole == -2147483647);
    assert_false(lode_parse_int("2147483648", &whole));
    assert_false(lode_parse_int("1.0", &whole));
}

static void numbers_ignore_the_locale(void **state) {
    (void)state;
    double real = 0;
    char text[32];
    const char *comma = setlocale(LC_ALL, "de_DE.UTF-8"); /* where the machine has it */
    assert_true(lode_parse_real("1.5", &real));
    assert_true(fabs(real - 1.5) < 1e-15);
    assert_false(lode_parse_real("1,5", &real));
    lode_format_real(0.1, text);
    assert_string_equal(text, "0.1");
    lode_text buffer = {0};
    lode_text_addf(&buffer, "%.2f", 2.5);
    assert_string_equal(buffer.data, "2.50");
    lode_text_free(&buffer);
    if (comma)
        setlocale(LC_ALL, "C");
}

static void reals_read_back(void **state) {
    (void)state;
    char text[32];
    double back = 0;
    for (uint64_t i = 0; i < 2000; i++) {
        double value = (lode_uniform(1, 2, i) - 0.5) * pow(10, (double)(i % 60) - 30);
        lode_format_real(value, text);
        assert_true(lode_parse_real(text, &back));
        assert_memory_equal(&back, &value, sizeof value);
    }
    lode_format_real(NAN, text);
    assert_string_equal(text, "");
}

/* ---- dates ---- */

static void days_go_there_and_back(void **state) {
    (void)state;
    assert_int_equal(lode_day_from(1970, 1, 1), 0);
    assert_int_equal(lode_day_from(2000, 3, 1), 11017);
    for (lode_day day = -800000; day < 800000; day += 97) {
        int year, month, mday;
        lode_day_to(day, &year, &month, &mday);
        assert_int_equal(lode_day_from(year, month, mday), day);
    }
}

static void dates_are_read_strictly(void **state) {
    (void)state;
    static const char *const bad[] = {"",           "24",         "2024-",      "2024-1",      "2024-13", "2024-00",
                                      "2023-02-29", "2024/01/01", "2024-01-32", "2024-01-011", "0000",    "x024"};
    lode_day day = 0;
    int precision = 0;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(lode_day_parse(bad[i], &day, &precision));
    assert_true(lode_day_parse("2024-02-29", &day, &precision));
    assert_int_equal(precision, 10);
    char text[11];
    lode_day_format(lode_day_add_months(day, 12), text);
    assert_string_equal(text, "2025-02-28");
    lode_day_format(lode_day_add_months(day, -14), text);
    assert_string_equal(text, "2022-12-29");
    assert_true(lode_day_parse("2024", &day, NULL));
    lode_day_format(day, text);
    assert_string_equal(text, "2024-01-01");
    lode_day_add_months(day, INT32_MAX); /* no overflow */
    lode_day_add_months(day, INT32_MIN);
}

/* ---- random numbers ---- */

static void philox_matches_its_published_vectors(void **state) {
    (void)state;
    static const uint32_t counters[3][4] = {{0, 0, 0, 0},
                                            {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
                                            {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}};
    static const uint32_t keys[3][2] = {{0, 0}, {0xffffffff, 0xffffffff}, {0xa4093822, 0x299f31d0}};
    static const uint32_t expected[3][4] = {{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
                                            {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
                                            {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}};
    for (int i = 0; i < 3; i++) {
        uint32_t out[4];
        lode_philox(counters[i], keys[i], out);
        assert_memory_equal(out, expected[i], sizeof out);
    }
    double sum = 0;
    for (uint64_t i = 0; i < 10000; i++) {
        double u = lode_uniform(42, lode_key_text("sigma"), i);
        assert_true(u > 0 && u < 1);
        sum += u;
    }
    assert_true(fabs(sum / 10000 - 0.5) < 0.02);
    assert_true(lode_key_text("") == UINT64_C(14695981039346656037)); /* FNV-1a */
    assert_true(lode_key_text("a") == UINT64_C(0xaf63dc4c8601ec8c));
}

/* ---- text ---- */

static void text_writes_json_and_csv(void **state) {
    (void)state;
    lode_text text = {0};
    lode_text_add_json(&text, "a\"b\\c\n\x01 \xc3\xa9 \xff");
    assert_string_equal(text.data, "\"a\\\"b\\\\c\\n\\u0001 \xc3\xa9 \\ufffd\"");
    lode_text_free(&text);
    lode_text_add_csv(&text, "plain");
    lode_text_add_csv(&text, ",");
    lode_text_add_csv(&text, "say \"x\"");
    assert_string_equal(text.data, "plain\",\"\"say \"\"x\"\"\"");
    lode_text_free(&text);
    lode_text_add_wrapped(&text, "one two three four", 2, 10);
    assert_string_equal(text.data, "  one two\n  three\n  four\n");
    char *taken = lode_text_take(&text);
    assert_null(text.data);
    free(taken);
    taken = lode_text_take(&text);
    assert_string_equal(taken, "");
    free(taken);
}

static void utf8_is_strict(void **state) {
    (void)state;
    assert_int_equal(lode_utf8_length("a", 1), 1);
    assert_int_equal(lode_utf8_length("\xc3\xa9", 2), 2);
    assert_int_equal(lode_utf8_length("\xf0\x9f\xa7\xb2", 4), 4);
    assert_int_equal(lode_utf8_length("\xc0\xaf", 2), 0);         /* overlong */
    assert_int_equal(lode_utf8_length("\xed\xa0\x80", 3), 0);     /* surrogate */
    assert_int_equal(lode_utf8_length("\xf4\x90\x80\x80", 4), 0); /* above U+10FFFF */
    assert_int_equal(lode_utf8_length("\xe2\x82", 2), 0);         /* cut */
    assert_int_equal(lode_utf8_count("\xc3\xa9t\xc3\xa9", 5), 3);
}

/* ---- CSV ---- */

/* Reads a table and prints it as `cell@line:column|...` lines. */
static void check_csv(const char *source, const char *expected, size_t errors) {
    lode_diags *diags = lode_diags_new();
    size_t length = strlen(source);
    char *data = malloc(length + 1);
    memcpy(data, source, length + 1);
    lode_csv csv;
    lode_text seen = {0};
    lode_text_add(&seen, "");
    lode_code code = lode_csv_open(&csv, data, length, "t.csv", diags);
    int got = code == LODE_OK;
    while (got == 1) {
        for (int32_t i = 0; i < csv.cell_count; i++)
            lode_text_addf(&seen, "%s%s@%d:%d", i ? "|" : "", csv.cells[i].text, (int)csv.cells[i].line,
                           (int)csv.cells[i].column);
        lode_text_add(&seen, ";");
        got = lode_csv_next(&csv);
    }
    assert_string_equal(seen.data, expected);
    assert_int_equal(lode_diags_error_count(diags), errors);
    lode_csv_close(&csv);
    lode_text_free(&seen);
    free(data);
    lode_diags_free(diags);
}

static void csv_reads_rfc_4180(void **state) {
    (void)state;
    check_csv("a,b\n1,2\n", "a@1:1|b@1:3;1@2:1|2@2:3;", 0);
    check_csv("a,b\r\n1,\r\n", "a@1:1|b@1:3;1@2:1|@2:3;", 0);
    check_csv("a,b\n1,", "a@1:1|b@1:3;1@2:1|@2:3;", 0);
    check_csv("\xEF\xBB\xBF"
              "a\n\n\nx",
              "a@1:1;x@4:1;", 0);
    check_csv("a,b\n\"x, \"\"y\"\"\",\"\"\n", "a@1:1|b@1:3;x, \"y\"@2:1|@2:12;", 0);
    check_csv("a,b\n\"two\nlines\",\xc3\xa9,\n", "a@1:1|b@1:3;two\nlines@2:1|\xc3\xa9@3:8|@3:10;", 1); /* ragged */
    check_csv("a,b\n\"open,2\n", "a@1:1|b@1:3;", 1);
    check_csv("a\nx\"y\n", "a@1:1;x\"y@2:1;", 1);
    check_csv("a\nx\ry\n", "a@1:1;x\ry@2:1;", 1);
    check_csv("", "", 1);
    check_csv("\n\r\n", "", 1);
    check_csv("a\n\xff\n", "", 1);
    check_csv("\"", "", 1);
}

static void csv_survives_garbage(void **state) {
    (void)state;
    static const char letters[] = "a,\"\n\r|1\xc3\xa9 ";
    for (uint64_t round = 0; round < 3000; round++) {
        char data[65];
        size_t length = (size_t)(lode_uniform(3, 1, round) * 64);
        for (size_t i = 0; i < length; i++)
            data[i] = letters[(size_t)(lode_uniform(3, 2 + i, round) * (sizeof letters - 1))];
        data[length] = '\0';
        lode_diags *diags = lode_diags_new();
        lode_csv csv;
        int got = lode_csv_open(&csv, data, length, "t.csv", diags) == LODE_OK;
        while (got == 1)
            got = lode_csv_next(&csv);
        assert_int_equal(got, 0);
        lode_csv_close(&csv);
        lode_diags_free(diags);
    }
}

/* ---- files ---- */

static void files_are_read_and_replaced(void **state) {
    (void)state;
    char folder[] = "/tmp/lode-base-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/file", folder);
    char *data = NULL;
    size_t length = 0;
    assert_int_equal(lode_file_read(&data, &length, path, 100), LODE_NOT_FOUND);
    assert_int_equal(lode_file_read(&data, &length, folder, 100), LODE_IO); /* a folder is not a file */
    assert_int_equal(lode_file_write(path, "old", 3), LODE_OK);
    assert_int_equal(lode_file_write(path, "new one", 7), LODE_OK);
    assert_int_equal(lode_file_read(&data, &length, path, 6), LODE_BAD_RANGE);
    assert_null(data);
    assert_int_equal(lode_file_read(&data, &length, path, 7), LODE_OK);
    assert_int_equal(length, 7);
    assert_string_equal(data, "new one");
    free(data);
    unlink(path);
    assert_int_equal(rmdir(folder), 0); /* nothing else was left there */
    assert_int_equal(lode_file_write("/nonexistent/folder/file", "x", 1), LODE_IO);
}

static void paths_are_joined(void **state) {
    (void)state;
    lode_arena *arena = lode_arena_new();
    assert_string_equal(lode_path_join(arena, "a", "b"), "a/b");
    assert_string_equal(lode_path_join(arena, "a/", "b"), "a/b");
    assert_string_equal(lode_path_join(arena, "", "b"), "b");
    assert_string_equal(lode_path_join(arena, "a", "/b"), "/b");
    assert_string_equal(lode_path_folder(arena, "a/b/c"), "a/b");
    assert_string_equal(lode_path_folder(arena, "c"), "");
    assert_string_equal(lode_path_folder(arena, "/c"), "/");
    lode_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_hands_out_aligned_zeroes),
        cmocka_unit_test(diags_sort_by_place_and_keep_order),
        cmocka_unit_test(idmap_finds_what_was_put),
        cmocka_unit_test(nearest_names),
        cmocka_unit_test(numbers_are_decimal_and_finite),
        cmocka_unit_test(numbers_ignore_the_locale),
        cmocka_unit_test(reals_read_back),
        cmocka_unit_test(days_go_there_and_back),
        cmocka_unit_test(dates_are_read_strictly),
        cmocka_unit_test(philox_matches_its_published_vectors),
        cmocka_unit_test(text_writes_json_and_csv),
        cmocka_unit_test(utf8_is_strict),
        cmocka_unit_test(csv_reads_rfc_4180),
        cmocka_unit_test(csv_survives_garbage),
        cmocka_unit_test(files_are_read_and_replaced),
        cmocka_unit_test(paths_are_joined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
