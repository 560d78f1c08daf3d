/* lodestone portfolio WORLD SCENARIO FILE: a buyer's own exposure. */
#include "lodestone/portfolio.h"

#include "session.h"
#include "shocks.h"
#include "verbs.h"

static int portfolio(const cli_args *args, const cli_shocks *shocks) {
    cli_session session;
    int exit_code = cli_session_open(&session, args);
    if (exit_code == CLI_DONE) {
        const lode_portfolio_options options = {
            .shocks = shocks->count ? shocks->names : NULL,
            .shock_count = shocks->count,
            .months = (int32_t)cli_number(args, "months"),
            .threads = cli_thread_count(args),
        };
        char *text = NULL;
        lode_code code =
            lode_portfolio(&text, session.inputs.world, session.inputs.scenario, args->operands[2], &options,
                           cli_value(args, "format"), cli_session_step, &session, session.inputs.diags);
        exit_code = cli_session_answer(&session, code, text, args->operands[2]);
    }
    cli_session_end(&session);
    return exit_code;
}

static int run(const cli_args *args) {
    cli_shocks shocks;
    int exit_code = cli_shocks_split(&shocks, cli_value(args, "shocks"));
    if (exit_code == CLI_DONE) {
        exit_code = portfolio(args, &shocks);
    }
    cli_shocks_free(&shocks);
    return exit_code;
}

static const cli_option OPTIONS[] = {
    CLI_SHOCKS_OPTION,
    {.name = "months",
     .kind = CLI_NUMBER,
     .metavar = "N",
     .fallback = "24",
     .help = "how long each shock is followed, 1 to 120"},
    CLI_JOBS_OPTION,
    CLI_FORMAT_OPTION,
};

const cli_verb cli_verb_portfolio = {
    .name = "portfolio",
    .operands = "WORLD SCENARIO FILE",
    .min_operands = 3,
    .max_operands = 3,
    .summary = "a buyer's own grades, suppliers, contracts and stock under each shock",
    .details = "FILE lists what a buyer needs (kilograms a year by grade), from whom, on which terms, and what it "
               "has in stock\n"
               "(docs/portfolio.md has the keys). For each grade and shock: the day the line stops, what arrives, "
               "landed cost\n"
               "without and with the shock, the most worth paying for uncovered material, and which supplier fails.",
    .example = "lodestone portfolio data/world data/scenarios/today.yaml data/scenarios/examples/portfolio.yaml\n"
               "lodestone portfolio data/world data/scenarios/today.yaml data/scenarios/examples/portfolio.yaml "
               "--shocks full_freeze --format json\n",
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
    .run = run,
};
