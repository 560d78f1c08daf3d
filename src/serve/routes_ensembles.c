/* The routes of ensembles: drawn, followed, stopped (routes_parts.h). */
#include "routes_parts.h"

static void no_such_ensemble(serve_request *request) {
    serve_fail(request, MHD_HTTP_NOT_FOUND, "NOT_FOUND", "POST /api/v1/ensembles starts one",
               "there is no such ensemble, or it was let go");
}

static void reply_ensemble(serve_request *request, unsigned status, const char *id) {
    json_t *ensemble = serve_ensembles_describe(request->server->ensembles, id);
    if (ensemble) {
        serve_reply_one(request, status, ensemble, "ensembles", id);
    } else {
        no_such_ensemble(request);
    }
}

static void start_ensemble(serve_request *request, const serve_order *order, lode_diags *diags) {
    char id[SERVE_ENSEMBLE_ID];
    lode_code code;
    switch (serve_ensembles_start(request->server->ensembles, order, id, &code, diags)) {
    case SERVE_ENSEMBLE_THERE:
        reply_ensemble(request, MHD_HTTP_OK, id);
        break;
    case SERVE_ENSEMBLE_QUEUED:
        reply_ensemble(request, MHD_HTTP_CREATED, id);
        break;
    case SERVE_ENSEMBLE_FULL:
        serve_fail_full(request);
        break;
    case SERVE_ENSEMBLE_FAILED:
        serve_fail_code(request, code, "these levers cannot be drawn", diags);
        break;
    }
}

void serve_post_ensembles(serve_request *request) {
    if (request->server->options.read_only) {
        serve_fail_read_only(request);
    } else {
        serve_with_order(request, true, start_ensemble);
    }
}

void serve_get_ensembles(serve_request *request) {
    serve_reply_json(request, MHD_HTTP_OK,
                     json_pack("{s:o}", "ensembles", serve_ensembles_list(request->server->ensembles)));
}

void serve_get_ensemble(serve_request *request) {
    const char *id = request->words[0];
    json_t *ensemble = serve_ensembles_describe(request->server->ensembles, id);
    if (ensemble) {
        serve_reply_page(request, ensemble, serve_ensembles_log(request->server->ensembles, id));
    } else {
        no_such_ensemble(request);
    }
}

void serve_delete_ensemble(serve_request *request) {
    if (request->server->options.read_only) {
        serve_fail_read_only(request);
    } else if (serve_ensembles_cancel(request->server->ensembles, request->words[0])) {
        serve_reply_empty(request, MHD_HTTP_NO_CONTENT);
    } else {
        no_such_ensemble(request);
    }
}

void serve_get_ensemble_events(serve_request *request) {
    serve_log *log = serve_ensembles_log(request->server->ensembles, request->words[0]);
    if (log) {
        serve_follow(request, log);
    } else {
        no_such_ensemble(request);
    }
}
