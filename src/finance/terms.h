/* What capital asks for: the parameters of lenders and owners (parameters.csv; docs/projects.md says where each is from). */
#ifndef LODE_FINANCE_TERMS_H
#define LODE_FINANCE_TERMS_H

#include "world/world.h"

typedef struct {
    double wacc;            /* real, a year, the region's premium and any rumour included */
    double inflation;       /* a year */
    double gearing;         /* most debt, of the capital cost */
    double cover;           /* downside cash flow over debt service that lenders want */
    double debt_rate;       /* nominal, a year */
    double debt_years;      /* from the first full year of operation */
    double downside_share;  /* the lenders' price, of the expected one */
    double equity_share;    /* of the capital cost: the most that owners raise */
    double feed_share;      /* of feed and reagents that has to be in place */
    double offtake_share;   /* of the output that has to have a buyer */
    double tax_rate;        /* on what is earned after depreciation */
    double life_years;      /* of operation that counts */
    double volatility;      /* of prices, a year */
    double reversion;       /* of prices to their mean, a year */
    double hurdle;          /* NPV over capital cost that owners ask for: rises with volatility */
    double incumbent_buys;  /* how much of what the controlling region could buy counts as a buyer, 0 to 1 */
    double incumbent_sells; /* how much of what it could sell counts as feed in place, 0 to 1 */
} lode_finance_terms;

/* Terms of a project in a region; `wacc_added` a year on top (a rumour). O(parameters). */
lode_finance_terms lode_finance_terms_of(const lode_world *world, int32_t region, double wacc_added);
/* Hurdle where waiting may lose `hazard` of the project a year: lower, since waiting is worth less (terms.c). O(1). */
double lode_hurdle(const lode_finance_terms *terms, double hazard);
/* Cost of capital in nominal terms, a year. */
double lode_nominal_rate(const lode_finance_terms *terms);

#endif
