/* Keys and counter-based random numbers: the value for (seed, name, index) is the same whatever drew it and in
 * whatever order. */
#ifndef LODE_BASE_RNG_H
#define LODE_BASE_RNG_H

#include <stdint.h>

/* FNV-1a, 64 bits, of a text; and a mix of two keys. Stable across builds. */
uint64_t lode_key_text(const char *text);
uint64_t lode_key_mix(uint64_t a, uint64_t b);
/* Uniform on (0,1) from Philox 4x32-10 (Random123) keyed by `seed` and `key`, counter `index`. */
double lode_uniform(uint64_t seed, uint64_t key, uint64_t index);

/* The generator itself, for tests against its published vectors. */
void lode_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

#endif
