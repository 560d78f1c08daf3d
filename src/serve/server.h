/* What the routes of the server share. */
#ifndef LODE_SERVE_SERVER_H
#define LODE_SERVE_SERVER_H

#include <pthread.h>

#include "baseline.h"
#include "desk.h"
#include "ensembles.h"
#include "guard.h"
#include "hub.h"
#include "runs.h"
#include "serve.h"

enum { SERVE_MOST_CONNECTIONS = 1100, SERVE_MOST_QUEUED = 16 };

typedef struct serve_connection serve_connection;

struct serve_server {
    serve_engine engine;
    serve_options options;
    serve_guard guard;
    struct MHD_Daemon *daemon;
    serve_hub *hub;
    serve_desk *desk;
    serve_runs *runs;
    serve_ensembles *ensembles;
    char *levers; /* JSON, as it is sent */
    serve_baseline *baseline;
    pthread_t keeper_thread;
    bool has_keeper_thread;

    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t wake_keeper;
    serve_connection *connections;
    int32_t connection_count;
    bool stopping;
};

#endif
