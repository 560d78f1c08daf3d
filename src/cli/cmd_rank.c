/* lodestone rank WORLD [SCENARIO]: projects and measures by loss avoided per dollar. */
#include "lodestone/rank.h"

#include <string.h>

#include "session.h"
#include "shocks.h"
#include "verbs.h"

static lode_rank_only only_of(const cli_args *args) {
    const char *word = cli_value(args, "only");
    if (!word) {
        return LODE_RANK_ALL;
    }
    return strcmp(word, "projects") == 0 ? LODE_RANK_PROJECTS : LODE_RANK_MEASURES;
}

static int rank(const cli_args *args, const cli_shocks *shocks) {
    cli_session session;
    int exit_code = cli_session_open(&session, args);
    if (exit_code == CLI_DONE) {
        const lode_rank_options options = {
            .shocks = shocks->count ? shocks->names : NULL,
            .shock_count = shocks->count,
            .only = only_of(args),
            .by = strcmp(cli_value(args, "by"), "gate") == 0 ? LODE_RANK_BY_GATE : LODE_RANK_BY_LOSS,
            .top = (int32_t)cli_number(args, "top"),
            .months = (int32_t)cli_number(args, "months"),
            .threads = cli_thread_count(args),
        };
        char *text = NULL;
        lode_code code = lode_rank(&text, session.inputs.world, session.inputs.scenario, &options,
                                   cli_value(args, "format"), cli_session_step, &session, session.inputs.diags);
        exit_code = cli_session_answer(&session, code, text, args->operands[0]);
    }
    cli_session_end(&session);
    return exit_code;
}

static int run(const cli_args *args) {
    cli_shocks shocks;
    int exit_code = cli_shocks_split(&shocks, cli_value(args, "shocks"));
    if (exit_code == CLI_DONE) {
        exit_code = rank(args, &shocks);
    }
    cli_shocks_free(&shocks);
    return exit_code;
}

static const cli_option OPTIONS[] = {
    {.name = "shocks",
     .kind = CLI_TEXT,
     .metavar = "A,B,...",
     .help = "in which shocks the loss is avoided (default: the first of the battery)"},
    {.name = "only", .kind = CLI_CHOICE, .metavar = "projects|measures", .help = "only these (default: both)"},
    {.name = "by",
     .kind = CLI_CHOICE,
     .metavar = "loss|gate",
     .fallback = "loss",
     .help = "first those that avoid most loss per dollar, or those that lenders like best"},
    {.name = "top",
     .kind = CLI_NUMBER,
     .metavar = "N",
     .fallback = "10",
     .help = "how many projects and how many measures are tried by runs"},
    {.name = "months",
     .kind = CLI_NUMBER,
     .metavar = "N",
     .fallback = "24",
     .help = "how long each shock is followed, 1 to 120"},
    CLI_JOBS_OPTION,
    CLI_FORMAT_OPTION,
};

const cli_verb cli_verb_rank = {
    .name = "rank",
    .operands = "WORLD [SCENARIO]",
    .min_operands = 1,
    .max_operands = 2,
    .summary = "projects and measures by loss avoided per dollar and by bankability",
    .details = "Each project that is not there when the shock comes is tried as if it were, each measure as if it "
               "had never\n"
               "been; the loss of end uses in the regions hit is compared. Projects are screened by what their "
               "capacity would\n"
               "earn at the prices of the shock; only the first --top are tried. Without SCENARIO the world's default "
               "is taken.",
    .example = "lodestone rank data/world data/scenarios/today.yaml --shocks full_freeze\n"
               "lodestone rank data/world --only measures --format csv\n",
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
    .run = run,
};
