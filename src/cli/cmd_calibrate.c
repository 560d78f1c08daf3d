/* lodestone calibrate WORLD */
#include "lodestone/calibrate.h"

#include <stdlib.h>

#include "output.h"
#include "verbs.h"

static int run(const cli_args *args) {
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

static const cli_option OPTIONS[] = {
    {.name = "dry-run", .letter = 'n', .kind = CLI_FLAG, .help = "print the fit; leave calibration.csv as it is"},
    CLI_FORMAT_OPTION,
};

const cli_verb cli_verb_calibrate = {
    .name = "calibrate",
    .operands = "WORLD",
    .min_operands = 1,
    .max_operands = 1,
    .summary = "fit the base year: writes calibration.csv, prints observed against modelled",
    .details = "Price first: quantities are reconciled, prices fitted at every node, and each activity gets the term "
               "that makes it\n"
               "pay exactly at those prices. Every target and every term is printed with its source.",
    .example = "lodestone calibrate data/world\n"
               "lodestone calibrate data/world --dry-run --format csv\n",
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
    .run = run,
};
