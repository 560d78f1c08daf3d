/* A project's money year by year, in nominal USD: the waterfall of its lenders (waterfall.c). */
#ifndef LODE_FINANCE_WATERFALL_H
#define LODE_FINANCE_WATERFALL_H

#include "finance/survival.h"
#include "finance/terms.h"

#define LODE_PROJECT_YEARS 48 /* most years of building and operation that are looked at */
#define LODE_PROJECT_GOODS 64 /* most goods of one project */

/* Something that a project sells (t_per_year > 0) or buys (< 0) in full operation, what it makes for itself netted. */
typedef struct {
    int32_t commodity;
    double t_per_year;
    double price; /* expected, real USD/kg, where the project stands */
} lode_project_good;

/* A project as the gate sees it: one site, built together. Arrays borrowed. */
typedef struct {
    lode_day now;                   /* the day of the decision */
    double price_level;             /* nominal USD for a real one at `now` */
    double capex_usd;               /* real */
    double build_years, ramp_years; /* ramp: a straight line from nothing */
    double cost_usd_per_year; /* conversion, real, in full operation: engineering cost, without calibration terms */
    double fixed_cost_usd_per_year; /* real, from the first day of operation */
    int32_t good_count;
    const lode_project_good *goods;
    int32_t main_good; /* of the largest revenue: the one whose price is broken even; -1: sells nothing */
    int32_t support_count;
    const lode_support *supports;
    const lode_hazards *hazards; /* [regions + 1]: of a payer, and last of a support without one */
    int32_t region_count;
    double feed_in_place, reagents_in_place,
        buyers_in_place; /* shares of need and of output, 0 to 1, contracts apart */
} lode_project;

/* One year from `now`; nominal USD, expected values but for `downside`. */
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
    double cover;     /* DSCR: available over interest + repaid; NaN without service */
    double survival;  /* S of the support that adds most in the year; NaN without one */
    double debt_left; /* at the end */
} lode_waterfall_year;

typedef struct {
    int32_t count;
    lode_waterfall_year years[LODE_PROJECT_YEARS];
    double capex_usd, grant_usd;      /* nominal sums */
    double public_debt_usd, debt_usd; /* drawn under supports; in all */
    double debt_capacity_usd;         /* what private lenders would lend */
    double cheap_money_usd; /* present value of what supported loans and guarantees cost less than the lenders' rate */
    double npv_usd;         /* at the nominal cost of capital, the last included, at `now` */
    double cover_least, cover_mean; /* DSCR while there is service; NaN */
    double loan_life_cover; /* LLCR: value of the cash flow over the debt's years, at its rate, over the debt; NaN */
    double waiting_hazard;  /* a year: what waiting may lose of the project's value */
    double cliff_years;     /* from now to the end of the floor or offtake that ends before the debt is repaid; NaN */
    double cliff_cover_before, cliff_cover_after; /* DSCR of the last full year with it and of the first without */
} lode_waterfall;

/* Fills *out. O(years x goods x supports). */
void lode_waterfall_fill(lode_waterfall *out, const lode_project *project, const lode_finance_terms *terms);
/* Rate, nominal a year, at which capital cost, grant and cash flow are worth nothing together; NaN if there is none. O(years), some 60
 * times. */
double lode_internal_rate(const lode_waterfall *waterfall, double build_years);
/* Price of the main good, real USD/kg for ever, at which NPV is 0, all else and the supports as they are; NaN if there is none up to a
 * hundred times the expected one. Some 50 waterfalls. */
double lode_break_even_price(const lode_project *project, const lode_finance_terms *terms);

#endif
