#include "report/spark.h"

#include <math.h>
#include <string.h>

enum { LEVELS = 8, MOST_WIDTH = 80 };

/* Lower blocks for sparks and left ones for the ends of bars. */
static const char *const lower_block[LEVELS] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
static const char *const left_block[LEVELS] = {"▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
/* By how much ink they take. */
static const char *const ascii[LEVELS] = {"_", ".", ":", "-", "=", "+", "*", "#"};

/* ---- bars ---- */

int lode_text_add_bar(lode_text *text, double value, double most, int width, bool blocks) {
    if (!(value > 0) || !(most > 0) || width < 1)
        return 0;
    const int parts = blocks ? LEVELS : 1;
    const int all = (int)fmax(1, round(fmin(1, value / most) * width * parts));
    for (int i = 0; i < all / parts; i++)
        lode_text_add(text, blocks ? left_block[LEVELS - 1] : "#");
    if (all % parts > 0)
        lode_text_add(text, left_block[all % parts - 1]);
    return (all + parts - 1) / parts;
}

void lode_text_add_bar_cell(lode_text *text, double value, double most, int width, bool blocks) {
    const int used = lode_text_add_bar(text, value, most, width, blocks);
    lode_text_addf(text, "%*s", width - used, "");
}

/* ---- sparks ---- */

bool lode_spark_range(const double *values, int32_t count, double *low, double *high) {
    double least = INFINITY, most = -INFINITY;
    for (int32_t i = 0; i < count; i++)
        if (isfinite(values[i])) {
            least = fmin(least, values[i]);
            most = fmax(most, values[i]);
        }
    if (!(least <= most))
        return false;
    *low = least;
    *high = most;
    return true;
}

/* Mean of values[from] to values[end - 1], NaN if none is a number. */
static double mean_of(const double *values, int32_t from, int32_t end) {
    double sum = 0;
    int32_t count = 0;
    for (int32_t i = from; i < end; i++)
        if (isfinite(values[i])) {
            sum += values[i];
            count++;
        }
    return count > 0 ? sum / count : (double)NAN;
}

const char *lode_spark_sign(double share, bool blocks) {
    const int level = (int)fmin(LEVELS - 1, floor(fmax(0, share) * LEVELS));
    return blocks ? lower_block[level] : ascii[level];
}

/* What is the same throughout lies at the bottom. */
static const char *glyph(double value, double low, double high, bool blocks) {
    return isnan(value) ? " " : lode_spark_sign(high > low ? (value - low) / (high - low) : 0, blocks);
}

int lode_text_add_spark(lode_text *text, const double *values, int32_t count, int width, double low, double high,
                        bool blocks) {
    const int columns = count < width ? (int)count : width;
    for (int c = 0; c < columns; c++) {
        const int32_t from = (int32_t)((int64_t)c * count / columns),
                      end = (int32_t)((int64_t)(c + 1) * count / columns);
        lode_text_add(text, glyph(mean_of(values, from, end), low, high, blocks));
    }
    return columns > 0 ? columns : 0;
}

/* ---- bars about a middle ---- */

void lode_text_axis_widen(lode_text_axis *axis, double value) {
    if (isfinite(value)) {
        axis->least = fmin(axis->least, value);
        axis->most = fmax(axis->most, value);
    }
}

int lode_text_axis_place(const lode_text_axis *axis, double value) {
    if (!(axis->most > axis->least))
        return 0;
    return (int)round((value - axis->least) / (axis->most - axis->least) * (axis->width - 1));
}

static void draw_towards(char *cells, const lode_text_axis *axis, double value, char with) {
    if (!isfinite(value) || !isfinite(axis->middle))
        return;
    const int from = lode_text_axis_place(axis, axis->middle), to = lode_text_axis_place(axis, value);
    const int step = to > from ? 1 : -1;
    for (int at = from; at != to; at += step)
        cells[at + step] = cells[at + step] == ' ' ? with : '=';
}

void lode_text_add_swing(lode_text *text, const lode_text_axis *axis, double low, double high) {
    char cells[MOST_WIDTH + 1];
    memset(cells, ' ', sizeof cells);
    draw_towards(cells, axis, low, '-');
    draw_towards(cells, axis, high, '+');
    if (isfinite(axis->middle))
        cells[lode_text_axis_place(axis, axis->middle)] = '|';
    lode_text_addf(text, "%.*s", axis->width, cells);
}
