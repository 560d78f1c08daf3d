/* What a price floor is worth.
 *
 *   E[max(P, F)] = E[P] N(d1) + F N(-d2),   d1 = ln(E[P]/F)/s + s/2,   d2 = d1 - s
 *   s^2          = v^2 (1 - e^(-2kT)) / (2k)        v volatility a year, k reversion a year; v^2 T for k = 0
 *
 * The seller holds the price and a put on it. A floor far below the price is worth little and not nothing; a floor that is gone leaves
 * the market price. With k > 0 the price comes back to its mean, so that the distant future is no less certain than the near one: a
 * random walk at the 30% a year of oxides would make a floor worth most of what a plant earns, twenty years from now.
 *
 * Who pays. Nobody yet: this is what lenders and owners expect to be paid.
 *
 * Where this is from. Black, The pricing of commodity contracts, Journal of Financial Economics 3 (1976); the variance is that of model 1
 * of Schwartz, The stochastic behavior of commodity prices, Journal of Finance 52 (1997). */
#include "finance/option.h"

#include <math.h>

static double normal_share_below(double x) {
    return 0.5 * erfc(-x / sqrt(2));
}

double lode_price_deviation(double volatility, double reversion, double years) {
    if (!(years > 0)) {
        return 0;
    }
    double time = reversion > 1e-9 ? (1 - exp(-2 * reversion * years)) / (2 * reversion) : years;
    return volatility * sqrt(time);
}

double lode_floor_value(double expected, double floor, double deviation) {
    if (!(floor > 0) || !(expected > 0) || !(deviation > 0)) {
        return fmax(expected, floor);
    }
    double d1 = log(expected / floor) / deviation + deviation / 2, d2 = d1 - deviation;
    return expected * normal_share_below(d1) + floor * normal_share_below(-d2);
}

double lode_above_value(double expected, double strike, double deviation) {
    return lode_floor_value(expected, strike, deviation) - strike; /* max(P, U) - U = max(P - U, 0) */
}

double lode_supported_price(double expected, double floor, double upside_price, double upside_share, double deviation) {
    double price = floor > 0 ? lode_floor_value(expected, floor, deviation) : expected;
    if (isnan(upside_price) || !(upside_share > 0)) {
        return price;
    }
    return price - upside_share * lode_above_value(expected, fmax(upside_price, 0), deviation);
}
