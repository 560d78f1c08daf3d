/* A region of memory that is freed at once. Everything a loaded world holds lives in one. */
#ifndef LODE_BASE_ARENA_H
#define LODE_BASE_ARENA_H

#include <stddef.h>

typedef struct lode_arena lode_arena;

lode_arena *lode_arena_new(void); /* NULL when out of memory */
void lode_arena_free(lode_arena *arena);
/* Zeroed, aligned to 16 bytes; NULL when out of memory or when `count * size` overflows. O(1) amortised. */
void *lode_arena_alloc(lode_arena *arena, size_t count, size_t size);
char *lode_arena_strdup(lode_arena *arena, const char *text);
char *lode_arena_strndup(lode_arena *arena, const char *text, size_t length);
char *lode_arena_printf(lode_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
