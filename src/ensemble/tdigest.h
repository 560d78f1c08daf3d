/* A sketch of a sample of any size from which quantiles and tail means are read: the merging t-digest of Dunning and Ertl (2019,
 * "Computing extremely accurate quantiles using t-digests"), scale function k1:
 *
 *     k(q) = (delta / 2 pi) asin(2 q - 1)
 *
 * The sorted sample is cut into centroids (mean, weight), each at most one unit of k wide, so that one at quantile q holds no more than a
 * share 2 pi sqrt(q (1 - q)) / delta of the sample, and single values at both ends. A quantile read from it lies within about one centroid of the right
 * rank: with delta = 2000 that is sqrt(q (1 - q) / 101000), what chance alone does to the rank in a sample of 100,000. */
#ifndef LODE_ENSEMBLE_TDIGEST_H
#define LODE_ENSEMBLE_TDIGEST_H

#include <stdbool.h>
#include <stdint.h>

enum { LODE_DIGEST_DELTA = 2000, LODE_DIGEST_CENTROIDS = LODE_DIGEST_DELTA + 8, LODE_DIGEST_BUFFER = 4096 };

typedef struct {
    int32_t count;
    double mean[LODE_DIGEST_CENTROIDS], weight[LODE_DIGEST_CENTROIDS];
} lode_centroids;

/* All zero is an empty digest (about 100 kB). */
typedef struct {
    double least, most;
    int64_t total; /* values, those in the buffer too */
    int32_t buffered;
    bool seen; /* `view` is what the buffer and the centroids come to */
    lode_centroids centroids, view;
    double buffer[LODE_DIGEST_BUFFER];
} lode_digest;

/* Adds a number (not NaN). Amortised O(log buffer + delta / buffer). */
void lode_digest_add(lode_digest *digest, double value);
/* Adds numbers that are sorted upwards, as one batch. O(count + delta). */
void lode_digest_add_sorted(lode_digest *digest, const double *values, int32_t count);
/* Asking changes nothing in what later additions come to. NaN of an empty digest. O(delta). */
double lode_digest_quantile(lode_digest *digest, double p);
/* Mean of the share `mass` of the values at the upper or the lower end; of no mass, the value at the end. O(delta). */
double lode_digest_tail(lode_digest *digest, double mass, bool upper);

/* Sorts numbers upwards. O(n log n). */
void lode_sort_reals(double *values, int64_t count);

#endif
