/* See search.h. */
#include "calibrate/search.h"

#include <math.h>
#include <string.h>

enum { MOST_POINTS = 2 * LODE_MOST_SEARCHED + 2 };

double lode_search_place(double low, double high, double value) {
    return low > 0 ? log(value / low) / log(high / low) : (value - low) / (high - low);
}

double lode_search_value(double low, double high, double place) {
    double u = fmin(1, fmax(0, place));
    double value = low > 0 ? low * pow(high / low, u) : low + u * (high - low);
    return fmin(high, fmax(low, value));
}

typedef struct {
    const lode_search_spec *spec;
    lode_search_batch batch;
    void *context;
    double at[LODE_MOST_SEARCHED]; /* places */
    double loss;
    int32_t used;
    int32_t count; /* of the batch being built */
    double places[MOST_POINTS][LODE_MOST_SEARCHED];
    double losses[MOST_POINTS];
} search;

static lode_code evaluate(search *s) {
    double points[MOST_POINTS * LODE_MOST_SEARCHED];
    const lode_search_spec *spec = s->spec;
    int32_t left = spec->evaluations - s->used;
    s->count = s->count < left ? s->count : left;
    for (int32_t i = 0; i < s->count; i++)
        for (int32_t k = 0; k < spec->count; k++)
            points[i * spec->count + k] = lode_search_value(spec->low[k], spec->high[k], s->places[i][k]);
    s->used += s->count;
    return s->count > 0 ? s->batch(s->context, s->count, points, s->losses) : LODE_OK;
}

/* Adds the place `at` + step in coordinate k, within the range; returns its number, or -1 where that is no move. */
static int32_t add_step(search *s, int32_t k, double step) {
    double to = fmin(1, fmax(0, s->at[k] + step));
    if (fabs(to - s->at[k]) < 1e-12)
        return -1;
    memcpy(s->places[s->count], s->at, sizeof s->at);
    s->places[s->count][k] = to;
    return s->count++;
}

static bool take_best(search *s) {
    int32_t best = -1;
    for (int32_t i = 0; i < s->count; i++)
        if (s->losses[i] < (best < 0 ? s->loss : s->losses[best]))
            best = i;
    if (best < 0)
        return false;
    memcpy(s->at, s->places[best], sizeof s->at);
    s->loss = s->losses[best];
    return true;
}

/* All coordinates moved at once, each by its better improving step; false where fewer than two improve. */
static bool combine(search *s, int32_t moves[][2], double *place) {
    int32_t improving = 0;
    memcpy(place, s->at, sizeof s->at);
    for (int32_t k = 0; k < s->spec->count; k++) {
        double least = s->loss;
        for (int side = 0; side < 2; side++) {
            int32_t i = moves[k][side];
            if (i < 0 || i >= s->count || !(s->losses[i] < least))
                continue;
            improving += least >= s->loss;
            least = s->losses[i];
            place[k] = s->places[i][k];
        }
    }
    return improving > 1;
}

static lode_code try_one(search *s, const double *place, bool *better) {
    s->count = 1;
    memcpy(s->places[0], place, sizeof s->places[0]);
    lode_code code = evaluate(s);
    *better = code == LODE_OK && take_best(s);
    return code;
}

/* Where the search stood, mirrored at where it stands: the same move once more. */
static void mirror(const search *s, const double *before, double *place) {
    for (int32_t k = 0; k < LODE_MOST_SEARCHED; k++)
        place[k] = fmin(1, fmax(0, 2 * s->at[k] - before[k]));
}

static lode_code search_round(search *s, double step, bool *moved) {
    int32_t moves[LODE_MOST_SEARCHED][2];
    double before[LODE_MOST_SEARCHED], all[LODE_MOST_SEARCHED];
    bool better = false;
    memcpy(before, s->at, sizeof before);
    s->count = 0;
    for (int32_t k = 0; k < s->spec->count; k++) {
        moves[k][0] = add_step(s, k, step);
        moves[k][1] = add_step(s, k, -step);
    }
    lode_code code = evaluate(s);
    if (code != LODE_OK)
        return code;
    bool several = combine(s, moves, all);
    *moved = take_best(s);
    if (several)
        code = try_one(s, all, &better);
    if (code != LODE_OK || !*moved)
        return code;
    mirror(s, before, all);
    return try_one(s, all, &better);
}

static lode_code begin(search *s) {
    for (int32_t k = 0; k < s->spec->count; k++)
        s->at[k] = lode_search_place(s->spec->low[k], s->spec->high[k], s->spec->start[k]);
    s->count = 1;
    memcpy(s->places[0], s->at, sizeof s->at);
    lode_code code = evaluate(s);
    s->loss = s->losses[0];
    return code;
}

lode_code lode_search(lode_search_result *out, const lode_search_spec *spec, lode_search_batch batch, void *context) {
    search s = {.spec = spec, .batch = batch, .context = context, .loss = INFINITY};
    *out = (lode_search_result){.loss = INFINITY};
    if (spec->count < 0 || spec->count > LODE_MOST_SEARCHED || spec->evaluations < 1)
        return LODE_USAGE;
    lode_code code = begin(&s);
    double step = spec->step;
    out->start_loss = s.loss;
    while (code == LODE_OK && spec->count > 0 && step >= spec->least_step && s.used < spec->evaluations) {
        bool moved = false;
        code = search_round(&s, step, &moved);
        step = moved ? step : step / 2;
        out->rounds++;
    }
    for (int32_t k = 0; k < spec->count; k++)
        out->best[k] = lode_search_value(spec->low[k], spec->high[k], s.at[k]);
    out->loss = s.loss;
    out->evaluations = s.used;
    out->settled = step < spec->least_step || spec->count == 0;
    return code;
}
