/* The engine of the library: each function of the table is one of lodestone/. */
#include "engine_live.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lodestone/page.h"

struct serve_live {
    serve_engine engine;
    const lode_world *world;
    const lode_scenario *scenario;
    const lode_levers *levers;
    lode_whatif *whatif;
    char *scenario_path;
    char *levers_path; /* a file beside the scenario, which is not there: where texts of scenarios would lie */
};

static lode_code levers_json(char **out, void *self) {
    return lode_levers_json(out, ((serve_live *)self)->levers);
}

static lode_code scenario_text(char **out, void *self, const lode_lever_value *values, size_t count,
                               lode_diags *diags) {
    const serve_live *live = self;
    return lode_levers_scenario(out, live->levers, live->scenario_path, values, count, diags);
}

static lode_code solve(void *self, lode_whatif_tell tell, void *context, lode_diags *diags) {
    return lode_whatif_solve(((serve_live *)self)->whatif, tell, context, diags);
}

static lode_code answer(lode_answer **out, void *self, const char *text, lode_whatif_tell tell, void *context,
                        lode_diags *diags) {
    return lode_whatif_answer(out, ((serve_live *)self)->whatif, text, tell, context, diags);
}

static const lode_answer *reference(void *self) {
    return lode_whatif_reference(((serve_live *)self)->whatif);
}

static lode_code identity(char out[LODE_IDENTITY_TEXT], void *self, lode_diags *diags) {
    return lode_run_identity(out, ((serve_live *)self)->scenario, diags);
}

static lode_code page(char **out, void *self, const char *folder, lode_diags *diags) {
    (void)self;
    return lode_page(out, folder, diags);
}

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* The scenario with the levers, as a file beside the scenario would have it. */
static lode_code open_scenario(lode_scenario **out, const serve_live *live, const serve_draws *draws,
                               lode_diags *diags) {
    char *text = NULL;
    *out = NULL;
    lode_code code =
        lode_levers_scenario(&text, live->levers, base_name(live->scenario_path), draws->values, draws->count, diags);
    if (code == LODE_OK) {
        code = lode_scenario_open_text(out, live->world, live->levers_path, text, diags);
    }
    free(text);
    return code;
}

static lode_code ensemble(void *self, const serve_draws *draws, lode_progress progress, void *context,
                          lode_diags *diags) {
    const serve_live *live = self;
    struct stat there;
    char *report = NULL;
    lode_scenario *scenario;
    lode_code code = open_scenario(&scenario, live, draws, diags);
    const lode_ensemble_options options = {.draws = draws->draws,
                                           .seed = draws->seed,
                                           .jobs = 1,
                                           .shocks = draws->shocks,
                                           .shock_count = draws->shock_count,
                                           .months = draws->months,
                                           .resume = stat(draws->folder, &there) == 0,
                                           .command = draws->command};
    if (code == LODE_OK) {
        code = lode_ensemble(&report, live->world, scenario, draws->folder, "json", &options, progress, context, diags);
    }
    free(report);
    lode_scenario_free(scenario);
    return code;
}

static const serve_engine TABLE = {
    .levers = levers_json,
    .scenario_text = scenario_text,
    .solve = solve,
    .answer = answer,
    .answer_free = lode_answer_free,
    .answer_bytes = lode_answer_bytes,
    .reference = reference,
    .why = lode_answer_why,
    .project = lode_answer_project,
    .table = lode_answer_table,
    .identity = identity,
    .page = page,
    .ensemble = ensemble,
};

/* A file in the folder of the scenario that need not be there. */
static char *beside(const char *path) {
    static const char NAME[] = "lodestone-levers.yaml";
    const size_t folder = (size_t)(base_name(path) - path);
    char *made = malloc(folder + sizeof NAME);
    if (made) {
        memcpy(made, path, folder);
        memcpy(made + folder, NAME, sizeof NAME);
    }
    return made;
}

lode_code serve_live_new(serve_live **out, const lode_world *world, const lode_scenario *scenario,
                         const char *scenario_path, const lode_levers *levers, lode_diags *diags) {
    *out = NULL;
    serve_live *live = calloc(1, sizeof *live);
    if (!live) {
        return LODE_NOMEM;
    }
    *live = (serve_live){.engine = TABLE,
                         .world = world,
                         .scenario = scenario,
                         .levers = levers,
                         .scenario_path = strdup(scenario_path),
                         .levers_path = beside(scenario_path)};
    lode_code code = live->scenario_path && live->levers_path ? LODE_OK : LODE_NOMEM;
    if (code == LODE_OK) {
        code = lode_whatif_new(&live->whatif, world, scenario, NULL, diags);
    }
    if (code != LODE_OK) {
        serve_live_free(live);
        return code;
    }
    live->engine.self = live;
    live->engine.world = lode_world_path(world);
    live->engine.scenario = live->scenario_path;
    *out = live;
    return LODE_OK;
}

void serve_live_free(serve_live *live) {
    if (live) {
        lode_whatif_free(live->whatif);
        free(live->scenario_path);
        free(live->levers_path);
        free(live);
    }
}

const serve_engine *serve_live_engine(const serve_live *live) {
    return &live->engine;
}
