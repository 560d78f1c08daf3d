/* Making, copying, branching and asking a run. Stepping is in run_step.c. */
#include "sim/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "sim/parts.h"
#include "sim/projects.h"

/* ---- building ---- */

static double *reals(int32_t count) {
    return calloc((size_t)count + 1, sizeof(double));
}

static lode_code make_scratch(lode_run *run) {
    int32_t sites = lode_network_site_count(run->network);
    run->levy = reals(run->world->arc_count);
    run->announce_price = reals(sites);
    run->announce_hoard = reals(sites);
    run->announce_least = reals(sites);
    run->idle_least = reals(sites);
    run->site_stock = reals(sites);
    run->scratch = reals(sites);
    run->wanted_stock = reals(sites);
    run->normal_use = reals(sites);
    run->end_of_life = reals(lode_network_line_count(run->network));
    run->collection = reals(lode_network_line_count(run->network));
    run->covered_share = reals(sites);
    run->site_price = reals(sites);
    run->wacc_add = reals(run->world->region_count);
    run->export_adder = reals(run->world->arc_count);
    run->plant_change = calloc((size_t)run->world->asset_count + 1, sizeof *run->plant_change);
    run->trained_per_year = reals(run->world->region_count * LODE_STAGE_COUNT);
    bool ok = run->wacc_add && run->export_adder && run->covered_share && run->site_price && run->plant_change &&
              run->trained_per_year && run->levy && run->announce_price && run->announce_hoard && run->announce_least &&
              run->idle_least && run->site_stock && run->scratch && run->wanted_stock && run->normal_use &&
              run->end_of_life && run->collection;
    return ok ? LODE_OK : LODE_NOMEM;
}

static lode_state_shape shape_of(const lode_run *run) {
    const lode_world *w = run->world;
    return (lode_state_shape){.nodes = lode_network_node_count(run->network),
                              .sites = lode_network_site_count(run->network),
                              .lines = lode_network_line_count(run->network),
                              .options = w->option_count,
                              .regions = w->region_count,
                              .modes = w->mode_count,
                              .assets = w->asset_count,
                              .arcs = w->arc_count,
                              .lags = lode_pipeline_lags(run->network),
                              .blob_bytes = run->plan->state_size};
}

/* Plan, network and memory of a run of (scenario, shock); the base year and the state's values come from elsewhere. */
static lode_code make_frame(lode_run **out, const lode_scenario *scenario, int32_t shock) {
    lode_run *run = calloc(1, sizeof *run);
    *out = run;
    if (!run) {
        return LODE_NOMEM;
    }
    run->world = scenario->world;
    run->scenario = scenario;
    run->shock = shock;
    run->clock = (lode_clock){
        .from = scenario->from, .months = scenario->step_months, .periods = lode_scenario_periods(scenario)};
    lode_code code = lode_plan_new(&run->plan, run->world, scenario, shock);
    if (code != LODE_OK) {
        return code;
    }
    lode_network_spec spec = {
        .lagged = true, .stocks = true, .use_terms = true, .months_per_period = run->clock.months};
    lode_plan_spec(run->plan, &spec);
    code = lode_network_new(&run->network, run->world, &spec);
    code = code == LODE_OK ? lode_period_new(&run->period, run->network) : code;
    code = code == LODE_OK ? lode_solution_new(&run->solution, run->network) : code;
    if (code != LODE_OK) {
        return code;
    }
    lode_state_shape shape = shape_of(run);
    code = lode_state_new(&run->state, &shape);
    code = code == LODE_OK ? lode_state_new(&run->next, &shape) : code;
    code = code == LODE_OK ? make_scratch(run) : code;
    code = code == LODE_OK ? lode_books_new(&run->books, run->network) : code;
    code = code == LODE_OK && scenario->projects ? lode_projects_new(&run->projects, run->world) : code;
    return code == LODE_OK ? lode_record_reserve(&run->record, run->network, run->clock.periods) : code;
}

/* ---- the first day ---- */

static void start_plants(lode_run *run) {
    const lode_world *w = run->world;
    double dt = lode_clock_dt(&run->clock), year = lode_clock_year(&run->clock, 0);
    for (int32_t m = 0; m < w->mode_count; m++) {
        run->state.mode_output[m] = run->state.mode_trailing[m] = run->base->mode_output[m] * dt;
    }
    for (int32_t a = 0; a < w->asset_count; a++) {
        double nameplate = w->assets[a].capacity_t_per_year * w->assets[a].availability;
        run->state.asset_capacity[a] = isnan(nameplate) ? 0
                                       : run->projects  ? nameplate * dt * lode_project_share(run, &run->state, a, year)
                                                       : nameplate * dt * lode_plant_share(w, a, year, run->base->year);
    }
}

static void start_state(lode_run *run) {
    for (int32_t l = 0; l < run->state.shape.lines; l++) {
        run->state.adjust[l] = 1;
    }
    for (int32_t a = 0; a < run->state.shape.arcs; a++) {
        run->state.arc_flow[a] = run->base->arc_flow[a] / 12;
    }
    lode_expectations_start(run);
    lode_substitution_start(run);
    lode_projects_start(run);
    start_plants(run);
    lode_demand_fill(run);
    lode_stocks_start(run);
    lode_pipeline_start(run);
}

static int32_t base_year_of(const lode_world *w, const lode_scenario *scenario) {
    int year, month, day;
    lode_day_to(scenario->from, &year, &month, &day);
    return w->base_year > 0 ? w->base_year : year;
}

struct lode_run_start {
    lode_network *steady; /* of the base year */
    lode_run *run;        /* after its first period */
};

static lode_code clear_base_year(lode_run *run, const lode_run_start *start, lode_network **steady, lode_diags *diags) {
    const int32_t year = base_year_of(run->world, run->scenario);
    lode_code code = lode_normal_year_new(&run->base, run->network, year, lode_clock_dt(&run->clock),
                                          start ? start->steady : NULL, steady);
    if (code == LODE_CERTIFICATE || code == LODE_SOLVER) {
        lode_diag_add(diags, LODE_ERROR, code, run->scenario->path, 0, 0, "look at `lodestone clear` for this world",
                      "the market of the base year %d could not be cleared", (int)year);
    }
    return code;
}

/* A run at its first period; `steady` (NULL: not asked for) gets the network that cleared the base year. */
static lode_code begin(lode_run **out, const lode_scenario *scenario, const lode_run_start *start,
                       lode_network **steady, lode_diags *diags) {
    lode_run *run = NULL;
    *out = NULL;
    lode_code code = make_frame(&run, scenario, -1);
    code = code == LODE_OK ? clear_base_year(run, start, steady, diags) : code;
    if (code != LODE_OK) {
        lode_run_free(run);
        return code;
    }
    start_state(run);
    if (start) {
        lode_network_resume(run->network, start->run->network);
    }
    *out = run;
    return LODE_OK;
}

lode_code lode_run_new(lode_run **out, const lode_world *world, const lode_scenario *scenario, lode_diags *diags) {
    (void)world; /* the scenario's own: the same, or the same with its assumptions */
    return begin(out, scenario, NULL, NULL, diags);
}

lode_code lode_run_new_from(lode_run **out, const lode_scenario *scenario, const lode_run_start *start,
                            lode_diags *diags) {
    return begin(out, scenario, start, NULL, diags);
}

lode_code lode_run_start_new(lode_run_start **out, const lode_scenario *scenario, lode_diags *diags) {
    *out = NULL;
    lode_run_start *start = calloc(1, sizeof *start);
    if (!start) {
        return LODE_NOMEM;
    }
    lode_code code = begin(&start->run, scenario, NULL, &start->steady, diags);
    code = code == LODE_OK ? lode_run_step(start->run) : code;
    if (code != LODE_OK) {
        lode_run_start_free(start);
        return code;
    }
    *out = start;
    return LODE_OK;
}

void lode_run_start_free(lode_run_start *start) {
    if (start) {
        lode_network_free(start->steady);
        lode_run_free(start->run);
        free(start);
    }
}

lode_past lode_run_past(const lode_run *run) {
    return (lode_past){run->record, run->ledger, run->notes, run->gates};
}

/* The past and the state of a run into a copy whose sites may have other nodes. */
static lode_code take_over(lode_run *copy, const lode_run_standing *from) {
    int32_t *into = NULL, *of = NULL;
    lode_code code = lode_branch_maps(copy->network, from->network, &into, &of);
    code = code == LODE_OK ? lode_record_copy(&copy->record, &from->past.record, into, of) : code;
    code = code == LODE_OK ? lode_ledger_copy(&copy->ledger, &from->past.ledger) : code;
    code = code == LODE_OK ? lode_notes_copy(&copy->notes, &from->past.notes) : code;
    code = code == LODE_OK ? lode_gate_log_copy(&copy->gates, &from->past.gates) : code;
    if (code == LODE_OK && !into) {
        lode_state_copy(&copy->state, from->state);
    } else if (code == LODE_OK) {
        lode_state_map(&copy->state, from->state, into, of);
    }
    free(into);
    free(of);
    return code;
}

lode_code lode_run_go_on(lode_run **out, const lode_run_standing *from, const lode_scenario *scenario, int32_t shock) {
    lode_run *copy = NULL;
    *out = NULL;
    lode_code code = make_frame(&copy, scenario, shock);
    code = code == LODE_OK ? lode_normal_year_copy(&copy->base, from->base, from->network) : code;
    code = code == LODE_OK ? take_over(copy, from) : code;
    if (code != LODE_OK) {
        lode_run_free(copy);
        return code;
    }
    /* Where the shapes differ it starts from nothing, and agrees to the tolerance. */
    if (from->place) {
        lode_network_resume_at(copy->network, from->place);
    } else {
        lode_network_resume(copy->network, from->network);
    }
    copy->done = from->past.record.periods;
    *out = copy;
    return LODE_OK;
}

lode_code lode_run_follow(lode_run **out, const lode_run *run, const lode_scenario *scenario, int32_t shock) {
    const lode_run_standing from = {
        .past = lode_run_past(run), .state = &run->state, .base = run->base, .network = run->network};
    return lode_run_go_on(out, &from, scenario, shock);
}

lode_code lode_run_copy(lode_run **out, const lode_run *run) {
    return lode_run_follow(out, run, run->scenario, run->shock);
}

bool lode_run_fits(const lode_run *run, const lode_scenario *scenario) {
    return scenario->world == run->world && scenario->from == run->scenario->from &&
           scenario->to == run->scenario->to && scenario->step_months == run->scenario->step_months;
}

lode_code lode_run_under(lode_run **out, const lode_run *run, const lode_scenario *scenario) {
    *out = NULL;
    if (!lode_run_fits(run, scenario)) {
        return LODE_USAGE;
    }
    lode_code code = lode_run_follow(out, run, scenario, run->shock);
    if (code == LODE_OK && (*out)->state.shape.blob_bytes != run->state.shape.blob_bytes) {
        lode_run_free(*out);
        *out = NULL;
        code = LODE_USAGE;
    }
    return code;
}

lode_code lode_run_branch(lode_run **out, const lode_run *run, const char *shock, lode_diags *diags) {
    int32_t index;
    *out = NULL;
    const lode_code code = lode_scenario_find_shock(&index, run->scenario, shock, diags);
    return code == LODE_OK ? lode_run_follow(out, run, run->scenario, index) : code;
}

void lode_run_free(lode_run *run) {
    if (!run) {
        return;
    }
    lode_record_release(&run->record);
    lode_books_release(&run->books);
    lode_ledger_release(&run->ledger);
    lode_notes_release(&run->notes);
    lode_gate_log_release(&run->gates);
    lode_state_release(&run->state);
    lode_state_release(&run->next);
    lode_normal_year_free(run->base);
    lode_solution_free(run->solution);
    lode_period_free(run->period);
    lode_network_free(run->network);
    lode_plan_free(run->plan);
    free(run->levy);
    free(run->announce_price);
    free(run->announce_hoard);
    free(run->announce_least);
    free(run->idle_least);
    free(run->site_stock);
    free(run->scratch);
    free(run->wanted_stock);
    free(run->normal_use);
    free(run->end_of_life);
    free(run->collection);
    free(run->covered_share);
    free(run->site_price);
    free(run->plant_change);
    free(run->trained_per_year);
    lode_projects_free(run->projects);
    free(run->wacc_add);
    free(run->export_adder);
    free(run);
}

/* ---- asking ---- */

int32_t lode_run_period(const lode_run *run) {
    return run->done;
}

int32_t lode_run_periods(const lode_run *run) {
    return run->clock.periods;
}

void lode_run_period_name(const lode_run *run, int32_t period, char out[11]) {
    lode_day_format(lode_clock_start(&run->clock, period), out);
    out[7] = '\0';
}

double lode_run_price(const lode_run *run, const char *commodity, const char *region, int32_t period) {
    int32_t c = lode_idmap_get(run->world->commodity_ids, commodity),
            r = lode_idmap_get(run->world->region_ids, region);
    if (c < 0 || r < 0 || period < 0 || period >= run->done) {
        return NAN;
    }
    int32_t site = lode_network_site(run->network, c, r, -1);
    if (site < 0) {
        return NAN;
    }
    const lode_site *s = &lode_network_sites(run->network)[site];
    const double *prices = &run->record.node_price[(size_t)period * (size_t)run->record.nodes];
    return prices[s->first_node + s->node_count - 1];
}

const lode_record *lode_run_record(const lode_run *run) {
    return &run->record;
}

const lode_network *lode_run_network(const lode_run *run) {
    return run->network;
}

const lode_plan *lode_run_plan(const lode_run *run) {
    return run->plan;
}

const lode_world *lode_run_world(const lode_run *run) {
    return run->world;
}

const lode_scenario *lode_run_scenario_of(const lode_run *run) {
    return run->scenario;
}

double lode_run_dt(const lode_run *run) {
    return lode_clock_dt(&run->clock);
}

int32_t lode_run_shock(const lode_run *run) {
    return run->shock;
}

size_t lode_run_bytes(const lode_run *run) {
    return sizeof *run + lode_record_bytes(&run->record) + lode_network_bytes(run->network) +
           2 * run->state.count * sizeof(double) + (size_t)run->ledger.room * sizeof *run->ledger.entries +
           (size_t)run->gates.room * sizeof *run->gates.entries;
}
