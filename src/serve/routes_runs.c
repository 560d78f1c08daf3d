/* The routes of runs: asked for, followed, stopped, questioned (routes_parts.h). */
#include <stdio.h>
#include <string.h>

#include "routes_parts.h"

static void no_such_run(serve_request *request) {
    serve_fail(request, MHD_HTTP_NOT_FOUND, "NOT_FOUND", "POST /api/v1/runs starts one",
               "there is no such run, or it was let go");
}

static void reply_run(serve_request *request, unsigned status, const char *key) {
    json_t *run = serve_runs_describe(request->server->runs, key);
    if (run) {
        serve_reply_one(request, status, run, "runs", key);
    } else {
        no_such_run(request);
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
        serve_fail_read_only(request);
        break;
    case SERVE_WANT_FULL:
        serve_fail_full(request);
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

void serve_post_runs(serve_request *request) {
    serve_with_order(request, false, want_run);
}

void serve_get_run(serve_request *request) {
    const char *key = request->words[0];
    json_t *run = serve_runs_describe(request->server->runs, key);
    if (run) {
        serve_reply_page(request, run, serve_runs_log(request->server->runs, key));
    } else {
        no_such_run(request);
    }
}

void serve_delete_run(serve_request *request) {
    if (request->server->options.read_only) {
        serve_fail_read_only(request);
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

void serve_get_run_events(serve_request *request) {
    serve_log *log = serve_runs_log(request->server->runs, request->words[0]);
    if (log) {
        serve_follow(request, log);
    } else {
        no_such_run(request);
    }
}

void serve_get_scenario(serve_request *request) {
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

void serve_get_why(serve_request *request) {
    const char *what = MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, "what");
    if (!what || !serve_is_question(what)) {
        serve_fail(request, MHD_HTTP_UNPROCESSABLE_CONTENT, "BAD_QUESTION",
                   "ask ?what=loss:SEGMENT:REGION:PERIOD or ?what=price:COMMODITY:REGION:PERIOD",
                   "`what` is missing or no question");
        return;
    }
    ask(request, request->server->engine.why, what, "application/json", "the question has no answer");
}

void serve_get_project(serve_request *request) {
    ask(request, request->server->engine.project, request->words[1], "application/json", "no page of the project");
}

void serve_get_table(serve_request *request) {
    char name[96];
    ask(request, request->server->engine.table, request->words[1], "text/csv; charset=utf-8", "no such table");
    if (request->status == MHD_HTTP_OK) {
        snprintf(name, sizeof name, "attachment; filename=\"%.63s.csv\"", request->words[1]);
        serve_reply_header(request, "Content-Disposition", name);
    }
}
