/* A sample that comes value by value. Mean and variance by Welford's recurrence (1962):
 *
 *     m_n = m_(n-1) + (x_n - m_(n-1)) / n        M_n = M_(n-1) + (x_n - m_(n-1)) (x_n - m_n)        sd = sqrt(M_n / (n - 1))
 *
 * Up to LODE_EXACT_DRAWS values are kept and sorted when they are asked for. A stream that is told to expect more is a t-digest from the start; one that
 * gets more than it was told hands what it has, sorted, to a digest. Either way what was asked before leaves no trace in what comes after.
 *
 * The tail of a sample of n with equal weights is the expected loss beyond VaR as Rockafellar and Uryasev (2002, proposition 8) define it for
 * a distribution with atoms: the mean of the n (1 - p) largest values, of which the least counts with the fraction that is left. It is never below the
 * quantile of type 7 at p. */
#include "ensemble/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ensemble/tdigest.h"

struct lode_stream {
    int64_t count, missing, room, expected;
    double mean, squares; /* M of the recurrence */
    double *values;       /* [room]; NULL in a digest */
    bool sorted;
    lode_digest *digest; /* beyond LODE_EXACT_DRAWS */
    bool digested;       /* the digest holds the sample */
};

static bool make_digest(lode_stream *stream) {
    if (!stream->digest)
        stream->digest = calloc(1, sizeof *stream->digest);
    stream->digested = stream->digest;
    return stream->digested;
}

static bool make_room(lode_stream *stream, int64_t room) {
    double *values = realloc(stream->values, (size_t)room * sizeof *values);
    if (!values)
        return false;
    stream->values = values;
    stream->room = room;
    return true;
}

lode_code lode_stream_new(lode_stream **out, int64_t expected) {
    lode_stream *stream = *out = calloc(1, sizeof *stream);
    if (!stream)
        return LODE_NOMEM;
    stream->expected = expected;
    if (expected > LODE_EXACT_DRAWS ? make_digest(stream) : make_room(stream, expected > 0 ? expected : 16))
        return LODE_OK;
    lode_stream_free(stream);
    *out = NULL;
    return LODE_NOMEM;
}

void lode_stream_free(lode_stream *stream) {
    if (!stream)
        return;
    free(stream->values);
    free(stream->digest);
    free(stream);
}

void lode_stream_clear(lode_stream *stream) {
    stream->count = stream->missing = 0;
    stream->mean = stream->squares = 0;
    stream->sorted = false;
    stream->digested = stream->expected > LODE_EXACT_DRAWS;
    if (stream->digest)
        memset(stream->digest, 0, sizeof *stream->digest);
}

static void sort_values(lode_stream *stream) {
    if (!stream->sorted)
        lode_sort_reals(stream->values, stream->count);
    stream->sorted = true;
}

/* Makes sure that one more value has a place. */
static bool has_place(lode_stream *stream) {
    if (stream->digested)
        return true;
    if (stream->count < LODE_EXACT_DRAWS) {
        const int64_t more = stream->room * 2 < LODE_EXACT_DRAWS ? stream->room * 2 : LODE_EXACT_DRAWS;
        return stream->count < stream->room || make_room(stream, more);
    }
    if (!make_digest(stream))
        return false;
    sort_values(stream);
    lode_digest_add_sorted(stream->digest, stream->values, (int32_t)stream->count);
    return true;
}

lode_code lode_stream_add(lode_stream *stream, double value) {
    if (isnan(value)) {
        stream->missing++;
        return LODE_OK;
    }
    if (!has_place(stream))
        return LODE_NOMEM;
    const double number = value + 0.0; /* one zero, not two: equal values are the same bits, in any order */
    if (stream->digested)
        lode_digest_add(stream->digest, number);
    else
        stream->values[stream->count] = number;
    stream->sorted = false;
    stream->count++;
    const double off = number - stream->mean;
    stream->mean += off / (double)stream->count;
    stream->squares += off * (number - stream->mean);
    return LODE_OK;
}

int64_t lode_stream_count(const lode_stream *stream) {
    return stream->count;
}

int64_t lode_stream_missing(const lode_stream *stream) {
    return stream->missing;
}

double lode_stream_mean(const lode_stream *stream) {
    return stream->count > 0 ? stream->mean : NAN;
}

double lode_stream_sd(const lode_stream *stream) {
    return stream->count > 1 ? sqrt(stream->squares / (double)(stream->count - 1)) : NAN;
}

double lode_sorted_quantile(const double *sorted, int64_t count, double p) {
    if (count == 0)
        return NAN;
    const double rank = fmin(fmax(p, 0), 1) * (double)(count - 1);
    const int64_t below = (int64_t)rank;
    const double low = sorted[below], high = below + 1 < count ? sorted[below + 1] : low;
    return low == high ? low : low + (high - low) * (rank - (double)below);
}

double lode_stream_quantile(lode_stream *stream, double p) {
    if (stream->digested)
        return lode_digest_quantile(stream->digest, p);
    sort_values(stream);
    return lode_sorted_quantile(stream->values, stream->count, p);
}

static double sorted_tail(const double *sorted, int64_t count, double mass, bool upper) {
    const double wanted = mass * (double)count;
    double taken = 0, sum = 0;
    for (int64_t i = 0; i < count && taken < wanted; i++) {
        const double weight = fmin(1, wanted - taken);
        sum += weight * sorted[upper ? count - 1 - i : i];
        taken += weight;
    }
    return taken > 0 ? sum / taken : sorted[upper ? count - 1 : 0];
}

double lode_stream_tail(lode_stream *stream, double p, bool upper) {
    const double share = fmin(fmax(p, 0), 1), mass = upper ? 1 - share : share;
    if (stream->count == 0)
        return NAN;
    if (stream->digested)
        return lode_digest_tail(stream->digest, mass, upper);
    sort_values(stream);
    return sorted_tail(stream->values, stream->count, mass, upper);
}
