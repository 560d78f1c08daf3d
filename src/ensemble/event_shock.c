/* Shock: an entry of the battery begins on a day that nobody knows.
 *
 *   arrivals of a Poisson process of `per_year`, the first `most` of them; each adds the instruments of the entry `of`, as they are
 *   written, with dates that are counted from the start of the shock moved to that day, and new ids
 *
 * A day that is written as a date stays: a shock whose entries have dates of their own is no shock of a drawn day. Names among the
 * entries of one shock follow their new ids.
 *
 * Where this is from. No chance of any shock of the battery is published; one that is written here is an assumption, and the price of
 * security (`lodestone stress`) is the way to go without. */
#include "ensemble/event_kind.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *of;
    double per_year;
    int32_t most;
} shock;

#define AT(field) offsetof(shock, field)
static const lode_key rows[] = {
    {.name = "of",
     .kind = LODE_KEY_TEXT,
     .required = true,
     .offset = AT(of),
     .doc = "name of an entry of the scenario's `battery`"},
    {.name = "per_year",
     .kind = LODE_KEY_NUMBER,
     .required = true,
     .unit = "a year",
     .fallback = NAN,
     .max = 12,
     .offset = AT(per_year),
     .doc = "how often it begins"},
    {.name = "most",
     .kind = LODE_KEY_INTEGER,
     .fallback = 1,
     .min = 1,
     .max = 100,
     .offset = AT(most),
     .doc = "it happens no more often than this"},
};
#undef AT
static const lode_key_table table = {"shock", sizeof(shock), sizeof rows / sizeof rows[0], rows};

static void read(lode_event_check *check, void *attributes) {
    const shock *own = attributes;
    char fix[400];
    if (!own->of || lode_scenario_shock(check->scenario, own->of) >= 0) {
        return;
    }
    lode_scenario_shock_fix(check->scenario, own->of, fix, sizeof fix);
    lode_event_error(check, LODE_UNKNOWN_ID, fix, "`%s`: the battery has no `%.80s`", check->event->id, own->of);
}

static const lode_yaml_node *shocks_of(const lode_scenario *s, const char *name) {
    const lode_yaml_node *battery = s->file->battery;
    for (const lode_yaml_node *entry = battery ? battery->first : NULL; entry; entry = entry->next) {
        const lode_yaml_node *written = lode_yaml_get(entry, "name");
        if (written && strcmp(written->text, name) == 0) {
            return lode_yaml_get(entry, "shocks");
        }
    }
    return NULL;
}

typedef struct {
    lode_event_drawing *drawing;
    const lode_yaml_node *shocks;
    lode_day day;
} moving;

/* `shock_start+6` as the date that it is for this day; NULL for any other text. */
static const char *moved_date(const moving *m, const char *text) {
    static const char word[] = "shock_start";
    size_t length = sizeof word - 1;
    char date[11];
    if (strncmp(text, word, length) != 0) {
        return NULL;
    }
    lode_day_format(lode_day_add_months(m->day, atoi(text + length)), date);
    return lode_arena_strdup(m->drawing->arena, date);
}

static const char *new_name(const moving *m, const char *id) {
    int year, month, day;
    lode_day_to(m->day, &year, &month, &day);
    return lode_arena_printf(m->drawing->arena, "%s@%s@%04d-%02d-%02d", m->drawing->event->id, id, year, month, day);
}

static bool is_sibling(const moving *m, const char *text) {
    bool found = false;
    for (const lode_yaml_node *one = m->shocks->first; one && !found; one = one->next) {
        const lode_yaml_node *id = lode_yaml_get(one, "id");
        found = id && strcmp(id->text, text) == 0;
    }
    return found;
}

static const char *moved_text(const moving *m, const lode_yaml_node *node) {
    const char *date = moved_date(m, node->text);
    if (date) {
        return date;
    }
    bool words = node->key && (strcmp(node->key, "title") == 0 || strcmp(node->key, "note") == 0);
    return !words && is_sibling(m, node->text) ? new_name(m, node->text) : node->text;
}

/* A copy with its children, in the arena of the draw; depth is that of the file. */
static lode_yaml_node *copied(const moving *m, const lode_yaml_node *node) {
    lode_yaml_node *copy = lode_event_node(m->drawing, node->kind, node->key, moved_text(m, node));
    for (const lode_yaml_node *child = node->first; copy && child; child = child->next) {
        lode_event_append(copy, copied(m, child));
    }
    if (copy) {
        copy->quoted = node->quoted;
        copy->file = node->file;
        copy->line = node->line;
        copy->column = node->column;
    }
    return copy;
}

/* False for one that would start after the horizon, which a scenario refuses. */
static bool starts_in_time(const lode_event_drawing *drawing, const lode_yaml_node *entry) {
    const lode_yaml_node *start = lode_yaml_get(entry, "start");
    lode_day day = LODE_NO_DAY;
    return start && lode_day_parse(start->text, &day, NULL) && lode_event_in_horizon(drawing->scenario, day);
}

static void begin(lode_event_drawing *drawing, const shock *own, lode_day day) {
    moving m = {drawing, shocks_of(drawing->scenario, own->of), day};
    lode_event_happened(drawing, day);
    for (const lode_yaml_node *one = m.shocks ? m.shocks->first : NULL; one; one = one->next) {
        lode_yaml_node *entry = copied(&m, one);
        if (entry && !lode_yaml_get(entry, "start")) {
            lode_event_put_day(drawing, entry, "start", day);
        }
        if (entry && !lode_yaml_get(entry, "assumed")) {
            lode_event_put(drawing, entry, "assumed", "true");
        }
        if (entry && starts_in_time(drawing, entry)) {
            lode_event_keep(drawing, entry);
        }
    }
}

static void draw(lode_event_drawing *drawing, const void *attributes) {
    const shock *own = attributes;
    double years = 0;
    for (int32_t k = 0; k < own->most; k++) {
        lode_day day = lode_event_arrival(drawing, own->of, own->per_year, (uint64_t)k, 1, &years);
        if (day == LODE_NO_DAY) {
            return;
        }
        begin(drawing, own, day);
    }
}

const lode_event_kind lode_event_shock = {
    .name = "shock",
    .doc = "An entry of the battery begins on a drawn day.",
    .attributes = &table,
    .check = read,
    .draw = draw,
};
