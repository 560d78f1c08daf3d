/* Prices around the fit: a scale for every node before it, and a price for idle nodes after it; two small helpers. */
#ifndef LODE_CALIBRATE_GUESS_H
#define LODE_CALIBRATE_GUESS_H

#include <stdbool.h>

#include "calibrate/base_year.h"

/* Fills `guess` (> 0): the reference price, else what the content is worth. */
void lode_guess_prices(lode_base_year *base);
/* Fills the price of nodes through which nothing moves: the least cost of bringing the good there or making it, from nodes that have a
 * price; crude is worth its oxide less finishing. What cannot be reached keeps price 0 and LODE_PRICE_NONE. */
void lode_price_idle_nodes(lode_base_year *base);

bool lode_text_is(const char *text, const char *word);
int lode_year_of(lode_day day);

#endif
