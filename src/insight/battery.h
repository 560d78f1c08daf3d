/* The stress battery: a reference run, and for each shock a branch of it from the day on which the two begin to differ, both to the end of
 * the horizon. The reference is shared by all shocks. Each branch has a network of its own, so that several can run at once and none
 * depends on the others. */
#ifndef LODE_INSIGHT_BATTERY_H
#define LODE_INSIGHT_BATTERY_H

#include "lodestone/stress.h"
#include "measure/accounts.h"
#include "measure/loss.h"
#include "measure/price.h"
#include "policy/scenario.h"
#include "sim/run.h"

/* What the matrix shows of one criticality class: the worst over its segments in the regions hit. */
typedef struct {
    double loss;        /* 0 to 1 */
    double first_short; /* earliest, months; NaN: never */
    double last_short;  /* latest, months; NaN: never, or censored */
    bool censored;      /* somebody is still short when the run ends */
} lode_class_result;

typedef struct {
    const lode_battery_entry *entry;
    lode_run *start; /* at the shock's first period, not stepped; NULL once explained */
    lode_run *run;   /* at the end of the horizon */
    lode_view view;
    lode_loss *by_segment, *by_use;
    int32_t segment_count, use_count;
    lode_class_result classes[LODE_USE_COUNT];
    const lode_loss *worst; /* of by_segment, in the regions hit; NULL if nobody is there */
    lode_price_peak peak;
    bool *lost;            /* per asset: operates in the reference at the end of what is followed, and not here */
    int32_t projects_lost; /* how many */
    double durability;     /* share of outside capacity by value that still operates three years after; NaN: not seen */
    double reference_durability; /* the same of the reference */
    double value_at_risk_musd;   /* summed over the regions hit */
    double policy_cost_musd;     /* net of what came back, of public purses outside, from the shock on; nominal */
    double reference_cost_musd;  /* the same months of the reference */
    double
        incumbent_forgone_musd; /* profit of the controlling region's plants before subsidies, less than in the reference; real */
    double incumbent_cost_musd; /* that, and what its purses paid more; real */
    double *
        incidence; /* [region * LODE_AGENT_COUNT + agent] gains over the reference from its first period to its end, kUSD, real */
    char *explanation;
    int32_t first_period;  /* in which it leaves the reference */
    int32_t failed_period; /* at which stepping failed; -1 */
} lode_shock_result;

typedef struct lode_battery lode_battery;
typedef lode_code (*lode_battery_visit)(void *context, const lode_battery *battery, int32_t shock);

/* How much of the battery is wanted. All zero: each shock for five years, the reference to the end of the horizon, losses and explanations. */
typedef struct {
    int32_t months;   /* followed from the start of each shock, the reference as far as the last of them; 0: as above */
    bool bare;        /* runs and views only; `start` of each shock is kept */
    bool unexplained; /* measured, but nobody asked why */
    /* One shock at a time, and each forgotten once it was told, so that two or three runs are in memory and not the whole battery: called with
     * each measured shock in their order (its `run` and `view` end with the call), the reference at the end of the horizon. Nobody asks why,
     * all is done on the caller's thread, and no shock at all is allowed. NULL: all at once, and kept. */
    lode_battery_visit tell;
    void *context;
    const lode_run_start *from; /* where clearings begin; NULL: from nothing */
} lode_battery_scope;

struct lode_battery {
    const lode_world *world;
    const lode_scenario *scenario;
    lode_battery_scope scope;
    lode_run *reference;
    lode_view view; /* of the reference */
    int32_t count;
    lode_shock_result *shocks;
    int32_t failed_period; /* of the reference; -1 */
};

/* How many months of a shock's run are followed, and after how many its durability is read. */
#define LODE_BATTERY_MONTHS    60
#define LODE_DURABILITY_MONTHS 36

/* Runs the battery entries named in `options` (all if none is). LODE_UNKNOWN_ID for a name that is none, LODE_BAD_RANGE for a shock
 * outside the horizon, each with a finding; LODE_CERTIFICATE or LODE_SOLVER with a finding that names run and period. */
lode_code lode_battery_run(lode_battery **out, const lode_world *world, const lode_scenario *scenario,
                           const lode_stress_options *options, lode_progress progress, void *context,
                           lode_diags *diags);
/* The same as far as `scope` says. */
lode_code lode_battery_follow(lode_battery **out, const lode_world *world, const lode_scenario *scenario,
                              const lode_stress_options *options, const lode_battery_scope *scope,
                              lode_progress progress, void *context, lode_diags *diags);
void lode_battery_free(lode_battery *battery);
/* First period after the last one that the run of a shock is followed to. */
int32_t lode_battery_end(const lode_battery *battery, const lode_shock_result *shock);

/* The period in which the run of an entry leaves the reference: of its first act, or of an earlier announcement; -1 if the shock itself lies outside the
 * horizon. The first period after those it is followed to: `months` from its start, 0: five years from where it leaves. O(periods). */
int32_t lode_entry_leaves(const lode_clock *clock, const lode_battery_entry *entry);
int32_t lode_entry_end(const lode_clock *clock, const lode_battery_entry *entry, int32_t leaves, int32_t months);
/* A finding that a shock begins outside the horizon: LODE_BAD_RANGE. */
lode_code lode_entry_outside(const lode_scenario *scenario, const lode_battery_entry *entry, lode_diags *diags);
/* A finding that the run called `name` could not be cleared in a period: `code`. */
lode_code lode_run_stops(const lode_run *run, const char *name, int32_t period, lode_code code, lode_diags *diags);
/* Measures a shock that was followed to its end: fills what lies behind `view` in lode_shock_result, but for the explanation. Of the battery it reads `world`,
 * `reference` and `view`, so that one may be made by hand for a run that was stepped elsewhere. Free with lode_shock_release. */
lode_code lode_shock_measure(const lode_battery *battery, lode_shock_result *shock);
void lode_shock_release(lode_shock_result *shock);

/* The day from which a run with these instruments differs from one without: the first start, or an earlier announcement; `latest` if it
 * is earlier than all. */
lode_day lode_instruments_begin(lode_instrument *const *instruments, int32_t count, lode_day latest);

/* The pair of a shock's run and the reference. Borrows both. */
lode_pair lode_battery_pair(const lode_battery *battery, const lode_shock_result *shock);

#endif
