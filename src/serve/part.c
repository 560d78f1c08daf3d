/* Parts of a page document: part.h. */
#include "part.h"

#include <stdio.h>
#include <string.h>

/* ---- how far a run is ---- */

static bool is_of(const json_t *row, const char *run) {
    const char *name = json_string_value(json_object_get(row, "run"));
    return name && strcmp(name, run) == 0;
}

bool serve_part_span(const json_t *part, const char *run, int32_t *first, int32_t *total) {
    size_t index;
    json_t *row;
    json_array_foreach(json_object_get(part, "runs"), index, row) {
        const json_t *from = json_object_get(row, "first"), *end = json_object_get(row, "end");
        if (is_of(row, run) && json_is_integer(from) && json_is_integer(end)) {
            *first = (int32_t)json_integer_value(from);
            *total = (int32_t)(json_integer_value(end) - json_integer_value(from));
            return *total >= 0;
        }
    }
    return false;
}

static int32_t end_of_section(const json_t *rows, const char *run) {
    int32_t end = 0;
    size_t index;
    json_t *row;
    json_array_foreach(rows, index, row) {
        const json_t *values = json_object_get(row, "values");
        if (json_is_array(values) && is_of(row, run)) {
            const int32_t own =
                (int32_t)json_integer_value(json_object_get(row, "first")) + (int32_t)json_array_size(values);
            end = own > end ? own : end;
        }
    }
    return end;
}

static const char *const SERIES[] = {"prices", "supply", "cover", "loss"};
enum { SERIES_COUNT = sizeof SERIES / sizeof SERIES[0] };

int32_t serve_part_end(const json_t *part, const char *run) {
    int32_t end = 0;
    for (size_t i = 0; i < SERIES_COUNT; i++) {
        const int32_t own = end_of_section(json_object_get(part, SERIES[i]), run);
        end = own > end ? own : end;
    }
    return end;
}

/* ---- merging ---- */

enum { MOST_KEYS = 6 };

typedef struct {
    const char *section;
    const char *keys[MOST_KEYS];
    bool is_series;
} section_keys;

static const section_keys SECTIONS[] = {
    {"prices", {"run", "commodity", "region", "kind"}, true},
    {"supply", {"run", "stage", "region"}, true},
    {"cover", {"run", "commodity", "region"}, true},
    {"loss", {"run", "class", "segment", "region"}, true},
    {"runs", {"run"}, false},
    {"matrix", {"run"}, false},
    {"flows", {"run", "year", "element", "from", "to"}, false},
    {"shipments", {"run", "year", "stage", "from", "to"}, false},
    {"output", {"run", "year", "asset"}, false},
    {"projects", {"run", "asset"}, false},
    {"money", {"run", "year", "instrument", "payer"}, false},
    {"fans", {"run", "what", "item", "region"}, false},
    {"drivers", {"metric"}, false},
    {"line_stops", {"run", "class", "region"}, false},
    {"bindings", {"run", "kind", "object", "commodity", "region", "from"}, false},
};

static const section_keys *keys_of(const char *section) {
    for (size_t i = 0; i < sizeof SECTIONS / sizeof SECTIONS[0]; i++) {
        if (strcmp(SECTIONS[i].section, section) == 0) {
            return &SECTIONS[i];
        }
    }
    return NULL;
}

/* The key of a row as one text. */
static void write_key(char *out, size_t size, const json_t *row, const section_keys *section) {
    size_t at = 0;
    out[0] = '\0';
    for (size_t i = 0; i < MOST_KEYS && section->keys[i] && at < size; i++) {
        const json_t *value = json_object_get(row, section->keys[i]);
        const int added = json_is_string(value)
                              ? snprintf(out + at, size - at, "%s\n", json_string_value(value))
                              : snprintf(out + at, size - at, "%lld\n", (long long)json_integer_value(value));
        at += added > 0 ? (size_t)added : 0;
    }
}

/* The values of `newer`, with those of `older` before and behind them, and null between. */
static json_t *overlay(const json_t *older, json_t *newer) {
    const json_int_t from = json_integer_value(json_object_get(older, "first"));
    const json_int_t fresh = json_integer_value(json_object_get(newer, "first"));
    json_t *old_values = json_object_get(older, "values"), *new_values = json_object_get(newer, "values");
    const json_int_t old_end = from + (json_int_t)json_array_size(old_values);
    const json_int_t new_end = fresh + (json_int_t)json_array_size(new_values);
    const json_int_t first = from < fresh ? from : fresh, end = old_end > new_end ? old_end : new_end;
    json_t *values = json_array();
    for (json_int_t period = first; period < end; period++) {
        const bool is_new = period >= fresh && period < new_end, is_old = period >= from && period < old_end;
        json_t *value = is_new   ? json_array_get(new_values, (size_t)(period - fresh))
                        : is_old ? json_array_get(old_values, (size_t)(period - from))
                                 : NULL;
        if (value ? json_array_append(values, value) : json_array_append_new(values, json_null())) {
            break;
        }
    }
    json_t *joined = json_copy(newer);
    json_object_set_new(joined, "first", json_integer(first));
    json_object_set_new(joined, "values", values);
    return joined;
}

/* The commonest case in place: months that follow those that are there. */
static bool extends(json_t *older, const json_t *newer) {
    json_t *old_values = json_object_get(older, "values"), *new_values = json_object_get(newer, "values");
    const json_int_t end =
        json_integer_value(json_object_get(older, "first")) + (json_int_t)json_array_size(old_values);
    return json_is_array(old_values) && json_is_array(new_values) &&
           json_integer_value(json_object_get(newer, "first")) == end && json_array_extend(old_values, new_values) == 0;
}

/* Where each row of the section stands. */
static json_t *places_of(const json_t *rows, const section_keys *section) {
    json_t *places = json_object();
    size_t index;
    json_t *row;
    char key[512];
    json_array_foreach(rows, index, row) {
        write_key(key, sizeof key, row, section);
        json_object_set_new(places, key, json_integer((json_int_t)index));
    }
    return places;
}

static bool lay_row(json_t *rows, json_t *places, json_t *row, const section_keys *section) {
    char key[512];
    write_key(key, sizeof key, row, section);
    const json_t *place = json_object_get(places, key);
    if (!place) {
        return json_object_set_new(places, key, json_integer((json_int_t)json_array_size(rows))) == 0 &&
               json_array_append(rows, row) == 0;
    }
    const size_t index = (size_t)json_integer_value(place);
    json_t *older = json_array_get(rows, index);
    if (!section->is_series) {
        return json_array_set(rows, index, row) == 0;
    }
    return extends(older, row) || json_array_set_new(rows, index, overlay(older, row)) == 0;
}

static bool merge_section(json_t *rows, json_t *newer, const section_keys *section) {
    json_t *places = places_of(rows, section);
    bool good = places != NULL;
    size_t index;
    json_t *row;
    json_array_foreach(newer, index, row) {
        good = good && lay_row(rows, places, row, section);
    }
    json_decref(places);
    return good;
}

bool serve_part_merge(json_t *document, json_t *part) {
    bool good = true;
    const char *name;
    json_t *value;
    json_object_foreach(part, name, value) {
        json_t *older = json_object_get(document, name);
        const section_keys *section = keys_of(name);
        if (section && json_is_array(older) && json_is_array(value)) {
            good = merge_section(older, value, section) && good;
        } else {
            good = json_object_set(document, name, value) == 0 && good;
        }
    }
    return good;
}
