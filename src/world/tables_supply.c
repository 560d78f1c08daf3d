/* Attribute tables of what supplies: sources, parameters, places, goods, ores, processes, plants. */
#include <math.h>

#include "world/loader.h"
#include "world/tables.h"

#define R lode_source
const lode_attribute lode_source_attributes[] = {
    ID("source", id, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "Key by which rows name this source."),
    TEXT("title", title, 0, "Title of the publication; of an assumption, what is assumed and why."),
    TEXT("publisher", publisher, 0, "Who published it."),
    TEXT("year", year, 0, "Year of publication."),
    TEXT("url", url, 0, "Where it can be read."),
    TEXT("licence", licence, 0, "Licence of the data, or what may be done with it."),
    END,
};
#undef R

#define R lode_parameter
const lode_attribute lode_parameter_attributes[] = {
    ID("parameter", id, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "Name of the behavioural parameter."),
    REAL("value", value, "", "", -INF, INF, LODE_ATTR_REQUIRED, "The value used."),
    REAL("low", low, "", "", -INF, INF, 0, "Lower end of the plausible range."),
    REAL("high", high, "", "", -INF, INF, 0, "Upper end of the plausible range."),
    TEXT("unit", unit, 0, "Unit of value, low and high."),
    END,
};
#undef R

#define R lode_index_point
const lode_attribute lode_index_attributes[] = {
    ID("series", series, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "Name of the series (deflator, exchange rate, VAT)."),
    DATE("period", period, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "Period of the point."),
    REAL("value", value, "", "", -INF, INF, LODE_ATTR_REQUIRED | LODE_ATTR_WITHHOLDABLE, "Value of the series."),
    END,
};
#undef R

#define R lode_region
const lode_attribute lode_region_attributes[] = {
    ID("region", id, LODE_ATTR_KEY | LODE_ATTR_REQUIRED,
       "Id of the region: ISO 3166 alpha-3, EU27 or ROW in the baseline."),
    TEXT("name", name, 0, "Name for reports."),
    ENUM("bloc", bloc, lode_bloc_names, "other", 0,
         "Side of the region: controlling (the incumbent), allied or other."),
    REAL("lat", lat, "degree", "", -90, 90, 0, "Latitude of its centre, for maps."),
    REAL("lon", lon, "degree", "", -180, 180, 0, "Longitude of its centre, for maps."),
    TEXT("elections", elections, 0, "Dates of elections that can change a policy, separated by bars."),
    REAL("wacc_premium", wacc_premium, "1/year", "0", -1, 1, 0,
         "Added to the cost of capital of projects in the region."),
    END,
};
#undef R

#define R lode_commodity
const lode_attribute lode_commodity_attributes[] = {
    ID("commodity", id, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "Id of the good."),
    TEXT("name", name, 0, "Name for reports."),
    ENUM("stage", stage, lode_stage_names, "other", 0, "Stage of the chain that the good belongs to."),
    TEXT("element", element, 0, "Rare-earth element that the good is mainly of."),
    ONE_OF("unit", unit, lode_unit_names, "t", LODE_ATTR_UNIT,
           "Unit of its quantities; t_reo is tonnes of rare-earth oxide."),
    REAL("ref_price_usd_per_kg", ref_price_usd_per_kg, "USD/kg", "", 0, INF, 0,
         "Price of the base year at which demand quantities are stated."),
    REAL("holding_cost", holding_cost, "USD/kg/year", "", 0, INF, 0,
         "Cost of holding stock; empty: parameter h, a share of the price a year."),
    REAL("finishing_cost_usd_per_kg", finishing_cost_usd_per_kg, "USD/kg", "0", 0, INF, 0,
         "Cost of turning the crude separated element into this oxide."),
    REAL("disposal_cost_usd_per_kg", disposal_cost_usd_per_kg, "USD/kg", "0", 0, INF, 0,
         "Cost of getting rid of a surplus (of an oxide: of its crude form)."),
    CONTENT("content", content, 0,
            "Tonnes of rare-earth oxide of each element in a tonne, as in NdPr:0.355|Dy:0.01; ore forms and oxides "
            "need none."),
    REAL("cover_days", cover_days, "day", "0", 0, INF, 0,
         "Stock that traders and plants hold at the market, in days of normal use."),
    REF("scrap", scrap, LODE_TABLE_COMMODITIES, 0, "Commodity that it becomes at the end of its service life."),
    END,
};
#undef R

#define R lode_ore_row
const lode_attribute lode_ore_attributes[] = {
    ID("ore", id, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "Id of the ore; its concentrate is {ore}_concentrate."),
    ENUM("element", element, lode_element_names, "", LODE_ATTR_KEY | LODE_ATTR_REQUIRED,
         "Rare-earth element; NdPr is Nd and Pr together."),
    REAL("share", share, "t/t REO", "", 0, 1, LODE_ATTR_REQUIRED,
         "Share of the element in the ore's rare-earth oxide; the shares of an ore sum to 1."),
    TEXT("mineral", mineral, 0, "Main mineral."),
    REAL("thorium_ppm", thorium_ppm, "ppm", "", 0, 1e6, 0, "Thorium in the concentrate."),
    END,
};
#undef R

#define R lode_process
const lode_attribute lode_process_attributes[] = {
    ID("process", id, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "Id of the process."),
    ENUM("stage", stage, lode_stage_names, "other", 0, "Stage of the chain that the process belongs to."),
    TEXT("basis", basis_text, LODE_ATTR_REQUIRED,
         "Commodity that capacity and recipe amounts refer to; may hold {ore}."),
    REAL("build_months", build_months, "month", "0", 0, INF, 0, "Construction time of a new plant."),
    REAL("permit_months", permit_months, "month", "0", 0, INF, 0, "Time to obtain permits."),
    REAL("ramp_months", ramp_months, "month", "0", 0, INF, 0, "Time from start to full output."),
    REAL("process_months", process_months, "month", "0", 0, INF, 0, "Time that material spends in the process."),
    REAL("qualify_months", qualify_months, "month", "0", 0, INF, 0,
         "Time until customers accept a new plant's product."),
    REAL("workers_per_kt", workers_per_kt, "worker year/kt", "0", 0, INF, 0,
         "Skilled workers per thousand tonnes a year of the basis."),
    END,
};
#undef R

#define R lode_recipe
const lode_attribute lode_recipe_attributes[] = {
    REF("process", process, LODE_TABLE_PROCESSES, LODE_ATTR_KEY | LODE_ATTR_REQUIRED,
        "Process that this is an input or output of."),
    TEXT("variant", variant, LODE_ATTR_KEY,
         "Variant of the recipe (a thrifting mode); each variant is a full recipe of its own; empty: the plain one."),
    TEXT("commodity", commodity_text, LODE_ATTR_KEY | LODE_ATTR_REQUIRED,
         "Commodity; {ore} stands for the plant's feed; oxide:La|Ce for one output per element, as the feed holds it."),
    ENUM("direction", direction, lode_direction_names, "", LODE_ATTR_KEY | LODE_ATTR_REQUIRED,
         "Input (in) or output (out)."),
    REAL("amount", amount, "t/t of basis", "", 0, INF, LODE_ATTR_REQUIRED,
         "Amount per tonne of the basis, before recovery."),
    REAL("recovery", recovery, "t/t", "1", 0, 1, LODE_ATTR_OPEN_MIN, "Share of the amount that is recovered."),
    REAL("penalty_usd_per_kg", penalty_usd_per_kg, "USD/kg of basis", "0", 0, INF, 0,
         "Extra cost of the variant (a lower grade); the largest on its rows counts, once."),
    REAL("base_share", base_share, "t/t", "", 0, 1, 0,
         "Share of the process's output through the variant in the base year; on any one of its rows."),
    REAL("max_share", max_share, "t/t", "", 0, 1, 0,
         "Most that the variant may reach in the base year; on any one of its rows."),
    REAL("share_per_year", share_per_year, "1/year", "", 0, INF, 0,
         "Growth of max_share a year; on any one of its rows."),
    END,
};
#undef R

#define R lode_asset
const lode_attribute lode_asset_attributes[] = {
    ID("asset", id, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "Id of the plant and its process."),
    TEXT("site", site, 0, "Site; rows with the same site stand together."),
    TEXT("name", name, 0, "Name for reports."),
    TEXT("owner", owner, 0, "Owner."),
    REF("domicile", domicile, LODE_TABLE_REGIONS, 0, "Region where the owner is at home."),
    REF("region", region, LODE_TABLE_REGIONS, LODE_ATTR_REQUIRED, "Region where the plant stands."),
    REAL("lat", lat, "degree", "", -90, 90, 0, "Latitude."),
    REAL("lon", lon, "degree", "", -180, 180, 0, "Longitude."),
    REF("process", process, LODE_TABLE_PROCESSES, LODE_ATTR_REQUIRED, "What the plant does."),
    REFS("ore", ores, LODE_TABLE_ORES, 0, "Ores that it can take (or, a mine, that it yields), separated by bars."),
    REAL("capacity_t_per_year", capacity_t_per_year, "t/year of basis", "", 0, INF, LODE_ATTR_REQUIRED,
         "Capacity in tonnes a year of the process's basis."),
    REAL("availability", availability, "year/year", "1", 0, 1, 0, "Share of the year that the capacity is there."),
    REAL("base_output_t", base_output_t, "t/year of basis", "", 0, INF, 0,
         "Output of the base year, in tonnes of the basis."),
    TEXT("base_mix", base_mix, 0,
         "Shares of the recipe's variants in the plant's output of the base year, as in hc:0.8|std:0.2; empty: "
         "base_share "
         "of the recipe."),
    ENUM("status", status, lode_status_names, "operating", 0, "State of the plant or project in the base year."),
    DATE("start", start, 0, "Announced or actual start."),
    REAL("cost_usd_per_kg", cost_usd_per_kg, "USD/kg of basis", "", 0, INF, 0,
         "Cash cost without the inputs that the recipe names; cost_curves.csv replaces it."),
    REAL("capex_usd", capex_usd, "USD", "", 0, INF, 0,
         "Capital cost, real USD of the base year; 0: it is in another row of its site; empty: capacity x parameter "
         "capex_per_t_STAGE."),
    REAL("fixed_cost_usd_per_year", fixed_cost_usd_per_year, "USD/year", "", 0, INF, 0,
         "Cost that accrues whether it runs or not, a part of cost_usd_per_kg; empty: parameter fixed_cost_share."),
    REAL("debt_usd", debt_usd, "USD", "0", 0, INF, 0, "Debt outstanding, nominal USD."),
    REAL("liquidity_usd", liquidity_usd, "USD", "", 0, INF, 0,
         "Cash and credit that it can burn before it stops; empty: parameter liquidity_months of its losses."),
    TEXT("qualifications", qualifications, 0, "Uses that it is qualified for, separated by bars."),
    TEXT("offtake", offtake, 0, "Contracts that bind its output."),
    END,
};
#undef R

#define R lode_cost_point
const lode_attribute lode_cost_curve_attributes[] = {
    REF("asset", asset, LODE_TABLE_ASSETS, LODE_ATTR_KEY | LODE_ATTR_REQUIRED, "Asset that the curve belongs to."),
    ENUM("form", form, lode_cost_form_names, "steps", 0,
         "steps: the cost holds up to its utilisation; linear: straight between the points."),
    REAL("utilisation", utilisation, "t/t of capacity", "", 0, 1, LODE_ATTR_KEY | LODE_ATTR_REQUIRED,
         "Share of capacity."),
    REAL("cost_usd_per_kg", cost_usd_per_kg, "USD/kg of basis", "", -INF, INF, LODE_ATTR_REQUIRED,
         "Marginal cost there."),
    END,
};
#undef R
