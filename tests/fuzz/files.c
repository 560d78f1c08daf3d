/* Files of an archive in memory, in place of lode_file_read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "fuzz.h"

enum { MOST_FILES = 64, LONGEST_NAME = 64 };

typedef struct {
    char name[LONGEST_NAME];
    const uint8_t *data;
    size_t size;
} memory_file;

static memory_file files[MOST_FILES];
static size_t file_count;
static const char *base;

lode_code __real_lode_file_read(char **out, size_t *length, const char *path, size_t limit);
lode_code __wrap_lode_file_read(char **out, size_t *length, const char *path, size_t limit);

void fuzz_require(int holds, const char *what) {
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
}

static const uint8_t *line_end(const uint8_t *at, const uint8_t *end) {
    const uint8_t *newline = memchr(at, '\n', (size_t)(end - at));
    return newline ? newline + 1 : end;
}

/* The name on a line `=== NAME`; 0 if it is no such line. */
static size_t header_name(const uint8_t *line, const uint8_t *end, const uint8_t **name) {
    if (end - line < 5 || memcmp(line, "=== ", 4) != 0)
        return 0;
    *name = line + 4;
    size_t length = (size_t)(end - *name);
    while (length && ((*name)[length - 1] == '\n' || (*name)[length - 1] == '\r'))
        length--;
    return length < LONGEST_NAME && !memchr(*name, '\0', length) ? length : 0;
}

static void begin_file(const uint8_t *name, size_t length, const uint8_t *data) {
    memory_file *file = &files[file_count++];
    memcpy(file->name, name, length);
    file->name[length] = '\0';
    file->data = data;
    file->size = 0;
}

void fuzz_files_set(const uint8_t *data, size_t size, const char *fallback) {
    const uint8_t *end = data + size, *next, *name;
    file_count = 0;
    base = fallback;
    for (const uint8_t *at = data; size && at < end; at = next) {
        next = line_end(at, end);
        size_t length = header_name(at, next, &name);
        if (length && file_count < MOST_FILES)
            begin_file(name, length, next);
        else if (file_count)
            files[file_count - 1].size = (size_t)(next - files[file_count - 1].data);
    }
}

void fuzz_file_set(const char *name, const uint8_t *data, size_t size, const char *fallback) {
    base = fallback;
    file_count = 1;
    snprintf(files[0].name, sizeof files[0].name, "%s", name);
    files[0].data = data;
    files[0].size = size;
}

static lode_code hand_out(char **out, size_t *length, const memory_file *file, size_t limit) {
    if (file->size > limit)
        return LODE_BAD_RANGE;
    *out = malloc(file->size + 1); /* not a byte more: a sanitizer sees what reads past the end */
    if (!*out)
        return LODE_NOMEM;
    if (file->size)
        memcpy(*out, file->data, file->size);
    (*out)[file->size] = '\0';
    *length = file->size;
    return LODE_OK;
}

lode_code __wrap_lode_file_read(char **out, size_t *length, const char *path, size_t limit) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    *out = NULL;
    *length = 0;
    for (size_t i = 0; i < file_count; i++)
        if (strcmp(files[i].name, name) == 0)
            return hand_out(out, length, &files[i], limit);
    char below[1024];
    if (!base || snprintf(below, sizeof below, "%s/%s", base, name) >= (int)sizeof below)
        return LODE_NOT_FOUND;
    return __real_lode_file_read(out, length, below, limit);
}
