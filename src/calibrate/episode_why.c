/* Why a fit leaves what it leaves. See episode_why.h. */
#include "calibrate/episode_why.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double SMALL = 0.05;   /* a log error that asks for no reason */
static const double IDLE = 0.02;    /* a number that moves a target by less over its whole range does not move it */
static const double AT_END = 0.015; /* of the range */

static int by_error(const void *a, const void *b) {
    const lode_fit_target *x = a, *y = b;
    double dx = fabs(x->log_error), dy = fabs(y->log_error);
    if (dx != dy)
        return dx < dy ? 1 : -1;
    int order = x->series - y->series;
    return order ? order : x->month - y->month;
}

/* The number with the largest effect on a target; -1. */
static int32_t strongest(const lode_episode_fit *fit, const lode_fit_target *t) {
    int32_t best = -1;
    for (int32_t k = 0; k < fit->episode->fitted_count; k++)
        if (fabs(t->effect[k]) > (best < 0 ? IDLE : fabs(t->effect[best])))
            best = k;
    return best;
}

/* True if the number stands at the end of its range to which the target would pull it. */
static bool at_end(const lode_episode_fit *fit, const lode_fit_target *t, int32_t k) {
    const lode_fitted_number *n = &fit->episode->fitted[k];
    double place = lode_search_place(n->low, n->high, fit->search.best[k]);
    bool up = t->effect[k] * t->log_error < 0;
    return up ? place > 1 - AT_END : place < AT_END;
}

/* The target that loses most when number k moves to where `t` pulls it; NULL. */
static const lode_fit_target *opponent(const lode_episode_fit *fit, const lode_fit_target *t, int32_t k) {
    const lode_fit_target *worst = NULL;
    double direction = t->effect[k] * t->log_error < 0 ? 1 : -1, most = 0;
    for (int32_t i = 0; i < fit->target_count; i++) {
        const lode_fit_target *other = &fit->targets[i];
        double loss = direction * other->weight * other->effect[k] * other->log_error;
        if (other != t && loss > most) {
            most = loss;
            worst = other;
        }
    }
    return worst;
}

/* The part of a path that tells numbers apart. */
static const char *short_path(const char *path) {
    const char *dot = strchr(path, '.');
    return dot ? dot + 1 : path;
}

static const char *reason(const lode_episode_fit *fit, const lode_fit_target *t) {
    const lode_episode *e = fit->episode;
    if (fabs(t->log_error) < SMALL)
        return "";
    int32_t k = strongest(fit, t);
    if (k < 0 && lode_episode_month(e, t->month) < e->shock)
        return "before the events: no fitted number acts yet";
    if (k < 0)
        return "no fitted number moves it";
    const char *path = short_path(e->fitted[k].path);
    if (at_end(fit, t, k))
        return lode_arena_printf(fit->arena, "%s moves it most, and stands at the end of its range", path);
    const lode_fit_target *other = opponent(fit, t, k);
    if (!other)
        return lode_arena_printf(fit->arena, "%s moves it most; the prior, or the other targets together, hold it",
                                 path);
    return lode_arena_printf(fit->arena, "%s moves it most; moving it would spoil %s %s", path,
                             e->tracks[other->series].name, fit->series[other->series].points[other->month].period);
}

lode_code lode_fit_explain(lode_episode_fit *fit) {
    qsort(fit->targets, (size_t)fit->target_count, sizeof *fit->targets, by_error);
    for (int32_t i = 0; i < fit->target_count; i++) {
        fit->targets[i].why = reason(fit, &fit->targets[i]);
        if (!fit->targets[i].why)
            return LODE_NOMEM;
    }
    return LODE_OK;
}
