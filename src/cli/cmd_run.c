/* lodestone run WORLD SCENARIO -o RUN */
#include "lodestone/run.h"

#include "output.h"
#include "session.h"
#include "verbs.h"

static int run(const cli_args *args) {
    cli_session session;
    int exit_code = cli_session_begin(&session, args);
    if (exit_code == CLI_DONE && session.is_there) {
        exit_code = cli_session_resume(&session, "run", NULL, 0, false, NULL, 0);
    } else if (exit_code == CLI_DONE) {
        char *text = NULL;
        lode_code code = lode_run_scenario(&text, session.inputs.world, session.inputs.scenario, session.folder,
                                           cli_value(args, "format"), session.command, cli_look(stdout),
                                           cli_session_step, &session, session.inputs.diags);
        exit_code = cli_session_report(&session, code, text);
    }
    cli_session_end(&session);
    return exit_code;
}

static const cli_option OPTIONS[] = {CLI_RUN_OPTION, CLI_RESUME_OPTION, CLI_FORMAT_OPTION};

const cli_verb cli_verb_run = {
    .name = "run",
    .operands = "WORLD SCENARIO",
    .min_operands = 2,
    .max_operands = 2,
    .summary = "simulate a scenario period by period into a run folder",
    .details = "The run folder holds the manifest, the inputs, results.sqlite and iamc.csv; it appears when the run is "
               "complete.",
    .example = "lodestone run data/world data/scenarios/today.yaml -o runs/mine\n",
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
    .run = run,
};
