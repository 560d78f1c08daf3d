/* What a programme buys: the battery of a scenario, and the battery of the same world without the scenario's `policies` (docs/results.md).
 *
 *   exists only because of it   a plant outside the controlling region that operates when the run ends, and not without the programme
 *   because of                  the supports without each of which its gate would have failed (finance/gate_log.h)
 *   cover gained                first short with the programme less first short without, months
 *   loss avoided                value at risk without - with: value added, of the worst twelve months, summed over the regions hit
 *   yearly cost                 net outlay of public purses outside the controlling region in the run without a shock, real, claims taken off
 *                               at face value, over the years from the first dollar to the end of the horizon; what they pay without the
 *                               programme is taken off
 *   price of security           yearly cost / loss avoided: the yearly probability of the shock at which the programme pays for itself */
#ifndef LODE_INSIGHT_PROGRAMME_H
#define LODE_INSIGHT_PROGRAMME_H

#include "finance/gate_log.h"
#include "insight/battery.h"
#include "insight/resilience.h"

typedef struct {
    int32_t asset;
    int32_t starts, starts_without; /* first period in which it operates, of the runs without a shock; -1: never */
    bool stands, stands_without;    /* when those runs end */
    const lode_gate_entry *gate; /* its last word on the asset with the programme, borrowed from the run; NULL: none */
} lode_programme_project;

typedef struct {
    double cover_gained[LODE_USE_COUNT]; /* months; NaN: not short with or without */
    bool spared[LODE_USE_COUNT];         /* short without, never short with */
    double loss_avoided_musd;
    double break_even; /* a year; NaN: nothing avoided */
} lode_programme_shock;

typedef struct {
    lode_scenario bare_scenario; /* the same, with the programme off; borrows everything */
    lode_battery *with;
    lode_battery *bare; /* NULL: there is no programme, or nobody asked */
    int32_t project_count;
    lode_programme_project *projects; /* those that the programme makes or breaks, or moves by half a year or more */
    lode_programme_shock *shocks;     /* as with->shocks; NULL without `bare` */
    lode_resilience *resilience;      /* with the programme; NULL: no years were asked for */
    double yearly_cost_musd, cost_years;
    double *
        incidence; /* [region * LODE_AGENT_COUNT + agent] gains with the programme over those without, no shock, whole horizon; kUSD, real */
} lode_programme;

/* True if some of the scenario's `policies` act. */
bool lode_scenario_has_programme(const lode_scenario *scenario);

/* Runs both batteries one after the other; options->programme_only: the first alone. Errors as lode_battery_run. */
lode_code lode_programme_run(lode_programme **out, const lode_world *world, const lode_scenario *scenario,
                             const lode_stress_options *options, lode_progress progress, void *context,
                             lode_diags *diags);
void lode_programme_free(lode_programme *programme);

#endif
