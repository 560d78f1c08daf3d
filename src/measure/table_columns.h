/* The descriptors of the result tables; shared by the files that fill them. */
#ifndef LODE_MEASURE_TABLE_COLUMNS_H
#define LODE_MEASURE_TABLE_COLUMNS_H

#include "store/table.h"

extern const lode_output_table lode_prices_table, lode_price_means_table, lode_flows_table, lode_production_table,
    lode_inputs_table, lode_stocks_table, lode_demand_table, lode_stockpiles_table, lode_projects_table,
    lode_money_table, lode_ledger_table, lode_metrics_table, lode_bindings_table;

#endif
