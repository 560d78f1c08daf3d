/* The routes of the API and of the app: docs/openapi.json says what each takes and gives. */
#include "routes.h"

#include <stdlib.h>
#include <string.h>

#include "lodestone/page.h"
#include "openapi.h"
#include "part.h"
#include "server.h"

#define API      "/api/v1"
#define API_SIZE (sizeof API - 1)

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

/* ---- runs ---- */

static void no_such_run(serve_request *request) {
    serve_fail(request, MHD_HTTP_NOT_FOUND, "NOT_FOUND", "POST /api/v1/runs starts one",
               "there is no such run, or it was let go");
}

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

static void too_much(serve_request *request) {
    serve_fail(request, MHD_HTTP_TOO_MANY_REQUESTS, "TOO_MANY", "ask again in a moment",
               "too much is waiting to be solved");
}

static void only_reading(serve_request *request) {
    serve_fail(request, MHD_HTTP_FORBIDDEN, "READ_ONLY", "start a server without --read-only",
               "this server is read-only: nothing may be started or stopped");
}

static void reply_run(serve_request *request, unsigned status, const char *key) {
    json_t *run = serve_runs_describe(request->server->runs, key);
    if (!run) {
        no_such_run(request);
        return;
    }
    serve_reply_json(request, status, run);
    if (status == MHD_HTTP_CREATED) {
        char place[sizeof API + sizeof "/runs/" + SERVE_KEY];
        snprintf(place, sizeof place, API "/runs/%s", key);
        serve_reply_header(request, "Location", place);
    }
}

static void want_run(serve_request *request, const serve_order *order, lode_diags *diags) {
    char key[SERVE_KEY];
    lode_code code;
    switch (serve_runs_want(request->server->runs, order, key, &code, diags)) {
    case SERVE_WANT_THERE:
        reply_run(request, MHD_HTTP_OK, key);
        break;
    case SERVE_WANT_QUEUED:
        reply_run(request, MHD_HTTP_CREATED, key);
        break;
    case SERVE_WANT_READ_ONLY:
        only_reading(request);
        break;
    case SERVE_WANT_FULL:
        too_much(request);
        break;
    case SERVE_WANT_MEMORY:
        serve_fail(request, MHD_HTTP_SERVICE_UNAVAILABLE, "NOMEM", "ask again when other runs are done",
                   "no memory is left for another run");
        break;
    case SERVE_WANT_INVALID:
        serve_fail_code(request, code, "these levers cannot be set", diags);
        break;
    }
}

static void post_runs(serve_request *request) {
    serve_order order;
    lode_diags *diags = lode_diags_new();
    if (!diags) {
        serve_fail_code(request, LODE_NOMEM, "the request", NULL);
        return;
    }
    if (read_order(request, &order, false)) {
        want_run(request, &order, diags);
    }
    serve_order_free(&order);
    lode_diags_free(diags);
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

static void get_run(serve_request *request) {
    const char *key = request->words[0];
    json_t *run = serve_runs_describe(request->server->runs, key);
    serve_log *log = run ? serve_runs_log(request->server->runs, key) : NULL;
    if (log && wants_page(request)) {
        json_t *page = merged_page(log);
        json_object_set_new(run, "page", page ? page : json_null());
    }
    serve_log_release(log);
    if (run) {
        serve_reply_json(request, MHD_HTTP_OK, run);
    } else {
        no_such_run(request);
    }
}

static void delete_run(serve_request *request) {
    if (request->server->options.read_only) {
        only_reading(request);
        return;
    }
    switch (serve_runs_cancel(request->server->runs, request->words[0])) {
    case SERVE_CANCEL_DONE:
        serve_reply_empty(request, MHD_HTTP_NO_CONTENT);
        break;
    case SERVE_CANCEL_UNKNOWN:
        no_such_run(request);
        break;
    case SERVE_CANCEL_REFERENCE:
        serve_fail(request, MHD_HTTP_FORBIDDEN, "REFERENCE", "", "every answer needs the reference: it is not stopped");
        break;
    }
}

/* Takes the log. */
static void follow(serve_request *request, serve_log *log) {
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

static void get_run_events(serve_request *request) {
    serve_log *log = serve_runs_log(request->server->runs, request->words[0]);
    if (log) {
        follow(request, log);
    } else {
        no_such_run(request);
    }
}

static void get_scenario(serve_request *request) {
    lode_code code;
    char name[96];
    char *text = serve_runs_scenario(request->server->runs, request->words[0], &code);
    if (code == LODE_NOT_FOUND) {
        no_such_run(request);
        return;
    }
    serve_reply_text(request, MHD_HTTP_OK, "application/yaml", text);
    snprintf(name, sizeof name, "attachment; filename=\"levers-%.8s.yaml\"", request->words[0]);
    serve_reply_header(request, "Content-Disposition", name);
}

/* ---- questions about a run ---- */

typedef lode_code (*question)(char **out, const lode_answer *answer, const char *what, lode_diags *diags);

static void not_solved(serve_request *request, const char *state) {
    if (!state) {
        no_such_run(request);
        return;
    }
    serve_fail(request, MHD_HTTP_CONFLICT, "NOT_SOLVED", "ask when the run is done", "the run is %s", state);
}

static void ask(serve_request *request, question put, const char *what, const char *type, const char *complaint) {
    serve_run *run;
    const char *state;
    char *text = NULL;
    serve_runs *runs = request->server->runs;
    const lode_answer *answer = serve_runs_borrow(runs, request->words[0], &run, &state);
    if (!answer) {
        not_solved(request, state);
        return;
    }
    lode_diags *diags = lode_diags_new();
    const lode_code code = diags ? put(&text, answer, what, diags) : LODE_NOMEM;
    serve_runs_give_back(runs, run);
    if (code == LODE_OK) {
        serve_reply_text(request, MHD_HTTP_OK, type, text);
    } else {
        serve_fail_code(request, code, complaint, diags);
        free(text);
    }
    lode_diags_free(diags);
}

static void get_why(serve_request *request) {
    const char *what = MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, "what");
    if (!what || !serve_is_question(what)) {
        serve_fail(request, MHD_HTTP_UNPROCESSABLE_CONTENT, "BAD_QUESTION",
                   "ask ?what=loss:SEGMENT:REGION:PERIOD or ?what=price:COMMODITY:REGION:PERIOD",
                   "`what` is missing or no question");
        return;
    }
    ask(request, request->server->engine.why, what, "application/json", "the question has no answer");
}

static void get_project(serve_request *request) {
    ask(request, request->server->engine.project, request->words[1], "application/json", "no page of the project");
}

static void get_table(serve_request *request) {
    char name[96];
    ask(request, request->server->engine.table, request->words[1], "text/csv; charset=utf-8", "no such table");
    if (request->status == MHD_HTTP_OK) {
        snprintf(name, sizeof name, "attachment; filename=\"%.63s.csv\"", request->words[1]);
        serve_reply_header(request, "Content-Disposition", name);
    }
}

/* ---- ensembles ---- */

static void no_such_ensemble(serve_request *request) {
    serve_fail(request, MHD_HTTP_NOT_FOUND, "NOT_FOUND", "POST /api/v1/ensembles starts one",
               "there is no such ensemble, or it was let go");
}

static void reply_ensemble(serve_request *request, unsigned status, const char *id) {
    json_t *ensemble = serve_ensembles_describe(request->server->ensembles, id);
    if (!ensemble) {
        no_such_ensemble(request);
        return;
    }
    serve_reply_json(request, status, ensemble);
    if (status == MHD_HTTP_CREATED) {
        char place[sizeof API + sizeof "/ensembles/" + SERVE_ENSEMBLE_ID];
        snprintf(place, sizeof place, API "/ensembles/%s", id);
        serve_reply_header(request, "Location", place);
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
        too_much(request);
        break;
    case SERVE_ENSEMBLE_FAILED:
        serve_fail_code(request, code, "these levers cannot be drawn", diags);
        break;
    }
}

static void post_ensembles(serve_request *request) {
    serve_order order;
    if (request->server->options.read_only) {
        only_reading(request);
        return;
    }
    lode_diags *diags = lode_diags_new();
    if (!diags) {
        serve_fail_code(request, LODE_NOMEM, "the request", NULL);
        return;
    }
    if (read_order(request, &order, true)) {
        start_ensemble(request, &order, diags);
    }
    serve_order_free(&order);
    lode_diags_free(diags);
}

static void get_ensembles(serve_request *request) {
    serve_reply_json(request, MHD_HTTP_OK,
                     json_pack("{s:o}", "ensembles", serve_ensembles_list(request->server->ensembles)));
}

static void get_ensemble(serve_request *request) {
    const char *id = request->words[0];
    json_t *ensemble = serve_ensembles_describe(request->server->ensembles, id);
    serve_log *log = ensemble ? serve_ensembles_log(request->server->ensembles, id) : NULL;
    if (log && wants_page(request)) {
        json_t *page = merged_page(log);
        json_object_set_new(ensemble, "page", page ? page : json_null());
    }
    serve_log_release(log);
    if (ensemble) {
        serve_reply_json(request, MHD_HTTP_OK, ensemble);
    } else {
        no_such_ensemble(request);
    }
}

static void delete_ensemble(serve_request *request) {
    if (request->server->options.read_only) {
        only_reading(request);
    } else if (serve_ensembles_cancel(request->server->ensembles, request->words[0])) {
        serve_reply_empty(request, MHD_HTTP_NO_CONTENT);
    } else {
        no_such_ensemble(request);
    }
}

static void get_ensemble_events(serve_request *request) {
    serve_log *log = serve_ensembles_log(request->server->ensembles, request->words[0]);
    if (log) {
        follow(request, log);
    } else {
        no_such_ensemble(request);
    }
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
    {"GET", API "/about", get_about, SERVE_AT_ONCE},
    {"GET", API "/openapi.json", get_openapi, SERVE_AT_ONCE},
    {"GET", API "/levers", get_levers, SERVE_AT_ONCE},
    {"GET", API "/page", NULL, SERVE_WAITS_FOR_PAGE},
    {"POST", API "/runs", post_runs, SERVE_COMPUTES},
    {"GET", API "/runs/{run}", get_run, SERVE_COMPUTES},
    {"DELETE", API "/runs/{run}", delete_run, SERVE_AT_ONCE},
    {"GET", API "/runs/{run}/events", get_run_events, SERVE_AT_ONCE},
    {"GET", API "/runs/{run}/scenario", get_scenario, SERVE_AT_ONCE},
    {"GET", API "/runs/{run}/why", get_why, SERVE_COMPUTES},
    {"GET", API "/runs/{run}/projects/{asset}", get_project, SERVE_COMPUTES},
    {"GET", API "/runs/{run}/tables/{name}", get_table, SERVE_COMPUTES},
    {"GET", API "/ensembles", get_ensembles, SERVE_AT_ONCE},
    {"POST", API "/ensembles", post_ensembles, SERVE_COMPUTES},
    {"GET", API "/ensembles/{ensemble}", get_ensemble, SERVE_COMPUTES},
    {"DELETE", API "/ensembles/{ensemble}", delete_ensemble, SERVE_AT_ONCE},
    {"GET", API "/ensembles/{ensemble}/events", get_ensemble_events, SERVE_AT_ONCE},
};

enum { ROUTE_COUNT = sizeof ROUTES / sizeof ROUTES[0] };

bool serve_is_api(const char *path) {
    return strncmp(path, "/api", 4) == 0 && (path[4] == '/' || path[4] == '\0');
}

bool serve_is_open(const char *path) {
    return strcmp(path, API "/about") == 0;
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
