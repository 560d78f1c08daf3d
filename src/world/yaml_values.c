/* Typed access to a tree, with findings. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/number.h"
#include "lodestone/nearest.h"
#include "world/yaml_tree.h"

const lode_yaml_node *lode_yaml_get(const lode_yaml_node *map, const char *key) {
    if (!map || map->kind != LODE_YAML_MAP)
        return NULL;
    for (const lode_yaml_node *child = map->first; child; child = child->next)
        if (!strcmp(child->key, key))
            return child;
    return NULL;
}

bool lode_yaml_is_null(const lode_yaml_node *node) {
    return !node || (node->kind == LODE_YAML_SCALAR && !node->quoted &&
                     (!node->text[0] || !strcmp(node->text, "~") || !strcmp(node->text, "null")));
}

const char *lode_yaml_kind_name(lode_yaml_kind kind) {
    return kind == LODE_YAML_MAP ? "a mapping" : kind == LODE_YAML_SEQUENCE ? "a list" : "text";
}

lode_code lode_yaml_error(lode_diags *diags, lode_code code, const lode_yaml_node *node, const char *fix,
                          const char *message, ...) {
    char text[400];
    va_list args;
    va_start(args, message);
    vsnprintf(text, sizeof text, message, args);
    va_end(args);
    return lode_diag_add(diags, LODE_ERROR, code, node ? node->file : "", node ? node->line : 0,
                         node ? node->column : 0, fix, "%s", text);
}

/* The text of a scalar; NULL, with a finding if it is something else. */
static const char *scalar(const lode_yaml_node *node, const char *what, const char *fix, lode_diags *diags) {
    if (lode_yaml_is_null(node))
        return NULL;
    if (node->kind == LODE_YAML_SCALAR)
        return node->text;
    lode_yaml_error(diags, LODE_BAD_TYPE, node, fix, "%s is %s", what, lode_yaml_kind_name(node->kind));
    return NULL;
}

static bool wrong(const lode_yaml_node *node, const char *what, lode_code code, const char *fix, const char *why,
                  lode_diags *diags) {
    lode_yaml_error(diags, code, node, fix, "%s: `%.80s` %s", what, node->text, why);
    return false;
}

bool lode_yaml_text(const lode_yaml_node *node, const char *what, const char **out, lode_diags *diags) {
    const char *text = scalar(node, what, "write a text", diags);
    if (text)
        *out = text;
    return text != NULL;
}

static bool check_range(const lode_yaml_node *node, const char *what, double value, double min, double max,
                        lode_diags *diags) {
    char low[32], high[32], fix[120];
    lode_format_real(min, low);
    lode_format_real(max, high);
    snprintf(fix, sizeof fix, "write a number%s%s%s%s%s", low[0] ? ", at least " : "", low,
             low[0] && high[0] ? " and" : "", high[0] ? " at most " : "", high);
    if (value < min)
        return wrong(node, what, LODE_BAD_RANGE, fix, "is too small", diags);
    if (value > max)
        return wrong(node, what, LODE_BAD_RANGE, fix, "is too large", diags);
    return true;
}

bool lode_yaml_real(const lode_yaml_node *node, const char *what, double min, double max, double *out,
                    lode_diags *diags) {
    const char *text = scalar(node, what, "write a number", diags);
    double value;
    if (!text)
        return false;
    if (!lode_parse_real(text, &value))
        return wrong(node, what, LODE_BAD_TYPE, "write a number", "is not a number", diags);
    if (!check_range(node, what, value, min, max, diags))
        return false;
    *out = value;
    return true;
}

bool lode_yaml_int(const lode_yaml_node *node, const char *what, int32_t min, int32_t max, int32_t *out,
                   lode_diags *diags) {
    const char *text = scalar(node, what, "write a whole number", diags);
    int32_t value;
    if (!text)
        return false;
    if (!lode_parse_int(text, &value))
        return wrong(node, what, LODE_BAD_TYPE, "write a whole number", "is not a whole number", diags);
    if (!check_range(node, what, value, min, max, diags))
        return false;
    *out = value;
    return true;
}

bool lode_yaml_bool(const lode_yaml_node *node, const char *what, bool *out, lode_diags *diags) {
    const char *text = scalar(node, what, "write true or false", diags);
    if (!text)
        return false;
    bool yes = !strcmp(text, "true") || !strcmp(text, "yes"), no = !strcmp(text, "false") || !strcmp(text, "no");
    if (!yes && !no)
        return wrong(node, what, LODE_BAD_TYPE, "write true or false", "is neither true nor false", diags);
    *out = yes;
    return true;
}

bool lode_yaml_day(const lode_yaml_node *node, const char *what, lode_day *out, int *precision, lode_diags *diags) {
    const char *text = scalar(node, what, "write a date: YYYY, YYYY-MM or YYYY-MM-DD", diags);
    if (!text)
        return false;
    if (!lode_day_parse(text, out, precision))
        return wrong(node, what, LODE_BAD_TYPE, "write YYYY, YYYY-MM or YYYY-MM-DD", "is not a date", diags);
    return true;
}

static void nearest_of(const char *const *names, const char *wanted, char *out, size_t size) {
    lode_nearest nearest;
    lode_nearest_begin(&nearest, wanted);
    for (int i = 0; names[i]; i++)
        lode_nearest_offer(&nearest, names[i]);
    lode_nearest_format(&nearest, out, size);
}

bool lode_yaml_word(const lode_yaml_node *node, const char *what, const char *const *names, int *out,
                    lode_diags *diags) {
    const char *text = scalar(node, what, "write one word", diags);
    if (!text)
        return false;
    for (int i = 0; names[i]; i++)
        if (!strcmp(names[i], text)) {
            *out = i;
            return true;
        }
    char fix[240];
    nearest_of(names, text, fix, sizeof fix);
    return wrong(node, what, LODE_BAD_TYPE, fix, "is not one of the words", diags);
}

void lode_yaml_check_keys(const lode_yaml_node *map, const char *what, const char *const *names, lode_diags *diags) {
    if (!map || map->kind != LODE_YAML_MAP)
        return;
    for (const lode_yaml_node *child = map->first; child; child = child->next) {
        bool known = false;
        for (int i = 0; names[i] && !known; i++)
            known = !strcmp(names[i], child->key);
        if (known)
            continue;
        char fix[240];
        nearest_of(names, child->key, fix, sizeof fix);
        lode_diag_add(diags, LODE_ERROR, LODE_UNKNOWN_KEY, child->file, child->key_line, child->key_column, fix,
                      "%s has no key `%.80s`", what, child->key);
    }
}
