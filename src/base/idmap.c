/* Open addressing with linear probing, at most half full; ids are copied into an arena. */
#include "base/idmap.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "lodestone/nearest.h"

typedef struct {
    const char *id; /* NULL: free */
    uint64_t key;
    int32_t value;
} slot;

struct lode_idmap {
    lode_arena *arena;
    slot *slots;
    size_t capacity, count; /* capacity: a power of two, or 0 */
};

lode_idmap *lode_idmap_new(void) {
    lode_idmap *map = calloc(1, sizeof *map);
    if (!map)
        return NULL;
    map->arena = lode_arena_new();
    if (!map->arena) {
        free(map);
        return NULL;
    }
    return map;
}

lode_idmap *lode_idmap_copy(const lode_idmap *map) {
    lode_idmap *copy = lode_idmap_new();
    if (!copy || map->capacity == 0)
        return copy;
    copy->slots = malloc(map->capacity * sizeof *copy->slots);
    if (!copy->slots) {
        lode_idmap_free(copy);
        return NULL;
    }
    memcpy(copy->slots, map->slots, map->capacity * sizeof *copy->slots);
    copy->capacity = map->capacity;
    copy->count = map->count;
    return copy;
}

void lode_idmap_free(lode_idmap *map) {
    if (!map)
        return;
    lode_arena_free(map->arena);
    free(map->slots);
    free(map);
}

/* The slot that holds `id`, or the free one where it would go. */
static slot *find(slot *slots, size_t capacity, const char *id, uint64_t key) {
    size_t at = (size_t)key & (capacity - 1);
    while (slots[at].id && (slots[at].key != key || strcmp(slots[at].id, id)))
        at = (at + 1) & (capacity - 1);
    return &slots[at];
}

static int grow(lode_idmap *map) {
    if (map->capacity > SIZE_MAX / 4 / sizeof(slot))
        return -1;
    size_t capacity = map->capacity ? map->capacity * 2 : 32;
    slot *slots = calloc(capacity, sizeof *slots);
    if (!slots)
        return -1;
    for (size_t i = 0; i < map->capacity; i++)
        if (map->slots[i].id)
            *find(slots, capacity, map->slots[i].id, map->slots[i].key) = map->slots[i];
    free(map->slots);
    map->slots = slots;
    map->capacity = capacity;
    return 0;
}

int lode_idmap_put(lode_idmap *map, const char *id, int32_t value) {
    if (2 * (map->count + 1) > map->capacity && grow(map))
        return -1;
    uint64_t key = lode_key_text(id);
    slot *s = find(map->slots, map->capacity, id, key);
    if (s->id)
        return 1;
    const char *copy = lode_arena_strdup(map->arena, id);
    if (!copy)
        return -1;
    *s = (slot){copy, key, value};
    map->count++;
    return 0;
}

int32_t lode_idmap_get(const lode_idmap *map, const char *id) {
    if (!map || !map->capacity)
        return -1;
    const slot *s = find(map->slots, map->capacity, id, lode_key_text(id));
    return s->id ? s->value : -1;
}

void lode_idmap_nearest(const lode_idmap *map, const char *id, char *out, size_t out_size) {
    lode_nearest nearest;
    lode_nearest_begin(&nearest, id);
    for (size_t i = 0; map && i < map->capacity; i++)
        if (map->slots[i].id)
            lode_nearest_offer(&nearest, map->slots[i].id);
    lode_nearest_format(&nearest, out, out_size);
}
