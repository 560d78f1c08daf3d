/* lodestone size WORLD SCENARIO --shock NAME: the stockpile that a shock asks for. */
#include "lodestone/size.h"

#include "output.h"
#include "session.h"
#include "verbs.h"

static int run(const cli_args *args) {
    cli_session session;
    if (!cli_value(args, "shock")) {
        cli_complain("name a shock of the scenario's battery with --shock");
        return CLI_WRONG_USE;
    }
    int exit_code = cli_session_open(&session, args);
    if (exit_code == CLI_DONE) {
        const lode_size_options options = {
            .shock = cli_value(args, "shock"),
            .months = (int32_t)cli_number(args, "months"),
            .uses = cli_value(args, "uses"),
            .regions = cli_value(args, "region"),
        };
        char *text = NULL;
        lode_code code = lode_size(&text, session.inputs.world, session.inputs.scenario, &options,
                                   cli_value(args, "format"), cli_session_step, &session, session.inputs.diags);
        exit_code = cli_session_answer(&session, code, text, args->operands[0]);
    }
    cli_session_end(&session);
    return exit_code;
}

static const cli_option OPTIONS[] = {
    {.name = "shock", .kind = CLI_TEXT, .metavar = "NAME", .help = "which shock of the scenario's battery"},
    {.name = "months",
     .kind = CLI_NUMBER,
     .metavar = "N",
     .fallback = "12",
     .help = "how many months of it are to be covered"},
    {.name = "uses",
     .kind = CLI_TEXT,
     .metavar = "USE,...",
     .fallback = "defence,essential",
     .help = "classes of use that must not be short"},
    {.name = "region",
     .kind = CLI_TEXT,
     .metavar = "REGION,...",
     .help = "whose users (default: the regions that the shock hits)"},
    CLI_FORMAT_OPTION,
};

const cli_verb cli_verb_size = {
    .name = "size",
    .operands = "WORLD SCENARIO",
    .min_operands = 2,
    .max_operands = 2,
    .summary = "the stockpile that a shock asks for: tonnes by form, and what each share of the loss costs",
    .details = "Simulates the shock and the same months without it. Whoever is served in the shock keeps what it gets; "
               "what the\n"
               "users asked for lack beyond 5% is met from stock at the least cost, handed over or put through plants "
               "that have\n"
               "room. Also what a stock of one stage alone could do with the plants that exist (docs/size.md).",
    .example = "lodestone size data/world data/scenarios/today.yaml --shock full_freeze --months 6\n"
               "lodestone size data/world data/scenarios/today.yaml --shock full_freeze --uses defence --region USA "
               "--format json\n",
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
    .run = run,
};
