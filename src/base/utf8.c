/* Well-formed byte sequences as in table 3-7 of the Unicode standard: no overlong forms, no surrogates, nothing above
 * U+10FFFF. */
#include "base/utf8.h"

static int follows(const unsigned char *c, size_t count) {
    for (size_t i = 0; i < count; i++)
        if ((c[i] & 0xC0) != 0x80)
            return 0;
    return 1;
}

size_t lode_utf8_length(const char *text, size_t left) {
    const unsigned char *c = (const unsigned char *)text;
    if (!left)
        return 0;
    if (c[0] < 0x80)
        return 1;
    size_t length = c[0] >= 0xF0 ? 4 : c[0] >= 0xE0 ? 3 : 2;
    if (c[0] < 0xC2 || c[0] > 0xF4 || left < length || !follows(c + 1, length - 1))
        return 0;
    if ((c[0] == 0xE0 && c[1] < 0xA0) || (c[0] == 0xED && c[1] > 0x9F) || (c[0] == 0xF0 && c[1] < 0x90) ||
        (c[0] == 0xF4 && c[1] > 0x8F))
        return 0;
    return length;
}

size_t lode_utf8_count(const char *text, size_t length) {
    size_t count = 0;
    while (length) {
        size_t bytes = lode_utf8_length(text, length);
        bytes = bytes ? bytes : 1;
        text += bytes;
        length -= bytes;
        count++;
    }
    return count;
}
