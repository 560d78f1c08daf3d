/* How likely a support still stands when a plant will need it.
 *
 *   law(t)  = (1 - h)^t  prod over elections until t of (1 - e)         h hazard a year, e mass at an election, by legal form
 *   S(t)    = law(t)                     of a support that is not grandfathered: who has it loses it with the law
 *   S(t)    = (1 - h_contract)^t         of one that is: once financed, what is left is that a contract is broken
 *   wait    = -ln law(T) / T  of a grandfathered support: what waiting loses and haste keeps; 0 otherwise
 *
 * So a coming repeal makes investors hurry where those who have a support keep it, and wait where they do not: both signs are in the
 * literature (Hassett and Metcalf, Investment with uncertain tax policy, Economic Journal 109 (1999), where the subsidy in force is
 * kept by who invests under it; Rodrik, Policy uncertainty and private investment, Journal of Development Economics 36 (1991)).
 *
 * The hazard is known, the draw is not: a single run repeals nothing by chance. It is here and not in the discount rate as well. */
#include "finance/survival.h"

#include <math.h>
#include <stdio.h>

#define DAYS_A_YEAR 365.2425

/* Values where the world has none: assumed, see docs/credibility.md. */
static const double FALLBACK_HAZARD[LODE_LEGAL_COUNT] = {0.01, 0.02, 0.1, 0.15, 0.1};
static const double FALLBACK_ELECTION[LODE_LEGAL_COUNT] = {0, 0.02, 0.15, 0.1, 0};

static double parameter(const lode_world *w, const char *kind, lode_legal_form form, double fallback) {
    char name[80];
    snprintf(name, sizeof name, "%s_%s", kind, lode_legal_form_name(form));
    return fmin(fmax(lode_world_parameter(w, name, fallback), 0), 0.999);
}

void lode_hazards_of(lode_hazards *out, const lode_world *w, int32_t payer) {
    *out = (lode_hazards){0};
    for (int f = 0; f < LODE_LEGAL_COUNT; f++) {
        out->hazard[f] = parameter(w, "hazard", (lode_legal_form)f, FALLBACK_HAZARD[f]);
        out->election[f] = parameter(w, "election_hazard", (lode_legal_form)f, FALLBACK_ELECTION[f]);
    }
    out->election_count = lode_region_elections(w, payer, LODE_NO_DAY, out->elections, LODE_ELECTIONS_MOST);
}

double lode_law_stands(const lode_hazards *hazards, lode_legal_form form, lode_day now, lode_day day) {
    if (day <= now) {
        return 1;
    }
    double stands = pow(1 - hazards->hazard[form], (day - now) / DAYS_A_YEAR);
    for (int32_t e = 0; e < hazards->election_count; e++) {
        if (hazards->elections[e] > now && hazards->elections[e] <= day) {
            stands *= 1 - hazards->election[form];
        }
    }
    return stands;
}

double lode_support_stands(const lode_hazards *hazards, const lode_support *support, lode_day now, lode_day day) {
    if (!support->grandfathered) {
        return lode_law_stands(hazards, support->legal_form, now, day);
    }
    return day <= now ? 1 : pow(1 - hazards->hazard[LODE_LEGAL_CONTRACT], (day - now) / DAYS_A_YEAR);
}

double lode_waiting_hazard(const lode_hazards *hazards, const lode_support *support, lode_day now, double years) {
    if (!support->grandfathered || !(years > 0)) {
        return 0;
    }
    lode_day then = now + (lode_day)lround(years * DAYS_A_YEAR);
    return -log(lode_law_stands(hazards, support->legal_form, now, then)) / years;
}
