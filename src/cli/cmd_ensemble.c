/* lodestone ensemble WORLD [SCENARIO] --draws N: many futures of a scenario; under mpirun the same line shares them over the ranks. */
#include "lodestone/ensemble.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "session.h"
#include "shocks.h"
#include "verbs.h"

static int read_draws(int64_t *draws, const char *text) {
    char *end;
    errno = 0;
    const long long number = strtoll(text, &end, 10);
    if (errno != 0 || *end != '\0' || number < 1) {
        cli_complain("`--draws` takes a whole number, 1 or more, not `%s`", text);
        return CLI_WRONG_USE;
    }
    *draws = number;
    return CLI_DONE;
}

static int read_seed(uint64_t *seed, const char *text) {
    char *end;
    errno = 0;
    const unsigned long long number = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0' || text[0] == '-' || number > INT64_MAX) {
        cli_complain("`--seed` takes a whole number from 0 to 9223372036854775807, not `%s`", text);
        return CLI_WRONG_USE;
    }
    *seed = number;
    return CLI_DONE;
}

enum { MOST_MONTHS = 10000 };

static int32_t months_of(const cli_args *args, const char *name) {
    const unsigned long months = cli_number(args, name);
    return months < MOST_MONTHS ? (int32_t)months : MOST_MONTHS;
}

static int read_options(lode_ensemble_options *options, const cli_args *args, cli_shocks *shocks) {
    const char *named = cli_value(args, "shocks");
    const bool none = named && strcmp(named, "none") == 0;
    *options = (lode_ensemble_options){.jobs = cli_number(args, "jobs") > 0 ? cli_thread_count(args) : 0,
                                       .design = cli_value(args, "design"),
                                       .store = cli_value(args, "store"),
                                       .reads = cli_value(args, "reads"),
                                       .resume = cli_flag(args, "resume"),
                                       .look = cli_look(stdout)};
    int exit_code = cli_shocks_split(shocks, none ? NULL : named);
    options->shocks = none || shocks->count > 0 ? shocks->names : NULL;
    options->shock_count = shocks->count;
    options->shock_months = months_of(args, "shock-months");
    options->months = months_of(args, "months");
    if (exit_code == CLI_DONE && options->shock_months < 1) {
        cli_complain("`--shock-months` takes 1 or more; to leave the shocks out, `--shocks none`");
        exit_code = CLI_WRONG_USE;
    }
    if (exit_code == CLI_DONE) {
        exit_code = read_draws(&options->draws, cli_value(args, "draws"));
    }
    return exit_code == CLI_DONE ? read_seed(&options->seed, cli_value(args, "seed")) : exit_code;
}

/* The rank that talks. */
static int lead(const cli_args *args, lode_ensemble_options *options) {
    cli_session session;
    int exit_code = cli_session_begin_named(&session, args, "-ensemble");
    lode_code ready = exit_code == CLI_DONE ? LODE_OK : LODE_USAGE;
    if (lode_ranks_agree(options->ranks, ready) == LODE_OK) {
        char *text = NULL;
        options->command = session.command;
        lode_code code =
            lode_ensemble(&text, session.inputs.world, session.inputs.scenario, session.folder,
                          cli_value(args, "format"), options, cli_session_step, &session, session.inputs.diags);
        exit_code = cli_session_report_kept(&session, code, text);
    } else if (exit_code == CLI_DONE) {
        cli_complain("another rank could not read its inputs; it says why");
        exit_code = CLI_INVALID_INPUT;
    }
    cli_session_end(&session);
    return exit_code;
}

/* The other ranks read the same files, work and say nothing, unless it is they alone who cannot. */
static int follow(const cli_args *args, const lode_ensemble_options *options) {
    cli_inputs inputs = {.diags = lode_diags_new()};
    signal(SIGINT, SIG_IGN); /* the first rank stops all */
    signal(SIGTERM, SIG_IGN);
    lode_code code = inputs.diags ? lode_world_open(&inputs.world, args->operands[0], inputs.diags) : LODE_NOMEM;
    const char *path =
        args->operands[1] || code != LODE_OK ? args->operands[1] : lode_world_default_scenario(inputs.world);
    if (code == LODE_OK) {
        code = lode_scenario_open(&inputs.scenario, inputs.world, path, inputs.diags);
    }
    const lode_code agreed = lode_ranks_agree(options->ranks, code);
    if (agreed == LODE_OK) {
        char *text = NULL;
        const char *folder = cli_value(args, "output");
        code = lode_ensemble(&text, inputs.world, inputs.scenario, folder ? folder : "", cli_value(args, "format"),
                             options, NULL, NULL, inputs.diags);
        free(text);
    }
    const bool own = agreed == LODE_OK ? code == LODE_CONFLICT || code == LODE_IO : agreed == code;
    if (own && lode_diags_error_count(inputs.diags) > 0) {
        cli_print_findings(stderr, inputs.diags);
    }
    cli_inputs_close(&inputs);
    return cli_exit_code(agreed == LODE_OK ? code : agreed);
}

static int run(const cli_args *args) {
    lode_ensemble_options options;
    cli_shocks shocks;
    lode_diags *diags = lode_diags_new();
    int exit_code = read_options(&options, args, &shocks);
    lode_code code = diags ? LODE_OK : LODE_NOMEM;
    if (exit_code == CLI_DONE && code == LODE_OK) {
        code = lode_ranks_join(&options.ranks, diags);
    }
    if (exit_code == CLI_DONE && code != LODE_OK) {
        exit_code = cli_fail(code, "mpirun", diags);
    }
    if (exit_code == CLI_DONE) {
        /* mpirun gives the first rank a terminal of its own and passes on what is written there, to a file as well. */
        if (lode_ranks_count(options.ranks) > 1) {
            options.look = (lode_look){0};
        }
        exit_code = lode_ranks_index(options.ranks) == 0 ? lead(args, &options) : follow(args, &options);
        lode_ranks_leave(options.ranks);
    }
    cli_shocks_free(&shocks);
    lode_diags_free(diags);
    return exit_code;
}

static const cli_option OPTIONS[] = {
    {.name = "draws", .letter = 'n', .kind = CLI_TEXT, .metavar = "N", .fallback = "100", .help = "how many futures"},
    {.name = "seed",
     .kind = CLI_TEXT,
     .metavar = "S",
     .fallback = "1",
     .help = "of the random numbers; draw i of a seed is always the same"},
    {.name = "design",
     .kind = CLI_CHOICE,
     .metavar = "random|latin|sobol|morris|tornado",
     .fallback = "random",
     .help = "which points are drawn: a sample, or a design for what drives the results"},
    {.name = "shocks",
     .kind = CLI_TEXT,
     .metavar = "A,B,...",
     .help = "only these shocks; `none`: the scenario alone (default: the battery)"},
    {.name = "shock-months",
     .kind = CLI_NUMBER,
     .metavar = "M",
     .fallback = "24",
     .help = "how long each shock is followed"},
    {.name = "months",
     .kind = CLI_NUMBER,
     .metavar = "M",
     .help = "simulate only the first M months of the horizon, for trials (default: all)"},
    {.name = "reads",
     .kind = CLI_TEXT,
     .metavar = "METRIC",
     .help = "tell what drives this metric too, such as full_freeze/loss/essential"},
    {.name = "store",
     .kind = CLI_TEXT,
     .metavar = "URL",
     .help = "postgresql://... of a shared store (default: draws.sqlite in the run folder)"},
    {.name = "output",
     .letter = 'o',
     .kind = CLI_TEXT,
     .metavar = "RUN",
     .help = "the run folder to write (default runs/SCENARIO-ensemble-N)"},
    {.name = "resume", .kind = CLI_FLAG, .help = "with -o: go on with an ensemble that was interrupted"},
    CLI_JOBS_OPTION,
    CLI_FORMAT_OPTION,
};

const cli_verb cli_verb_ensemble = {
    .name = "ensemble",
    .operands = "WORLD [SCENARIO]",
    .min_operands = 1,
    .max_operands = 2,
    .summary = "many futures of a scenario: how likely, how bad, and what drives it",
    .details =
        "Each draw gives what the scenario lists under `uncertainties` a value, runs the scenario and each shock, and "
        "is\n"
        "kept in a store; then a page says how likely each class of use is to be short in each shock, what the "
        "programme\n"
        "costs at the median and in the tail, and what matters most. Ctrl-C keeps what is done, and --resume goes on.\n"
        "Draw i of a seed is the same however many are drawn, by whichever thread or rank: under `mpirun -n K` the "
        "same\n"
        "line shares the draws over all ranks. A draw that fails is counted, with its reason.",
    .example = "lodestone ensemble data/world data/scenarios/today.yaml --draws 1000 -o runs/futures\n"
               "lodestone ensemble data/world data/scenarios/today.yaml --draws 1000 -o runs/futures --resume\n"
               "mpirun -n 4 lodestone ensemble data/world --draws 10000 --shocks full_freeze -o runs/many\n",
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
    .run = run,
};
