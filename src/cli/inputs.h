/* What most verbs start from: a world, a scenario, and the findings of reading them. */
#ifndef CLI_INPUTS_H
#define CLI_INPUTS_H

#include "lodestone/world.h"

typedef struct {
    lode_diags *diags;
    lode_world *world;
    lode_scenario *scenario;
    const char *scenario_path; /* borrowed from the command line or from `world` */
} cli_inputs;

/* Opens the world. Errors are printed to stderr; of warnings only their number, since `check` lists them.
 * Returns an exit code. Close `inputs` in every case. */
int cli_inputs_open(cli_inputs *inputs, const char *world_path);
/* Opens the scenario at `path`, or the world's default where `path` is NULL. Returns an exit code. */
int cli_inputs_open_scenario(cli_inputs *inputs, const char *path);
void cli_inputs_close(cli_inputs *inputs);

#endif
