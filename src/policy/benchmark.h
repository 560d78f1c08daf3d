/* The published price that a contract is settled against.
 *
 *   own                the price where the plant is
 *   domestic_ex_vat    inside the benchmark region (by default the controlling one)
 *   fob                that plus the export levy and the rent of licences and quotas that exporters earn, weighted by what flows; the
 *                      lowest where nothing does
 *   delivered          in the benchmark region
 *
 * times 1 + VAT where the quotation includes it (Chinese quotations do). Asian Metal's Chinese prices are domestic ones with VAT. */
#ifndef LODE_POLICY_BENCHMARK_H
#define LODE_POLICY_BENCHMARK_H

#include "policy/instrument.h"

typedef enum {
    LODE_BENCHMARK_OWN,
    LODE_BENCHMARK_DOMESTIC_EX_VAT,
    LODE_BENCHMARK_FOB,
    LODE_BENCHMARK_DELIVERED
} lode_benchmark_kind;
#define LODE_BENCHMARK_NAMES "own|domestic_ex_vat|fob|delivered"

typedef struct {
    int32_t kind;   /* lode_benchmark_kind */
    int32_t region; /* -1: not given */
    double vat;     /* share added */
} lode_benchmark;

#define LODE_BENCHMARK_KEYS(STRUCT, field)                                                                             \
    {.name = "benchmark",                                                                                              \
     .kind = LODE_KEY_CHOICE,                                                                                          \
     .choices = LODE_BENCHMARK_NAMES,                                                                                  \
     .fallback = LODE_BENCHMARK_OWN,                                                                                   \
     .offset = offsetof(STRUCT, field.kind),                                                                           \
     .doc = "price that it is settled against"},                                                                       \
        {.name = "benchmark_region",                                                                                   \
         .kind = LODE_KEY_REGION,                                                                                      \
         .fallback = -1,                                                                                               \
         .offset = offsetof(STRUCT, field.region),                                                                     \
         .doc = "whose price (default: the controlling region's)"},                                                    \
    {                                                                                                                  \
        .name = "benchmark_vat", .kind = LODE_KEY_NUMBER, .unit = "share", .fallback = 0, .max = 1,                    \
        .offset = offsetof(STRUCT, field.vat), .doc = "tax that the quotation includes on top of the price"            \
    }

/* Completes the region; reports one that is missing or a site that the world has not. */
void lode_benchmark_check(const lode_instrument_check *check, const lode_instrument *instrument,
                          lode_benchmark *benchmark, int32_t commodity);
/* Real USD/kg in the period, for a plant in `own_region`; NaN where there is no such site. O(arcs + items of limits). */
double lode_benchmark_price(const lode_benchmark *benchmark, const lode_policy_view *view,
                            const lode_solution *solution, int32_t commodity, int32_t own_region);
/* The same of expected prices (without rents), for lenders. */
double lode_benchmark_expected(const lode_benchmark *benchmark, const lode_policy_view *view, int32_t commodity,
                               int32_t own_region);

#endif
