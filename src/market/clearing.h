/* The inside of a public clearing: shared by clearing.c (making it) and clearing_print.c (showing it). */
#ifndef LODE_MARKET_CLEARING_H
#define LODE_MARKET_CLEARING_H

#include "lodestone/clear.h"
#include "market/network.h"

struct lode_clearing {
    const lode_world *world;
    lode_network *network;
    lode_period *period;
    lode_solution *solution;
    char name[11]; /* YYYY or YYYY-MM */
};

#endif
