/* Designs: what each promises of its points, checked point by point; nothing here is copied from the program. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "ensemble/design.h"
#include "ensemble/design_parts.h"
#include "ensemble/permutation.h"
#include "ensemble/sobol_sequence.h"

enum { FACTORS = 4, MOST = 8 };

static const char *const some_names[MOST] = {"capex", "demand", "repeal", "kilns"};
static const char *const last_names[MOST] = {"capex", "demand", "added", "repeal", "kilns"};
static const char *const more_names[MOST] = {"capex", "added", "demand", "repeal", "kilns"};

static lode_design a_design(lode_design_kind kind, int64_t draws) {
    return (lode_design){.kind = kind,
                         .seed = 7,
                         .draws = draws,
                         .numbers = 2,
                         .events = 2,
                         .names = some_names,
                         .replicates = 4,
                         .levels = 4};
}

typedef struct {
    double u[MOST];
    uint64_t stream[MOST];
} point;

static point at(const lode_design *design, int64_t draw) {
    point p = {0};
    lode_design_point(design, draw, p.u, p.stream);
    for (int32_t j = 0; j < design->numbers; j++)
        assert_true(p.u[j] > 0 && p.u[j] < 1);
    return p;
}

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Largest distance of the empirical distribution from the uniform one, times the root of n: Kolmogorov's statistic, above 1.95 in one
 * sample of a thousand. Sorts. */
static double kolmogorov(double *u, int n) {
    double most = 0;
    qsort(u, (size_t)n, sizeof *u, by_size);
    for (int i = 0; i < n; i++)
        most = fmax(most, fmax(u[i] - (double)i / n, (double)(i + 1) / n - u[i]));
    return most * sqrt(n);
}

static void a_permutation_is_a_bijection(void **state) {
    (void)state;
    static const uint64_t counts[] = {1, 2, 3, 4, 5, 16, 17, 100, 1000, 4097};
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++)
        for (uint64_t key = 0; key < 5; key++) {
            char *hit = calloc(counts[c], 1);
            for (uint64_t i = 0; i < counts[c]; i++) {
                const uint64_t to = lode_permuted(key, counts[c], i);
                assert_true(to < counts[c]);
                assert_false(hit[to]);
                hit[to] = 1;
            }
            free(hit);
        }
    assert_int_equal(lode_permuted(1, 0, 0), 0); /* a range of none does not hang */
    assert_true(lode_permuted(1, UINT64_C(1) << 62, 12345) < UINT64_C(1) << 62);
}

/* All 120 orders of five come up alike: chi-square with 119 degrees of freedom has mean 119 and standard deviation 15.4; 180 is four of them away. */
static void all_orders_are_as_likely(void **state) {
    (void)state;
    enum { KEYS = 12000, ORDERS = 3125 };
    int seen[ORDERS] = {0}, orders = 0;
    double square = 0;
    for (uint64_t key = 0; key < KEYS; key++) {
        uint64_t code = 0;
        for (uint64_t i = 0; i < 5; i++)
            code = 5 * code + lode_permuted(lode_key_mix(11, key), 5, i);
        seen[code]++;
    }
    for (int o = 0; o < ORDERS; o++) {
        orders += seen[o] > 0;
        square += seen[o] > 0 ? (seen[o] - 100.0) * (seen[o] - 100.0) / 100 : 0;
    }
    assert_int_equal(orders, 120);
    if (!(square < 180 && square > 70))
        fail_msg("chi-square %g", square);
}

/* Dimensions 0 and 1 together: each box of area 1/16 with sides 2^-a and 2^-(4-a) holds one of 16 points from a multiple of 16 on, since the
 * polynomials are x and x + 1, and t is the sum of their degrees less one each (Niederreiter 1992, section 4.5): 0. */
static void two_dimensions_fill_all_boxes(void **state) {
    (void)state;
    for (uint64_t key = 0; key < 20; key++)
        for (int a = 0; a <= 4; a++) {
            int held[16] = {0};
            for (uint32_t i = 48; i < 64; i++) {
                const int x = (int)(lode_sobol_coordinate(key, 0, i) * (1 << a)),
                          y = (int)(lode_sobol_coordinate(key, 1, i) * (1 << (4 - a)));
                held[x << (4 - a) | y]++;
            }
            for (int box = 0; box < 16; box++)
                assert_int_equal(held[box], 1);
        }
}

/* Dimensions 2 and 3 have polynomials of degrees 2 and 3, so t = 1 + 2 at most: of 256 points each box of area 2^-5 holds 2^3. */
static void later_dimensions_fill_larger_boxes(void **state) {
    (void)state;
    for (uint64_t key = 0; key < 20; key++)
        for (int a = 0; a <= 5; a++) {
            int held[32] = {0};
            for (uint32_t i = 0; i < 256; i++) {
                const int x = (int)(lode_sobol_coordinate(key, 2, i) * (1 << a)),
                          y = (int)(lode_sobol_coordinate(key, 3, i) * (1 << (5 - a)));
                held[x << (5 - a) | y]++;
            }
            for (int box = 0; box < 32; box++)
                assert_int_equal(held[box], 8);
        }
}

/* Every dimension alone has one of 64 points in each of 64 strata, also the last of the table and those that use it again. */
static void each_dimension_is_stratified(void **state) {
    (void)state;
    static const uint32_t dimensions[] = {0, 1, 2, 17, LODE_SOBOL_DIMENSIONS - 1, LODE_SOBOL_DIMENSIONS, 1000};
    for (size_t d = 0; d < sizeof dimensions / sizeof dimensions[0]; d++) {
        int held[64] = {0};
        for (uint32_t i = 64; i < 128; i++)
            held[(int)(64 * lode_sobol_coordinate(5, dimensions[d], i))]++;
        for (int s = 0; s < 64; s++)
            assert_int_equal(held[s], 1);
    }
}

/* Correlation of two sets of 4096 points below 4 / sqrt(4096): dimensions of one group, of two groups (which use the same polynomial), and
 * one dimension under two keys. */
static void coordinates_do_not_correlate(void **state) {
    (void)state;
    enum { POINTS = 4096 };
    double sum[3] = {0};
    for (uint32_t i = 0; i < POINTS; i++) {
        const double x = lode_sobol_coordinate(1, 7, i) - 0.5;
        sum[0] += 12 * x * (lode_sobol_coordinate(1, 8, i) - 0.5) / POINTS;
        sum[1] += 12 * x * (lode_sobol_coordinate(1, 7 + LODE_SOBOL_DIMENSIONS, i) - 0.5) / POINTS;
        sum[2] += 12 * x * (lode_sobol_coordinate(2, 7, i) - 0.5) / POINTS;
    }
    for (int s = 0; s < 3; s++)
        if (!(fabs(sum[s]) < 4.0 / 64))
            fail_msg("correlation %g", sum[s]);
}

static void sizes_are_whole_blocks(void **state) {
    (void)state;
    static const struct {
        lode_design_kind kind;
        int64_t asked, made;
    } cases[] = {{LODE_DESIGN_RANDOM, 10, 10}, {LODE_DESIGN_LATIN, 10, 10},  {LODE_DESIGN_SOBOL, 100, 96},
                 {LODE_DESIGN_SOBOL, 5, 0},    {LODE_DESIGN_MORRIS, 14, 10}, {LODE_DESIGN_MORRIS, 4, 0},
                 {LODE_DESIGN_TORNADO, 8, 0},  {LODE_DESIGN_TORNADO, 9, 9},  {LODE_DESIGN_TORNADO, 1000, 9},
                 {LODE_DESIGN_RANDOM, -1, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const lode_design design = a_design(cases[i].kind, cases[i].asked);
        assert_int_equal(lode_design_size(&design), cases[i].made);
    }
}

static void random_is_keyed_by_name_and_draw(void **state) {
    (void)state;
    const lode_design design = a_design(LODE_DESIGN_RANDOM, 100);
    for (int64_t i = 0; i < 100; i++) {
        const point p = at(&design, i);
        assert_true(p.u[1] == lode_uniform(7, lode_key_text("demand"), (uint64_t)i));
        assert_int_equal(p.stream[0], i + 1);
        assert_int_equal(p.stream[1], i + 1);
    }
}

/* Exactly one draw in each of N strata, of each number, also where N is no power of two. */
static void latin_has_one_draw_in_each_stratum(void **state) {
    (void)state;
    static const int64_t counts[] = {1, 2, 7, 64, 1000};
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        const lode_design design = a_design(LODE_DESIGN_LATIN, counts[c]);
        int *held = calloc((size_t)counts[c] * 2, sizeof *held);
        for (int64_t i = 0; i < counts[c]; i++) {
            const point p = at(&design, i);
            for (int j = 0; j < 2; j++)
                held[2 * (int64_t)(p.u[j] * (double)counts[c]) + j]++;
        }
        for (int64_t s = 0; s < 2 * counts[c]; s++)
            assert_int_equal(held[s], 1);
        free(held);
    }
}

/* A factor put between the others: their columns stay, bit for bit. */
static void an_added_factor_changes_no_other(void **state) {
    (void)state;
    static const lode_design_kind kinds[] = {LODE_DESIGN_RANDOM, LODE_DESIGN_LATIN};
    for (size_t k = 0; k < 2; k++) {
        const lode_design few = a_design(kinds[k], 50);
        lode_design more = few;
        more.numbers = 3, more.names = more_names;
        for (int64_t i = 0; i < 50; i++) {
            const point p = at(&few, i), q = at(&more, i);
            assert_true(p.u[0] == q.u[0] && p.u[1] == q.u[2] && p.u[1] != q.u[1]);
            assert_memory_equal(p.stream, q.stream, 2 * sizeof p.stream[0]);
        }
    }
}

/* Of a sobol design, block by block, for a number added after the others: A and B of those before. */
static void sobol_keeps_a_and_b_of_the_others(void **state) {
    (void)state;
    const lode_design few = a_design(LODE_DESIGN_SOBOL, 60);
    lode_design more = few;
    more.numbers = 3, more.names = last_names;
    for (int64_t b = 0; b < 8; b++)
        for (int64_t i = 0; i < 2; i++) {
            const point p = at(&few, b * 6 + i), q = at(&more, b * 7 + i);
            assert_true(p.u[0] == q.u[0] && p.u[1] == q.u[1]);
            assert_int_equal(p.stream[1], q.stream[1]);
        }
}

static double coordinate(const point *p, const lode_design *design, int32_t factor) {
    return factor < design->numbers ? p->u[factor] : (double)p->stream[factor - design->numbers];
}

/* Draws of a block: A, B, and A with one factor each from B. A and B differ in each, and no event is without a stream. */
static void sobol_blocks_exchange_one_factor(void **state) {
    (void)state;
    const lode_design design = a_design(LODE_DESIGN_SOBOL, 120);
    for (int64_t block = 0; block < 20; block++) {
        const point a = at(&design, lode_sobol_draw_a(&design, block)),
                    b = at(&design, lode_sobol_draw_b(&design, block));
        assert_int_equal(lode_sobol_part(&design, block), block % 4);
        for (int32_t j = 0; j < FACTORS; j++) {
            assert_true(coordinate(&a, &design, j) != coordinate(&b, &design, j));
            const point ab = at(&design, lode_sobol_draw_ab(&design, block, j));
            for (int32_t l = 0; l < FACTORS; l++)
                assert_true(coordinate(&ab, &design, l) == coordinate(l == j ? &b : &a, &design, l));
        }
        for (int e = 0; e < 2; e++)
            assert_true(a.stream[e] != LODE_NO_STREAM && b.stream[e] != LODE_NO_STREAM);
    }
}

/* A part of 16 blocks is a net: one of 16 strata each. Blocks of one part are every fourth. Another part has other points. */
static void sobol_parts_are_nets_of_their_own(void **state) {
    (void)state;
    const lode_design design = a_design(LODE_DESIGN_SOBOL, 64 * 6);
    int held[4][16] = {{0}};
    for (int64_t block = 0; block < 64; block++)
        held[block % 4][(int)(16 * at(&design, 6 * block).u[0])]++;
    for (int part = 0; part < 4; part++)
        for (int s = 0; s < 16; s++)
            assert_int_equal(held[part][s], 1);
    assert_true(at(&design, 0).u[0] != at(&design, 6).u[0]);
}

/* A longer design begins with the shorter one. */
static void block_designs_can_go_on(void **state) {
    (void)state;
    static const lode_design_kind kinds[] = {LODE_DESIGN_SOBOL, LODE_DESIGN_MORRIS};
    for (size_t k = 0; k < 2; k++) {
        const lode_design one = a_design(kinds[k], 30), two = a_design(kinds[k], 3000);
        for (int64_t i = 0; i < 30; i++) {
            const point p = at(&one, i), q = at(&two, i);
            assert_memory_equal(&p, &q, sizeof p);
        }
    }
}

/* Each step moves one factor, by half of the levels or from no stream to one; all are moved once; levels are the middles of quarters. */
static void morris_moves_one_factor_a_step(void **state) {
    (void)state;
    const lode_design design = a_design(LODE_DESIGN_MORRIS, 200);
    for (int64_t t = 0; t < 40; t++)
        for (int32_t j = 0; j < FACTORS; j++) {
            const int32_t step = lode_morris_step(&design, t, j);
            const point before = at(&design, 5 * t + step), after = at(&design, 5 * t + step + 1);
            const double x = coordinate(&before, &design, j), y = coordinate(&after, &design, j);
            assert_true((y > x) == lode_morris_rises(&design, t, j));
            assert_true(j >= 2 ? fmin(x, y) == LODE_NO_STREAM && fmax(x, y) == (double)(t + 1) : fabs(y - x) == 0.5);
            assert_true(j >= 2 || fmod(8 * x, 2) == 1);
            for (int32_t l = 0; l < FACTORS; l++)
                assert_true(l == j || coordinate(&before, &design, l) == coordinate(&after, &design, l));
        }
}

/* Levels and directions are used alike: of 1000 trajectories each of four levels begins 250, give or take four standard deviations of 13.7; and
 * the order of two factors is a coin. */
static void morris_uses_levels_and_orders_alike(void **state) {
    (void)state;
    const lode_design design = a_design(LODE_DESIGN_MORRIS, 5000);
    int level[4] = {0}, first = 0;
    for (int64_t t = 0; t < 1000; t++) {
        level[(int)(4 * at(&design, 5 * t).u[1])]++;
        first += lode_morris_step(&design, t, 0) < lode_morris_step(&design, t, 1);
    }
    for (int l = 0; l < 4; l++)
        assert_in_range(level[l], 195, 305);
    assert_in_range(first, 437, 563);
}

static void tornado_moves_one_factor_from_the_median(void **state) {
    (void)state;
    const lode_design design = a_design(LODE_DESIGN_TORNADO, 9);
    for (int64_t i = 0; i < 9; i++) {
        const point p = at(&design, i);
        for (int32_t j = 0; j < 2; j++)
            assert_true(p.u[j] == (i == 1 + 2 * j ? 0.1 : i == 2 + 2 * j ? 0.9 : 0.5));
        for (int32_t e = 0; e < 2; e++)
            assert_int_equal(p.stream[e], i == 5 + 2 * e ? 1 : i == 6 + 2 * e ? 2 : LODE_NO_STREAM);
    }
}

/* Every design whose numbers are a sample of their distributions, against the uniform distribution. Latin and Sobol lie closer than chance. */
static void numbers_are_uniform(void **state) {
    (void)state;
    enum { DRAWS = 6000 };
    static const lode_design_kind kinds[] = {LODE_DESIGN_RANDOM, LODE_DESIGN_LATIN, LODE_DESIGN_SOBOL};
    static double u[DRAWS];
    for (size_t k = 0; k < 3; k++) {
        const lode_design design = a_design(kinds[k], DRAWS);
        int n = 0;
        for (int64_t i = 0; i < DRAWS; i++)
            if (design.kind != LODE_DESIGN_SOBOL || i % 6 == 0) /* of a block its A; the others repeat numbers */
                u[n++] = at(&design, i).u[0];
        assert_true(kolmogorov(u, n) < 1.95);
    }
}

static void another_seed_is_another_design(void **state) {
    (void)state;
    for (int k = 0; k <= LODE_DESIGN_SOBOL; k++) {
        const lode_design one = a_design((lode_design_kind)k, 60);
        lode_design two = one;
        two.seed = 8;
        assert_true(at(&one, 3).u[0] != at(&two, 3).u[0]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_permutation_is_a_bijection),
        cmocka_unit_test(all_orders_are_as_likely),
        cmocka_unit_test(two_dimensions_fill_all_boxes),
        cmocka_unit_test(later_dimensions_fill_larger_boxes),
        cmocka_unit_test(each_dimension_is_stratified),
        cmocka_unit_test(coordinates_do_not_correlate),
        cmocka_unit_test(sizes_are_whole_blocks),
        cmocka_unit_test(random_is_keyed_by_name_and_draw),
        cmocka_unit_test(latin_has_one_draw_in_each_stratum),
        cmocka_unit_test(an_added_factor_changes_no_other),
        cmocka_unit_test(sobol_keeps_a_and_b_of_the_others),
        cmocka_unit_test(sobol_blocks_exchange_one_factor),
        cmocka_unit_test(sobol_parts_are_nets_of_their_own),
        cmocka_unit_test(block_designs_can_go_on),
        cmocka_unit_test(morris_moves_one_factor_a_step),
        cmocka_unit_test(morris_uses_levels_and_orders_alike),
        cmocka_unit_test(tornado_moves_one_factor_from_the_median),
        cmocka_unit_test(numbers_are_uniform),
        cmocka_unit_test(another_seed_is_another_design),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
