/* What is uncertain in a scenario: its list `uncertainties`, read and bound to the numbers it speaks of.
 *
 *     uncertainties:
 *       - id: stock_elasticity
 *         of: parameters.storage_sigma.value      # a path or a pattern (`*` for any key), or a list of them (uncertain_path.h)
 *         triangular: {low: 0.3, mode: 0.5, high: 0.8}
 *         bounds: [0.1, 1]
 *         source: behaviour_priors                # or assumed: true
 *       - id: capex
 *         of: assets.*.capex_usd
 *         except: assets.mountain_pass.capex_usd  # numbers that `of` matches and this entry leaves alone
 *         lognormal: {median: 1, sd_log: 0.2}
 *         relative: true        # multiplies what stands there; add: true is added to it; default: takes its place
 *         each: true            # every number matched has a draw of its own; default: one for all
 *         correlated: {stock_elasticity: 0.3}     # Gaussian copula: correlation of the normal scores
 *       - id: behaviour
 *         of: parameters.*.value
 *         pert: table           # low, value and high of its row in parameters.csv; each of them a number of its own
 *
 * A number has one uncertainty: an entry that names it exactly takes it from patterns of others; else two are an error. A path is one of a world table (TABLE.KEY.COLUMN, as in `assumptions`) or of the scenario (policies.ID.key, shocks.ID.key, settings.key,
 * battery.NAME.shocks.ID.key). Numbers of a draw are keyed by (seed, draw, name), so that adding one changes no other's. */
#ifndef LODE_ENSEMBLE_UNCERTAINTY_H
#define LODE_ENSEMBLE_UNCERTAINTY_H

#include "ensemble/distribution.h"
#include "ensemble/event.h"
#include "policy/scenario.h"

/* A number in a file that a draw replaces. */
typedef struct {
    const char *path;   /* exact: no pattern */
    bool in_world;      /* of a world table; else of the scenario's tree */
    bool exact;         /* named by itself, not by a pattern */
    bool whole;         /* takes whole numbers: what is drawn is rounded */
    double base;        /* what stands there */
    double least, most; /* what its attribute allows; -INFINITY, INFINITY */
} lode_uncertain_target;

/* How a value changes what stands there. */
typedef enum { LODE_UNCERTAIN_REPLACES, LODE_UNCERTAIN_MULTIPLIES, LODE_UNCERTAIN_ADDS } lode_uncertain_change;

/* One random number. */
typedef struct {
    const char *name;  /* its id, or ID:PATH of an entry with `each`; unique; the key of its draws */
    const char *title; /* id where none is written */
    lode_distribution distribution;
    lode_uncertain_change change;
    int32_t target_count;
    const lode_uncertain_target *targets;
    const char *file;
    int line, column;
} lode_uncertain;

typedef struct {
    lode_arena *arena; /* owns everything */
    const lode_scenario *scenario;
    int32_t count;
    lode_uncertain *items; /* in the order of the list, those of an entry with `each` in the order of its numbers */
    int32_t correlated_count;
    const int32_t *correlated; /* items that have a partner, ascending */
    const double *
        factor; /* lower Cholesky factor [correlated_count * correlated_count] of the correlation of their normal scores */
    int32_t event_count;
    lode_event *events;
} lode_uncertainty;

#define LODE_MOST_CORRELATED 200

/* Reads and binds; the scenario must outlive it. Every finding of the list is given: unknown path with the nearest one, a path that is not a
 * number, two entries for one number, impossible bounds, an unknown partner, a correlation outside (-1, 1). A matrix that is not positive
 * definite is repaired (copula.h) with a warning that says by how much. LODE_OK, LODE_NOMEM or the first code. O(entries x size of their
 * tables + n^3) for n correlated numbers. A scenario without the list: count 0. */
lode_code lode_uncertainty_open(lode_uncertainty **out, const lode_scenario *scenario, lode_diags *diags);
void lode_uncertainty_free(lode_uncertainty *uncertainty);

/* Independent uniforms u[count] into values[count]: correlated by the copula, then through each distribution. A number without a partner
 * before it in the list has the value of its own u, whoever comes after. `scratch`: count doubles. O(count + n^2). */
void lode_uncertainty_values(const lode_uncertainty *uncertainty, const double *u, double *values, double *scratch);
/* What target `t` of item `i` becomes at `value`: kept within what its attribute allows, and whole where it must be. */
double lode_uncertain_number(const lode_uncertain *item, int32_t t, double value);

#endif
