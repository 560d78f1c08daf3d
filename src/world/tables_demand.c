/* Attribute tables of what uses, moves and holds: segments, demand, substitutes, trade, stocks, people, and what was
 * observed. */
#include <math.h>

#include "world/loader.h"
#include "world/tables.h"

#define R lode_segment_slice
const lode_attribute lode_segment_attributes[] = {
    ID("segment", id, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "Id of the end use."),
    TEXT("slice", slice, LODE_ATTR_KEY, "Tier of its users (firm, middle, loose); empty if there is one only."),
    REAL("share", share, "t/t", "1", 0, 1, 0, "Share of the segment's demand; the slices of a segment sum to 1."),
    TEXT("name", name, 0, "Name for reports."),
    ENUM("criticality", criticality, lode_use_names, "industrial", 0, "Class of use."),
    REAL("elasticity", elasticity, "", "", -INF, 0, 0, "Short-run price elasticity; empty: parameters.csv."),
    REAL("long_run_elasticity", long_run_elasticity, "", "", -INF, 0, 0,
         "What the long run adds to the short-run elasticity; empty: parameters.csv."),
    REAL("choke", choke, "x reference price", "", 1, INF, 0,
         "Price at which the users stop buying; empty: parameters.csv."),
    REAL("value_added_usd_per_kg", value_added_usd_per_kg, "USD/kg", "", 0, INF, 0,
         "Value added that a kilogram makes possible."),
    REAL("cover_days", cover_days, "day", "", 0, INF, 0,
         "Stock that users hold, in days of normal use; empty: parameters.csv."),
    REAL("service_life_years", service_life_years, "year", "", 0, INF, 0,
         "Years until the product comes back as scrap."),
    REAL("collection_rate", collection_rate, "t/t", "0", 0, 1, 0, "Share of it that is collected then."),
    TEXT("requires", requires_text, 0, "Qualification that suppliers must have."),
    END,
};
#undef R

#define R lode_demand
const lode_attribute lode_demand_attributes[] = {
    REF("segment", segment, LODE_TABLE_SEGMENTS, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "End use."),
    REF("region", region, LODE_TABLE_REGIONS, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "Region of the users."),
    REF("commodity", commodity, LODE_TABLE_COMMODITIES, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "Commodity that they use."),
    INTEGER("year", year, "year", "", 1, 9999, LODE_ATTR_KEY | LODE_ATTR_REQUIRED,
            "Year; geometric between the years given, constant beyond."),
    ENUM("form", form, lode_demand_form_names, "isoelastic", 0,
         "isoelastic: quantity_t at the reference price; linear: intercept and slope."),
    REAL("quantity_t", quantity_t, "t/year", "", 0, INF, 0, "Quantity at the reference price."),
    REAL("intercept_usd_per_kg", intercept_usd_per_kg, "USD/kg", "", -INF, INF, 0,
         "Linear form: price at which nothing is bought."),
    REAL("slope_usd_per_kg_per_t", slope_usd_per_kg_per_t, "USD/kg per t/year", "", 0, INF, LODE_ATTR_OPEN_MIN,
         "Linear form: fall of the price per tonne a year."),
    TEXT("scenario", scenario, LODE_ATTR_KEY, "Demand scenario that the row belongs to; empty: all."),
    END,
};
#undef R

#define R lode_option
const lode_attribute lode_option_attributes[] = {
    REF("segment", segment, LODE_TABLE_SEGMENTS, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "End use that can substitute."),
    REF("commodity", commodity, LODE_TABLE_COMMODITIES, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "The substitute."),
    REF("instead_of", instead_of, LODE_TABLE_COMMODITIES, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "What it replaces."),
    REAL("factor", factor, "t/t", "1", 0, INF, LODE_ATTR_OPEN_MIN, "Tonnes of the substitute that replace a tonne."),
    REAL("penalty_usd_per_kg", penalty_usd_per_kg, "USD/kg of the substitute", "0", 0, INF, 0, "Loss of performance."),
    REAL("max_share", max_share, "t/t", "1", 0, 1, 0, "Most of the demand that it can replace."),
    REAL("share_per_year", share_per_year, "1/year", "", 0, INF, 0,
         "How fast its share can grow; empty: parameter substitution_speed."),
    END,
};
#undef R

#define R lode_trade_row
const lode_attribute lode_trade_attributes[] = {
    REF("commodity", commodity, LODE_TABLE_COMMODITIES, LODE_ATTR_KEY,
        "Commodity that moves; exactly one of commodity and stage is filled."),
    ENUM("stage", stage, lode_stage_names, "", LODE_ATTR_KEY,
         "Stage whose commodities move, where they have no row of their own."),
    REF("from", from, LODE_TABLE_REGIONS, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "Exporting region."),
    REF("to", to, LODE_TABLE_REGIONS, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "Importing region."),
    REAL("freight_usd_per_kg", freight_usd_per_kg, "USD/kg", "0", 0, INF, 0, "Freight and insurance."),
    REAL("duty_usd_per_kg", duty_usd_per_kg, "USD/kg", "0", 0, INF, 0, "Specific duty."),
    REAL("tariff", tariff, "USD/USD", "0", 0, INF, 0, "Import tariff, as a share of the landed price."),
    REAL("export_levy", export_levy, "USD/USD", "0", 0, INF, 0,
         "Export duty and unrefunded VAT, as a share of the exporter's domestic_ex_vat price."),
    INTEGER("transit_months", transit_months, "month", "0", 0, 120, 0, "Months under way."),
    REAL("base_flow_t", base_flow_t, "t/year", "", 0, INF, 0, "Flow of the base year."),
    REAL("quota_t", quota_t, "t/year", "", 0, INF, 0, "Most that may flow in a year."),
    END,
};
#undef R

#define R lode_stock
const lode_attribute lode_stock_attributes[] = {
    ID("holder", holder, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "Who owns the stock."),
    ENUM("kind", kind, lode_holder_names, "private", 0, "Private or government."),
    REF("region", region, LODE_TABLE_REGIONS, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "Where it lies."),
    REF("commodity", commodity, LODE_TABLE_COMMODITIES, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "What it is."),
    ENUM("class", class_, lode_class_names, "uncovered", LODE_ATTR_KEY, "Class of the good under export rules."),
    REAL("quantity_t", quantity_t, "t", "", 0, INF, LODE_ATTR_REQUIRED, "How much there is."),
    REAL("target_days", target_days, "day", "", 0, INF, 0,
         "Cover that the holder aims at; overrides the segment's cover_days."),
    DATE("as_of", as_of, 0, "Date of the quantity."),
    END,
};
#undef R

#define R lode_workforce
const lode_attribute lode_workforce_attributes[] = {
    REF("region", region, LODE_TABLE_REGIONS, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "Region."),
    ENUM("stage", stage, lode_stage_names, "", LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "Stage of the chain."),
    REAL("workers", workers, "worker", "", 0, INF, LODE_ATTR_REQUIRED, "Skilled workers in the base year."),
    REAL("trained_per_year", trained_per_year, "worker/year", "0", 0, INF, 0, "Workers that can be trained a year."),
    REAL("attrition", attrition, "1/year", "0", 0, 1, 0, "Share that leaves a year."),
    END,
};
#undef R

#define R lode_calibration_term
const lode_attribute lode_calibration_attributes[] = {
    TEXT("object", object, LODE_ATTR_KEY | LODE_ATTR_REQUIRED,
         "asset:ID[:ORE][:VARIANT], arc:COMMODITY:FROM:TO, price:COMMODITY:REGION or finish:COMMODITY:REGION."),
    REAL("base_t", base_t, "t/year", "0", 0, INF, 0, "Quantity of the base year."),
    REAL("term_usd_per_kg", term_usd_per_kg, "USD/kg", "0", -INF, INF, 0, "What is added to the engineering cost."),
    REAL("slope", slope, "USD/kg", "0", 0, INF, 0, "Rise of the marginal cost per log unit of quantity."),
    END,
};
#undef R

#define R lode_observed_price
const lode_attribute lode_price_attributes[] = {
    REF("commodity", commodity, LODE_TABLE_COMMODITIES, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "Commodity."),
    TEXT("market", market, LODE_ATTR_KEY, "Region or market of the price."),
    ONE_OF("basis", basis, lode_basis_names, "", LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "Price basis."),
    DATE("period", period, LODE_ATTR_KEY | LODE_ATTR_REQUIRED | LODE_ATTR_PRECISION, "Period of the price."),
    REAL("price_usd_per_kg", price_usd_per_kg, "USD/kg", "", 0, INF, LODE_ATTR_REQUIRED | LODE_ATTR_WITHHOLDABLE,
         "Observed price."),
    REAL("tolerance", tolerance, "1", "", 0, INF, LODE_ATTR_OPEN_MIN,
         "How far calibration may stay from it, as a share of it; empty: not a target."),
    END,
};
#undef R

#define R lode_observation
const lode_attribute lode_observation_attributes[] = {
    ID("metric", metric, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "What was observed."),
    TEXT("commodity", commodity, LODE_ATTR_KEY, "Commodity, if the metric is of one."),
    TEXT("region", region, LODE_ATTR_KEY, "Region, if the metric is of one."),
    TEXT("partner", partner, LODE_ATTR_KEY, "Partner region of a trade flow."),
    TEXT("scope", scope, LODE_ATTR_KEY,
         "What sets a second figure of the same quantity apart (another source, year or convention); empty: the one "
         "that "
         "is used."),
    DATE("period", period, LODE_ATTR_KEY | LODE_ATTR_REQUIRED | LODE_ATTR_PRECISION, "Period."),
    REAL("value", value, "", "", -INF, INF, LODE_ATTR_REQUIRED | LODE_ATTR_WITHHOLDABLE, "Observed value."),
    TEXT("unit", unit, 0, "Its unit."),
    REAL("tolerance", tolerance, "1", "", 0, INF, LODE_ATTR_OPEN_MIN,
         "How far calibration may stay from it: a share of it (of a share: a difference); empty: not a target."),
    ENUM("role", role, lode_role_names, "", 0, "fit: may be fitted to; judge: only compared with."),
    END,
};
#undef R
