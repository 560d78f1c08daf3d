#include "policy/margin.h"

#include <math.h>

#include "policy/plant_books.h"

void lode_margin_add(const lode_policy_view *view, int32_t asset, int32_t commodity, double usd_per_kg) {
    const lode_world *w = view->world;
    for (int32_t m = lode_asset_first_mode(w, asset); m < w->mode_count && w->modes[m].asset == asset; m++) {
        double makes = lode_mode_yields(w, &w->modes[m], commodity);
        if (makes > 0) {
            view->period->mode_adder[m] -= usd_per_kg * makes;
        }
    }
}

void lode_margin_open(lode_margin *margin, const lode_policy_view *view, int32_t asset, int32_t commodity,
                      bool active) {
    *margin = (lode_margin){.subsidy = active ? margin->subsidy : 0};
    if (margin->subsidy != 0) {
        lode_margin_add(view, asset, commodity, margin->subsidy);
    }
}

/* Notes on which side of the root this trial lies; the end that stays a second time counts half. */
static void narrow(lode_margin *m, double gap) {
    if (gap > 0) {
        m->gap_high *= m->side < 0 ? 0.5 : 1;
        m->low = m->subsidy;
        m->gap_low = gap;
        m->has_low = 1;
        m->side = -1;
    } else {
        m->gap_low *= m->side > 0 ? 0.5 : 1;
        m->high = m->subsidy;
        m->gap_high = gap;
        m->has_high = 1;
        m->side = 1;
    }
}

/* Next trial: inside the bracket; while there is only one end, along the last secant, at most eight times the gap away. */
static double next_trial(const lode_margin *m, double gap) {
    if (m->has_low > 0 && m->has_high > 0) {
        return (m->low * m->gap_high - m->high * m->gap_low) / (m->gap_high - m->gap_low);
    }
    double step = gap;
    if (m->trials > 1) {
        double slope = (gap - m->gap_before) / (m->subsidy - m->before);
        step = slope < -0.125 ? -gap / slope : 8 * gap;
    }
    return m->subsidy + step;
}

bool lode_margin_search(lode_margin *m, const lode_policy_view *view, int32_t asset, int32_t commodity, double gap,
                        double least, double tolerance) {
    if (isnan(gap) || fabs(gap) <= tolerance || (gap < 0 && m->subsidy <= least)) {
        return false;
    }
    narrow(m, gap);
    m->trials++;
    if (m->has_low > 0 && m->has_high > 0 && m->high - m->low <= tolerance) {
        return false;
    }
    double next = fmax(least, next_trial(m, gap)), moved = next - m->subsidy;
    m->before = m->subsidy;
    m->gap_before = gap;
    m->subsidy = next;
    lode_margin_add(view, asset, commodity, moved);
    return moved != 0;
}

void lode_margin_report(const lode_margin *m, const lode_policy_view *view, int32_t asset, int32_t commodity,
                        double gap, double tolerance) {
    bool narrow = m->has_low > 0 && m->has_high > 0 && m->high - m->low <= tolerance;
    if (m->trials < 1 || narrow || isnan(gap) || fabs(gap) <= 2 * tolerance) {
        return;
    }
    lode_notes_add(view->notes, view->period_index, view->index, true,
                   "the subsidy on %s of %s did not settle: %.3g USD/kg implies %.3g, and %.3g implied %.3g",
                   view->world->commodities[commodity].id, view->world->assets[asset].id, m->subsidy, m->subsidy + gap,
                   m->before, m->before + m->gap_before);
}
