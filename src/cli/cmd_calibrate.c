/* lodestone calibrate WORLD [--episode NAME] */
#include "lodestone/calibrate.h"

#include <stdlib.h>

#include "lodestone/backtest.h"
#include "output.h"
#include "session.h"
#include "verbs.h"

static int fit_episode(const cli_args *args, const char *episode) {
    cli_session session;
    int exit_code = cli_session_watch(&session);
    unsigned long evaluations = cli_number(args, "evaluations");
    if (exit_code == CLI_DONE) {
        lode_episode_options options = {.threads = cli_thread_count(args),
                                        .evaluations = evaluations < 100000 ? (int32_t)evaluations : 100000,
                                        .dry = cli_flag(args, "dry-run")};
        char *text = NULL;
        lode_code code = lode_calibrate_episode(&text, args->operands[0], episode, cli_value(args, "format"), &options,
                                                cli_session_step, &session, session.inputs.diags);
        exit_code = cli_session_answer(&session, code, text, args->operands[0]);
    }
    cli_session_end(&session);
    return exit_code;
}

static int fit_base_year(const cli_args *args) {
    const char *path = args->operands[0];
    lode_diags *diags = lode_diags_new();
    if (!diags) {
        return cli_fail(LODE_NOMEM, path, NULL);
    }
    char *text = NULL;
    lode_code code = lode_calibrate(&text, path, cli_value(args, "format"), cli_flag(args, "dry-run"), diags);
    int exit_code = cli_print(code, text, path, diags);
    lode_diags_free(diags);
    return exit_code;
}

static int run(const cli_args *args) {
    const char *episode = cli_value(args, "episode");
    if (!episode && (cli_number(args, "evaluations") > 0 || cli_number(args, "jobs") > 0)) {
        cli_complain("`--evaluations` and `--jobs` belong to `--episode NAME`");
        return CLI_WRONG_USE;
    }
    return episode ? fit_episode(args, episode) : fit_base_year(args);
}

static const cli_option OPTIONS[] = {
    {.name = "episode",
     .letter = 'e',
     .kind = CLI_TEXT,
     .metavar = "NAME",
     .help = "fit the event numbers of WORLD/backtests/NAME instead, into its fitted.yaml"},
    {.name = "evaluations", .kind = CLI_NUMBER, .metavar = "N", .help = "with --episode: runs at most (default 200)"},
    {.name = "jobs",
     .letter = 'j',
     .kind = CLI_NUMBER,
     .metavar = "J",
     .help = "with --episode: runs at once (default: one for each processor)"},
    {.name = "dry-run", .letter = 'n', .kind = CLI_FLAG, .help = "print the fit; leave the file as it is"},
    CLI_FORMAT_OPTION,
};

const cli_verb cli_verb_calibrate = {
    .name = "calibrate",
    .operands = "WORLD",
    .min_operands = 1,
    .max_operands = 1,
    .summary = "fit the base year (or, with --episode, an episode's events) and print what it misses",
    .details = "Price first: quantities are reconciled, prices fitted at every node, and each activity gets the term "
               "that makes it\n"
               "pay exactly at those prices. Every target and every term is printed with its source. The terms go to "
               "calibration.csv.\n"
               "With --episode, the few numbers that the episode lists are fitted to its fit window by direct search.",
    .example = "lodestone calibrate data/world\n"
               "lodestone calibrate data/world --dry-run --format csv\n"
               "lodestone calibrate data/world --episode licences_2025\n",
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
    .run = run,
};
