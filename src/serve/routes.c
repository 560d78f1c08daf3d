/* The routes of the API and of the app: docs/openapi.json says what each takes and gives. */
#include "routes_parts.h"

#include <string.h>

#include "lodestone/page.h"
#include "openapi.h"

/* ---- about ---- */

static json_t *limits_of(const serve_options *options) {
    return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:I, s:I}", "body_bytes", SERVE_MOST_BODY, "levers",
                     SERVE_MOST_LEVERS, "draws", SERVE_MOST_DRAWS, "months", SERVE_MOST_MONTHS, "runs_at_once",
                     (int)options->jobs, "runs_kept", (int)options->most_runs, "runs_queued", SERVE_MOST_QUEUED,
                     "streams", (int)options->most_streams, "kept_bytes", (json_int_t)options->most_bytes,
                     "memory_bytes", (json_int_t)options->most_memory);
}

static void get_about(serve_request *request) {
    serve_server *server = request->server;
    json_t *about =
        json_pack("{s:s, s:b, s:b, s:o}", "lodestone", LODE_VERSION, "read_only", (int)server->options.read_only,
                  "token_needed", server->guard.token != NULL, "limits", limits_of(&server->options));
    if (serve_guard_token(&server->guard, serve_header(request, "Authorization"))) {
        const serve_runs_count counts = serve_runs_counts(server->runs);
        json_object_set_new(about, "world", json_string(server->engine.world));
        json_object_set_new(about, "scenario", json_string(server->engine.scenario));
        json_object_set_new(about, "runs",
                            json_pack("{s:i, s:i, s:i, s:I}", "kept", (int)counts.kept, "queued", (int)counts.queued,
                                      "running", (int)counts.running, "bytes", (json_int_t)counts.bytes));
        json_object_set_new(about, "page", json_string(serve_baseline_state(server->baseline)));
        json_object_set_new(about, "streams", json_integer(serve_hub_streams(server->hub)));
        json_object_set_new(about, "resident_bytes", json_integer((json_int_t)serve_resident_bytes()));
    }
    serve_reply_json(request, MHD_HTTP_OK, about);
}

static void get_openapi(serve_request *request) {
    size_t size;
    const char *text = serve_openapi(&size);
    serve_reply_data(request, MHD_HTTP_OK, "application/json", text, size);
    serve_reply_header(request, "Cache-Control", "no-cache");
}

static void get_levers(serve_request *request) {
    const char *levers = request->server->levers;
    serve_reply_data(request, MHD_HTTP_OK, "application/json", levers, strlen(levers));
    serve_reply_header(request, "Cache-Control", "no-cache");
}

/* ---- the app ---- */

static void get_file(serve_request *request) {
    const lode_web_file *file = lode_web_find(request->url);
    if (!file) {
        serve_fail(request, MHD_HTTP_NOT_FOUND, "NOT_FOUND", "open /", "there is nothing here");
        return;
    }
    const char *known = serve_header(request, "If-None-Match");
    const bool same = known && (strcmp(known, "*") == 0 || strstr(known, file->etag));
    if (same) {
        serve_reply(request, MHD_HTTP_NOT_MODIFIED, MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT));
    } else {
        serve_reply_data(request, MHD_HTTP_OK, file->type, file->data, file->size);
    }
    /* Names in assets/ carry the hash of what is in them. */
    const bool named_by_content = strncmp(request->url, "/assets/", 8) == 0;
    serve_reply_header(request, "ETag", file->etag);
    serve_reply_header(request, "Cache-Control", named_by_content ? "public, max-age=31536000, immutable" : "no-cache");
}

/* ---- finding the route ---- */

typedef struct {
    const char *method;
    const char *path;
    serve_handler handler;
    serve_pace pace;
} route;

static const route ROUTES[] = {
    {"GET", SERVE_API "/about", get_about, SERVE_AT_ONCE},
    {"GET", SERVE_API "/openapi.json", get_openapi, SERVE_AT_ONCE},
    {"GET", SERVE_API "/levers", get_levers, SERVE_AT_ONCE},
    {"GET", SERVE_API "/page", NULL, SERVE_WAITS_FOR_PAGE},
    {"POST", SERVE_API "/runs", serve_post_runs, SERVE_COMPUTES},
    {"GET", SERVE_API "/runs/{run}", serve_get_run, SERVE_COMPUTES},
    {"DELETE", SERVE_API "/runs/{run}", serve_delete_run, SERVE_AT_ONCE},
    {"GET", SERVE_API "/runs/{run}/events", serve_get_run_events, SERVE_AT_ONCE},
    {"GET", SERVE_API "/runs/{run}/scenario", serve_get_scenario, SERVE_AT_ONCE},
    {"GET", SERVE_API "/runs/{run}/why", serve_get_why, SERVE_COMPUTES},
    {"GET", SERVE_API "/runs/{run}/projects/{asset}", serve_get_project, SERVE_COMPUTES},
    {"GET", SERVE_API "/runs/{run}/tables/{name}", serve_get_table, SERVE_COMPUTES},
    {"GET", SERVE_API "/ensembles", serve_get_ensembles, SERVE_AT_ONCE},
    {"POST", SERVE_API "/ensembles", serve_post_ensembles, SERVE_COMPUTES},
    {"GET", SERVE_API "/ensembles/{ensemble}", serve_get_ensemble, SERVE_COMPUTES},
    {"DELETE", SERVE_API "/ensembles/{ensemble}", serve_delete_ensemble, SERVE_AT_ONCE},
    {"GET", SERVE_API "/ensembles/{ensemble}/events", serve_get_ensemble_events, SERVE_AT_ONCE},
};

enum { ROUTE_COUNT = sizeof ROUTES / sizeof ROUTES[0] };

bool serve_is_api(const char *path) {
    return strncmp(path, "/api", 4) == 0 && (path[4] == '/' || path[4] == '\0');
}

bool serve_is_open(const char *path) {
    return strcmp(path, SERVE_API "/about") == 0;
}

/* A HEAD is a GET whose body is not sent. */
static const char *method_of(const serve_request *request) {
    return strcmp(request->method, "HEAD") == 0 ? "GET" : request->method;
}

static void wrong_method(serve_request *request, const char *allowed) {
    serve_fail(request, MHD_HTTP_METHOD_NOT_ALLOWED, "METHOD", "/api/v1/openapi.json lists the routes",
               "this path does not take %.16s", request->method);
    serve_reply_header(request, "Allow", allowed);
}

static void route_api(serve_request *request) {
    char allowed[64] = "";
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        const route *each = &ROUTES[i];
        if (!serve_route_fits(each->path, request->url, request->words)) {
            continue;
        }
        if (strcmp(each->method, method_of(request)) == 0) {
            request->handler = each->handler;
            request->pace = each->pace;
            return;
        }
        strcat(strcat(allowed, allowed[0] ? ", " : ""), strcmp(each->method, "GET") == 0 ? "GET, HEAD" : each->method);
    }
    if (allowed[0]) {
        wrong_method(request, allowed);
    } else {
        serve_fail(request, MHD_HTTP_NOT_FOUND, "NOT_FOUND", "/api/v1/openapi.json lists the routes",
                   "there is nothing here");
    }
}

void serve_route(serve_request *request) {
    if (serve_is_api(request->url)) {
        route_api(request);
    } else if (strcmp(method_of(request), "GET") == 0) {
        request->handler = get_file;
    } else {
        wrong_method(request, "GET, HEAD");
    }
}
