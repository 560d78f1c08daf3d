/* lodestone clear WORLD [--period P] [--write-mps FILE] */
#include <stdlib.h>

#include "inputs.h"
#include "lodestone/clear.h"
#include "output.h"
#include "verbs.h"

static int print_clearing(const cli_args *args, const lode_clearing *clearing) {
    const char *mps = cli_value(args, "write-mps");
    lode_code written = mps ? lode_clearing_write_mps(clearing, mps) : LODE_OK;
    if (written != LODE_OK) {
        return cli_fail(written, mps, NULL);
    }
    char *text = NULL;
    lode_code code = lode_clearing_print(&text, clearing, cli_value(args, "format"));
    return cli_print(code, text, args->operands[0], NULL);
}

static int clear(const cli_args *args, const cli_inputs *inputs) {
    lode_clearing *clearing = NULL;
    lode_code code = lode_clear(&clearing, inputs->world, cli_value(args, "period"), inputs->diags);
    int exit_code = code == LODE_OK ? print_clearing(args, clearing) : cli_fail(code, args->operands[0], inputs->diags);
    lode_clearing_free(clearing);
    return exit_code;
}

static int run(const cli_args *args) {
    cli_inputs inputs;
    int exit_code = cli_inputs_open(&inputs, args->operands[0]);
    if (exit_code == CLI_DONE) {
        exit_code = clear(args, &inputs);
    }
    cli_inputs_close(&inputs);
    return exit_code;
}

static const cli_option OPTIONS[] = {
    {.name = "period",
     .letter = 'p',
     .kind = CLI_PERIOD,
     .metavar = "P",
     .help = "the year (YYYY) or month (YYYY-MM) to clear (default: the world's base year)"},
    {.name = "write-mps",
     .kind = CLI_TEXT,
     .metavar = "FILE",
     .help = "write the last linear program as free MPS, for another solver"},
    CLI_FORMAT_OPTION,
};

const cli_verb cli_verb_clear = {
    .name = "clear",
    .operands = "WORLD",
    .min_operands = 1,
    .max_operands = 1,
    .summary = "clear the market of one year or month: prices, flows, production",
    .details =
        "Scenario policies are off; the levies of trade.csv and stored calibration are on. Every answer carries its\n"
        "certificate: residuals, duality gap, and the distance of prices from their curves.",
    .example = "lodestone clear data/world\n"
               "lodestone clear data/world --period 2024-05 --format json\n",
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
    .run = run,
};
