#include "inputs.h"

#include <stdio.h>

#include "options.h"
#include "output.h"

/* What cannot be read as input is invalid input, also where the reason is a missing file. */
static int input_failed(lode_code code, const char *path, lode_diags *diags) {
    int exit_code = cli_fail(code, path, diags);
    return code == LODE_IO ? CLI_INVALID_INPUT : exit_code;
}

static void mention_warnings(const cli_inputs *inputs, const char *path, size_t before) {
    size_t count = lode_diags_count(inputs->diags) - before;
    if (count > 0) {
        fprintf(stderr, "%s: %zu warning%s; `lodestone check` lists them\n", path, count, count == 1 ? "" : "s");
    }
}

int cli_inputs_open(cli_inputs *inputs, const char *world_path) {
    *inputs = (cli_inputs){.diags = lode_diags_new()};
    if (!inputs->diags) {
        return cli_fail(LODE_NOMEM, world_path, NULL);
    }
    lode_code code = lode_world_open(&inputs->world, world_path, inputs->diags);
    if (code != LODE_OK) {
        return input_failed(code, world_path, inputs->diags);
    }
    mention_warnings(inputs, world_path, 0);
    return CLI_DONE;
}

int cli_inputs_open_scenario(cli_inputs *inputs, const char *path) {
    inputs->scenario_path = path ? path : lode_world_default_scenario(inputs->world);
    if (!inputs->scenario_path[0]) {
        cli_complain("%s names no default scenario; give one after the world", lode_world_path(inputs->world));
        return CLI_WRONG_USE;
    }
    size_t before = lode_diags_count(inputs->diags);
    lode_code code = lode_scenario_open(&inputs->scenario, inputs->world, inputs->scenario_path, inputs->diags);
    if (code != LODE_OK) {
        return input_failed(code, inputs->scenario_path, inputs->diags);
    }
    mention_warnings(inputs, inputs->scenario_path, before);
    return CLI_DONE;
}

void cli_inputs_close(cli_inputs *inputs) {
    lode_scenario_free(inputs->scenario);
    lode_world_free(inputs->world);
    lode_diags_free(inputs->diags);
    *inputs = (cli_inputs){0};
}
