/* What kinds of events share: amounts, names, plants, random numbers and days. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/rng.h"
#include "ensemble/event_kind.h"
#include "lodestone/nearest.h"

#define DAYS_A_YEAR  365.2425
#define DAYS_A_MONTH 30.4 /* parts of a month, as in `months` of an instrument */

void lode_event_error(const lode_event_check *check, lode_code code, const char *fix, const char *message, ...) {
    char text[400];
    va_list arguments;
    va_start(arguments, message);
    vsnprintf(text, sizeof text, message, arguments);
    va_end(arguments);
    const lode_event *e = check->event;
    lode_diag_add(check->diags, LODE_ERROR, code, e->file, e->line, e->column, fix, "%s", text);
}

/* ---- amounts ---- */

static void check_amount_keys(const lode_event_check *check, const lode_yaml_node *node, const char *what) {
    const char *names[LODE_DISTRIBUTION_COUNT + 2] = {"bounds"};
    for (int k = 0; k < LODE_DISTRIBUTION_COUNT; k++) {
        names[k + 1] = lode_distribution_names[k];
    }
    lode_yaml_check_keys(node, what, names, check->diags);
}

void lode_event_read_amount(lode_event_check *check, const lode_yaml_node *node, const char *what, double fallback,
                            double least, double most, lode_event_amount *out) {
    *out = (lode_event_amount){.value = fallback};
    if (lode_yaml_is_null(node)) {
        return;
    }
    if (node->kind != LODE_YAML_MAP) {
        lode_yaml_real(node, what, least, most, &out->value, check->diags);
        return;
    }
    check_amount_keys(check, node, what);
    lode_code code = lode_distribution_read(&out->distribution, node, check->arena, check->diags);
    check->failed = check->failed || code == LODE_NOMEM;
    if (code != LODE_OK) {
        return;
    }
    out->drawn = true;
    double low = lode_distribution_quantile(&out->distribution, 1e-12);
    double high = lode_distribution_quantile(&out->distribution, 1 - 1e-12);
    if (!(low >= least && high <= most)) {
        lode_yaml_error(check->diags, LODE_BAD_RANGE, node, "add `bounds: [LOW, HIGH]`",
                        "`%s` must lie between %g and %g, and can come to %g or %g", what, least, most, low, high);
    }
}

double lode_event_amount_at(const lode_event_amount *amount, double u) {
    return amount->drawn ? lode_distribution_quantile(&amount->distribution, u) : amount->value;
}

/* ---- instruments by name ---- */

/* `*` stands for any text, none included. */
static bool matches(const char *pattern, const char *id) {
    const char *star = NULL, *resume = NULL;
    while (*id) {
        if (*pattern == '*') {
            star = ++pattern;
            resume = id;
        } else if (*pattern == *id) {
            pattern++;
            id++;
        } else if (star) {
            pattern = star;
            id = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*') {
        pattern++;
    }
    return *pattern == '\0';
}

static void no_such_instrument(const lode_event_check *check, const char *what, const char *name) {
    char fix[400];
    lode_nearest nearest;
    lode_nearest_begin(&nearest, name);
    for (int32_t i = 0; i < check->scenario->count; i++) {
        lode_nearest_offer(&nearest, check->scenario->instruments[i]->common.id);
    }
    lode_nearest_format(&nearest, fix, sizeof fix);
    lode_event_error(check, LODE_UNKNOWN_ID, fix[0] ? fix : "name entries of `policies` or `shocks`",
                     "`%s` of `%s`: no instrument `%.80s`", what, check->event->id, name);
}

void lode_event_resolve(lode_event_check *check, lode_text_list *names, const char *what) {
    const lode_scenario *s = check->scenario;
    lode_text_list found = {.items = lode_arena_alloc(check->arena, (size_t)s->count + 1, sizeof *found.items)};
    if (!found.items) {
        check->failed = true;
        return;
    }
    for (int32_t n = 0; n < names->count; n++) {
        bool any = false;
        for (int32_t i = 0; i < s->count && !any; i++) {
            any = matches(names->items[n], s->instruments[i]->common.id);
        }
        if (!any) {
            no_such_instrument(check, what, names->items[n]);
        }
    }
    for (int32_t i = 0; i < s->count; i++) {
        bool named = false;
        for (int32_t n = 0; n < names->count && !named; n++) {
            named = matches(names->items[n], s->instruments[i]->common.id);
        }
        if (named) {
            found.items[found.count++] = s->instruments[i]->common.id;
        }
    }
    *names = found;
}

/* ---- plants ---- */

static bool is_there(const lode_event_plants *plants, const lode_world *w, const lode_asset *a) {
    bool region = plants->regions.count > 0 ? lode_list_has(&plants->regions, a->region)
                                            : w->regions[a->region].bloc != LODE_BLOC_CONTROLLING;
    return region && lode_list_has(&plants->stages, (int32_t)w->processes[a->process].stage);
}

void lode_event_find_plants(lode_event_check *check, lode_event_plants *plants, const bool *statuses) {
    const lode_world *w = check->scenario->world;
    if ((plants->assets.count > 0) == (plants->stages.count > 0)) {
        lode_event_error(check, plants->assets.count > 0 ? LODE_CONFLICT : LODE_MISSING_VALUE,
                         "write either `assets`, or `stages` and perhaps `regions`",
                         "`%s` must say which plants it is about, in one way", check->event->id);
        return;
    }
    if (plants->assets.count > 0) {
        return;
    }
    plants->assets.items = lode_arena_alloc(check->arena, (size_t)w->asset_count + 1, sizeof *plants->assets.items);
    check->failed = check->failed || !plants->assets.items;
    for (int32_t a = 0; plants->assets.items && a < w->asset_count; a++) {
        if (statuses[w->assets[a].status] && is_there(plants, w, &w->assets[a])) {
            plants->assets.items[plants->assets.count++] = a;
        }
    }
    if (plants->assets.items && plants->assets.count == 0) {
        lode_diag_add(check->diags, LODE_WARNING, LODE_NOT_FOUND, check->event->file, check->event->line,
                      check->event->column, "look at `stages`, `regions` and at assets.csv",
                      "`%s` is about no plant of this world", check->event->id);
    }
}

int32_t lode_event_next_site(const lode_world *w, const lode_event_plants *plants, int32_t *next) {
    while (*next < plants->assets.count) {
        int32_t at = (*next)++, asset = plants->assets.items[at];
        bool came = false;
        for (int32_t i = 0; i < at && !came; i++) {
            came = lode_same_site(&w->assets[plants->assets.items[i]], &w->assets[asset]);
        }
        if (!came) {
            return asset;
        }
    }
    return -1;
}

const char *lode_event_site_name(const lode_world *w, int32_t asset) {
    const lode_asset *a = &w->assets[asset];
    return a->site && a->site[0] ? a->site : a->id;
}

/* ---- chance and days ---- */

double lode_event_uniform(const lode_event_drawing *drawing, const char *entity, uint64_t counter) {
    return lode_uniform(drawing->seed, lode_key_mix(drawing->key, lode_key_text(entity)), counter);
}

void lode_event_happened(lode_event_drawing *drawing, lode_day day) {
    lode_event_outcome *out = drawing->out;
    out->count++;
    out->first = out->first == LODE_NO_DAY || day < out->first ? day : out->first;
}

lode_day lode_event_arrival(const lode_event_drawing *drawing, const char *entity, double per_year, uint64_t number,
                            uint64_t stride, double *years) {
    if (!(per_year > 0)) {
        return LODE_NO_DAY;
    }
    *years -= log(lode_event_uniform(drawing, entity, number * stride)) / per_year;
    double days = floor(*years * DAYS_A_YEAR);
    return days < drawing->until - drawing->from ? drawing->from + (lode_day)days : LODE_NO_DAY;
}

bool lode_event_in_horizon(const lode_scenario *s, lode_day day) {
    return day >= s->from && day < lode_day_add_months(s->to, s->step_months);
}

lode_day lode_event_after(lode_day day, double months) {
    double whole = floor(months);
    return lode_day_add_months(day, (int)whole) + (lode_day)lround((months - whole) * DAYS_A_MONTH);
}
