/* What several routes need (routes_parts.h). */
#include <stdio.h>
#include <string.h>

#include "part.h"
#include "routes_parts.h"

/* What the order asks for, or false with an answer. */
static bool read_order(serve_request *request, serve_order *order, bool ensemble) {
    const char *code;
    char why[SERVE_ORDER_WHY];
    if (serve_order_read(order, request->body, request->body_size, ensemble, &code, why)) {
        return true;
    }
    serve_fail(request, strcmp(code, "SYNTAX") == 0 ? MHD_HTTP_BAD_REQUEST : MHD_HTTP_UNPROCESSABLE_CONTENT, code,
               "/api/v1/openapi.json says what a body holds", "%s", why);
    return false;
}

void serve_with_order(serve_request *request, bool ensemble, serve_order_handler handle) {
    serve_order order;
    lode_diags *diags = lode_diags_new();
    if (!diags) {
        serve_fail_code(request, LODE_NOMEM, "the request", NULL);
        return;
    }
    if (read_order(request, &order, ensemble)) {
        handle(request, &order, diags);
    }
    serve_order_free(&order);
    lode_diags_free(diags);
}

void serve_reply_one(serve_request *request, unsigned status, json_t *json, const char *kind, const char *key) {
    serve_reply_json(request, status, json);
    if (status == MHD_HTTP_CREATED) {
        char place[sizeof SERVE_API + sizeof "/ensembles/" + SERVE_KEY];
        snprintf(place, sizeof place, SERVE_API "/%s/%s", kind, key);
        serve_reply_header(request, "Location", place);
    }
}

/* All that was told so far, as one part. */
static json_t *merged_page(serve_log *log) {
    char *text = serve_log_events(log);
    json_t *events = text ? json_loads(text, 0, NULL) : NULL;
    json_t *page = events ? json_object() : NULL;
    size_t index;
    json_t *event;
    json_array_foreach(events, index, event) {
        if (strcmp(json_string_value(json_object_get(event, "event")), "failed") != 0) {
            serve_part_merge(page, json_object_get(event, "data"));
        }
    }
    json_decref(events);
    free(text);
    return page;
}

static bool wants_page(const serve_request *request) {
    const char *page = MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, "page");
    return !page || strcmp(page, "0") != 0;
}

void serve_reply_page(serve_request *request, json_t *json, serve_log *log) {
    if (log && wants_page(request)) {
        json_t *page = merged_page(log);
        json_object_set_new(json, "page", page ? page : json_null());
    }
    serve_log_release(log);
    serve_reply_json(request, MHD_HTTP_OK, json);
}

void serve_follow(serve_request *request, serve_log *log) {
    struct MHD_Response *response;
    switch (serve_stream_open(&response, log, request->connection, serve_header(request, "Last-Event-ID"))) {
    case SERVE_STREAM_OPEN:
        serve_reply(request, MHD_HTTP_OK, response);
        serve_reply_header(request, "Content-Type", "text/event-stream");
        serve_reply_header(request, "Cache-Control", "no-store");
        break;
    case SERVE_STREAM_OVER:
        serve_reply_empty(request, MHD_HTTP_NO_CONTENT);
        break;
    case SERVE_STREAM_TOO_MANY:
        serve_fail(request, MHD_HTTP_SERVICE_UNAVAILABLE, "TOO_MANY", "close other pages, or wait",
                   "too many pages follow runs already");
        break;
    case SERVE_STREAM_NO_MEMORY:
        serve_fail_code(request, LODE_NOMEM, "the stream", NULL);
        break;
    }
    serve_log_release(log);
}

void serve_fail_full(serve_request *request) {
    serve_fail(request, MHD_HTTP_TOO_MANY_REQUESTS, "TOO_MANY", "ask again in a moment",
               "too much is waiting to be solved");
}

void serve_fail_read_only(serve_request *request) {
    serve_fail(request, MHD_HTTP_FORBIDDEN, "READ_ONLY", "start a server without --read-only",
               "this server is read-only: nothing may be started or stopped");
}
