/* The books of a stockpile: tonnes of one good and what they cost, and the cash of its holder (docs/instruments/stockpile.md).
 *
 *   held H       in store, uncovered and covered goods apart, t
 *   coming C[k]  bought and not yet delivered: there k + 1 periods later, t
 *   owed O       what those who drew have to bring back, t, at the price p_O at which they drew
 *   cost c       what a kilogram of H and C cost on average, nominal USD
 *   reference R  the calm price of the good, real USD/kg: R' = R + (1 - (1 - a)^months) (p - R), which stands still while p is above the
 *                trigger, or a long crisis would become the new normal and end the release
 *
 * Worked example: 100 t at 50 and 20 t more at 80 cost (100 x 50 + 20 x 80) / 120 = 55 on average. 30 t are drawn at 90, owed over three
 * months: 10 t come back in the first at 60, so the users are paid 30 a kilogram, 20 t stay owed, half of them are due next month.
 *
 * Cash is in whole cents. What is missing is drawn from the payer as a grant or a loan; of a loan what is left over is paid back at once. */
#ifndef LODE_POLICY_STOCK_BOOK_H
#define LODE_POLICY_STOCK_BOOK_H

#include <stdbool.h>
#include <stdint.h>

#define LODE_STOCK_DELAY 24 /* most periods between a purchase and its delivery */

/* A price that a release holds at its trigger is known to a tolerance: from this part of it on it counts as there. */
#define LODE_STOCK_NEARLY 0.99

typedef enum { LODE_STOCK_CLEAN, LODE_STOCK_COVERED, LODE_STOCK_SORTS } lode_stock_sort;

typedef struct {
    double held[LODE_STOCK_SORTS];
    double coming[LODE_STOCK_DELAY][LODE_STOCK_SORTS];
    double owed, owed_price;
    double due_months; /* until all that is owed is back, while prices are calm */
    double cost, reference;
    double called_months;        /* for which the price has been above the trigger */
    double bought, sold, target; /* of the last period, t */
} lode_stock_book;

double lode_stock_held(const lode_stock_book *book);
double lode_stock_coming(const lode_stock_book *book);
/* t that are missing of a target, what comes counted as there and what is owed as missing; 0 or more. */
double lode_stock_gap(const lode_stock_book *book, double target);
/* Part of what is owed that is due in a period: all of it evenly over the months that are left. */
double lode_stock_due(const lode_stock_book *book, double months);

/* A period begins: what was to be delivered is. */
void lode_stock_deliver(lode_stock_book *book);
/* R follows the last price if that is clearly below `trigger` (real USD/kg, INFINITY: none), else the months of the call are counted. */
void lode_stock_follow(lode_stock_book *book, double price, double trigger, double per_month, double months);
/* Before a rule tells covered goods apart, `share` of everything counts as covered. */
void lode_stock_split(lode_stock_book *book, double share);
/* Goods bought at a nominal price, there `delay` periods later (0: at once; at most LODE_STOCK_DELAY). */
void lode_stock_buy(lode_stock_book *book, const double t[LODE_STOCK_SORTS], double price, int32_t delay);
/* Goods given out; takes from the other sort what this one lacks. */
void lode_stock_draw(lode_stock_book *book, lode_stock_sort sort, double t);
/* Goods given out are owed back at the nominal price at which they went. */
void lode_stock_owe(lode_stock_book *book, double t, double price, double months);
void lode_stock_return(lode_stock_book *book, double t);
/* `t` of old goods are replaced by fresh ones at a nominal price. */
void lode_stock_rotate(lode_stock_book *book, double t, double price);

typedef struct {
    int64_t cash;      /* cents */
    int64_t drawn;     /* cents from the payer so far, loans paid back taken off */
    int64_t principal; /* cents of loans that are owed */
} lode_stock_cash;

/* The period's receipts less its payments. Returns what is drawn from the payer (> 0) or paid back to it (< 0), in cents. */
int64_t lode_stock_balance(lode_stock_cash *cash, int64_t net, bool loan);
/* Cents that may still be spent of a budget: what was not drawn of it and the cash; 0 or more. */
int64_t lode_stock_left(const lode_stock_cash *cash, int64_t budget);

#endif
