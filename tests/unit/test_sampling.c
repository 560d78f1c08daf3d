/* Special functions, distributions, correlation, and the uncertainties of a scenario. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/rng.h"
#include "ensemble/copula.h"
#include "ensemble/distribution.h"
#include "ensemble/special.h"
#include "ensemble/uncertainty.h"
#include "lodestone/ensemble.h"

#define NEAR(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

/* ---- special functions ---- */

static void normal_distribution_is_that_of_the_tables(void **state) {
    (void)state;
    /* Abramowitz and Stegun 1964, table 26.1: P(x) to 15 decimals. */
    NEAR(lode_normal_cdf(0), 0.5, 0);
    NEAR(lode_normal_cdf(1), 0.841344746068543, 1e-15);
    NEAR(lode_normal_cdf(2), 0.977249868051821, 1e-15);
    NEAR(lode_normal_cdf(-1), 1 - 0.841344746068543, 1e-15);
    /* The test values that Wichura prints with AS 241. */
    NEAR(lode_normal_quantile(0.25), -0.6744897501960817, 1e-15);
    NEAR(lode_normal_quantile(0.001), -3.090232306167814, 4e-15);
    NEAR(lode_normal_quantile(1e-20), -9.262340089798408, 1e-14);
    assert_true(lode_normal_quantile(0) == -INFINITY && lode_normal_quantile(1) == INFINITY);
    for (double p = 1e-300; p < 1; p = p < 1e-3 ? p * 10 : p + 1e-3)
        NEAR(lode_normal_cdf(lode_normal_quantile(p)) / p, 1, 1e-12);
}

static void gamma_and_beta_are_what_can_be_counted(void **state) {
    (void)state;
    /* gamma(n) = (n - 1)!, gamma(1/2) = sqrt(pi); B(2, 3) = 1! 2! / 4! = 1/12 */
    NEAR(lode_log_gamma(1), 0, 1e-14);
    NEAR(lode_log_gamma(5), log(24), 1e-14);
    NEAR(lode_log_gamma(0.5), log(sqrt(3.14159265358979323846)), 1e-14);
    NEAR(lode_log_gamma(21), log(2432902008176640000.0), 1e-13); /* 20! */
    NEAR(lode_log_beta(2, 3), log(1.0 / 12), 1e-14);
    /* I_p(k, n - k + 1) is the chance of k or more successes in n trials: at n = 4, p = 1/2, k = 2 it is (6 + 4 + 1) / 16. */
    NEAR(lode_beta_cdf(0.5, 2, 3), 11.0 / 16, 1e-15);
    NEAR(lode_beta_cdf(0.3, 1, 1), 0.3, 1e-15);
    NEAR(lode_beta_cdf(0.3, 1, 4), 1 - pow(0.7, 4), 1e-15);
    for (double x = 0.01; x < 1; x += 0.01) /* the arc sine law */
        NEAR(lode_beta_cdf(x, 0.5, 0.5), asin(sqrt(x)) * 2 / 3.14159265358979323846, 3e-15);
    assert_true(lode_beta_cdf(-1, 2, 3) == 0 && lode_beta_cdf(0, 2, 3) == 0 && lode_beta_cdf(1, 2, 3) == 1);
}

/* Abramowitz and Stegun 1964, table 26.10: with nu degrees of freedom |t| stays below this with probability 0.95. And table 26.9:
 * F(5, 10) exceeds 3.33 with probability 0.05. */
static void beta_quantiles_are_those_of_the_tables(void **state) {
    (void)state;
    static const double freedom[] = {1, 2, 5, 10, 30, 120}, t[] = {12.706, 4.303, 2.571, 2.228, 2.042, 1.980};
    for (int i = 0; i < 6; i++) {
        double x = lode_beta_quantile(0.05, freedom[i] / 2, 0.5); /* nu / (nu + t^2) */
        NEAR(sqrt(freedom[i] * (1 - x) / x), t[i], 0.0006);
    }
    double x = lode_beta_quantile(0.95, 2.5, 5); /* 5 F / (5 F + 10) */
    NEAR(10 * x / (5 * (1 - x)), 3.33, 0.005);
    static const double shapes[] = {0.05, 0.5, 1, 1.7, 4, 30, 800};
    for (int i = 0; i < 49; i++)
        for (double p = 0.0005; p < 1; p += 0.0101) {
            double a = shapes[i % 7], b = shapes[i / 7], y = lode_beta_quantile(p, a, b);
            double below = lode_beta_cdf(nextafter(y, 0), a, b), above = lode_beta_cdf(nextafter(y, 2), a, b);
            assert_true(below - 1e-12 <= p && p <= above + 1e-12);
        }
}

/* ---- distributions ---- */

static const char *const all_kinds[] = {
    "uniform: {low: -1, high: 3}",
    "triangular: {low: 0.3, mode: 0.5, high: 0.8}",
    "triangular: {low: 0, mode: 0, high: 2}",
    "triangular: {low: 0, mode: 2, high: 2}",
    "pert: {low: 10, mode: 12, high: 30}",
    "pert: {low: 10, mode: 12, high: 30, shape: 0.5}",
    "normal: {mean: 5, sd: 2}",
    "lognormal: {median: 3, sd_log: 0.5}",
    "lognormal: {p5: 0.5, p95: 4}",
    "beta: {a: 2, b: 5}",
    "beta: {a: 0.4, b: 0.6, low: -2, high: 8}",
    "empirical: [4, 1, 2.5, 2.5, 9, 0]",
    "normal: {mean: 5, sd: 2}\nbounds: [4, 7]",
    "lognormal: {median: 3, sd_log: 0.5}\nbounds: [2, ~]",
    "pert: {low: 10, mode: 12, high: 30}\nbounds: [~, 15]",
    "empirical: [4, 1, 2.5, 3, 9, 0]\nbounds: [1, 5]",
};
enum { KINDS = sizeof all_kinds / sizeof all_kinds[0] };

typedef struct {
    lode_arena *arena;
    lode_diags *diags;
    lode_distribution d;
    lode_code code;
} fixture;

static fixture read_distribution(const char *text) {
    fixture f = {.arena = lode_arena_new(), .diags = lode_diags_new()};
    const lode_yaml_node *root = NULL;
    assert_non_null(f.arena);
    assert_non_null(f.diags);
    assert_int_equal(lode_yaml_parse(&root, text, strlen(text), "test.yaml", f.arena, f.diags), LODE_OK);
    f.code = lode_distribution_read(&f.d, root, f.arena, f.diags);
    assert_true((f.code == LODE_OK) == (lode_diags_count(f.diags) == 0));
    return f;
}

static void drop(fixture *f) {
    lode_arena_free(f->arena);
    lode_diags_free(f->diags);
}

static fixture valid(const char *text) {
    fixture f = read_distribution(text);
    if (f.code)
        print_error("%s: %s\n", text, lode_diags_get(f.diags, 0)->message);
    assert_int_equal(f.code, LODE_OK);
    return f;
}

static void expect_quantile(const char *text, double u, double value) {
    fixture f = valid(text);
    NEAR(lode_distribution_quantile(&f.d, u), value, 1e-12 * (1 + fabs(value)));
    drop(&f);
}

static void quantiles_are_those_worked_out_by_hand(void **state) {
    (void)state;
    expect_quantile("uniform: {low: -1, high: 3}", 0.25, 0);
    /* F = (x - 1)^2 / (3 * 1) up to the mode 2, so F(2) = 1/3; F^-1(1/12) = 1.5. Above: 1 - (4 - x)^2 / (3 * 2), 1 - 1/6 at 3. */
    expect_quantile("triangular: {low: 1, mode: 2, high: 4}", 1.0 / 12, 1.5);
    expect_quantile("triangular: {low: 1, mode: 2, high: 4}", 5.0 / 6, 3);
    /* Mode at the low end: a = 1, b = 5, F = 1 - (1 - x)^5. */
    expect_quantile("pert: {low: 0, mode: 0, high: 1}", 1 - pow(0.75, 5), 0.25);
    expect_quantile("normal: {mean: 5, sd: 2}", 0.25, 5 - 2 * 0.6744897501960817);
    expect_quantile("lognormal: {median: 3, sd_log: 0.5}", 0.25, 3 * exp(-0.5 * 0.6744897501960817));
    expect_quantile("lognormal: {p5: 0.5, p95: 4}", 0.05, 0.5);
    expect_quantile("lognormal: {p5: 0.5, p95: 4}", 0.95, 4);
    expect_quantile("lognormal: {p5: 0.5, p95: 4}", 0.5, sqrt(2));
    expect_quantile("beta: {a: 1, b: 2, low: 2, high: 4}", 0.75, 3); /* 1 - (1 - 1/2)^2 */
    /* Probabilities 0.2, 0.5, 0.3 of 1, 3, 7, written in another order. */
    expect_quantile("discrete: {values: [7, 1, 3], weights: [3, 2, 5]}", 0.1999, 1);
    expect_quantile("discrete: {values: [7, 1, 3], weights: [3, 2, 5]}", 0.2001, 3);
    expect_quantile("discrete: {values: [7, 1, 3], weights: [3, 2, 5]}", 0.6999, 3);
    expect_quantile("discrete: {values: [7, 1, 3], weights: [3, 2, 5]}", 0.7001, 7);
    expect_quantile("discrete: [5, 4]", 0.49, 4);
    expect_quantile("bernoulli: 0.3", 0.69, 0);
    expect_quantile("bernoulli: {p: 0.3}", 0.71, 1);
    expect_quantile("bernoulli: 0", 0.999999, 0);
    expect_quantile("bernoulli: 1", 0.000001, 1);
    /* Type 7: h = 4 * 0.3 = 1.2 steps from the smallest of 0, 1, 2, 4, 9. */
    expect_quantile("empirical: [4, 0, 9, 2, 1]", 0.3, 1.2);
    expect_quantile("empirical: [6]", 0.3, 6);
    /* F(0) = 1/4 and F(2) = 3/4: half-way between them is F = 1/2, at 1. */
    expect_quantile("uniform: {low: -1, high: 3}\nbounds: [0, 2]", 0.25, 0.5);
    /* Half a normal distribution: F^-1(1/2 + 1/4). */
    expect_quantile("normal: {mean: 5, sd: 2}\nbounds: [5, ~]", 0.5, 5 + 2 * 0.6744897501960817);
    /* 3 and 7 are left, of probability 5/8 and 3/8; bounds belong to what is kept. */
    expect_quantile("discrete: {values: [7, 1, 3], weights: [3, 2, 5]}\nbounds: [3, 7]", 0.62, 3);
    expect_quantile("discrete: {values: [7, 1, 3], weights: [3, 2, 5]}\nbounds: [3, 7]", 0.63, 7);
}

static void quantile_and_probability_are_inverse(void **state) {
    (void)state;
    for (int k = 0; k < KINDS; k++) {
        fixture f = valid(all_kinds[k]);
        double before = -INFINITY;
        for (int i = 1; i < 1000; i++) {
            double u = i / 1000.0, x = lode_distribution_quantile(&f.d, u);
            assert_true(x >= before && x >= f.d.bound_low && x <= f.d.bound_high);
            if (!strstr(all_kinds[k], "2.5, 2.5")) /* a value that is there twice has a probability of its own */
                NEAR(lode_distribution_cdf(&f.d, x), u, 1e-9);
            before = x;
        }
        NEAR(lode_distribution_cdf(&f.d, lode_distribution_median(&f.d)), 0.5, 0.2);
        assert_true(lode_distribution_cdf(&f.d, -1e9) == 0 && lode_distribution_cdf(&f.d, 1e9) == 1);
        double least = lode_distribution_quantile(&f.d, 0), most = lode_distribution_quantile(&f.d, 1);
        assert_true(isfinite(least) && isfinite(most) && least < most);
        drop(&f);
    }
}

/* Largest distance between the distribution of `count` draws and that of the text; sorts them. */
static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double distance(const lode_distribution *d, double *draws, int count) {
    double largest = 0;
    qsort(draws, (size_t)count, sizeof *draws, compare);
    for (int i = 0; i < count; i++) {
        bool last = i + 1 == count || draws[i + 1] > draws[i], first = i == 0 || draws[i - 1] < draws[i];
        double up = last ? fabs(lode_distribution_cdf(d, draws[i]) - (i + 1.0) / count) : 0;
        double down = first ? fabs(lode_distribution_cdf(d, nextafter(draws[i], -INFINITY)) - (double)i / count) : 0;
        largest = fmax(largest, fmax(up, down));
    }
    return largest;
}

/* Kolmogorov 1933: with n draws of the right distribution the distance exceeds sqrt(ln(2 / alpha) / (2 n)) with probability alpha; where
 * values have a probability of their own, more rarely. alpha is 0.001. */
static void draws_pass_kolmogorov_and_smirnov(void **state) {
    (void)state;
    enum { DRAWS = 10000 };
    static double draws[DRAWS];
    static const char *const atoms[] = {"discrete: {values: [7, 1, 3], weights: [3, 2, 5]}", "bernoulli: 0.3"};
    double critical = sqrt(log(2 / 0.001) / (2.0 * DRAWS));
    for (int k = 0; k < KINDS + 2; k++) {
        const char *text = k < KINDS ? all_kinds[k] : atoms[k - KINDS];
        fixture f = valid(text);
        for (uint64_t i = 0; i < DRAWS; i++)
            draws[i] = lode_distribution_quantile(&f.d, lode_uniform(7, lode_key_text(text), i));
        assert_true(distance(&f.d, draws, DRAWS) < critical);
        for (int i = 0; i < DRAWS; i++) /* the test can fail: a twentieth of the draws moved up */
            draws[i] = i % 20 ? draws[i] : lode_distribution_quantile(&f.d, 1);
        assert_true(distance(&f.d, draws, DRAWS) > critical);
        drop(&f);
    }
}

/* Mean and variance by formula; of 1000 equal steps of u the mean of quantiles is within a thousandth of the width or so. */
static void expect_moments(const char *text, double mean, double variance) {
    enum { STEPS = 20000 };
    fixture f = valid(text);
    double sum = 0, squares = 0;
    for (int i = 0; i < STEPS; i++) {
        double x = lode_distribution_quantile(&f.d, (i + 0.5) / STEPS);
        sum += x;
        squares += (x - mean) * (x - mean);
    }
    NEAR(sum / STEPS, mean, 1e-3 * sqrt(variance));
    NEAR(squares / STEPS / variance, 1, 4e-3);
    drop(&f);
}

static void moments_are_those_of_the_formulas(void **state) {
    (void)state;
    expect_moments("uniform: {low: -1, high: 3}", 1, 16.0 / 12);
    /* (l + m + h) / 3 and (l^2 + m^2 + h^2 - lm - lh - mh) / 18 */
    expect_moments("triangular: {low: 1, mode: 2, high: 4}", 7.0 / 3, (1 + 4 + 16 - 2 - 4 - 8) / 18.0);
    /* (l + 4 m + h) / 6 and (mean - l) (h - mean) / 7 */
    expect_moments("pert: {low: 10, mode: 12, high: 30}", 88.0 / 6, (88.0 / 6 - 10) * (30 - 88.0 / 6) / 7);
    expect_moments("normal: {mean: 5, sd: 2}", 5, 4);
    /* median exp(s^2 / 2), mean^2 (exp(s^2) - 1) */
    expect_moments("lognormal: {median: 3, sd_log: 0.5}", 3 * exp(0.125), 9 * exp(0.25) * (exp(0.25) - 1));
    /* a / (a + b), ab / ((a + b)^2 (a + b + 1)) */
    expect_moments("beta: {a: 2, b: 5}", 2.0 / 7, 10.0 / (49 * 8));
    expect_moments("discrete: {values: [7, 1, 3], weights: [3, 2, 5]}", 3.8, 0.3 * 49 + 0.2 + 0.5 * 9 - 3.8 * 3.8);
    expect_moments("bernoulli: 0.3", 0.3, 0.21);
    /* Half a normal: mean 5 + 2 sqrt(2 / pi), variance 4 (1 - 2 / pi). */
    expect_moments("normal: {mean: 5, sd: 2}\nbounds: [5, ~]", 5 + 2 * sqrt(2 / 3.14159265358979323846),
                   4 * (1 - 2 / 3.14159265358979323846));
}

static void expect_refused(const char *text, lode_code code, const char *words) {
    fixture f = read_distribution(text);
    if (f.code != code || !strstr(lode_diags_get(f.diags, 0)->message, words))
        print_error("%s: %s, %s\n", text, lode_code_name(f.code),
                    f.code ? lode_diags_get(f.diags, 0)->message : "no finding");
    assert_int_equal(f.code, code);
    assert_non_null(strstr(lode_diags_get(f.diags, 0)->message, words));
    assert_true(lode_diags_get(f.diags, 0)->line > 0);
    drop(&f);
}

static void what_is_no_distribution_is_refused(void **state) {
    (void)state;
    expect_refused("id: x", LODE_MISSING_VALUE, "no distribution");
    expect_refused("[1, 2]", LODE_MISSING_VALUE, "no distribution");
    expect_refused("uniform: {low: 1, high: 2}\nnormal: {mean: 1, sd: 1}", LODE_CONFLICT,
                   "both `uniform` and `normal`");
    expect_refused("uniform: {low: 2, high: 1}", LODE_BAD_RANGE, "`low` is not below `high`");
    expect_refused("uniform: {low: 1, high: 1}", LODE_BAD_RANGE, "`low` is not below `high`");
    expect_refused("uniform: {low: 1}", LODE_MISSING_VALUE, "uniform has no `high`");
    expect_refused("uniform: {low: 1, hihg: 2}", LODE_UNKNOWN_KEY, "no key `hihg`");
    expect_refused("uniform: 3", LODE_BAD_TYPE, "uniform is text");
    expect_refused("uniform:", LODE_BAD_TYPE, "uniform is empty");
    expect_refused("uniform: {low: x, high: 2}", LODE_BAD_TYPE, "not a number");
    expect_refused("uniform: {low: -1e308, high: 1e308}", LODE_BAD_RANGE, "not below");
    expect_refused("triangular: {low: 1, mode: 5, high: 4}", LODE_BAD_RANGE, "`mode` lies outside");
    expect_refused("pert: {low: 1, mode: 2, high: 4, shape: 0}", LODE_BAD_RANGE, "`shape`");
    expect_refused("normal: {mean: 1, sd: 0}", LODE_BAD_RANGE, "`sd` is not above 0");
    expect_refused("lognormal: {median: -1, sd_log: 0.1}", LODE_BAD_RANGE, "not above 0");
    expect_refused("lognormal: {p5: 2, p95: 1}", LODE_BAD_RANGE, "`p5`");
    expect_refused("lognormal: {median: 1, p95: 1}", LODE_CONFLICT, "both ways");
    expect_refused("beta: {a: 0, b: 1}", LODE_BAD_RANGE, "`a` and `b`");
    expect_refused("discrete: {values: [1, 2], weights: [1]}", LODE_BAD_SUM, "2 values and 1 weights");
    expect_refused("discrete: {values: [1, 2], weights: [1, -1]}", LODE_BAD_TYPE, "too small");
    expect_refused("discrete: {values: [1, 2], weights: [0, 0]}", LODE_BAD_RANGE, "no finite sum");
    expect_refused("discrete: {weights: [0, 0]}", LODE_BAD_TYPE, "not a list");
    expect_refused("discrete: []", LODE_BAD_TYPE, "not a list");
    expect_refused("empirical: [1, ~]", LODE_MISSING_VALUE, "gap");
    expect_refused("empirical: {a: 1}", LODE_BAD_TYPE, "a mapping");
    expect_refused("bernoulli: 1.5", LODE_BAD_RANGE, "too large");
    expect_refused("bernoulli: {}", LODE_MISSING_VALUE, "no `p`");
    expect_refused("normal: {mean: 0, sd: 1}\nbounds: [2, 1]", LODE_BAD_RANGE, "not below the upper");
    expect_refused("normal: {mean: 0, sd: 1}\nbounds: [50, 60]", LODE_BAD_RANGE, "impossible bounds");
    expect_refused("uniform: {low: 0, high: 1}\nbounds: [1, 2]", LODE_BAD_RANGE, "impossible bounds");
    expect_refused("normal: {mean: 0, sd: 1}\nbounds: 3", LODE_BAD_TYPE, "list of two");
    expect_refused("normal: {mean: 0, sd: 1}\nbounds: [x, 3]", LODE_BAD_TYPE, "not a number");
}

/* ---- correlation ---- */

/* The example of Higham 2002, section 4: the nearest to this one, to four decimals, and its distance in the Frobenius norm. */
static void nearest_correlation_is_that_of_higham(void **state) {
    (void)state;
    double a[9] = {1, 1, 0, 1, 1, 1, 0, 1, 1}, squares = 0;
    static const double before[9] = {1, 1, 0, 1, 1, 1, 0, 1, 1};
    static const double published[9] = {1, 0.7607, 0.1573, 0.7607, 1, 0.7607, 0.1573, 0.7607, 1};
    assert_int_equal(lode_nearest_correlation(a, 3), LODE_OK);
    for (int i = 0; i < 9; i++) {
        NEAR(a[i], published[i], 0.00005);
        squares += (a[i] - before[i]) * (a[i] - before[i]);
    }
    NEAR(sqrt(squares), 0.5278, 0.00005);
}

/* Every off-diagonal element -0.9 in four numbers: by symmetry the nearest has one number r, and no negative eigenvalue, 1 + 3 r >= 0. */
static void factor_is_a_root_of_the_matrix(void **state) {
    (void)state;
    double a[16], change;
    int32_t row, column;
    for (int i = 0; i < 16; i++)
        a[i] = i % 5 == 0 ? 1 : -0.9;
    assert_int_equal(lode_copula_factor(a, 4, &change, &row, &column), LODE_OK);
    NEAR(change, 0.9 - 1.0 / 3, 1e-6);
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++) {
            double sum = 0;
            for (int k = 0; k < 4; k++)
                sum += a[4 * i + k] * a[4 * j + k];
            NEAR(sum, i == j ? 1 : -1.0 / 3, 1e-6);
            assert_true(j <= i || a[4 * i + j] == 0);
        }
    /* One that is right stays: L = [1 0; 0.6 0.8]. */
    double b[4] = {1, 0.6, 0.6, 1};
    assert_int_equal(lode_copula_factor(b, 2, &change, &row, &column), LODE_OK);
    assert_true(change == 0 && b[0] == 1 && b[1] == 0);
    NEAR(b[2], 0.6, 1e-15);
    NEAR(b[3], 0.8, 1e-15);
}

/* ---- uncertainties of a scenario ---- */

#define WORLD "tests/worlds/uncertain"

/* What every scenario of these tests says before its list. */
static const char frame[] =
    "name: uncertain\n"
    "horizon: {from: 2024-01, to: 2024-12}\n"
    "assumptions: {assets.west_mine.cost_usd_per_kg: 40}\n"
    "policies:\n"
    "  - {id: duty, type: tariff, assumed: true, to: USA, specific_usd_per_kg: 10, rate: 0.1}\n"
    "shocks:\n"
    "  - {id: border, type: border_closure, assumed: true, from: CHN, to: USA, share: [0.4, 0.8],\n"
    "     start: 2024-02, months: 6}\n"
    "  - {id: other, type: border_closure, assumed: true, from: CHN, to: USA, share: 0.5,\n"
    "     start: 2024-02, months: 6}\n"
    "battery:\n"
    "  - name: shut\n"
    "    shocks:\n"
    "      - {id: shut_links, type: border_closure, from: CHN, to: USA, share: {first: 1, last: 0.5, months: 6}}\n"
    "uncertainties:\n";

typedef struct {
    lode_world *world;
    lode_scenario *scenario;
    lode_uncertainty *all;
    lode_diags *diags;
    lode_code code;
} opened;

static opened open_list(const char *list) {
    opened o = {.diags = lode_diags_new()};
    char path[] = "/tmp/lodestone-sampling-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, frame, sizeof frame - 1), sizeof frame - 1);
    assert_int_equal(write(file, list, strlen(list)), strlen(list));
    close(file);
    assert_int_equal(lode_world_open(&o.world, WORLD, NULL), LODE_OK);
    lode_code code = lode_scenario_open(&o.scenario, o.world, path, o.diags);
    if (code)
        print_error("%s\n", lode_diags_get(o.diags, 0)->message);
    assert_int_equal(code, LODE_OK);
    assert_int_equal(lode_diags_count(o.diags), 0);
    o.code = lode_uncertainty_open(&o.all, o.scenario, o.diags);
    assert_int_equal(lode_ensemble_check(o.scenario, NULL), o.code);
    assert_true((o.code == LODE_OK) == (lode_diags_error_count(o.diags) == 0));
    assert_true((o.code == LODE_OK) == (o.all != NULL));
    remove(path);
    return o;
}

static void shut(opened *o) {
    lode_uncertainty_free(o->all);
    lode_scenario_free(o->scenario);
    lode_world_free(o->world);
    lode_diags_free(o->diags);
}

static opened open_valid(const char *list) {
    opened o = open_list(list);
    for (size_t i = 0; i < lode_diags_count(o.diags); i++)
        print_error("%s\n", lode_diags_get(o.diags, i)->message);
    assert_int_equal(o.code, LODE_OK);
    assert_int_equal(lode_diags_count(o.diags), 0);
    return o;
}

static void expect_target(const lode_uncertain *item, int32_t t, const char *path, double base) {
    assert_true(t < item->target_count);
    assert_string_equal(item->targets[t].path, path);
    NEAR(item->targets[t].base, base, 0);
    assert_int_equal(item->targets[t].in_world,
                     strncmp(path, "policies", 8) && strncmp(path, "shocks", 6) && strncmp(path, "battery", 7));
}

static void a_scenario_without_the_list_has_none(void **state) {
    (void)state;
    opened o = open_valid("");
    assert_int_equal(o.all->count, 0);
    assert_int_equal(o.all->event_count, 0);
    lode_uncertainty_values(o.all, NULL, NULL, NULL);
    shut(&o);
}

static void paths_and_patterns_find_what_stands_there(void **state) {
    (void)state;
    opened o = open_valid(
        "  - {id: sigma, title: Sigma, of: parameters.storage_sigma, uniform: {low: 0, high: 1}, assumed: true}\n"
        "  - {id: cost, of: assets.*.cost_usd_per_kg, normal: {mean: 1, sd: 0.01}, relative: true, assumed: true}\n"
        "  - {id: capex, of: assets.*.capex_usd, uniform: {low: 0.8, high: 1.5}, relative: true, each: true, assumed: "
        "true}\n"
        "  - {id: elasticity, of: segments.motors.elasticity, uniform: {low: -0.1, high: 0.1}, add: true, assumed: "
        "true}\n"
        "  - {id: radar, of: segments.radar..choke, uniform: {low: 20, high: 90}, assumed: true}\n"
        "  - {id: transit, of: trade.*.transit_months, uniform: {low: 0.5, high: 1.5}, relative: true, assumed: true}\n"
        "  - {id: duty, of: policies.duty.specific_usd_per_kg, uniform: {low: 5, high: 20}, source: made_up}\n"
        "  - {id: shares, of: ['shocks.*.share.*', shocks.1.share], uniform: {low: 0.5, high: 1}, relative: true, "
        "assumed: true}\n"
        "  - {id: line, of: battery.shut.shocks.shut_links.share.months, uniform: {low: 2, high: 9}, assumed: true}\n");
    const lode_uncertain *items = o.all->items;
    assert_int_equal(o.all->count, 10);
    assert_string_equal(items[0].title, "Sigma");
    assert_int_equal(items[0].target_count, 1);
    expect_target(&items[0], 0, "parameters.storage_sigma.value", 0.5);
    assert_int_equal(items[1].target_count, 4);
    assert_string_equal(items[1].title, "cost");
    expect_target(&items[1], 0, "assets.south_mine.cost_usd_per_kg", 10);
    expect_target(&items[1], 2, "assets.west_mine.cost_usd_per_kg", 40); /* the assumption, not the file */
    assert_string_equal(items[2].name, "capex:assets.south_separation.capex_usd");
    expect_target(&items[2], 0, "assets.south_separation.capex_usd", 2e6);
    assert_string_equal(items[3].name, "capex:assets.west_separation.capex_usd"); /* where nothing stands is left out */
    assert_int_equal(items[4].target_count, 2);
    expect_target(&items[4], 1, "segments.motors.loose.elasticity", -0.5);
    expect_target(&items[5], 0, "segments.radar..choke", 50);
    expect_target(&items[6], 0, "trade.dy_oxide..CHN.USA.transit_months", 2);
    expect_target(&items[7], 0, "policies.duty.specific_usd_per_kg", 10);
    assert_int_equal(items[8].target_count, 3);
    expect_target(&items[8], 0, "shocks.border.share.0", 0.4);
    expect_target(&items[8], 1, "shocks.border.share.1", 0.8);
    expect_target(&items[8], 2, "shocks.other.share", 0.5);
    expect_target(&items[9], 0, "battery.shut.shocks.shut_links.share.months", 6);
    /* What they become: in their place, times, plus; whole months; within the range of the column (a choke is 0 or more). */
    NEAR(lode_uncertain_number(&items[0], 0, 0.7), 0.7, 0);
    NEAR(lode_uncertain_number(&items[1], 2, 1.5), 60, 0);
    NEAR(lode_uncertain_number(&items[4], 1, 0.1), -0.4, 1e-15);
    NEAR(lode_uncertain_number(&items[6], 0, 1.3), 3, 0); /* 2.6 */
    NEAR(lode_uncertain_number(&items[8], 1, 2), 1, 0);   /* a share is at most 1 */
    shut(&o);
}

static void ranges_of_the_table_are_taken(void **state) {
    (void)state;
    opened o = open_valid("  - {id: behaviour, of: parameters.*.value, except: parameters.storage_sigma, pert: table}\n"
                          "  - {id: sigma, of: parameters.storage_sigma.value, triangular: table}\n");
    assert_int_equal(o.all->count, 2); /* no range, or low = high: not uncertain */
    assert_string_equal(o.all->items[0].name, "behaviour:parameters.elasticity_oxide.value");
    const lode_distribution *pert = &o.all->items[0].distribution, *sigma = &o.all->items[1].distribution;
    NEAR(lode_distribution_quantile(pert, 0), -0.375, 1e-4);
    NEAR(lode_distribution_quantile(pert, 1), -0.15, 1e-4);
    NEAR(pert->a, 1 + 4 * 0.125 / 0.225, 1e-12);
    assert_string_equal(o.all->items[1].name, "sigma");
    NEAR(lode_distribution_cdf(sigma, 0.5), 0.2 / 0.5, 1e-12); /* (mode - low) / (high - low) */
    shut(&o);
}

/* Whichever comes first, a number that is named beats a pattern; two names, or two patterns, are an error (below). */
static void a_name_beats_a_pattern(void **state) {
    (void)state;
    opened o = open_valid("  - {id: sigma, of: parameters.storage_sigma, triangular: table}\n"
                          "  - {id: all, of: [parameters.*.value, parameters.cover_cap], uniform: {low: 0.9, high: "
                          "1.1}, relative: true,\n"
                          "     assumed: true}\n"
                          "  - {id: long, of: parameters.lr_elasticity.value, uniform: {low: 0.5, high: 2}, relative: "
                          "true, assumed: true}\n");
    assert_int_equal(o.all->count, 3);
    assert_int_equal(o.all->items[1].target_count, 2);
    expect_target(&o.all->items[1], 0, "parameters.cover_cap.value", 1.5);
    expect_target(&o.all->items[1], 1, "parameters.elasticity_oxide.value", -0.25);
    shut(&o);
}

static void values_of(const opened *o, uint64_t draw, double *values) {
    double u[8], scratch[8];
    assert_true(o->all->count <= 8);
    for (int32_t i = 0; i < o->all->count; i++)
        u[i] = lode_uniform(5, lode_key_text(o->all->items[i].name), draw);
    lode_uncertainty_values(o->all, u, values, scratch);
}

#define THREE                                                                                                          \
    "  - {id: a, of: policies.duty.specific_usd_per_kg, normal: {mean: 0, sd: 1}, bounds: [-8, 80], assumed: true}\n"  \
    "  - {id: b, of: policies.duty.rate, uniform: {low: 0, high: 1}, assumed: true, correlated: {a: 0.6}}\n"           \
    "  - {id: c, of: parameters.cover_cap, lognormal: {median: 1, sd_log: 1}, assumed: true, correlated: {b: -0.5}}\n"

/* Sample correlation of normal scores: its standard error is (1 - r^2) / sqrt(n); four of them. */
static void expect_correlation(const double *x, const double *y, int count, double r) {
    double xx = 0, yy = 0, xy = 0;
    for (int i = 0; i < count; i++) {
        xx += x[i] * x[i];
        yy += y[i] * y[i];
        xy += x[i] * y[i];
    }
    NEAR(xy / sqrt(xx * yy), r, 4 * (1 - r * r) / sqrt(count));
}

static void numbers_are_correlated_as_written(void **state) {
    (void)state;
    enum { DRAWS = 20000 };
    static double a[DRAWS], b[DRAWS], c[DRAWS], drawn[DRAWS];
    opened o = open_list(THREE);
    assert_int_equal(o.code, LODE_OK);
    assert_int_equal(o.all->correlated_count, 3);
    for (uint64_t i = 0; i < DRAWS; i++) {
        double values[8];
        values_of(&o, i, values);
        a[i] = values[0];
        b[i] = lode_normal_quantile(values[1]);
        c[i] = log(values[2]);
        drawn[i] = values[1];
    }
    expect_correlation(a, b, DRAWS, 0.6);
    expect_correlation(b, c, DRAWS, -0.5);
    expect_correlation(a, c, DRAWS, 0);
    /* Each keeps its distribution (the critical value as above). */
    assert_true(distance(&o.all->items[1].distribution, drawn, DRAWS) < sqrt(log(2 / 0.001) / (2.0 * DRAWS)));
    shut(&o);
}

/* A number has the same bits whoever comes after it in the list, and whoever is there without a correlation to it. */
static void adding_a_number_changes_no_other(void **state) {
    (void)state;
    opened one = open_list("  - {id: a, of: policies.duty.specific_usd_per_kg, normal: {mean: 0, sd: 1}, bounds: [-8, "
                           "80], assumed: true}\n"),
           three = open_list(THREE),
           more =
               open_list("  - {id: z, of: parameters.storage_sigma, uniform: {low: 0, high: 1}, assumed: true}\n" THREE
                         "  - {id: y, of: segments.radar..choke, uniform: {low: 1, high: 9}, assumed: true, "
                         "correlated: {z: 0.3}}\n");
    for (uint64_t i = 0; i < 50; i++) {
        double of_one[8], of_three[8], of_more[8];
        values_of(&one, i, of_one);
        values_of(&three, i, of_three);
        values_of(&more, i, of_more);
        assert_memory_equal(of_one, of_three, sizeof(double));
        assert_memory_equal(of_three, of_more + 1, 3 * sizeof(double));
    }
    shut(&one);
    shut(&three);
    shut(&more);
}

static void contradictions_are_repaired_and_said(void **state) {
    (void)state;
    /* Higham's matrix but for the ones, which are refused: 0.99, 0.99, 0. */
    opened o = open_list(
        "  - {id: a, of: policies.duty.specific_usd_per_kg, uniform: {low: 0, high: 1}, assumed: true}\n"
        "  - {id: b, of: policies.duty.rate, uniform: {low: 0, high: 1}, assumed: true, correlated: {a: 0.99}}\n"
        "  - {id: c, of: parameters.cover_cap, uniform: {low: 0, high: 1}, assumed: true, correlated: {b: 0.99, a: "
        "0}}\n");
    assert_int_equal(o.code, LODE_OK);
    assert_int_equal(lode_diags_count(o.diags), 1);
    const lode_diag *said = lode_diags_get(o.diags, 0);
    assert_non_null(strstr(said->message, "not positive definite"));
    assert_int_equal(said->severity, LODE_WARNING);
    assert_true(said->line > 0);
    shut(&o);
    /* Among the numbers of an entry with `each`, every pair. */
    o = open_list("  - {id: capex, of: assets.*.capex_usd, uniform: {low: 0.8, high: 1.5}, relative: true, each: true, "
                  "assumed: true,\n"
                  "     correlated: {capex: 0.8}}\n");
    assert_int_equal(o.code, LODE_OK);
    assert_int_equal(o.all->correlated_count, 2);
    NEAR(o.all->factor[2], 0.8, 1e-15);
    shut(&o);
}

static void expect_finding(const char *list, lode_code code, const char *words, const char *fix) {
    opened o = open_list(list);
    const lode_diag *first = lode_diags_count(o.diags) ? lode_diags_get(o.diags, 0) : NULL;
    bool right = first && first->code == code && strstr(first->message, words) && strstr(first->fix, fix);
    if (!right)
        fail_msg("%s%s: %s / %s", list, first ? lode_code_name(first->code) : "no finding", first ? first->message : "",
                 first ? first->fix : "");
    assert_true(first->line > 0 && first->file[0]);
    shut(&o);
}

#define RANGE         ", uniform: {low: 0, high: 1}, assumed: true}\n"
#define ENTRY(id, of) "  - {id: " id ", of: " of RANGE

static void what_cannot_be_bound_is_told(void **state) {
    (void)state;
    expect_finding("  - x\n", LODE_BAD_TYPE, "an uncertainty is text", "id");
    expect_finding("  - {of: parameters.cover_cap" RANGE, LODE_MISSING_VALUE, "needs `id`", "id");
    expect_finding("  - {id: a" RANGE, LODE_MISSING_VALUE, "needs `of`", "of");
    expect_finding(ENTRY("a b", "parameters.cover_cap"), LODE_BAD_ID, "not an id", "letters");
    expect_finding("  - {id: a, of: parameters.cover_cap, triangluar: {low: 0, mode: 1, high: 2}, assumed: true}\n",
                   LODE_UNKNOWN_KEY, "triangluar", "triangular");
    expect_finding(ENTRY("a", "parameters.cover_cup"), LODE_UNKNOWN_ID, "no row", "cover_cap");
    expect_finding(ENTRY("a", "parametres.cover_cap"), LODE_UNKNOWN_KEY, "neither a table", "parameters");
    expect_finding(ENTRY("a", "assets.west_mine.capacity"), LODE_UNKNOWN_COLUMN, "no such column",
                   "capacity_t_per_year");
    expect_finding(ENTRY("a", "assets.west_mine.capex_usd"), LODE_MISSING_VALUE, "empty", "assumptions");
    expect_finding(ENTRY("a", "assets.west_mine.name"), LODE_BAD_TYPE, "no numbers", "describe");
    expect_finding(ENTRY("a", "assets.west_mine"), LODE_UNKNOWN_KEY, "too few parts", "TABLE");
    expect_finding(ENTRY("a", "policies.dutty.rate"), LODE_UNKNOWN_KEY, "no `dutty` there", "duty");
    expect_finding(ENTRY("a", "policies.*.raet"), LODE_UNKNOWN_KEY, "no `raet` there", "rate");
    expect_finding(ENTRY("a", "policies.duty.to"), LODE_BAD_TYPE, "not a number", "number");
    expect_finding(ENTRY("a", "shocks.border.start"), LODE_BAD_TYPE, "not a number", "number");
    expect_finding(ENTRY("a", "shocks.border.share"), LODE_BAD_TYPE, "a list stands there", "*");
    expect_finding(ENTRY("a", "shocks.*.share"), LODE_BAD_TYPE, "is a list and stays as it is", "except");
    expect_finding(ENTRY("a", "assumptions.x"), LODE_UNKNOWN_KEY, "no numbers", "TABLE");
    expect_finding(ENTRY("a", "policies..rate"), LODE_UNKNOWN_KEY, "not a path", "policies");
    expect_finding(ENTRY("a", "''"), LODE_MISSING_VALUE, "empty", "path");
    expect_finding(ENTRY("a", "[]"), LODE_MISSING_VALUE, "empty", "number");
    expect_finding(ENTRY("a", "parameters.cover_cap") ENTRY("a", "policies.duty.rate"), LODE_DUPLICATE, "called `a`",
                   "id");
    expect_finding(ENTRY("a", "parameters.cover_cap") ENTRY("b", "parameters.cover_cap.value"), LODE_DUPLICATE,
                   "`b` and `a` both speak of `parameters.cover_cap.value`", "except");
    expect_finding(ENTRY("a", "parameters.*.value") ENTRY("b", "parameters.*.value"), LODE_DUPLICATE,
                   "`b` and `a` both", "except");
    expect_finding(ENTRY("a", "shocks.border.share.*") ENTRY("b", "shocks.border.share.0")
                       ENTRY("c", "shocks.border.share.1"),
                   LODE_CONFLICT, "other entries name each", "leave the entry out");
    expect_finding("  - {id: a, of: parameters.cover_cap, except: parameters.*.value" RANGE, LODE_CONFLICT,
                   "leaves out all", "fewer");
    expect_finding("  - {id: a, of: parameters.cover_cap, relative: true, add: true" RANGE, LODE_CONFLICT, "both",
                   "one");
    expect_finding("  - {id: a, of: parameters.cover_cap, uniform: {low: 0, high: 1}}\n", LODE_NO_SOURCE, "no source",
                   "assumed");
    expect_finding("  - {id: a, of: parameters.cover_cap, uniform: {low: 0, high: 1}, source: made_upp}\n",
                   LODE_UNKNOWN_ID, "made_upp", "made_up");
    expect_finding("  - {id: a, of: parameters.cover_cap, pert: table}\n", LODE_MISSING_VALUE, "has a range", "low");
    expect_finding("  - {id: a, of: policies.duty.rate, pert: table}\n", LODE_CONFLICT, "parameters.csv", "parameters");
    expect_finding("  - {id: a, of: parameters.*.value, normal: table}\n", LODE_CONFLICT, "low, a value", "pert");
    expect_finding("  - {id: a, of: parameters.*.value, pert: table, relative: true}\n", LODE_CONFLICT, "whole range",
                   "leave out");
    /* Impossible, and partly outside: a share of trade, 0 to 1. */
    expect_finding("  - {id: a, of: shocks.other.share, uniform: {low: 2, high: 3}, assumed: true}\n", LODE_BAD_RANGE,
                   "impossible bounds", "at most 1");
    expect_finding("  - {id: a, of: shocks.other.share, uniform: {low: 0.5, high: 1.5}, assumed: true}\n",
                   LODE_BAD_RANGE, "in 50% of the draws", "bounds");
    expect_finding("  - {id: a, of: shocks.other.share, uniform: {low: 1, high: 4}, relative: true, assumed: true}\n",
                   LODE_BAD_RANGE, "in 66.7% of the draws", "bounds"); /* 0.5 x above 1: x above 2 */
    expect_finding("  - {id: a, of: parameters.cover_cap, normal: {mean: 0, sd: 1e308}, assumed: true}\n",
                   LODE_BAD_RANGE, "overflow", "bounds");
}

#define PAIRED(text)                                                                                                   \
    ENTRY("a", "parameters.cover_cap")                                                                                 \
    "  - {id: b, of: policies.duty.rate, correlated: " text RANGE

static void what_cannot_be_correlated_is_told(void **state) {
    (void)state;
    expect_finding(PAIRED("{aa: 0.5}"), LODE_UNKNOWN_ID, "no uncertainty is called `aa`", "did you mean a");
    expect_finding(PAIRED("{a: 1}"), LODE_BAD_RANGE, "leaves one number", "one entry");
    expect_finding(PAIRED("{a: -1}"), LODE_BAD_RANGE, "leaves one number", "one entry");
    expect_finding(PAIRED("{a: 1.5}"), LODE_BAD_RANGE, "too large", "at most 1");
    expect_finding(PAIRED("{a: x}"), LODE_BAD_TYPE, "not a number", "number");
    expect_finding(PAIRED("{a: }"), LODE_MISSING_VALUE, "no correlation with `a`", "above -1");
    expect_finding(PAIRED("{b: 0.5}"), LODE_CONFLICT, "with itself", "each");
    expect_finding(PAIRED("[a]"), LODE_BAD_TYPE, "a list", "OTHER");
    expect_finding("  - {id: a, of: parameters.cover_cap, correlated: {b: 0.2}" RANGE
                   "  - {id: b, of: policies.duty.rate, correlated: {a: 0.3}" RANGE,
                   LODE_CONFLICT, "two correlations, 0.2 and 0.3", "once");
}

/* Findings of several entries are told together. */
static void every_finding_is_told(void **state) {
    (void)state;
    opened o = open_list(ENTRY("a", "parameters.x") ENTRY("b", "policies.y.rate") ENTRY("c", "parameters.cover_cap"));
    assert_int_equal(o.code, LODE_UNKNOWN_ID);
    assert_int_equal(lode_diags_count(o.diags), 2);
    shut(&o);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normal_distribution_is_that_of_the_tables),
        cmocka_unit_test(gamma_and_beta_are_what_can_be_counted),
        cmocka_unit_test(beta_quantiles_are_those_of_the_tables),
        cmocka_unit_test(quantiles_are_those_worked_out_by_hand),
        cmocka_unit_test(quantile_and_probability_are_inverse),
        cmocka_unit_test(draws_pass_kolmogorov_and_smirnov),
        cmocka_unit_test(moments_are_those_of_the_formulas),
        cmocka_unit_test(what_is_no_distribution_is_refused),
        cmocka_unit_test(nearest_correlation_is_that_of_higham),
        cmocka_unit_test(factor_is_a_root_of_the_matrix),
        cmocka_unit_test(a_scenario_without_the_list_has_none),
        cmocka_unit_test(paths_and_patterns_find_what_stands_there),
        cmocka_unit_test(ranges_of_the_table_are_taken),
        cmocka_unit_test(a_name_beats_a_pattern),
        cmocka_unit_test(numbers_are_correlated_as_written),
        cmocka_unit_test(adding_a_number_changes_no_other),
        cmocka_unit_test(contradictions_are_repaired_and_said),
        cmocka_unit_test(what_cannot_be_bound_is_told),
        cmocka_unit_test(what_cannot_be_correlated_is_told),
        cmocka_unit_test(every_finding_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
