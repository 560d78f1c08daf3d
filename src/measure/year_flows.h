/* A calendar year of a run in tonnes by place: what was made, used, shipped and drawn from stock. The books that the dependence metrics
 * are reckoned from. A place is a commodity in a region, whoever holds it. */
#ifndef LODE_MEASURE_YEAR_FLOWS_H
#define LODE_MEASURE_YEAR_FLOWS_H

#include "measure/view.h"

typedef struct {
    int year;
    int32_t first, count; /* its periods in the run */
    double *mode;         /* per mode: t of basis */
    double *arc;          /* per link: t departed, both channels */
    double *asset;        /* per asset: t of basis that it could have made */
    /* per place, [commodity * regions + region]: */
    double *made;     /* t out of processes; a finished oxide: what was finished of the crude, as well */
    double *finished; /* of these, from the crude form of the same region */
    double *used;     /* t into processes and to users */
    double *served;   /* of these, to users; substitutes are counted as what they stand in for */
    double *imports, *exports;
    double *drawn; /* fall of the stock on hand; negative where it grew */
} lode_year_flows;

/* Index of a commodity in a region. */
static inline size_t lode_place(const lode_world *world, int32_t commodity, int32_t region) {
    return (size_t)commodity * (size_t)world->region_count + (size_t)region;
}

/* Room for one year; reuse it for all. Free with lode_year_flows_free. */
lode_code lode_year_flows_new(lode_year_flows *out, const lode_view *view);
void lode_year_flows_free(lode_year_flows *flows);
/* Fills `flows` with the year that holds period `first`, which must be that year's first in the run. Returns the first period after it.
 * What is finished is not recorded and follows from the balance: used + exports - imports - drawn - made otherwise, at least 0.
 * Shipments count when they depart; of the run's first period the opening stock is not known and counts as its closing one.
 * O(periods x (modes + arcs + lines + nodes) + terms). */
int32_t lode_year_flows_fill(lode_year_flows *flows, const lode_view *view, int32_t first);

#endif
