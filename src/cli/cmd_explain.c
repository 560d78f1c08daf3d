/* lodestone explain RUN WHAT: what binds behind a loss or a price. */
#include <stdlib.h>

#include "lodestone/insight.h"
#include "output.h"
#include "session.h"
#include "verbs.h"

static int run(const cli_args *args) {
    cli_session session;
    int exit_code = cli_session_watch(&session);
    if (exit_code == CLI_DONE) {
        const lode_explain_options options = {
            .shock = cli_value(args, "shock"),
            .candidates = (int32_t)cli_number(args, "candidates"),
            .threads = cli_thread_count(args),
            .look = cli_look(stdout),
        };
        char *text = NULL;
        lode_code code = lode_explain(&text, args->operands[0], args->operands[1], &options, cli_value(args, "format"),
                                      cli_session_step, &session, session.inputs.diags);
        exit_code = cli_session_answer(&session, code, text, args->operands[0]);
    }
    cli_session_end(&session);
    return exit_code;
}

static const cli_option OPTIONS[] = {
    {.name = "shock", .kind = CLI_TEXT, .metavar = "NAME", .help = "of a stress folder: the run of this shock"},
    {.name = "candidates",
     .kind = CLI_NUMBER,
     .metavar = "N",
     .fallback = "6",
     .help = "how many are confirmed by solving again"},
    CLI_JOBS_OPTION,
    CLI_FORMAT_OPTION,
};

const cli_verb cli_verb_explain = {
    .name = "explain",
    .operands = "RUN WHAT",
    .min_operands = 2,
    .max_operands = 2,
    .summary = "what binds behind a loss or a price of a run, confirmed by solving again; a project as lenders see it",
    .details = "WHAT is loss:SEGMENT:REGION:PERIOD, price:COMMODITY:REGION:PERIOD or project:ASSET[:PERIOD]. The run "
               "is done again from the "
               "inputs in its\n"
               "folder; what binds upstream of it in goods and in time is ranked by its dual, and the most valuable "
               "are each given\n"
               "a tenth more. The tonnes that relieves, or what the price falls by, are printed.\n"
               "Of a project: the page its lenders read on the day of its financing, or of PERIOD: the gate, the "
               "waterfall, what would pass.",
    .example = "lodestone explain runs/today-1 loss:electric_vehicles:EU27:2027-06 --shock full_freeze\n"
               "lodestone explain runs/mine price:dy_oxide:EU27:2025-06 --format json\n"
               "lodestone explain runs/mine project:nolans_light\n",
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
    .run = run,
};
