/* See notes.h. */
#include "policy/notes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST 400

static lode_note *said_before(lode_notes *notes, int32_t period, int32_t instrument, const char *text) {
    for (int32_t i = notes->count - 1; i >= 0; i--) {
        lode_note *note = &notes->items[i];
        if (note->instrument == instrument && note->last >= period - 1 && strcmp(note->text, text) == 0) {
            return note;
        }
    }
    return NULL;
}

static lode_note *add(lode_notes *notes, lode_note note) {
    if (notes->count == notes->room) {
        int32_t room = notes->room ? notes->room * 2 : 16;
        lode_note *items = realloc(notes->items, (size_t)room * sizeof *items);
        if (!items) {
            return NULL;
        }
        notes->items = items;
        notes->room = room;
    }
    notes->items[notes->count] = note;
    return &notes->items[notes->count++];
}

static void append(lode_notes *notes, const lode_note *note, const char *text) {
    size_t size = strlen(text) + 1;
    lode_note copy = *note;
    copy.text = malloc(size);
    if (copy.text) {
        memcpy(copy.text, text, size);
    }
    if (!copy.text || !add(notes, copy)) {
        free(copy.text);
        notes->failed = true;
    }
}

void lode_notes_add(lode_notes *notes, int32_t period, int32_t instrument, bool warns, const char *format, ...) {
    char text[LONGEST];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    lode_note *before = said_before(notes, period, instrument, text);
    if (before) {
        before->last = period > before->last ? period : before->last;
    } else {
        append(notes, &(lode_note){.instrument = instrument, .first = period, .last = period, .warns = warns}, text);
    }
}

lode_code lode_notes_copy(lode_notes *to, const lode_notes *from) {
    lode_notes_release(to);
    for (int32_t i = 0; i < from->count; i++) {
        append(to, &from->items[i], from->items[i].text);
    }
    return to->failed ? LODE_NOMEM : LODE_OK;
}

void lode_notes_truncate(lode_notes *notes, int32_t period) {
    int32_t kept = 0;
    for (int32_t i = 0; i < notes->count; i++) {
        if (notes->items[i].first >= period) {
            free(notes->items[i].text);
            continue;
        }
        notes->items[kept] = notes->items[i];
        notes->items[kept].last = notes->items[kept].last < period ? notes->items[kept].last : period - 1;
        kept++;
    }
    notes->count = kept;
}

void lode_notes_release(lode_notes *notes) {
    for (int32_t i = 0; i < notes->count; i++) {
        free(notes->items[i].text);
    }
    free(notes->items);
    *notes = (lode_notes){0};
}
