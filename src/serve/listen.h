/* The socket that the server listens on. */
#ifndef LODE_SERVE_LISTEN_H
#define LODE_SERVE_LISTEN_H

#include "guard.h"
#include "serve.h"

/* A listening socket, or -1 and `why`. Fills the guard: by which names it may be asked. */
int serve_listen(const serve_options *options, serve_guard *guard, char why[SERVE_WHY]);

#endif
