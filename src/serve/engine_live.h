/* The engine of the library. */
#ifndef LODE_SERVE_ENGINE_LIVE_H
#define LODE_SERVE_ENGINE_LIVE_H

#include "engine.h"

typedef struct serve_live serve_live;

/* World, scenario and levers must outlive it; the path is copied. */
lode_code serve_live_new(serve_live **out, const lode_world *world, const lode_scenario *scenario,
                         const char *scenario_path, const lode_levers *levers, lode_diags *diags);
void serve_live_free(serve_live *live);
const serve_engine *serve_live_engine(const serve_live *live);

#endif
