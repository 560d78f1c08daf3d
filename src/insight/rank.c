#include "insight/rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/pool.h"
#include "finance/terms.h"
#include "measure/policy_cost.h"
#include "sim/projects.h"

static const double NOT_THERE = 0.5; /* of its nameplate: a plant with less when the shock comes is a project */
static const double DAYS_PER_YEAR = 365.25;

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

/* One project a site: its plants lie together in ranking->plants. `taken`: per asset. */
static void add_project(lode_ranking *r, int32_t first, bool *taken, int32_t *plant_count) {
    const lode_world *world = r->battery->world;
    lode_ranked *item = &r->items[r->count++];
    *item = (lode_ranked){.index = first, .first_plant = *plant_count};
    for (int32_t a = first; a < world->asset_count; a++)
        if (!taken[a] && lode_same_site(&world->assets[a], &world->assets[first]) && is_project(r->battery, a)) {
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

/* Million USD booked under an instrument in the run without a shock; INFINITY where none is, since a rule that moves no money may do most. */
static double money_moved(const lode_ranking *r, int32_t instrument) {
    const lode_ledger *ledger = &r->battery->reference->ledger;
    double musd = 0;
    for (int32_t i = 0; i < ledger->count; i++)
        if (ledger->entries[i].instrument == instrument && lode_money_moves(ledger->entries[i].kind))
            musd += lode_musd(ledger->entries[i].cents);
    return musd > 0 ? musd : (double)INFINITY;
}

static void add_measures(lode_ranking *r) {
    const lode_plan *plan = r->battery->reference->plan;
    for (int32_t i = 0; i < plan->count; i++) {
        const lode_instrument_type *type = plan->instruments[i]->type;
        if (of_programme(r->battery->scenario, plan->instruments[i]))
            r->items[r->count++] = (lode_ranked){.measure = true,
                                                 .index = i,
                                                 .screened_musd = money_moved(r, i),
                                                 .through_projects = !r->battery->scenario->projects && !type->amend &&
                                                                     !type->adjust && !type->build};
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
    const lode_ranking *ranking;
    const lode_ranked *item;
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

static bool is_own(const comparison *c, int32_t asset) {
    for (int32_t k = 0; k < c->item->plant_count; k++)
        if (c->ranking->plants[c->item->first_plant + k] == asset)
            return true;
    return false;
}

/* The full plant or the rule whose rent falls most: what was short, and is so less. Without a measure the rules are others. */
static void compare_rents(lode_rank_trial *out, const comparison *c) {
    const lode_record *a = c->without->record, *b = c->with->record;
    for (int32_t i = 0; i < a->assets; i++)
        if (!is_own(c, i))
            ease(out, LODE_RELAX_ASSET, i,
                 rent(c, a->asset_dual, a->asset_capacity, a->assets, i) -
                     rent(c, b->asset_dual, b->asset_capacity, b->assets, i));
    for (int32_t i = 0; i < a->limits && !c->item->measure; i++)
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

/* Steps a run to `end`, with what the project adds. A period that cannot be certified is the trial's failure, and not that of the ranking. */
static lode_code step_to(lode_run *run, int32_t end, lode_rank_trial *out, const lode_ranking *r,
                         const lode_ranked *item, double *more, lode_pool *pool) {
    while (!out->failed && lode_run_period(run) < end) {
        if (!item->measure) {
            set_plants(more, r, item, lode_run_period(run));
            lode_run_relax(run, &(lode_relaxation){.kind = LODE_RELAX_PLANTS, .plants = more});
        }
        const lode_code code = lode_run_step(run);
        out->failed = code == LODE_CERTIFICATE || code == LODE_SOLVER;
        if (code != LODE_OK && !out->failed)
            return code;
        if (!lode_pool_step(pool, out->failed ? end - lode_run_period(run) : 1))
            return LODE_INTERRUPTED;
    }
    return LODE_OK;
}

static lode_code compare_branch(lode_rank_trial *out, const lode_run *run, const lode_ranking *r,
                                const lode_ranked *item, const lode_shock_result *shock) {
    lode_view view;
    lode_code code = lode_view_open(&view, run);
    if (code != LODE_OK)
        return code;
    const comparison c = {.with = item->measure ? &shock->view : &view,
                          .without = item->measure ? &view : &shock->view,
                          .paired = &r->battery->view,
                          .entry = shock->entry,
                          .ranking = r,
                          .item = item,
                          .first = lode_view_period(&view, shock->entry->start),
                          .end = view.record->periods};
    code = compare(out, &c);
    lode_view_close(&view);
    return code;
}

/* A project: from the shock's first day on. */
static lode_code try_project(lode_rank_trial *out, const lode_ranking *r, const lode_ranked *item,
                             const lode_shock_result *shock, lode_pool *pool) {
    lode_run *run = NULL;
    double *more = calloc((size_t)r->battery->world->asset_count + 1, sizeof *more);
    lode_code code = more ? lode_run_copy(&run, shock->start) : LODE_NOMEM;
    if (code == LODE_OK)
        code = step_to(run, lode_battery_end(r->battery, shock), out, r, item, more, pool);
    if (code == LODE_OK && !out->failed)
        code = compare_branch(out, run, r, item, shock);
    lode_run_free(run);
    free(more);
    return code;
}

/* The scenario without one instrument of its programme; borrows all but `list`, which has room for the instruments. */
static lode_scenario scenario_without(const lode_scenario *scenario, const lode_instrument *measure,
                                      lode_instrument **list) {
    lode_scenario less = *scenario;
    less.instruments = list;
    less.count = 0;
    for (int32_t i = 0; i < scenario->count; i++)
        if (scenario->instruments[i] != measure)
            list[less.count++] = scenario->instruments[i];
    less.policy_count--;
    return less;
}

static lode_code step_without(lode_rank_trial *out, const lode_scenario *less, const lode_ranking *r,
                              const lode_ranked *item, const lode_shock_result *shock, lode_pool *pool) {
    lode_run *run = NULL, *branch = NULL;
    lode_code code = lode_run_new(&run, less->world, less, NULL);
    if (code == LODE_OK)
        code = step_to(run, shock->first_period, out, r, item, NULL, pool);
    if (code == LODE_OK && !out->failed)
        code = lode_run_branch(&branch, run, shock->entry->name, NULL);
    if (code == LODE_OK && !out->failed)
        code = step_to(branch, lode_battery_end(r->battery, shock), out, r, item, NULL, pool);
    if (code == LODE_OK && !out->failed)
        code = compare_branch(out, branch, r, item, shock);
    lode_run_free(branch);
    lode_run_free(run);
    return code;
}

/* A measure: as if it had never been, since a stockpile that ends still has its goods and a plant that a loan built still stands. */
static lode_code try_measure(lode_rank_trial *out, const lode_ranking *r, const lode_ranked *item,
                             const lode_shock_result *shock, lode_pool *pool) {
    const lode_scenario *scenario = r->battery->scenario;
    lode_instrument **list = calloc((size_t)scenario->count + 1, sizeof *list);
    if (!list)
        return LODE_NOMEM;
    const lode_scenario less = scenario_without(scenario, r->battery->reference->plan->instruments[item->index], list);
    const lode_code code = step_without(out, &less, r, item, shock, pool);
    free(list);
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
    const lode_shock_result *shock = &t->ranking->battery->shocks[s];
    lode_rank_trial *out = &item->trials[s];
    *out = (lode_rank_trial){.segment = -1, .region = -1, .eased_index = -1};
    const lode_code code = item->measure ? try_measure(out, t->ranking, item, shock, pool)
                                         : try_project(out, t->ranking, item, shock, pool);
    if (out->failed)
        out->avoided_musd = NAN;
    return code;
}

/* Periods that the trials of a candidate step. */
static int32_t steps_of(const lode_ranking *r, const lode_ranked *item) {
    int32_t steps = 0;
    for (int32_t s = 0; s < r->battery->count; s++) {
        const lode_shock_result *shock = &r->battery->shocks[s];
        steps += lode_battery_end(r->battery, shock) - (item->measure ? 0 : shock->first_period);
    }
    return steps;
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
    const lode_finance_terms terms = lode_finance_terms_of(world, world->assets[item->index].region, 0);
    double usd = 0;
    for (int32_t k = 0; k < item->plant_count; k++) {
        const int32_t a = r->plants[item->first_plant + k];
        usd += capital_usd(world, a) * annuity(terms.wacc, terms.life_years) + fixed_usd_per_year(world, a);
    }
    return usd / 1e6;
}

/* What public purses outside the controlling region paid net under the instrument in the first shock's run, claims taken off at face value:
 * million USD a year of its time in force. */
static double measure_cost(const lode_ranking *r, const lode_ranked *item, const lode_policy_cost *rows,
                           int32_t row_count) {
    const lode_run *run = r->battery->shocks[0].run;
    const lode_instrument *instrument = run->plan->instruments[item->index];
    const lode_day begin = instrument->first > run->clock.from ? instrument->first : run->clock.from,
                   done = lode_clock_start(&run->clock, run->done),
                   end = run->plan->last[item->index] < done ? run->plan->last[item->index] : done;
    const lode_policy_cost sum = lode_policy_cost_sum(rows, row_count, &r->battery->shocks[0].view, item->index, true);
    return end > begin ? lode_musd(sum.outlay - sum.receipts - sum.claims) / ((end - begin) / DAYS_PER_YEAR) : 0;
}

/* Loss avoided over all shocks, what the gate says, loss avoided per dollar of `cost`. */
static void value_item(lode_ranking *r, lode_ranked *item, double cost) {
    const lode_run *reference = r->battery->reference;
    item->margin = item->avoided_musd = item->per_usd = NAN;
    item->cost_musd_per_year = cost;
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

static lode_code value_all(lode_ranking *r) {
    const lode_view *view = &r->battery->shocks[0].view;
    lode_policy_cost *rows = NULL;
    int32_t count = 0;
    const lode_code code = lode_policy_costs(&rows, &count, view, 0, view->record->periods);
    for (int32_t i = 0; i < r->count && code == LODE_OK; i++)
        value_item(r, &r->items[i],
                   r->items[i].measure ? measure_cost(r, &r->items[i], rows, count) : project_cost(r, &r->items[i]));
    free(rows);
    return code;
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

/* 2: passed; 1: failed; 0: not judged. */
static int gate_class(const lode_ranked *item) {
    return !item->gate ? 0 : item->gate->result.passed ? 2 : 1;
}

static int by_gate(const void *left, const void *right) {
    const lode_ranked *a = left, *b = right;
    int order = gate_class(b) - gate_class(a);
    order = order ? order : descending(a->margin, b->margin);
    return order ? order : by_worth(left, right);
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

/* The first `top` projects of the screen and the first `top` measures. */
static int32_t choose_trials(lode_ranking *r, lode_ranked **tried, int32_t top) {
    int32_t count = 0, chosen[2] = {0, 0};
    for (int32_t i = 0; i < r->count; i++) {
        lode_ranked *item = &r->items[i];
        if (item->through_projects || !(item->screened_musd > 0) || chosen[item->measure]++ >= top)
            continue;
        item->tried = true;
        item->trials = &r->trials[count * r->battery->count];
        tried[count++] = item;
    }
    return count;
}

static lode_code try_all(lode_ranking *r, const lode_rank_options *options, lode_pool_progress *progress) {
    trying t = {r, calloc((size_t)r->count + 1, sizeof(lode_ranked *))};
    if (!t.tried)
        return LODE_NOMEM;
    const int32_t tried = choose_trials(r, t.tried, r->top);
    for (int32_t i = 0; i < tried; i++)
        progress->total += steps_of(r, t.tried[i]);
    const lode_code code = lode_pool_run(options->threads, tried * r->battery->count, trial_job, &t, progress);
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
    const lode_battery_scope scope = {.months = r->months, .bare = true};
    return lode_battery_follow(&r->battery, world, scenario, &shocks, &scope, progress, context, diags);
}

static lode_code fill(lode_ranking *r, const lode_world *world, const lode_scenario *scenario,
                      const lode_rank_options *options, lode_progress progress, void *context, lode_diags *diags) {
    lode_pool_progress at = {.call = progress, .context = context, .what = "projects and measures"};
    r->by = options->by;
    r->top = options->top > 0 ? options->top : LODE_RANK_TOP;
    lode_code code = run_battery(r, world, scenario, options, progress, context, diags);
    if (code == LODE_OK)
        code = find_candidates(r, options->only);
    if (code == LODE_OK)
        code = try_all(r, options, &at);
    if (code == LODE_OK)
        code = value_all(r);
    if (code == LODE_OK)
        qsort(r->items, (size_t)r->count, sizeof *r->items, r->by == LODE_RANK_BY_GATE ? by_gate : by_worth);
    return code;
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
