/* The inside of a run, for src/sim and for the layers above that read it. */
#ifndef LODE_SIM_RUN_H
#define LODE_SIM_RUN_H

#include "finance/gate_log.h"
#include "lodestone/run.h"
#include "market/books.h"
#include "policy/plan.h"
#include "policy/scenario.h"
#include "sim/clock.h"
#include "sim/normal_year.h"
#include "sim/record.h"
#include "sim/relax.h"
#include "sim/state.h"

#define LODE_RUN_TOLERANCE LODE_SCENARIO_TOLERANCE /* of the base year */

/* What a run has recorded of the periods it has done. */
typedef struct {
    lode_record record;
    lode_ledger ledger;
    lode_notes notes;
    lode_gate_log gates;
} lode_past;

struct lode_run {
    const lode_world *world;
    const lode_scenario *scenario;
    int32_t shock; /* battery entry that this run meets, -1 */
    lode_clock clock;
    int32_t done; /* periods */
    lode_plan *plan;
    lode_network *network;
    lode_period *period;
    lode_solution *solution;
    lode_normal_year *base;
    lode_state state, next; /* `next` is the work of a step; swapped in when the step succeeds */
    double *levy;           /* per arc: ad valorem levies of the period */
    double *announce_price, *announce_hoard, *site_stock; /* per site, see lode_policy_view */
    double *announce_least, *idle_least;                  /* per site, see lode_policy_view */
    double *wanted_stock, *scratch;                       /* per site: K* H without orders; anything */
    double *normal_use;                                   /* per site: t a year, see lode_policy_view */
    double *covered_share, *site_price;                   /* per site, see lode_policy_view */
    double *end_of_life, *collection;                     /* per line, see lode_policy_view */
    lode_plant_change *plant_change;                      /* per asset, of the period */
    double *trained_per_year;                             /* per region x stage, see lode_policy_view */
    struct lode_projects *projects;                       /* NULL where projects are off */
    double *wacc_add, *export_adder;                      /* per region, per arc, of the period; see lode_policy_view */
    lode_record record;
    lode_books books; /* of the last clearing */
    lode_ledger ledger;
    lode_notes notes;
    lode_gate_log gates;
    lode_relaxation relax; /* what `explain` gives more of */
};

/* A copy at the same period that lives on in `scenario`: one of the same world and horizon whose instruments are the same but for their
 * numbers. LODE_USAGE for any other. So numbers that act late are tried without simulating what comes before them again. */
lode_code lode_run_under(lode_run **out, const lode_run *run, const lode_scenario *scenario);

/* Where runs that are near one another begin to clear: the bases of the base year and of the first period of one of them. Read only, so that
 * many runs may begin from one at once; and what they come to depends on it and on nothing that was cleared between. */
typedef struct lode_run_start lode_run_start;
/* Prepares one from `scenario`, which must outlive it. Errors as lode_run_new. */
lode_code lode_run_start_new(lode_run_start **out, const lode_scenario *scenario, lode_diags *diags);
void lode_run_start_free(lode_run_start *start);
/* lode_run_new that begins from `start` (NULL: from nothing). A market of another shape begins from nothing too. */
lode_code lode_run_new_from(lode_run **out, const lode_scenario *scenario, const lode_run_start *start,
                            lode_diags *diags);

/* Memory that a run holds, about: its record, its market and its state. O(1). */
size_t lode_run_bytes(const lode_run *run);

/* Borrowed views. */
const lode_record *lode_run_record(const lode_run *run);
const lode_network *lode_run_network(const lode_run *run);
const lode_plan *lode_run_plan(const lode_run *run); /* ->limits are the rows of the record's limits */
const lode_world *lode_run_world(const lode_run *run);
const lode_scenario *lode_run_scenario_of(const lode_run *run);
double lode_run_dt(const lode_run *run);
/* Battery entry of a branch, -1 for a run without a shock. */
int32_t lode_run_shock(const lode_run *run);

#endif
