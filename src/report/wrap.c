#include "report/wrap.h"

#include <math.h>
#include <string.h>

/* Columns (not bytes) of a UTF-8 text of `length` bytes. */
static int columns_of(const char *text, size_t length) {
    int columns = 0;
    for (size_t i = 0; i < length; i++)
        columns += ((unsigned char)text[i] & 0xC0) != 0x80;
    return columns;
}

void lode_text_wrap(lode_text *text, const char *words, int width, int indent) {
    int column = 0;
    for (words += strspn(words, " "); *words; words += strspn(words, " ")) {
        const size_t length = strcspn(words, " ");
        const int wide = columns_of(words, length);
        if (column > 0 && column + 1 + wide > width) {
            lode_text_add(text, "\n");
            column = 0;
        }
        if (column == 0)
            lode_text_addf(text, "%*s", indent, "");
        else
            lode_text_add(text, " ");
        lode_text_addf(text, "%.*s", (int)length, words);
        column = column == 0 ? indent + wide : column + 1 + wide;
        words += length;
    }
    lode_text_add(text, "\n");
}

void lode_text_end_line(lode_text *text) {
    while (text->length > 0 && text->data[text->length - 1] == ' ')
        text->data[--text->length] = '\0';
    lode_text_add(text, "\n");
}

void lode_text_add_coloured(lode_text *text, const char *figure, double badness, bool colour) {
    const char *code = badness < 0.05 ? "32" : badness < 0.2 ? "33" : "31";
    if (colour && !isnan(badness))
        lode_text_addf(text, "\033[%sm%s\033[0m", code, figure);
    else
        lode_text_add(text, figure);
}
