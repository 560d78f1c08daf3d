/* UTF-8, as far as reading files and counting columns needs it. */
#ifndef LODE_BASE_UTF8_H
#define LODE_BASE_UTF8_H

#include <stddef.h>

/* Bytes of the well-formed character at the beginning of `text` (of `left` bytes), 0 if there is none. O(1). */
size_t lode_utf8_length(const char *text, size_t left);
/* Characters in `length` bytes; a byte that is not well formed counts as one. O(length). */
size_t lode_utf8_count(const char *text, size_t length);

#endif
