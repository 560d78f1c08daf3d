/* A project's money year by year, in nominal USD: the waterfall of its lenders (waterfall.c). */
#ifndef LODE_FINANCE_WATERFALL_H
#define LODE_FINANCE_WATERFALL_H

#include "finance/survival.h"
#include "finance/terms.h"

#define LODE_PROJECT_YEARS 48 /* most years of building and operation that are looked at */

/* Something that a project sells (t_per_year > 0) or buys (< 0) in full operation, what it passes on to itself netted. */
typedef struct {
    int32_t commodity;
    double t_per_year;
    double price; /* expected, real USD/kg, where the project stands */
} lode_project_good;

/* A project as the gate sees it: one site, built together. Arrays borrowed. */
typedef struct {
    lode_day now;       /* the day of the decision */
    double price_level; /* nominal USD for a real one at `now` */
    int32_t region;     /* -1 in tests */
    double capex_usd;   /* real */
    double build_years, ramp_years;
    double cost_usd_per_year; /* conversion, real, in full operation; engineering cost, without calibration terms */
    double fixed_cost_usd_per_year; /* real, from the first year of operation */
    double debt_usd;                /* nominal: owed already, at the terms' rate */
    int32_t good_count;
    const lode_project_good *goods;
    int32_t main_good; /* the sold good of the largest revenue: what break-even prices are about; -1 */
    int32_t support_count;
    const lode_support *supports;
    double feed_in_place, reagents_in_place, offtake_in_place; /* shares of need and of output, 0 to 1 */
    double waiting_hazard;                                     /* of its supports, weighted by value; a year */
    const lode_hazards *hazards;                               /* of supports without a payer; see hazards_of */
    const lode_hazards *payer_hazards;                         /* per region; NULL: `hazards` for all */
} lode_project;

/* One year from `now`; all nominal USD, expected values but for the downside. Before operation only capital flows. */
typedef struct {
    double years;          /* from now to the middle of the year */
    double running;        /* share of full operation, 0 to 1 */
    double capex;          /* paid, > 0 */
    double grant;          /* got */
    double market_revenue; /* at expected prices */
    double support;        /* what supports add, in expectation */
    double purchases;      /* feed and reagents */
    double operating_cost; /* conversion and fixed */
    double tax;            /* paid */
    double available;      /* for debt service: revenue + support - purchases - cost - tax */
    double downside;       /* the same at the lenders' prices */
    double drawn;          /* debt */
    double interest, repaid;
    double to_owners; /* available + drawn + grant - capex - interest - repaid */
    double cover;     /* DSCR: available over interest + repaid; NaN without debt */
    double downside_cover;
    double survival;  /* of the floor that matters most; 1 without one */
    double debt_left; /* at the end */
} lode_waterfall_year;

typedef struct {
    int32_t count;
    lode_waterfall_year years[LODE_PROJECT_YEARS];
    double capex_usd, grant_usd;    /* nominal sums */
    double debt_usd;                /* drawn in all, senior and supported */
    double npv_usd;                 /* at the project's nominal cost of capital, before debt, at `now` */
    double irr;                     /* nominal, of the same flows; NaN if there is none */
    double cover_least, cover_mean; /* DSCR while there is debt; NaN */
    double
        loan_life_cover; /* LLCR: PV of cash flow over the life of the debt, at its rate, over the debt at the first year */
    double break_even_price; /* of the main good, real USD/kg for ever: NPV = 0 with the supports as they are; NaN */
    double cliff_years;      /* from now to the end of the first floor that ends before the debt does; NaN */
    double cliff_cover_before, cliff_cover_after; /* cover in the year before and after */
} lode_waterfall;

/* Fills *out. O(years x goods x supports), some dozen times for the break-even. */
void lode_waterfall_fill(lode_waterfall *out, const lode_project *project, const lode_finance_terms *terms);

#endif
