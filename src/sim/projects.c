/* Projects: which assets are one, and their way from stage to stage.
 *
 *   prospect -> permitting -> financing -> construction -> ramp_up -> operating
 *
 *   permitting     the longest permit_months of its members; half of that where the files find it under way, which is what is left on
 *                  average of a stage that may have begun at any time; permit reforms shorten what is left
 *   financing      from announced start - build_months on, once a quarter before the gate (project_gate.c)
 *   construction   build_months + slippage_months_mean, and not before the announced start
 *   ramp_up        ramp_months in a straight line, little before qualify_months, as people allow (workforce.c)
 *
 * What the files find under construction has its money: it starts slippage_months_mean later than announced. Assets of one site that the
 * files find at the same stage before construction are one project: they are permitted, judged and built together.
 *
 * Who pays. At financial close lenders pay their part to the owners and owners pay for what is built; both are booked.
 *
 * Where this is from. docs/model.md, 5.5. Durations are those of processes.csv; that announced dates slip is parameter
 * slippage_months_mean. */
#include "sim/projects.h"

#include <math.h>
#include <stdlib.h>

#include "sim/parts.h"

/* ---- which assets are one project ---- */

static bool is_planned(const lode_asset *a) {
    return a->status == LODE_STATUS_PROSPECT || a->status == LODE_STATUS_PERMITTING ||
           a->status == LODE_STATUS_FINANCING;
}

double lode_build_months(const lode_world *w, int32_t asset) {
    return w->processes[w->assets[asset].process].build_months + lode_world_parameter(w, "slippage_months_mean", 18);
}

/* Capital cost: as the files say of any member; where no member has any, by the tonne (parameters capex_per_t_STAGE). */
static double capital_cost(const lode_world *w, const int32_t *members, int32_t count) {
    double given = 0, typical = 0;
    for (int32_t i = 0; i < count; i++) {
        const lode_asset *a = &w->assets[members[i]];
        given += isnan(a->capex_usd) ? 0 : a->capex_usd;
        typical += 1000 * lode_plant_capex_kusd(w, members[i]);
    }
    return given > 0 ? given : typical;
}

static void gather(lode_projects *p, const lode_world *w, int32_t lead) {
    lode_project_group *group = &p->groups[p->count];
    *group = (lode_project_group){.first = p->count > 0 ? group[-1].first + group[-1].count : 0, .start = LODE_NO_DAY};
    for (int32_t a = lead; a < w->asset_count; a++) {
        const lode_asset *asset = &w->assets[a];
        if (is_planned(asset) && asset->status == w->assets[lead].status && lode_same_site(asset, &w->assets[lead])) {
            p->members[group->first + group->count++] = a;
            p->project_of[a] = p->count;
            bool first = asset->start != LODE_NO_DAY && (group->start == LODE_NO_DAY || asset->start < group->start);
            group->start = first ? asset->start : group->start;
        }
    }
    group->capex_usd = capital_cost(w, &p->members[group->first], group->count);
    p->count++;
}

static void group_assets(lode_projects *p, const lode_world *w) {
    for (int32_t a = 0; a < w->asset_count; a++) {
        p->project_of[a] = -1;
        p->site_first[a] = a;
    }
    for (int32_t a = 0; a < w->asset_count; a++) {
        for (int32_t b = 0; b < a && p->site_first[a] == a; b++) {
            p->site_first[a] = lode_same_site(&w->assets[a], &w->assets[b]) ? b : a;
        }
        if (is_planned(&w->assets[a]) && p->project_of[a] < 0) {
            gather(p, w, a);
        }
    }
}

/* True if another asset of the site makes something that this mode takes. */
static bool fed_by_site(const lode_projects *p, const lode_world *w, int32_t mode) {
    int32_t asset = w->modes[mode].asset;
    for (int32_t m = 0; w->modes[mode].ore >= 0 && m < w->mode_count; m++) {
        bool there = w->modes[m].asset != asset && p->site_first[w->modes[m].asset] == p->site_first[asset];
        for (int32_t t = 0; there && t < w->modes[m].term_count; t++) {
            const lode_mode_term *made = &w->mode_terms[w->modes[m].first_term + t];
            for (int32_t k = 0; made->amount > 0 && k < w->modes[mode].term_count; k++) {
                const lode_mode_term *need = &w->mode_terms[w->modes[mode].first_term + k];
                if (need->amount < 0 && need->commodity == made->commodity) {
                    return true;
                }
            }
        }
    }
    return false;
}

/* The separated oxide of each element: a good that holds it alone and is made from a crude one. */
static void find_oxides(lode_projects *p, const lode_world *w) {
    for (int e = 0; e < LODE_ELEMENT_COUNT; e++) {
        p->oxide_of[e] = -1;
    }
    for (int32_t c = 0; c < w->commodity_count; c++) {
        int32_t oxide = w->commodities[c].crude_of;
        for (int e = 0; oxide >= 0 && e < LODE_ELEMENT_COUNT; e++) {
            if (w->commodities[oxide].content[e] > 0.99) {
                p->oxide_of[e] = oxide;
            }
        }
    }
}

static void mark_feed(lode_projects *p, const lode_world *w) {
    for (int32_t m = 0; m < w->mode_count; m++) {
        p->own_feed[m] = fed_by_site(p, w, m);
        for (int32_t t = 0; t < w->modes[m].term_count; t++) {
            const lode_mode_term *term = &w->mode_terms[w->modes[m].first_term + t];
            p->has_maker[term->commodity] = p->has_maker[term->commodity] || term->amount > 0;
        }
    }
}

static void group_arcs(lode_projects *p, const lode_world *w) {
    for (int32_t i = 0; i < w->arc_count; i++) {
        p->arc_at[w->arcs[i].commodity + 1]++;
    }
    for (int32_t c = 0; c < w->commodity_count; c++) {
        p->arc_at[c + 1] += p->arc_at[c];
    }
    for (int32_t i = 0; i < w->arc_count; i++) {
        p->arcs[p->arc_at[w->arcs[i].commodity]++] = i;
    }
    for (int32_t c = w->commodity_count; c > 0; c--) { /* placing moved each beginning to its end */
        p->arc_at[c] = p->arc_at[c - 1];
    }
    p->arc_at[0] = 0;
}

/* ---- memory ---- */

static lode_code allocate_market(lode_project_market *m, const lode_world *w) {
    size_t places = (size_t)w->commodity_count * (size_t)w->region_count;
    double **tables[] = {&m->price_in, &m->price_out, &m->worth,  &m->made,           &m->spare,       &m->produced,
                         &m->used,     &m->arrived,   &m->wanted, &m->from_incumbent, &m->to_incumbent};
    size_t count = sizeof tables / sizeof tables[0];
    double *block = calloc(places * count + 1, sizeof *block);
    m->price_in = block; /* owns the block */
    m->mode = calloc((size_t)w->asset_count + 1, sizeof *m->mode);
    m->counted = calloc((size_t)w->asset_count + 1, sizeof *m->counted);
    if (!block || !m->mode || !m->counted) {
        return LODE_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        *tables[i] = block + i * places;
    }
    return LODE_OK;
}

lode_code lode_projects_new(lode_projects **out, const lode_world *w) {
    size_t assets = (size_t)w->asset_count + 1, goods = (size_t)w->commodity_count + 2;
    lode_projects *p = calloc(1, sizeof *p);
    *out = p;
    if (!p) {
        return LODE_NOMEM;
    }
    p->groups = calloc(assets, sizeof *p->groups);
    p->members = calloc(assets, sizeof *p->members);
    p->project_of = calloc(assets, sizeof *p->project_of);
    p->site_first = calloc(assets, sizeof *p->site_first);
    p->firm_first = calloc(assets, sizeof *p->firm_first);
    p->passes = calloc(assets, sizeof *p->passes);
    p->together = calloc(assets, sizeof *p->together);
    p->found = calloc(assets, sizeof *p->found);
    p->asks = calloc(assets, sizeof *p->asks);
    p->arc_at = calloc(goods, sizeof *p->arc_at);
    p->own_feed = calloc((size_t)w->mode_count + 1, sizeof *p->own_feed);
    p->has_maker = calloc(goods, sizeof *p->has_maker);
    p->arcs = calloc((size_t)w->arc_count + 1, sizeof *p->arcs);
    p->goods = calloc(goods, sizeof *p->goods);
    p->hazards = calloc((size_t)w->region_count + 1, sizeof *p->hazards);
    bool ok = p->groups && p->members && p->project_of && p->site_first && p->firm_first && p->passes && p->found &&
              p->together && p->asks && p->arc_at && p->arcs && p->own_feed && p->has_maker && p->goods && p->hazards;
    if (!ok || allocate_market(&p->market, w) != LODE_OK) {
        lode_projects_free(p);
        *out = NULL;
        return LODE_NOMEM;
    }
    group_assets(p, w);
    lode_plant_firms(p, w);
    group_arcs(p, w);
    mark_feed(p, w);
    find_oxides(p, w);
    for (int32_t r = 0; r <= w->region_count; r++) {
        lode_hazards_of(&p->hazards[r], w, r < w->region_count ? r : -1);
    }
    return LODE_OK;
}

void lode_projects_free(lode_projects *p) {
    if (!p) {
        return;
    }
    void *const all[] = {p->groups,          p->members,     p->firm_first,
                         p->found,           p->project_of,  p->site_first,
                         p->passes,          p->together,    p->asks,
                         p->arc_at,          p->arcs,        p->goods,
                         p->own_feed,        p->has_maker,   p->hazards,
                         p->market.price_in, p->market.mode, p->market.counted,
                         p->supports.items,  p->one.items,   p};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        free(all[i]);
    }
}

/* ---- stages ---- */

static double longest(const lode_world *w, const lode_projects *p, int32_t project, bool permit) {
    const lode_project_group *group = &p->groups[project];
    double most = 0;
    for (int32_t i = group->first; i < group->first + group->count; i++) {
        const lode_process *process = &w->processes[w->assets[p->members[i]].process];
        most = fmax(most, permit ? process->permit_months : process->build_months);
    }
    return most;
}

static void start_asset(lode_run *run, int32_t a) {
    const lode_asset *asset = &run->world->assets[a];
    bool built = asset->status == LODE_STATUS_CONSTRUCTION || asset->status == LODE_STATUS_RAMP_UP ||
                 asset->status == LODE_STATUS_OPERATING;
    run->state.plant_stage[a] = asset->status;
    run->state.plant_start[a] = built ? lode_asset_start_year(run->world, a) : NAN;
}

void lode_projects_start(lode_run *run) {
    lode_projects *p = run->projects;
    if (!p) {
        return;
    }
    lode_plants_unchanged(run);
    for (int32_t a = 0; a < run->world->asset_count; a++) {
        start_asset(run, a);
    }
    for (int32_t i = 0; i < p->count; i++) {
        int32_t lead = p->members[p->groups[i].first];
        double permit = longest(run->world, p, i, true);
        bool under_way = run->state.plant_stage[lead] == LODE_STATUS_PERMITTING;
        run->state.stage_months[lead] = under_way ? permit / 2 : permit;
    }
    lode_workforce_start(run);
    lode_plant_life_start(run);
}

void lode_projects_fill(lode_run *run) {
    if (run->projects) {
        lode_workforce_fill(run);
    }
}

double lode_project_share(const lode_run *run, const lode_state *state, int32_t asset, double year) {
    return state->plant_ramp[asset] * lode_growth_inside(run->world, asset, year, run->base->year);
}

static void set_stage(lode_run *run, int32_t project, lode_status stage) {
    const lode_project_group *group = &run->projects->groups[project];
    for (int32_t i = group->first; i < group->first + group->count; i++) {
        run->next.plant_stage[run->projects->members[i]] = stage;
    }
}

/* Months of permitting that pass in a period: reforms make them count for more. */
static double permit_progress(const lode_run *run, int32_t project, double months) {
    const lode_plant_change *change = &run->plant_change[run->projects->members[run->projects->groups[project].first]];
    double whole = longest(run->world, run->projects, project, true);
    double reformed = fmax(1, whole * change->permit_times - change->permit_saved);
    return months * fmax(whole, 1) / reformed;
}

static void move_permits(lode_run *run, int32_t project) {
    int32_t lead = run->projects->members[run->projects->groups[project].first];
    lode_status stage = (lode_status)run->next.plant_stage[lead];
    if (stage == LODE_STATUS_PROSPECT) { /* it applies in its first period */
        set_stage(run, project, LODE_STATUS_PERMITTING);
    }
    if (stage != LODE_STATUS_PROSPECT && stage != LODE_STATUS_PERMITTING) {
        return;
    }
    double *left = &run->next.stage_months[lead];
    *left = fmax(0, *left - permit_progress(run, project, run->clock.months));
    if (*left <= 0) {
        set_stage(run, project, LODE_STATUS_FINANCING);
    }
}

static void move_built(lode_run *run, int32_t a) {
    double *stage = &run->next.plant_stage[a];
    if (*stage == LODE_STATUS_CONSTRUCTION && run->next.plant_ramp[a] > 0) {
        *stage = LODE_STATUS_RAMP_UP;
    }
    if (*stage == LODE_STATUS_RAMP_UP && run->next.plant_ramp[a] > 1 - 1e-9) {
        *stage = LODE_STATUS_OPERATING;
    }
}

lode_code lode_projects_update(lode_run *run, lode_policy_view *view) {
    if (!run->projects) {
        return LODE_OK;
    }
    for (int32_t a = 0; a < run->world->asset_count; a++) {
        move_built(run, a);
    }
    lode_plant_life_update(run, view);
    for (int32_t i = 0; i < run->projects->count; i++) {
        move_permits(run, i);
    }
    int32_t months = run->done * run->clock.months;
    return months % 3 == 0 || run->clock.months > 3 ? lode_project_gates(run, view) : LODE_OK;
}
