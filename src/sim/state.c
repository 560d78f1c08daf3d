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
