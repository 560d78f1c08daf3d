/* How likely a support still stands on a later day (survival.c). */
#ifndef LODE_FINANCE_SURVIVAL_H
#define LODE_FINANCE_SURVIVAL_H

#include <stdbool.h>

#include "policy/support.h"
#include "world/world.h"

#define LODE_ELECTIONS_MOST 32

typedef struct {
    double hazard[LODE_LEGAL_COUNT];   /* a year */
    double election[LODE_LEGAL_COUNT]; /* extra mass at each election: chance that it is ended then */
    int32_t election_count;
    lode_day elections[LODE_ELECTIONS_MOST]; /* ascending */
} lode_hazards;

/* The hazards of parameters.csv and the elections of the paying region (-1: none). O(parameters). */
void lode_hazards_of(lode_hazards *out, const lode_world *world, int32_t payer);
/* Chance that the law behind a support, in force at `now`, still stands at `day`. 1 for `day` <= `now`. O(elections). */
double lode_law_stands(const lode_hazards *hazards, lode_legal_form form, lode_day now, lode_day day);
/* S: chance that a plant which is financed at `now` still gets the support at `day`. A grandfathered one, once it has it, is lost with the
 * hazard of a contract only, whatever becomes of the law. */
double lode_support_stands(const lode_hazards *hazards, const lode_support *support, lode_day now, lode_day day);
/* Hazard a year that waiting loses a support which those who have it keep: the rate at which it is withdrawn from newcomers; 0 for one
 * that is not grandfathered, since waiting loses nothing there that haste would keep. Averaged over the next `years`. */
double lode_waiting_hazard(const lode_hazards *hazards, const lode_support *support, lode_day now, double years);

#endif
