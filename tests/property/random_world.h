/* Worlds from a seed: small, valid, and of every kind that the format allows. */
#ifndef TEST_PROPERTY_RANDOM_WORLD_H
#define TEST_PROPERTY_RANDOM_WORLD_H

#include "draft.h"

typedef enum {
    WORLD_ANY,         /* everything that `clear` reads */
    WORLD_LINEAR,      /* linear demand and own cost curves only: certified to 1e-7 */
    WORLD_SIMULATED,   /* isoelastic demand, stocks, a scenario with shocks and a battery: for runs */
    WORLD_TRADE,       /* three regions, two goods from nothing, linear: the setting of Takayama and Judge */
    WORLD_TRADE_LARGE, /* the same, with plants a hundred times larger than could ever sell */
    WORLD_ONE_ORE      /* one region, one ore, no disposal costs: the setting of Brown and Eggert */
} world_kind;

/* A draft that depends on (seed, kind) alone. 1-6 regions, 1-3 ores, 2-5 elements; chains from a bare source to thrifted magnets. */
draft *random_world(lode_arena *arena, uint64_t seed, world_kind kind);

#endif
