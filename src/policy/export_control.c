/* Export control: a government decides what may leave, where to, and for which end use.
 *
 * What it does. Under `licence` each destination and group of goods has a queue (licence_queue.h). Buyers want the flow from before the
 * regime, grown, and slowly refill their stocks:  W = f0 (1+g)^t + min(refill max(0, K* - stock), cap f0).  A free share of it needs no
 * licence and travels in the FREE channel of a link; the rest is filed, decided, approved or refused, and what is approved may ship in
 * the LICENSED channel, where it arrives bonded: it may not be re-exported, nor go to the classes of use that the regime refuses. In the
 * first month goods that had cleared before still move; for some months customs may hold free goods of the same customs code too. A
 * `quota` is one row over all channels of all links; a `ban` leaves only the free share. `restart` makes the regime named by `like`
 * begin again: granted licences and applications lapse, later changes are withdrawn while it lasts. `extraterritorial` reaches goods that
 * other regions send one another: what comes from a covered region, or is made with it at or above the de-minimis share of value, is
 * covered (market/covered.c) and needs a licence of the same queue, whose f0 is the covered part of the flow before; the classes of use
 * that are refused get no covered goods at all, save those that they hold already.
 *
 * Who pays. Buyers outside, through the wedge between the price outside and inside. `rent_to` says who earns it: exporters who hold a
 * quota to sell (the price at the border holds it), or traders outside, where goods under licence go to named users at contract prices.
 *
 * Where this is from. China's Announcement 18 of 4 April 2025 (case-by-case licences for Sm, Gd, Tb, Dy, Lu, Sc, Y and their magnets),
 * the general licences from December 2025, and the export quotas of 2006-2014; shares and speeds in facts of the world's sources. The
 * extraterritorial rule: Announcement 61 of 9 October 2025 (0.1% of value; military users refused in principle; suspended to November
 * 2026). Its letter covers goods with the elements listed and goods made with Chinese technology; the model goes by origin. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "policy/export_control.h"

/* The blob: a head, a queue for each group and region, and for each link the flow from before the regime. */
typedef struct {
    double started;             /* 1 once f0 is known */
    double base_day, clock_day; /* when f0 was read; first day of the regime or of its restart */
    double restart_day;         /* of the restart under way; 0 = none */
} control_head;

static lode_licence_queue *queues_of(void *state) {
    return (lode_licence_queue *)(void *)((control_head *)state + 1);
}

static double *base_of(void *state, const lode_export_control_own *own, const lode_world *w) {
    return (double *)(void *)(queues_of(state) + (size_t)own->groups.count * (size_t)w->region_count);
}

static size_t control_state_size(const lode_instrument *it, const lode_world *w) {
    const lode_export_control_own *own = it->own;
    if (own->regime == LODE_REGIME_RESTART) {
        return 0;
    }
    return sizeof(control_head) + sizeof(lode_licence_queue) * (size_t)own->groups.count * (size_t)w->region_count +
           sizeof(double) * (size_t)w->arc_count;
}

/* ---- plan ---- */

/* `marks`: NULL where a finding ended the check before they were made. */
static void merge(bool *into, const bool *marks, int32_t count) {
    for (int32_t i = 0; marks && i < count; i++) {
        into[i] = into[i] || marks[i];
    }
}

static void control_classify(const lode_instrument *it, const lode_world *w, lode_class_needs *needs) {
    const lode_export_control_own *own = it->own;
    bool extraterritorial = own->regime == LODE_REGIME_EXTRATERRITORIAL;
    if (own->regime != LODE_REGIME_LICENCE && !extraterritorial) {
        return;
    }
    for (int32_t g = 0; g < own->groups.count; g++) {
        merge(extraterritorial ? needs->covered : needs->classed, lode_control_groups(own)[g].controls,
              w->commodity_count);
    }
    merge(extraterritorial ? needs->avoids : needs->refuses, own->refused_uses, LODE_USE_COUNT);
    if (extraterritorial) {
        merge(needs->covered_regions, own->covers, w->region_count);
        needs->de_minimis = fmin(needs->de_minimis, own->de_minimis);
        bool first = needs->covers_from == LODE_NO_DAY || it->first < needs->covers_from;
        needs->covers_from = first ? it->first : needs->covers_from;
    }
}

static void control_aims(const lode_instrument *it, bool *regions) {
    const lode_export_control_own *own = it->own;
    for (int32_t i = 0; i < own->destinations.count; i++) {
        regions[own->destinations.items[i]] = own->destinations.items[i] != own->from;
    }
}

/* The channel that the regime's licences are for. */
static lode_channel licensed_channel(const lode_export_control_own *own) {
    return own->regime == LODE_REGIME_EXTRATERRITORIAL ? LODE_CHANNEL_COVERED : LODE_CHANNEL_LICENSED;
}

static int32_t queue_arcs(const lode_export_control_own *own, const lode_control_group *group, int32_t region,
                          const lode_world *w, lode_arc_channel *items) {
    int32_t count = 0;
    for (int32_t a = 0; a < w->arc_count; a++) {
        if (w->arcs[a].to == region && lode_control_covers(own, group, &w->arcs[a])) {
            items[count++] = (lode_arc_channel){.arc = a, .channel = licensed_channel(own)};
        }
    }
    return count;
}

/* One row for each group and region, also where no link is concerned, so that the position says which is which. */
static lode_code build_licence(const lode_instrument *it, lode_plan *plan, lode_arc_channel *items) {
    const lode_export_control_own *own = it->own;
    const lode_world *w = plan->world;
    for (int32_t g = 0; g < own->groups.count; g++) {
        const lode_control_group *group = &lode_control_groups(own)[g];
        for (int32_t r = 0; r < w->region_count; r++) {
            int32_t count = queue_arcs(own, group, r, w, items);
            bool covered = own->regime == LODE_REGIME_EXTRATERRITORIAL;
            for (int32_t i = 0; i < count && !covered; i++) {
                plan->arc_licensed[items[i].arc] = true;
            }
            const char *name = lode_arena_printf(plan->arena, "licence %s %s %s>%s", it->common.id, group->id,
                                                 covered ? "covered" : w->regions[own->from].id, w->regions[r].id);
            lode_code code = name ? lode_plan_add_limit(plan, name, items, count) : LODE_NOMEM;
            if (code != LODE_OK) {
                return code;
            }
            plan->limits[plan->limit_count - 1].rent_abroad = own->rent_to > 0;
        }
    }
    return LODE_OK;
}

/* The queues, then as many rows over what refused users would be handed: one a group and region, so that each explains itself. */
static lode_code build_extraterritorial(const lode_instrument *it, lode_plan *plan, lode_arc_channel *items) {
    const lode_export_control_own *own = it->own;
    const lode_world *w = plan->world;
    lode_code code = build_licence(it, plan, items);
    for (int32_t g = 0; g < own->groups.count; g++) {
        const lode_control_group *group = &lode_control_groups(own)[g];
        for (int32_t r = 0; r < w->region_count && code == LODE_OK; r++) {
            const char *name =
                lode_arena_printf(plan->arena, "refusal %s %s %s", it->common.id, group->id, w->regions[r].id);
            code = name ? lode_plan_add_refusal(plan, name, own->refused_uses, group->controls, r) : LODE_NOMEM;
        }
    }
    return code;
}

static lode_code build_quota(const lode_instrument *it, lode_plan *plan, lode_arc_channel *items) {
    const lode_export_control_own *own = it->own;
    int32_t count = 0;
    for (int32_t a = 0; a < plan->world->arc_count; a++) {
        for (int32_t g = 0; g < own->groups.count; g++) {
            if (lode_control_covers(own, &lode_control_groups(own)[g], &plan->world->arcs[a])) {
                items[count++] = (lode_arc_channel){.arc = a, .channel = LODE_CHANNEL_FREE};
                items[count++] = (lode_arc_channel){.arc = a, .channel = LODE_CHANNEL_LICENSED};
            }
        }
    }
    const char *name = lode_arena_printf(plan->arena, "quota %s", it->common.id);
    lode_code code = name ? lode_plan_add_limit(plan, name, items, count) : LODE_NOMEM;
    if (code == LODE_OK) {
        plan->limits[plan->limit_count - 1].rent_abroad = own->rent_to > 0;
    }
    return code;
}

static lode_code control_build(const lode_instrument *it, lode_plan *plan, int32_t index) {
    (void)index;
    const lode_export_control_own *own = it->own;
    if (own->regime == LODE_REGIME_BAN || own->regime == LODE_REGIME_RESTART) {
        return LODE_OK;
    }
    lode_arc_channel *items = lode_arena_alloc(plan->arena, (size_t)plan->world->arc_count * 2 + 1, sizeof *items);
    if (!items) {
        return LODE_NOMEM;
    }
    if (own->regime == LODE_REGIME_EXTRATERRITORIAL) {
        return build_extraterritorial(it, plan, items);
    }
    return own->regime == LODE_REGIME_LICENCE ? build_licence(it, plan, items) : build_quota(it, plan, items);
}

/* ---- the period ---- */

static void control_announce(const lode_instrument *it, const lode_policy_view *view) {
    const lode_export_control_own *own = it->own;
    const lode_site *sites = lode_network_sites(view->network);
    for (int32_t s = 0; s < lode_network_site_count(view->network); s++) {
        for (int32_t g = 0; g < own->groups.count; g++) {
            const lode_control_group *group = &lode_control_groups(own)[g];
            if (!own->reaches[sites[s].region] || !group->controls[sites[s].commodity]) {
                continue;
            }
            double caught =
                own->regime == LODE_REGIME_EXTRATERRITORIAL
                    ? view->covered_share[s]
                    : 1 - lode_control_free_share(own, group, sites[s].commodity, sites[s].region, view, false);
            view->announce_price[s] *= pow(group->announce_price, caught);
            view->announce_hoard[s] *= pow(group->announce_hoard, caught);
        }
    }
}

/* An instrument of the plan that acts on this one now: a restart of it, or a ban laid over it that covers `region` (-1: any). */
static const lode_instrument *acting_on(const lode_instrument *it, const lode_policy_view *view, lode_regime regime,
                                        int32_t region) {
    for (int32_t i = 0; i < view->plan->count; i++) {
        const lode_instrument *other = view->plan->instruments[i];
        if (other->type != it->type || other->like != it || lode_instrument_share_at(view, i) <= 0) {
            continue;
        }
        const lode_export_control_own *own = other->own;
        if (own->regime == (int32_t)regime && (region < 0 || own->reaches[region])) {
            return other;
        }
    }
    return NULL;
}

static void start_clock(const lode_instrument *it, control_head *head, double *base, const lode_policy_view *view) {
    if (!(head->started > 0)) {
        head->started = 1;
        head->base_day = view->day;
        head->clock_day = it->first;
        bool extraterritorial = ((const lode_export_control_own *)it->own)->regime == LODE_REGIME_EXTRATERRITORIAL;
        for (int32_t a = 0; a < view->world->arc_count; a++) {
            const lode_arc *arc = &view->world->arcs[a];
            int32_t origin = lode_network_site(view->network, arc->commodity, arc->from, -1);
            base[a] = view->normal_flow[a] * (extraterritorial ? view->covered_share[origin] : 1);
        }
    }
}

/* Enters and leaves a restart: the queue empties and the clock goes back to the first month. */
static bool follow_restart(const lode_instrument *it, control_head *head, void *state, const lode_policy_view *view) {
    const lode_export_control_own *own = it->own;
    const lode_instrument *restart = acting_on(it, view, LODE_REGIME_RESTART, -1);
    if (!restart) {
        head->restart_day = 0;
        head->clock_day = it->first;
        return false;
    }
    if (head->restart_day != restart->first) {
        head->restart_day = head->clock_day = restart->first;
        lode_licence_queue *queues = queues_of(state);
        for (int32_t q = 0; q < own->groups.count * view->world->region_count; q++) {
            queues[q] = (lode_licence_queue){0};
        }
    }
    return true;
}

/* What one group and destination want, t a month. */
typedef struct {
    double flow, controlled; /* f0 of all its links, and of the controlled part */
    double growth, refill;
    double
        passes; /* share of the controlled part that moves as before: cleared earlier, or the days before the start */
} wanted_flow;

static double stock_gap(const lode_control_group *group, int32_t region, const lode_policy_view *view) {
    const lode_site *sites = lode_network_sites(view->network);
    double gap = 0;
    for (int32_t s = 0; s < lode_network_site_count(view->network); s++) {
        if (sites[s].region == region && group->controls[sites[s].commodity]) {
            gap += view->wanted_stock[s] - view->site_stock[s];
        }
    }
    return fmax(0, gap);
}

static wanted_flow find_wanted(const lode_instrument *it, const lode_control_group *group, int32_t region,
                               const control_head *head, const double *base, const lode_policy_view *view,
                               bool with_changes) {
    const lode_export_control_own *own = it->own;
    const lode_world *w = view->world;
    wanted_flow wanted = {0};
    for (int32_t a = 0; a < w->arc_count; a++) {
        if (w->arcs[a].to == region && lode_control_covers(own, group, &w->arcs[a])) {
            double free_share = lode_control_free_share(own, group, w->arcs[a].commodity, region, view, with_changes);
            wanted.flow += base[a];
            wanted.controlled += base[a] * (1 - free_share);
        }
    }
    wanted.growth = pow(1 + own->growth, lode_months_between((lode_day)head->base_day, view->day) / 12.0);
    wanted.refill = fmin(own->refill * stock_gap(group, region, view), own->refill_cap * wanted.flow);
    if (lode_months_between((lode_day)head->clock_day, view->day) <= 0) {
        double days_before = ((double)head->clock_day - view->day) / (double)(view->next_day - view->day);
        wanted.passes = fmax(fmax(0, fmin(1, days_before)), group->first_month_share);
    }
    return wanted;
}

static void limit_free(const lode_instrument *it, const lode_control_group *group, int32_t region,
                       const wanted_flow *wanted, double hold, const double *base, bool with_changes, double *limit,
                       const lode_policy_view *view) {
    const lode_export_control_own *own = it->own;
    const lode_world *w = view->world;
    double scale = wanted->flow > 0 ? wanted->growth + wanted->refill / wanted->flow : 0;
    for (int32_t a = 0; a < w->arc_count; a++) {
        if (w->arcs[a].to != region || !lode_control_covers(own, group, &w->arcs[a])) {
            continue;
        }
        double free_share = lode_control_free_share(own, group, w->arcs[a].commodity, region, view, with_changes);
        double moves = free_share * (1 - hold) + (1 - free_share) * wanted->passes;
        limit[a] = fmin(limit[a], base[a] * scale * moves * view->months);
    }
}

static lode_licence_terms queue_terms(const lode_export_control_own *own, const lode_control_group *group,
                                      const lode_control_terms *terms, int32_t months) {
    return (lode_licence_terms){.decided = 1 - pow(1 - terms->decided, months),
                                .approved = terms->approved,
                                .refile = group->refile,
                                .same_month = months > 1 ? 1 - (1 - own->same_month) / months : own->same_month,
                                .validity = own->validity_months / months};
}

static void amend_licence(const lode_instrument *it, void *state, const lode_policy_view *view) {
    const lode_export_control_own *own = it->own;
    const lode_world *w = view->world;
    control_head *head = state;
    double *base = base_of(state, own, w), *rhs = &view->period->limit_rhs[view->plan->first_limit[view->index]];
    start_clock(it, head, base, view);
    bool restarted = follow_restart(it, head, state, view);
    for (int32_t g = 0; g < own->groups.count; g++) {
        const lode_control_group *group = &lode_control_groups(own)[g];
        for (int32_t r = 0; r < w->region_count; r++) {
            int32_t q = g * w->region_count + r;
            rhs[q] = 0;
            if (!own->reaches[r]) {
                continue;
            }
            wanted_flow wanted = find_wanted(it, group, r, head, base, view, !restarted);
            lode_control_terms terms =
                lode_control_terms_at(own, group, r, (lode_day)head->clock_day, view, !restarted);
            limit_free(it, group, r, &wanted, terms.hold, base, !restarted, view->period->arc_free_limit, view);
            if (acting_on(it, view, LODE_REGIME_BAN, r)) {
                queues_of(state)[q].approvals = 0;
                continue;
            }
            double ratio = wanted.flow > 0 ? wanted.controlled / wanted.flow : 0;
            double filed =
                (wanted.controlled * wanted.growth + wanted.refill * ratio) * (1 - wanted.passes) * view->months;
            lode_licence_terms queue = queue_terms(own, group, &terms, view->months);
            rhs[q] = lode_licence_decide(&queues_of(state)[q], &queue, filed);
        }
    }
}

static void amend_extraterritorial(const lode_instrument *it, void *state, const lode_policy_view *view) {
    const lode_export_control_own *own = it->own;
    const lode_world *w = view->world;
    control_head *head = state;
    double *base = base_of(state, own, w), *rhs = &view->period->limit_rhs[view->plan->first_limit[view->index]];
    start_clock(it, head, base, view);
    for (int32_t g = 0; g < own->groups.count; g++) {
        const lode_control_group *group = &lode_control_groups(own)[g];
        for (int32_t r = 0; r < w->region_count; r++) {
            int32_t q = g * w->region_count + r;
            wanted_flow wanted = find_wanted(it, group, r, head, base, view, true);
            lode_control_terms terms = lode_control_terms_at(own, group, r, (lode_day)head->clock_day, view, true);
            double normal = wanted.flow * wanted.growth * view->months;
            double filed = normal * (1 - wanted.passes) + wanted.refill * view->months;
            lode_licence_terms queue = queue_terms(own, group, &terms, view->months);
            rhs[q] = lode_licence_decide(&queues_of(state)[q], &queue, filed) + normal * wanted.passes;
            queues_of(state)[q].beside = normal * wanted.passes;
        }
    }
    int32_t queues = own->groups.count * w->region_count;
    for (int32_t q = 0; q < queues && lode_instrument_share(it, view) >= 0.5; q++) {
        rhs[queues + q] = own->reaches[q % w->region_count] ? 0 : INFINITY;
    }
}

static void amend_ban(const lode_instrument *it, void *state, const lode_policy_view *view) {
    const lode_export_control_own *own = it->own;
    control_head *head = state;
    double *base = base_of(state, own, view->world);
    start_clock(it, head, base, view);
    for (int32_t g = 0; g < own->groups.count; g++) {
        const lode_control_group *group = &lode_control_groups(own)[g];
        for (int32_t r = 0; r < view->world->region_count; r++) {
            if (!own->reaches[r]) {
                continue;
            }
            wanted_flow wanted = find_wanted(it, group, r, head, base, view, true);
            wanted.refill = 0;
            limit_free(it, group, r, &wanted, 0, base, true, view->period->arc_limit, view);
        }
    }
}

static void amend_quota(const lode_instrument *it, const lode_policy_view *view) {
    const lode_export_control_own *own = it->own;
    double share = lode_instrument_share(it, view);
    double tonnes =
        lode_series_at(&own->tonnes, lode_months_between(it->first, view->day) / 12, 0) + own->leak_t_per_year;
    if (share >= 1) {
        view->period->limit_rhs[view->plan->first_limit[view->index]] = tonnes * view->period->dt;
    }
}

static void control_amend(const lode_instrument *it, void *state, const lode_policy_view *view) {
    const lode_export_control_own *own = it->own;
    bool active = lode_instrument_share(it, view) > 0;
    if (own->regime == LODE_REGIME_LICENCE && active) {
        amend_licence(it, state, view);
    } else if (own->regime == LODE_REGIME_LICENCE) {
        for (int32_t q = 0; q < own->groups.count * view->world->region_count; q++) {
            view->period->limit_rhs[view->plan->first_limit[view->index] + q] =
                0; /* nothing is licensed: all is free */
        }
    } else if (own->regime == LODE_REGIME_EXTRATERRITORIAL && active) {
        amend_extraterritorial(it, state, view);
    } else if (own->regime == LODE_REGIME_BAN && active) {
        amend_ban(it, state, view);
    } else if (own->regime == LODE_REGIME_QUOTA && active) {
        amend_quota(it, view);
    }
}

static void control_settle(const lode_instrument *it, void *state, const lode_policy_view *view,
                           const lode_solution *solution) {
    const lode_export_control_own *own = it->own;
    const lode_world *w = view->world;
    bool queues = own->regime == LODE_REGIME_LICENCE || own->regime == LODE_REGIME_EXTRATERRITORIAL;
    if (!queues || lode_instrument_share(it, view) <= 0) {
        return;
    }
    for (int32_t g = 0; g < own->groups.count; g++) {
        const lode_control_group *group = &lode_control_groups(own)[g];
        lode_licence_terms terms = queue_terms(own, group, &(lode_control_terms){0}, view->months);
        for (int32_t r = 0; r < w->region_count; r++) {
            double flow = 0;
            for (int32_t a = 0; own->reaches[r] && a < w->arc_count; a++) {
                if (w->arcs[a].to == r && lode_control_covers(own, group, &w->arcs[a])) {
                    flow += solution->arc_flow[a * LODE_CHANNEL_COUNT + (int32_t)licensed_channel(own)];
                }
            }
            lode_licence_ship(&queues_of(state)[g * w->region_count + r], &terms, flow);
        }
    }
}

const lode_instrument_type lode_export_control = {
    .name = "export_control",
    .doc = "Licences, a quota or a ban on what leaves a region, by destination, goods and end use.",
    .attributes = &lode_export_control_table,
    .check = lode_export_control_check,
    .aims = control_aims,
    .classify = control_classify,
    .build = control_build,
    .state_size = control_state_size,
    .announce = control_announce,
    .amend = control_amend,
    .settle = control_settle,
};
