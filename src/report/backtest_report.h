/* The report of the back-tests, and the tables of docs/validation.md. */
#ifndef LODE_REPORT_BACKTEST_REPORT_H
#define LODE_REPORT_BACKTEST_REPORT_H

#include "base/text.h"
#include "calibrate/backtest.h"

/* Adds the report in "text", "json" or "csv". */
lode_code lode_backtest_report(lode_text *out, const lode_backtest *backtest, const char *format);
/* Markdown: fitted numbers and errors of every episode. */
void lode_backtest_tables(lode_text *out, const lode_backtest *backtest);
/* "both", "last", "mean" or "neither": which naive forecasts the model beats; "" where nothing was observed. */
const char *lode_beaten(const lode_series_error *error);

#endif
