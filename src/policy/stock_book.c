/* Moving tonnes and cents through the books of a stockpile. See stock_book.h. */
#include "policy/stock_book.h"

#include <math.h>

double lode_stock_held(const lode_stock_book *b) {
    return b->held[LODE_STOCK_CLEAN] + b->held[LODE_STOCK_COVERED];
}

double lode_stock_coming(const lode_stock_book *b) {
    double sum = 0;
    for (int k = 0; k < LODE_STOCK_DELAY; k++) {
        sum += b->coming[k][LODE_STOCK_CLEAN] + b->coming[k][LODE_STOCK_COVERED];
    }
    return sum;
}

double lode_stock_gap(const lode_stock_book *b, double target) {
    return fmax(target - lode_stock_held(b) - lode_stock_coming(b), 0);
}

double lode_stock_due(const lode_stock_book *b, double months) {
    return b->owed * fmin(months / fmax(b->due_months, months), 1);
}

void lode_stock_deliver(lode_stock_book *b) {
    for (int sort = 0; sort < LODE_STOCK_SORTS; sort++) {
        b->held[sort] += b->coming[0][sort];
        for (int k = 0; k + 1 < LODE_STOCK_DELAY; k++) {
            b->coming[k][sort] = b->coming[k + 1][sort];
        }
        b->coming[LODE_STOCK_DELAY - 1][sort] = 0;
    }
}

void lode_stock_follow(lode_stock_book *b, double price, double trigger, double per_month, double months) {
    bool called = price >= LODE_STOCK_NEARLY * trigger;
    b->called_months = called ? b->called_months + months : 0;
    if (!called) {
        b->reference += (1 - pow(1 - per_month, months)) * (price - b->reference);
    }
}

static void split(double goods[LODE_STOCK_SORTS], double share) {
    double all = goods[LODE_STOCK_CLEAN] + goods[LODE_STOCK_COVERED];
    goods[LODE_STOCK_COVERED] = share * all;
    goods[LODE_STOCK_CLEAN] = all - goods[LODE_STOCK_COVERED];
}

void lode_stock_split(lode_stock_book *b, double share) {
    split(b->held, share);
    for (int k = 0; k < LODE_STOCK_DELAY; k++) {
        split(b->coming[k], share);
    }
}

/* `t` more at `price` in the average of `there` t. */
static double average(double cost, double there, double price, double t) {
    return there + t > 0 ? (cost * there + price * t) / (there + t) : cost;
}

void lode_stock_buy(lode_stock_book *b, const double t[LODE_STOCK_SORTS], double price, int32_t delay) {
    double there = lode_stock_held(b) + lode_stock_coming(b);
    b->cost = average(b->cost, there, price, t[LODE_STOCK_CLEAN] + t[LODE_STOCK_COVERED]);
    double *into = delay > 0 ? b->coming[(delay < LODE_STOCK_DELAY ? delay : LODE_STOCK_DELAY) - 1] : b->held;
    for (int sort = 0; sort < LODE_STOCK_SORTS; sort++) {
        into[sort] += t[sort];
        b->bought += t[sort];
    }
}

void lode_stock_draw(lode_stock_book *b, lode_stock_sort sort, double t) {
    double first = fmin(t, b->held[sort]);
    lode_stock_sort other = sort == LODE_STOCK_CLEAN ? LODE_STOCK_COVERED : LODE_STOCK_CLEAN;
    b->held[sort] -= first;
    b->held[other] = fmax(b->held[other] - (t - first), 0);
    b->sold += t;
}

void lode_stock_owe(lode_stock_book *b, double t, double price, double months) {
    b->owed_price = average(b->owed_price, b->owed, price, t);
    b->owed += t;
    b->due_months = months;
}

void lode_stock_return(lode_stock_book *b, double t) {
    b->owed = fmax(b->owed - t, 0);
}

void lode_stock_rotate(lode_stock_book *b, double t, double price) {
    double kept = lode_stock_held(b) + lode_stock_coming(b) - t;
    b->cost = average(b->cost, fmax(kept, 0), price, t);
}

int64_t lode_stock_balance(lode_stock_cash *c, int64_t net, bool loan) {
    c->cash += net;
    int64_t moved = c->cash < 0 ? -c->cash : loan ? -(c->cash < c->principal ? c->cash : c->principal) : 0;
    c->cash += moved;
    c->drawn += moved;
    c->principal += loan ? moved : 0;
    return moved;
}

int64_t lode_stock_left(const lode_stock_cash *c, int64_t budget) {
    int64_t left = budget - c->drawn + c->cash;
    return left > 0 ? left : 0;
}
