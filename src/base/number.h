/* Numbers as text, the same under every locale. */
#ifndef LODE_BASE_NUMBER_H
#define LODE_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The whole text must be a decimal number ([+-] digits [. digits] [e [+-] digits]); no blanks, hex, infinity or NaN,
 * nothing that overflows. Correctly rounded. O(length). */
bool lode_parse_real(const char *text, double *out);
bool lode_parse_int(const char *text, int32_t *out);
/* The shortest text that reads back as `value` ("" for NaN and infinities), and the same value to `digits` significant
 * digits. */
void lode_format_real(double value, char out[32]);
void lode_format_digits(double value, int digits, char out[32]);

#endif
