/* What is decided before any draw. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "ensemble/ensemble.h"
#include "lodestone/nearest.h"

enum { MOST_SHOCK_MONTHS = 600, MOST_DRAWS = 10000000 };

static lode_code wrong_use(lode_diags *diags, const char *fix, const char *message) {
    return lode_diag_add(diags, LODE_ERROR, LODE_USAGE, "", 0, 0, fix, "%s", message);
}

/* ---- shocks ---- */

static lode_code add_shock(lode_ensemble_plan *plan, int32_t index, lode_diags *diags) {
    const lode_scenario *scenario = plan->scenario;
    const lode_battery_entry *entry = &scenario->battery[index];
    for (int32_t i = 0; i < plan->shock_count; i++)
        if (plan->shocks[i] == index)
            return lode_diag_add(diags, LODE_ERROR, LODE_DUPLICATE, scenario->path, 0, 0, "name it once",
                                 "the shock `%.80s` is named twice", entry->name);
    if (entry->start < scenario->from || entry->start >= lode_day_add_months(scenario->to, scenario->step_months))
        return lode_entry_outside(scenario, entry, diags);
    plan->shock_names[plan->shock_count] = entry->name;
    plan->shocks[plan->shock_count++] = index;
    return LODE_OK;
}

static lode_code choose_shocks(lode_ensemble_plan *plan, const lode_ensemble_options *options, lode_diags *diags) {
    const lode_scenario *scenario = plan->scenario;
    const size_t count = options->shocks ? options->shock_count : (size_t)scenario->battery_count;
    plan->shocks = calloc(count + 1, sizeof *plan->shocks);
    plan->shock_names = calloc(count + 1, sizeof *plan->shock_names);
    plan->shock_months = options->shock_months > 0 ? options->shock_months : LODE_SHOCK_MONTHS;
    if (!plan->shocks || !plan->shock_names)
        return LODE_NOMEM;
    if (plan->shock_months > MOST_SHOCK_MONTHS)
        return wrong_use(diags, "follow the shocks for 1 to 600 months", "`--shock-months` is too large");
    lode_code first = LODE_OK;
    for (size_t i = 0; i < count; i++) {
        int32_t index = (int32_t)i;
        lode_code code = LODE_OK;
        if (options->shocks)
            code = lode_scenario_find_shock(&index, scenario, options->shocks[i], diags);
        if (code == LODE_OK)
            code = add_shock(plan, index, diags);
        first = first ? first : code;
    }
    return first;
}

/* ---- design ---- */

static lode_code choose_kind(lode_design *design, const char *name, lode_diags *diags) {
    char fix[200];
    lode_nearest nearest;
    for (int kind = 0; name && kind < LODE_DESIGN_COUNT; kind++)
        if (strcmp(name, lode_design_names[kind]) == 0) {
            design->kind = (lode_design_kind)kind;
            return LODE_OK;
        }
    if (!name)
        return LODE_OK; /* random */
    lode_nearest_begin(&nearest, name);
    for (int kind = 0; kind < LODE_DESIGN_COUNT; kind++)
        lode_nearest_offer(&nearest, lode_design_names[kind]);
    lode_nearest_format(&nearest, fix, sizeof fix);
    return lode_diag_add(diags, LODE_ERROR, LODE_USAGE, "", 0, 0,
                         fix[0] ? fix : "use random, latin, sobol, morris or tornado", "no design is called `%.80s`",
                         name);
}

/* The smallest number of draws the design can be made of. */
static int64_t least_draws(const lode_design *design) {
    lode_design trial = *design;
    int64_t low = 1, high = 1;
    for (trial.draws = high; lode_design_size(&trial) == 0 && high < INT32_MAX; trial.draws = high)
        low = high + 1, high *= 2;
    while (low < high) {
        trial.draws = low + (high - low) / 2;
        if (lode_design_size(&trial) == 0)
            low = trial.draws + 1;
        else
            high = trial.draws;
    }
    return low;
}

static lode_code size_design(lode_ensemble_plan *plan, lode_diags *diags) {
    lode_design *design = &plan->design;
    const int64_t size = lode_design_size(design);
    if (size > 0) {
        design->draws = size;
        return LODE_OK;
    }
    char fix[80];
    snprintf(fix, sizeof fix, "ask for %lld or more", (long long)least_draws(design));
    return lode_diag_add(diags, LODE_ERROR, LODE_BAD_RANGE, "", 0, 0, fix,
                         "a %s design of %d uncertain numbers and %d events cannot be made of %lld draws",
                         lode_design_names[design->kind], (int)design->numbers, (int)design->events,
                         (long long)design->draws);
}

static lode_code name_factors(lode_ensemble_plan *plan) {
    const lode_uncertainty *uncertainty = plan->uncertainty;
    plan->names = calloc((size_t)uncertainty->count + (size_t)uncertainty->event_count + 1, sizeof *plan->names);
    if (!plan->names)
        return LODE_NOMEM;
    for (int32_t i = 0; i < uncertainty->count; i++)
        plan->names[i] = uncertainty->items[i].name;
    for (int32_t e = 0; e < uncertainty->event_count; e++)
        plan->names[uncertainty->count + e] = uncertainty->events[e].id;
    plan->design.names = plan->names;
    plan->design.numbers = uncertainty->count;
    plan->design.events = uncertainty->event_count;
    return LODE_OK;
}

static lode_code make_design(lode_ensemble_plan *plan, const lode_ensemble_options *options, lode_diags *diags) {
    plan->design = (lode_design){.seed = options->seed,
                                 .draws = options->draws,
                                 .replicates = LODE_DESIGN_REPLICATES,
                                 .levels = LODE_DESIGN_LEVELS};
    lode_code code = choose_kind(&plan->design, options->design, diags);
    if (options->draws < 1)
        code = wrong_use(diags, "ask for one or more with `--draws`", "an ensemble of no draws says nothing");
    if (options->draws > MOST_DRAWS)
        code = wrong_use(diags, "ask for ten million or fewer", "there are more draws than can be kept");
    return code;
}

/* ---- what is read ---- */

/* The metric whose drivers are asked for must be one: told before the draws and not after them. */
static lode_code check_reads(const lode_ensemble_plan *plan, const char *name, lode_diags *diags) {
    char fix[400];
    int32_t count;
    lode_nearest nearest;
    const lode_draw_column *columns = lode_outcome_columns(plan->outcome, &count);
    lode_nearest_begin(&nearest, name);
    for (int32_t i = 0; i < count; i++) {
        if (columns[i].kind != LODE_COLUMN_METRIC)
            continue;
        if (strcmp(columns[i].name, name) == 0)
            return LODE_OK;
        lode_nearest_offer(&nearest, columns[i].name);
    }
    lode_nearest_format(&nearest, fix, sizeof fix);
    return lode_diag_add(diags, LODE_ERROR, LODE_UNKNOWN_ID, plan->scenario->path, 0, 0,
                         fix[0] ? fix : "name one such as reference/policy_cost (docs/ensembles.md)",
                         "no metric of these draws is called `%.120s`", name);
}

/* ---- all of it ---- */

static lode_code open_uncertainty(lode_ensemble_plan *plan, lode_diags *diags) {
    const lode_code code = lode_uncertainty_open(&plan->uncertainty, plan->scenario, diags);
    if (code != LODE_OK)
        return code;
    if (plan->uncertainty->count + plan->uncertainty->event_count > 0)
        return LODE_OK;
    return lode_diag_add(diags, LODE_ERROR, LODE_MISSING_VALUE, plan->scenario->path, 0, 0,
                         "give it a list `uncertainties` (docs/uncertainties.md), or use `run` or `stress`",
                         "nothing is uncertain in scenario %s: all draws would be the same", plan->scenario->name);
}

static lode_code prepare(lode_ensemble_plan *plan, const lode_ensemble_options *options, lode_diags *diags) {
    lode_code code = make_design(plan, options, diags);
    const lode_code shocks = choose_shocks(plan, options, diags);
    code = code ? code : shocks;
    const lode_code uncertain = open_uncertainty(plan, diags);
    code = code ? code : uncertain;
    if (code == LODE_OK)
        code = name_factors(plan);
    if (code == LODE_OK)
        code = size_design(plan, diags);
    if (code == LODE_OK)
        code = lode_draw_mould(&plan->mould, plan->uncertainty, diags);
    if (code == LODE_OK)
        code = lode_outcome_new(&plan->outcome, plan->uncertainty, plan->shocks, plan->shock_count, plan->shock_months);
    if (code == LODE_OK && options->reads)
        code = check_reads(plan, options->reads, diags);
    return code;
}

lode_code lode_ensemble_plan_new(lode_ensemble_plan **out, const lode_scenario *scenario,
                                 const lode_ensemble_options *options, lode_diags *diags) {
    lode_ensemble_plan *plan = calloc(1, sizeof *plan);
    *out = NULL;
    if (!plan)
        return LODE_NOMEM;
    plan->scenario = scenario;
    const lode_code code = prepare(plan, options, diags);
    if (code != LODE_OK) {
        lode_ensemble_plan_free(plan);
        return code;
    }
    *out = plan;
    return LODE_OK;
}

lode_code lode_ensemble_plan_start(lode_ensemble_plan *plan) {
    lode_diags *aside = lode_diags_new(); /* that the scenario does not clear as it stands says nothing of its draws */
    const lode_code code = aside ? lode_run_start_new(&plan->start, plan->scenario, aside) : LODE_NOMEM;
    lode_diags_free(aside);
    return code == LODE_NOMEM ? LODE_NOMEM : LODE_OK;
}

void lode_ensemble_plan_free(lode_ensemble_plan *plan) {
    if (!plan)
        return;
    lode_run_start_free(plan->start);
    lode_outcome_free(plan->outcome);
    lode_world_mould_free(plan->mould);
    lode_uncertainty_free(plan->uncertainty);
    free(plan->names);
    free(plan->shocks);
    free(plan->shock_names);
    free(plan);
}
