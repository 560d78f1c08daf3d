#include "insight/programme.h"

#include <math.h>
#include <stdlib.h>

#include "measure/durability.h"
#include "measure/policy_cost.h"
#include "sim/projects.h"

bool lode_scenario_has_programme(const lode_scenario *scenario) {
    bool any = false;
    for (int32_t i = 0; i < scenario->policy_count; i++)
        any = any || scenario->instruments[i]->common.in_force || scenario->announced;
    return any && scenario->programme;
}

void lode_programme_free(lode_programme *programme) {
    if (!programme)
        return;
    lode_battery_free(programme->with);
    lode_battery_free(programme->bare);
    lode_resilience_free(programme->resilience);
    free(programme->projects);
    free(programme->shocks);
    free(programme->incidence);
    free(programme);
}

/* ---- progress over two batteries ---- */

typedef struct {
    lode_progress call;
    void *context;
    bool second; /* the first is done */
} halves;

/* The second battery takes about as many steps as the first. */
static bool half_done(void *context, const char *what, int32_t done, int32_t total) {
    const halves *h = context;
    return h->call(h->context, what, h->second ? total + done : done, 2 * total);
}

/* ---- projects ---- */

enum { MOVED_MONTHS = 6 };

static int32_t first_operating(const lode_view *view, int32_t asset) {
    for (int32_t p = 0; p < view->record->periods; p++)
        if (lode_plant_operates(view, asset, p))
            return p;
    return -1;
}

static lode_programme_project project_of(const lode_programme *programme, int32_t asset) {
    const lode_view *with = &programme->with->view, *bare = &programme->bare->view;
    return (lode_programme_project){
        .asset = asset,
        .starts = first_operating(with, asset),
        .starts_without = first_operating(bare, asset),
        .stands = lode_plant_operates(with, asset, with->record->periods - 1),
        .stands_without = lode_plant_operates(bare, asset, bare->record->periods - 1),
        .gate = lode_gate_log_last(lode_run_gates(programme->with->reference), asset, with->record->periods - 1),
    };
}

static bool is_told(const lode_programme_project *project, double months_per_period) {
    const bool both = project->starts >= 0 && project->starts_without >= 0,
               moved = both && abs(project->starts - project->starts_without) * months_per_period >= MOVED_MONTHS;
    return project->stands != project->stands_without || moved;
}

static lode_code find_projects(lode_programme *programme) {
    const lode_world *world = programme->with->world;
    programme->projects = calloc((size_t)world->asset_count + 1, sizeof *programme->projects);
    if (!programme->projects)
        return LODE_NOMEM;
    for (int32_t a = 0; a < world->asset_count; a++) {
        if (world->assets[a].region == world->controlling_region)
            continue;
        const lode_programme_project project = project_of(programme, a);
        if (is_told(&project, 12 * programme->with->view.dt))
            programme->projects[programme->project_count++] = project;
    }
    return LODE_OK;
}

/* ---- what is bought, and at what price ---- */

/* The period in which the first dollar moves; the number of periods if none does. */
static int32_t first_dollar(const lode_view *view) {
    int32_t first = view->record->periods;
    for (int32_t i = 0; i < view->ledger->count; i++) {
        const lode_ledger_entry *entry = &view->ledger->entries[i];
        lode_party purse;
        const bool pays = lode_party_purse(view, entry->from, &purse) && !lode_purse_is_inside(view, purse);
        if (pays && lode_money_moves(entry->kind) && entry->period < first)
            first = entry->period;
    }
    return first;
}

static void price_programme(lode_programme *programme) {
    const lode_view *with = &programme->with->view, *bare = &programme->bare->view;
    const int32_t first = first_dollar(with), end = with->record->periods;
    programme->cost_years = (end - first) * with->dt;
    const double cost = lode_policy_cost_real_musd(with, first, end) - lode_policy_cost_real_musd(bare, first, end);
    programme->yearly_cost_musd = first < end ? cost / programme->cost_years : 0;
}

static void compare_shock(lode_programme_shock *out, const lode_programme *programme, int32_t s) {
    const lode_shock_result *with = &programme->with->shocks[s], *bare = &programme->bare->shocks[s];
    for (int32_t u = 0; u < LODE_USE_COUNT; u++) {
        out->cover_gained[u] = with->classes[u].first_short - bare->classes[u].first_short;
        out->spared[u] = isnan(with->classes[u].first_short) && !isnan(bare->classes[u].first_short);
    }
    out->loss_avoided_musd = bare->value_at_risk_musd - with->value_at_risk_musd;
    out->break_even = out->loss_avoided_musd > 0 ? programme->yearly_cost_musd / out->loss_avoided_musd : (double)NAN;
}

static lode_code compare(lode_programme *programme) {
    programme->shocks = calloc((size_t)programme->with->count + 1, sizeof *programme->shocks);
    lode_code code = programme->shocks ? find_projects(programme) : LODE_NOMEM;
    if (code != LODE_OK)
        return code;
    price_programme(programme);
    const lode_view *with = &programme->with->view;
    programme->incidence = calloc((size_t)with->world->region_count * LODE_AGENT_COUNT + 1, sizeof(double));
    if (!programme->incidence)
        return LODE_NOMEM;
    code = lode_incidence(programme->incidence, with, &programme->bare->view, 0, with->record->periods, true);
    if (code != LODE_OK)
        return code;
    for (int32_t s = 0; s < programme->with->count; s++)
        compare_shock(&programme->shocks[s], programme, s);
    return LODE_OK;
}

/* ---- all of it ---- */

static lode_code run_both(lode_programme *programme, const lode_world *world, const lode_stress_options *options,
                          halves *progress, lode_diags *diags) {
    const lode_battery_scope measured = {.unexplained = true};
    progress->second = true;
    lode_code code = lode_battery_follow(&programme->bare, world, &programme->bare_scenario, options, &measured,
                                         progress->call ? half_done : NULL, progress, diags);
    return code == LODE_OK ? compare(programme) : code;
}

lode_code lode_programme_run(lode_programme **out, const lode_world *world, const lode_scenario *scenario,
                             const lode_stress_options *options, lode_progress progress, void *context,
                             lode_diags *diags) {
    *out = NULL;
    lode_programme *programme = calloc(1, sizeof *programme);
    if (!programme)
        return LODE_NOMEM;
    programme->bare_scenario = *scenario;
    programme->bare_scenario.programme = false;
    const bool both = lode_scenario_has_programme(scenario) && !options->programme_only;
    halves at = {.call = progress, .context = context};
    const lode_progress half = progress ? half_done : NULL;
    lode_code code = lode_battery_run(&programme->with, world, scenario, options, both ? half : progress,
                                      both ? (void *)&at : context, diags);
    if (code == LODE_OK && both)
        code = run_both(programme, world, options, &at, diags);
    if (code == LODE_OK && options->year_count > 0)
        code = lode_resilience_run(&programme->resilience, programme->with, options->years,
                                   (int32_t)options->year_count, options->threads, progress, context, diags);
    if (code != LODE_OK) {
        lode_programme_free(programme);
        return code;
    }
    *out = programme;
    return LODE_OK;
}
