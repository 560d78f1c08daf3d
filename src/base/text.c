/* The buffer doubles; numbers are printed under the C locale, so that a host program's locale never reaches a file. */
#include "base/text.h"

#include <locale.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/utf8.h"

/* Makes room for `more` bytes and the terminator. */
static bool reserve(lode_text *text, size_t more) {
    if (text->failed)
        return false;
    if (more < text->capacity - text->length && text->data)
        return true;
    size_t capacity = text->capacity ? text->capacity : 128;
    while (capacity <= SIZE_MAX / 4 && capacity - text->length <= more)
        capacity *= 2;
    char *data = capacity - text->length > more ? realloc(text->data, capacity) : NULL;
    if (!data) {
        text->failed = true;
        return false;
    }
    text->data = data;
    text->capacity = capacity;
    return true;
}

void lode_text_addn(lode_text *text, const char *string, size_t length) {
    if (!reserve(text, length))
        return;
    if (length)
        memcpy(text->data + text->length, string, length);
    text->length += length;
    text->data[text->length] = '\0';
}

void lode_text_add(lode_text *text, const char *string) {
    lode_text_addn(text, string, strlen(string));
}

static void add_formatted(lode_text *text, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    if (length < 0)
        text->failed = true;
    else if (reserve(text, (size_t)length)) {
        vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void lode_text_addf(lode_text *text, const char *format, ...) {
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t previous = c_locale ? uselocale(c_locale) : (locale_t)0;
    va_list args;
    va_start(args, format);
    add_formatted(text, format, args);
    va_end(args);
    if (c_locale) {
        uselocale(previous);
        freelocale(c_locale);
    }
}

void lode_text_add_real(lode_text *text, double value) {
    char digits[32];
    lode_format_real(value, digits);
    lode_text_add(text, digits[0] ? digits : "null");
}

static void add_json_char(lode_text *text, unsigned char c) {
    if (c == '"' || c == '\\')
        lode_text_addf(text, "\\%c", c);
    else if (c == '\n')
        lode_text_add(text, "\\n");
    else if (c == '\t')
        lode_text_add(text, "\\t");
    else
        lode_text_addf(text, "\\u%04x", c);
}

void lode_text_add_json(lode_text *text, const char *string) {
    lode_text_add(text, "\"");
    size_t left = strlen(string);
    while (left) {
        size_t length = lode_utf8_length(string, left);
        unsigned char c = (unsigned char)*string;
        if (!length)
            lode_text_add(text, "\\ufffd");
        else if (length == 1 && (c < 0x20 || c == '"' || c == '\\' || c == 0x7f))
            add_json_char(text, c);
        else
            lode_text_addn(text, string, length);
        length = length ? length : 1;
        string += length;
        left -= length;
    }
    lode_text_add(text, "\"");
}

void lode_text_add_csv(lode_text *text, const char *cell) {
    if (!strpbrk(cell, ",\"\r\n")) {
        lode_text_add(text, cell);
        return;
    }
    lode_text_add(text, "\"");
    for (const char *c = cell; *c; c++) {
        lode_text_addn(text, c, 1);
        if (*c == '"')
            lode_text_add(text, "\"");
    }
    lode_text_add(text, "\"");
}

static void end_line(lode_text *text) {
    while (text->length && text->data[text->length - 1] == ' ')
        text->data[--text->length] = '\0';
}

void lode_text_add_wrapped(lode_text *text, const char *prose, int indent, int width) {
    int at = 0;
    for (const char *word = prose; *word;) {
        word += strspn(word, " \n");
        size_t length = strcspn(word, " \n");
        int columns = (int)lode_utf8_count(word, length);
        if (!length)
            break;
        if (at && at + 1 + columns > width) {
            lode_text_add(text, "\n");
            at = 0;
        }
        if (!at)
            lode_text_addf(text, "%*s", indent, "");
        else
            lode_text_add(text, " ");
        at = (at ? at + 1 : indent) + columns;
        lode_text_addn(text, word, length);
        word += length;
    }
    if (!text->failed)
        end_line(text);
    lode_text_add(text, "\n");
}

void lode_text_free(lode_text *text) {
    free(text->data);
    *text = (lode_text){0};
}

char *lode_text_take(lode_text *text) {
    if (!text->failed && !text->data)
        lode_text_add(text, "");
    char *data = text->failed ? NULL : text->data;
    if (text->failed)
        free(text->data);
    *text = (lode_text){0};
    return data;
}
