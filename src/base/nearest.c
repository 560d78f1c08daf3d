/* Optimal string alignment: the fewest insertions, deletions, substitutions and swaps of neighbours that turn one word
 * into the other, no part edited twice. Three rows of the table are enough. A candidate is near when about a third of
 * the word would change. */
#include "lodestone/nearest.h"

#include <stdio.h>
#include <string.h>

#define LONGEST 63

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int smaller(int a, int b) {
    return a < b ? a : b;
}

static int distance(const char *a, size_t a_length, const char *b, size_t b_length) {
    int rows[3][LONGEST + 1];
    int *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++)
        last[j] = (int)j;
    memset(rows[0], 0, sizeof rows[0]);
    for (size_t i = 1; i <= a_length; i++) {
        row[0] = (int)i;
        for (size_t j = 1; j <= b_length; j++) {
            char x = lower(a[i - 1]), y = lower(b[j - 1]);
            int best = smaller(last[j] + 1, row[j - 1] + 1);
            best = smaller(best, last[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == lower(b[j - 2]) && lower(a[i - 2]) == y)
                best = smaller(best, before[j - 2] + 1);
            row[j] = best;
        }
        int *free_row = before;
        before = last;
        last = row;
        row = free_row;
    }
    return last[b_length];
}

void lode_nearest_begin(lode_nearest *nearest, const char *wanted) {
    *nearest = (lode_nearest){.wanted = wanted};
}

void lode_nearest_offer(lode_nearest *nearest, const char *candidate) {
    size_t wanted_length = strlen(nearest->wanted), length = strlen(candidate);
    if (!wanted_length || !length || wanted_length > LONGEST || length > LONGEST)
        return;
    int limit = wanted_length < 4 ? 1 : (int)(wanted_length + 2) / 3;
    size_t difference = wanted_length > length ? wanted_length - length : length - wanted_length;
    int far = -1;
    if (wanted_length >= 2 && !strncmp(candidate, nearest->wanted, wanted_length)) /* the beginning of a name */
        far = 0;
    else if (wanted_length >= 4 && strstr(candidate, nearest->wanted))
        far = limit;
    else if ((int)difference <= limit)
        far = distance(nearest->wanted, wanted_length, candidate, length);
    if (far < 0 || far > limit)
        return;
    int at = nearest->count;
    while (at > 0 && (far < nearest->distances[at - 1] ||
                      (far == nearest->distances[at - 1] && strcmp(candidate, nearest->names[at - 1]) < 0)))
        at--;
    if (at >= 3)
        return;
    if (nearest->count < 3)
        nearest->count++;
    for (int i = nearest->count - 1; i > at; i--) {
        nearest->names[i] = nearest->names[i - 1];
        nearest->distances[i] = nearest->distances[i - 1];
    }
    nearest->names[at] = candidate;
    nearest->distances[at] = far;
}

int lode_nearest_format(const lode_nearest *nearest, char *out, size_t out_size) {
    const char *const *n = nearest->names;
    if (out_size)
        out[0] = '\0';
    if (nearest->count == 1)
        snprintf(out, out_size, "did you mean %s?", n[0]);
    else if (nearest->count == 2)
        snprintf(out, out_size, "did you mean %s or %s?", n[0], n[1]);
    else if (nearest->count == 3)
        snprintf(out, out_size, "did you mean %s, %s or %s?", n[0], n[1], n[2]);
    return nearest->count;
}
