/* Shrinking: a failing world is made smaller as long as it fails in the same way.
 *
 * Passes, repeated until none of them helps: fewer months, fewer events and battery entries, rows taken out (halves of a table, then
 * quarters, down to single rows; what refers to them goes too), and simpler cells (empty, 1, one digit). Which is delta debugging
 * (Zeller and Hildebrandt 2002) over tables whose references are known. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "property.h"

typedef struct {
    const property *property;
    uint64_t seed;
    const char *folder;
    char kind[WHY_ROOM];
    int looks, budget;
    draft *best;
} search;

static void kind_of(const char *why, char kind[WHY_ROOM]) {
    snprintf(kind, WHY_ROOM, "%.*s", (int)strcspn(why, ":"), why);
}

/* Keeps the candidate if it fails in the same way. */
static bool keep(search *s, draft *candidate) {
    trial t = {.world = candidate, .seed = s->seed, .folder = s->folder};
    char kind[WHY_ROOM];
    if (s->looks >= s->budget) {
        return false;
    }
    s->looks++;
    if (s->property->look(&t) != FAILS) {
        return false;
    }
    kind_of(t.why, kind);
    if (strcmp(kind, s->kind) != 0) {
        return false;
    }
    s->best = candidate;
    return true;
}

static bool fewer_months(search *s) {
    bool helped = false;
    for (int32_t months = s->best->months / 2; months >= 1;) {
        draft *d = draft_copy(s->best);
        d->months = months;
        if (!keep(s, d)) {
            break;
        }
        helped = true;
        months = s->best->months / 2;
    }
    return helped;
}

static bool fewer_events(search *s) {
    bool helped = false;
    for (int32_t k = s->best->event_count - 1; k >= 0; k--) {
        draft *d = draft_copy(s->best);
        memmove(&d->events[k], &d->events[k + 1], (size_t)(d->event_count - k - 1) * sizeof *d->events);
        d->event_count--;
        helped = keep(s, d) || helped;
    }
    for (int32_t k = s->best->entry_count - 1; k >= 0; k--) {
        draft *d = draft_copy(s->best);
        memmove(&d->entries[k], &d->entries[k + 1], (size_t)(d->entry_count - k - 1) * sizeof *d->entries);
        d->entry_count--;
        helped = keep(s, d) || helped;
    }
    return helped;
}

static bool fewer_rows(search *s, lode_table_id table) {
    bool helped = false;
    for (int32_t width = (s->best->tables[table].rows + 1) / 2; width >= 1; width /= 2) {
        for (int32_t row = s->best->tables[table].rows - 1; row >= 0; row -= width) {
            int32_t last = s->best->tables[table].rows - 1;
            row = row > last ? last : row;
            int32_t first = row - width + 1 > 0 ? row - width + 1 : 0;
            if (row < 0) {
                break;
            }
            draft *d = draft_copy(s->best);
            draft_remove(d, table, first, row - first + 1);
            helped = keep(s, d) || helped;
        }
    }
    return helped;
}

/* Simpler texts for a cell, simplest first; NULL behind the last. */
static void simpler(draft *d, const lode_attribute *a, const char *text, const char *out[4]) {
    int count = 0;
    bool number = a->type == LODE_ATTR_REAL || a->type == LODE_ATTR_INTEGER;
    if (*text && !(a->flags & (LODE_ATTR_REQUIRED | LODE_ATTR_KEY))) {
        out[count++] = "";
    }
    if (number && *text && strcmp(text, "1") != 0 && strcmp(a->name, "year") != 0) {
        out[count++] = "1";
        const char *round = draft_text(d, "%.1g", strtod(text, NULL));
        if (strtod(round, NULL) != strtod(text, NULL)) {
            out[count++] = round;
        }
    }
    out[count] = NULL;
}

static bool simpler_cells(search *s, lode_table_id table) {
    bool helped = false;
    for (int32_t row = 0; row < s->best->tables[table].rows; row++) {
        for (int32_t c = 0; c < s->best->tables[table].columns; c++) {
            const char *name = s->best->tables[table].names[c], *out[4];
            const lode_attribute *a = lode_attribute_find(lode_table_get(table), name);
            if (!a || strcmp(name, "source") == 0) {
                continue;
            }
            simpler(s->best, a, draft_get(s->best, table, row, name), out);
            for (int k = 0; out[k]; k++) {
                draft *d = draft_copy(s->best);
                draft_set(d, table, row, name, out[k]);
                if (keep(s, d)) {
                    helped = true;
                    break;
                }
            }
        }
    }
    return helped;
}

/* Tables whose rows take most with them come first. */
static const lode_table_id order[] = {LODE_TABLE_REGIONS,     LODE_TABLE_COMMODITIES, LODE_TABLE_PROCESSES,
                                      LODE_TABLE_ORES,        LODE_TABLE_ASSETS,      LODE_TABLE_SEGMENTS,
                                      LODE_TABLE_DEMAND,      LODE_TABLE_TRADE,       LODE_TABLE_OPTIONS,
                                      LODE_TABLE_STOCKS,      LODE_TABLE_WORKFORCE,   LODE_TABLE_RECIPES,
                                      LODE_TABLE_COST_CURVES, LODE_TABLE_CALIBRATION, LODE_TABLE_PARAMETERS};

draft *shrink(const property *p, const draft *from, uint64_t seed, const char *folder, int budget, int *looks) {
    search s = {.property = p, .seed = seed, .folder = folder, .budget = budget, .best = draft_copy(from)};
    trial first = {.world = from, .seed = seed, .folder = folder};
    p->look(&first);
    kind_of(first.why, s.kind);
    for (bool helped = true; helped && s.looks < budget;) {
        helped = fewer_months(&s);
        helped = fewer_events(&s) || helped;
        for (size_t k = 0; k < sizeof order / sizeof *order; k++) {
            helped = fewer_rows(&s, order[k]) || helped;
        }
        for (size_t k = 0; k < sizeof order / sizeof *order && !helped; k++) {
            helped = simpler_cells(&s, order[k]) || helped;
        }
    }
    *looks = s.looks;
    return s.best;
}
