/* The spatial equilibrium of Takayama and Judge (1971) for one good in three regions with linear supply and demand, found by a method
 * unlike the engine's: every pattern of who sells, who buys and which links are used is tried, and the one that fits is the answer. */
#ifndef TEST_PROPERTY_TRADE_PATTERNS_H
#define TEST_PROPERTY_TRADE_PATTERNS_H

#include <stdbool.h>

#define PLACES 3

typedef struct {
    /* supply price a + b s, demand price c - e d, USD/kg and t; freight[i][j] from i to j, INFINITY: no link */
    double a[PLACES], b[PLACES], c[PLACES], e[PLACES], freight[PLACES][PLACES];
    /* the answer */
    double price[PLACES], made[PLACES], used[PLACES], flow[PLACES][PLACES];
} trade_problem;

/* False if no pattern fits (then the problem is degenerate: two patterns meet in one point). Three regions without free cycles of
 * links have one answer. O(4096) systems of nine equations. */
bool trade_solve(trade_problem *problem);

#endif
