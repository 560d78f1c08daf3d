/* The financing gate: whether a project finds its money on a day, and if not, why not and what would do (gate.c). */
#ifndef LODE_FINANCE_GATE_H
#define LODE_FINANCE_GATE_H

#include "finance/waterfall.h"

/* X(name in C, name in tables, what `shortfall` is) in the order in which they are tried. */
#define LODE_GATE_TESTS(X)                                                                                             \
    X(NONE, none, "")                                                                                                  \
    X(DATA, data, "nothing to sell, or no price for it")                                                               \
    X(FEED, feed, "share of the feed that is missing")                                                                 \
    X(REAGENTS, reagents, "share of the reagents that is missing")                                                     \
    X(OFFTAKE, offtake, "share of the output without a buyer")                                                         \
    X(NPV, npv, "USD of present value below the hurdle")                                                               \
    X(FUNDING, funding, "USD that neither lenders nor owners bring")

typedef enum {
#define LODE_X(c, name, doc) LODE_GATE_##c,
    LODE_GATE_TESTS(LODE_X)
#undef LODE_X
        LODE_GATE_TEST_COUNT
} lode_gate_test;

typedef struct {
    bool passed;
    lode_gate_test failed;                            /* the first that failed; LODE_GATE_NONE */
    double shortfall;                                 /* of that test, see above; 0 */
    int32_t main_commodity;                           /* -1 */
    double price;                                     /* expected, of it, real USD/kg */
    double capex_usd, grant_usd, npv_usd, hurdle_usd; /* nominal; NPV >= hurdle */
    double debt_usd, equity_usd;                      /* nominal; what the gate counts on */
    double cover_least, cover_mean, loan_life_cover;
    /* Filled by lode_gate_remedies; NaN: there is none. */
    double irr;              /* nominal */
    double break_even_price; /* NPV = 0: real USD/kg of the main good */
    double passing_price;    /* lowest of the main good, for ever, real USD/kg, that passes the gate */
    double
        passing_loan; /* public money at no real interest, nominal USD, over the debt's years: what is missing to pass */
    double passing_floor;   /* nominal USD/kg, a contract for all of the main good until the debt is repaid */
    double passing_offtake; /* share of the output, more than there is, under contract at the market price */
    double passing_grant;   /* nominal USD */
} lode_gate_result;

/* Judges a project. One waterfall. */
void lode_gate_judge(lode_gate_result *out, const lode_project *project, const lode_finance_terms *terms);
/* Fills what would pass it, each by itself and all else as it is, by bisection on the gate itself. Some 200 waterfalls; LODE_NOMEM. */
lode_code lode_gate_remedies(lode_gate_result *result, const lode_project *project, const lode_finance_terms *terms);
const char *lode_gate_test_name(lode_gate_test test);
const char *lode_gate_test_doc(lode_gate_test test);

#endif
