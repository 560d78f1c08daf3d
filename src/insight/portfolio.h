/* What a shock does to one grade of a buyer (docs/portfolio.md).
 *
 * A supplier i with the share a_i of the need delivers in period p
 *
 *     d_i[p] = min(1, what it ships to the buyer's region in the shock / in the run without it)
 *
 * goods that the buyer's use may not take left out, each counted when they arrive. A supplier in the buyer's region, or a single plant, ships
 * at most what it makes. What is under contract does not follow the market's moves: where no rule holds goods back on the link, it comes
 * in so far as the supplier's country still makes it. What no supplier has, and a supplier that ships nothing even without the shock, follow the
 * market there: d[p] = min(1, users served in the shock / without it). What is missing comes from the buyer's own stock K, which is not
 * filled up again:
 *
 *     line stop = first day with  K < sum_p need (1 - sum_i a_i d_i[p])      inside a period in a straight line
 *
 * A period that misses no more than LODE_SHORT_ABOVE stops no line by itself. Landed cost is the mean over what arrives in the year from the
 * shock: under contract at its price (nominal ones worn down by the price level) or at the price where the supplier is + freight + duty +
 * levies, otherwise at the delivered price of the buyer's region. The most worth paying for a kilogram of uncovered material: where the
 * line stops, what it costs without the shock + the value added that it saves; where it does not, the dearest month of uncovered goods there,
 * what others bid. */
#ifndef LODE_INSIGHT_PORTFOLIO_H
#define LODE_INSIGHT_PORTFOLIO_H

#include "insight/battery.h"
#include "insight/portfolio_file.h"

#define LODE_PORTFOLIO_MONTHS 24 /* followed from the shock where nothing else is asked */

typedef struct {
    double delivered;  /* 0 to 1 of its part of the need, over the year from the shock */
    double missing_kg; /* in that year */
    double
        through; /* 0 to 1: of the rare earths in such goods there, in the year of the shock without it: in the controlling
                          region at some stage */
    bool by_market; /* it ships nothing without the shock either: it follows the market of the buyer's region */
} lode_supply_result;

/* USD/kg, real, over the year from the shock; NaN where nothing arrives that way. */
typedef struct {
    double contract, spot, landed;
} lode_landed_cost;

typedef struct {
    lode_day stop;     /* LODE_NO_DAY: not while it is followed */
    double stop_days;  /* from the shock's first day; NaN */
    double delivered;  /* 0 to 1 of the need, over the year */
    double served;     /* 0 to 1: users of the grade there, in the shock against without, over the year */
    double missing_kg; /* in the year, before the buyer's own stock */
    lode_landed_cost paired, shock;
    double uncovered_usd_per_kg; /* dearest month from the shock */
    double worth_usd_per_kg;     /* NaN: it stops a line whose value added is not known */
    int32_t exposed;             /* supplier that misses most; -1: none misses a hundredth of its part */
    lode_supply_result
        *suppliers; /* one a supplier, and a last one: what is bought on the spot; room from the caller */
} lode_exposure;

/* Measures one grade in one shock; `out->suppliers` must have room. `through`: of lode_through_controlling, or NULL (zeros).
 * O(months x (lines + modes) x suppliers + modes x terms x demands). */
lode_code lode_exposure_measure(lode_exposure *out, const lode_battery *battery, const lode_shock_result *shock,
                                const lode_grade *grade, const double *through);

#endif
