/* See search.h. */
#include "calibrate/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/dense.h"

enum { N = LODE_MOST_SEARCHED, TRIALS = 3 };

static const double FIRST_MU = 0.1, LEAST_MU = 1e-6;
static const double AT_END = 1e-9;     /* of the range */
static const double WORTHWHILE = 1e-4; /* a smaller relative gain is none */

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
    int32_t n, m;
    double at[N], loss;      /* place */
    double *residual;        /* [m], at `at` */
    double *batch_residuals; /* [(N + 1) x m] */
    double *aside;           /* [m], at the best place aside */
    double *jacobian;        /* [n x m] */
    double places[N + 1][N], losses[N + 1];
    double side[N]; /* of the differences, +1 or -1 */
    double mu;
    int32_t used;
} search;

/* ---- points ---- */

static double loss_of(const double *residuals, int32_t m) {
    double sum = 0;
    for (int32_t i = 0; i < m; i++)
        sum += residuals[i] * residuals[i];
    return isfinite(sum) ? sum : INFINITY;
}

/* The first `count` places, or as many as are left. */
static lode_code evaluate(search *s, int32_t *count) {
    const lode_search_spec *spec = s->spec;
    double points[(N + 1) * N];
    int32_t left = spec->evaluations - s->used;
    *count = *count < left ? *count : left;
    for (int32_t i = 0; i < *count; i++)
        for (int32_t k = 0; k < s->n; k++)
            points[i * s->n + k] = lode_search_value(spec->low[k], spec->high[k], s->places[i][k]);
    s->used += *count;
    lode_code code = *count > 0 ? s->batch(s->context, *count, points, s->batch_residuals) : LODE_OK;
    for (int32_t i = 0; i < *count && code == LODE_OK; i++)
        s->losses[i] = loss_of(&s->batch_residuals[(size_t)i * (size_t)s->m], s->m);
    return code;
}

/* Moves to the best of the first `count` places if it is worth it. */
static bool take_best(search *s, int32_t count) {
    int32_t best = 0;
    for (int32_t i = 1; i < count; i++)
        best = s->losses[i] < s->losses[best] ? i : best;
    if (count == 0 || !(s->losses[best] < s->loss * (1 - WORTHWHILE)))
        return false;
    memcpy(s->at, s->places[best], sizeof s->at);
    memcpy(s->residual, &s->batch_residuals[(size_t)best * (size_t)s->m], (size_t)s->m * sizeof *s->residual);
    s->loss = s->losses[best];
    return true;
}

/* ---- a round ---- */

/* One place for each number, `step` to its side, or to the other where the range ends. */
static void set_aside(search *s, double step) {
    for (int32_t k = 0; k < s->n; k++) {
        double to = s->at[k] + s->side[k] * step;
        if (to > 1 || to < 0)
            s->side[k] = -s->side[k];
        memcpy(s->places[k], s->at, sizeof s->at);
        s->places[k][k] = fmin(1, fmax(0, s->at[k] + s->side[k] * step));
    }
}

/* Differences for derivatives; a side where nothing is possible tells nothing. */
static void differentiate(search *s) {
    for (int32_t k = 0; k < s->n; k++) {
        const double *moved = &s->batch_residuals[(size_t)k * (size_t)s->m];
        double *row = &s->jacobian[(size_t)k * (size_t)s->m], move = s->places[k][k] - s->at[k];
        for (int32_t i = 0; i < s->m; i++)
            row[i] = isfinite(s->losses[k]) ? (moved[i] - s->residual[i]) / move : 0;
    }
}

static double product(const double *a, const double *b, int32_t m) {
    double sum = 0;
    for (int32_t i = 0; i < m; i++)
        sum += a[i] * b[i];
    return sum;
}

/* The step d for `mu` with the numbers that `held` marks at rest. */
static void solve(const search *s, double mu, const bool *held, double *d) {
    double matrix[N * N] = {0};
    for (int32_t k = 0; k < s->n; k++) {
        const double *row = &s->jacobian[(size_t)k * (size_t)s->m];
        for (int32_t l = 0; l < s->n; l++)
            matrix[k * s->n + l] = held[k] || held[l] ? 0 : product(row, &s->jacobian[(size_t)l * (size_t)s->m], s->m);
        double own = matrix[k * s->n + k];
        matrix[k * s->n + k] = held[k] || !(own > 0) ? 1 : own * (1 + mu);
        d[k] = held[k] ? 0 : -product(row, s->residual, s->m);
    }
    if (lode_cholesky(matrix, s->n))
        lode_cholesky_solve(matrix, s->n, d);
    else
        memset(d, 0, (size_t)s->n * sizeof *d);
}

/* The step within the range: numbers at an end that want to leave are held, and the others solved for again. */
static void step_to(const search *s, double mu, double *place) {
    bool held[N] = {false}, again = true;
    double d[N] = {0};
    while (again) {
        again = false;
        solve(s, mu, held, d);
        for (int32_t k = 0; k < s->n; k++)
            if (!held[k] && ((s->at[k] > 1 - AT_END && d[k] > 0) || (s->at[k] < AT_END && d[k] < 0)))
                held[k] = again = true;
    }
    memcpy(place, s->at, sizeof s->at);
    for (int32_t k = 0; k < s->n; k++)
        place[k] = fmin(1, fmax(0, s->at[k] + d[k]));
}

static lode_code try_steps(search *s, bool *moved) {
    static const double factors[TRIALS] = {0.1, 1, 10};
    int32_t count = TRIALS;
    for (int32_t i = 0; i < TRIALS; i++)
        step_to(s, fmax(LEAST_MU, s->mu * factors[i]), s->places[i]);
    lode_code code = evaluate(s, &count);
    if (code != LODE_OK)
        return code;
    int32_t best = 0;
    for (int32_t i = 1; i < count; i++)
        best = s->losses[i] < s->losses[best] ? i : best;
    *moved = take_best(s, count);
    s->mu = fmax(LEAST_MU, s->mu * (*moved ? factors[best] : 10));
    return LODE_OK;
}

/* The better of two worlds: the steps start from where the derivatives were taken, and a point aside that beats them all is taken instead. */
static lode_code search_round(search *s, double step, bool *moved) {
    int32_t count = s->n, best = 0;
    set_aside(s, step);
    lode_code code = evaluate(s, &count);
    if (code != LODE_OK || count < s->n)
        return code;
    differentiate(s);
    for (int32_t k = 1; k < s->n; k++)
        best = s->losses[k] < s->losses[best] ? k : best;
    double aside[N], aside_loss = s->losses[best];
    memcpy(aside, s->places[best], sizeof aside);
    memcpy(s->aside, &s->batch_residuals[(size_t)best * (size_t)s->m], (size_t)s->m * sizeof *s->aside);
    code = try_steps(s, moved);
    if (code == LODE_OK && aside_loss < s->loss * (1 - WORTHWHILE)) {
        memcpy(s->at, aside, sizeof s->at);
        memcpy(s->residual, s->aside, (size_t)s->m * sizeof *s->residual);
        s->loss = aside_loss;
        *moved = true;
    }
    return code;
}

static lode_code begin(search *s) {
    int32_t one = 1;
    for (int32_t k = 0; k < s->n; k++) {
        s->places[0][k] = lode_search_place(s->spec->low[k], s->spec->high[k], s->spec->start[k]);
        s->side[k] = s->places[0][k] > 0.5 ? -1 : 1;
    }
    s->mu = FIRST_MU;
    s->loss = INFINITY;
    lode_code code = evaluate(s, &one);
    memcpy(s->at, s->places[0], sizeof s->at);
    memcpy(s->residual, s->batch_residuals, (size_t)s->m * sizeof *s->residual);
    s->loss = s->losses[0];
    return code;
}

static lode_code run(search *s, lode_search_result *out) {
    const lode_search_spec *spec = s->spec;
    double step = spec->step;
    lode_code code = begin(s);
    out->start_loss = s->loss;
    while (code == LODE_OK && step >= spec->least_step && s->used < spec->evaluations) {
        bool moved = false;
        code = search_round(s, step, &moved);
        for (int32_t k = 0; k < s->n && !moved; k++)
            s->side[k] = -s->side[k];
        step = moved ? step : step / 2;
        out->rounds++;
    }
    for (int32_t k = 0; k < s->n; k++)
        out->best[k] = lode_search_value(spec->low[k], spec->high[k], s->at[k]);
    out->loss = s->loss;
    out->evaluations = s->used;
    out->settled = step < spec->least_step;
    return code;
}

lode_code lode_search(lode_search_result *out, const lode_search_spec *spec, lode_search_batch batch, void *context) {
    search s = {.spec = spec, .batch = batch, .context = context, .n = spec->count, .m = spec->residuals};
    *out = (lode_search_result){.loss = INFINITY};
    if (s.n < 1 || s.n > N || s.m < 1 || spec->evaluations < 1)
        return LODE_USAGE;
    s.residual = calloc((size_t)s.m, sizeof(double));
    s.batch_residuals = calloc((size_t)(N + 1) * (size_t)s.m, sizeof(double));
    s.aside = calloc((size_t)s.m, sizeof(double));
    s.jacobian = calloc((size_t)s.n * (size_t)s.m, sizeof(double));
    lode_code code = s.residual && s.batch_residuals && s.aside && s.jacobian ? run(&s, out) : LODE_NOMEM;
    free(s.residual);
    free(s.batch_residuals);
    free(s.aside);
    free(s.jacobian);
    return code;
}
