/* Ensembles that are drawn for the page: one at a time, on one thread, into folders that the command line can go on with. The same order of
 * the same world has the same folder, so that asking again goes on where it was stopped, and of a world that was changed it begins anew. While draws run, the page of the folder is made every few seconds. */
#ifndef LODE_SERVE_ENSEMBLES_H
#define LODE_SERVE_ENSEMBLES_H

#include "engine.h"
#include "hub.h"
#include "order.h"

enum { SERVE_ENSEMBLE_ID = 17 };

typedef struct serve_ensembles serve_ensembles;

/* Into subfolders of `folder`. NULL when out of memory or threads, or if the inputs cannot be read. */
serve_ensembles *serve_ensembles_new(const serve_engine *engine, serve_hub *hub, const char *folder);
void serve_ensembles_stop(serve_ensembles *ensembles);
void serve_ensembles_free(serve_ensembles *ensembles);

typedef enum {
    SERVE_ENSEMBLE_THERE,
    SERVE_ENSEMBLE_QUEUED,
    SERVE_ENSEMBLE_FULL,
    SERVE_ENSEMBLE_FAILED
} serve_ensemble_result;

/* FAILED: *code and diags say what is wrong with the levers. */
serve_ensemble_result serve_ensembles_start(serve_ensembles *ensembles, const serve_order *order,
                                            char id[SERVE_ENSEMBLE_ID], lode_code *code, lode_diags *diags);
/* {ensemble, state, done, total, seconds_left, draws, seed, months, shocks, levers, folder, error?}; NULL if there is none. */
json_t *serve_ensembles_describe(serve_ensembles *ensembles, const char *id);
/* Of all, those asked for last first. NULL when out of memory. */
json_t *serve_ensembles_list(serve_ensembles *ensembles);
bool serve_ensembles_cancel(serve_ensembles *ensembles, const char *id);
/* To be released; NULL if there is none. */
serve_log *serve_ensembles_log(serve_ensembles *ensembles, const char *id);

#endif
