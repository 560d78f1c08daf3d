/* Projects before the financing gate: each alone, and all that wait together.
 *
 *   alone      least fixed point: from none, add whoever passes with what is built or passed already, until nobody more passes
 *   together   greatest fixed point: from all that ask, take away whoever fails even so, until all that are left pass
 *
 * A mine waits for the separator and the separator for the mine: both pass together and neither alone. What does pass is `alone`: nobody
 * coordinates. The projects in the second set only are what not coordinating costs, and are marked in the log.
 *
 * Prices are those of the day in both: what a project earns depends on the others only through them, later. So the money tests are done
 * once, and the fixed points run over feed and buyers, where more plants never hurt (project_market.c): that makes both unique (Tarski).
 *
 * The log gets a line when a project is asked first, when its verdict changes, and every January.
 *
 * Where this is from. Milgrom and Roberts, Rationalizability, learning and equilibrium in games with strategic complementarities,
 * Econometrica 58 (1990). */
#include <math.h>
#include <string.h>

#include "policy/plan.h"
#include "sim/parts.h"
#include "sim/projects.h"

#define KG_PER_T 1000
#define KUSD     1000

/* ---- reading a project ---- */

static double or_zero(double x) {
    return isnan(x) ? 0 : x;
}

/* What a member makes and takes in a year of full operation into `goods`, finished; its cost into the project. */
static void add_member(lode_run *run, int32_t asset, lode_project *out) {
    const lode_world *w = run->world;
    const lode_asset *a = &w->assets[asset];
    int32_t mode = run->projects->market.mode[asset];
    double capacity = or_zero(a->capacity_t_per_year) * a->availability;
    out->fixed_cost_usd_per_year += or_zero(a->fixed_cost_usd_per_year);
    if (mode < 0) {
        return;
    }
    out->cost_usd_per_year += KG_PER_T * capacity *
                              (fmax(0, or_zero(a->cost_usd_per_kg) - run->plant_change[asset].cost_cut) +
                               or_zero(w->modes[mode].penalty_usd_per_kg));
    for (int32_t t = 0; t < w->modes[mode].term_count; t++) {
        const lode_mode_term *term = &w->mode_terms[w->modes[mode].first_term + t];
        run->projects->goods[term->commodity] += capacity * term->amount;
    }
}

/* Turns crude goods into finished ones, or throws them away, whichever costs less. */
static void finish_goods(lode_run *run, int32_t region, lode_project *out) {
    const lode_world *w = run->world;
    double *goods = run->projects->goods;
    for (int32_t c = 0; c < w->commodity_count; c++) {
        int32_t finished = w->commodities[c].crude_of;
        if (finished < 0 || goods[c] <= 0) {
            continue;
        }
        double price = or_zero(lode_market_at(run, run->projects->market.price_out, finished, region));
        double finishing = w->commodities[finished].finishing_cost_usd_per_kg;
        double disposal = w->commodities[finished].disposal_cost_usd_per_kg;
        bool sells = price - finishing > -disposal;
        out->cost_usd_per_year += KG_PER_T * goods[c] * (sells ? finishing : disposal);
        goods[finished] += sells ? goods[c] : 0;
        goods[c] = 0;
    }
}

static void list_goods(lode_run *run, int32_t region, lode_project *out, lode_project_good *list) {
    const lode_project_market *m = &run->projects->market;
    double most = 0;
    out->goods = list;
    out->main_good = -1;
    for (int32_t c = 0; c < run->world->commodity_count && out->good_count < LODE_PROJECT_GOODS; c++) {
        double t = run->projects->goods[c];
        if (fabs(t) < 1e-9) {
            continue;
        }
        double price = or_zero(lode_market_at(run, t > 0 ? m->price_out : m->price_in, c, region));
        if (t * price > most) {
            most = t * price;
            out->main_good = out->good_count;
        }
        list[out->good_count++] = (lode_project_good){c, t, price};
    }
}

static bool same_support(const lode_support *a, const lode_support *b) {
    return a->instrument == b->instrument && a->kind == b->kind && a->commodity == b->commodity &&
           (a->price == b->price || (isnan(a->price) && isnan(b->price)));
}

/* Puts a member's support to those of the project: sums of money and tonnes come as each plant's part and add up; prices and shares hold for
 * all of them. */
static lode_code merge_support(lode_support_list *list, const lode_support *s) {
    for (int32_t j = 0; j < list->count; j++) {
        lode_support *have = &list->items[j];
        if (same_support(s, have)) {
            have->amount_usd += s->amount_usd; /* a share has none: NaN stays */
            have->volume_t_per_year += s->volume_t_per_year;
            have->share = fmax(have->share, s->share);
            return LODE_OK;
        }
    }
    return lode_support_add(list, s);
}

static lode_code list_supports(lode_run *run, lode_policy_view *view, const lode_project_group *group,
                               lode_support_list *list) {
    list->count = 0;
    for (int32_t i = group->first; i < group->first + group->count; i++) {
        lode_support_list *one = &run->projects->one;
        lode_code code = lode_plan_supports(run->plan, view, run->projects->members[i], one);
        for (int32_t k = 0; k < one->count && code == LODE_OK; k++) {
            code = merge_support(list, &one->items[k]);
        }
        if (code != LODE_OK) {
            return code;
        }
    }
    return LODE_OK;
}

lode_code lode_project_read(lode_run *run, lode_policy_view *view, int32_t project, lode_project *out,
                            lode_project_good *goods, lode_support_list *supports, lode_finance_terms *terms) {
    const lode_world *w = run->world;
    const lode_project_group *group = &run->projects->groups[project];
    const int32_t *members = &run->projects->members[group->first];
    int32_t region = w->assets[members[0]].region;
    *terms = lode_finance_terms_of(w, region, view->wacc_add[region]);
    *out = (lode_project){.now = view->next_day,
                          .price_level = lode_price_level(w, view->day),
                          .capex_usd = group->capex_usd,
                          .hazards = run->projects->hazards,
                          .region_count = w->region_count,
                          .feed_in_place = 1,
                          .reagents_in_place = 1,
                          .buyers_in_place = 1};
    memset(run->projects->goods, 0, ((size_t)w->commodity_count + 1) * sizeof(double));
    for (int32_t i = 0; i < group->count; i++) {
        out->build_years = fmax(out->build_years, lode_build_months(w, members[i]) / 12);
        out->ramp_years = fmax(out->ramp_years, w->processes[w->assets[members[i]].process].ramp_months / 12);
        add_member(run, members[i], out);
    }
    finish_goods(run, region, out);
    list_goods(run, region, out, goods);
    lode_code code = list_supports(run, view, group, supports);
    out->supports = supports->items;
    out->support_count = supports->count;
    return code;
}

/* ---- one project ---- */

void lode_project_count(lode_run *run, int32_t project, double sign) {
    const lode_project_group *group = &run->projects->groups[project];
    for (int32_t i = group->first; i < group->first + group->count; i++) {
        int32_t a = run->projects->members[i];
        if ((sign > 0) != run->projects->market.counted[a]) {
            lode_project_market_count(run, a, sign);
        }
    }
}

/* Feed, reagents and buyers with the set as counted, and itself. */
static void find_in_place(lode_run *run, int32_t project, bool in_set, lode_project *out) {
    lode_project_count(run, project, 1);
    lode_project_market_in_place(run, project, &out->feed_in_place, &out->reagents_in_place, &out->buyers_in_place);
    if (!in_set) {
        lode_project_count(run, project, -1);
    }
}

typedef struct {
    lode_run *run;
    lode_policy_view *view;
    lode_project project;
    lode_project_good goods[LODE_PROJECT_GOODS];
    lode_finance_terms terms;
} desk; /* where one project is looked at */

static lode_code open_file(desk *d, int32_t project) {
    return lode_project_read(d->run, d->view, project, &d->project, d->goods, &d->run->projects->supports, &d->terms);
}

static lode_code passes_with(desk *d, int32_t project, bool in_set, bool *passes) {
    lode_gate_result result;
    lode_code code = open_file(d, project);
    if (code == LODE_OK) {
        find_in_place(d->run, project, in_set, &d->project);
        lode_gate_judge(&result, &d->project, &d->terms);
        *passes = result.passed;
    }
    return code;
}

/* ---- fixed points ---- */

/* From none: adds until nobody more passes. */
static lode_code find_alone(desk *d) {
    lode_projects *p = d->run->projects;
    for (bool more = true; more;) {
        more = false;
        for (int32_t i = 0; i < p->count; i++) {
            if (!p->asks[i] || p->passes[i]) {
                continue;
            }
            lode_code code = passes_with(d, i, false, &p->passes[i]);
            if (code != LODE_OK) {
                return code;
            }
            if (p->passes[i]) {
                p->found[i] = (lode_project_found){d->project.feed_in_place, d->project.reagents_in_place,
                                                   d->project.buyers_in_place};
                lode_project_count(d->run, i, 1);
                more = true;
            }
        }
    }
    return LODE_OK;
}

/* From all that ask: takes away until all pass. */
static lode_code find_together(desk *d) {
    lode_projects *p = d->run->projects;
    for (int32_t i = 0; i < p->count; i++) {
        p->together[i] = p->asks[i];
        if (p->asks[i]) {
            lode_project_count(d->run, i, 1);
        }
    }
    for (bool more = true; more;) {
        more = false;
        for (int32_t i = 0; i < p->count; i++) {
            if (!p->together[i] || p->passes[i]) { /* who passes alone passes with more */
                continue;
            }
            lode_code code = passes_with(d, i, true, &p->together[i]);
            if (code != LODE_OK) {
                return code;
            }
            if (!p->together[i]) {
                lode_project_count(d->run, i, -1);
                more = true;
            }
        }
    }
    return LODE_OK;
}

/* Back to what is built and what passed. */
static void count_passed_only(lode_run *run) {
    lode_projects *p = run->projects;
    for (int32_t i = 0; i < p->count; i++) {
        if (p->asks[i] && !p->passes[i]) {
            lode_project_count(run, i, -1);
        }
    }
}

/* ---- the log ---- */

/* Instruments without which a project that passed would have failed, with what it found when it did: who came after it in the same sweep may
 * have come because of it. */
static void find_pivotal(desk *d, const lode_project_found *found, lode_gate_entry *entry) {
    lode_support_list *list = &d->run->projects->supports;
    for (int32_t i = 0; i < list->count && entry->pivotal_count < LODE_PIVOTAL_MOST; i++) {
        int32_t instrument = list->items[i].instrument;
        bool seen = false;
        for (int32_t k = 0; k < i; k++) {
            seen = seen || list->items[k].instrument == instrument;
        }
        lode_support_list *rest = &d->run->projects->one;
        rest->count = 0;
        for (int32_t k = 0; k < list->count && !seen; k++) {
            if (list->items[k].instrument != instrument && lode_support_add(rest, &list->items[k]) != LODE_OK) {
                return; /* no memory: the log says less, and the step goes on */
            }
        }
        lode_project without = d->project;
        without.feed_in_place = found->feed;
        without.reagents_in_place = found->reagents;
        without.buyers_in_place = found->buyers;
        without.supports = rest->items;
        without.support_count = rest->count;
        lode_gate_result result;
        lode_gate_judge(&result, &without, &d->terms);
        if (!seen && !result.passed) {
            entry->pivotal[entry->pivotal_count++] = instrument;
        }
    }
}

static bool worth_a_line(const lode_run *run, int32_t lead, double verdict, lode_day day) {
    int year, month, mday;
    lode_day_to(day, &year, &month, &mday);
    return run->next.gate_verdict[lead] != verdict || month <= run->clock.months;
}

static lode_code log_project(desk *d, int32_t project) {
    lode_run *run = d->run;
    lode_projects *p = run->projects;
    const lode_project_group *group = &p->groups[project];
    int32_t lead = p->members[group->first];
    lode_gate_entry entry = {.period = run->done, .project = lead};
    lode_code code = open_file(d, project);
    if (code != LODE_OK) {
        return code;
    }
    find_in_place(run, project, p->passes[project], &d->project);
    lode_gate_judge(&entry.result, &d->project, &d->terms);
    entry.coordinated = p->together[project] && !p->passes[project];
    double verdict = 1 + (entry.coordinated ? LODE_GATE_TEST_COUNT : 0) + (double)entry.result.failed;
    if (worth_a_line(run, lead, verdict, d->view->day)) {
        code = lode_gate_remedies(&entry.result, &d->project, &d->terms);
        if (entry.result.passed) {
            find_pivotal(d, &p->found[project], &entry);
        }
        for (int32_t i = group->first; i < group->first + group->count; i++) {
            entry.asset = p->members[i];
            lode_gate_log_add(&run->gates, &entry);
        }
    }
    run->next.gate_verdict[lead] = verdict;
    return code;
}

/* ---- financial close ---- */

static void close_project(desk *d, int32_t project) {
    lode_run *run = d->run;
    const lode_world *w = run->world;
    const lode_project_group *group = &run->projects->groups[project];
    const int32_t *members = &run->projects->members[group->first];
    lode_waterfall flow;
    lode_waterfall_fill(&flow, &d->project, &d->terms);
    double now = lode_day_year(d->view->next_day), lent = flow.debt_usd - flow.public_debt_usd;
    double ready = now;
    for (int32_t i = 0; i < group->count; i++) { /* nobody starts before what feeds it */
        ready = fmax(ready, now + lode_build_months(w, members[i]) / 12);
    }
    for (int32_t i = 0; i < group->count; i++) {
        double announced =
            w->assets[members[i]].start == LODE_NO_DAY ? ready : lode_day_year(w->assets[members[i]].start);
        run->next.plant_stage[members[i]] = LODE_STATUS_CONSTRUCTION;
        run->next.plant_start[members[i]] = fmax(ready, announced);
    }
    int32_t lead = members[0];
    lode_party owner = {LODE_PARTY_OWNER, lead}, lender = {LODE_PARTY_LENDER, lead},
               suppliers = {LODE_PARTY_SUPPLIERS, w->assets[lead].region};
    lode_ledger_book(&run->ledger, run->done, -1, LODE_MONEY_LOAN, lender, owner, lent / KUSD);
    lode_ledger_book(&run->ledger, run->done, -1, LODE_MONEY_PURCHASE, owner, suppliers, flow.capex_usd / KUSD);
    run->next.plant_debt[lead] = lent / KUSD;
    run->next.debt_service[lead] = lode_yearly_service(w, w->assets[lead].region, run->next.plant_debt[lead]);
}

/* ---- the sweep ---- */

/* In financing, and early enough to be ready when announced. */
static bool is_asking(const lode_run *run, int32_t project, lode_day day) {
    const lode_project_group *group = &run->projects->groups[project];
    int32_t lead = run->projects->members[group->first];
    if (run->next.plant_stage[lead] != LODE_STATUS_FINANCING) {
        return false;
    }
    double build = run->world->processes[run->world->assets[lead].process].build_months / 12;
    return group->start == LODE_NO_DAY || lode_day_year(day) >= lode_day_year(group->start) - build;
}

lode_code lode_project_gates(lode_run *run, lode_policy_view *view) {
    lode_projects *p = run->projects;
    desk d = {.run = run, .view = view};
    bool any = false;
    for (int32_t i = 0; i < p->count; i++) {
        p->asks[i] = is_asking(run, i, view->next_day);
        p->passes[i] = p->together[i] = false;
        any = any || p->asks[i];
    }
    if (!any) {
        return LODE_OK;
    }
    lode_project_market_fill(run);
    lode_code code = find_alone(&d);
    code = code == LODE_OK ? find_together(&d) : code;
    count_passed_only(run);
    for (int32_t i = 0; i < p->count && code == LODE_OK; i++) {
        code = p->asks[i] ? log_project(&d, i) : LODE_OK;
        if (code == LODE_OK && p->passes[i]) {
            close_project(&d, i);
        }
    }
    return code;
}
