/* One row for each column of each result table: name, type, unit, meaning. They drive the database, its `columns` table and the CSV
 * export. */
#include "measure/table_columns.h"

#include "measure/tables.h"

#define TEXT(name, doc)                                                                                                \
    { name, LODE_COLUMN_TEXT, "", doc }
#define REAL(name, unit, doc)                                                                                          \
    { name, LODE_COLUMN_REAL, unit, doc }
#define KEY                                                                                                            \
    TEXT("run", "reference, or the shock that the run meets"),                                                         \
        {"draw", LODE_COLUMN_INTEGER, "", "draw of an ensemble, else 0"},                                              \
        TEXT("period", "first month of the period, YYYY-MM")
#define TABLE(table, doc)                                                                                              \
    const lode_output_table lode_##table##_table = {#table, doc, sizeof table##_columns / sizeof table##_columns[0],   \
                                                    table##_columns}

static const lode_output_column prices_columns[] = {
    KEY,
    TEXT("commodity", "what is priced"),
    TEXT("region", "where"),
    TEXT("class", "uncovered, covered or bonded; any where no rule distinguishes"),
    TEXT("basis", "domestic_ex_vat or fob in the controlling region, delivered elsewhere"),
    REAL("usd_per_kg", "USD/kg, real", "the bid: what a further kilogram would be worth"),
};
TABLE(prices, "Prices in the hands of the trade; what users pay is in demand");

static const lode_output_column price_means_columns[] = {
    KEY,
    TEXT("commodity", "what is priced: rare-earth oxides, metals of NdPr, Dy and Tb, magnets"),
    REAL("outside_usd_per_kg", "USD/kg, real",
         "delivered outside the controlling region, over regions weighted by use"),
    REAL("paid_usd_per_kg", "USD/kg, real",
         "really paid under contracts and on the spot, over all regions weighted by use"),
};
TABLE(price_means, "Prices over regions, weighted by what is used there");

static const lode_output_column flows_columns[] = {
    KEY,
    TEXT("commodity", "what is shipped"),
    TEXT("class", "class in which it arrives; any where no rule distinguishes"),
    TEXT("from", "region of departure"),
    TEXT("to", "region of destination"),
    REAL("t", "t", "departed in the period"),
};
TABLE(flows, "Trade between regions");

static const lode_output_column production_columns[] = {
    KEY,
    TEXT("asset", "the plant"),
    TEXT("region", "where it stands"),
    TEXT("stage", "of its process"),
    TEXT("commodity", "what comes out"),
    REAL("t", "t", "started in the period"),
    REAL("utilisation", "share", "of the capacity available in the period, over all its products"),
};
TABLE(production, "Output of plants and mines");

static const lode_output_column inputs_columns[] = {
    KEY,
    TEXT("asset", "the plant"),
    TEXT("region", "where it stands"),
    TEXT("stage", "of its process"),
    TEXT("commodity", "what goes in"),
    REAL("t", "t", "taken in the period"),
};
TABLE(inputs, "What plants took in; reagents and power are left out");

static const lode_output_column stocks_columns[] = {
    KEY,
    TEXT("commodity", "what is held"),
    TEXT("region", "where"),
    TEXT("use", "class of use that holds it; trade otherwise"),
    REAL("t", "t", "on hand at the end of the period, of all classes"),
    REAL("on_the_way_t", "t", "arriving later"),
    REAL("target_t", "t", "wanted on hand and on the way"),
    REAL("normal_use_t", "t a year",
         "used at reference prices and normal output; of the trade also what users there take from it"),
};
TABLE(stocks, "Stocks and goods on the way");

static const lode_output_column stockpiles_columns[] = {
    KEY,
    TEXT("instrument", "the stockpile: id in the scenario"),
    TEXT("commodity", "what it keeps"),
    TEXT("region", "where it lies"),
    REAL("t", "t", "bought and not sold by the end of the period, what is not delivered yet included"),
    REAL("bought_t", "t", "in the period; what was brought back included"),
    REAL("sold_t", "t", "in the period"),
    REAL("private_t", "t", "that trade and users of the regions served hold themselves at the end of the period"),
};
TABLE(stockpiles, "Stockpiles, and private stock beside them");

static const lode_output_column demand_columns[] = {
    KEY,
    TEXT("segment", "the end use"),
    TEXT("region", "where"),
    TEXT("commodity", "what they want"),
    REAL("demand_t", "t", "wanted at the reference price"),
    REAL("served_t", "t", "got, substitutes counted by their service"),
    REAL("unserved_share", "share", "of the demand at the reference price that was not served, for whatever reason"),
    REAL("usd_per_kg", "USD/kg, real", "value of a further kilogram to those who would pay most"),
};
TABLE(demand, "What end users wanted and got");

static const lode_output_column projects_columns[] = {
    KEY,
    TEXT("asset", "the plant"),
    TEXT("region", "where it stands"),
    TEXT("stage", "of its process"),
    TEXT("status", "at the end of the period; in the world's file where projects are off"),
    REAL("capacity_t", "t", "of its basis commodity, available in the period"),
    TEXT("gate", "what its lenders said last: passed, or the test that failed; empty: not asked"),
    REAL("shortfall", "share, or USD nominal", "of the test that failed: USD for npv and funding, else a share"),
    TEXT("waits", "together: it would pass if all that wait for each other went ahead"),
    REAL("usd_per_kg", "USD/kg, real", "expected price of its main product at the gate"),
    REAL("break_even_usd_per_kg", "USD/kg, real", "at which its net present value is nought"),
    REAL("passing_usd_per_kg", "USD/kg, real", "lowest that passes the gate"),
};
TABLE(projects, "Plants: status, capacity and the gate, once a year and when something changes");

static const lode_output_column money_columns[] = {
    KEY,
    TEXT("kind", "export_levy, import_levy or licence_rent"),
    TEXT("region", "that receives it; for licence_rent the region whose rule creates it"),
    TEXT("commodity", "on which it is paid"),
    REAL("musd", "million USD, real", "in the period"),
};
TABLE(money, "Levies and rents");

static const lode_output_column ledger_columns[] = {
    KEY,
    TEXT("instrument", "id in the scenario; empty: between a plant and its lenders"),
    TEXT("kind", "what the money is for; write_off and contingent are notes and move nothing"),
    TEXT("payer_kind", "treasury, owner, lender, holder, trade, users, incumbent or suppliers"),
    TEXT("payer", "region, plant or instrument"),
    TEXT("payee_kind", "as payer_kind"),
    TEXT("payee", "as payer"),
    {"cents", LODE_COLUMN_INTEGER, "US cents, nominal", "above 0; exact"},
};
TABLE(ledger, "Who paid whom how much under which instrument");

static const lode_output_column metrics_columns[] = {
    KEY,
    TEXT("metric", "what is measured; docs/results.md defines each"),
    TEXT("object", "segment, stage, commodity or basket of elements; empty if it is of the whole"),
    TEXT("region", "empty if it is of all"),
    TEXT("class", "criticality class of use; empty if it is of all"),
    REAL("value", "see unit", "the figure; empty: never, or not known when the run ends"),
    TEXT("unit", "of the value"),
    TEXT("partner", "the supplier or the origin whose share it is; empty if it is nobody's"),
};
TABLE(metrics, "Summaries of a run, and of its pair with the run without the shock");

static const lode_output_column bindings_columns[] = {
    KEY,
    TEXT("kind", "capacity (of a plant), licence (a policy row) or link (a bound of one trade link)"),
    TEXT("object", "plant, policy row, or FROM>TO"),
    TEXT("commodity", "basis of the plant, or what the link carries"),
    TEXT("region", "of the plant, or destination of the link"),
    TEXT("class", "as in prices, for links"),
    REAL("activity", "t", "used in the period"),
    REAL("limit", "t", "what there is; empty for links"),
    REAL("dual", "USD/kg, real", "value of a further kilogram"),
};
TABLE(bindings, "What binds, and what more of it would be worth");

const lode_output_table *const *lode_run_tables(size_t *count) {
    static const lode_output_table *const tables[] = {
        &lode_prices_table, &lode_price_means_table, &lode_flows_table,    &lode_production_table, &lode_inputs_table,
        &lode_stocks_table, &lode_stockpiles_table,  &lode_demand_table,   &lode_projects_table,   &lode_money_table,
        &lode_ledger_table, &lode_metrics_table,     &lode_bindings_table,
    };
    *count = sizeof tables / sizeof tables[0];
    return tables;
}
