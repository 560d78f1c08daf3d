/* lodestone survive WORLD SCENARIO: the longest cut-off that optimal reallocation covers. */
#include "lodestone/insight.h"
#include "session.h"
#include "verbs.h"

static int run(const cli_args *args) {
    cli_session session;
    int exit_code = cli_session_open(&session, args);
    if (exit_code == CLI_DONE) {
        const lode_survive_options options = {
            .date = cli_value(args, "date"),
            .element = cli_value(args, "element"),
            .cut = cli_value(args, "cut"),
            .government_stocks = cli_flag(args, "government-stocks"),
            .most_months = (int32_t)cli_number(args, "months"),
        };
        char *text = NULL;
        lode_code code = lode_survive(&text, session.inputs.world, session.inputs.scenario, &options,
                                      cli_value(args, "format"), cli_session_step, &session, session.inputs.diags);
        exit_code = cli_session_answer(&session, code, text, args->operands[0]);
    }
    cli_session_end(&session);
    return exit_code;
}

static const cli_option OPTIONS[] = {
    {.name = "date",
     .kind = CLI_PERIOD,
     .metavar = "YYYY-MM",
     .help = "first month of the cut-off (default: the scenario's shock_start)"},
    {.name = "element", .kind = CLI_TEXT, .metavar = "E", .help = "only this element, such as dy"},
    {.name = "cut",
     .kind = CLI_TEXT,
     .metavar = "REGION",
     .help = "whose exports are cut (default: the controlling region)"},
    {.name = "government-stocks", .kind = CLI_FLAG, .help = "government stocks may be used"},
    {.name = "months", .kind = CLI_NUMBER, .metavar = "N", .fallback = "60", .help = "longest cut-off looked for"},
    CLI_FORMAT_OPTION,
};

const cli_verb cli_verb_survive = {
    .name = "survive",
    .operands = "WORLD SCENARIO",
    .min_operands = 2,
    .max_operands = 2,
    .summary = "the longest cut-off that optimal reallocation covers, by class, region, element",
    .details = "Simchi-Levi's time to survive: stocks, work in process, goods on the way and the plants of everybody "
               "else are put to\n"
               "the best use for one class of use in one region, and then for all allied regions together. It is an "
               "upper bound.",
    .example = "lodestone survive data/world data/scenarios/today.yaml\n"
               "lodestone survive data/world data/scenarios/today.yaml --element dy --date 2027-01 --format json\n",
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
    .run = run,
};
