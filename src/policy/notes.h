/* What a run has to say of itself while it goes on: states of instruments that no number of a table shows (a reference price that is not
 * held, an iteration that did not settle). A sentence that is said again in the next period is one note over both. */
#ifndef LODE_POLICY_NOTES_H
#define LODE_POLICY_NOTES_H

#include <stdbool.h>
#include <stdint.h>

#include "lodestone/error.h"

typedef struct {
    int32_t instrument;  /* of the plan */
    int32_t first, last; /* periods */
    bool warns;          /* something is not as the instrument promises */
    char *text;          /* owned */
} lode_note;

typedef struct {
    int32_t count, room;
    lode_note *items; /* owned */
    bool failed;      /* out of memory: notes are missing, the step must fail */
} lode_notes;

/* Amortised O(notes of the last period). */
void lode_notes_add(lode_notes *notes, int32_t period, int32_t instrument, bool warns, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
lode_code lode_notes_copy(lode_notes *to, const lode_notes *from); /* deep; `to` is emptied first */
void lode_notes_truncate(lode_notes *notes, int32_t period);       /* forgets what was said in `period` and later */
void lode_notes_release(lode_notes *notes);

#endif
