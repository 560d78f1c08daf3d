/* A growing text buffer, used for JSON, CSV and reports; never fails half-way: `failed` is set and further calls do
 * nothing. Formats print numbers under the C locale, whatever the host program's locale is. */
#ifndef LODE_BASE_TEXT_H
#define LODE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    char *data; /* always terminated once something was added; may be NULL before */
    size_t length;
    size_t capacity;
    bool failed;
} lode_text;

void lode_text_add(lode_text *text, const char *string);
void lode_text_addf(lode_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void lode_text_addn(lode_text *text, const char *string, size_t length);
/* The shortest text that reads back as `value`; `null` for NaN and infinities (as JSON wants it). */
void lode_text_add_real(lode_text *text, double value);
/* A JSON string with its quotes; bytes that are not UTF-8 become U+FFFD. */
void lode_text_add_json(lode_text *text, const char *string);
/* A CSV cell, quoted where RFC 4180 asks for it. */
void lode_text_add_csv(lode_text *text, const char *cell);
/* Prose broken at blanks into lines of at most `width` columns, each after `indent` blanks, and a line end. */
void lode_text_add_wrapped(lode_text *text, const char *prose, int indent, int width);
/* Hands over the data (owned by the caller; "" if nothing was added), empties the buffer; NULL if something failed. */
char *lode_text_take(lode_text *text);
void lode_text_free(lode_text *text);

#endif
