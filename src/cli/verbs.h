/* The verbs, one cmd_<verb>.c each. A new verb is declared here and listed in main.c. */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

#include "options.h"

extern const cli_verb cli_verb_check;
extern const cli_verb cli_verb_describe;
extern const cli_verb cli_verb_clear;
extern const cli_verb cli_verb_run;
extern const cli_verb cli_verb_stress;
extern const cli_verb cli_verb_report;
extern const cli_verb cli_verb_export;
extern const cli_verb cli_verb_calibrate;
extern const cli_verb cli_verb_backtest;
extern const cli_verb cli_verb_survive;
extern const cli_verb cli_verb_explain;
extern const cli_verb cli_verb_compare;
extern const cli_verb cli_verb_ensemble;
extern const cli_verb cli_verb_size;
extern const cli_verb cli_verb_portfolio;
extern const cli_verb cli_verb_rank;
extern const cli_verb cli_verb_serve;

#endif
