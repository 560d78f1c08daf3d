/* See state.h. */
#include "sim/state.h"

#include <stdlib.h>
#include <string.h>

static size_t field_size(const lode_state_shape *s, int field) {
    const size_t nodes = (size_t)s->nodes, sites = (size_t)s->sites, lines = (size_t)s->lines,
                 options = (size_t)s->options;
    const size_t regions = (size_t)s->regions, modes = (size_t)s->modes, assets = (size_t)s->assets,
                 arcs = (size_t)s->arcs;
    const size_t lags = (size_t)s->lags, one = 1;
    const size_t sizes[] = {
#define LODE_X(name, count, doc) (count),
        LODE_STATE_FIELDS(LODE_X)
#undef LODE_X
    };
    return sizes[field];
}

static void place_fields(lode_state *state) {
    double *at = state->block;
    int field = 0;
#define LODE_X(name, n, doc)                                                                                           \
    state->name = at;                                                                                                  \
    at += field_size(&state->shape, field++);
    LODE_STATE_FIELDS(LODE_X)
#undef LODE_X
    state->blob = at;
}

lode_code lode_state_new(lode_state *state, const lode_state_shape *shape) {
    *state = (lode_state){.shape = *shape};
    size_t fields = 0;
#define LODE_X(name, n, doc) +1
    const int count = 0 LODE_STATE_FIELDS(LODE_X);
#undef LODE_X
    for (int f = 0; f < count; f++) {
        fields += field_size(shape, f);
    }
    state->count = fields + (shape->blob_bytes + sizeof(double) - 1) / sizeof(double);
    state->block = calloc(state->count + 1, sizeof *state->block);
    if (!state->block) {
        return LODE_NOMEM;
    }
    place_fields(state);
    return LODE_OK;
}

void lode_state_release(lode_state *state) {
    free(state->block);
    *state = (lode_state){0};
}

void lode_state_copy(lode_state *to, const lode_state *from) {
    size_t count = from->count < to->count ? from->count : to->count;
    memcpy(to->block, from->block, count * sizeof *to->block);
}

static void map_goods(double *to, size_t to_nodes, const double *from, size_t from_nodes, size_t rows,
                      const int32_t *into) {
    for (size_t r = 0; r < rows; r++) {
        for (size_t k = 0; k < from_nodes; k++) {
            to[r * to_nodes + (size_t)into[k]] += from[r * from_nodes + k];
        }
    }
}

void lode_state_map(lode_state *to, const lode_state *from, const int32_t *into, const int32_t *of) {
    const size_t to_nodes = (size_t)to->shape.nodes, from_nodes = (size_t)from->shape.nodes,
                 blob = from->shape.blob_bytes < to->shape.blob_bytes ? from->shape.blob_bytes : to->shape.blob_bytes;
    int field = 0;
    memset(to->block, 0, to->count * sizeof *to->block);
#define LODE_X(name, n, doc)                                                                                           \
    if (field_size(&to->shape, field) == field_size(&from->shape, field)) {                                            \
        memcpy(to->name, from->name, field_size(&from->shape, field) * sizeof(double));                                \
    }                                                                                                                  \
    field++;
    LODE_STATE_FIELDS(LODE_X)
#undef LODE_X
    memcpy(to->blob, from->blob, blob);
    memset(to->stock, 0, to_nodes * sizeof(double));
    memset(to->ring, 0, (size_t)to->shape.lags * to_nodes * sizeof(double));
    map_goods(to->stock, to_nodes, from->stock, from_nodes, 1, into);
    map_goods(to->ring, to_nodes, from->ring, from_nodes, (size_t)from->shape.lags, into);
    for (size_t k = 0; k < to_nodes; k++) {
        to->node_price[k] = from->node_price[of[k]];
    }
}
