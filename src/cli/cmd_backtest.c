/* lodestone backtest WORLD [--pictures DIR] */
#include "lodestone/backtest.h"

#include "output.h"
#include "session.h"
#include "verbs.h"

static int run(const cli_args *args) {
    cli_session session;
    const char *path = args->operands[0];
    int exit_code = cli_session_watch(&session);
    if (exit_code == CLI_DONE) {
        lode_backtest_options options = {.threads = cli_thread_count(args), .pictures = cli_value(args, "pictures")};
        char *text = NULL;
        lode_code code = lode_backtest_print(&text, path, cli_value(args, "format"), &options, cli_session_step,
                                             &session, session.inputs.diags);
        exit_code = cli_session_answer(&session, code, text, path);
    }
    cli_session_end(&session);
    return exit_code;
}

static const cli_option OPTIONS[] = {
    {.name = "pictures",
     .kind = CLI_TEXT,
     .metavar = "DIR",
     .help = "also draw the series into DIR as SVG, and write its tables.md"},
    {.name = "jobs",
     .letter = 'j',
     .kind = CLI_NUMBER,
     .metavar = "J",
     .help = "episodes simulated at once (default: one for each processor)"},
    CLI_FORMAT_OPTION,
};

const cli_verb cli_verb_backtest = {
    .name = "backtest",
    .operands = "WORLD",
    .min_operands = 1,
    .max_operands = 1,
    .summary = "run the episodes of the past: observed against modelled, and two naive forecasts",
    .details =
        "Fitted and predicted months stand apart, and months that nobody observed are printed as such. Nothing is "
        "fitted\n"
        "here: `lodestone calibrate WORLD --episode NAME` does that. docs/validation.md says what is missed and why.",
    .example = "lodestone backtest data/world\n"
               "lodestone backtest data/world --format json\n"
               "lodestone backtest data/world --pictures docs/validation\n",
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
    .run = run,
};
