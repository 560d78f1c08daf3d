/* What entries say of one another: pairs of correlations into a matrix, and its factor. Only numbers that have a partner are in it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "ensemble/copula.h"
#include "ensemble/uncertain_entry.h"
#include "lodestone/nearest.h"

/* One line of `correlated`: every number of an entry with every number of a partner. */
typedef struct {
    int32_t first, count, partner_first, partner_count;
    double correlation;
    const lode_yaml_node *node;
} tie;

typedef struct {
    lode_uncertain_reading *r;
    tie *links;
    int32_t link_count;
    int32_t *place; /* of each number in the matrix, -1 */
    int32_t size;
    double *matrix; /* NaN where nothing is said yet */
} correlating;

static lode_code unknown_partner(const lode_uncertain_reading *r, const lode_yaml_node *node) {
    char fix[240];
    lode_nearest nearest;
    lode_nearest_begin(&nearest, node->key);
    for (int32_t i = 0; i < r->entry_count; i++) {
        lode_nearest_offer(&nearest, r->entries[i].id);
    }
    lode_nearest_format(&nearest, fix, sizeof fix);
    return lode_yaml_error(r->search.diags, LODE_UNKNOWN_ID, node,
                           fix[0] ? fix : "name another entry of `uncertainties`", "no uncertainty is called `%.80s`",
                           node->key);
}

/* The numbers of an entry, or the one of that full name (ID:PATH). */
static lode_code find_partner(const lode_uncertain_reading *r, const lode_yaml_node *node, tie *out) {
    int32_t index = lode_idmap_get(r->names, node->key);
    if (index == LODE_IS_EVENT) {
        return lode_yaml_error(r->search.diags, LODE_CONFLICT, node, "name an uncertain number",
                               "`%.80s` is an event, which has no normal score", node->key);
    }
    if (index >= 0) {
        out->partner_first = r->entries[index].first;
        out->partner_count = r->entries[index].count;
        return LODE_OK;
    }
    for (int32_t i = 0; i < r->out->count; i++) {
        if (strcmp(r->out->items[i].name, node->key) == 0) {
            out->partner_first = i;
            out->partner_count = 1;
            return LODE_OK;
        }
    }
    return unknown_partner(r, node);
}

static lode_code read_link(correlating *c, const lode_uncertain_entry *of, const lode_yaml_node *node) {
    lode_diags *diags = c->r->search.diags;
    tie one = {.first = of->first, .count = of->count, .node = node};
    lode_code code = find_partner(c->r, node, &one);
    if (code) {
        return code;
    }
    if (lode_yaml_is_null(node)) {
        return lode_yaml_error(diags, LODE_MISSING_VALUE, node, "write a number above -1 and below 1",
                               "`%.80s` has no correlation with `%.80s`", of->id, node->key);
    }
    if (!lode_yaml_real(node, "correlated", -1, 1, &one.correlation, diags)) {
        return LODE_BAD_RANGE;
    }
    if (fabs(one.correlation) >= 1) {
        return lode_yaml_error(
            diags, LODE_BAD_RANGE, node, "name both numbers in one entry, so that they move together",
            "`%.80s` and `%.80s`: a correlation of %g leaves one number, not two", of->id, node->key, one.correlation);
    }
    if (one.count == 1 && one.partner_count == 1 && one.first == one.partner_first) {
        return lode_yaml_error(diags, LODE_CONFLICT, node, "name another entry, or write each: true",
                               "`%.80s` is one number and correlated with itself", of->id);
    }
    if (one.count > 0 && one.partner_count > 0) { /* else its own finding was told */
        c->links[c->link_count++] = one;
    }
    return LODE_OK;
}

static lode_code read_links(correlating *c) {
    lode_uncertain_reading *r = c->r;
    lode_code first = LODE_OK;
    for (int32_t i = 0; i < r->entry_count; i++) {
        const lode_yaml_node *node = r->entries[i].correlated;
        if (lode_yaml_is_null(node)) {
            continue;
        }
        if (node->kind != LODE_YAML_MAP) {
            first = lode_yaml_error(r->search.diags, LODE_BAD_TYPE, node, "write correlated: {OTHER: 0.5}",
                                    "`%.80s`: `correlated` is %s", r->entries[i].id, lode_yaml_kind_name(node->kind));
            continue;
        }
        for (const lode_yaml_node *one = node->first; one; one = one->next) {
            lode_code code = read_link(c, &r->entries[i], one);
            first = first ? first : code;
        }
    }
    return first;
}

static int32_t count_links(const lode_uncertain_reading *r) {
    int32_t count = 0;
    for (int32_t i = 0; i < r->entry_count; i++) {
        count += r->entries[i].correlated ? r->entries[i].correlated->count : 0;
    }
    return count;
}

/* Numbers that have a partner, in the order of the list. */
static lode_code place_numbers(correlating *c) {
    const int32_t count = c->r->out->count;
    for (int32_t k = 0; k < c->link_count; k++) {
        const tie *one = &c->links[k];
        for (int32_t i = 0; i < one->count; i++) {
            c->place[one->first + i] = 0;
        }
        for (int32_t i = 0; i < one->partner_count; i++) {
            c->place[one->partner_first + i] = 0;
        }
    }
    for (int32_t i = 0; i < count; i++) {
        c->place[i] = c->place[i] < 0 ? -1 : c->size++;
    }
    if (c->size > LODE_MOST_CORRELATED) {
        return lode_yaml_error(c->r->search.diags, LODE_BAD_RANGE, c->links[0].node,
                               "leave out `each`, so that one number moves many",
                               "%d uncertain numbers are correlated, more than %d", (int)c->size, LODE_MOST_CORRELATED);
    }
    return LODE_OK;
}

static lode_code put_pair(correlating *c, const tie *one, int32_t i, int32_t j) {
    if (i == j) {
        return LODE_OK;
    }
    const size_t n = (size_t)c->size, row = (size_t)c->place[i], column = (size_t)c->place[j];
    double *there = &c->matrix[row * n + column];
    if (!isnan(*there) && *there != one->correlation) {
        return lode_yaml_error(c->r->search.diags, LODE_CONFLICT, one->node, "write it once",
                               "`%.80s` and `%.80s` have two correlations, %g and %g", c->r->out->items[i].name,
                               c->r->out->items[j].name, *there, one->correlation);
    }
    *there = c->matrix[column * n + row] = one->correlation;
    return LODE_OK;
}

static lode_code fill_matrix(correlating *c) {
    const size_t n = (size_t)c->size;
    for (size_t i = 0; i < n * n; i++) {
        c->matrix[i] = NAN;
    }
    for (int32_t k = 0; k < c->link_count; k++) {
        const tie *one = &c->links[k];
        for (int32_t i = 0; i < one->count; i++) {
            for (int32_t j = 0; j < one->partner_count; j++) {
                lode_code code = put_pair(c, one, one->first + i, one->partner_first + j);
                if (code) {
                    return code;
                }
            }
        }
    }
    for (size_t i = 0; i < n * n; i++) {
        bool diagonal = i / n == i % n;
        c->matrix[i] = diagonal ? 1 : isnan(c->matrix[i]) ? 0 : c->matrix[i];
    }
    return LODE_OK;
}

static lode_code factorise(correlating *c, const int32_t *items) {
    double change;
    int32_t row, column;
    const lode_uncertain *all = c->r->out->items;
    lode_code code = lode_copula_factor(c->matrix, c->size, &change, &row, &column);
    if (!code && change > 0) {
        const lode_uncertain *a = &all[items[row]], *b = &all[items[column]];
        lode_diag_add(
            c->r->search.diags, LODE_WARNING, LODE_CONFLICT, a->file, a->line, a->column,
            "write correlations that can hold together",
            "the correlations contradict one another (their matrix is not positive definite); the nearest ones "
            "that can hold are taken: that of `%.80s` and `%.80s` moves most, by %.3g",
            a->name, b->name, change);
    }
    return code;
}

static lode_code correlate(correlating *c) {
    lode_uncertainty *out = c->r->out;
    lode_code code = read_links(c);
    if (code || c->link_count == 0) {
        return code;
    }
    code = place_numbers(c);
    if (code) {
        return code;
    }
    const size_t n = (size_t)c->size;
    int32_t *items = lode_arena_alloc(out->arena, n, sizeof *items);
    c->matrix = lode_arena_alloc(out->arena, n * n, sizeof *c->matrix);
    if (!items || !c->matrix) {
        return LODE_NOMEM;
    }
    for (int32_t i = 0; i < out->count; i++) {
        if (c->place[i] >= 0) {
            items[c->place[i]] = i;
        }
    }
    code = fill_matrix(c);
    code = code ? code : factorise(c, items);
    out->correlated_count = code ? 0 : c->size;
    out->correlated = items;
    out->factor = c->matrix;
    return code;
}

void lode_uncertain_correlations(lode_uncertain_reading *r) {
    correlating c = {.r = r};
    c.links = calloc((size_t)count_links(r) + 1, sizeof *c.links);
    c.place = calloc((size_t)r->out->count + 1, sizeof *c.place);
    for (int32_t i = 0; c.place && i < r->out->count; i++) {
        c.place[i] = -1;
    }
    r->failed = r->failed || !c.links || !c.place || correlate(&c) == LODE_NOMEM;
    free(c.links);
    free(c.place);
}
