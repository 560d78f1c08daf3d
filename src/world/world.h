/* The world in memory: what the CSV files say, with every id resolved to an index. Immutable once loaded; everything
 * lives in one arena.
 *
 * Index fields are -1 where nothing is named. Reals are NaN where the cell is empty and the attribute has no default.
 * Quantities are tonnes a year, prices and costs real USD per kg (= thousand USD per tonne). */
#ifndef LODE_WORLD_WORLD_H
#define LODE_WORLD_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/idmap.h"

#define LODE_ELEMENTS(X)                                                                                               \
    X(La) X(Ce) X(NdPr) X(Sm) X(Eu) X(Gd) X(Tb) X(Dy) X(Ho) X(Er) X(Tm) X(Yb) X(Lu) X(Y) X(Sc) X(Ga)
typedef enum {
#define LODE_X(e) LODE_EL_##e,
    LODE_ELEMENTS(LODE_X)
#undef LODE_X
        LODE_ELEMENT_COUNT
} lode_element;

typedef enum {
    LODE_STAGE_MINE,
    LODE_STAGE_CONCENTRATE,
    LODE_STAGE_CRACKING,
    LODE_STAGE_LIGHT_SEPARATION,
    LODE_STAGE_HEAVY_SEPARATION,
    LODE_STAGE_METAL,
    LODE_STAGE_ALLOY,
    LODE_STAGE_MAGNET,
    LODE_STAGE_COMPONENT,
    LODE_STAGE_RECYCLING,
    LODE_STAGE_REAGENT,
    LODE_STAGE_OTHER,
    LODE_STAGE_COUNT
} lode_stage;

typedef enum { LODE_BLOC_CONTROLLING, LODE_BLOC_ALLIED, LODE_BLOC_OTHER } lode_bloc;
typedef enum { LODE_USE_DEFENCE, LODE_USE_ESSENTIAL, LODE_USE_INDUSTRIAL, LODE_USE_CONSUMER, LODE_USE_COUNT } lode_use;
typedef enum { LODE_CONF_NONE, LODE_CONF_HIGH, LODE_CONF_MEDIUM, LODE_CONF_LOW, LODE_CONF_ASSUMED } lode_confidence;
typedef enum {
    LODE_STATUS_PROSPECT,
    LODE_STATUS_PERMITTING,
    LODE_STATUS_FINANCING,
    LODE_STATUS_CONSTRUCTION,
    LODE_STATUS_RAMP_UP,
    LODE_STATUS_OPERATING,
    LODE_STATUS_CARE_AND_MAINTENANCE,
    LODE_STATUS_CLOSED
} lode_status;
typedef enum { LODE_FORM_ISOELASTIC, LODE_FORM_LINEAR, LODE_FORM_STEPS } lode_form;
typedef enum { LODE_DIR_IN, LODE_DIR_OUT } lode_direction;
typedef enum { LODE_HOLDER_PRIVATE, LODE_HOLDER_GOVERNMENT } lode_holder_kind;
typedef enum { LODE_ROLE_NONE, LODE_ROLE_FIT, LODE_ROLE_JUDGE } lode_role;
typedef enum { LODE_CLASS_UNCOVERED, LODE_CLASS_COVERED, LODE_CLASS_BONDED, LODE_CLASS_COUNT } lode_class;

/* Where a row came from; the first member of every row struct. */
typedef struct {
    int32_t line;   /* in its file, from 1 */
    int32_t source; /* index into sources, -1 */
    lode_confidence confidence;
    const char *note; /* "" if none */
    bool failed;      /* the row has an error; never in a world that lode_world_open hands out */
} lode_row;

typedef struct {
    int32_t count;
    int32_t *items;
} lode_index_list;

typedef struct {
    lode_row row;
    const char *id, *title, *publisher, *year, *url, *licence;
} lode_source;

typedef struct {
    lode_row row;
    const char *id;
    double value, low, high;
    const char *unit;
} lode_parameter;

typedef struct {
    lode_row row;
    const char *series;
    lode_day period;
    double value;
} lode_index_point;

typedef struct {
    lode_row row;
    const char *id, *name;
    lode_bloc bloc;
    double lat, lon;
    const char *elections;
    double wacc_premium;
} lode_region;

typedef struct {
    lode_row row;
    const char *id, *name;
    lode_stage stage;
    const char *element; /* as written */
    const char *unit;
    double ref_price_usd_per_kg;
    double holding_cost; /* USD/kg a year; NaN: parameter h, a share of the price a year */
    double finishing_cost_usd_per_kg;
    double disposal_cost_usd_per_kg;    /* default 0 */
    double cover_days;                  /* default 0 */
    int32_t scrap;                      /* commodity it becomes at end of life */
    double content[LODE_ELEMENT_COUNT]; /* t REO of each element in a tonne; filled for ores and oxides too */
    bool content_known; /* false: the files do not say what it holds, so that mass cannot be checked across it */
    int32_t ore;        /* set for {ore}_concentrate and {ore}_heavy */
    int32_t crude_of;   /* inner commodities (crude oxide before finishing): the finished one; -1 otherwise */
} lode_commodity;

typedef struct {
    lode_row row;
    const char *id; /* one per ore id, rows merged */
    double share[LODE_ELEMENT_COUNT];
    const char *mineral;
    double thorium_ppm;
} lode_ore;

typedef struct {
    lode_row row;
    const char *id;
    lode_stage stage;
    const char *basis_text; /* may hold {ore} */
    double build_months, permit_months, ramp_months, process_months, qualify_months, workers_per_kt;
} lode_process;

typedef struct {
    lode_row row;
    int32_t process;
    const char *variant;        /* "" is the plain one */
    const char *commodity_text; /* may hold {ore} or be oxide:A|B|C */
    lode_direction direction;
    double amount, recovery, penalty_usd_per_kg;
    double base_share, max_share, share_per_year; /* NaN where not given */
} lode_recipe;

typedef struct {
    lode_row row;
    const char *id, *site, *name, *owner;
    int32_t domicile, region, process;
    double lat, lon;
    lode_index_list ores;
    double capacity_t_per_year, availability; /* availability default 1 */
    double base_output_t;                     /* NaN if not given */
    const char *base_mix;                     /* VARIANT:SHARE|...; "" if not given */
    lode_status status;
    lode_day start;
    double cost_usd_per_kg, capex_usd, fixed_cost_usd_per_year, debt_usd, liquidity_usd;
    const char *qualifications, *offtake;
} lode_asset;

typedef struct {
    lode_row row;
    int32_t asset;
    lode_form form; /* steps or linear */
    double utilisation, cost_usd_per_kg;
} lode_cost_point;

typedef struct {
    lode_row row;
    const char *id; /* rows of one segment share the id; `slice` tells them apart */
    const char *slice;
    double share; /* default 1 */
    const char *name;
    lode_use criticality;
    double elasticity, long_run_elasticity, choke; /* NaN: from parameters, see segment_parameter() */
    double value_added_usd_per_kg, cover_days, service_life_years, collection_rate;
    const char *requires_text;
} lode_segment_slice;

/* A segment: its slices, contiguous in `slices`. */
typedef struct {
    const char *id, *name;
    int32_t first_slice, slice_count;
    lode_use criticality;
    double value_added_usd_per_kg, cover_days, service_life_years, collection_rate;
} lode_segment;

typedef struct {
    lode_row row;
    int32_t segment, region, commodity;
    int32_t year;
    lode_form form; /* isoelastic or linear */
    double quantity_t, intercept_usd_per_kg, slope_usd_per_kg_per_t;
    const char *scenario;
} lode_demand;

typedef struct {
    lode_row row;
    int32_t segment, commodity, instead_of;
    double factor, penalty_usd_per_kg, max_share, share_per_year;
} lode_option;

/* A demand row that counts for lode_world_demand_t; sorted by its first four members. */
typedef struct {
    int32_t segment, region, commodity, year;
    double quantity_t;
} lode_demand_point;

/* A trade link, expanded to one commodity (a `stage` row gives one for each of its commodities that has no row of its
 * own between the same regions). */
typedef struct {
    lode_row row;
    int32_t commodity, from, to;
    double freight_usd_per_kg, duty_usd_per_kg, tariff, export_levy;
    int32_t transit_months;
    double base_flow_t, quota_t; /* NaN if not given */
} lode_arc;

typedef struct {
    lode_row row;
    const char *holder;
    lode_holder_kind kind;
    int32_t region, commodity;
    lode_class class_;
    double quantity_t, target_days;
    lode_day as_of;
} lode_stock;

typedef struct {
    lode_row row;
    int32_t region;
    lode_stage stage;
    double workers, trained_per_year, attrition;
} lode_workforce;

typedef struct {
    lode_row row;
    const char *object; /* asset:ID[:VARIANT] or arc:COMMODITY:FROM:TO */
    double base_t, term_usd_per_kg, slope;
} lode_calibration_term;

typedef struct {
    lode_row row;
    int32_t commodity;
    const char *market, *basis;
    lode_day period;
    int32_t period_precision; /* 4, 7 or 10 */
    double price_usd_per_kg;
    double tolerance; /* relative; NaN: not a target */
} lode_observed_price;

typedef struct {
    lode_row row;
    const char *metric, *commodity, *region, *partner, *scope;
    lode_day period;
    int32_t period_precision;
    double value;
    double tolerance; /* relative, of a share absolute; NaN: not a target */
    const char *unit;
    lode_role role;
} lode_observation;

/* One way an asset can run: a feed and a recipe variant, per tonne of the process's basis commodity.
 * Inputs have negative amounts, outputs positive; `load` is capacity used per tonne (1). Built by lode_modes_expand. */
typedef struct {
    int32_t asset;
    int32_t ore;                    /* -1 where the process takes none */
    const char *variant;            /* "" for the plain one */
    int32_t first_term, term_count; /* into mode_terms */
    int32_t basis;                  /* commodity */
    double penalty_usd_per_kg;
    double base_share, max_share, share_per_year;
} lode_mode;

typedef struct {
    int32_t commodity;
    double amount; /* t per t of basis: < 0 input, > 0 output */
} lode_mode_term;

typedef struct lode_world lode_world;
struct lode_world {
    lode_arena *arena;
    const char *path, *name, *default_scenario; /* path of the folder; scenario "" if none */
    const char *levers;          /* file of levers that goes with the default scenario; "" if none is named */
    const char *parameters_path; /* of the parent's parameters.csv in the world of an episode; "" */
    int32_t base_year;           /* 0 if the datapackage names none */
    int32_t controlling_region;  /* -1 if none */

    int32_t source_count, parameter_count, index_count, region_count, commodity_count, ore_count, process_count,
        recipe_count, asset_count, cost_point_count, slice_count, segment_count, demand_count, option_count, arc_count,
        stock_count, workforce_count, term_count, price_count, observation_count, mode_count, mode_term_count;
    lode_source *sources;
    lode_parameter *parameters;
    lode_index_point *indices;
    lode_region *regions;
    lode_commodity *commodities; /* file order, then inner crude ones */
    lode_ore *ores;
    lode_process *processes;
    lode_recipe *recipes;
    lode_asset *assets;
    lode_cost_point *cost_points;
    lode_segment_slice *slices;
    lode_segment *segments;
    lode_demand *demands;
    lode_demand_point *demand_points;
    int32_t demand_point_count;
    lode_option *options;
    lode_arc *arcs;
    lode_stock *stocks;
    lode_workforce *workforce;
    lode_calibration_term *terms;
    lode_observed_price *prices;
    lode_observation *observations;
    lode_mode *modes; /* asset by asset: assets in file order */
    lode_mode_term *mode_terms;

    lode_idmap *region_ids, *commodity_ids, *ore_ids, *process_ids, *asset_ids, *segment_ids, *parameter_ids,
        *source_ids;
};

/* Year in which an asset starts: as announced, and while it is under construction the mean slippage later; NaN without a date. O(1). */
double lode_asset_start_year(const lode_world *world, int32_t asset);
/* True for plants of one site: the same name (the id where a plant has none) in the same region. O(length). */
bool lode_same_site(const lode_asset *a, const lode_asset *b);
/* Elections of a region on or after `from`, in order, at most `most` of them. Returns how many. O(dates). */
int32_t lode_region_elections(const lode_world *world, int32_t region, lode_day from, lode_day *out, int32_t most);
/* The first of them; LODE_NO_DAY. */
lode_day lode_next_election(const lode_world *world, int32_t region, lode_day from);
/* The value of a parameter, or `fallback` where the world has none. */
double lode_world_parameter(const lode_world *world, const char *name, double fallback);
/* Behaviour of one slice of a segment for a commodity: the slice's own column, else parameters.csv
 * (`NAME_STAGE_SLICE`, `NAME_STAGE`, `NAME`, with STAGE magnet or oxide; components count as magnet), else the
 * built-in default. `name` is "elasticity", "choke" or "long_run_elasticity". The last is what the long run adds to
 * the short-run elasticity, 0 or below whichever sign it is written with. */
double lode_slice_parameter(const lode_world *world, const lode_segment_slice *slice, int32_t commodity,
                            const char *name);
/* Demand at reference prices in a year (may be fractional, mid-year = .5): geometric between the years given, constant
 * beyond. Rows of a named demand scenario do not count. For linear rows the quantity is not used. O(log of the demand rows). */
double lode_world_demand_t(const lode_world *world, int32_t segment, int32_t region, int32_t commodity, double year);

/* The first of an asset's modes, which lie together; mode_count if no later asset has any either. O(log modes). */
int32_t lode_asset_first_mode(const lode_world *world, int32_t asset);

/* True if a tonne of the commodity holds any of the elements that are followed (those of LODE_ELEMENTS). What the files do not say the content of
 * holds none: ferrite and Alnico magnets, reagents. O(elements). */
bool lode_holds_rare_earth(const lode_world *world, int32_t commodity);
/* False of a good without rare earth where another of its stage holds some: a ferrite magnet stands in for the chain's magnets and is none of its
 * output, of which tonnes and shares are told. Reagents count, since none of them holds any. O(commodities x elements). */
bool lode_counts_in_stage(const lode_world *world, int32_t commodity);

const char *lode_stage_name(lode_stage stage);
const char *lode_use_name(lode_use use);
const char *lode_element_name(lode_element element);
const char *lode_class_name(lode_class class_);

/* Price level of a day over that of the world's base year: us_deflator of indices.csv, between the middles of years; 1 without it. */
double lode_price_level(const lode_world *world, lode_day day);

#endif
