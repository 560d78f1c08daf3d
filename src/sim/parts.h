/* The parts of a step, one file each. Each `_fill` sets its arrays of run->period from run->state; each `_update` moves run->next on
 * from the solution of the period. Order in run_step.c. */
#ifndef LODE_SIM_PARTS_H
#define LODE_SIM_PARTS_H

#include "policy/plant_books.h"
#include "sim/run.h"

/* Where a run goes on from: another one, as it stood after the periods of its past. All is borrowed. */
typedef struct {
    lode_past past;
    const lode_state *state;
    const lode_normal_year *base;
    const lode_network *network;
    const lode_network_place *place; /* NULL: where `network` stands */
} lode_run_standing;

/* run.c: what a run has recorded, borrowed from it. */
lode_past lode_run_past(const lode_run *run);
/* A run of (scenario, shock) that goes on from there. Reads of `from->network` only what never changes, unless `place` is NULL. */
lode_code lode_run_go_on(lode_run **out, const lode_run_standing *from, const lode_scenario *scenario, int32_t shock);
/* The same with the past of `run` as it stands. */
lode_code lode_run_follow(lode_run **out, const lode_run *run, const lode_scenario *scenario, int32_t shock);
/* Whether a scenario has the world and the horizon of a run. */
bool lode_run_fits(const lode_run *run, const lode_scenario *scenario);
/* What instruments see of the period that is being stepped. */
lode_policy_view lode_run_policy_view(lode_run *run);
/* plants.c */
void lode_plants_fill(lode_run *run);
void lode_plants_update(lode_run *run);
/* Share of its nameplate that an asset has at a time (status, slippage, ramp, growth inside), 0 or more; `_changed`: with the start and
 * the ramp that instruments gave it (its yield apart). */
double lode_plant_share(const lode_world *world, int32_t asset, double year, int32_t base_year);
double lode_plant_share_changed(const lode_world *world, int32_t asset, double year, int32_t base_year,
                                const lode_plant_change *change);
/* Share of full output `year` of a plant that starts at `start` (a year) and ramps for `ramp` years. */
double lode_ramp_share(double year, double start, double ramp, const lode_plant_change *change);
/* Factor by which capacity inside the controlling region has grown since the base year; 1 elsewhere. */
double lode_growth_inside(const lode_world *world, int32_t asset, double year, int32_t base_year);
void lode_plants_unchanged(lode_run *run); /* what instruments change of plants and people, back to none */
/* Status of an asset at the end of the period that is being recorded. */
lode_status lode_plant_status(const lode_run *run, int32_t asset);

/* demand.c */
void lode_demand_fill(lode_run *run);
void lode_demand_update(lode_run *run);
/* substitution.c: caps of substitutes and of thrifting variants */
void lode_substitution_start(lode_run *run);
void lode_substitution_fill(lode_run *run);
void lode_substitution_update(lode_run *run);
/* levies.c */
void lode_levies_fill(lode_run *run);
void lode_levies_guard(lode_run *run); /* after the instruments: nobody earns by sending goods round */
/* provenance.c: which goods are covered, until a rule tells them apart; and how much uncovered stock is wanted */
lode_code lode_provenance_fill(lode_run *run);
lode_code lode_clean_fill(lode_run *run);
void lode_clean_update(lode_run *run);
/* branch.c: for each node of `from`, where its goods go in `to`, and for each node of `to`, whose price it takes. NULL where the nodes are
 * the same; owned by the caller. LODE_INTERNAL if the sites differ. */
lode_code lode_branch_maps(const lode_network *to, const lode_network *from, int32_t **into, int32_t **of);
/* endoflife.c: what comes to its end in the period and the shares collected of it without instruments; then adds collected scrap to the
 * opening */
void lode_end_of_life_unchanged(lode_run *run);
void lode_end_of_life_fill(lode_run *run);
/* Scrap of a steady base year into `opening` (per node of `network`), t in `dt` years. */
void lode_end_of_life_steady(const lode_network *network, double *opening, double year, double dt);
/* pipeline.c */
void lode_pipeline_start(lode_run *run);  /* the base year's flows are on the way */
void lode_pipeline_fill(lode_run *run);   /* opening = stock + arrivals; on the way */
void lode_pipeline_update(lode_run *run); /* stock = carried; pushes what was sent */
int32_t lode_pipeline_lags(const lode_network *network);
/* stocks.c */
void lode_stocks_start(lode_run *run);
void lode_stocks_fill(lode_run *run); /* target_stock */
void lode_stocks_update(lode_run *run);
/* Years of normal use that a site's trade holds (users' own cover apart). */
double lode_site_cover_years(const lode_world *world, const lode_site *site);
double lode_line_cover_years(const lode_world *world, const lode_network *network, const lode_demand_line *line);
/* expectations.c */
void lode_expectations_start(lode_run *run);
void lode_expectations_fill(lode_run *run);
void lode_expectations_update(lode_run *run);
/* One step of the averages: share of the way to `price` in a period of `months`. */
double lode_expectation_step(double average, double price, double per_month, int32_t months);
double lode_expected_price(double fast, double slow, double anchor);
/* record.c */
lode_code lode_record_period(lode_run *run);
/* relax.c: after the instruments, and after the market cleared */
void lode_relax_fill(lode_run *run);
void lode_relax_update(lode_run *run);
/* The instruments settle. More of a licence is granted on top: what ships under it is not charged to the queue, or the queue would take
 * it back in the months after. */
void lode_relax_settle(lode_run *run, lode_policy_view *view);
/* audit.c: relative error of each element's mass balance */
void lode_audit_period(const lode_run *run, double *element_error);

#endif
