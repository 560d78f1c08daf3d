/* The server of `lodestone serve`: the app, and the API of docs/openapi.json. It uses the public headers only.
 *
 * One thread of libmicrohttpd moves bytes and never waits. What takes longer is done by others while the connection sleeps: requests that
 * compute (desk.h), answers (runs.h), ensembles (ensembles.h). What they find goes into logs (hub.h) from which streams read. */
#ifndef LODE_SERVE_SERVE_H
#define LODE_SERVE_SERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine.h"

typedef struct {
    const char *bind;     /* address; NULL: 127.0.0.1. Beyond loopback only with `token` */
    uint16_t port;        /* 0: any free one */
    const char *token;    /* that requests must bring (Authorization: Bearer); NULL: none */
    bool read_only;       /* nothing may be started: the solved baseline and what is cached */
    bool no_ahead;        /* named settings are not solved while nothing else is asked */
    int32_t jobs;         /* runs solved at once, at most SERVE_MOST_JOBS; 0: one for each processor */
    const char *folder;   /* where ensembles go; NULL: runs */
    const char *baseline; /* run folder whose page is shown at once; NULL: none */
    int32_t most_runs;    /* kept answers; 0: 64 */
    size_t most_bytes;    /* of what they told; 0: 256 MiB */
    size_t most_memory;   /* resident bytes beyond which nothing new is started; 0: half of the machine's */
    int32_t most_streams; /* event streams at once; 0: 256 */
    double slow_s;        /* seconds a client has for its headers, and for its body; 0: 20 */
    double beat_s;        /* seconds of silence after which a stream sends a comment; 0: 15 */
} serve_options;

enum { SERVE_MOST_JOBS = 64, SERVE_WHY = 256 };

typedef struct serve_server serve_server;

/* Starts listening, and solving the reference behind. The engine's table and `options` are copied, what they point to must outlive the server. On
 * failure `why` says what is wrong with the address, or is empty. */
lode_code serve_start(serve_server **out, const serve_engine *engine, const serve_options *options,
                      char why[SERVE_WHY]);
uint16_t serve_port(const serve_server *server);
/* The address it listens on as it stands in a URL, IPv6 in brackets; "" for all addresses. */
const char *serve_host(const serve_server *server);
/* Cancels what runs, closes connections, frees. */
void serve_stop(serve_server *server);

#endif
