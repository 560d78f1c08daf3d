/* What drives a result, against models whose answer is known on paper.
 *
 * Ishigami and Homma 1990:  f = sin x1 + a sin^2 x2 + b x3^4 sin x1, x uniform on (-pi, pi), a = 7, b = 0.1
 *     V1 = (1 + b pi^4 / 5)^2 / 2     V2 = a^2 / 8     V13 = b^2 pi^8 (1/18 - 1/50)     V = V1 + V2 + V13
 * g function (Saltelli and Sobol 1995):  f = product of (|4 u_j - 2| + a_j) / (1 + a_j)
 *     V_j = 1 / (3 (1 + a_j)^2)     V = product of (1 + V_j) - 1     total_j = V_j product over others of (1 + V) / V
 * Linear: f = sum of c_j u_j, u uniform: the share of j is c_j^2 / sum of c^2. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/rng.h"
#include "ensemble/bins.h"
#include "ensemble/design_parts.h"
#include "ensemble/sensitivity.h"

enum { MOST = 8 };
#define PI 3.14159265358979323846

static const char *const names[MOST] = {"x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8"};
static const double g_a[MOST] = {0, 1, 4.5, 9, 99, 99, 99, 99};

typedef double (*model)(const double *u, const uint64_t *stream);

static double ishigami(const double *u, const uint64_t *stream) {
    (void)stream;
    const double x1 = PI * (2 * u[0] - 1), x2 = PI * (2 * u[1] - 1), x3 = PI * (2 * u[2] - 1);
    return sin(x1) + 7 * sin(x2) * sin(x2) + 0.1 * x3 * x3 * x3 * x3 * sin(x1);
}

static double g_function(const double *u, const uint64_t *stream) {
    (void)stream;
    double product = 1;
    for (int j = 0; j < MOST; j++)
        product *= (fabs(4 * u[j] - 2) + g_a[j]) / (1 + g_a[j]);
    return product;
}

/* 3 u1 + 2 u2 - u3: shares 9, 4 and 1 of 14. */
static double linear(const double *u, const uint64_t *stream) {
    (void)stream;
    return 3 * u[0] + 2 * u[1] - u[2];
}
static const double linear_shares[3] = {9 / 14.0, 4 / 14.0, 1 / 14.0};

static void ishigami_indices(double first[3], double total[3]) {
    const double pi4 = PI * PI * PI * PI;
    const double v1 = (1 + pi4 / 50) * (1 + pi4 / 50) / 2, v2 = 49.0 / 8,
                 v13 = 0.01 * pi4 * pi4 * (1 / 18.0 - 1 / 50.0), v = v1 + v2 + v13;
    first[0] = v1 / v, first[1] = v2 / v, first[2] = 0;
    total[0] = (v1 + v13) / v, total[1] = v2 / v, total[2] = v13 / v;
}

static void g_indices(double first[MOST], double total[MOST]) {
    double all = 1, own[MOST];
    for (int j = 0; j < MOST; j++) {
        own[j] = 1 / (3 * (1 + g_a[j]) * (1 + g_a[j]));
        all *= 1 + own[j];
    }
    for (int j = 0; j < MOST; j++) {
        first[j] = own[j] / (all - 1);
        total[j] = own[j] * all / (1 + own[j]) / (all - 1);
    }
}

static lode_design a_design(lode_design_kind kind, int32_t numbers, int64_t draws, uint64_t seed) {
    return (lode_design){
        .kind = kind, .seed = seed, .draws = draws, .numbers = numbers, .names = names, .replicates = 8, .levels = 4};
}

/* Outputs of all draws; the caller frees. */
static double *outputs(const lode_design *design, model f) {
    const int64_t count = lode_design_size(design);
    double *output = calloc((size_t)count, sizeof *output), u[MOST];
    uint64_t stream[MOST];
    assert_non_null(output);
    for (int64_t i = 0; i < count; i++) {
        lode_design_point(design, i, u, stream);
        output[i] = f(u, stream);
    }
    return output;
}

static void near(double is, double should, double within) {
    if (!(fabs(is - should) <= within))
        fail_msg("is %.6g, should be %.6g within %g", is, should, within);
}

static bool covers(double low, double high, double value) {
    return low <= value && value <= high;
}

/* ---- sobol ---- */

/* Within 1.5 of the half widths of the intervals (16 numbers are looked at, so that one beyond its own interval would be no wonder) and
 * within `error`. */
static void check_sobol(model f, int32_t numbers, const double *first, const double *total, int64_t base,
                        double error) {
    const lode_design design = a_design(LODE_DESIGN_SOBOL, numbers, base * (numbers + 2), 1);
    double *output = outputs(&design, f);
    lode_sobol_index index[MOST];
    int64_t blocks = 0;
    assert_int_equal(lode_sobol_indices(index, &blocks, &design, output), LODE_OK);
    assert_int_equal(blocks, base);
    for (int32_t j = 0; j < numbers; j++) {
        near(index[j].first, first[j], fmin(error, 1.5 * (index[j].first_high - index[j].first)));
        near(index[j].total, total[j], fmin(error, 1.5 * (index[j].total_high - index[j].total)));
    }
    free(output);
}

static void sobol_finds_ishigami(void **state) {
    (void)state;
    double first[3], total[3];
    ishigami_indices(first, total);
    near(first[0], 0.3139, 5e-5); /* as published (e.g. Saltelli et al. 2008, section 4.2) */
    near(first[1], 0.4424, 5e-5);
    near(total[2], 0.2437, 5e-5);
    check_sobol(ishigami, 3, first, total, 1024, 0.05);
    check_sobol(ishigami, 3, first, total, 4096, 0.02);
}

static void sobol_finds_the_g_function(void **state) {
    (void)state;
    double first[MOST], total[MOST];
    g_indices(first, total);
    near(first[0], 0.7162, 5e-5); /* as published for these a */
    near(total[0], 0.7871, 5e-5);
    check_sobol(g_function, MOST, first, total, 1024, 0.05);
}

/* Intervals of 95% hold the truth in about 95 of a hundred cases; 600 cases in groups of six that hang together: above 85 and below all. */
static void sobol_intervals_are_honest(void **state) {
    (void)state;
    enum { SEEDS = 100 };
    double first[3], total[3];
    int held = 0;
    ishigami_indices(first, total);
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        const lode_design design = a_design(LODE_DESIGN_SOBOL, 3, 128 * 5, seed);
        double *output = outputs(&design, ishigami);
        lode_sobol_index index[3];
        assert_int_equal(lode_sobol_indices(index, NULL, &design, output), LODE_OK);
        for (int j = 0; j < 3; j++)
            held += covers(index[j].first_low, index[j].first_high, first[j]) +
                    covers(index[j].total_low, index[j].total_high, total[j]);
        free(output);
    }
    assert_in_range(held, 6 * SEEDS * 85 / 100, 6 * SEEDS - 1);
}

/* A number and two events: the events add a number of their stream each. Shares 1/6 and, with weights 1 and 2, 1/6 and 4/6. */
static double with_events(const double *u, const uint64_t *stream) {
    return u[0] + lode_uniform(1, 1, stream[0]) + 2 * lode_uniform(1, 2, stream[1]);
}

static void sobol_takes_events_as_factors(void **state) {
    (void)state;
    static const double shares[3] = {1 / 6.0, 1 / 6.0, 4 / 6.0};
    lode_design design = a_design(LODE_DESIGN_SOBOL, 1, 1024 * 5, 3);
    design.events = 2;
    double *output = outputs(&design, with_events);
    lode_sobol_index index[3];
    assert_int_equal(lode_sobol_indices(index, NULL, &design, output), LODE_OK);
    for (int j = 0; j < 3; j++) {
        near(index[j].first, shares[j], 0.06);
        near(index[j].total, shares[j], 0.06);
    }
    free(output);
}

static double constant(const double *u, const uint64_t *stream) {
    (void)u, (void)stream;
    return 1e9 / 3;
}

static double first_only(const double *u, const uint64_t *stream) {
    (void)stream;
    return 5 + u[0];
}

static void sobol_of_what_does_not_vary_is_nought(void **state) {
    (void)state;
    const lode_design design = a_design(LODE_DESIGN_SOBOL, 3, 64 * 5, 1);
    lode_sobol_index index[3];
    double *output = outputs(&design, constant);
    assert_int_equal(lode_sobol_indices(index, NULL, &design, output), LODE_OK);
    for (int j = 0; j < 3; j++)
        assert_true(index[j].first == 0 && index[j].total == 0);
    for (int i = 0; i < 64 * 5; i += 2)
        output[i] = nextafter(output[i], 0); /* rounding is no variance */
    assert_int_equal(lode_sobol_indices(index, NULL, &design, output), LODE_OK);
    assert_true(index[0].first == 0 && index[0].total == 0);
    free(output);
    output = outputs(&design, first_only);
    assert_int_equal(lode_sobol_indices(index, NULL, &design, output), LODE_OK);
    assert_true(index[1].first == 0 && index[2].total == 0 && index[2].total_high == 0);
    near(index[0].total, 1, 0.3); /* the mean of 64 squares, each with a standard deviation of 1.2 */
    free(output);
}

/* Without the third block, and with too few. */
static void sobol_leaves_out_blocks_with_a_gap(void **state) {
    (void)state;
    lode_design design = a_design(LODE_DESIGN_SOBOL, 3, 8 * 5, 1);
    lode_sobol_index index[3];
    int64_t blocks;
    double *output = outputs(&design, linear);
    output[2 * 5 + 4] = NAN;
    assert_int_equal(lode_sobol_indices(index, &blocks, &design, output), LODE_OK);
    assert_int_equal(blocks, 7);
    for (int j = 0; j < 3; j++)
        assert_true(isfinite(index[j].first_low) && isfinite(index[j].total_high));
    for (int i = 0; i < 7; i++)
        output[5 * i] = NAN;
    assert_int_equal(lode_sobol_indices(index, &blocks, &design, output), LODE_OK);
    assert_int_equal(blocks, 1);
    assert_true(isnan(index[0].first));
    design.draws = 4; /* not one block */
    assert_int_equal(lode_sobol_indices(index, &blocks, &design, output), LODE_OK);
    assert_true(blocks == 0 && isnan(index[0].total));
    free(output);
}

/* By hand: one factor, two blocks (A, B, AB) of outputs (1, 3, 2) and (5, 3, 3). c = 3; squares 4 + 0 + 4 + 0 = 8, so V = 8 / 3; first: (0 x 1 + 0 x
 * -2) / 2 / V = 0; total: (1 + 4) / 2 / 2 / (8 / 3) = 15 / 32. */
static void sobol_by_hand(void **state) {
    (void)state;
    lode_design design = a_design(LODE_DESIGN_SOBOL, 1, 6, 1);
    lode_sobol_index index;
    const double output[6] = {1, 3, 2, 5, 3, 3};
    design.replicates = 1;
    assert_int_equal(lode_sobol_indices(&index, NULL, &design, output), LODE_OK);
    near(index.first, 0, 1e-12);
    near(index.total, 15 / 32.0, 1e-12);
    assert_true(isnan(index.first_low) && isnan(index.total_high)); /* one part tells nothing of its error */
}

/* ---- morris ---- */

/* mu* is the coefficient's size, mu has its sign, sigma is 0. */
static void morris_of_a_linear_model(void **state) {
    (void)state;
    static const double c[3] = {3, 2, -1};
    const lode_design design = a_design(LODE_DESIGN_MORRIS, 3, 10 * 4, 1);
    double *output = outputs(&design, linear);
    lode_morris_effect effect[3];
    assert_int_equal(lode_morris_effects(effect, &design, output), LODE_OK);
    for (int j = 0; j < 3; j++) {
        near(effect[j].mu, c[j], 1e-12);
        near(effect[j].mu_star, fabs(c[j]), 1e-12);
        near(effect[j].sigma, 0, 1e-12);
        near(effect[j].mu_star_high - effect[j].mu_star_low, 0, 1e-12);
        assert_int_equal(effect[j].effects, 10);
    }
    free(output);
}

/* (u1 - 1/2)(u2 - 1/2): the effect of u1 is u2 - 1/2, which is -3/8, -1/8, 1/8 or 3/8 alike often: mu 0, mu* 1/4, sigma sqrt(5) / 8. With 2000
 * trajectories within four standard errors. */
static double product(const double *u, const uint64_t *stream) {
    (void)stream;
    return (u[0] - 0.5) * (u[1] - 0.5);
}

static void morris_of_an_interaction(void **state) {
    (void)state;
    const lode_design design = a_design(LODE_DESIGN_MORRIS, 3, 2000 * 4, 1);
    double *output = outputs(&design, product);
    lode_morris_effect effect[3];
    assert_int_equal(lode_morris_effects(effect, &design, output), LODE_OK);
    for (int j = 0; j < 2; j++) {
        near(effect[j].mu, 0, 4 * sqrt(5) / 8 / sqrt(2000));
        near(effect[j].mu_star, 0.25, 4 * 0.125 / sqrt(2000));
        near(effect[j].sigma, sqrt(5) / 8, 0.02);
        near((effect[j].mu_star_high - effect[j].mu_star_low) / 2, 1.96 * 0.125 / sqrt(2000), 2e-4);
    }
    assert_true(effect[2].mu_star == 0 && effect[2].sigma == 0);
    free(output);
}

static double two_if_it_happens(const double *u, const uint64_t *stream) {
    return u[0] + (stream[0] != LODE_NO_STREAM ? 2 : 0);
}

static void morris_switches_events(void **state) {
    (void)state;
    lode_design design = a_design(LODE_DESIGN_MORRIS, 1, 12, 1);
    design.events = 1;
    double *output = outputs(&design, two_if_it_happens);
    lode_morris_effect effect[2];
    assert_int_equal(lode_morris_effects(effect, &design, output), LODE_OK);
    near(effect[0].mu, 1, 1e-12);
    near(effect[1].mu, 2, 1e-12);
    free(output);
}

/* A draw without a result takes the effects beside it and no other. */
static void morris_leaves_out_effects_with_a_gap(void **state) {
    (void)state;
    const lode_design design = a_design(LODE_DESIGN_MORRIS, 3, 2 * 4, 1);
    double *output = outputs(&design, linear);
    lode_morris_effect effect[3];
    output[0] = NAN;
    assert_int_equal(lode_morris_effects(effect, &design, output), LODE_OK);
    for (int j = 0; j < 3; j++)
        assert_int_equal(effect[j].effects, lode_morris_step(&design, 0, j) == 0 ? 1 : 2);
    for (int i = 0; i < 8; i++)
        output[i] = NAN;
    assert_int_equal(lode_morris_effects(effect, &design, output), LODE_OK);
    assert_true(effect[0].effects == 0 && isnan(effect[0].mu) && isnan(effect[0].mu_star_low));
    free(output);
}

/* ---- tornado ---- */

/* 3 u1 + 2 u2 - u3 is 2 at the medians; u1 at 0.1 and 0.9 moves it by -1.2 and 1.2, u3 by 0.4 and -0.4. */
static void tornado_by_hand(void **state) {
    (void)state;
    const lode_design design = a_design(LODE_DESIGN_TORNADO, 3, 7, 1);
    double *output = outputs(&design, linear), median;
    lode_tornado_bar bar[3];
    assert_int_equal(lode_tornado_bars(bar, &median, &design, output), LODE_OK);
    near(median, 2, 1e-12);
    near(bar[0].low, 0.8, 1e-12);
    near(bar[0].high, 3.2, 1e-12);
    near(bar[2].low, 2.4, 1e-12);
    near(bar[2].high, 1.6, 1e-12);
    free(output);
}

/* ---- given data ---- */

typedef struct {
    double *input[MOST], *output;
    int64_t count;
} sample;

static sample draw_sample(model f, int32_t numbers, int64_t count, uint64_t seed) {
    const lode_design design = a_design(LODE_DESIGN_RANDOM, numbers, count, seed);
    sample s = {.output = outputs(&design, f), .count = count};
    for (int32_t j = 0; j < numbers; j++) {
        s.input[j] = calloc((size_t)count, sizeof *s.input[j]);
        for (int64_t i = 0; i < count; i++)
            s.input[j][i] = lode_uniform(seed, lode_key_text(names[j]), (uint64_t)i);
    }
    return s;
}

static void free_sample(sample *s) {
    for (int j = 0; j < MOST; j++)
        free(s->input[j]);
    free(s->output);
}

static lode_given_index given(const double *input, const double *output, int64_t count) {
    lode_given_index index;
    assert_int_equal(lode_given_data_index(&index, input, output, count), LODE_OK);
    return index;
}

/* With 10,000 draws and 39 bins a bin hides 1 / 39^2 of a linear share; the sign is that of the coefficient. */
static void given_data_of_a_linear_model(void **state) {
    (void)state;
    sample s = draw_sample(linear, 3, 10000, 1);
    for (int j = 0; j < 3; j++) {
        const lode_given_index index = given(s.input[j], s.output, s.count);
        near(index.first, linear_shares[j], 0.02);
        assert_true(covers(index.low, index.high, index.first));
        assert_true((index.rank_correlation < 0) == (j == 2));
        assert_int_equal(index.count, 10000);
    }
    free_sample(&s);
}

static void given_data_of_ishigami(void **state) {
    (void)state;
    double first[3], total[3];
    ishigami_indices(first, total);
    sample s = draw_sample(ishigami, 3, 20000, 1);
    for (int j = 0; j < 3; j++)
        near(given(s.input[j], s.output, s.count).first, first[j], 0.02);
    free_sample(&s);
}

/* 95% intervals of three shares in 200 samples of 300: between 90 and 99 of a hundred. */
static void given_data_intervals_are_honest(void **state) {
    (void)state;
    enum { SEEDS = 200 };
    int held = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        sample s = draw_sample(linear, 3, 300, seed);
        for (int j = 0; j < 3; j++) {
            const lode_given_index index = given(s.input[j], s.output, s.count);
            held += covers(index.low, index.high, linear_shares[j]);
        }
        free_sample(&s);
    }
    assert_in_range(held, 3 * SEEDS * 90 / 100, 3 * SEEDS * 99 / 100);
}

/* What has no bearing has an index of 0 in the mean, and is above the noise in one sample of twenty: of 400 within four standard deviations
 * of 4.4 about 20. */
static void given_data_of_nothing_is_nought_on_average(void **state) {
    (void)state;
    enum { SEEDS = 400 };
    double mean = 0;
    int above = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        sample s = draw_sample(first_only, 2, 200, seed);
        double noise;
        assert_int_equal(lode_given_data_noise(&noise, s.output, s.count, seed), LODE_OK);
        const double first = given(s.input[1], s.output, s.count).first;
        mean += first / SEEDS;
        above += first > noise;
        free_sample(&s);
    }
    near(mean, 0, 0.006); /* an index has a standard deviation of sqrt(2 x 7) / 200 = 0.019 here; six standard errors */
    assert_in_range(above, 3, 38);
}

/* Two values: 1 in each fourth draw. Output 2 x + (0, 1, 0, 1 ... over blocks): means of the two kinds differ by 2, and within a kind the
 * output is 0 or 1 above. n = 400: SST = 400 (4 x 3/16 + 1/4) = 400, SSW = 400 / 4 = 100; 1 - (100 / 398) / (400 / 399). */
static void given_data_by_hand(void **state) {
    (void)state;
    double input[400], output[400];
    for (int i = 0; i < 400; i++) {
        input[i] = i % 4 == 0;
        output[i] = 2 * input[i] + i / 4 % 2;
    }
    const lode_given_index index = given(input, output, 400);
    near(index.first, 1 - 100 / 398.0 * 399 / 400, 1e-12);
    /* Ranks of the input: 149.5 (300 draws) and 349.5 (100); of the output 0 (150 draws): 74.5, 1 (150): 224.5, 2 (50): 324.5, 3 (50):
     * 374.5; about their mean 199.5. xx = 300 x 2500 + 100 x 22500 = 3e6; yy = 150 x (15625 + 625) + 50 x (15625 + 30625) = 4.75e6;
     * xy = -50 x 150 x (-125 + 25) + 150 x 50 x (125 + 175) = 3e6. */
    near(index.rank_correlation, 3e6 / sqrt(3e6 * 4.75e6), 1e-12);
}

static void given_data_of_what_does_not_vary_is_nought(void **state) {
    (void)state;
    double varying[50], still[50];
    for (int i = 0; i < 50; i++) {
        varying[i] = i;
        still[i] = 0.1;
    }
    lode_given_index index = given(still, varying, 50);
    assert_true(index.first == 0 && index.low == 0 && index.high == 0 && index.rank_correlation == 0);
    index = given(varying, still, 50);
    assert_true(index.first == 0 && index.low == 0 && index.high == 0 && index.rank_correlation == 0);
    index = given(varying, varying, LODE_GIVEN_LEAST - 1);
    assert_true(isnan(index.first) && isnan(index.rank_correlation));
    assert_true(isnan(given(varying, varying, 0).first));
}

/* Gaps in either leave the same sample without them. */
static void given_data_leaves_out_gaps(void **state) {
    (void)state;
    double input[120], output[120], whole_input[100], whole_output[100];
    int kept = 0;
    for (int i = 0; i < 120; i++) {
        input[i] = lode_uniform(1, 1, (uint64_t)i);
        output[i] = i % 12 == 5 ? (double)NAN : input[i] + lode_uniform(1, 2, (uint64_t)i);
        if (i % 12 == 11)
            input[i] = NAN;
        if (isfinite(input[i]) && isfinite(output[i])) {
            whole_input[kept] = input[i];
            whole_output[kept++] = output[i];
        }
    }
    assert_int_equal(kept, 100);
    const lode_given_index gaps = given(input, output, 120), whole = given(whole_input, whole_output, 100);
    assert_int_equal(gaps.count, 100);
    near(gaps.first, whole.first, 1e-12);
    near(gaps.rank_correlation, whole.rank_correlation, 1e-12);
}

/* ---- bins and partial dependence ---- */

/* Ninety noughts, five ones and five twos: each value has its bin though a bin of three should hold 33. */
static void bins_do_not_split_equal_values(void **state) {
    (void)state;
    double input[100], output[100] = {0};
    lode_bins bins;
    for (int i = 0; i < 100; i++)
        input[i] = i % 20 == 3 ? 1 : i % 20 == 7 ? 2 : 0;
    assert_int_equal(lode_bins_new(&bins, input, output, 100, 3), LODE_OK);
    assert_int_equal(bins.bins, 3);
    assert_int_equal(bins.first[1], 90);
    assert_int_equal(bins.first[2], 95);
    lode_bins_free(&bins);
    for (int i = 0; i < 100; i++)
        input[i] = -input[i]; /* the few come first */
    assert_int_equal(lode_bins_new(&bins, input, output, 100, 3), LODE_OK);
    assert_int_equal(bins.bins, 3);
    assert_int_equal(bins.first[1], 5);
    assert_int_equal(bins.first[2], 10);
    lode_bins_free(&bins);
}

static void bins_hold_equally_many(void **state) {
    (void)state;
    double input[103], output[103] = {0};
    lode_bins bins;
    for (int i = 0; i < 103; i++)
        input[i] = (i * 37) % 103;
    assert_int_equal(lode_bins_new(&bins, input, output, 103, 5), LODE_OK);
    assert_int_equal(bins.bins, 5);
    for (int b = 0; b < 5; b++)
        assert_in_range(bins.first[b + 1] - bins.first[b], 20, 21);
    for (int i = 0; i < 103; i++)
        assert_true(input[bins.order[i]] == i);
    lode_bins_free(&bins);
}

/* (x - 1/2)^2 over x = (i + 1/2) / 100: in a fifth of 20 steps about m the mean is (m - 1/2)^2 + (20^2 - 1) / 12 / 100^2. */
static void dependence_of_a_quadratic(void **state) {
    (void)state;
    double input[100], output[100];
    lode_dependence_bin bin[5];
    int32_t count;
    for (int i = 0; i < 100; i++) {
        input[i] = ((i * 37) % 100 + 0.5) / 100;
        output[i] = (input[i] - 0.5) * (input[i] - 0.5);
    }
    assert_int_equal(lode_partial_dependence(bin, 5, &count, input, output, 100), LODE_OK);
    assert_int_equal(count, 5);
    for (int b = 0; b < 5; b++) {
        const double middle = 0.1 + 0.2 * b;
        assert_int_equal(bin[b].count, 20);
        near(bin[b].input, middle, 1e-12);
        near(bin[b].mean, (middle - 0.5) * (middle - 0.5) + 399 / 120000.0, 1e-12);
    }
}

/* Outputs 0 and 1 alike often in a bin of 20: standard error sqrt(20 / 4 / 19 / 20). A bin of one draw has none. */
static void dependence_has_standard_errors(void **state) {
    (void)state;
    double input[21], output[21];
    lode_dependence_bin bin[5];
    int32_t count;
    for (int i = 0; i < 21; i++) {
        input[i] = i == 20;
        output[i] = i % 2;
    }
    assert_int_equal(lode_partial_dependence(bin, 5, &count, input, output, 21), LODE_OK);
    assert_int_equal(count, 2);
    near(bin[0].error, sqrt(20 / 4.0 / 19 / 20), 1e-12);
    assert_true(bin[1].count == 1 && isnan(bin[1].error));
    assert_int_equal(lode_partial_dependence(bin, 5, &count, input, output, 0), LODE_OK);
    assert_int_equal(count, 0);
}

static void measures_refuse_other_designs(void **state) {
    (void)state;
    const lode_design design = a_design(LODE_DESIGN_RANDOM, 1, 10, 1);
    const double output[10] = {0};
    lode_morris_effect effect;
    lode_sobol_index index;
    lode_tornado_bar bar;
    double median;
    assert_int_equal(lode_morris_effects(&effect, &design, output), LODE_INTERNAL);
    assert_int_equal(lode_sobol_indices(&index, NULL, &design, output), LODE_INTERNAL);
    assert_int_equal(lode_tornado_bars(&bar, &median, &design, output), LODE_INTERNAL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sobol_finds_ishigami),
        cmocka_unit_test(sobol_finds_the_g_function),
        cmocka_unit_test(sobol_intervals_are_honest),
        cmocka_unit_test(sobol_takes_events_as_factors),
        cmocka_unit_test(sobol_of_what_does_not_vary_is_nought),
        cmocka_unit_test(sobol_leaves_out_blocks_with_a_gap),
        cmocka_unit_test(sobol_by_hand),
        cmocka_unit_test(morris_of_a_linear_model),
        cmocka_unit_test(morris_of_an_interaction),
        cmocka_unit_test(morris_switches_events),
        cmocka_unit_test(morris_leaves_out_effects_with_a_gap),
        cmocka_unit_test(tornado_by_hand),
        cmocka_unit_test(given_data_of_a_linear_model),
        cmocka_unit_test(given_data_of_ishigami),
        cmocka_unit_test(given_data_intervals_are_honest),
        cmocka_unit_test(given_data_of_nothing_is_nought_on_average),
        cmocka_unit_test(given_data_by_hand),
        cmocka_unit_test(given_data_of_what_does_not_vary_is_nought),
        cmocka_unit_test(given_data_leaves_out_gaps),
        cmocka_unit_test(bins_do_not_split_equal_values),
        cmocka_unit_test(bins_hold_equally_many),
        cmocka_unit_test(dependence_of_a_quadratic),
        cmocka_unit_test(dependence_has_standard_errors),
        cmocka_unit_test(measures_refuse_other_designs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
