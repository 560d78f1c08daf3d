/* A chain of zeroed blocks, handed out from the front. A request larger than a block gets a block of its own. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALIGNMENT   ((size_t)16)
#define BLOCK_BYTES ((size_t)64 * 1024)

typedef struct block {
    struct block *next;
    size_t used, size; /* of the bytes behind the header */
} block;

#define HEADER_BYTES ((sizeof(block) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT)

struct lode_arena {
    block *first; /* the block being filled */
};

lode_arena *lode_arena_new(void) {
    return calloc(1, sizeof(lode_arena));
}

void lode_arena_free(lode_arena *arena) {
    if (!arena)
        return;
    for (block *b = arena->first, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    free(arena);
}

static block *add_block(lode_arena *arena, size_t bytes) {
    size_t size = bytes > BLOCK_BYTES / 4 ? bytes : BLOCK_BYTES;
    block *b = calloc(1, HEADER_BYTES + size);
    if (!b)
        return NULL;
    b->size = size;
    if (size == bytes && arena->first) { /* a block of its own goes behind the one being filled */
        b->next = arena->first->next;
        arena->first->next = b;
    } else {
        b->next = arena->first;
        arena->first = b;
    }
    return b;
}

void *lode_arena_alloc(lode_arena *arena, size_t count, size_t size) {
    if (size && count > (SIZE_MAX / 2) / size)
        return NULL;
    size_t bytes = count * size;
    if (bytes > SIZE_MAX / 2 - HEADER_BYTES - ALIGNMENT)
        return NULL;
    bytes = bytes ? (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT : ALIGNMENT;
    block *b = arena->first;
    if (!b || b->size - b->used < bytes)
        b = add_block(arena, bytes);
    if (!b)
        return NULL;
    void *memory = (char *)b + HEADER_BYTES + b->used;
    b->used += bytes;
    return memory;
}

char *lode_arena_strndup(lode_arena *arena, const char *text, size_t length) {
    if (length == SIZE_MAX)
        return NULL;
    char *copy = lode_arena_alloc(arena, length + 1, 1);
    if (copy && length)
        memcpy(copy, text, length);
    return copy;
}

char *lode_arena_strdup(lode_arena *arena, const char *text) {
    return lode_arena_strndup(arena, text, strlen(text));
}

char *lode_arena_printf(lode_arena *arena, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = length < 0 ? NULL : lode_arena_alloc(arena, (size_t)length + 1, 1);
    if (text)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}
