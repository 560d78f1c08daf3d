/* The server of `lodestone serve`: the app, and the API of docs/openapi.json. It uses the public headers only. */
#ifndef LODE_SERVE_SERVE_H
#define LODE_SERVE_SERVE_H

#include <stdbool.h>
#include <stdint.h>

#include "lodestone/levers.h"
#include "lodestone/whatif.h"

typedef struct {
    const char *bind;     /* address; NULL: 127.0.0.1. Beyond loopback only with `token` */
    uint16_t port;        /* 0: any free one */
    const char *token;    /* that requests must bring (Authorization: Bearer); NULL: none */
    bool read_only;       /* nothing may be started: the solved baseline and what is cached */
    int32_t jobs;         /* runs solved at once; 0: one for each processor but at least one */
    const char *folder;   /* where ensembles go */
    const char *baseline; /* run folder whose page is shown at once; NULL: none */
    int32_t most_runs;    /* kept answers; 0: 64 */
} serve_options;

typedef struct serve_server serve_server;

/* Starts listening, and solving the reference behind. World, scenario and levers must outlive it. Findings for an address that is taken or not
 * allowed. */
lode_code serve_start(serve_server **out, const lode_world *world, const lode_scenario *scenario,
                      const lode_levers *levers, const serve_options *options, lode_diags *diags);
uint16_t serve_port(const serve_server *server);
/* Cancels what runs, closes connections, frees. */
void serve_stop(serve_server *server);

#endif
