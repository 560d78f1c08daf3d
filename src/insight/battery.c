#include "insight/battery.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/pool.h"
#include "insight/explain.h"
#include "measure/durability.h"
#include "measure/policy_cost.h"
#include "sim/run.h"

lode_pair lode_battery_pair(const lode_battery *battery, const lode_shock_result *shock) {
    return (lode_pair){&shock->view, &battery->view, shock->entry->start};
}

void lode_shock_release(lode_shock_result *shock) {
    lode_view_close(&shock->view);
    lode_run_free(shock->start);
    lode_run_free(shock->run);
    free(shock->by_segment);
    free(shock->by_use);
    free(shock->lost);
    free(shock->incidence);
    free(shock->explanation);
}

void lode_battery_free(lode_battery *battery) {
    if (!battery)
        return;
    for (int32_t s = 0; s < battery->count; s++)
        lode_shock_release(&battery->shocks[s]);
    lode_view_close(&battery->view);
    lode_run_free(battery->reference);
    free(battery->shocks);
    free(battery);
}

/* ---- which shocks ---- */

static void add_shock(lode_battery *battery, const lode_battery_entry *entry) {
    battery->shocks[battery->count++] = (lode_shock_result){.entry = entry, .failed_period = -1};
}

static lode_code choose_shocks(lode_battery *battery, const lode_stress_options *options, lode_diags *diags) {
    const lode_scenario *scenario = battery->scenario;
    const size_t wanted = options->shocks ? options->shock_count : (size_t)scenario->battery_count;
    battery->shocks = calloc(wanted + 1, sizeof *battery->shocks);
    if (!battery->shocks)
        return LODE_NOMEM;
    if (wanted == 0 && !battery->scope.tell)
        return lode_diag_add(diags, LODE_ERROR, LODE_MISSING_VALUE, scenario->path, 0, 0, "give it a `battery`",
                             "scenario %s has no stress battery", scenario->name);
    lode_code code = LODE_OK;
    for (size_t i = 0; i < wanted && code == LODE_OK; i++) {
        int32_t index = (int32_t)i;
        if (options->shocks)
            code = lode_scenario_find_shock(&index, scenario, options->shocks[i], diags);
        if (code == LODE_OK)
            add_shock(battery, &scenario->battery[index]);
    }
    return code;
}

lode_day lode_instruments_begin(lode_instrument *const *instruments, int32_t count, lode_day latest) {
    lode_day day = latest;
    for (int32_t i = 0; i < count; i++) {
        if (instruments[i]->first < day)
            day = instruments[i]->first;
        if (instruments[i]->announced != LODE_NO_DAY && instruments[i]->announced < day)
            day = instruments[i]->announced;
    }
    return day;
}

int32_t lode_entry_leaves(const lode_clock *clock, const lode_battery_entry *entry) {
    const lode_day day = lode_instruments_begin(entry->instruments, entry->count, entry->start);
    if (entry->start < clock->from || entry->start >= lode_clock_start(clock, clock->periods))
        return -1;
    return lode_clock_period(clock, day);
}

lode_code lode_entry_outside(const lode_scenario *scenario, const lode_battery_entry *entry, lode_diags *diags) {
    char day[11];
    lode_day_format(entry->start, day);
    return lode_diag_add(diags, LODE_ERROR, LODE_BAD_RANGE, scenario->path, entry->line, entry->column,
                         "move its start, or the scenario's horizon", "shock %s starts on %s, outside the horizon",
                         entry->name, day);
}

/* Finds where each shock leaves the reference; a finding for each that lies outside the horizon. */
static lode_code place_shocks(lode_battery *battery, lode_diags *diags) {
    lode_code code = LODE_OK;
    for (int32_t s = 0; s < battery->count; s++) {
        const lode_battery_entry *entry = battery->shocks[s].entry;
        battery->shocks[s].first_period = lode_entry_leaves(&battery->reference->clock, entry);
        if (battery->shocks[s].first_period < 0)
            code = lode_entry_outside(battery->scenario, entry, diags);
    }
    return code;
}

/* ---- stepping ---- */

static lode_code step(lode_run *run, int32_t *failed_period) {
    const lode_code code = lode_run_step(run);
    if (code != LODE_OK)
        *failed_period = lode_run_period(run);
    return code;
}

/* Branches off the shocks that begin in the period the reference has come to. The branch is kept twice: one to step, one to explain. */
static lode_code branch_here(lode_battery *battery, lode_diags *diags) {
    lode_code code = LODE_OK;
    for (int32_t s = 0; s < battery->count && code == LODE_OK; s++) {
        lode_shock_result *shock = &battery->shocks[s];
        if (shock->run || shock->first_period != lode_run_period(battery->reference))
            continue;
        code = lode_run_branch(&shock->start, battery->reference, shock->entry->name, diags);
        if (code == LODE_OK)
            code = lode_run_copy(&shock->run, shock->start);
    }
    return code;
}

/* Steps the reference until the last shock has branched off. */
static lode_code step_to_branches(lode_battery *battery, lode_pool_progress *progress, lode_diags *diags) {
    int32_t last = 0;
    for (int32_t s = 0; s < battery->count; s++) {
        const int32_t period = battery->shocks[s].first_period;
        last = period > last ? period : last;
    }
    for (;;) {
        lode_code code = branch_here(battery, diags);
        if (code != LODE_OK || lode_run_period(battery->reference) >= last)
            return code;
        code = step(battery->reference, &battery->failed_period);
        progress->done++;
        if (code == LODE_OK && progress->call &&
            !progress->call(progress->context, progress->what, progress->done, progress->total))
            code = LODE_INTERRUPTED;
        if (code != LODE_OK)
            return code;
    }
}

/* A shock is followed for five years: what differs later is drift, not the shock. */
static const double FOLLOWED_YEARS = LODE_BATTERY_MONTHS / 12.0;

int32_t lode_entry_end(const lode_clock *clock, const lode_battery_entry *entry, int32_t leaves, int32_t months) {
    const int32_t last = months > 0 ? lode_clock_period(clock, lode_day_add_months(entry->start, months) - 1) + 1
                                    : leaves + (int32_t)ceil(FOLLOWED_YEARS / lode_clock_dt(clock));
    return last < clock->periods ? last : clock->periods;
}

int32_t lode_battery_end(const lode_battery *battery, const lode_shock_result *shock) {
    return lode_entry_end(&battery->reference->clock, shock->entry, shock->first_period, battery->scope.months);
}

static int32_t reference_end(const lode_battery *battery) {
    const bool whole = battery->scope.tell || battery->scope.months == 0;
    int32_t end = whole ? lode_run_periods(battery->reference) : 0;
    for (int32_t s = 0; s < battery->count; s++) {
        const int32_t last = lode_battery_end(battery, &battery->shocks[s]);
        end = last > end ? last : end;
    }
    return end;
}

/* Job 0 takes the reference to the end of the horizon, job 1 + s the run of shock s. */
static lode_code step_job(void *context, int32_t job, lode_pool *pool) {
    lode_battery *battery = context;
    lode_run *run = job == 0 ? battery->reference : battery->shocks[job - 1].run;
    int32_t *failed = job == 0 ? &battery->failed_period : &battery->shocks[job - 1].failed_period;
    const int32_t end = job == 0 ? reference_end(battery) : lode_battery_end(battery, &battery->shocks[job - 1]);
    while (lode_run_period(run) < end) {
        const lode_code code = step(run, failed);
        if (code != LODE_OK)
            return code;
        if (!lode_pool_step(pool, 1))
            return LODE_INTERRUPTED;
    }
    return LODE_OK;
}

lode_code lode_run_stops(const lode_run *run, const char *name, int32_t period, lode_code code, lode_diags *diags) {
    char month[11];
    lode_run_period_name(run, period, month);
    return lode_diag_add(diags, LODE_ERROR, code, run->scenario->path, 0, 0, NULL, "run %s stops in %s: %s", name,
                         month, lode_code_sentence(code));
}

static void explain_failures(const lode_battery *battery, lode_code code, lode_diags *diags) {
    for (int32_t s = -1; s < battery->count; s++) {
        const int32_t period = s < 0 ? battery->failed_period : battery->shocks[s].failed_period;
        if (period >= 0)
            lode_run_stops(battery->reference, s < 0 ? "reference" : battery->shocks[s].entry->name, period, code,
                           diags);
    }
}

/* ---- measuring and explaining ---- */

static void take_worst(lode_class_result *class_, const lode_loss *cell) {
    class_->loss = fmax(class_->loss, cell->loss);
    class_->first_short = fmin(class_->first_short, cell->first_short); /* fmin and fmax pass over a NaN */
    class_->last_short = fmax(class_->last_short, cell->last_short);
    class_->censored |= cell->censored;
}

static double value_of(const lode_battery *battery, const lode_loss *cell) {
    const double added = battery->world->segments[cell->segment].value_added_usd_per_kg;
    return cell->used_t * (added > 0 ? added : 1);
}

/* Which cells can stand for their class: those that hold a hundredth or more of its value over the regions hit. */
static double least_value(const lode_battery *battery, const lode_shock_result *shock, const bool *hit, lode_use use) {
    double all = 0;
    for (int32_t i = 0; i < shock->segment_count; i++)
        if (hit[shock->by_segment[i].region] && shock->by_segment[i].use == use)
            all += value_of(battery, &shock->by_segment[i]);
    return LODE_LEAST_SHARE * all;
}

static void summarise(const lode_battery *battery, lode_shock_result *shock, const bool *hit) {
    double least[LODE_USE_COUNT];
    for (int32_t u = 0; u < LODE_USE_COUNT; u++)
        shock->classes[u] = (lode_class_result){0, NAN, NAN, false},
        least[u] = least_value(battery, shock, hit, (lode_use)u);
    for (int32_t i = 0; i < shock->segment_count; i++) {
        const lode_loss *cell = &shock->by_segment[i];
        if (!hit[cell->region])
            continue;
        shock->value_at_risk_musd += cell->value_at_risk_musd;
        if (value_of(battery, cell) < least[cell->use])
            continue;
        take_worst(&shock->classes[cell->use], cell);
        if (!shock->worst || cell->loss > shock->worst->loss)
            shock->worst = cell;
    }
    for (int32_t u = 0; u < LODE_USE_COUNT; u++)
        if (shock->classes[u].censored)
            shock->classes[u].last_short = NAN;
}

/* Cents that public purses outside paid more than they got from the shock's first period to the end of its run. */
static lode_code net_cents(int64_t *out, const lode_view *view, const lode_shock_result *shock) {
    lode_policy_cost *rows;
    int32_t count;
    lode_code code = lode_policy_costs(&rows, &count, view, shock->first_period, shock->view.record->periods);
    const lode_policy_cost sum = lode_policy_cost_sum(rows, count, view, -2, true);
    *out = sum.outlay - sum.receipts;
    free(rows);
    return code;
}

/* What an agent of the controlling region gains, kUSD. */
static double gain_inside(const lode_battery *battery, const double *gains, lode_agent agent) {
    const int32_t inside = battery->world->controlling_region;
    return inside < 0 ? 0 : gains[inside * LODE_AGENT_COUNT + (int32_t)agent];
}

/* Who gains and who pays, and what of it the incumbent bears: what his plants forgo, before subsidies, and what his purses pay. */
static lode_code measure_incidence(const lode_battery *battery, lode_shock_result *shock) {
    const size_t count = (size_t)battery->world->region_count * LODE_AGENT_COUNT + 1;
    const int32_t end = shock->view.record->periods;
    double *market = calloc(count, sizeof *market);
    shock->incidence = calloc(count, sizeof *shock->incidence);
    lode_code code = market && shock->incidence ? LODE_OK : LODE_NOMEM;
    if (code == LODE_OK)
        code = lode_incidence(shock->incidence, &shock->view, &battery->view, shock->first_period, end, true);
    if (code == LODE_OK)
        code = lode_incidence(market, &shock->view, &battery->view, shock->first_period, end, false);
    static const lode_agent purses[] = {LODE_AGENT_TREASURY, LODE_AGENT_HOLDERS, LODE_AGENT_INCUMBENT};
    double paid = 0;
    for (size_t i = 0; code == LODE_OK && i < sizeof purses / sizeof purses[0]; i++)
        paid += gain_inside(battery, market, purses[i]) - gain_inside(battery, shock->incidence, purses[i]);
    if (code == LODE_OK)
        shock->incumbent_forgone_musd = -gain_inside(battery, market, LODE_AGENT_PLANTS) / 1000;
    shock->incumbent_cost_musd = shock->incumbent_forgone_musd + paid / 1000;
    free(market);
    return code;
}

static lode_code measure_costs(const lode_battery *battery, lode_shock_result *shock) {
    int64_t cents[2] = {0};
    lode_code code = net_cents(&cents[0], &shock->view, shock);
    if (code == LODE_OK)
        code = net_cents(&cents[1], &battery->view, shock);
    shock->policy_cost_musd = lode_musd(cents[0]);
    shock->reference_cost_musd = lode_musd(cents[1]);
    return code == LODE_OK ? measure_incidence(battery, shock) : code;
}

/* What the shock leaves standing. */
static lode_code measure_plants(const lode_battery *battery, lode_shock_result *shock) {
    const lode_pair pair = lode_battery_pair(battery, shock);
    const int32_t later = (int32_t)lround(LODE_DURABILITY_MONTHS / (12 * pair.run->dt)),
                  start = lode_view_period(pair.run, pair.shock);
    shock->lost = calloc((size_t)battery->world->asset_count + 1, sizeof *shock->lost);
    if (!shock->lost)
        return LODE_NOMEM;
    shock->projects_lost = lode_plants_lost(&pair, pair.run->record->periods - 1, shock->lost);
    shock->durability = lode_durability(pair.run, start, start + later);
    shock->reference_durability = lode_durability(pair.paired, start, start + later);
    return measure_costs(battery, shock);
}

lode_code lode_shock_measure(const lode_battery *battery, lode_shock_result *shock) {
    bool *hit = calloc((size_t)battery->world->region_count + 1, sizeof *hit);
    if (!hit)
        return LODE_NOMEM;
    for (int32_t i = 0; i < shock->entry->hits.count; i++)
        hit[shock->entry->hits.items[i]] = true;
    const lode_pair pair = lode_battery_pair(battery, shock);
    lode_code code = lode_losses(&shock->by_segment, &shock->segment_count, &pair, LODE_LOSS_BY_SEGMENT);
    if (code == LODE_OK)
        code = lode_losses(&shock->by_use, &shock->use_count, &pair, LODE_LOSS_BY_USE);
    if (code == LODE_OK)
        code = lode_price_peaks(&shock->peak, &pair, hit);
    if (code == LODE_OK)
        summarise(battery, shock, hit);
    free(hit);
    return code == LODE_OK ? measure_plants(battery, shock) : code;
}

static lode_code explain(const lode_battery *battery, lode_shock_result *shock, lode_pool *pool) {
    const lode_pair pair = lode_battery_pair(battery, shock);
    lode_binding *bindings = NULL;
    int32_t count = 0;
    lode_target target = {0};
    lode_code code = LODE_OK;
    if (lode_worth_explaining(shock->worst)) {
        target = lode_target_of_loss(shock->worst);
        code = lode_bindings_find(&bindings, &count, &pair, lode_run_network(shock->run), &target);
    }
    if (code == LODE_OK)
        code = lode_explain_confirm(bindings, count, shock->start, &pair, &target, pool);
    lode_text text = {0};
    if (code == LODE_OK)
        lode_explain_text(&text, &pair, shock->worst, bindings, count);
    free(bindings);
    if (code == LODE_OK && text.failed)
        code = LODE_NOMEM;
    if (code != LODE_OK)
        lode_text_free(&text);
    shock->explanation = text.data;
    return code;
}

static lode_code explain_job(void *context, int32_t job, lode_pool *pool) {
    lode_battery *battery = context;
    lode_shock_result *shock = &battery->shocks[job];
    lode_code code = lode_shock_measure(battery, shock);
    if (code == LODE_OK && !battery->scope.unexplained)
        code = explain(battery, shock, pool);
    lode_run_free(shock->start);
    shock->start = NULL;
    return code;
}

static lode_code open_views(lode_battery *battery) {
    lode_code code = lode_view_open(&battery->view, battery->reference);
    for (int32_t s = 0; s < battery->count && code == LODE_OK; s++)
        code = lode_view_open(&battery->shocks[s].view, battery->shocks[s].run);
    return code;
}

/* ---- one at a time ---- */

static bool report(lode_pool_progress *at) {
    at->done++;
    return !at->call || at->call(at->context, at->what, at->done, at->total);
}

/* The first shock that leaves the reference where this one does: whose `start` both branch from. */
static lode_shock_result *leader_of(const lode_battery *battery, int32_t s) {
    int32_t first = 0;
    while (battery->shocks[first].first_period != battery->shocks[s].first_period)
        first++;
    return &battery->shocks[first];
}

/* Keeps the reference as it stands if shocks leave it here. */
static lode_code keep_here(lode_battery *battery) {
    for (int32_t s = 0; s < battery->count; s++)
        if (battery->shocks[s].first_period == lode_run_period(battery->reference))
            return lode_run_copy(&leader_of(battery, s)->start, battery->reference);
    return LODE_OK;
}

static lode_code follow_reference(lode_battery *battery, lode_pool_progress *progress) {
    while (lode_run_period(battery->reference) < lode_run_periods(battery->reference)) {
        lode_code code = keep_here(battery);
        if (code == LODE_OK)
            code = step(battery->reference, &battery->failed_period);
        if (code != LODE_OK)
            return code;
        if (!report(progress))
            return LODE_INTERRUPTED;
    }
    return lode_view_open(&battery->view, battery->reference);
}

static lode_code follow_shock(lode_battery *battery, int32_t s, lode_pool_progress *progress, lode_diags *diags) {
    lode_shock_result *shock = &battery->shocks[s];
    lode_code code = lode_run_branch(&shock->run, leader_of(battery, s)->start, shock->entry->name, diags);
    while (code == LODE_OK && lode_run_period(shock->run) < lode_battery_end(battery, shock)) {
        code = step(shock->run, &shock->failed_period);
        if (code == LODE_OK && !report(progress))
            code = LODE_INTERRUPTED;
    }
    if (code == LODE_OK)
        code = lode_view_open(&shock->view, shock->run);
    if (code == LODE_OK)
        code = lode_shock_measure(battery, shock);
    if (code == LODE_OK)
        code = battery->scope.tell(battery->scope.context, battery, s);
    lode_view_close(&shock->view);
    lode_run_free(shock->run);
    shock->run = NULL;
    return code;
}

static lode_code follow_each(lode_battery *battery, lode_pool_progress *progress, lode_diags *diags) {
    lode_code code = follow_reference(battery, progress);
    for (int32_t s = 0; s < battery->count && code == LODE_OK; s++)
        code = follow_shock(battery, s, progress, diags);
    return code;
}

/* ---- all of it ---- */

static int32_t count_steps(const lode_battery *battery) {
    const bool silent = battery->scope.bare || battery->scope.unexplained || battery->scope.tell;
    const int32_t explained = silent ? 0 : LODE_EXPLAIN_CANDIDATES;
    int32_t total = reference_end(battery);
    for (int32_t s = 0; s < battery->count; s++)
        total += lode_battery_end(battery, &battery->shocks[s]) - battery->shocks[s].first_period + explained;
    return total;
}

static lode_code simulate(lode_battery *battery, int32_t threads, lode_pool_progress *progress, lode_diags *diags) {
    lode_code code = step_to_branches(battery, progress, diags);
    if (code == LODE_OK) {
        progress->what = "shocks";
        code = lode_pool_run(threads, battery->count + 1, step_job, battery, progress);
    }
    if (code == LODE_OK)
        code = open_views(battery);
    if (code != LODE_OK || battery->scope.bare)
        return code;
    progress->what = "explanations";
    return lode_pool_run(threads, battery->count, explain_job, battery, progress);
}

static lode_code follow(lode_battery *battery, int32_t threads, lode_pool_progress *progress, lode_diags *diags) {
    progress->total = count_steps(battery);
    const lode_code code =
        battery->scope.tell ? follow_each(battery, progress, diags) : simulate(battery, threads, progress, diags);
    if (code != LODE_OK && code != LODE_INTERRUPTED)
        explain_failures(battery, code, diags);
    return code;
}

lode_code lode_battery_run(lode_battery **out, const lode_world *world, const lode_scenario *scenario,
                           const lode_stress_options *options, lode_progress progress, void *context,
                           lode_diags *diags) {
    const lode_battery_scope all = {0};
    return lode_battery_follow(out, world, scenario, options, &all, progress, context, diags);
}

lode_code lode_battery_follow(lode_battery **out, const lode_world *world, const lode_scenario *scenario,
                              const lode_stress_options *options, const lode_battery_scope *scope,
                              lode_progress progress, void *context, lode_diags *diags) {
    (void)world; /* the scenario's own: the same, or the same with its assumptions */
    lode_pool_progress at = {.call = progress, .context = context, .what = "reference"};
    *out = NULL;
    lode_battery *battery = calloc(1, sizeof *battery);
    if (!battery)
        return LODE_NOMEM;
    battery->world = scenario->world; /* the same, or the same with the scenario's assumptions */
    battery->scenario = scenario;
    battery->scope = *scope;
    battery->failed_period = -1;
    lode_code code = choose_shocks(battery, options, diags);
    if (code == LODE_OK)
        code = lode_run_new_from(&battery->reference, scenario, scope->from, diags);
    if (code == LODE_OK)
        code = place_shocks(battery, diags);
    if (code == LODE_OK)
        code = follow(battery, options->threads, &at, diags);
    if (code != LODE_OK) {
        lode_battery_free(battery);
        return code;
    }
    *out = battery;
    return LODE_OK;
}
