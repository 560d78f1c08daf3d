/* lodestone report RUN -o FILE.html: the run as one page that opens anywhere. */
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "report_file.h"
#include "verbs.h"

static int run(const cli_args *args) {
    const char *folder = args->operands[0], *given = cli_value(args, "output");
    char *path = given ? strdup(given) : cli_report_path(folder);
    int exit_code = path ? cli_write_report(folder, path) : cli_fail(LODE_NOMEM, folder, NULL);
    if (exit_code == CLI_DONE) {
        puts(path);
    }
    free(path);
    return exit_code;
}

static const cli_option OPTIONS[] = {
    {.name = "output",
     .letter = 'o',
     .kind = CLI_TEXT,
     .metavar = "FILE",
     .help = "the page to write (default RUN.html beside it); an older report is replaced"},
};

const cli_verb cli_verb_report = {
    .name = "report",
    .operands = "RUN",
    .min_operands = 1,
    .max_operands = 1,
    .summary = "a run as one web page: charts, explanations, sources; opens anywhere, without a network",
    .details =
        "RUN is a folder of run, stress or ensemble, of an ensemble also while its draws run. The page is one file "
        "that holds all it\n"
        "needs: send it, print it, open it from the disk. Its path is printed. docs/report.md says how to read it.",
    .example = "lodestone report runs/today-1\n"
               "lodestone report runs/today-1 -o today.html\n",
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
    .run = run,
};
