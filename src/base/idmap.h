/* A map from text to a 32-bit index, with the nearest names for a miss (optimal string alignment distance). */
#ifndef LODE_BASE_IDMAP_H
#define LODE_BASE_IDMAP_H

#include <stddef.h>
#include <stdint.h>

typedef struct lode_idmap lode_idmap;

lode_idmap *lode_idmap_new(void);
/* A copy to which more can be added; the texts of its ids are those of `map`, which must outlive it. NULL when out of memory. O(n). */
lode_idmap *lode_idmap_copy(const lode_idmap *map);
void lode_idmap_free(lode_idmap *map);
/* 0 on success, 1 if the id is there already (the map keeps the first value), -1 when out of memory. Copies the text.
 * O(1) expected. */
int lode_idmap_put(lode_idmap *map, const char *id, int32_t value);
/* The value, or -1. */
int32_t lode_idmap_get(const lode_idmap *map, const char *id);
/* Writes up to three nearest ids as `did you mean a, b or c?` into `out` (always terminated; "" when nothing is near).
 * O(n * length). */
void lode_idmap_nearest(const lode_idmap *map, const char *id, char *out, size_t out_size);

#endif
