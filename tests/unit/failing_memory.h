/* Allocations of the library that fail on demand: include it in one file of a test that tests/meson.build links with `failing_allocations`. The
 * allocation that `fail_in` counts down to fails; -1: none does. */
#ifndef LODE_TEST_FAILING_MEMORY_H
#define LODE_TEST_FAILING_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

static int fail_in = -1;

static bool fails_now(void) {
    return fail_in >= 0 && fail_in-- == 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t length);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t length);

void *__wrap_malloc(size_t size) {
    return fails_now() ? NULL : __real_malloc(size);
}
void *__wrap_calloc(size_t count, size_t size) {
    return fails_now() ? NULL : __real_calloc(count, size);
}
void *__wrap_realloc(void *memory, size_t size) {
    return fails_now() ? NULL : __real_realloc(memory, size);
}
char *__wrap_strdup(const char *text) {
    return fails_now() ? NULL : __real_strdup(text);
}
char *__wrap_strndup(const char *text, size_t length) {
    return fails_now() ? NULL : __real_strndup(text, length);
}

#endif
