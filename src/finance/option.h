/* What a price floor is worth while the price is uncertain: Black's formula (option.c). */
#ifndef LODE_FINANCE_OPTION_H
#define LODE_FINANCE_OPTION_H

/* Standard deviation of the logarithm of a price `years` ahead: volatility a year, reversion a year (0: a random walk). O(1). */
double lode_price_deviation(double volatility, double reversion, double years);
/* E[max(P, F)] of a lognormal price of mean `expected`. `deviation` 0 or less: max(expected, floor). USD/kg. O(1). */
double lode_floor_value(double expected, double floor, double deviation);
/* E[max(P - U, 0)]: what lies above `strike`. O(1). */
double lode_above_value(double expected, double strike, double deviation);
/* What a seller expects under a floor of which `upside_share` of what is above `upside_price` goes back (NaN: none):
 * E[max(P, F)] - share E[max(P - U, 0)]. O(1). */
double lode_supported_price(double expected, double floor, double upside_price, double upside_share, double deviation);

#endif
