/* Back-tests for other programs. */
#ifndef LODE_REPORT_BACKTEST_JSON_H
#define LODE_REPORT_BACKTEST_JSON_H

#include "base/text.h"
#include "calibrate/backtest.h"

lode_code lode_backtest_json(lode_text *out, const lode_backtest *backtest);
void lode_backtest_csv(lode_text *out, const lode_backtest *backtest);

#endif
