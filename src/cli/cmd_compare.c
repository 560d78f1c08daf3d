/* lodestone compare RUN RUN: the differences that matter; of ensembles draw by draw. */
#include "lodestone/insight.h"
#include "output.h"
#include "verbs.h"

static int run(const cli_args *args) {
    lode_diags *diags = lode_diags_new();
    if (!diags) {
        return cli_fail(LODE_NOMEM, "compare", NULL);
    }
    char *text = NULL;
    lode_code code =
        lode_compare_folders(&text, args->operands, args->operand_count, cli_value(args, "shock"),
                             (int32_t)cli_number(args, "top"), cli_value(args, "format"), cli_look(stdout), diags);
    int exit_code = cli_print(code, text, args->operands[0], diags);
    lode_diags_free(diags);
    return exit_code;
}

static const cli_option OPTIONS[] = {
    {.name = "top", .kind = CLI_NUMBER, .metavar = "N", .fallback = "5", .help = "how many differences of each kind"},
    {.name = "shock",
     .kind = CLI_TEXT,
     .metavar = "NAME",
     .help = "of two stress folders: compare this shock's run (default: the reference)"},
    CLI_FORMAT_OPTION,
};

const cli_verb cli_verb_compare = {
    .name = "compare",
    .operands = "RUN RUN [ENSEMBLE...]",
    .min_operands = 2,
    .max_operands = 16,
    .summary = "what differs between two runs: inputs, headline, the largest differences",
    .details = "First the inputs and settings that differ, then the headline figures, then the largest differences in "
               "prices,\n"
               "served demand, shipments and output by what they are worth, over the years that both runs cover "
               "alike.\n"
               "Of two ensembles with the same seed, design and number of draws: the differences draw by draw, with "
               "intervals;\n"
               "of three or more: what each costs above the best of them in the same draw (regret).",
    .example = "lodestone compare runs/today-1 runs/today-2\n"
               "lodestone compare runs/today-1 runs/today-2 --top 20 --format csv\n"
               "lodestone compare runs/today-ensemble-1 runs/floors-ensemble-1\n",
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
    .run = run,
};
