/* What a project or a measure is worth when a shock comes: runs with and without it (docs/rank.md).
 *
 * A project is all plants of one site that are not there when the shock comes; it is tried at full nameplate from the shock's first day. A
 * measure is an instrument of the scenario's programme; its run is done again, from the first period of the horizon, as if it had never been:
 * a stockpile that ends still has its goods, and what a loan built still stands. With q the tonnes that users get, v the value added
 * per kg and q* what they get without the shock:
 *
 *     loss avoided  =  sum over end uses in the regions hit and months of   v [ min(q with, q*) - min(q without, q*) ]
 *
 * so that more than the normal use counts for nothing. Cost, a year: of a project capital cost x annuity at its cost of capital + fixed cost; of
 * a measure what public purses paid net (measure/policy_cost.h), averaged over the time it was in force. Loss avoided per dollar sets the one
 * against the other over the months that the shock is followed.
 *
 * To try all would take a run each, so projects are screened first, by what a tonne of their capacity would have earned at the prices of the
 * shock's run: the dual that their plants would have, were they there.
 *
 *     screen = sum over months of  capacity x max over modes of ( sum_c amount_c price_c - cost )
 *
 * The best `top` are then confirmed by runs. The screen is taken at the margin and ignores that feed runs out: the runs decide. Of measures
 * the `top` are tried that move no money (rules) or most of it. */
#ifndef LODE_INSIGHT_RANK_H
#define LODE_INSIGHT_RANK_H

#include "finance/gate_log.h"
#include "insight/battery.h"
#include "insight/binding.h"
#include "lodestone/rank.h"

#define LODE_RANK_TOP    10
#define LODE_RANK_MONTHS 24

/* What one shock says of a candidate. */
typedef struct {
    bool failed;             /* the run with (or without) it could not be certified */
    double avoided_musd;     /* NaN if it failed */
    int32_t segment, region; /* of the end use that gains most; -1: none gains */
    double gained_t, gained_musd;
    lode_relax_kind eased; /* the bottleneck whose rent it lowers most; NONE */
    int32_t eased_index;
    double eased_musd;
} lode_rank_trial;

typedef struct {
    bool measure;
    int32_t index;                    /* project: its first plant; measure: instrument of the plan */
    int32_t first_plant, plant_count; /* into lode_ranking.plants */
    double screened_musd;             /* of a measure: money that it moves without a shock; INFINITY: none */
    bool tried;
    bool
        through_projects; /* a measure that acts on what is built, not on the market of the months looked at: not tried */
    lode_rank_trial *trials;     /* one a shock; NULL: not tried */
    double avoided_musd;         /* over all shocks; NaN: not tried, or failed */
    double cost_musd_per_year;   /* NaN: not known */
    double per_usd;              /* loss avoided for a dollar; NaN */
    const lode_gate_entry *gate; /* the last word of the gate before the first shock; NULL */
    double margin;               /* (NPV - hurdle) / capital cost of the gate; NaN */
} lode_ranked;

typedef struct {
    lode_battery *battery; /* owned */
    int32_t months;
    lode_rank_by by;
    int32_t top; /* projects, and measures, that were tried at most */
    int32_t count;
    lode_ranked *
        items; /* best first: by loss avoided per dollar, then by loss avoided, then by the screen; or by the gate before that:
                           those that pass, then by margin, then those that it did not judge */
    int32_t *plants; /* assets of the projects */
    lode_rank_trial *trials;
} lode_ranking;

lode_code lode_ranking_run(lode_ranking **out, const lode_world *world, const lode_scenario *scenario,
                           const lode_rank_options *options, lode_progress progress, void *context, lode_diags *diags);
void lode_ranking_free(lode_ranking *ranking);
/* What an instrument of the plan of the reference is, or the first plant of a project. Borrowed. */
const char *lode_ranked_id(const lode_ranking *ranking, const lode_ranked *item);

#endif
