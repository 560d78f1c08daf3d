/* One steady year of a draft, cleared through src/market/network.h, and the books that the tests keep of it themselves: costs from
 * the world's tables, flows and prices from the answer. Nothing here looks at how the answer was found. */
#ifndef TEST_PROPERTY_BOOKS_H
#define TEST_PROPERTY_BOOKS_H

#include "lodestone/world.h"
#include "market/network.h"
#include "property.h"

typedef struct {
    lode_diags *diags;
    lode_world *world;
    lode_network *network;
    lode_period *period;
    lode_solution *solution;
    double tolerance; /* of the clearing: 1e-7 where everything is linear, else 1e-4 */
} market;

/* Opens the trial's world. HOLDS, or INVALID with the first error in `why`; close in either case. */
verdict open_world(trial *t, const draft *d, const char *name, lode_diags **diags, lode_world **world);
verdict market_open(trial *t, const draft *d, const char *name, market *m);
verdict market_clear(trial *t, market *m);
void market_close(market *m);

/* t of a commodity in a region that the answer leaves unexplained, and what went through; over the sites of all uses. `lagged`
 * flows neither arrive nor count as arrived. */
void balance_of(const lode_network *n, const lode_period *p, const lode_solution *s, int32_t commodity, int32_t region,
                double *gap, double *through);
/* Most that the market's crumbs and the cut of tiny disposals can leave in such a balance, t. */
#define CRUMBS_T 3e-6

/* Price of the trade's first node; NaN where there is no such site. */
double price_at(const market *m, int32_t commodity, int32_t region);
bool idle_at(const market *m, int32_t commodity, int32_t region);

/* Lowest and highest marginal cost (USD/kg) of a mode at `more` t above the answer's output, its variant's penalty included, capacity
 * and variant limits apart. */
void mode_cost(const market *m, int32_t mode, double more, double *low, double *high);
/* The same of a link: freight, duty, levies of the period, and the tie of the base year. */
void arc_cost(const market *m, int32_t arc, double more, double *low, double *high);
/* Whether the market has a column for the link: its origin can have the good (docs/decisions/0005). */
bool arc_exists(const market *m, int32_t arc);
/* What a tonne of the basis earns at the answer's prices: outputs less inputs; *scale is the largest term. */
double mode_margin(const market *m, int32_t mode, double *scale);
/* Tonnes that a line would take at a price if it paid no more than its choke. */
double line_wants(const market *m, int32_t line, double price);
/* Of the line's demand served by the commodity itself, summed over the lines of (segment, commodity, region). */
double served_directly(const market *m, int32_t line);

#endif
