/* What a request asks for: order.h. */
#include "order.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lodestone/nearest.h"

/* A pass over a body, and what is wrong with it. */
typedef struct {
    serve_order *order;
    const char *code;
    char *why;
} reading;

#define WRONG(at, code_, ...) ((at)->code = (code_), snprintf((at)->why, SERVE_ORDER_WHY, __VA_ARGS__), false)

/* ---- keys ---- */

static bool key_is_known(reading *at, const char *key, const char *const *known, const char *where) {
    char suggestion[128];
    lode_nearest nearest;
    lode_nearest_begin(&nearest, key);
    for (; *known; known++) {
        if (strcmp(key, *known) == 0) {
            return true;
        }
        lode_nearest_offer(&nearest, *known);
    }
    const bool found = lode_nearest_format(&nearest, suggestion, sizeof suggestion) > 0;
    return WRONG(at, "UNKNOWN_KEY", "%s has no `%.40s`%s%s", where, key, found ? "; " : "", found ? suggestion : "");
}

static bool keys_are_known(reading *at, json_t *object, const char *const *known, const char *where) {
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) {
        if (!key_is_known(at, key, known, where)) {
            return false;
        }
    }
    return true;
}

/* ---- levers ---- */

static bool is_month(const char *text) {
    if (strlen(text) != 7 || strspn(text, "0123456789") != 4 || text[4] != '-' || strspn(text + 5, "0123456789") != 2) {
        return false;
    }
    const int month = (text[5] - '0') * 10 + (text[6] - '0');
    return month >= 1 && month <= 12;
}

static bool read_lever(reading *at, json_t *item, size_t index) {
    static const char *const KEYS[] = {"lever", "value", "start", NULL};
    char where[32];
    snprintf(where, sizeof where, "levers[%zu]", index);
    if (!json_is_object(item)) {
        return WRONG(at, "BAD_TYPE", "%s is not an object", where);
    }
    if (!keys_are_known(at, item, KEYS, where)) {
        return false;
    }
    const char *lever = json_string_value(json_object_get(item, "lever"));
    const json_t *value = json_object_get(item, "value");
    const json_t *start = json_object_get(item, "start");
    if (!lever || lever[0] == '\0') {
        return WRONG(at, "MISSING_VALUE", "%s needs `lever`, the id of one", where);
    }
    if (!json_is_number(value) || !isfinite(json_number_value(value))) {
        return WRONG(at, "BAD_TYPE", "%s needs `value`, a number", where);
    }
    if (start && (!json_is_string(start) || !is_month(json_string_value(start)))) {
        return WRONG(at, "BAD_TYPE", "`start` of %s is a month, YYYY-MM", where);
    }
    at->order->values[at->order->count++] =
        (lode_lever_value){.lever = lever, .value = json_number_value(value), .start = json_string_value(start)};
    return true;
}

static bool read_levers(reading *at) {
    json_t *levers = json_object_get(at->order->json, "levers");
    if (!json_is_array(levers)) {
        return WRONG(at, levers ? "BAD_TYPE" : "MISSING_VALUE", "`levers` is an array of {lever, value, start}");
    }
    if (json_array_size(levers) > SERVE_MOST_LEVERS) {
        return WRONG(at, "BAD_RANGE", "`levers` has more than %d entries", SERVE_MOST_LEVERS);
    }
    size_t index;
    json_t *item;
    json_array_foreach(levers, index, item) {
        if (!read_lever(at, item, index)) {
            return false;
        }
    }
    return true;
}

/* ---- ensembles ---- */

static bool read_whole(reading *at, const char *key, json_int_t least, json_int_t most, json_int_t fallback,
                       json_int_t *out) {
    const json_t *value = json_object_get(at->order->json, key);
    *out = value ? json_integer_value(value) : fallback;
    if (value && !json_is_integer(value)) {
        return WRONG(at, "BAD_TYPE", "`%s` is a whole number", key);
    }
    if (*out < least || *out > most) {
        return WRONG(at, "BAD_RANGE", "`%s` is %lld to %lld", key, (long long)least, (long long)most);
    }
    return true;
}

static bool read_shocks(reading *at) {
    serve_order *order = at->order;
    json_t *shocks = json_object_get(order->json, "shocks");
    size_t index;
    json_t *item;
    if (shocks && (!json_is_array(shocks) || json_array_size(shocks) > SERVE_MOST_SHOCKS - 1)) {
        return WRONG(at, "BAD_TYPE", "`shocks` is an array of at most %d names", SERVE_MOST_SHOCKS - 1);
    }
    json_array_foreach(shocks, index, item) {
        if (!json_is_string(item)) {
            return WRONG(at, "BAD_TYPE", "shocks[%zu] is not a name", index);
        }
        order->shocks[order->shock_count++] = json_string_value(item);
    }
    return true;
}

static bool read_draws(reading *at) {
    json_int_t draws, seed, months;
    if (!read_whole(at, "draws", 1, SERVE_MOST_DRAWS, 100, &draws) || !read_whole(at, "seed", 0, INT64_MAX, 1, &seed) ||
        !read_whole(at, "months", 0, SERVE_MOST_MONTHS, 0, &months)) {
        return false;
    }
    at->order->draws = draws;
    at->order->seed = (uint64_t)seed;
    at->order->months = (int32_t)months;
    return read_shocks(at);
}

/* ---- bodies ---- */

bool serve_order_read(serve_order *order, const char *body, size_t size, bool ensemble, const char **code,
                      char why[SERVE_ORDER_WHY]) {
    static const char *const RUN_KEYS[] = {"levers", NULL};
    static const char *const ENSEMBLE_KEYS[] = {"levers", "draws", "seed", "months", "shocks", NULL};
    json_error_t error;
    *order = (serve_order){.json = json_loadb(body ? body : "", size, JSON_REJECT_DUPLICATES, &error)};
    reading at = {.order = order, .code = "SYNTAX", .why = why};
    bool good = json_is_object(order->json);
    if (!order->json) {
        snprintf(why, SERVE_ORDER_WHY, "the body is not JSON: line %d, column %d: %.120s", error.line, error.column,
                 error.text);
    } else if (!good) {
        snprintf(why, SERVE_ORDER_WHY, "the body is not a JSON object");
    }
    good = good && keys_are_known(&at, order->json, ensemble ? ENSEMBLE_KEYS : RUN_KEYS, "the body") &&
           read_levers(&at) && (!ensemble || read_draws(&at));
    *code = at.code;
    return good;
}

void serve_order_free(serve_order *order) {
    json_decref(order->json);
    *order = (serve_order){0};
}

json_t *serve_order_levers(const serve_order *order) {
    return json_deep_copy(json_object_get(order->json, "levers"));
}

/* ---- paths ---- */

static bool is_word(const char *text, size_t length) {
    if (length == 0 || length > 63) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        const bool dots = text[i] == '.' && (i + 1 == length || text[i + 1] == '.' || i == 0);
        if (dots || !(isalnum((unsigned char)text[i]) || strchr("_-.", text[i]))) {
            return false;
        }
    }
    return true;
}

bool serve_route_fits(const char *route, const char *path, char (*words)[256]) {
    for (size_t word = 0; *route;) {
        if (*route != '{') {
            if (*route++ != *path++) {
                return false;
            }
            continue;
        }
        const size_t length = strcspn(path, "/");
        if (word == 2 || !is_word(path, length)) {
            return false;
        }
        memcpy(words[word], path, length);
        words[word++][length] = '\0';
        path += length;
        route += strcspn(route, "}") + 1;
    }
    return *path == '\0';
}

bool serve_is_question(const char *what) {
    const size_t length = strlen(what);
    if (length == 0 || length > 200) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (what[i] < ' ' || what[i] > '~' || strchr("\"'\\", what[i])) {
            return false;
        }
    }
    return true;
}
