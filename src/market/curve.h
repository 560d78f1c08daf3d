/* A monotone curve: the marginal price of a quantity.
 *
 * One abstraction serves what buyers would pay (falling), what plants and trade links cost (rising) and what carry-out stocks are
 * worth (falling): price(q), its integral, and the quantity at a price. Quantities are tonnes in the period, prices USD per kg. */
#ifndef LODE_MARKET_CURVE_H
#define LODE_MARKET_CURVE_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    LODE_CURVE_POINTS,  /* straight between points (steps are vertical pairs and level stretches) */
    LODE_CURVE_LOG,     /* rising: mu + s ln(max(x, x0/20)/x0), a straight tiny slope below x0/20 */
    LODE_CURVE_TIERS,   /* falling: the sum of constant-elasticity tiers, each cut at its choke price */
    LODE_CURVE_STORAGE, /* falling: the value of carrying out K */
    LODE_CURVE_BUDGET   /* falling: B/q, what spends a budget whatever the price, cut at a highest price */
} lode_curve_kind;

/* One tier of users: wants q0 (p/p0)^e at prices up to choke. */
typedef struct {
    double q0, p0, elasticity /* < 0 */, choke;
} lode_tier;

typedef struct {
    lode_curve_kind kind;
    bool falling;
    double q_max; /* the curve ends here; finite */
    double floor_q,
        floor_price; /* rising ones: up to floor_q the price is floor_price; 0 = none (lode_curve_flatten) */
    union {
        struct {
            int32_t count;
            const double *q, *p; /* borrowed; q non-decreasing; p monotone */
        } points;
        struct {
            double mu, s, x0, below; /* below: slope under x0/20 in USD/kg per t */
        } log;
        struct {
            int32_t count;
            const lode_tier *items; /* borrowed */
        } tiers;
        struct {
            double expected, target /* K* H, t */, sigma, holding /* h dt, share of price */, discount /* (1+r)^dt */,
                cap /* highest price */;
        } storage;
        struct {
            double money /* B, USD thousand; > 0 */, cap /* highest price; > 0 */;
        } budget;
    } u;
} lode_curve;

/* Price at q; at a jump the middle of `lode_curve_interval`. O(1), tiers O(count * 60). */
double lode_curve_price(const lode_curve *curve, double q);
/* Lowest and highest price that the curve takes at q (steps and chokes are vertical). `slack` widens q by that share on both sides. */
void lode_curve_interval(const lode_curve *curve, double q, double slack, double *low, double *high);
/* Integral of the price from 0 to q. */
double lode_curve_integral(const lode_curve *curve, double q);
/* Quantity at a price (the largest one at a level stretch of a falling curve, the smallest of a rising one), within [0, q_max]. */
double lode_curve_inverse(const lode_curve *curve, double price);
/* Flattens a rising curve: up to the largest quantity whose price is at most `floor`, what is made costs `price`. What a seller does who
 * is paid at least the floor, whatever the market pays. Nothing where the curve begins above the floor, or `price` is
 * not below it. */
void lode_curve_flatten(lode_curve *curve, double floor, double price);
/* The same for a TIERS curve whose price at q is known already (its inverse is the dear part). */
double lode_tiers_integral_at(const lode_curve *curve, double q, double price);
/* Quantity one tier takes at a price. */
double lode_tier_quantity(const lode_tier *tier, double price);

#endif
