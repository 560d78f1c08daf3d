/* What the files of routes.h share: handlers by route, and what several of them need (routes_tools.c). */
#ifndef LODE_SERVE_ROUTES_PARTS_H
#define LODE_SERVE_ROUTES_PARTS_H

#include "routes.h"
#include "server.h"

#define SERVE_API "/api/v1"

/* ---- routes_runs.c ---- */

void serve_post_runs(serve_request *request);
void serve_get_run(serve_request *request);
void serve_delete_run(serve_request *request);
void serve_get_run_events(serve_request *request);
void serve_get_scenario(serve_request *request);
void serve_get_why(serve_request *request);
void serve_get_project(serve_request *request);
void serve_get_table(serve_request *request);

/* ---- routes_ensembles.c ---- */

void serve_get_ensembles(serve_request *request);
void serve_post_ensembles(serve_request *request);
void serve_get_ensemble(serve_request *request);
void serve_delete_ensemble(serve_request *request);
void serve_get_ensemble_events(serve_request *request);

/* ---- routes_tools.c ---- */

typedef void (*serve_order_handler)(serve_request *request, const serve_order *order, lode_diags *diags);
/* Reads the body as an order and hands it on, or answers that it is none. */
void serve_with_order(serve_request *request, bool ensemble, serve_order_handler handle);
/* A run or an ensemble: `json`, which it takes, of what is `kind` and `key` (`runs` and its key). 201 also says where it is. */
void serve_reply_one(serve_request *request, unsigned status, json_t *json, const char *kind, const char *key);
/* The same with all that its log told so far as its `page`, unless the request asks for ?page=0. Takes `json` and the log (may be NULL). */
void serve_reply_page(serve_request *request, json_t *json, serve_log *log);
/* Streams the log, from after the event that the request saw last. Takes the log. */
void serve_follow(serve_request *request, serve_log *log);
void serve_fail_full(serve_request *request);      /* 429 */
void serve_fail_read_only(serve_request *request); /* 403 */

#endif
