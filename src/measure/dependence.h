/* Dependence of regions by stage and year (docs/results.md): on whom, and what would be left without him.
 *
 * Everything is in tonnes of rare-earth oxide contained, so that forms of one stage add up; a basket says which elements count. The
 * stage is that of the good. Concentrates that a separator passes on (`{ore}_heavy`) are of no stage: they would count twice.
 *
 *   apparent use         made + imports - exports + drawn from stock
 *   net import reliance  (imports - exports + drawn) / apparent use                    (US Geological Survey); negative: a net exporter
 *   suppliers of r       own: made - exports, at least 0; every other region: what it shipped to r
 *   leader               the largest supplier other than r itself; its share in all supply of r
 *   HHI                  sum of squared shares of all suppliers, own supply among them
 *   N-1 coverage         (supply without the leader + r's part of what idles elsewhere) / supply, at most 1. Idle: capacity less output of
 *                        all other regions, divided over those who lose the leader in proportion to what he shipped to them
 *
 * Of the world (region -1) suppliers are the regions that make it; N-1 coverage is what the others could make over what all made. */
#ifndef LODE_MEASURE_DEPENDENCE_H
#define LODE_MEASURE_DEPENDENCE_H

#include "measure/view.h"

typedef enum {
    LODE_BASKET_ALL,
    LODE_BASKET_MAGNET, /* Nd, Pr, Tb, Dy */
    LODE_BASKET_HEAVY,  /* Gd to Lu, without yttrium */
    LODE_BASKET_YTTRIUM,
    LODE_BASKET_COUNT
} lode_basket;

/* "" for all, "magnet_elements", "heavy", "yttrium". */
const char *lode_basket_name(lode_basket basket);
/* t REO of the basket in a tonne of a commodity. Gallium and scandium are no rare earths of any basket. */
double lode_basket_content(const lode_commodity *commodity, lode_basket basket);
/* The stage of a good as dependence sees it; LODE_STAGE_COUNT where it has none (heavy concentrates, crude oxides). */
lode_stage lode_dependence_stage(const lode_commodity *commodity);

typedef struct {
    int year;
    int32_t region; /* -1: the world */
    lode_stage stage;
    lode_basket basket;
    double use_t, made_t;       /* t REO contained */
    int32_t leader;             /* -1: nobody else supplies */
    double leader_share, hhi;   /* 0 to 1 */
    double net_import_reliance; /* NaN of the world */
    double n1_coverage;         /* 0 to 1 */
} lode_dependence;

/* One row for each year, stage, basket and region that uses a tonne or more; years, stages, baskets, regions in order, the world first.
 * Caller frees *out. O(years x stages x baskets x (arcs + terms + regions^2)). */
lode_code lode_dependences(lode_dependence **out, int32_t *count, const lode_view *view);

/* The four benchmarks of the EU's Critical Raw Materials Act, for any region: what it mines, separates and recycles over what its users
 * use of the basket in whatever form, and the largest share of one other region at any stage. Output, where the act says capacity. */
typedef struct {
    int year;
    int32_t region;
    lode_basket basket;
    double consumption_t; /* t REO in all that its users used */
    double extraction, processing, recycling;
    double largest_supplier; /* NaN where nothing is supplied */
} lode_benchmark;

/* One row for each year, basket and region whose users use a tonne or more. `rows`: of lode_dependences. Caller frees *out. */
lode_code lode_benchmarks(lode_benchmark **out, int32_t *count, const lode_view *view, const lode_dependence *rows,
                          int32_t row_count);

#endif
