#include "report/rounded.h"

#include <math.h>

/* An error of 1.x to 3.5 has two digits, as the Particle Data Group prints them. */
#define TWO_DIGITS_BELOW 3.55

enum { MOST_DIGITS = 3, BLIND_DIGITS = 2 };

/* Power of ten of the last digit worth printing. */
static int last_digit(double value, double low, double high) {
    const double error = fmax(value - low, high - value); /* fmax passes over a NaN */
    const int first = value != 0 ? (int)floor(log10(fabs(value))) : 0;
    if (isnan(error))
        return first - (BLIND_DIGITS - 1);
    const int least = first - (MOST_DIGITS - 1), leading = error > 0 ? (int)floor(log10(error)) : least;
    const int digit = leading - (error > 0 && error / pow(10, leading) < TWO_DIGITS_BELOW);
    return digit > least ? digit : least;
}

double lode_rounded(double value, double low, double high, int *decimals) {
    *decimals = 0;
    if (!isfinite(value) || (value == 0 && !(fmax(-low, high) > 0)))
        return value == 0 ? 0 : value;
    const int digit = last_digit(value, low, high);
    *decimals = digit < 0 ? (digit < -6 ? 6 : -digit) : 0;
    const double step = pow(10, digit), rounded = round(value / step) * step;
    return rounded == 0 ? 0 : rounded; /* no "-0" */
}

void lode_text_add_rounded(lode_text *text, int width, double value, double low, double high) {
    int decimals;
    const double rounded = lode_rounded(value, low, high, &decimals);
    if (isnan(rounded))
        lode_text_addf(text, "%*s", width, "-");
    else
        lode_text_addf(text, "%*.*f", width, decimals, rounded);
}
