/* Time to survive: the longest cut-off that optimal reallocation covers (Simchi-Levi, Schmidt and Wei 2014, Harvard Business Review
 * 92(1-2), 96-101; Simchi-Levi and others 2015, Interfaces 45(5), 375-390).
 *
 * All flows are volumes over the cut-off, T its length in months; everything is linear in both:
 *
 *     max T   s.t.   stocks drawn + made + brought in + scrap T  >=  taken in + shipped + used        at every site
 *                    made + work in process let out              <=  capacity T                       of every plant
 *                    a recipe variant's part of it               <=  its cap x capacity T
 *                    served, substitutes by their service        >=  use T                            of those to be served
 *                    substitute                                  <=  its cap x use T
 *                    stock drawn <= what is held,  no shipments over the links that are cut,  T <= the longest asked for
 *
 * Goods on the way over the links that are cut count as stock; those over other links, and what those links bring, are one flow that goes
 * on. Use is what is wanted at reference prices. Nothing is said of when within T a thing happens, no plant needs time to ramp up, no
 * policy row holds, and users who are not to be served take nothing: so it is an upper bound, the best that anybody could do.
 * Goods of the region that is cut do not come through third countries: what those get is for their own use, so its links to them count
 * as cut as well, and their own users take nothing of what they make themselves. */
#ifndef LODE_INSIGHT_SURVIVE_H
#define LODE_INSIGHT_SURVIVE_H

#include "lodestone/run.h"
#include "world/world.h"

#define LODE_EVERY_ELEMENT LODE_ELEMENT_COUNT /* cuts whatever holds a rare earth */

typedef struct {
    int32_t cut;        /* region whose exports are cut */
    bool government;    /* its stocks may be used */
    double most_months; /* T is not followed further */
} lode_survival_spec;

/* What carries most of T: by duality T is the sum over stocks of tonnes x months gained by a tonne. */
typedef enum {
    LODE_CARRIED_BY_NOTHING,
    LODE_CARRIED_BY_STOCK,
    LODE_CARRIED_BY_WORK,
    LODE_CARRIED_BY_SHIPMENT
} lode_carrier;

typedef struct {
    double months;   /* T */
    bool longer;     /* T is the longest asked for */
    lode_carrier by; /* nothing where T is 0 or the longest */
    int32_t carrier; /* site, mode or link */
    double carried;  /* months of T that it carries */
} lode_survival_result;

typedef struct lode_survival lode_survival;

/* The programme at the point in time to which `run` has come (its stocks, plants, substitutes and users as they are then). The run must
 * outlive it. O(modes + links + lines x options). */
lode_code lode_survival_new(lode_survival **out, const lode_run *run, const lode_survival_spec *spec);
void lode_survival_free(lode_survival *survival);

/* True if there is use to be served: of a class (-1: all) in a region (-1: all allied ones together). */
bool lode_survival_has_use(const lode_survival *survival, int32_t use, int32_t region);
/* T for the users of a class (-1: all) in a region (-1: all allied ones together) when the goods that hold `element` are cut. One linear
 * programme. A class that an export control refuses bonded goods draws on free ones only. */
lode_code lode_survival_solve(lode_survival_result *out, lode_survival *survival, lode_element element, int32_t use,
                              int32_t region);

#endif
