#include "policy/promise.h"

#include <math.h>

#include "base/diag.h"
#include "policy/plan.h"
#include "policy/plant_books.h"

/* ---- beside others ---- */

static bool overlap(const lode_instrument *a, const lode_instrument *b) {
    return a->first < b->last && b->first < a->last;
}

static bool promises(const lode_instrument *it, const lode_policy_view *view, const lode_world *w, int32_t asset,
                     int32_t commodity, lode_promise *out) {
    return it->type->promise && it->type->promise(it, view, w, asset, commodity, out);
}

void lode_promise_complain(const lode_instrument_check *check, const lode_instrument *it, const lode_instrument *other,
                           int32_t asset, int32_t commodity, const char *fix, const char *what) {
    const lode_world *w = check->world;
    lode_diag_add(check->diags, LODE_ERROR, LODE_CONFLICT, it->file, it->line, it->column, fix,
                  "`%s` and `%s` (%s:%d:%d) %s %s of %s at one time", it->common.id, other->common.id,
                  other->file ? other->file : "", other->line, other->column, what, w->commodities[commodity].id,
                  w->assets[asset].id);
}

static bool limited(const lode_promise *p) {
    return p->share < 1 || isfinite(p->t_per_year);
}

/* Against each earlier one; the first contradiction is enough. */
static void check_product(const lode_instrument_check *check, lode_instrument *const *all, int32_t index, int32_t asset,
                          int32_t commodity) {
    lode_promise mine, other;
    if (!promises(all[index], NULL, check->world, asset, commodity, &mine)) {
        return;
    }
    double shares = isfinite(mine.t_per_year) ? 0 : mine.share;
    for (int32_t i = 0; i < index; i++) {
        if (!overlap(all[i], all[index]) || !promises(all[i], NULL, check->world, asset, commodity, &other)) {
            continue;
        }
        if (!limited(&mine) || !limited(&other)) {
            lode_promise_complain(
                check, all[index], all[i], asset, commodity,
                "split what is made: give each `volume_t_per_year` or a `share`, or let one end before the other",
                "both promise a price for all");
            return;
        }
        shares += isfinite(other.t_per_year) ? 0 : other.share;
        if (shares > 1 + 1e-9) {
            lode_promise_complain(check, all[index], all[i], asset, commodity,
                                  "let the shares of all contracts sum to 1 at most", "promise more than all");
            return;
        }
    }
}

void lode_promise_check_all(const lode_instrument_check *check, lode_instrument *const *all, int32_t count,
                            int32_t index) {
    (void)count;
    size_t before = lode_diags_error_count(check->diags);
    for (int32_t a = 0; a < check->world->asset_count; a++) {
        for (int32_t c = 0; c < check->world->commodity_count; c++) {
            if (lode_diags_error_count(check->diags) == before) { /* one complaint a contract */
                check_product(check, all, index, a, c);
            }
        }
    }
}

/* ---- in a period ---- */

static bool in_force(const lode_policy_view *view, int32_t i) {
    return view->plan->instruments[i]->first < view->next_day && view->plan->last[i] > view->day;
}

/* What contracts before that at view->index take of what is made: a share, and tonnes in the period. */
static void taken_before(const lode_policy_view *view, int32_t asset, int32_t commodity, double *share,
                         double *tonnes) {
    lode_promise other;
    *share = *tonnes = 0;
    for (int32_t i = 0; i < view->index; i++) {
        if (!in_force(view, i) || !promises(view->plan->instruments[i], view, view->world, asset, commodity, &other)) {
            continue;
        }
        if (isfinite(other.t_per_year)) {
            *tonnes += other.t_per_year * view->period->dt;
        } else {
            *share += other.share;
        }
    }
}

double lode_promise_counts(const lode_policy_view *view, int32_t asset, int32_t commodity, double made) {
    lode_promise mine;
    if (!promises(view->plan->instruments[view->index], view, view->world, asset, commodity, &mine)) {
        return 0;
    }
    double share, tonnes;
    taken_before(view, asset, commodity, &share, &tonnes);
    double left = fmax(0, made * (1 - share) - tonnes);
    return fmin(left, isfinite(mine.t_per_year) ? mine.t_per_year * view->period->dt : mine.share * made);
}

/* What the next contract in force that names tonnes, or all the rest, would add to the last kilogram; 0. */
static double next_gap(const lode_policy_view *view, const lode_solution *solution, int32_t asset, int32_t commodity) {
    lode_promise other;
    for (int32_t i = view->index + 1; i < view->plan->count; i++) {
        const lode_instrument *it = view->plan->instruments[i];
        if (in_force(view, i) && promises(it, view, view->world, asset, commodity, &other) && !(other.share < 1)) {
            return it->type->promise_gap(it, view, solution, asset, commodity);
        }
    }
    return 0;
}

double lode_promise_margin(const lode_policy_view *view, const lode_solution *solution, int32_t asset,
                           int32_t commodity, double gap, double subsidy, double scale) {
    lode_promise mine;
    if (!promises(view->plan->instruments[view->index], view, view->world, asset, commodity, &mine)) {
        return -subsidy;
    }
    double share, tonnes;
    taken_before(view, asset, commodity, &share, &tonnes);
    if (mine.share < 1) {
        return fmin(mine.share, fmax(0, 1 - share)) * gap - subsidy;
    }
    double add = (gap > 0 ? fmax(0, gap - next_gap(view, solution, asset, commodity)) : gap) * fmax(0, 1 - share);
    if (!isfinite(mine.t_per_year)) {
        return add - subsidy;
    }
    double end = tonnes + mine.t_per_year * view->period->dt;
    double made = lode_plant_output(view->world, solution->mode_output, asset, commodity) * (1 - share);
    return end > 0 ? fmin(add - subsidy, scale * (1 - made / end)) : -subsidy;
}
