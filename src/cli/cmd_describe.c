/* lodestone describe [TABLE[.COLUMN]] */
#include <stdlib.h>

#include "lodestone/world.h"
#include "output.h"
#include "verbs.h"

static int run(const cli_args *args) {
    char *text = NULL;
    lode_code code = lode_describe(&text, args->operands[0], cli_value(args, "format"));
    int exit_code = CLI_DONE;
    if (code == LODE_OK) {
        fputs(text, stdout);
    } else if (code == LODE_NOT_FOUND) {
        cli_complain("nothing is called `%s`; %s", args->operands[0], text ? text : "see `lodestone describe`");
        exit_code = CLI_WRONG_USE;
    } else {
        exit_code = cli_fail(code, "describe", NULL);
    }
    free(text);
    return exit_code;
}

static const cli_option OPTIONS[] = {
    {.name = "format",
     .kind = CLI_CHOICE,
     .metavar = "text|json|csv|markdown",
     .fallback = "text",
     .help = "how the data is printed"},
};

const cli_verb cli_verb_describe = {
    .name = "describe",
    .operands = "[TABLE[.COLUMN]]",
    .max_operands = 1,
    .summary = "say what a table or column means: unit, default, range",
    .details = "Without an operand, lists the tables of a world and the keys of a scenario.",
    .example = "lodestone describe\n"
               "lodestone describe assets\n"
               "lodestone describe assets.capacity_t_per_year\n",
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
    .run = run,
};
