/* Skilled people by region and stage, who limit how fast new plants ramp up.
 *
 *   people'   = people + min(need, max(trained, workforce_growth people)) dt - attrition people dt + taught by programmes
 *   need      = max(0, people of plants at full size - people)
 *   share'    = share + min(1, free / wanted) (where time would have it - share)
 *
 * A plant of capacity K needs K x workers_per_kt. Plants that run are never short: only what is new waits. A region without a row in
 * workforce.csv, a process that counts no people and the controlling region are not limited.
 *
 * Who pays. The owners, by late revenue; whoever pays for a workforce programme.
 *
 * Where this is from. An accounting of heads; that an industry can teach a share of its own size each year is the usual limit of growth
 * models of skilled trades (parameter workforce_growth, assumed). */
#include <math.h>

#include "sim/parts.h"
#include "sim/projects.h"

static size_t slot(int32_t region, lode_stage stage) {
    return (size_t)region * LODE_STAGE_COUNT + (size_t)stage;
}

static double people_of(const lode_world *w, int32_t asset) {
    const lode_asset *a = &w->assets[asset];
    double capacity = isnan(a->capacity_t_per_year) ? 0 : a->capacity_t_per_year;
    return capacity / 1000 * w->processes[a->process].workers_per_kt;
}

static bool limited(const lode_world *w, const lode_workforce *row) {
    return row->region != w->controlling_region && !isnan(row->workers);
}

/* Where time alone would have the ramp of an asset. `unqualified`: the most it can run before customers have accepted its product. */
static double wanted_share(const lode_run *run, const lode_state *state, int32_t asset, double year,
                           double unqualified) {
    const lode_world *w = run->world;
    const lode_process *process = &w->processes[w->assets[asset].process];
    lode_status stage = (lode_status)state->plant_stage[asset];
    double start = state->plant_start[asset];
    if (stage != LODE_STATUS_CONSTRUCTION && stage != LODE_STATUS_RAMP_UP && stage != LODE_STATUS_OPERATING) {
        return 0;
    }
    if (isnan(start)) {
        return stage == LODE_STATUS_CONSTRUCTION ? 0 : 1;
    }
    const lode_plant_change *change = &run->plant_change[asset];
    double share = lode_ramp_share(year, start, process->ramp_months / 12, change);
    double delay = start >= change->since ? change->delay_months / 12 : 0;
    bool qualified = year >= start + delay + process->qualify_months / 12;
    return qualified ? share : fmin(share, unqualified);
}

static void as_time_has_it(lode_run *run, lode_state *state, double year) {
    double unqualified = lode_world_parameter(run->world, "unqualified_share", 0.25);
    for (int32_t a = 0; a < run->world->asset_count; a++) {
        state->plant_ramp[a] = wanted_share(run, state, a, year, unqualified);
    }
}

void lode_workforce_start(lode_run *run) {
    const lode_world *w = run->world;
    for (int32_t i = 0; i < w->workforce_count; i++) {
        const lode_workforce *row = &w->workforce[i];
        run->state.workers[slot(row->region, row->stage)] = limited(w, row) ? row->workers : 0;
    }
    as_time_has_it(run, &run->state, lode_clock_year(&run->clock, 0));
}

static bool works_there(const lode_world *w, int32_t asset, const lode_workforce *row) {
    return w->assets[asset].region == row->region && w->processes[w->assets[asset].process].stage == row->stage;
}

typedef struct {
    double employed, wanted, full; /* people of the ramps as they were, of the next step, of all plants at full size */
} heads;

static heads count_heads(const lode_run *run, const lode_workforce *row) {
    const lode_world *w = run->world;
    heads sum = {0, 0, 0};
    for (int32_t a = 0; a < w->asset_count; a++) {
        if (works_there(w, a, row)) {
            double people = people_of(w, a), before = run->state.plant_ramp[a], then = run->next.plant_ramp[a];
            bool counts = then > 0 || run->next.plant_stage[a] == LODE_STATUS_CONSTRUCTION;
            sum.employed += people * fmin(before, then);
            sum.wanted += people * fmax(0, then - before);
            sum.full += counts ? people : 0;
        }
    }
    return sum;
}

static void train(lode_run *run, const lode_workforce *row, const heads *sum, double dt) {
    double *people = &run->next.workers[slot(row->region, row->stage)];
    double growth = lode_world_parameter(run->world, "workforce_growth", 0.25);
    double attrition = isnan(row->attrition) ? 0 : row->attrition * *people;
    double taught = fmax(isnan(row->trained_per_year) ? 0 : row->trained_per_year, growth * *people);
    double need = fmax(0, sum->full - *people) / dt + attrition;
    taught = fmin(taught, need) + run->trained_per_year[slot(row->region, row->stage)];
    *people = fmax(0, *people + (taught - attrition) * dt);
}

static void hold_ramps(lode_run *run, const lode_workforce *row, double possible) {
    for (int32_t a = 0; a < run->world->asset_count; a++) {
        double before = run->state.plant_ramp[a], *now = &run->next.plant_ramp[a];
        if (works_there(run->world, a, row) && *now > before && people_of(run->world, a) > 0) {
            *now = before + possible * (*now - before);
        }
    }
}

void lode_workforce_fill(lode_run *run) {
    const lode_world *w = run->world;
    as_time_has_it(run, &run->next, lode_clock_year(&run->clock, run->done));
    for (int32_t i = 0; i < w->workforce_count; i++) {
        const lode_workforce *row = &w->workforce[i];
        if (limited(w, row)) {
            heads sum = count_heads(run, row);
            train(run, row, &sum, lode_clock_dt(&run->clock));
            double unbound = fmax(0, run->next.workers[slot(row->region, row->stage)] - sum.employed);
            hold_ramps(run, row, sum.wanted > 0 ? fmin(1, unbound / sum.wanted) : 1);
        }
    }
}
