#include "insight/rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/pool.h"
#include "finance/terms.h"
#include "sim/projects.h"

static const double NOT_THERE = 0.5; /* of its nameplate: a plant with less when the shock comes is a project */

/* ---- candidates ---- */

static double nameplate(const lode_world *world, int32_t asset) {
    const double t = world->assets[asset].capacity_t_per_year * world->assets[asset].availability;
    return isnan(t) ? 0 : t;
}

static double capacity_at(const lode_view *view, int32_t asset, int32_t period) {
    return view->record->asset_capacity[(size_t)period * (size_t)view->record->assets + (size_t)asset];
}

static bool has_modes(const lode_world *world, int32_t asset) {
    const int32_t m = lode_asset_first_mode(world, asset);
    return m < world->mode_count && world->modes[m].asset == asset;
}

/* True if the plant is still to come when the first shock does. */
static bool is_project(const lode_battery *battery, int32_t asset) {
    const lode_world *world = battery->world;
    const lode_asset *a = &world->assets[asset];
    const int32_t period = lode_view_period(&battery->view, battery->shocks[0].entry->start);
    const double full = nameplate(world, asset) * battery->view.dt;
    return a->region != world->controlling_region && a->status != LODE_STATUS_CLOSED && full > 0 &&
           has_modes(world, asset) && capacity_at(&battery->view, asset, period) < NOT_THERE * full;
}

static bool same_site(const lode_asset *a, const lode_asset *b) {
    return a->site && b->site && a->site[0] && strcmp(a->site, b->site) == 0;
}

/* One project a site: its plants lie together in ranking->plants. `taken`: per asset. */
static void add_project(lode_ranking *r, int32_t first, bool *taken, int32_t *plant_count) {
    const lode_world *world = r->battery->world;
    lode_ranked *item = &r->items[r->count++];
    *item = (lode_ranked){.index = first, .first_plant = *plant_count};
    for (int32_t a = first; a < world->asset_count; a++)
        if (!taken[a] && (a == first || same_site(&world->assets[a], &world->assets[first])) &&
            is_project(r->battery, a)) {
            taken[a] = true;
            r->plants[(*plant_count)++] = a;
            item->plant_count++;
        }
}

static lode_code add_projects(lode_ranking *r) {
    const lode_world *world = r->battery->world;
    bool *taken = calloc((size_t)world->asset_count + 1, sizeof *taken);
    int32_t plant_count = 0;
    if (!taken)
        return LODE_NOMEM;
    for (int32_t a = 0; a < world->asset_count; a++)
        if (!taken[a] && is_project(r->battery, a))
            add_project(r, a, taken, &plant_count);
    free(taken);
    return LODE_OK;
}

static bool of_programme(const lode_scenario *scenario, const lode_instrument *instrument) {
    for (int32_t i = 0; i < scenario->policy_count; i++)
        if (scenario->instruments[i] == instrument)
            return true;
    return false;
}

static void add_measures(lode_ranking *r) {
    const lode_plan *plan = r->battery->reference->plan;
    for (int32_t i = 0; i < plan->count; i++) {
        const lode_instrument_type *type = plan->instruments[i]->type;
        if (of_programme(r->battery->scenario, plan->instruments[i]))
            r->items[r->count++] = (lode_ranked){
                .measure = true, .index = i, .through_projects = !type->amend && !type->adjust && !type->build};
    }
}

/* ---- the screen ---- */

/* What a tonne of basis earns at the prices of a period, USD/kg; -INFINITY if something it needs is not to be had. */
static double mode_margin(const lode_view *view, int32_t m, int32_t period) {
    const lode_world *world = view->world;
    const lode_mode *mode = &world->modes[m];
    const lode_asset *asset = &world->assets[mode->asset];
    double margin = -(asset->cost_usd_per_kg > 0 ? asset->cost_usd_per_kg : 0) -
                    (mode->penalty_usd_per_kg > 0 ? mode->penalty_usd_per_kg : 0);
    for (int32_t t = mode->first_term; t < mode->first_term + mode->term_count; t++) {
        const lode_mode_term *term = &world->mode_terms[t];
        const double price = lode_price_trade(view, term->commodity, asset->region, period);
        if (isnan(price) && term->amount < 0)
            return -(double)INFINITY;
        margin += isnan(price) ? 0 : term->amount * price;
    }
    return margin;
}

static double plant_value(const lode_view *view, int32_t asset, int32_t first, int32_t end) {
    const lode_world *world = view->world;
    double kusd = 0;
    for (int32_t p = first; p < end; p++) {
        double best = -(double)INFINITY;
        for (int32_t m = lode_asset_first_mode(world, asset); m < world->mode_count && world->modes[m].asset == asset;
             m++)
            best = fmax(best, mode_margin(view, m, p));
        kusd += isfinite(best) ? best * nameplate(world, asset) * view->dt : 0;
    }
    return kusd;
}

/* The plants of a site together, since what one sells the next buys; or the best of them alone. */
static void screen(lode_ranking *r, lode_ranked *item) {
    for (int32_t s = 0; s < r->battery->count; s++) {
        const lode_shock_result *shock = &r->battery->shocks[s];
        const int32_t first = lode_view_period(&shock->view, shock->entry->start);
        double together = 0, alone = 0;
        for (int32_t k = 0; k < item->plant_count; k++) {
            const double kusd =
                plant_value(&shock->view, r->plants[item->first_plant + k], first, shock->view.record->periods);
            together += kusd;
            alone = fmax(alone, kusd);
        }
        item->screened_musd += fmax(together, alone) / 1000;
    }
}

/* ---- trials ---- */

/* What the project adds in the run's next period: nameplate less what it has without the shock. */
static void set_plants(double *more, const lode_ranking *r, const lode_ranked *item, int32_t period) {
    const lode_view *reference = &r->battery->view;
    for (int32_t k = 0; k < item->plant_count; k++) {
        const int32_t a = r->plants[item->first_plant + k];
        more[a] = fmax(0, nameplate(r->battery->world, a) * reference->dt - capacity_at(reference, a, period));
    }
}

typedef struct {
    const lode_view *with, *without, *paired;
    const lode_battery_entry *entry;
    int32_t first, end;
} comparison;

/* USD of value added a kilogram; where it is not known, what users pay at reference prices. */
static double value_of(const lode_view *view, int32_t line) {
    const double added = view->world->segments[view->lines[line].segment].value_added_usd_per_kg;
    return added > 0 ? added : view->lines[line].p0;
}

static double served(const lode_view *view, int32_t period, int32_t line) {
    return view->record->line_served[(size_t)period * (size_t)view->record->lines + (size_t)line];
}

/* Tonnes that a line gets with, beyond without, up to its use in the paired run. */
static double gained_t(const comparison *c, int32_t line) {
    double t = 0;
    for (int32_t p = c->first; p < c->end; p++) {
        const double normal = served(c->paired, p, line);
        t += fmin(served(c->with, p, line), normal) - fmin(served(c->without, p, line), normal);
    }
    return t;
}

/* Sums the lines of the regions hit; `cells`: room for tonnes and money of each segment and region, zeroed. */
static void compare_users(lode_rank_trial *out, const comparison *c, double *cells) {
    const lode_world *world = c->with->world;
    const int32_t count = world->segment_count * world->region_count;
    for (int32_t l = 0; l < c->with->record->lines; l++) {
        const lode_demand_line *line = &c->with->lines[l];
        const double value = value_of(c->with, l);
        if (!lode_list_has(&c->entry->hits, line->region) || !(value > 0))
            continue;
        const double t = gained_t(c, l);
        cells[line->segment * world->region_count + line->region] += t;
        cells[count + line->segment * world->region_count + line->region] += t * value / 1000;
        out->avoided_musd += t * value / 1000;
    }
    for (int32_t i = 0; i < count; i++)
        if (cells[count + i] > out->gained_musd) {
            out->gained_t = cells[i];
            out->gained_musd = cells[count + i];
            out->segment = i / world->region_count;
            out->region = i % world->region_count;
        }
}

/* What a bottleneck is worth to whoever has it: dual x tonnes, million USD. */
static double rent(const comparison *c, const double *dual, const double *tonnes, int32_t width, int32_t i) {
    double kusd = 0;
    for (int32_t p = c->first; p < c->end; p++) {
        const size_t at = (size_t)p * (size_t)width + (size_t)i;
        kusd += dual[at] > 0 ? dual[at] * tonnes[at] : 0;
    }
    return kusd / 1000;
}

static void ease(lode_rank_trial *out, lode_relax_kind kind, int32_t index, double musd) {
    if (!(musd > out->eased_musd))
        return;
    out->eased = kind;
    out->eased_index = index;
    out->eased_musd = musd;
}

/* The full plant or the rule whose rent falls most: what was short, and is so less. */
static void compare_rents(lode_rank_trial *out, const comparison *c) {
    const lode_record *a = c->without->record, *b = c->with->record;
    for (int32_t i = 0; i < a->assets; i++)
        ease(out, LODE_RELAX_ASSET, i,
             rent(c, a->asset_dual, a->asset_capacity, a->assets, i) -
                 rent(c, b->asset_dual, b->asset_capacity, b->assets, i));
    for (int32_t i = 0; i < a->limits && a->limits == b->limits; i++)
        ease(out, LODE_RELAX_LIMIT, i,
             rent(c, a->limit_dual, a->limit_flow, a->limits, i) - rent(c, b->limit_dual, b->limit_flow, b->limits, i));
}

static lode_code compare(lode_rank_trial *out, const comparison *c) {
    const lode_world *world = c->with->world;
    double *cells = calloc(2 * (size_t)world->segment_count * (size_t)world->region_count + 1, sizeof *cells);
    if (!cells)
        return LODE_NOMEM;
    compare_users(out, c, cells);
    compare_rents(out, c);
    free(cells);
    return LODE_OK;
}

/* Steps a branch to the end; a period that cannot be certified is the branch's failure, and not that of the ranking. */
static lode_code step_branch(lode_run *run, lode_rank_trial *out, const lode_ranking *r, const lode_ranked *item,
                             const lode_shock_result *shock, double *more, lode_pool *pool) {
    const int32_t end = lode_battery_end(r->battery, shock);
    while (lode_run_period(run) < end) {
        if (!item->measure) {
            set_plants(more, r, item, lode_run_period(run));
            lode_run_relax(run, &(lode_relaxation){.kind = LODE_RELAX_PLANTS, .plants = more});
        }
        const lode_code code = lode_run_step(run);
        if (code == LODE_CERTIFICATE || code == LODE_SOLVER) {
            out->failed = true;
            return lode_pool_step(pool, end - lode_run_period(run)) ? LODE_OK : LODE_INTERRUPTED;
        }
        if (code != LODE_OK)
            return code;
        if (!lode_pool_step(pool, 1))
            return LODE_INTERRUPTED;
    }
    return LODE_OK;
}

static lode_code compare_branch(lode_rank_trial *out, const lode_run *run, const lode_battery *battery,
                                const lode_ranked *item, const lode_shock_result *shock) {
    lode_view view;
    lode_code code = lode_view_open(&view, lode_run_network(run), lode_run_plan(run)->limits, lode_run_record(run),
                                    lode_run_dt(run));
    if (code != LODE_OK)
        return code;
    const comparison c = {.with = item->measure ? &shock->view : &view,
                          .without = item->measure ? &view : &shock->view,
                          .paired = &battery->view,
                          .entry = shock->entry,
                          .first = lode_view_period(&view, shock->entry->start),
                          .end = view.record->periods};
    code = compare(out, &c);
    lode_view_close(&view);
    return code;
}

static lode_code try_one(lode_rank_trial *out, const lode_ranking *r, const lode_ranked *item,
                         const lode_shock_result *shock, lode_pool *pool) {
    lode_run *run = NULL;
    double *more = calloc((size_t)r->battery->world->asset_count + 1, sizeof *more);
    lode_code code = more ? lode_run_copy(&run, shock->start) : LODE_NOMEM;
    *out = (lode_rank_trial){.segment = -1, .region = -1, .eased_index = -1};
    if (code == LODE_OK && item->measure)
        run->plan->last[item->index] = shock->entry->start;
    if (code == LODE_OK)
        code = step_branch(run, out, r, item, shock, more, pool);
    if (code == LODE_OK && !out->failed)
        code = compare_branch(out, run, r->battery, item, shock);
    if (out->failed)
        out->avoided_musd = NAN;
    lode_run_free(run);
    free(more);
    return code;
}

typedef struct {
    lode_ranking *ranking;
    lode_ranked **tried;
} trying;

static lode_code trial_job(void *context, int32_t job, lode_pool *pool) {
    const trying *t = context;
    const int32_t shocks = t->ranking->battery->count, s = job % shocks;
    const lode_ranked *item = t->tried[job / shocks];
    return try_one(&item->trials[s], t->ranking, item, &t->ranking->battery->shocks[s], pool);
}

/* ---- what it costs ---- */

static double capital_usd(const lode_world *world, int32_t asset) {
    const lode_asset *a = &world->assets[asset];
    char name[64];
    if (!isnan(a->capex_usd))
        return a->capex_usd; /* 0: in another row of its site */
    snprintf(name, sizeof name, "capex_per_t_%s", lode_stage_name(world->processes[a->process].stage));
    return lode_world_parameter(world, name, NAN) * a->capacity_t_per_year;
}

static double fixed_usd_per_year(const lode_world *world, int32_t asset) {
    const lode_asset *a = &world->assets[asset];
    const double share = lode_world_parameter(world, "fixed_cost_share", 0);
    if (!isnan(a->fixed_cost_usd_per_year))
        return a->fixed_cost_usd_per_year;
    return a->cost_usd_per_kg > 0 ? share * a->cost_usd_per_kg * 1000 * nameplate(world, asset) : 0;
}

/* Yearly payment on a dollar over `years` at the rate r: r / (1 - (1 + r)^-years). */
static double annuity(double rate, double years) {
    return rate > 0 ? rate / (1 - pow(1 + rate, -years)) : 1 / years;
}

static double project_cost(const lode_ranking *r, const lode_ranked *item) {
    const lode_world *world = r->battery->world;
    const lode_finance_terms terms = lode_finance_terms_of(world, world->assets[item->index].region);
    double usd = 0;
    for (int32_t k = 0; k < item->plant_count; k++) {
        const int32_t a = r->plants[item->first_plant + k];
        usd += capital_usd(world, a) * annuity(terms.wacc, terms.life_years) + fixed_usd_per_year(world, a);
    }
    return usd / 1e6;
}

static bool is_public(lode_party party) {
    return party.kind == LODE_PARTY_TREASURY || party.kind == LODE_PARTY_HOLDER;
}

/* What public parties paid out net under the instrument in the first shock's run, million USD a year of its time in force. */
static double measure_cost(const lode_ranking *r, const lode_ranked *item) {
    const lode_run *run = r->battery->shocks[0].run;
    const lode_instrument *instrument = run->plan->instruments[item->index];
    const lode_day begin = instrument->first > run->clock.from ? instrument->first : run->clock.from,
                   done = lode_clock_start(&run->clock, run->done),
                   end = run->plan->last[item->index] < done ? run->plan->last[item->index] : done;
    double cents = 0;
    for (int32_t i = 0; i < run->ledger.count; i++) {
        const lode_ledger_entry *e = &run->ledger.entries[i];
        if (e->instrument == item->index && lode_money_moves(e->kind))
            cents += (double)e->cents * (is_public(e->from) - is_public(e->to));
    }
    return end > begin ? cents / 1e8 / ((end - begin) / 365.25) : 0;
}

static void value_item(lode_ranking *r, lode_ranked *item) {
    const lode_run *reference = r->battery->reference;
    item->margin = item->avoided_musd = item->per_usd = NAN;
    item->cost_musd_per_year = item->measure ? measure_cost(r, item) : project_cost(r, item);
    for (int32_t s = 0; item->trials && s < r->battery->count; s++)
        item->avoided_musd = (s == 0 ? 0 : item->avoided_musd) + item->trials[s].avoided_musd;
    if (item->cost_musd_per_year > 0)
        item->per_usd = item->avoided_musd / (item->cost_musd_per_year * r->months / 12);
    if (item->measure)
        return;
    item->gate = lode_gate_log_last(lode_run_gates(reference), item->index,
                                    lode_view_period(&r->battery->view, r->battery->shocks[0].entry->start));
    if (item->gate && item->gate->result.capex_usd > 0)
        item->margin = (item->gate->result.npv_usd - item->gate->result.hurdle_usd) / item->gate->result.capex_usd;
}

/* ---- order ---- */

/* 1: a comes later; a NaN comes last. */
static int descending(double a, double b) {
    if (isnan(a) || isnan(b))
        return isnan(a) - isnan(b);
    return (a < b) - (a > b);
}

static int by_order(const lode_ranked *a, const lode_ranked *b) {
    return a->measure != b->measure ? a->measure - b->measure : (a->index > b->index) - (a->index < b->index);
}

static int by_screen(const void *left, const void *right) {
    const lode_ranked *a = left, *b = right;
    const int order =
        a->measure != b->measure ? a->measure - b->measure : descending(a->screened_musd, b->screened_musd);
    return order ? order : by_order(a, b);
}

/* What costs nothing and avoids a loss comes before all that costs. */
static double worth(const lode_ranked *item) {
    return item->cost_musd_per_year <= 0 && item->avoided_musd > 0 ? (double)INFINITY : item->per_usd;
}

static int by_worth(const void *left, const void *right) {
    const lode_ranked *a = left, *b = right;
    int order = descending(worth(a), worth(b));
    order = order ? order : descending(a->avoided_musd, b->avoided_musd);
    order = order ? order : descending(a->screened_musd, b->screened_musd);
    return order ? order : by_order(a, b);
}

/* ---- all of it ---- */

static lode_code make_room(lode_ranking *r) {
    const size_t most = (size_t)r->battery->world->asset_count + (size_t)r->battery->reference->plan->count + 1;
    r->items = calloc(most, sizeof *r->items);
    r->plants = calloc((size_t)r->battery->world->asset_count + 1, sizeof *r->plants);
    r->trials = calloc(most * (size_t)r->battery->count, sizeof *r->trials);
    return r->items && r->plants && r->trials ? LODE_OK : LODE_NOMEM;
}

static lode_code find_candidates(lode_ranking *r, lode_rank_only only) {
    lode_code code = make_room(r);
    if (code == LODE_OK && only != LODE_RANK_MEASURES)
        code = add_projects(r);
    for (int32_t i = 0; i < r->count; i++)
        screen(r, &r->items[i]);
    if (code == LODE_OK && only != LODE_RANK_PROJECTS)
        add_measures(r);
    if (code == LODE_OK)
        qsort(r->items, (size_t)r->count, sizeof *r->items, by_screen);
    return code;
}

/* The first `top` projects and every measure that acts on the market. */
static lode_code try_all(lode_ranking *r, const lode_rank_options *options, lode_pool_progress *progress) {
    const int32_t top = options->top > 0 ? options->top : LODE_RANK_TOP, shocks = r->battery->count;
    trying t = {r, calloc((size_t)r->count + 1, sizeof(lode_ranked *))};
    int32_t tried = 0, projects = 0;
    if (!t.tried)
        return LODE_NOMEM;
    for (int32_t i = 0; i < r->count; i++) {
        lode_ranked *item = &r->items[i];
        if (item->measure ? item->through_projects : projects++ >= top || !(item->screened_musd > 0))
            continue;
        item->tried = true;
        item->trials = &r->trials[tried * shocks];
        t.tried[tried++] = item;
    }
    progress->done = progress->total = 0;
    for (int32_t s = 0; s < shocks; s++)
        progress->total +=
            tried * (lode_battery_end(r->battery, &r->battery->shocks[s]) - r->battery->shocks[s].first_period);
    const lode_code code = lode_pool_run(options->threads, tried * shocks, trial_job, &t, progress);
    free(t.tried);
    return code;
}

static lode_code run_battery(lode_ranking *r, const lode_world *world, const lode_scenario *scenario,
                             const lode_rank_options *options, lode_progress progress, void *context,
                             lode_diags *diags) {
    const char *first = scenario->battery_count > 0 ? scenario->battery[0].name : "";
    lode_stress_options shocks = {
        .shocks = options->shocks, .shock_count = options->shock_count, .threads = options->threads};
    if (!shocks.shocks && scenario->battery_count > 0) {
        shocks.shocks = &first;
        shocks.shock_count = 1;
    }
    r->months = options->months > 0 ? options->months : LODE_RANK_MONTHS;
    const lode_battery_scope scope = {r->months, true};
    return lode_battery_follow(&r->battery, world, scenario, &shocks, &scope, progress, context, diags);
}

static lode_code fill(lode_ranking *r, const lode_world *world, const lode_scenario *scenario,
                      const lode_rank_options *options, lode_progress progress, void *context, lode_diags *diags) {
    lode_pool_progress at = {.call = progress, .context = context, .what = "projects and measures"};
    lode_code code = run_battery(r, world, scenario, options, progress, context, diags);
    if (code == LODE_OK)
        code = find_candidates(r, options->only);
    if (code == LODE_OK)
        code = try_all(r, options, &at);
    if (code != LODE_OK)
        return code;
    for (int32_t i = 0; i < r->count; i++)
        value_item(r, &r->items[i]);
    qsort(r->items, (size_t)r->count, sizeof *r->items, by_worth);
    return LODE_OK;
}

lode_code lode_ranking_run(lode_ranking **out, const lode_world *world, const lode_scenario *scenario,
                           const lode_rank_options *options, lode_progress progress, void *context, lode_diags *diags) {
    *out = NULL;
    lode_ranking *r = calloc(1, sizeof *r);
    if (!r)
        return LODE_NOMEM;
    const lode_code code = fill(r, world, scenario, options, progress, context, diags);
    if (code != LODE_OK) {
        lode_ranking_free(r);
        return code;
    }
    *out = r;
    return LODE_OK;
}

void lode_ranking_free(lode_ranking *r) {
    if (!r)
        return;
    lode_battery_free(r->battery);
    free(r->items);
    free(r->plants);
    free(r->trials);
    free(r);
}

const char *lode_ranked_id(const lode_ranking *r, const lode_ranked *item) {
    if (item->measure)
        return r->battery->reference->plan->instruments[item->index]->common.id;
    const lode_asset *asset = &r->battery->world->assets[item->index];
    return item->plant_count > 1 && asset->site && asset->site[0] ? asset->site : asset->id;
}
