/* The grammar is checked here; the conversion is the C library's, under the C locale. */
#include "base/number.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_digits(const char *c) {
    while (*c >= '0' && *c <= '9')
        c++;
    return c;
}

static bool is_decimal(const char *text) {
    const char *c = text + (*text == '+' || *text == '-');
    const char *whole = skip_digits(c);
    size_t digits = (size_t)(whole - c);
    c = whole;
    if (*c == '.') {
        const char *fraction = skip_digits(c + 1);
        digits += (size_t)(fraction - c - 1);
        c = fraction;
    }
    if (!digits)
        return false;
    if (*c == 'e' || *c == 'E') {
        c += 1 + (c[1] == '+' || c[1] == '-');
        const char *exponent = skip_digits(c);
        if (exponent == c)
            return false;
        c = exponent;
    }
    return *c == '\0';
}

/* Switches this thread to the C locale; `restore` undoes it. With glibc and musl "C" is built in: nothing is
 * allocated. */
static locale_t use_c_locale(locale_t *c_locale) {
    *c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return *c_locale ? uselocale(*c_locale) : (locale_t)0;
}

static void restore(locale_t previous, locale_t c_locale) {
    if (!c_locale)
        return;
    uselocale(previous);
    freelocale(c_locale);
}

bool lode_parse_real(const char *text, double *out) {
    if (!is_decimal(text))
        return false;
    locale_t c_locale, previous = use_c_locale(&c_locale);
    if (!c_locale)
        return false;
    double value = strtod(text, NULL);
    restore(previous, c_locale);
    if (!isfinite(value))
        return false;
    *out = value;
    return true;
}

bool lode_parse_int(const char *text, int32_t *out) {
    const char *c = text + (*text == '+' || *text == '-');
    if (c == skip_digits(c) || *skip_digits(c))
        return false;
    int64_t value = 0;
    for (; *c; c++) {
        value = value * 10 + (*c - '0');
        if (value > INT32_MAX)
            return false;
    }
    *out = (int32_t)(*text == '-' ? -value : value);
    return true;
}

void lode_format_digits(double value, int digits, char out[32]) {
    out[0] = '\0';
    if (!isfinite(value))
        return;
    locale_t c_locale, previous = use_c_locale(&c_locale);
    snprintf(out, 32, "%.*g", digits < 1 ? 1 : digits > 17 ? 17 : digits, value);
    restore(previous, c_locale);
}

void lode_format_real(double value, char out[32]) {
    for (int digits = 15; digits <= 17; digits++) {
        lode_format_digits(value, digits, out);
        double back = 0;
        if (!out[0] || (lode_parse_real(out, &back) && back >= value && back <= value))
            return;
    }
}
