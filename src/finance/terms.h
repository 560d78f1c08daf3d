/* What capital asks for: the parameters of lenders and owners (parameters.csv; docs/projects.md says where each is from). */
#ifndef LODE_FINANCE_TERMS_H
#define LODE_FINANCE_TERMS_H

#include "world/world.h"

typedef struct {
    double wacc;                  /* real, a year, the region's premium and any rumour included */
    double inflation;             /* a year */
    double gearing;               /* most debt, of the capital cost */
    double cover;                 /* least cash flow over debt service in the downside */
    double debt_rate;             /* nominal, a year */
    double debt_years;            /* from the first full year of operation */
    double downside;              /* standard deviations that the lenders' price lies below the expected one */
    double equity_share;          /* of the capital cost, what owners can raise at most */
    double feed_share;            /* of the feed that has to be in place; the same for reagents */
    double offtake_share;         /* of the output that has to have a buyer */
    double tax_rate;              /* on profit after depreciation and interest */
    double life_years;            /* of operation that counts */
    double volatility, reversion; /* of prices, a year */
    double incumbent_buys;        /* how much of what the controlling region could buy counts as offtake, 0 to 1 */
    double incumbent_sells;       /* how much of what it could sell counts as feed, 0 to 1 */
    double hurdle_weight;         /* of the value of waiting in the hurdle, 0 to 1 */
} lode_finance_terms;

/* Terms of a project in a region. O(parameters). */
lode_finance_terms lode_finance_terms_of(const lode_world *world, int32_t region);
/* McDonald and Siegel's hurdle: NPV over capital cost from which investing beats waiting. `waiting_hazard` (a year) is what waiting may
 * lose: it lowers the hurdle. O(1). */
double lode_hurdle(const lode_finance_terms *terms, double waiting_hazard);

#endif
