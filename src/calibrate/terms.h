/* Calibration terms: what an activity's marginal cost must hold besides its engineering cost so that the base year comes out.
 *
 *   c(x) = engineering + term + s ln(max(x, x0/20)/x0)
 *
 *   active   x0 = base flow, term = margin - engineering           so that c(x0) = margin at the target prices
 *   idle     x0 = a scale,   term = c0 - engineering + 3 s          so that c(0) = c0 = max(engineering, margin + gap x value)
 *   finish   term = margin - finishing cost, flat
 *   price    term = target price - reference price of the commodity */
#ifndef LODE_CALIBRATE_TERMS_H
#define LODE_CALIBRATE_TERMS_H

#include "calibrate/base_year.h"

typedef enum { LODE_TERM_MODE, LODE_TERM_ARC, LODE_TERM_FINISH, LODE_TERM_PRICE } lode_term_kind;

typedef struct {
    lode_term_kind kind;
    bool active;
    int32_t index; /* mode, arc or node (of the finished good) */
    const char *object;
    double base_t, term_usd_per_kg, slope;
    double engineering, margin, value; /* USD per kg, at the target prices */
} lode_term;

typedef struct {
    int32_t count;
    lode_term *items; /* in the base year's arena; numbers as the file will hold them (ten digits) */
} lode_term_list;

/* Terms of a base year with flows and target prices. The list lives in its arena. O(activities). */
lode_code lode_terms_new(lode_term_list *out, const lode_base_year *base);

#endif
