/* What makes an episode a test and not a fit: at most eight fitted numbers, each of an event that the fit window knows, none of them a
 * price, a monthly path or a behavioural parameter; a predicted window that lies after the fitted one; and no behaviour of its own. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/number.h"
#include "calibrate/episode.h"

enum { LONGEST_CHAIN = 24 };

typedef struct {
    lode_episode *episode;
    lode_diags *diags;
    const lode_fitted_number *number;
    const lode_yaml_node *chain[LONGEST_CHAIN]; /* from the root of the scenario to the number */
    int depth;
} number_check;

static void refuse(lode_episode *e, lode_diags *diags, lode_code code, const char *fix, const char *path,
                   const char *why) {
    lode_diag_add(diags, LODE_ERROR, code, e->path, 0, 0, fix, "fitted number `%.160s`: %s", path, why);
}

/* ---- one number ---- */

static void check_range(const number_check *check) {
    const lode_fitted_number *n = check->number;
    if (!(n->low < n->high) || !(n->start >= n->low && n->start <= n->high))
        refuse(check->episode, check->diags, LODE_BAD_RANGE, "let low <= start <= high, and low < high", n->path,
               "its start is not within its range");
}

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static const lode_key *find_key(const lode_key_table *const *tables, int count, const char *name) {
    for (int t = 0; t < count; t++)
        for (int32_t i = 0; tables[t] && i < tables[t]->count; i++)
            if (strcmp(tables[t]->rows[i].name, name) == 0)
                return &tables[t]->rows[i];
    return NULL;
}

/* The unit of the number by the key tables of its instrument; "". */
static const char *unit_of(const number_check *check) {
    const lode_yaml_node *type = check->depth > 3 ? lode_yaml_get(check->chain[2], "type") : NULL;
    const lode_instrument_type *found = type ? lode_instrument_type_find(type->text) : NULL;
    const lode_key_table *tables[2] = {lode_instrument_common_table(), found ? found->attributes : NULL};
    const char *unit = "";
    int count = 2;
    for (int i = 3; i < check->depth; i++) {
        const lode_key *key = check->chain[i]->key ? find_key(tables, count, check->chain[i]->key) : NULL;
        if (!key)
            continue; /* an entry of a list, a region, or part of a straight line */
        unit = key->unit ? key->unit : "";
        if (key->nested) {
            tables[0] = key->nested;
            count = 1;
        }
    }
    return unit;
}

static void check_not_a_price(const number_check *check) {
    bool price = strstr(unit_of(check), "USD") != NULL;
    for (int i = 1; i < check->depth; i++)
        price = price || (check->chain[i]->key && ends_with(check->chain[i]->key, "usd_per_kg"));
    if (price)
        refuse(check->episode, check->diags, LODE_CONFLICT, "fit the event that moves it", check->number->path,
               "it is a price, which the model has to predict");
}

/* The first day from which the entries above the number hold; LODE_NO_DAY. */
static lode_day date_of(const number_check *check) {
    static const char *const keys[] = {"date", "start", "announced"};
    lode_day latest = LODE_NO_DAY;
    for (int i = 0; i < check->depth; i++)
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
            const lode_yaml_node *node = lode_yaml_get(check->chain[i], keys[k]);
            lode_day day;
            if (node && node->kind == LODE_YAML_SCALAR && lode_day_parse(node->text, &day, NULL) && day > latest)
                latest = day;
        }
    return latest;
}

/* Place of the number in the list of numbers it stands in; -1: it stands in none. */
static int place_in_list(const number_check *check) {
    const lode_yaml_node *list = check->depth > 1 ? check->chain[check->depth - 2] : NULL;
    int place = 0;
    if (!list || list->kind != LODE_YAML_SEQUENCE)
        return -1;
    for (const lode_yaml_node *one = list->first; one && one != check->chain[check->depth - 1]; one = one->next)
        place++;
    return place;
}

static void check_date(const number_check *check) {
    lode_day day = date_of(check), judged = check->episode->judge.from;
    int place = place_in_list(check);
    if (day != LODE_NO_DAY && place > 0)
        day = lode_day_add_months(day, place * (strcmp(check->chain[check->depth - 2]->key, "tonnes") == 0 ? 12 : 1));
    if (day != LODE_NO_DAY && judged != LODE_NO_DAY && day >= judged)
        refuse(check->episode, check->diags, LODE_CONFLICT,
               "fit what was known before, and let the rule that was fitted predict the rest", check->number->path,
               "it is dated in the window that is predicted");
}

/* Two numbers of one list are a path by month. */
static void check_not_a_path(const number_check *check, const lode_yaml_node **lists, int32_t index) {
    lists[index] = place_in_list(check) >= 0 ? check->chain[check->depth - 2] : NULL;
    for (int32_t i = 0; i < index; i++)
        if (lists[index] && lists[i] == lists[index])
            refuse(check->episode, check->diags, LODE_CONFLICT, "write the rule as {first: A, last: B, months: N}",
                   check->number->path, "it is a second number of one list: a monthly path");
}

static bool is_number(const lode_yaml_node *node) {
    double value;
    return node->kind == LODE_YAML_SCALAR && lode_parse_real(node->text, &value);
}

static bool of_an_event(const char *path) {
    return strncmp(path, "shocks.", 7) == 0 || strncmp(path, "policies.", 9) == 0;
}

static void check_number(lode_episode *e, int32_t index, const lode_yaml_node **lists, lode_diags *diags) {
    lode_fitted_number *n = &e->fitted[index];
    number_check check = {.episode = e, .diags = diags, .number = n};
    const lode_yaml_node here = {.kind = LODE_YAML_SCALAR, .file = e->path, .text = ""};
    check_range(&check);
    if (!of_an_event(n->path)) {
        refuse(e, diags, LODE_CONFLICT, "begin with `shocks.` or `policies.`; behaviour lives in parameters.csv alone",
               n->path, "it is not a number of an event");
        return;
    }
    check.depth = lode_scenario_walk(e->plain->file->root, n->path, check.chain, LONGEST_CHAIN, &here, diags);
    if (check.depth == 0)
        return;
    n->node = check.chain[check.depth - 1];
    if (!is_number(n->node)) {
        refuse(e, diags, LODE_BAD_TYPE, "name one number of the scenario", n->path, "no number stands there");
        return;
    }
    lode_parse_real(n->node->text, &n->value);
    check_not_a_price(&check);
    check_date(&check);
    check_not_a_path(&check, lists, index);
}

/* ---- the whole ---- */

static void check_count(lode_episode *e, lode_diags *diags) {
    if (e->fitted_count > LODE_MOST_FITTED)
        lode_diag_add(diags, LODE_ERROR, LODE_BAD_RANGE, e->path, 0, 0, "drop those that the data say least about",
                      "%d fitted numbers: an episode may have %d", (int)e->fitted_count, (int)LODE_MOST_FITTED);
    for (int32_t i = 0; i < e->fitted_count; i++)
        for (int32_t k = 0; k < i; k++)
            if (strcmp(e->fitted[i].path, e->fitted[k].path) == 0)
                refuse(e, diags, LODE_DUPLICATE, "list it once", e->fitted[i].path, "it is listed twice");
}

static void check_window(lode_episode *e, const lode_window *window, const char *name, lode_diags *diags) {
    const lode_scenario *s = e->plain;
    if (window->from == LODE_NO_DAY || window->to == LODE_NO_DAY)
        return; /* reported when it was read */
    if (window->from > window->to)
        lode_diag_add(diags, LODE_ERROR, LODE_BAD_RANGE, e->path, 0, 0, "write the earlier month in `from`",
                      "the window `%s` ends before it begins", name);
    if (window->from < s->from || window->to > s->to)
        lode_diag_add(diags, LODE_ERROR, LODE_BAD_RANGE, e->path, 0, 0, "lengthen the horizon of its scenario",
                      "the window `%s` is not within the horizon of %s", name, s->path);
}

static void check_windows(lode_episode *e, lode_diags *diags) {
    check_window(e, &e->shown, "shown", diags);
    check_window(e, &e->fit, "fit", diags);
    check_window(e, &e->judge, "judge", diags);
    if (e->judge.from != LODE_NO_DAY && e->fit.to != LODE_NO_DAY && e->judge.from <= e->fit.to)
        lode_diag_add(diags, LODE_ERROR, LODE_CONFLICT, e->path, 0, 0, "begin `judge` after `fit` ends",
                      "the window that is predicted overlaps the one that is fitted");
    if (e->plain->step_months != 1)
        lode_diag_add(diags, LODE_ERROR, LODE_CONFLICT, e->plain->path, 0, 0, "write `step: month`",
                      "an episode runs by the month");
}

static bool is_behaviour(const char *path) {
    if (strncmp(path, "parameters", 10) == 0)
        return true;
    return strncmp(path, "segments.", 9) == 0 &&
           (ends_with(path, ".elasticity") || ends_with(path, ".choke") || ends_with(path, ".long_run_elasticity") ||
            ends_with(path, ".cover_days"));
}

/* Assumptions may be nested: `parameters: {sigma: 0.5}`. */
static void check_assumptions(lode_episode *e, const lode_yaml_node *node, const char *path, lode_diags *diags) {
    for (const lode_yaml_node *one = node ? node->first : NULL; one; one = one->next) {
        char *longer = lode_arena_printf(e->arena, "%s%s%s", path, path[0] ? "." : "", one->key ? one->key : "");
        if (longer && one->kind == LODE_YAML_MAP)
            check_assumptions(e, one, longer, diags);
        else if (longer && is_behaviour(longer))
            lode_yaml_error(diags, LODE_CONFLICT, one, "leave it out: one set of parameters meets every episode",
                            "`%.160s` gives the episode a behaviour of its own", longer);
    }
}

void lode_episode_check(lode_episode *e, lode_diags *diags) {
    const lode_yaml_node **lists = lode_arena_alloc(e->arena, (size_t)e->fitted_count + 1, sizeof *lists);
    check_count(e, diags);
    check_windows(e, diags);
    check_assumptions(e, e->plain->file->assumptions, "", diags);
    for (int32_t i = 0; lists && i < e->fitted_count; i++)
        check_number(e, i, lists, diags);
}
