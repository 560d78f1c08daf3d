/* What the server asks of the model, as a table of functions: the live one calls the library (engine_live.c), a test's is slow, failing or
 * huge as it likes (tests/serve/fake_engine.c). */
#ifndef LODE_SERVE_ENGINE_H
#define LODE_SERVE_ENGINE_H

#include "lodestone/ensemble.h"
#include "lodestone/levers.h"
#include "lodestone/whatif.h"

/* How an ensemble is to be drawn. */
typedef struct {
    const char *folder; /* goes on with what is there */
    const lode_lever_value *values;
    size_t count;
    const char *const *shocks;
    size_t shock_count;
    int64_t draws;
    uint64_t seed;
    int32_t months;
    const char *command; /* recorded in the manifest */
} serve_draws;

typedef struct {
    void *self; /* handed to every function */
    const char *world;
    const char *scenario; /* path, as the person gave it */

    /* As lode_levers_json and lode_levers_scenario, which extends `scenario`. */
    lode_code (*levers)(char **out, void *self);
    lode_code (*scenario_text)(char **out, void *self, const lode_lever_value *values, size_t count, lode_diags *diags);

    /* As lode_whatif_solve, lode_whatif_answer, lode_whatif_reference and the questions. */
    lode_code (*solve)(void *self, lode_whatif_tell tell, void *context, lode_diags *diags);
    lode_code (*answer)(lode_answer **out, void *self, const char *text, lode_whatif_tell tell, void *context,
                        lode_diags *diags);
    void (*answer_free)(lode_answer *answer);
    size_t (*answer_bytes)(const lode_answer *answer);
    const lode_answer *(*reference)(void *self);
    lode_code (*why)(char **out, const lode_answer *answer, const char *what, lode_diags *diags);
    lode_code (*project)(char **out, const lode_answer *answer, const char *asset, lode_diags *diags);
    lode_code (*table)(char **out, const lode_answer *answer, const char *name, lode_diags *diags);

    /* As lode_run_identity of the scenario, lode_page, and lode_ensemble of the scenario with these levers. */
    lode_code (*identity)(char out[LODE_IDENTITY_TEXT], void *self, lode_diags *diags);
    lode_code (*page)(char **out, void *self, const char *folder, lode_diags *diags);
    lode_code (*ensemble)(void *self, const serve_draws *draws, lode_progress progress, void *context,
                          lode_diags *diags);
} serve_engine;

#endif
