/* The walk over the columns of a row: names them (`naming`) or fills them (`values`). Private to src/ensemble/outcome*.c. */
#ifndef LODE_ENSEMBLE_OUTCOME_WALK_H
#define LODE_ENSEMBLE_OUTCOME_WALK_H

#include "ensemble/outcome.h"

enum { LODE_LARGE_REGIONS = 3 };

struct lode_outcome {
    lode_arena *arena;
    const lode_scenario *scenario;
    int32_t inputs, events;
    int32_t *shocks; /* of the battery; owned */
    int32_t shock_count, shock_months;
    lode_draw_column *columns; /* owned */
    int32_t count, room;
    int32_t *block;                    /* first column of the reference, of each shock, and the end; owned */
    int32_t *priced, *oxides, *payers; /* commodities; regions whose purse pays, region_count: others */
    int32_t priced_count, oxide_count, payer_count;
    int32_t large[LODE_LARGE_REGIONS], large_count; /* regions outside that use most */
};

typedef struct {
    const lode_outcome *outcome;
    lode_outcome *naming; /* NULL: filling */
    double *values;
    int32_t at;         /* next column to fill */
    const char *run;    /* "" for inputs and events */
    int32_t first, end; /* periods of its series */
    double *purses;     /* as lode_policy_cost_by_purse; of the run */
    double *room;       /* two values a period */
    bool failed;        /* out of memory while naming */
} lode_walk;

/* What a number is: the parts of its name; NULL where there is none. */
typedef struct {
    const char *what, *item, *region, *unit, *doc;
} lode_label;

void lode_walk_metric(lode_walk *walk, const lode_label *label, double value);
/* values[period] of the whole run; NULL while naming. */
void lode_walk_series(lode_walk *walk, const lode_label *label, const double *values);

/* outcome_series.c */
lode_code lode_outcome_places(lode_outcome *outcome); /* which commodities, payers and regions have columns */
const char *lode_payer_name(const lode_outcome *outcome, int32_t payer);
lode_code lode_walk_open(lode_walk *walk,
                         const lode_view *view); /* memory, and the money of purses; `view` NULL while naming */
void lode_walk_close(lode_walk *walk);
/* Prices of separated oxides and magnets, inside and outside the controlling region. */
lode_code lode_walk_prices(lode_walk *walk, const lode_view *view);
/* Tonnes of separated oxides on hand at the end of each period, whoever holds them; `by_region`: also inside and in large regions. */
lode_code lode_walk_stocks(lode_walk *walk, const lode_view *view, bool by_region);
void lode_walk_money(lode_walk *walk);
/* Loss of each class of use in the regions hit, period by period. `pair` NULL while naming. */
lode_code lode_walk_losses(lode_walk *walk, const lode_battery_entry *entry, const lode_pair *pair);

#endif
