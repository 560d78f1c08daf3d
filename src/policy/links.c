/* See links.h. */
#include "policy/links.h"

#include <math.h>

#include "base/diag.h"

static bool *mark_regions(const lode_instrument_check *check, const lode_index_list *regions) {
    bool *marks = lode_arena_alloc(check->arena, (size_t)check->world->region_count + 1, sizeof *marks);
    for (int32_t r = 0; marks && r < check->world->region_count; r++) {
        marks[r] = regions->count == 0 || lode_list_has(regions, r);
    }
    return marks;
}

bool lode_links_has(const lode_links *links, const lode_arc *arc) {
    return links->is_from[arc->from] && links->is_to[arc->to] && links->carries[arc->commodity];
}

bool lode_links_prepare(const lode_instrument_check *check, const lode_instrument *it, lode_links *links) {
    const lode_world *w = check->world;
    links->is_from = mark_regions(check, &links->from);
    links->is_to = mark_regions(check, &links->to);
    links->carries = lode_arena_alloc(check->arena, (size_t)w->commodity_count + 1, sizeof(bool));
    if (!links->is_from || !links->is_to || !links->carries) {
        return false;
    }
    lode_mark_commodities(w, &links->commodities, &links->stages, links->carries);
    for (int32_t a = 0; a < w->arc_count; a++) {
        if (lode_links_has(links, &w->arcs[a])) {
            return true;
        }
    }
    lode_diag_add(check->diags, LODE_WARNING, LODE_NOT_FOUND, it->file, it->line, it->column,
                  "look at `from`, `to`, `commodities` and at trade.csv", "`%s` acts on no trade link of this world",
                  it->common.id);
    return true;
}

/* The blob: 1 and the flow of each link before, t a month. */
size_t lode_links_cut_state(const lode_instrument *it, const lode_world *w) {
    (void)it;
    return sizeof(double) * ((size_t)w->arc_count + 1);
}

void lode_links_cut(const lode_instrument *it, const lode_links *links, const lode_series *share, void *state,
                    const lode_policy_view *view) {
    double *started = state, *before = started + 1, active = lode_instrument_share(it, view);
    if (active <= 0) {
        return;
    }
    for (int32_t a = 0; !(*started > 0) && a < view->world->arc_count; a++) {
        before[a] = view->normal_flow[a];
    }
    *started = 1;
    double stops = lode_series_at(share, lode_months_between(it->first, view->day), 1);
    for (int32_t a = 0; a < view->world->arc_count; a++) {
        if (lode_links_has(links, &view->world->arcs[a])) {
            double most = before[a] * view->months * (1 - stops * active);
            view->period->arc_limit[a] = fmin(view->period->arc_limit[a], most);
        }
    }
}
