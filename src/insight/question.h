/* What a person asks `explain`: `loss:SEGMENT:REGION:PERIOD`, `price:COMMODITY:REGION:PERIOD` or `project:ASSET[:PERIOD]`. */
#ifndef LODE_INSIGHT_QUESTION_H
#define LODE_INSIGHT_QUESTION_H

#include "insight/attribution.h"
#include "policy/scenario.h"

/* Reads `what` in the names of the scenario's world; PERIOD is a period of its horizon, YYYY-MM (with yearly steps YYYY will do). A
 * finding with the nearest names for each part that is wrong: LODE_USAGE for the form, LODE_UNKNOWN_ID, LODE_BAD_RANGE. */
lode_code lode_question_read(lode_target *out, const char *what, const lode_scenario *scenario, lode_diags *diags);

/* A good has a price only where there is a market for it: LODE_NOT_FOUND with a finding that says where there is one. */
lode_code lode_question_check_market(const lode_network *network, const lode_target *target, lode_diags *diags);

/* True if `what` asks for a lender's page: `project:ASSET` or `project:ASSET:PERIOD`. */
bool lode_question_is_project(const char *what);
/* Index of an asset, or LODE_UNKNOWN_ID with a finding that has the nearest names; then it is -1. */
lode_code lode_question_find_asset(int32_t *asset, const char *id, const lode_world *world, lode_diags *diags);
/* Reads it: the asset's index, and the period, -1 if none is named. Findings as above. */
lode_code lode_question_read_project(int32_t *asset, int32_t *period, const char *what, const lode_scenario *scenario,
                                     lode_diags *diags);

#endif
