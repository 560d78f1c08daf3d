/* The routes of the API and of the app. */
#ifndef LODE_SERVE_ROUTES_H
#define LODE_SERVE_ROUTES_H

#include "request.h"

/* Finds the handler for a request that may ask, and how it is to be called; or answers with 404 or 405. */
void serve_route(serve_request *request);
/* Whether the path belongs to the API, and whether it may be asked without a token. */
bool serve_is_api(const char *path);
bool serve_is_open(const char *path);

#endif
