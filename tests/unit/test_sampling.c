/* Special functions, distributions, correlation, and the uncertainties of a scenario. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "ensemble/distribution.h"
#include "ensemble/special.h"

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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
