/* Distributions as a scenario writes them. Which keys a distribution has is one table. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/number.h"
#include "ensemble/distribution.h"

typedef struct {
    lode_distribution *out;
    const lode_yaml_node *node; /* of the distribution */
    const char *name;
    lode_arena *arena;
    lode_diags *diags;
} reading;

static lode_code wrong(const reading *r, const lode_yaml_node *node, const char *fix, const char *why) {
    return lode_yaml_error(r->diags, LODE_BAD_RANGE, node ? node : r->node, fix, "%s: %s", r->name, why);
}

/* The number of a key; `fallback` where it is not written, NaN for one that must be. */
static lode_code take(const reading *r, const char *key, double fallback, double *out) {
    const lode_yaml_node *node = lode_yaml_get(r->node, key);
    *out = fallback;
    if (!lode_yaml_is_null(node)) {
        return lode_yaml_real(node, key, -INFINITY, INFINITY, out, r->diags) ? LODE_OK : LODE_BAD_TYPE;
    }
    if (!isnan(fallback)) {
        return LODE_OK;
    }
    return lode_yaml_error(r->diags, LODE_MISSING_VALUE, r->node, "write it between the braces", "%s has no `%s`",
                           r->name, key);
}

typedef struct {
    const char *key;
    double fallback;
    double *out;
} wanted;

static lode_code take_all(const reading *r, const wanted *list, int count) {
    lode_code first = LODE_OK;
    for (int i = 0; i < count; i++) {
        lode_code code = take(r, list[i].key, list[i].fallback, list[i].out);
        first = first ? first : code;
    }
    return first;
}

/* ---- one function per family ---- */

static lode_code check_support(const reading *r) {
    const lode_distribution *d = r->out;
    if (!(d->low < d->high) || !isfinite(d->high - d->low)) {
        return wrong(r, lode_yaml_get(r->node, "low"), "write the smaller one in `low`", "`low` is not below `high`");
    }
    if (d->mode < d->low || d->mode > d->high) {
        return wrong(r, lode_yaml_get(r->node, "mode"), "let it lie between `low` and `high`",
                     "`mode` lies outside its range");
    }
    return LODE_OK;
}

static lode_code read_uniform(reading *r) {
    lode_distribution *d = r->out;
    const wanted keys[] = {{"low", NAN, &d->low}, {"high", NAN, &d->high}};
    lode_code code = take_all(r, keys, 2);
    d->mode = d->low;
    return code ? code : check_support(r);
}

static lode_code read_modal(reading *r) {
    lode_distribution *d = r->out;
    double shape = 4;
    bool pert = d->kind == LODE_DISTRIBUTION_PERT;
    const wanted keys[] = {
        {"low", NAN, &d->low}, {"mode", NAN, &d->mode}, {"high", NAN, &d->high}, {"shape", 4, &shape}};
    lode_code code = take_all(r, keys, pert ? 4 : 3);
    code = code ? code : check_support(r);
    if (!code && !(shape > 0 && shape <= 1000)) {
        return wrong(r, lode_yaml_get(r->node, "shape"), "4 is usual; more is narrower, at most 1000",
                     "`shape` is not above 0 and at most 1000");
    }
    if (!code) {
        d->a = 1 + shape * (d->mode - d->low) / (d->high - d->low);
        d->b = 1 + shape * (d->high - d->mode) / (d->high - d->low);
    }
    return code;
}

static lode_code read_normal(reading *r) {
    lode_distribution *d = r->out;
    const wanted keys[] = {{"mean", NAN, &d->mean}, {"sd", NAN, &d->sd}};
    lode_code code = take_all(r, keys, 2);
    if (!code && !(d->sd > 0)) {
        return wrong(r, lode_yaml_get(r->node, "sd"), "write its standard deviation", "`sd` is not above 0");
    }
    return code;
}

/* {p5, p95}: the 5th and the 95th percentile lie 1.645 deviations from the middle, on the scale of logarithms. */
static lode_code read_percentiles(reading *r) {
    const double deviations = 1.6448536269514722;
    double p5, p95;
    const wanted keys[] = {{"p5", NAN, &p5}, {"p95", NAN, &p95}};
    lode_code code = take_all(r, keys, 2);
    if (!code && !(p5 > 0 && p5 < p95)) {
        return wrong(r, lode_yaml_get(r->node, "p5"), "a lognormal number is above 0",
                     "`p5` is not between 0 and `p95`");
    }
    if (!code) {
        r->out->mean = (log(p5) + log(p95)) / 2;
        r->out->sd = (log(p95) - log(p5)) / (2 * deviations);
    }
    return code;
}

static lode_code read_lognormal(reading *r) {
    lode_distribution *d = r->out;
    bool by_percentiles = lode_yaml_get(r->node, "p5") || lode_yaml_get(r->node, "p95");
    if (by_percentiles && (lode_yaml_get(r->node, "median") || lode_yaml_get(r->node, "sd_log"))) {
        return lode_yaml_error(r->diags, LODE_CONFLICT, r->node, "keep {median, sd_log} or {p5, p95}",
                               "lognormal is written both ways");
    }
    if (by_percentiles) {
        return read_percentiles(r);
    }
    double median;
    const wanted keys[] = {{"median", NAN, &median}, {"sd_log", NAN, &d->sd}};
    lode_code code = take_all(r, keys, 2);
    if (!code && !(median > 0 && d->sd > 0 && d->sd <= 20)) {
        return wrong(r, NULL, "`sd_log` is the standard deviation of the logarithm: 0.2 is about 20%",
                     "`median` and `sd_log` are not above 0, or `sd_log` is above 20");
    }
    d->mean = code ? 0 : log(median);
    return code;
}

static lode_code read_beta(reading *r) {
    lode_distribution *d = r->out;
    const wanted keys[] = {{"a", NAN, &d->a}, {"b", NAN, &d->b}, {"low", 0, &d->low}, {"high", 1, &d->high}};
    lode_code code = take_all(r, keys, 4);
    d->mode = d->low;
    if (!code && !(d->a >= 0.01 && d->b >= 0.01 && d->a <= 1e6 && d->b <= 1e6)) {
        return wrong(r, NULL, "its mean is a / (a + b)", "`a` and `b` are not between 0.01 and a million");
    }
    return code ? code : check_support(r);
}

static lode_code read_bernoulli(reading *r) {
    lode_distribution *d = r->out;
    const lode_yaml_node *node = r->node->kind == LODE_YAML_MAP ? lode_yaml_get(r->node, "p") : r->node;
    d->a = NAN;
    if (lode_yaml_is_null(node)) {
        return lode_yaml_error(r->diags, LODE_MISSING_VALUE, r->node, "write bernoulli: 0.3", "bernoulli has no `p`");
    }
    return lode_yaml_real(node, "bernoulli", 0, 1, &d->a, r->diags) ? LODE_OK : LODE_BAD_RANGE;
}

/* ---- lists ---- */

static lode_code read_numbers(const reading *r, const lode_yaml_node *list, const char *what, double least,
                              double **out) {
    if (lode_yaml_is_null(list) || list->kind != LODE_YAML_SEQUENCE || list->count == 0) {
        return lode_yaml_error(r->diags, LODE_BAD_TYPE, list ? list : r->node, "write them as [x, x, ...]",
                               "%s: %s is not a list of numbers", r->name, what);
    }
    *out = lode_arena_alloc(r->arena, (size_t)list->count, sizeof **out);
    if (!*out) {
        return LODE_NOMEM;
    }
    lode_code code = LODE_OK;
    int32_t i = 0;
    for (const lode_yaml_node *one = list->first; one; one = one->next, i++) {
        if (lode_yaml_is_null(one)) {
            code =
                lode_yaml_error(r->diags, LODE_MISSING_VALUE, one, "write a number", "%s: %s has a gap", r->name, what);
        } else if (!lode_yaml_real(one, what, least, INFINITY, &(*out)[i], r->diags)) {
            code = LODE_BAD_TYPE;
        }
    }
    return code;
}

static int compare_numbers(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static lode_code read_empirical(reading *r) {
    double *values = NULL;
    lode_code code = read_numbers(r, r->node, "the sample", -INFINITY, &values);
    if (!code) {
        r->out->count = r->node->count;
        r->out->values = values;
        qsort(values, (size_t)r->node->count, sizeof *values, compare_numbers);
    }
    return code;
}

typedef struct {
    double value, weight;
} atom;

static int compare_atoms(const void *a, const void *b) {
    return compare_numbers(&((const atom *)a)->value, &((const atom *)b)->value);
}

/* Sorts the values with their weights, which become probabilities of this value or a smaller one. */
static lode_code order_atoms(reading *r, double *values, double *weights, int32_t count) {
    atom *atoms = lode_arena_alloc(r->arena, (size_t)count, sizeof *atoms);
    double total = 0, sum = 0;
    if (!atoms) {
        return LODE_NOMEM;
    }
    for (int32_t i = 0; i < count; i++) {
        atoms[i] = (atom){values[i], weights[i]};
    }
    qsort(atoms, (size_t)count, sizeof *atoms, compare_atoms);
    for (int32_t i = 0; i < count; i++) {
        total += atoms[i].weight;
    }
    if (!(total > 0) || !isfinite(total)) {
        return wrong(r, lode_yaml_get(r->node, "weights"), "give one of them a weight above 0",
                     "the weights have no finite sum above 0");
    }
    for (int32_t i = 0; i < count; i++) {
        sum += atoms[i].weight;
        values[i] = atoms[i].value;
        weights[i] = sum == total ? 1 : sum / total;
    }
    weights[count - 1] = 1;
    r->out->count = count;
    r->out->values = values;
    r->out->upto = weights;
    return LODE_OK;
}

static lode_code read_discrete(reading *r) {
    bool plain = r->node->kind == LODE_YAML_SEQUENCE;
    const lode_yaml_node *list = plain ? r->node : lode_yaml_get(r->node, "values");
    const lode_yaml_node *given = plain ? NULL : lode_yaml_get(r->node, "weights");
    double *values = NULL, *weights = NULL;
    lode_code code = read_numbers(r, list, "`values`", -INFINITY, &values);
    if (code) {
        return code;
    }
    if (given) {
        code = read_numbers(r, given, "`weights`", 0, &weights);
    } else if (!(weights = lode_arena_alloc(r->arena, (size_t)list->count, sizeof *weights))) {
        code = LODE_NOMEM;
    }
    for (int32_t i = 0; !given && weights && i < list->count; i++) {
        weights[i] = 1;
    }
    if (!code && given && given->count != list->count) {
        return lode_yaml_error(r->diags, LODE_BAD_SUM, given, "give each value a weight",
                               "discrete has %d values and %d weights", (int)list->count, (int)given->count);
    }
    return code ? code : order_atoms(r, values, weights, list->count);
}

/* ---- which it is ---- */

typedef struct {
    lode_code (*read)(reading *r);
    bool may_be_scalar, may_be_list, may_be_map;
    const char *keys[8];
    const char *example;
} family;

static const family families[LODE_DISTRIBUTION_COUNT] = {
    {read_uniform, false, false, true, {"low", "high"}, "uniform: {low: 1, high: 2}"},
    {read_modal, false, false, true, {"low", "mode", "high"}, "triangular: {low: 1, mode: 2, high: 4}"},
    {read_modal, false, false, true, {"low", "mode", "high", "shape"}, "pert: {low: 1, mode: 2, high: 4}"},
    {read_normal, false, false, true, {"mean", "sd"}, "normal: {mean: 1, sd: 0.1}"},
    {read_lognormal, false, false, true, {"median", "sd_log", "p5", "p95"}, "lognormal: {median: 1, sd_log: 0.2}"},
    {read_beta, false, false, true, {"a", "b", "low", "high"}, "beta: {a: 2, b: 5}"},
    {read_discrete, false, true, true, {"values", "weights"}, "discrete: {values: [1, 2], weights: [0.7, 0.3]}"},
    {read_bernoulli, true, false, true, {"p"}, "bernoulli: 0.3"},
    {read_empirical, false, true, false, {NULL}, "empirical: [1.2, 1.5, 0.9]"},
};

static int kind_of_key(const char *key) {
    for (int i = 0; i < LODE_DISTRIBUTION_COUNT; i++) {
        if (strcmp(lode_distribution_names[i], key) == 0) {
            return i;
        }
    }
    return -1;
}

static const lode_yaml_node *next_distribution(const lode_yaml_node *child) {
    while (child && (!child->key || kind_of_key(child->key) < 0)) {
        child = child->next;
    }
    return child;
}

lode_code lode_distribution_find(const lode_yaml_node *entry, const lode_yaml_node **out, lode_diags *diags) {
    *out = entry->kind == LODE_YAML_MAP ? next_distribution(entry->first) : NULL;
    if (!*out) {
        return lode_yaml_error(diags, LODE_MISSING_VALUE, entry,
                               "write one of uniform, triangular, pert, normal, lognormal, beta, discrete, bernoulli, "
                               "empirical, such as triangular: {low: 1, mode: 2, high: 4}",
                               "no distribution is named");
    }
    const lode_yaml_node *second = next_distribution((*out)->next);
    if (second) {
        return lode_yaml_error(diags, LODE_CONFLICT, second, "keep one of them", "both `%s` and `%s` are written",
                               (*out)->key, second->key);
    }
    return LODE_OK;
}

static lode_code check_shape(const reading *r, const family *f) {
    const lode_yaml_node *node = r->node;
    bool fits = !lode_yaml_is_null(node) && ((node->kind == LODE_YAML_SCALAR && f->may_be_scalar) ||
                                             (node->kind == LODE_YAML_SEQUENCE && f->may_be_list) ||
                                             (node->kind == LODE_YAML_MAP && f->may_be_map));
    if (!fits) {
        return lode_yaml_error(r->diags, LODE_BAD_TYPE, node, f->example, "%s is %s", r->name,
                               lode_yaml_is_null(node) ? "empty" : lode_yaml_kind_name(node->kind));
    }
    size_t before = lode_diags_error_count(r->diags);
    lode_yaml_check_keys(node, r->name, f->keys, r->diags);
    return lode_diags_error_count(r->diags) > before ? LODE_UNKNOWN_KEY : LODE_OK;
}

/* ---- bounds ---- */

static lode_code read_bound(const lode_yaml_node *node, double open, double *out, lode_diags *diags) {
    *out = open;
    if (lode_yaml_is_null(node)) {
        return LODE_OK;
    }
    return lode_yaml_real(node, "bounds", -INFINITY, INFINITY, out, diags) ? LODE_OK : LODE_BAD_TYPE;
}

static lode_code read_bounds(reading *r, const lode_yaml_node *bounds) {
    double low, high;
    char least[32], most[32], text[96];
    if (lode_yaml_is_null(bounds)) {
        return LODE_OK;
    }
    if (bounds->kind != LODE_YAML_SEQUENCE || bounds->count != 2) {
        return lode_yaml_error(r->diags, LODE_BAD_TYPE, bounds, "write bounds: [low, high]; `~` leaves one open",
                               "`bounds` is not a list of two numbers");
    }
    lode_code code = read_bound(bounds->first, -INFINITY, &low, r->diags);
    lode_code second = read_bound(bounds->first->next, INFINITY, &high, r->diags);
    code = code ? code : second;
    if (code) {
        return code;
    }
    if (!(low < high)) {
        return lode_yaml_error(r->diags, LODE_BAD_RANGE, bounds, "write the smaller one first",
                               "`bounds`: the lower one is not below the upper one");
    }
    if (!lode_distribution_truncate(r->out, low, high)) {
        lode_format_digits(lode_distribution_quantile(r->out, 0.01), 4, least);
        lode_format_digits(lode_distribution_quantile(r->out, 0.99), 4, most);
        snprintf(text, sizeof text, "98%% of it lies between %.20s and %.20s", least, most);
        return lode_yaml_error(r->diags, LODE_BAD_RANGE, bounds, text,
                               "impossible bounds: nothing of this %s distribution lies between them", r->name);
    }
    return LODE_OK;
}

lode_code lode_distribution_read(lode_distribution *out, const lode_yaml_node *entry, lode_arena *arena,
                                 lode_diags *diags) {
    *out = (lode_distribution){.bound_low = -INFINITY, .bound_high = INFINITY, .bound_mass = 1};
    reading r = {.out = out, .arena = arena, .diags = diags};
    lode_code code = lode_distribution_find(entry, &r.node, diags);
    if (code) {
        return code;
    }
    int kind = kind_of_key(r.node->key);
    r.name = lode_distribution_names[kind];
    out->kind = (lode_distribution_kind)kind;
    code = check_shape(&r, &families[kind]);
    code = code ? code : families[kind].read(&r);
    return code ? code : read_bounds(&r, lode_yaml_get(entry, "bounds"));
}
