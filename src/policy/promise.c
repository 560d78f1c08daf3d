#include "policy/promise.h"

#include <math.h>

#include "base/diag.h"
#include "policy/plan.h"
#include "policy/plant_books.h"

/* ---- beside others ---- */

bool lode_promise_overlaps(const lode_instrument *a, const lode_instrument *b) {
    return a->first < b->last && b->first < a->last;
}

static bool can_act(const lode_instrument_check *check, const lode_instrument *it) {
    return it->common.in_force || check->announced;
}

const lode_instrument *lode_promise_beside(const lode_instrument_check *check, const lode_instrument *it, int32_t i) {
    int32_t all = can_act(check, it) ? check->count + check->beside_count : 0;
    for (int32_t k = 0; k < all; k++) {
        const lode_instrument *other = k < check->count ? check->list[k] : check->beside[k - check->count];
        if (can_act(check, other) && i-- == 0) {
            return other;
        }
    }
    return NULL;
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

/* Against each earlier one; the first contradiction is enough: false. */
static bool check_product(const lode_instrument_check *check, const lode_instrument *it, int32_t asset,
                          int32_t commodity) {
    lode_promise mine, theirs;
    if (!promises(it, NULL, check->world, asset, commodity, &mine)) {
        return true;
    }
    double shares = isfinite(mine.t_per_year) ? 0 : mine.share;
    const lode_instrument *other;
    for (int32_t i = 0; (other = lode_promise_beside(check, it, i)); i++) {
        if (!lode_promise_overlaps(it, other) || !promises(other, NULL, check->world, asset, commodity, &theirs)) {
            continue;
        }
        if (!limited(&mine) || !limited(&theirs)) {
            lode_promise_complain(
                check, it, other, asset, commodity,
                "split what is made: give each `volume_t_per_year` or a `share`, or let one end before the other",
                "both promise a price for all");
            return false;
        }
        shares += isfinite(theirs.t_per_year) ? 0 : theirs.share;
        if (shares > 1 + 1e-9) {
            lode_promise_complain(check, it, other, asset, commodity,
                                  "let the shares of all contracts sum to 1 at most",
                                  "promise a price for more than all");
            return false;
        }
    }
    return true;
}

void lode_promise_check(const lode_instrument_check *check, const lode_instrument *it) {
    bool fine = true; /* one complaint a contract */
    for (int32_t a = 0; a < check->world->asset_count && fine; a++) {
        for (int32_t c = 0; c < check->world->commodity_count && fine; c++) {
            fine = check_product(check, it, a, c);
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

/* Under a contract for tonnes: all of `add` while fewer are made, nothing beyond. Between them a subsidy that holds the plant at the tonnes;
 * where it makes more by itself, none. What `add` takes away (an upside that is shared) it takes from tonnes that count only. */
static double margin_of_tonnes(double add, double subsidy, double made, double end, double scale) {
    if (add < 0) {
        return (made > end ? 0 : add) - subsidy;
    }
    double gap = end > 0 ? fmin(add - subsidy, scale * (1 - made / end)) : -subsidy;
    return subsidy <= 0 && gap < 0 ? -subsidy : gap;
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
    return margin_of_tonnes(add, subsidy, made, end, scale);
}
