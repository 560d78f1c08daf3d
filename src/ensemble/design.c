/* Designs of ensembles (design.h). Each coordinate of a point is computed on its own from keys; nothing is stored.
 *
 *   latin    u_i = (p(i) + v_i) / N                       p a permutation keyed by (seed, name, N), v_i uniform
 *   sobol    block b = draws b (k + 2) + {0: A, 1: B, 2 + j: A with factor j from B}; part b mod R, place b div R in its sequence:
 *            A_bj and B_bj are dimensions 2 j and 2 j + 1 of a randomised Sobol sequence keyed by (seed, part)
 *   morris   trajectory t = draws t (k + 1) + {0 ... k}: levels l = 0 ... p - 1 stand for u = (l + 1/2) / p, the middles of p strata, since
 *            a distribution without bounds has no value at 0 and 1; a step goes p / 2 levels, up or down, that is 1/2 in u
 *   tornado  draw 0 at the medians; draws 1 + 2 j and 2 + 2 j with factor j at its 10th and 90th percentile
 *
 * Why these: docs/decisions/0011-designs.md. */
#include "ensemble/design.h"

#include <math.h>

#include "base/rng.h"
#include "ensemble/design_parts.h"
#include "ensemble/permutation.h"
#include "ensemble/sobol_sequence.h"

const char *const lode_design_names[LODE_DESIGN_COUNT + 1] = {"random", "latin", "sobol", "morris", "tornado", NULL};

static const double LOW = 0.1, MEDIAN = 0.5, HIGH = 0.9; /* percentiles of a tornado */

int32_t lode_design_factors(const lode_design *design) {
    return design->numbers + design->events;
}

int64_t lode_design_block(const lode_design *design) {
    const int64_t factors = lode_design_factors(design);
    switch (design->kind) {
    case LODE_DESIGN_SOBOL:
        return factors + 2;
    case LODE_DESIGN_MORRIS:
        return factors + 1;
    case LODE_DESIGN_TORNADO:
        return 1 + 2 * factors;
    default:
        return 1;
    }
}

int64_t lode_design_size(const lode_design *design) {
    const int64_t block = lode_design_block(design), most = design->draws < 0 ? 0 : design->draws;
    if (design->kind == LODE_DESIGN_TORNADO)
        return most >= block ? block : 0;
    return most - most % block;
}

/* ---- keys ---- */

static uint64_t factor_key(const lode_design *design, int32_t factor) {
    return lode_key_text(design->names[factor]);
}

/* A key of its own for what is drawn of a factor besides its plain numbers. */
static uint64_t key_for(const lode_design *design, int32_t factor, const char *purpose, uint64_t number) {
    const uint64_t named = lode_key_mix(lode_key_mix(design->seed, factor_key(design, factor)), lode_key_text(purpose));
    return lode_key_mix(named, number);
}

/* Stream `number`, from 0, of those in which events may happen. */
static uint64_t stream_of(int64_t number) {
    return LODE_NO_STREAM + 1 + (uint64_t)number;
}

/* ---- random and latin ---- */

static double random_number(const lode_design *design, int32_t factor, int64_t draw) {
    return lode_uniform(design->seed, factor_key(design, factor), (uint64_t)draw);
}

static double latin_number(const lode_design *design, int32_t factor, int64_t draw) {
    const uint64_t count = (uint64_t)lode_design_size(design), key = key_for(design, factor, "latin", count);
    const double within = lode_uniform(key, 0, (uint64_t)draw);
    const double u = ((double)lode_permuted(key, count, (uint64_t)draw) + within) / (double)count;
    return fmin(u, 1 - 0x1p-53);
}

/* ---- sobol ---- */

int64_t lode_sobol_draw_a(const lode_design *design, int64_t block) {
    return block * lode_design_block(design);
}

int64_t lode_sobol_draw_b(const lode_design *design, int64_t block) {
    return lode_sobol_draw_a(design, block) + 1;
}

int64_t lode_sobol_draw_ab(const lode_design *design, int64_t block, int32_t factor) {
    return lode_sobol_draw_a(design, block) + 2 + factor;
}

static int64_t parts_of(const lode_design *design) {
    return design->replicates > 1 ? design->replicates : 1;
}

int32_t lode_sobol_part(const lode_design *design, int64_t block) {
    return (int32_t)(block % parts_of(design));
}

/* Whether the factor comes from B in this draw of its block. */
static bool from_b(const lode_design *design, int64_t draw, int32_t factor) {
    const int64_t place = draw % lode_design_block(design);
    return place == 1 || place == 2 + factor;
}

static double sobol_number(const lode_design *design, int32_t factor, int64_t draw) {
    const int64_t block = draw / lode_design_block(design);
    const uint64_t part = (uint64_t)lode_sobol_part(design, block);
    const uint64_t key = lode_key_mix(lode_key_mix(design->seed, lode_key_text("sobol")), part);
    return lode_sobol_coordinate(key, 2 * (uint32_t)factor + from_b(design, draw, factor),
                                 (uint32_t)(block / parts_of(design)));
}

static uint64_t sobol_stream(const lode_design *design, int32_t factor, int64_t draw) {
    return stream_of(2 * (draw / lode_design_block(design)) + from_b(design, draw, factor));
}

/* ---- morris ---- */

static int64_t levels_of(const lode_design *design) {
    return design->levels >= 2 ? design->levels - design->levels % 2 : 2;
}

int32_t lode_morris_step(const lode_design *design, int64_t block, int32_t factor) {
    const uint64_t key = lode_key_mix(lode_key_mix(design->seed, lode_key_text("morris order")), (uint64_t)block);
    return (int32_t)lode_permuted(key, (uint64_t)lode_design_factors(design), (uint64_t)factor);
}

/* Level of the factor at the beginning of the trajectory. */
static int64_t start_level(const lode_design *design, int64_t block, int32_t factor) {
    const double u = lode_uniform(key_for(design, factor, "morris", 0), 0, (uint64_t)block);
    return (int64_t)(u * (double)levels_of(design));
}

bool lode_morris_rises(const lode_design *design, int64_t block, int32_t factor) {
    return start_level(design, block, factor) < levels_of(design) / 2;
}

double lode_morris_reach(const lode_design *design, int32_t factor) {
    return factor < design->numbers ? 0.5 : 1;
}

static bool has_moved(const lode_design *design, int64_t draw, int32_t factor) {
    const int64_t block = lode_design_block(design);
    return draw % block > lode_morris_step(design, draw / block, factor);
}

static double morris_number(const lode_design *design, int32_t factor, int64_t draw) {
    const int64_t block = draw / lode_design_block(design), levels = levels_of(design);
    int64_t level = start_level(design, block, factor);
    if (has_moved(design, draw, factor))
        level = (level + levels / 2) % levels;
    return ((double)level + 0.5) / (double)levels;
}

static uint64_t morris_stream(const lode_design *design, int32_t factor, int64_t draw) {
    const int64_t block = draw / lode_design_block(design);
    const bool happens = has_moved(design, draw, factor) == lode_morris_rises(design, block, factor);
    return happens ? stream_of(block) : LODE_NO_STREAM;
}

/* ---- tornado ---- */

int64_t lode_tornado_draw(int32_t factor, bool high) {
    return 1 + 2 * (int64_t)factor + high;
}

static double tornado_number(int32_t factor, int64_t draw) {
    if (draw == lode_tornado_draw(factor, false))
        return LOW;
    return draw == lode_tornado_draw(factor, true) ? HIGH : MEDIAN;
}

static uint64_t tornado_stream(int32_t factor, int64_t draw) {
    if (draw == lode_tornado_draw(factor, false))
        return stream_of(0);
    return draw == lode_tornado_draw(factor, true) ? stream_of(1) : LODE_NO_STREAM;
}

/* ---- points ---- */

static double number_of(const lode_design *design, int32_t factor, int64_t draw) {
    switch (design->kind) {
    case LODE_DESIGN_LATIN:
        return latin_number(design, factor, draw);
    case LODE_DESIGN_SOBOL:
        return sobol_number(design, factor, draw);
    case LODE_DESIGN_MORRIS:
        return morris_number(design, factor, draw);
    case LODE_DESIGN_TORNADO:
        return tornado_number(factor, draw);
    default:
        return random_number(design, factor, draw);
    }
}

static uint64_t stream_in(const lode_design *design, int32_t factor, int64_t draw) {
    switch (design->kind) {
    case LODE_DESIGN_SOBOL:
        return sobol_stream(design, factor, draw);
    case LODE_DESIGN_MORRIS:
        return morris_stream(design, factor, draw);
    case LODE_DESIGN_TORNADO:
        return tornado_stream(factor, draw);
    default:
        return stream_of(draw);
    }
}

void lode_design_point(const lode_design *design, int64_t draw, double *u, uint64_t *stream) {
    for (int32_t j = 0; j < design->numbers; j++)
        u[j] = number_of(design, j, draw);
    for (int32_t e = 0; e < design->events; e++)
        stream[e] = stream_in(design, design->numbers + e, draw);
}
