/* lodestone check WORLD [SCENARIO...]: the findings are what was asked for, so they are data and go to stdout. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lodestone/ensemble.h"
#include "lodestone/levers.h"
#include "lodestone/world.h"
#include "output.h"
#include "verbs.h"

/* ---- JSON ---- */

static json_t *finding_to_json(const lode_diag *finding) {
    return json_pack("{s:s, s:s, s:s, s:i, s:i, s:s, s:s}", "severity",
                     finding->severity == LODE_ERROR ? "error" : "warning", "code", lode_code_name(finding->code),
                     "file", finding->file, "line", finding->line, "column", finding->column, "message",
                     finding->message, "fix", finding->fix);
}

/* One object: the verdict, the counts, every finding, and the summary of the world or null. */
static int print_json(const lode_diags *diags, const char *summary) {
    json_t *findings = json_array();
    for (size_t i = 0; i < lode_diags_count(diags); i++) {
        json_array_append_new(findings, finding_to_json(lode_diags_get(diags, i)));
    }
    size_t errors = lode_diags_error_count(diags);
    json_t *found = summary ? json_loads(summary, 0, NULL) : json_null();
    json_t *root =
        json_pack("{s:s, s:I, s:I, s:o, s:o}", "status", errors ? "invalid" : "valid", "errors", (json_int_t)errors,
                  "warnings", (json_int_t)(lode_diags_count(diags) - errors), "findings", findings, "world", found);
    if (!root) {
        cli_complain("the findings could not be written as JSON");
        return CLI_FAILED;
    }
    json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    putchar('\n');
    json_decref(root);
    return errors ? CLI_INVALID_INPUT : CLI_DONE;
}

/* ---- text and CSV ---- */

/* The findings, the summary (not of an invalid world), the verdict last. */
static int print_text(lode_diags *diags, const char *summary) {
    char counts[80];
    cli_print_findings(stdout, diags);
    if (summary) {
        printf("%s%s\n", lode_diags_count(diags) ? "\n" : "", summary);
    }
    cli_count_findings(diags, counts, sizeof counts);
    bool valid = lode_diags_error_count(diags) == 0;
    printf("%s: %s\n", valid ? "valid" : "invalid", counts);
    return valid ? CLI_DONE : CLI_INVALID_INPUT;
}

/* The summary is the table; the findings, which have other columns, are talk. */
static int print_csv(lode_diags *diags, const char *summary) {
    cli_print_findings(stderr, diags);
    if (summary) {
        fputs(summary, stdout);
    }
    return lode_diags_error_count(diags) ? CLI_INVALID_INPUT : CLI_DONE;
}

/* ---- the verb ---- */

/* Of a file of levers that goes with the scenario, if there is one. */
static lode_code check_levers(const lode_world *world, const lode_scenario *scenario, lode_diags *diags) {
    char *path = NULL;
    lode_levers *levers = NULL;
    lode_code code = lode_levers_find(&path, world, scenario, true);
    if (code == LODE_OK && path) {
        code = lode_levers_open(&levers, path, scenario, diags);
    }
    lode_levers_free(levers);
    free(path);
    return code;
}

/* What is wrong with a scenario is in diags; the code says only whether memory ran out. */
static lode_code check_scenario(const lode_world *world, const char *path, lode_diags *diags) {
    lode_scenario *scenario = NULL;
    lode_code code = lode_scenario_open(&scenario, world, path, diags);
    if (code == LODE_OK) {
        code = lode_ensemble_check(scenario, diags);
    }
    if (code != LODE_NOMEM && scenario) {
        code = check_levers(world, scenario, diags);
    }
    lode_scenario_free(scenario);
    return code == LODE_NOMEM ? code : LODE_OK;
}

/* Checks the scenarios that were named, or the world's default. */
static lode_code check_scenarios(const lode_world *world, const cli_args *args, lode_diags *diags) {
    const char *standard = lode_world_default_scenario(world);
    lode_code code = LODE_OK;
    if (args->operand_count == 1 && standard[0]) {
        code = check_scenario(world, standard, diags);
    }
    for (size_t i = 1; i < args->operand_count && code == LODE_OK; i++) {
        code = check_scenario(world, args->operands[i], diags);
    }
    return code;
}

static int print_result(const char *format, lode_diags *diags, const char *summary) {
    lode_diags_sort(diags);
    if (strcmp(format, "json") == 0) {
        return print_json(diags, summary);
    }
    return strcmp(format, "csv") == 0 ? print_csv(diags, summary) : print_text(diags, summary);
}

static int run(const cli_args *args) {
    const char *format = cli_value(args, "format");
    lode_world *world = NULL;
    char *summary = NULL;
    lode_diags *diags = lode_diags_new();
    if (!diags) {
        return cli_fail(LODE_NOMEM, "check", NULL);
    }
    lode_code code = lode_world_open(&world, args->operands[0], diags);
    if (code == LODE_OK) {
        code = check_scenarios(world, args, diags);
    }
    if (code == LODE_OK) {
        code = lode_world_summary(&summary, world, format);
    }
    /* Not the world's fault. */
    bool failed = code == LODE_NOMEM || cli_lost_findings(diags) || (code != LODE_OK && !lode_diags_error_count(diags));
    int exit_code = failed ? cli_fail(code, args->operands[0], diags) : print_result(format, diags, summary);
    free(summary);
    lode_world_free(world);
    lode_diags_free(diags);
    return exit_code;
}

static const cli_option OPTIONS[] = {CLI_FORMAT_OPTION};

const cli_verb cli_verb_check = {
    .name = "check",
    .operands = "WORLD [SCENARIO...]",
    .min_operands = 1,
    .max_operands = 1000,
    .summary = "validate a world and scenarios: all findings with their place and the fix",
    .details = "Then prints what the world holds, what cannot reach what, and the share of tonnes and of value\n"
               "that rests on assumed data. Without a SCENARIO the world's default scenario is checked too.\n"
               "A levers.yaml beside a scenario is checked with it (docs/levers.md).",
    .example = "lodestone check data/world\n"
               "lodestone check data/world data/scenarios/today.yaml --format json\n",
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
    .run = run,
};
