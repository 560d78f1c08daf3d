/* Statistics of samples: expected figures are worked out in the comment beside them, follow from a closed form, or are published. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "ensemble/statistics.h"
#include "ensemble/tdigest.h"

static void assert_near(double is, double should, double off) {
    if (!(fabs(is - should) <= off))
        fail_msg("%.17g is not %.17g within %g", is, should, off);
}

static void assert_close(double is, double should) {
    assert_near(is, should, 1e-12 * fmax(1, fabs(should)));
}

static lode_stream *stream_of(const double *values, int64_t count) {
    lode_stream *stream;
    assert_int_equal(lode_stream_new(&stream, count), LODE_OK);
    for (int64_t i = 0; i < count; i++)
        assert_int_equal(lode_stream_add(stream, values[i]), LODE_OK);
    return stream;
}

/* The numbers 0 to n - 1 once each, in an order that jumps about: i * 7919 mod n, with a prime that does not divide n. */
static double jumbled(int64_t i, int64_t n) {
    return (double)(i * 7919 % n);
}

/* ---- moments and quantiles ---- */

/* Mean 5; squares of the differences 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32, over 7. */
static void moments_by_hand(void **state) {
    (void)state;
    lode_stream *stream = stream_of((double[]){2, 4, 4, 4, 5, 5, 7, 9}, 8);
    assert_close(lode_stream_mean(stream), 5);
    assert_close(lode_stream_sd(stream), sqrt(32.0 / 7));
    assert_int_equal(lode_stream_count(stream), 8);
    lode_stream_free(stream);
}

/* Type 7: h = (n - 1) p. Of 1, 2, 3, 4: p = 0.25 is h = 0.75, between the first and the second. */
static void quantiles_by_hand(void **state) {
    (void)state;
    lode_stream *stream = stream_of((double[]){3, 1, 4, 2}, 4);
    const double at[][2] = {{0, 1}, {0.25, 1.75}, {0.5, 2.5}, {0.75, 3.25}, {0.95, 3.85}, {1, 4}};
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++)
        assert_close(lode_stream_quantile(stream, at[i][0]), at[i][1]);
    lode_stream_add(stream, 0); /* after an answer: 0, 1, 2, 3, 4 */
    assert_close(lode_stream_quantile(stream, 0.5), 2);
    lode_stream_free(stream);
}

/* Of 0 to 1000 in any order the quantile p is 1000 p. */
static void quantiles_against_ranks(void **state) {
    (void)state;
    lode_stream *stream;
    assert_int_equal(lode_stream_new(&stream, 0), LODE_OK); /* must grow */
    for (int64_t i = 0; i < 1001; i++)
        assert_int_equal(lode_stream_add(stream, jumbled(i, 1001)), LODE_OK);
    for (int k = 0; k <= 1000; k++)
        assert_near(lode_stream_quantile(stream, k / 1000.0), k, 1e-9);
    assert_close(lode_stream_mean(stream), 500);
    lode_stream_free(stream);
}

static void missing_is_counted(void **state) {
    (void)state;
    lode_stream *stream = stream_of((double[]){NAN, 3, NAN, 1}, 4);
    assert_int_equal(lode_stream_count(stream), 2);
    assert_int_equal(lode_stream_missing(stream), 2);
    assert_close(lode_stream_quantile(stream, 0.5), 2);
    assert_close(lode_stream_mean(stream), 2);
    lode_stream_clear(stream);
    assert_int_equal(lode_stream_missing(stream), 0);
    assert_true(isnan(lode_stream_quantile(stream, 0.5)) && isnan(lode_stream_mean(stream)));
    assert_true(isnan(lode_stream_tail(stream, 0.5, true)) && isnan(lode_stream_sd(stream)));
    lode_stream_add(stream, 7);
    assert_close(lode_stream_quantile(stream, 0.9), 7);
    assert_true(isnan(lode_stream_sd(stream)));
    lode_stream_free(stream);
}

/* ---- tails ---- */

/* Of 1 to 10: the upper fifth is 9 and 10; the upper quarter 10, 9 and half of 8: (10 + 9 + 4) / 2.5 = 9.2; the lower quarter 1, 2 and half
 * of 3: (1 + 2 + 1.5) / 2.5 = 1.8. The whole is the mean; an empty tail its end. */
static void tails_by_hand(void **state) {
    (void)state;
    lode_stream *stream = stream_of((double[]){4, 10, 1, 7, 2, 9, 3, 8, 5, 6}, 10);
    assert_close(lode_stream_tail(stream, 0.8, true), 9.5);
    assert_close(lode_stream_tail(stream, 0.75, true), 9.2);
    assert_close(lode_stream_tail(stream, 0.25, false), 1.8);
    assert_close(lode_stream_tail(stream, 0, true), 5.5);
    assert_close(lode_stream_tail(stream, 1, true), 10);
    assert_close(lode_stream_tail(stream, 0, false), 1);
    lode_stream_free(stream);
}

/* The tail mean is no less than the quantile, however few values there are. */
static void tail_is_beyond_quantile(void **state) {
    (void)state;
    const uint64_t key = lode_key_text("tail");
    for (int64_t n = 1; n < 40; n++) {
        double values[40];
        for (int64_t i = 0; i < n; i++)
            values[i] = lode_uniform(1, key, (uint64_t)(i * 100 + n));
        lode_stream *stream = stream_of(values, n);
        for (int k = 0; k <= 100; k++) {
            const double p = k / 100.0;
            assert_true(lode_stream_tail(stream, p, true) >= lode_stream_quantile(stream, p) - 1e-12);
            assert_true(lode_stream_tail(stream, p, false) <= lode_stream_quantile(stream, p) + 1e-12);
        }
        lode_stream_free(stream);
    }
}

typedef struct {
    const char *name;
    double (*inverse)(double u);
    double var95, cvar95, density, tail_sd; /* at 0.95; density there; standard deviation beyond it */
} tail_case;

static double uniform_inverse(double u) {
    return u;
}

static double exponential_inverse(double u) {
    return -log(1 - u);
}

static double logistic_inverse(double u) {
    return log(u / (1 - u));
}

/* Closed forms. Uniform: VaR p, CVaR (1 + p) / 2, beyond it sd 0.05 / sqrt(12). Exponential: VaR -log(1 - p), CVaR VaR + 1, beyond it sd 1.
 * Logistic: VaR log(p / (1 - p)); CVaR = H(p) / (1 - p) with the entropy H = -p log p - (1 - p) log(1 - p), as log(u / (1 - u)) has the integral
 * u log u + (1 - u) log(1 - u); its density at p is p (1 - p), its tail close to exponential (sd about 1). */
static const tail_case tail_cases[] = {
    {"uniform", uniform_inverse, 0.95, 0.975, 1, 0.0144},
    {"exponential", exponential_inverse, 2.995732273553991, 3.995732273553991, 0.05, 1},
    {"logistic", logistic_inverse, 2.944438979166441, 3.970304867, 0.0475, 1.05},
};

/* Within 4 standard errors: of a quantile sqrt(p (1 - p) / n) / density; of a tail mean at most sqrt((sd^2 + p (cvar - var)^2) / (n (1 - p))). */
static void check_tail(const tail_case *of, int64_t draws) {
    const double n = (double)draws;
    lode_stream *stream;
    assert_int_equal(lode_stream_new(&stream, draws), LODE_OK);
    for (int64_t i = 0; i < draws; i++)
        lode_stream_add(stream, of->inverse(lode_uniform(7, lode_key_text(of->name), (uint64_t)i)));
    assert_near(lode_stream_quantile(stream, 0.95), of->var95, 4 * sqrt(0.95 * 0.05 / n) / of->density);
    const double excess = of->cvar95 - of->var95, spread = of->tail_sd * of->tail_sd + 0.95 * excess * excess;
    assert_near(lode_stream_tail(stream, 0.95, true), of->cvar95, 4 * sqrt(spread / (0.05 * n)));
    lode_stream_free(stream);
}

static void tails_of_known_distributions(void **state) {
    (void)state;
    assert_near(-(0.95 * log(0.95) + 0.05 * log(0.05)) / 0.05, tail_cases[2].cvar95, 1e-8);
    for (size_t i = 0; i < sizeof tail_cases / sizeof tail_cases[0]; i++) {
        check_tail(&tail_cases[i], 50000);  /* exact */
        check_tail(&tail_cases[i], 400000); /* digest */
    }
}

/* The normal distribution by its inverse at the middles of 20,000 equal shares: VaR95 1.6448536, CVaR95 = phi(z) / 0.05 = 2.0627128. */
static double bisected_normal(double u) {
    double low = -9, high = 9;
    for (int i = 0; i < 60; i++) {
        const double middle = (low + high) / 2;
        if (0.5 * erfc(-middle / sqrt(2)) < u)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static void tail_of_normal(void **state) {
    (void)state;
    enum { SHARES = 20000 };
    lode_stream *stream;
    assert_int_equal(lode_stream_new(&stream, SHARES), LODE_OK);
    for (int64_t i = 0; i < SHARES; i++)
        lode_stream_add(stream, bisected_normal((jumbled(i, SHARES) + 0.5) / SHARES));
    assert_near(lode_stream_quantile(stream, 0.95), 1.6448536, 1e-3);
    assert_near(lode_stream_tail(stream, 0.95, true), 2.0627128, 1e-3);
    assert_near(lode_stream_tail(stream, 0.05, false), -2.0627128, 1e-3);
    lode_stream_free(stream);
}

/* ---- the digest ---- */

static const double shares[] = {0.0001, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999};

/* Of 0 to n - 1 the quantile p has rank (n - 1) p. The stated error: about one centroid, a share 2 pi sqrt(p (1 - p)) / 2000 of the sample, and never less
 * than one value.  */
static void check_digest(int64_t n, double (*order)(int64_t, int64_t)) {
    lode_stream *stream;
    assert_int_equal(lode_stream_new(&stream, n), LODE_OK);
    for (int64_t i = 0; i < n; i++)
        assert_int_equal(lode_stream_add(stream, order(i, n)), LODE_OK);
    for (size_t k = 0; k < sizeof shares / sizeof shares[0]; k++) {
        const double p = shares[k], width = 2 * 3.14159265 * sqrt(p * (1 - p)) / LODE_DIGEST_DELTA;
        assert_near(lode_stream_quantile(stream, p) / (double)(n - 1), p, fmax(width, 1 / (double)n));
        /* the mean of the ranks beyond p is (1 + p) / 2 of the last; an error in rank at the edge weighs little in it */
        assert_near(lode_stream_tail(stream, p, true) / (double)(n - 1), (1 + p) / 2, width);
    }
    assert_true(lode_stream_quantile(stream, 0) == 0);
    assert_true(lode_stream_quantile(stream, 1) == (double)(n - 1));
    assert_near(lode_stream_mean(stream), (double)(n - 1) / 2, 1e-6);
    lode_stream_free(stream);
}

static double upwards(int64_t i, int64_t n) {
    (void)n;
    return (double)i;
}

static double downwards(int64_t i, int64_t n) {
    return (double)(n - 1 - i);
}

static void digest_within_its_error(void **state) {
    (void)state;
    check_digest(1000000, jumbled);
    check_digest(1000000, upwards);
    check_digest(1000000, downwards);
    check_digest(100001, jumbled);
}

/* Few values: every centroid is one value, and the answers are those of the sorted sample. */
static void digest_of_few_is_exact(void **state) {
    (void)state;
    lode_stream *small = stream_of((double[]){3, 1, 4, 2}, 4), *digest;
    assert_int_equal(lode_stream_new(&digest, LODE_EXACT_DRAWS + 1), LODE_OK);
    for (int i = 1; i <= 4; i++)
        lode_stream_add(digest, i);
    for (int k = 0; k <= 20; k++)
        assert_close(lode_stream_quantile(digest, k / 20.0), lode_stream_quantile(small, k / 20.0));
    assert_close(lode_stream_tail(digest, 0.5, true), 3.5);
    lode_stream_free(small);
    lode_stream_free(digest);
}

/* A sample whose bulk is one value: nearly all quantiles are that value, exactly. */
static void digest_of_ties(void **state) {
    (void)state;
    lode_stream *stream;
    assert_int_equal(lode_stream_new(&stream, 200000), LODE_OK);
    for (int64_t i = 0; i < 200000; i++)
        lode_stream_add(stream, i % 10 == 0 ? 0.3 : 0.1);
    assert_true(lode_stream_quantile(stream, 0.5) == 0.1);
    assert_true(lode_stream_quantile(stream, 0.95) == 0.3);
    assert_near(lode_stream_tail(stream, 0.95, true), 0.3, 1e-15);
    lode_stream_free(stream);
}

/* A stream that gets more than it was told becomes a digest; whether it was asked before makes no difference, to the last bit. */
static void asking_leaves_no_trace(void **state) {
    (void)state;
    enum { COUNT = 150000 };
    lode_stream *asked, *quiet;
    assert_int_equal(lode_stream_new(&asked, 10), LODE_OK);
    assert_int_equal(lode_stream_new(&quiet, 10), LODE_OK);
    for (int64_t i = 0; i < COUNT; i++) {
        const double value = lode_uniform(3, 5, (uint64_t)i);
        lode_stream_add(asked, value);
        lode_stream_add(quiet, value);
        if (i % 9973 == 0)
            lode_stream_quantile(asked, 0.3);
    }
    for (size_t k = 0; k < sizeof shares / sizeof shares[0]; k++) {
        assert_true(lode_stream_quantile(asked, shares[k]) == lode_stream_quantile(quiet, shares[k]));
        assert_true(lode_stream_tail(asked, shares[k], true) == lode_stream_tail(quiet, shares[k], true));
    }
    assert_near(lode_stream_quantile(quiet, 0.5), 0.5, 0.005);
    lode_stream_free(asked);
    lode_stream_free(quiet);
}

/* Exactly LODE_EXACT_DRAWS values are still exact, in any order; cleared streams are as new. */
static void exact_to_the_limit(void **state) {
    (void)state;
    lode_stream *stream;
    assert_int_equal(lode_stream_new(&stream, 0), LODE_OK);
    for (int64_t i = 0; i < 2 * LODE_EXACT_DRAWS; i++)
        lode_stream_add(stream, 1);
    lode_stream_clear(stream);
    for (int64_t i = 0; i < LODE_EXACT_DRAWS; i++)
        lode_stream_add(stream, jumbled(i, LODE_EXACT_DRAWS));
    for (int64_t k = 0; k < LODE_EXACT_DRAWS; k += 997)
        assert_near(lode_stream_quantile(stream, (double)k / (LODE_EXACT_DRAWS - 1)), (double)k, 1e-9);
    lode_stream_free(stream);
}

/* ---- shares ---- */

/* Newcombe (1998, Statistics in Medicine 17, table I), method 3: the score interval at 95%. */
static void wilson_as_published(void **state) {
    (void)state;
    const struct {
        int64_t hits, count;
        double low, high;
    } rows[] = {{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double low, high, other_low, other_high;
        lode_share_interval(rows[i].hits, rows[i].count, 0.95, &low, &high);
        assert_near(low, rows[i].low, 5e-5);
        assert_near(high, rows[i].high, 5e-5);
        lode_share_interval(rows[i].count - rows[i].hits, rows[i].count, 0.95, &other_low, &other_high);
        assert_close(other_low, 1 - high);
        assert_close(other_high, 1 - low);
    }
    double low, high;
    lode_share_interval(0, 0, 0.95, &low, &high);
    assert_true(low == 0 && high == 1);
    lode_share_interval(20, 20, 0.95, &low, &high);
    assert_true(high == 1);
}

/* Any printed table of Student's t, two-sided 95% and 99%. One degree is Cauchy's distribution: tan(pi 0.475). */
static void student_as_tabled(void **state) {
    (void)state;
    assert_near(lode_student_factor(1, 0.95), tan(3.14159265358979 * 0.475), 1e-9);
    assert_near(lode_student_factor(2, 0.95), 4.3027, 5e-5);
    assert_near(lode_student_factor(9, 0.95), 2.2622, 5e-5);
    assert_near(lode_student_factor(30, 0.99), 2.7500, 5e-5);
    assert_near(lode_student_factor(1000, 0.95), 1.9623, 5e-5);
    assert_near(lode_student_factor(10000000, 0.95), 1.9599640, 1e-6);
}

/* ---- pairs ---- */

/* Student's sleep data (1908), of ten patients under two drugs: mean difference 1.58, sd 1.229995, interval 0.7001142 to 2.4598858 (as R's
 * t.test prints it). Sorted: 0, 0.8, 1, 1.2, 1.3, 1.3, 1.4, 1.8, 2.4, 4.6. P(B(10, 1/2) < 2) = 11/1024 = 1.1%, < 3: 5.5%, so that the interval of the median
 * goes from the second to the last but one. */
static void pairs_as_published(void **state) {
    (void)state;
    const double a[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0, NAN, 1},
                 b[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4, 1, NAN};
    lode_paired pair;
    assert_int_equal(lode_pair_differences(&pair, a, b, 12), LODE_OK);
    assert_int_equal(pair.count, 10);
    assert_close(pair.mean, 1.58);
    assert_near(pair.sd, 1.229995, 5e-7);
    assert_near(pair.low, 0.7001142, 5e-8);
    assert_near(pair.high, 2.4598858, 5e-8);
    assert_close(pair.median, 1.3);
    assert_close(pair.median_low, 0.8);
    assert_close(pair.median_high, 2.4);
    assert_close(pair.share_above, 0.9);
    assert_close(pair.share_equal, 0.1);
}

/* 0 to n - 1. n = 100: P(B < 40) = 1.8%, < 41: 2.8%: from the 40th to the 61st (Conover 1999, table A3). n = 3000: 1500.5 - 1.96 x 27.39 = 1446.8: the 1446th.
 * Fewer than six pairs: 2^-5 > 2.5%, none. */
static void median_intervals(void **state) {
    (void)state;
    static double zeros[3000], values[3000];
    for (int i = 0; i < 3000; i++)
        values[i] = i;
    lode_paired pair;
    assert_int_equal(lode_pair_differences(&pair, zeros, values, 100), LODE_OK);
    assert_close(pair.median_low, 39);
    assert_close(pair.median_high, 60);
    assert_int_equal(lode_pair_differences(&pair, zeros, values, 3000), LODE_OK);
    assert_close(pair.median_low, 1445);
    assert_close(pair.median_high, 1554);
    assert_int_equal(lode_pair_differences(&pair, zeros, values, 5), LODE_OK);
    assert_true(isnan(pair.median_low) && pair.median == 2);
    assert_int_equal(lode_pair_differences(&pair, zeros, values, 1), LODE_OK);
    assert_true(isnan(pair.low) && pair.mean == 0 && pair.share_equal == 1);
    assert_int_equal(lode_pair_differences(&pair, zeros, values, 0), LODE_OK);
    assert_true(isnan(pair.mean) && isnan(pair.share_above));
}

/* Costs of A: 1, 5, 3, -; of B: 2, 2, 3, 1. The fourth draw is left out. Regrets of A: 0, 3, 0; of B: 1, 0, 0. Both are best in two of three. */
static void regrets_by_hand(void **state) {
    (void)state;
    const double value[] = {1, 5, 3, NAN, 2, 2, 3, 1};
    lode_regret regrets[2];
    assert_int_equal(lode_regrets(regrets, value, 2, 4), LODE_OK);
    assert_int_equal(regrets[0].count, 3);
    assert_close(regrets[0].mean, 1);
    assert_close(regrets[0].largest, 3);
    assert_close(regrets[0].share_best, 2.0 / 3);
    assert_close(regrets[1].mean, 1.0 / 3);
    assert_close(regrets[1].largest, 1);
    assert_close(regrets[1].share_best, 2.0 / 3);
    assert_int_equal(lode_regrets(regrets, value, 2, 0), LODE_OK);
    assert_true(isnan(regrets[0].mean) && isnan(regrets[0].largest));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_by_hand),
        cmocka_unit_test(quantiles_by_hand),
        cmocka_unit_test(quantiles_against_ranks),
        cmocka_unit_test(missing_is_counted),
        cmocka_unit_test(tails_by_hand),
        cmocka_unit_test(tail_is_beyond_quantile),
        cmocka_unit_test(tails_of_known_distributions),
        cmocka_unit_test(tail_of_normal),
        cmocka_unit_test(digest_within_its_error),
        cmocka_unit_test(digest_of_few_is_exact),
        cmocka_unit_test(digest_of_ties),
        cmocka_unit_test(asking_leaves_no_trace),
        cmocka_unit_test(exact_to_the_limit),
        cmocka_unit_test(wilson_as_published),
        cmocka_unit_test(student_as_tabled),
        cmocka_unit_test(pairs_as_published),
        cmocka_unit_test(median_intervals),
        cmocka_unit_test(regrets_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
