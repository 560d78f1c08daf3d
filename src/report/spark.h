/* Small charts within lines of text: bars, sparks, and bars about a middle. Of block characters where `blocks` allows it (an eighth of a column is
 * told apart), else of ASCII. Widths are display columns. */
#ifndef LODE_REPORT_SPARK_H
#define LODE_REPORT_SPARK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* A bar from nought to `value` on a scale where `most` fills `width` columns, without blanks behind it. Nought, NaN and what is below have none; any
 * other value at least a trace; what is above `most` fills it. Returns the columns used. */
int lode_text_add_bar(lode_text *text, double value, double most, int width, bool blocks);
/* The same and blanks up to `width`. */
void lode_text_add_bar_cell(lode_text *text, double value, double most, int width, bool blocks);

/* A spark of `count` values, eight heights from `low` (and below) to `high` (and above): a column for each value, or if there are more than `width` the
 * mean of as even a number of neighbours as there is. NaN is blank. Returns the columns used, min(count, width). O(count). */
int lode_text_add_spark(lode_text *text, const double *values, int32_t count, int width, double low, double high,
                        bool blocks);
/* The sign of a share of a spark's height, from 0 (and below) to 1 (and above): for a legend. */
const char *lode_spark_sign(double share, bool blocks);
/* Least and largest of the values that are numbers; false, and nothing said, if none is. */
bool lode_spark_range(const double *values, int32_t count, double *low, double *high);

/* The axis that the lines of a tornado share. */
typedef struct {
    double least, most, middle; /* INFINITY and -INFINITY to begin with; the middle may be NaN */
    int width;                  /* columns, up to 80 */
} lode_text_axis;

/* Makes room for a value; passes over what is not finite. */
void lode_text_axis_widen(lode_text_axis *axis, double value);
/* Column of a value of its range, 0 to width - 1. */
int lode_text_axis_place(const lode_text_axis *axis, double value);
/* `|` at the middle, `-` from there to `low`, `+` to `high`, `=` where they lie over each other; exactly axis->width columns. */
void lode_text_add_swing(lode_text *text, const lode_text_axis *axis, double low, double high);

#endif
