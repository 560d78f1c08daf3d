/* The names nearest to a miss, for messages ("did you mean"): offer candidates one by one, then write the sentence. */
#ifndef LODESTONE_NEAREST_H
#define LODESTONE_NEAREST_H

#include <stddef.h>

typedef struct {
    const char *wanted;
    const char *names[3]; /* borrowed, nearest first */
    int distances[3];
    int count;
} lode_nearest;

void lode_nearest_begin(lode_nearest *nearest, const char *wanted);
/* Keeps `candidate` (borrowed until the text is written) if it is among the three nearest. Optimal string alignment distance,
 * ignoring case. O(product of the lengths); names longer than 63 characters are never near. */
void lode_nearest_offer(lode_nearest *nearest, const char *candidate);
/* `did you mean a, b or c?`, or "" when nothing is near; always terminated. Returns the number of names. */
int lode_nearest_format(const lode_nearest *nearest, char *out, size_t out_size);

#endif
