/* lodestone export RUN --to csv|iamc|sqlite|page: data that other tools read. What is written is named on stdout. */
#include <stdlib.h>
#include <string.h>

#include "lodestone/page.h"
#include "lodestone/run.h"
#include "output.h"
#include "verbs.h"

/* Where it goes unless `-o` says otherwise. iamc.csv and results.sqlite are there in every run folder. */
static char *default_path(const char *run, const char *to) {
    const char *leaf = strcmp(to, "csv") == 0    ? "csv"
                       : strcmp(to, "iamc") == 0 ? "iamc.csv"
                       : strcmp(to, "page") == 0 ? "page.json"
                                                 : "results.sqlite";
    size_t size = strlen(run) + strlen(leaf) + 2;
    char *path = malloc(size);
    if (path) {
        snprintf(path, size, "%s/%s", run, leaf);
    }
    return path;
}

static int export_to(const char *run, const char *to, const char *path) {
    lode_diags *diags = lode_diags_new();
    if (!diags) {
        return cli_fail(LODE_NOMEM, run, NULL);
    }
    lode_code code = strcmp(to, "page") == 0 ? lode_page_export(run, path, diags) : lode_export(run, to, path, diags);
    int exit_code = code == LODE_OK ? CLI_DONE : cli_fail(code, path, diags);
    lode_diags_free(diags);
    return exit_code;
}

static int run(const cli_args *args) {
    const char *given = cli_value(args, "output");
    const char *to = cli_value(args, "to");
    if (!to) {
        cli_complain("`export` needs `--to csv`, `--to iamc`, `--to sqlite` or `--to page`");
        return CLI_WRONG_USE;
    }
    if (given && cli_path_exists(given)) {
        cli_complain("%s exists already; name another place with -o", given);
        return CLI_WRONG_USE;
    }
    char *path = given ? strdup(given) : default_path(args->operands[0], to);
    if (!path) {
        return cli_fail(LODE_NOMEM, "export", NULL);
    }
    /* A run folder does not change, so what an earlier export left in it is still right. */
    int exit_code = cli_path_exists(path) ? CLI_DONE : export_to(args->operands[0], to, path);
    if (exit_code == CLI_DONE) {
        puts(path);
    }
    free(path);
    return exit_code;
}

static const cli_option OPTIONS[] = {
    {.name = "to", .kind = CLI_CHOICE, .metavar = "csv|iamc|sqlite|page", .help = "what to write (required)"},
    {.name = "output",
     .letter = 'o',
     .kind = CLI_TEXT,
     .metavar = "PATH",
     .help = "where (default: in RUN; csv is a folder, the others one file)"},
};

const cli_verb cli_verb_export = {
    .name = "export",
    .operands = "RUN",
    .min_operands = 1,
    .max_operands = 1,
    .summary = "write a run as CSV, IAMC or SQLite tables, or as one JSON page",
    .details = "Prints the path of what was written. csv: one file for each table; iamc: model, scenario, region, "
               "variable, unit,\n"
               "year, value; sqlite: the whole database; page: the document (JSON) that charts are drawn from.",
    .example = "lodestone export runs/today-1 --to csv\n"
               "lodestone export runs/today-1 --to iamc -o today.csv\n",
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
    .run = run,
};
