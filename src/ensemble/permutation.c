/* A keyed permutation: a Feistel network of ROUNDS rounds over the smallest even number of bits that holds the range, walked along its cycle until it
 * falls into the range (Black and Rogaway 2002, "Ciphers with arbitrary finite domains"). With halves (l, r) and F keyed by round:
 *
 *     (l, r)  ->  (r, l xor F(key, round, r))
 *
 * Each round is an even permutation, so a coin decides whether 0 and 1 change places first: without it, orders of few things would not be equally
 * likely (8% off for five). Twelve rounds and the coin pass a chi-square test on all 120 orders of five with 120,000 keys; eight do not. */
#include "ensemble/permutation.h"

#include "base/rng.h"

enum { ROUNDS = 12 };

/* Half the bits of the network that holds `count` values; at least one. */
static unsigned half_of(uint64_t count) {
    unsigned half = 1;
    while (half < 32 && count > (UINT64_C(1) << (2 * half)))
        half++;
    return half;
}

static uint64_t feistel(uint64_t key, unsigned half, uint64_t value) {
    const uint64_t mask = (UINT64_C(1) << half) - 1;
    if (value < 2)
        value ^= lode_key_mix(key, ROUNDS) >> 63;
    uint64_t left = value >> half, right = value & mask;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        const uint64_t turned = left ^ (lode_key_mix(lode_key_mix(key, round), right) & mask);
        left = right;
        right = turned;
    }
    return left << half | right;
}

uint64_t lode_permuted(uint64_t key, uint64_t count, uint64_t index) {
    const unsigned half = half_of(count);
    if (index >= count) /* also a range of none; it would walk for ever */
        return index;
    do {
        index = feistel(key, half, index);
    } while (index >= count);
    return index;
}
