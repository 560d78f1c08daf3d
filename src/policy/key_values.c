/* Asking what keys.c has read: series, keyed series, lists, days. */
#include "policy/keys.h"

double lode_series_at(const lode_series *series, int32_t month, double fallback) {
    if (series->count == 0) {
        return fallback;
    }
    return series->values[month < 0 ? 0 : month < series->count ? month : series->count - 1];
}

const lode_series *lode_keyed_find(const lode_keyed_series *keyed, int32_t key) {
    for (int32_t i = keyed->count - 1; i >= 0; i--) {
        if (keyed->keys[i] == key) {
            return &keyed->series[i];
        }
    }
    return NULL;
}

bool lode_list_has(const lode_index_list *list, int32_t item) {
    for (int32_t i = 0; i < list->count; i++) {
        if (list->items[i] == item) {
            return true;
        }
    }
    return false;
}

void lode_mark_commodities(const lode_world *w, const lode_index_list *commodities, const lode_index_list *stages,
                           bool *wanted) {
    bool all = commodities->count + stages->count == 0;
    for (int32_t c = 0; c < w->commodity_count; c++) {
        wanted[c] = all || lode_list_has(commodities, c) || lode_list_has(stages, (int32_t)w->commodities[c].stage);
    }
}

lode_day lode_when_day(const lode_when *when, lode_day shock_start) {
    if (!when->given) {
        return LODE_NO_DAY;
    }
    return when->after_shock ? lode_day_add_months(shock_start, when->months) : when->day;
}

const char *lode_key_kind_words(lode_key_kind kind) {
    static const char *const words[] = {
#define LODE_X(name, type, text) text,
        LODE_KEY_KINDS(LODE_X)
#undef LODE_X
    };
    return words[kind];
}
