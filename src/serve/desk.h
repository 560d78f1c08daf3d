/* Requests that compute: they are taken from the thread that moves bytes, done one after another by a few threads, and handed back. */
#ifndef LODE_SERVE_DESK_H
#define LODE_SERVE_DESK_H

#include "request.h"

typedef struct serve_desk serve_desk;

/* NULL when out of memory or threads. */
serve_desk *serve_desk_new(int threads);
/* Suspends the connection of the request until its handler has answered, or it has waited for half a minute (503); until then nobody else may touch
 * it. False: it is answered already, the desk being closed. */
bool serve_desk_take(serve_desk *desk, serve_request *request);
/* What waits is refused; what is being done is waited for. No connection sleeps here afterwards. */
void serve_desk_stop(serve_desk *desk);
void serve_desk_free(serve_desk *desk);

#endif
