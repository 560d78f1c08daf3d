/* Sobol sequences (Sobol 1967) with random direction numbers and Owen's scrambling.
 *
 * Dimension 0 is the radical inverse. Dimension d > 0 has the d-th primitive polynomial over GF(2), x^s + a_1 x^(s-1) + ... + 1; its first s
 * direction numbers m_0 ... m_(s-1) (odd, m_i < 2^(i+1)) are free and drawn by the key, the others follow (Bratley and Fox 1988):
 *
 *     m_i = m_(i-s) xor 2^s m_(i-s) xor XOR_(k=1..s-1) 2^k a_k m_(i-k)
 *     x   = XOR over bits k of the index of m_k / 2^(k+1)
 *
 * Tables of direction numbers (Joe and Kuo 2008) are chosen for one sequence that all use. Here every part of a design has a sequence of its own, so that a bad
 * pair of dimensions is bad in one part and not in the next.
 *
 * Owen's nested scrambling (Owen 1995) turns bit b of a coordinate around by a coin keyed by the bits above it, which keeps all balance and makes
 * each point uniform:
 *
 *     y_b = x_b xor coin(key, b, x_1 ... x_(b-1))
 *
 * The same done to the index shuffles the order within blocks of 2^m. Dimensions beyond LODE_SOBOL_DIMENSIONS use the polynomials again
 * in another order of the points (Burley 2020, "Practical hash-based Owen scrambling", calls it padding). */
#include "ensemble/sobol_sequence.h"

#include "base/rng.h"

enum { BITS = 32 };

/* Primitive polynomials by degree and size, their coefficients as bits: found by trying whether x has order 2^s - 1. */
static const uint16_t polynomials[LODE_SOBOL_DIMENSIONS - 1] = {
    3,    7,    11,   13,   19,   25,   37,   41,   47,   55,   59,   61,   67,   91,   97,   103,  109,  115,
    131,  137,  143,  145,  157,  167,  171,  185,  191,  193,  203,  211,  213,  229,  239,  241,  247,  253,
    285,  299,  301,  333,  351,  355,  357,  361,  369,  391,  397,  425,  451,  463,  487,  501,  529,  539,
    545,  557,  563,  601,  607,  617,  623,  631,  637,  647,  661,  675,  677,  687,  695,  701,  719,  721,
    731,  757,  761,  787,  789,  799,  803,  817,  827,  847,  859,  865,  875,  877,  883,  895,  901,  911,
    949,  953,  967,  971,  973,  981,  985,  995,  1001, 1019, 1033, 1051, 1063, 1069, 1125, 1135, 1153, 1163,
    1221, 1239, 1255, 1267, 1279, 1293, 1305, 1315, 1329, 1341, 1347, 1367, 1387, 1413, 1423, 1431, 1441, 1479,
    1509, 1527, 1531, 1555, 1557, 1573, 1591, 1603, 1615, 1627, 1657, 1663, 1673, 1717, 1729, 1747, 1759, 1789,
    1815, 1821, 1825, 1849, 1863, 1869, 1877, 1881, 1891, 1917, 1933, 1939, 1969, 2011, 2035,
};

static uint64_t coin(uint64_t key, uint64_t place, uint64_t above) {
    return lode_key_mix(lode_key_mix(key, place), above);
}

static uint32_t scrambled(uint64_t key, uint32_t x) {
    uint32_t y = 0;
    for (unsigned b = 0; b < BITS; b++) {
        const uint32_t above = b ? x >> (BITS - b) : 0;
        const uint32_t turn = (uint32_t)(coin(key, b, above) >> 63);
        y |= ((x >> (BITS - 1 - b) & 1) ^ turn) << (BITS - 1 - b);
    }
    return y;
}

static unsigned degree_of(uint32_t polynomial) {
    unsigned degree = 0;
    while (polynomial >> (degree + 1))
        degree++;
    return degree;
}

static void direct(uint32_t m[BITS], uint64_t key, uint32_t polynomial) {
    const unsigned degree = degree_of(polynomial);
    for (unsigned i = 0; i < BITS; i++) {
        if (i < degree) {
            m[i] = ((uint32_t)lode_key_mix(key, i) & ((UINT32_C(1) << (i + 1)) - 1)) | 1;
            continue;
        }
        m[i] = m[i - degree] ^ m[i - degree] << degree;
        for (unsigned k = 1; k < degree; k++)
            if (polynomial >> (degree - k) & 1)
                m[i] ^= m[i - k] << k;
    }
}

/* Dimension 0: all direction numbers are 1. */
static uint32_t sum_directions(uint64_t key, uint32_t dimension, uint32_t index) {
    uint32_t m[BITS], x = 0;
    if (dimension > 0)
        direct(m, key, polynomials[dimension - 1]);
    for (unsigned k = 0; k < BITS; k++)
        if (index >> k & 1)
            x ^= (dimension > 0 ? m[k] : 1) << (BITS - 1 - k);
    return x;
}

double lode_sobol_coordinate(uint64_t key, uint32_t dimension, uint32_t index) {
    const uint64_t group_key = lode_key_mix(key, dimension / LODE_SOBOL_DIMENSIONS);
    const uint64_t own = lode_key_mix(lode_key_mix(group_key, 1), dimension);
    const uint32_t place = scrambled(lode_key_mix(group_key, 0), index);
    const uint32_t x = sum_directions(lode_key_mix(own, 0), dimension % LODE_SOBOL_DIMENSIONS, place);
    return ((double)scrambled(lode_key_mix(own, 1), x) + 0.5) * 0x1p-32;
}
