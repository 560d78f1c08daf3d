/* Plants: what each can make in a period.
 *
 *   capacity   nameplate x availability x dt x share(t)
 *   share      0 before the start; then a straight ramp over the process's ramp_months; a plant under construction starts
 *              slippage_months_mean later than announced; instruments may delay starts, stretch what is left of a ramp and lower
 *              yields; inside the controlling region (1 + capacity_growth_inside)^years from the base year, which lifts mines as well;
 *              planned, idle and closed ones are out
 *   reach      outside the controlling region the output of a mode rises by ramp_out_initial at once over its yearly average, then by
 *              ramp_out of base output a month, whatever the price; capacity that is added counts from the day it is there. It is a
 *              limit of its own, since a cost curve is drawn over the capacity of the plant */
#include <math.h>

#include "sim/parts.h"
#include "sim/projects.h"

#define LEAST_START                                                                                                    \
    0.1 /* t a month that any plant can make at once: limits of a few kilograms say nothing and trouble the solver */

static bool runs(const lode_asset *asset) {
    return asset->status == LODE_STATUS_OPERATING || asset->status == LODE_STATUS_RAMP_UP ||
           asset->status == LODE_STATUS_CONSTRUCTION;
}

/* From a start over a ramp (years), of which what is left at `since` takes `ramp_times` as long. */
double lode_ramp_share(double year, double start, double ramp, const lode_plant_change *change) {
    if (start >= change->since) {
        start += change->delay_months / 12;
    }
    if (year < start) {
        return 0;
    }
    double slow = year > change->since ? year - fmax(start, change->since) : 0;
    return ramp > 0 ? fmin(1, (year - start - slow + slow / change->ramp_times) / ramp) : 1;
}

#define NO_CHANGE                                                                                                      \
    ((lode_plant_change){                                                                                              \
        .ramp_times = 1, .since = INFINITY, .yield = 1, .permit_times = 1, .permit_saved = 0, .thrift_times = 1})

void lode_plants_unchanged(lode_run *run) {
    for (int32_t a = 0; a < run->world->asset_count; a++) {
        run->plant_change[a] = NO_CHANGE;
    }
    for (int32_t i = 0; i < run->world->region_count * LODE_STAGE_COUNT; i++) {
        run->trained_per_year[i] = 0;
    }
}

double lode_plant_share(const lode_world *w, int32_t asset, double year, int32_t base_year) {
    return lode_plant_share_changed(w, asset, year, base_year, &NO_CHANGE);
}

double lode_plant_share_changed(const lode_world *w, int32_t asset, double year, int32_t base_year,
                                const lode_plant_change *change) {
    const lode_asset *a = &w->assets[asset];
    if (!runs(a) || (a->start == LODE_NO_DAY && a->status == LODE_STATUS_CONSTRUCTION)) {
        return 0;
    }
    double share = 1;
    if (a->start != LODE_NO_DAY) {
        share =
            lode_ramp_share(year, lode_asset_start_year(w, asset), w->processes[a->process].ramp_months / 12, change);
    }
    return share * lode_growth_inside(w, asset, year, base_year);
}

double lode_growth_inside(const lode_world *w, int32_t asset, double year, int32_t base_year) {
    if (w->assets[asset].region != w->controlling_region || base_year <= 0) {
        return 1;
    }
    return pow(1 + lode_world_parameter(w, "capacity_growth_inside", 0), fmax(0, year - (base_year + 0.5)));
}

/* As the files say; one that is under construction starts on its date and ramps up. */
lode_status lode_plant_status(const lode_run *run, int32_t asset) {
    const lode_asset *a = &run->world->assets[asset];
    if (run->projects) {
        return (lode_status)run->next.plant_stage[asset];
    }
    if (!runs(a) || a->start == LODE_NO_DAY) {
        return a->status;
    }
    double year = lode_clock_year(&run->clock, run->done);
    double share = lode_plant_share_changed(run->world, asset, year, 0, &run->plant_change[asset]);
    return share <= 0 ? LODE_STATUS_CONSTRUCTION : share < 1 ? LODE_STATUS_RAMP_UP : LODE_STATUS_OPERATING;
}

static bool limited(const lode_world *w, int32_t asset) {
    const lode_asset *a = &w->assets[asset];
    lode_stage stage = w->processes[a->process].stage;
    return w->controlling_region >= 0 && a->region != w->controlling_region && stage != LODE_STAGE_REAGENT &&
           stage != LODE_STAGE_OTHER;
}

/* What a mode of a plant outside can reach in the period. Ramping is a share of its yearly average, or of half the capacity of a plant
 * that stood idle; capacity that is new counts at once. */
static double reach(const lode_run *run, int32_t mode, double capacity) {
    const lode_world *w = run->world;
    int32_t asset = w->modes[mode].asset;
    double trailing = run->state.mode_trailing[mode], before = run->state.asset_capacity[asset];
    double at_once = 1 + lode_world_parameter(w, "ramp_out_initial", 0.03);
    double monthly = lode_world_parameter(w, "ramp_out", 0.02) * run->clock.months * fmax(trailing, 0.5 * before);
    double limit = fmax(at_once * trailing, run->state.mode_output[mode]) + monthly + fmax(0, capacity - before);
    return fmax(limit, LEAST_START * run->clock.months);
}

void lode_plants_fill(lode_run *run) {
    const lode_world *w = run->world;
    double dt = lode_clock_dt(&run->clock), year = lode_clock_year(&run->clock, run->done);
    for (int32_t a = 0; a < w->asset_count; a++) {
        double nameplate = w->assets[a].capacity_t_per_year * w->assets[a].availability;
        const lode_plant_change *change = &run->plant_change[a];
        double share = run->projects ? lode_project_share(run, &run->next, a, year)
                                     : lode_plant_share_changed(w, a, year, run->base->year, change);
        double capacity = isnan(nameplate) ? 0 : nameplate * dt * (share * change->yield);
        run->next.asset_capacity[a] = run->period->asset_capacity[a] = capacity;
    }
    for (int32_t m = 0; m < w->mode_count; m++) {
        int32_t asset = w->modes[m].asset;
        run->period->mode_adder[m] = 0 - run->plant_change[asset].cost_cut;
        run->period->mode_floor[m] = NAN;
        run->period->mode_limit[m] = limited(w, asset) ? reach(run, m, run->next.asset_capacity[asset]) : INFINITY;
    }
}

void lode_plants_update(lode_run *run) {
    double weight = 1 - pow(1 - 1.0 / 12, run->clock.months);
    for (int32_t m = 0; m < run->world->mode_count; m++) {
        run->next.mode_output[m] = run->solution->mode_output[m];
        run->next.mode_trailing[m] += weight * (run->solution->mode_output[m] - run->next.mode_trailing[m]);
    }
}
