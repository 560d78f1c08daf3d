/* Macros that write one line of an attribute table (`R` is the row's struct), and the names of the tables. Private to
 * src/world. */
#ifndef LODE_WORLD_TABLES_H
#define LODE_WORLD_TABLES_H

#include "world/attributes.h"

#define INF          INFINITY
#define FIELD(field) offsetof(R, field)
/* name, type, flags, offset, unit, default, min, max, target, names, doc */
#define ID(name, field, flags, doc)                                                                                    \
    { name, LODE_ATTR_ID, flags, FIELD(field), "", "", -INF, INF, LODE_TABLE_NONE, NULL, doc }
#define TEXT(name, field, flags, doc)                                                                                  \
    { name, LODE_ATTR_TEXT, flags, FIELD(field), "", "", -INF, INF, LODE_TABLE_NONE, NULL, doc }
#define ONE_OF(name, field, names, fallback, flags, doc)                                                               \
    { name, LODE_ATTR_TEXT, flags, FIELD(field), "", fallback, -INF, INF, LODE_TABLE_NONE, names, doc }
#define REAL(name, field, unit, fallback, min, max, flags, doc)                                                        \
    { name, LODE_ATTR_REAL, flags, FIELD(field), unit, fallback, min, max, LODE_TABLE_NONE, NULL, doc }
#define INTEGER(name, field, unit, fallback, min, max, flags, doc)                                                     \
    { name, LODE_ATTR_INTEGER, flags, FIELD(field), unit, fallback, min, max, LODE_TABLE_NONE, NULL, doc }
#define DATE(name, field, flags, doc)                                                                                  \
    { name, LODE_ATTR_DATE, flags, FIELD(field), "", "", -INF, INF, LODE_TABLE_NONE, NULL, doc }
#define ENUM(name, field, names, fallback, flags, doc)                                                                 \
    { name, LODE_ATTR_ENUM, flags, FIELD(field), "", fallback, -INF, INF, LODE_TABLE_NONE, names, doc }
#define CONTENT(name, field, flags, doc)                                                                               \
    { name, LODE_ATTR_CONTENT, flags, FIELD(field), "t REO/t", "", 0, 10, LODE_TABLE_NONE, NULL, doc }
#define REF(name, field, target, flags, doc)                                                                           \
    { name, LODE_ATTR_REF, flags, FIELD(field), "", "", -INF, INF, target, NULL, doc }
#define REFS(name, field, target, flags, doc)                                                                          \
    { name, LODE_ATTR_REFS, flags, FIELD(field), "", "", -INF, INF, target, NULL, doc }
#define END                                                                                                            \
    { NULL, LODE_ATTR_TEXT, 0, 0, "", "", 0, 0, LODE_TABLE_NONE, NULL, "" }

/* X(id, name, row type, table, required, doc) */
#define LODE_TABLES(X)                                                                                                 \
    X(SOURCES, "sources", lode_source, source, true, "A row is a source; every row of every file names one.")          \
    X(PARAMETERS, "parameters", lode_parameter, parameter, false,                                                      \
      "A row is a behavioural parameter (elasticities, cover, caps, half-lives, thrifting speed).")                    \
    X(INDICES, "indices", lode_index_point, index, false,                                                              \
      "A row is a point of a series (deflator, exchange rates, VAT).")                                                 \
    X(REGIONS, "regions", lode_region, region, true, "A row is a region.")                                             \
    X(COMMODITIES, "commodities", lode_commodity, commodity, true, "A row is a good.")                                 \
    X(ORES, "ores", lode_ore_row, ore, false, "A row is an ore's share of one element.")                               \
    X(PROCESSES, "processes", lode_process, process, true, "A row is a process.")                                      \
    X(RECIPES, "recipes", lode_recipe, recipe, true, "A row is one input or output of a process.")                     \
    X(ASSETS, "assets", lode_asset, asset, true,                                                                       \
      "A row is a plant and its process; a site with several has several rows.")                                       \
    X(COST_CURVES, "cost_curves", lode_cost_point, cost_curve, false,                                                  \
      "A row is a point of an asset's own curve of marginal cost.")                                                    \
    X(SEGMENTS, "segments", lode_segment_slice, segment, true, "A row is an end use, or a slice of one.")              \
    X(DEMAND, "demand", lode_demand, demand, true, "A row is the demand of a segment in a region and year.")           \
    X(OPTIONS, "options", lode_option, option, false, "A row is a substitute that a segment can turn to.")             \
    X(TRADE, "trade", lode_trade_row, trade, false,                                                                    \
      "A row is a trade link, of one commodity or of all commodities of a stage.")                                     \
    X(STOCKS, "stocks", lode_stock, stock, false, "A row is a holding.")                                               \
    X(WORKFORCE, "workforce", lode_workforce, workforce, false, "A row is the skilled people of a region and stage.")  \
    X(CALIBRATION, "calibration", lode_calibration_term, calibration, false,                                           \
      "A row is a calibration term; `lodestone calibrate` writes them.")                                               \
    X(PRICES, "prices", lode_observed_price, price, false, "A row is an observed price.")                              \
    X(OBSERVATIONS, "observations", lode_observation, observation, false,                                              \
      "A row is an observed quantity, for calibration and back-tests.")

#define LODE_TABLE_EXTERN(id, name, type, table, required, doc) extern const lode_attribute lode_##table##_attributes[];
LODE_TABLES(LODE_TABLE_EXTERN)
#undef LODE_TABLE_EXTERN

#endif
