/* Lists the figures that were moved and ranks the terms. */
#include "calibrate/findings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/remarks.h"
#include "world/mode_object.h"

static const double MOVED = 0.01;

/* ---- figures that were moved ---- */

static const char *activity_object(const lode_base_year *base, int32_t at) {
    const lode_world *w = base->world;
    const lode_activity *activity = &base->activities[at];
    size_t size = lode_object_size(w);
    char *name = lode_arena_alloc(base->arena, size, 1);

    if (name == NULL)
        return NULL;
    if (activity->kind == LODE_ACT_MODE)
        lode_mode_object(w, activity->index, name, size);
    else if (activity->kind == LODE_ACT_ARC)
        lode_arc_object(w, activity->index, name, size);
    else
        lode_node_object(w, activity->kind == LODE_ACT_USE ? "use" : "node", lode_node_commodity(base, activity->index),
                         lode_node_region(base, activity->index), name, size);
    return name;
}

static bool is_adjusted(const lode_activity *a) {
    bool told = a->kind == LODE_ACT_MODE || a->kind == LODE_ACT_ARC || a->kind == LODE_ACT_USE;
    return told && !a->inferred && a->start > 0 && fabs(a->flow / a->start - 1) > MOVED;
}

static int by_move(const void *a, const void *b) {
    const lode_adjustment *x = a, *y = b;
    double u = fabs(x->flow / x->start - 1), v = fabs(y->flow / y->start - 1);
    return u > v ? -1 : u < v ? 1 : strcmp(x->object, y->object);
}

static lode_code list_adjustments(lode_findings *out, const lode_base_year *base) {
    int32_t count = 0;

    for (int32_t j = 0; j < base->activity_count; j++)
        count += is_adjusted(&base->activities[j]);
    out->adjustments = lode_arena_alloc(base->arena, (size_t)count + 1, sizeof *out->adjustments);
    if (out->adjustments == NULL)
        return LODE_NOMEM;
    for (int32_t j = 0; j < base->activity_count; j++) {
        if (!is_adjusted(&base->activities[j]))
            continue;
        const char *object = activity_object(base, j);
        if (object == NULL)
            return LODE_NOMEM;
        out->adjustments[out->adjustment_count++] =
            (lode_adjustment){object, base->activities[j].start, base->activities[j].flow};
    }
    qsort(out->adjustments, (size_t)out->adjustment_count, sizeof *out->adjustments, by_move);
    return LODE_OK;
}

/* ---- terms relative to their price ---- */

static const char *reason_of(const lode_base_year *base, const lode_term *term) {
    const lode_world *w = base->world;
    bool above = term->term_usd_per_kg > 0;

    if (term->kind == LODE_TERM_ARC)
        return above ? "premium: quality, contract, licence" : "tied sale below the landed cost";
    if (term->kind == LODE_TERM_FINISH)
        return above ? "price above the finishing cost" : "price below the finishing cost";
    switch (w->processes[w->assets[w->modes[term->index].asset].process].stage) {
    case LODE_STAGE_MINE:
        return above ? "rent of a low-cost deposit" : "hidden support: high-cost mine";
    case LODE_STAGE_RECYCLING:
        return above ? "rent of collecting cheap scrap" : "hidden support: recycling";
    default:
        return above ? "rent of capacity or know-how" : "hidden support: high-cost plant";
    }
}

static int by_share(const void *a, const void *b) {
    const lode_term_share *x = a, *y = b;
    return x->share > y->share ? -1 : x->share < y->share ? 1 : strcmp(x->term->object, y->term->object);
}

/* Shares are sorted, largest first: the one at which half the count, or half the value, is passed. */
static void find_medians(lode_findings *out) {
    double all = 0, passed = 0;

    for (int32_t i = 0; i < out->share_count; i++)
        all += out->shares[i].term->value * out->shares[i].term->base_t;
    if (out->share_count > 0)
        out->median_share = out->shares[out->share_count / 2].share;
    for (int32_t i = 0; i < out->share_count; i++) {
        passed += out->shares[i].term->value * out->shares[i].term->base_t;
        out->median_share_by_value = out->shares[i].share;
        if (passed >= 0.5 * all)
            break;
    }
}

static double money(const lode_term_share *share) {
    return fabs(share->term->term_usd_per_kg) * share->term->base_t;
}

/* Large ones first, those that move most money at the top; then the others by share. */
static int by_weight(const void *a, const void *b) {
    const lode_term_share *x = a, *y = b;
    bool large = x->share > LODE_LARGE_TERM, other = y->share > LODE_LARGE_TERM;

    if (large != other)
        return large ? -1 : 1;
    if (large && money(x) != money(y))
        return money(x) > money(y) ? -1 : 1;
    return by_share(a, b);
}

static lode_code rank_terms(lode_findings *out, const lode_base_year *base, const lode_term_list *terms) {
    out->shares = lode_arena_alloc(base->arena, (size_t)terms->count + 1, sizeof *out->shares);
    if (out->shares == NULL)
        return LODE_NOMEM;
    for (int32_t i = 0; i < terms->count; i++) {
        const lode_term *term = &terms->items[i];
        if (term->kind == LODE_TERM_PRICE || !term->active || !(term->value > 0))
            continue;
        lode_term_share share = {term, fabs(term->term_usd_per_kg) / term->value, ""};
        if (share.share > LODE_LARGE_TERM) {
            share.reason = reason_of(base, term);
            out->large_count++;
        }
        out->shares[out->share_count++] = share;
    }
    qsort(out->shares, (size_t)out->share_count, sizeof *out->shares, by_share);
    find_medians(out);
    qsort(out->shares, (size_t)out->share_count, sizeof *out->shares, by_weight);
    return LODE_OK;
}

lode_code lode_findings_new(lode_findings *out, const lode_base_year *base, const lode_term_list *terms) {
    *out = (lode_findings){0};
    lode_code code = list_adjustments(out, base);

    if (code == LODE_OK)
        code = rank_terms(out, base, terms);
    if (code == LODE_OK)
        code = lode_remarks_list(out, base);
    return code;
}
