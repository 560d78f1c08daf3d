#include "report/markup.h"

static const char *entity_of(char c) {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    default:
        return NULL;
    }
}

void lode_text_add_markup(lode_text *text, const char *words) {
    for (; words && *words; words++) {
        const char *entity = entity_of(*words);
        if (entity)
            lode_text_add(text, entity);
        else
            lode_text_addn(text, words, 1);
    }
}
