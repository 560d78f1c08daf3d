/* The books of a cleared period: who earned what at its prices (docs/ledger.md). Thousand USD, real, of the period.
 *
 * Every column j of the programme is an act of one agent. At the prices y of the goods (the duals of balances and stocks) it earns
 *
 *     m_j = x_j sum_i a_ij y_i          what it brings less what it takes
 *
 * and over all columns the sum is what was there at the opening, valued at these prices, with the sign turned: nothing is lost between the
 * agents. Users have value, plants and links have costs beside that:
 *
 *   users     integral of what they would pay - what they pay
 *   plants    m - engineering cost;  the wedge is what the calibration adds to it or takes off: nobody is known to pay it
 *   trade     m of links, of finishing, disposal and deliveries - carriage and such costs. Levies are not taken off here (measure/accounts.h),
 *             and what policies add to the cost of a link or a mode moves through the ledger
 *   stocks    opening and closing at the prices of the period; the gain of holding is opening less the closing of the period before */
#ifndef LODE_MARKET_BOOKS_H
#define LODE_MARKET_BOOKS_H

#include "market/network.h"

typedef struct {
    double *line_value, *line_paid; /* per demand line: value less the cost of substituting; what was paid */
    double *asset_income, *asset_cost, *asset_wedge; /* per asset */
    double *trade_income, *trade_cost, *trade_wedge; /* per region; links count where they lead */
    double *public_goods;                  /* per region: what orders took less what they gave, at its price */
    double *stock_opening, *stock_closing; /* per region, the trade's and the users': [2 * region + (use >= 0)] */
    double error; /* |sum of all columns + opening| / (sum of sizes), 0 but for the residual of the answer */

    int32_t columns;
    int32_t *owner; /* of each column, see books.c */
    double *plain;  /* per mode: zeros, then per mode: NaN; what a period without policy in its modes has */
} lode_books;

/* Room for the books of a network. LODE_NOMEM leaves *books empty. O(columns). */
lode_code lode_books_new(lode_books *books, const lode_network *network);
void lode_books_release(lode_books *books);
/* The books of the last clearing, of `period`. LODE_NOMEM. O(nonzeros + curves). */
lode_code lode_books_fill(lode_books *books, lode_network *network, const lode_period *period,
                          const lode_solution *solution);

#endif
