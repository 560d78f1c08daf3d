/* What the files of ensembles.h share: ensembles.c (life, and what is asked of ensembles) and ensemble.c (one of them: drawn and told). */
#ifndef LODE_SERVE_ENSEMBLES_PARTS_H
#define LODE_SERVE_ENSEMBLES_PARTS_H

#include <pthread.h>

#include "ensembles.h"
#include "state.h"

enum { SERVE_ENSEMBLE_FOLDER = 1024 };

typedef struct serve_ensemble serve_ensemble;

struct serve_ensemble {
    serve_ensemble *next; /* asked for earlier */
    serve_ensembles *all;
    char id[SERVE_ENSEMBLE_ID];
    char folder[SERVE_ENSEMBLE_FOLDER];
    serve_order order; /* its own */
    serve_log *log;
    serve_state state;
    int32_t done, total, began; /* clearings; those that were there when it began */
    double began_s;
    json_t *error;
    bool moved; /* some lever is not where it begins */
    bool cancel, drawing;
};

struct serve_ensembles {
    serve_engine engine;
    serve_hub *hub;
    const char *folder;
    char identity[LODE_IDENTITY_TEXT]; /* of what the server was started with */
    pthread_mutex_t lock;              /* of all that follows and of every ensemble */
    pthread_cond_t work;               /* for the thread that draws */
    pthread_cond_t drawn;              /* for the thread that makes pages meanwhile */
    serve_ensemble *first;
    bool stopping;
    pthread_t thread;
    bool has_thread;
};

/* {ensemble, state, done, total, seconds_left}. Under the lock. NULL when out of memory. */
json_t *serve_ensemble_progress(const serve_ensemble *each);
/* Tells who listens the same. Under the lock. */
void serve_ensemble_tell(const serve_ensemble *each);
/* Draws it, telling how far it is and pages meanwhile, and says how it ended. Without the lock: as long as it takes. */
serve_state serve_ensemble_draw(serve_ensemble *each, lode_diags *diags);

#endif
