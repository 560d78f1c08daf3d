/* What duties on trade links are levied on, and booking them: shared by the instruments that tax or subsidise trade. */
#ifndef LODE_POLICY_DUTY_H
#define LODE_POLICY_DUTY_H

#include "policy/instrument.h"

/* Value of a kilogram at the border it leaves: the price there in the last period, USD/kg; never negative. O(1). */
double lode_duty_value_out(const lode_policy_view *view, int32_t arc);
/* Value of a kilogram at the border it enters: the same, the export levy of the link and freight included. O(1). */
double lode_duty_value_in(const lode_policy_view *view, int32_t arc);
/* Tonnes over all channels of a link. */
static inline double lode_duty_flow(const lode_solution *solution, int32_t arc) {
    return lode_arc_total(&solution->arc_flow[(size_t)arc * LODE_CHANNEL_COUNT]);
}
/* Treasury that earns or pays: that of `payer` where the instrument names one, else of `region`. */
lode_party lode_duty_treasury(const lode_instrument *instrument, int32_t region);

#endif
