/* Philox 4x32-10 (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"): ten rounds of
 * multiply and exchange turn a 128-bit counter and a 64-bit key into 128 random bits. The seed is the key; name and
 * index are the counter. */
#include "base/rng.h"

uint64_t lode_key_text(const char *text) {
    uint64_t key = UINT64_C(14695981039346656037);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        key = (key ^ *c) * UINT64_C(1099511628211);
    return key;
}

uint64_t lode_key_mix(uint64_t a, uint64_t b) {
    uint64_t x = a + UINT64_C(0x9E3779B97F4A7C15) * (b + 1);
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9); /* the finaliser of SplitMix64 */
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

void lode_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3], k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)UINT32_C(0xD2511F53) * c0, p1 = (uint64_t)UINT32_C(0xCD9E8D57) * c2;
        uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0, n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
        c0 = n0;
        c2 = n2;
        k0 += UINT32_C(0x9E3779B9);
        k1 += UINT32_C(0xBB67AE85);
    }
    out[0] = c0, out[1] = c1, out[2] = c2, out[3] = c3;
}

double lode_uniform(uint64_t seed, uint64_t key, uint64_t index) {
    uint32_t counter[4] = {(uint32_t)index, (uint32_t)(index >> 32), (uint32_t)key, (uint32_t)(key >> 32)};
    uint32_t seeds[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)}, bits[4];
    lode_philox(counter, seeds, bits);
    uint64_t word = (uint64_t)bits[1] << 32 | bits[0];
    return ((double)(word >> 12) + 0.5) * 0x1p-52; /* 52 bits, so that the half never rounds up to 1 */
}
