/* The files of the front end in the library against those of web/dist. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/web_files.h"

static char *read_whole(const char *path, size_t *size) {
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    fseek(in, 0, SEEK_END);
    *size = (size_t)ftell(in);
    rewind(in);
    char *data = calloc(1, *size + 1);
    assert_non_null(data);
    assert_int_equal(fread(data, 1, *size, in), *size);
    fclose(in);
    return data;
}

/* A file of web/dist by its name there. */
static const lode_web_file *embedded(const char *name) {
    return strncmp(name, "app/", 4) == 0 ? lode_web_find(name + 3) : lode_web_file_named(name);
}

static void test_every_file_is_there(void **state) {
    (void)state;
    size_t size, count = 0;
    char path[4096], *list = read_whole("web/dist/files.txt", &size), *rest = NULL;
    for (char *name = strtok_r(list, "\n", &rest); name; name = strtok_r(NULL, "\n", &rest), count++) {
        const lode_web_file *file = embedded(name);
        assert_non_null(file);
        snprintf(path, sizeof path, "web/dist/%s", name);
        char *data = read_whole(path, &size);
        assert_int_equal(file->size, size);
        assert_memory_equal(file->data, data, size);
        free(data);
    }
    assert_int_equal(count, lode_web_file_count);
    free(list);
}

static void test_root_is_the_page(void **state) {
    (void)state;
    const lode_web_file *page = lode_web_find("/");
    assert_non_null(page);
    assert_ptr_equal(page, lode_web_find("/index.html"));
    assert_string_equal(page->type, "text/html; charset=utf-8");
}

static void test_nothing_else_is_found(void **state) {
    (void)state;
    static const char *const paths[] = {"",          "report/report.js", "/report/report.js",    "app/index.html",
                                        "//",        "/app/index.html",  "/../report/report.js", "/assets",
                                        "/assets/",  "/./index.html",    "/index.html/",         "/%2e%2e/x",
                                        "/files.txt"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        assert_null(lode_web_find(paths[i]));
    assert_null(lode_web_find(NULL));
    assert_non_null(lode_web_file_named("report/report.js"));
}

/* Quoted, without W/, and another one for other content. */
static void test_tags_are_strong(void **state) {
    (void)state;
    for (size_t i = 0; i < lode_web_file_count; i++) {
        const char *tag = lode_web_files[i].etag;
        assert_int_equal(strlen(tag), 34);
        assert_int_equal(strspn(tag + 1, "0123456789abcdef"), 32);
        assert_true(tag[0] == '"' && tag[33] == '"');
        for (size_t k = 0; k < i; k++)
            assert_true(strcmp(tag, lode_web_files[k].etag) != 0 || lode_web_files[i].size == lode_web_files[k].size);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_file_is_there),
        cmocka_unit_test(test_root_is_the_page),
        cmocka_unit_test(test_nothing_else_is_found),
        cmocka_unit_test(test_tags_are_strong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
