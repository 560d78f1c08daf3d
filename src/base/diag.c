/* The catalogue of codes, and the list of findings. Texts live in an arena. A finding that found no memory, a warning too, becomes the
 * error LODE_NOMEM at the end of the list, so that nobody takes what is left for the whole. */
#include "base/diag.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

typedef struct {
    lode_diag diag;
    size_t order; /* of arrival, so that sorting is stable */
} entry;

struct lode_diags {
    lode_arena *arena;
    entry *entries;
    size_t count, capacity;
    size_t lost; /* findings that found no memory; each counts as an error */
    size_t errors;
};

static const lode_diag lost_diag = {LODE_NOMEM, LODE_ERROR, "", 0, 0, "out of memory while reporting", ""};

const char *lode_code_name(lode_code code) {
    static const char *const names[] = {
#define NAME(name, sentence) #name,
        LODE_CODES(NAME)
#undef NAME
    };
    return (unsigned)code < LODE_CODE_COUNT ? names[code] : "UNKNOWN";
}

const char *lode_code_sentence(lode_code code) {
    static const char *const sentences[] = {
#define SENTENCE(name, sentence) sentence,
        LODE_CODES(SENTENCE)
#undef SENTENCE
    };
    return (unsigned)code < LODE_CODE_COUNT ? sentences[code] : "unknown code";
}

lode_diags *lode_diags_new(void) {
    lode_diags *diags = calloc(1, sizeof *diags);
    if (!diags)
        return NULL;
    diags->arena = lode_arena_new();
    if (!diags->arena) {
        free(diags);
        return NULL;
    }
    return diags;
}

void lode_diags_free(lode_diags *diags) {
    if (!diags)
        return;
    lode_arena_free(diags->arena);
    free(diags->entries);
    free(diags);
}

size_t lode_diags_count(const lode_diags *diags) {
    return diags ? diags->count + diags->lost : 0;
}

size_t lode_diags_error_count(const lode_diags *diags) {
    return diags ? diags->errors : 0;
}

const lode_diag *lode_diags_get(const lode_diags *diags, size_t index) {
    if (!diags || index >= diags->count + diags->lost)
        return NULL;
    return index < diags->count ? &diags->entries[index].diag : &lost_diag;
}

const lode_diag *lode_diags_first_error(const lode_diags *diags, size_t from) {
    for (size_t i = from; i < lode_diags_count(diags); i++)
        if (lode_diags_get(diags, i)->severity == LODE_ERROR)
            return lode_diags_get(diags, i);
    return NULL;
}

lode_code lode_diags_first_code(const lode_diags *diags, size_t from) {
    const lode_diag *first = lode_diags_first_error(diags, from);
    return first ? first->code : LODE_OK;
}

static int compare(const void *a, const void *b) {
    const entry *x = a, *y = b;
    int by_file = strcmp(x->diag.file, y->diag.file);
    if (by_file)
        return by_file;
    if (x->diag.line != y->diag.line)
        return x->diag.line < y->diag.line ? -1 : 1;
    if (x->diag.column != y->diag.column)
        return x->diag.column < y->diag.column ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

void lode_diags_sort(lode_diags *diags) {
    if (diags && diags->count > 1)
        qsort(diags->entries, diags->count, sizeof *diags->entries, compare);
}

/* Makes room for one more entry; 0 when there is none. */
static int reserve(lode_diags *diags) {
    if (diags->count < diags->capacity)
        return 1;
    size_t capacity = diags->capacity ? diags->capacity * 2 : 16;
    entry *entries = realloc(diags->entries, capacity * sizeof *entries);
    if (!entries)
        return 0;
    diags->entries = entries;
    diags->capacity = capacity;
    return 1;
}

static const char *copy_text(lode_diags *diags, const char *text) {
    return text && *text ? lode_arena_strdup(diags->arena, text) : "";
}

static const char *format_text(lode_diags *diags, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    char *text = length < 0 ? NULL : lode_arena_alloc(diags->arena, (size_t)length + 1, 1);
    if (text)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

/* The finding is kept whole or counted as lost. */
static void keep(lode_diags *diags, lode_diag diag) {
    const bool whole = diag.file && diag.fix && diag.message && reserve(diags);
    diags->errors += diag.severity == LODE_ERROR || !whole;
    if (!whole) {
        diags->lost++;
        return;
    }
    entry *e = &diags->entries[diags->count];
    e->order = diags->count++;
    e->diag = diag;
}

lode_code lode_diag_add(lode_diags *diags, lode_severity severity, lode_code code, const char *file, int line,
                        int column, const char *fix, const char *message, ...) {
    if (!diags)
        return code;
    va_list args;
    va_start(args, message);
    keep(diags, (lode_diag){.code = code,
                            .severity = severity,
                            .file = copy_text(diags, file),
                            .line = line,
                            .column = column,
                            .message = format_text(diags, message, args),
                            .fix = copy_text(diags, fix)});
    va_end(args);
    return code;
}
