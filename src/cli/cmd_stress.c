/* lodestone stress WORLD [SCENARIO] -o RUN: the main job. */
#include "lodestone/stress.h"

#include <stdlib.h>

#include "output.h"
#include "session.h"
#include "shocks.h"
#include "verbs.h"

enum { MOST_YEARS = 32 };

/* The years in `--years Y,Y,...`. */
typedef struct {
    int items[MOST_YEARS];
    size_t count;
} year_list;

static int split_years(year_list *list, const char *text) {
    *list = (year_list){0};
    for (const char *at = text; at && *at;) {
        char *end;
        long year = strtol(at, &end, 10);
        if (end == at || (*end != ',' && *end != '\0') || year < 1900 || year > 2999 || list->count == MOST_YEARS) {
            cli_complain("`--years` takes up to %d years with commas between them, such as 2027,2030", MOST_YEARS);
            return CLI_WRONG_USE;
        }
        list->items[list->count++] = (int)year;
        at = *end == ',' ? end + 1 : end;
    }
    return CLI_DONE;
}

static int stress(const cli_args *args, const cli_shocks *shocks, const year_list *years) {
    cli_session session;
    int exit_code = cli_session_begin(&session, args);
    if (exit_code == CLI_DONE && session.is_there) {
        exit_code = cli_session_resume(&session, "stress", shocks->count ? shocks->names : NULL, shocks->count,
                                       cli_flag(args, "programme-only"), years->items, years->count);
    } else if (exit_code == CLI_DONE) {
        lode_stress_options options = {
            .shocks = shocks->count ? shocks->names : NULL,
            .shock_count = shocks->count,
            .threads = cli_thread_count(args),
            .look = cli_look(stdout),
            .years = years->items,
            .year_count = years->count,
            .programme_only = cli_flag(args, "programme-only"),
            .command = session.command,
        };
        char *text = NULL;
        lode_code code =
            lode_stress(&text, session.inputs.world, session.inputs.scenario, session.folder, cli_value(args, "format"),
                        &options, cli_session_step, &session, session.inputs.diags);
        exit_code = cli_session_report(&session, code, text);
    }
    cli_session_end(&session);
    return exit_code;
}

static int run(const cli_args *args) {
    cli_shocks shocks;
    int exit_code = cli_shocks_split(&shocks, cli_value(args, "shocks"));
    year_list years;
    if (exit_code == CLI_DONE) {
        exit_code = split_years(&years, cli_value(args, "years"));
    }
    if (exit_code == CLI_DONE) {
        exit_code = stress(args, &shocks, &years);
    }
    cli_shocks_free(&shocks);
    return exit_code;
}

static const cli_option OPTIONS[] = {
    CLI_RUN_OPTION,
    CLI_RESUME_OPTION,
    CLI_SHOCKS_OPTION,
    {.name = "programme-only",
     .kind = CLI_FLAG,
     .help = "leave out the same world without the scenario's policies (half the time)"},
    {.name = "years",
     .kind = CLI_TEXT,
     .metavar = "Y,Y,...",
     .help = "also start the shocks in these years: from when on does each class of use pass them"},
    CLI_JOBS_OPTION,
    CLI_FORMAT_OPTION,
};

const cli_verb cli_verb_stress = {
    .name = "stress",
    .operands = "WORLD [SCENARIO]",
    .min_operands = 1,
    .max_operands = 2,
    .summary = "run the shock battery, each shock against the run without it: one matrix",
    .details =
        "Rows are shocks; columns the worst loss of each class of use, the first and last month that is short, "
        "the peak\n"
        "price against the paired run; then the explanation of the worst cell, which plants are lost, and who "
        "pays. A\n"
        "scenario with policies is also run without them: what they buy in months of cover and in loss avoided, "
        "which\n"
        "projects exist only because of which instrument, and at what yearly probability of a shock that is worth "
        "it.\n"
        "Without SCENARIO the world's default scenario is taken. Results do not depend on --jobs.",
    .example = "lodestone stress data/world\n"
               "lodestone stress data/world data/scenarios/today.yaml --shocks full_freeze --format json\n",
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
    .run = run,
};
