/* Requests and answers: request.h. */
#include "request.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the request ---- */

/* A path of ours is printable ASCII; a NUL in it (`%00`) would hide what follows. */
static bool is_bad_url(const char *raw) {
    for (const char *at = raw; *at; at++) {
        if (*at <= ' ' || *at > '~' || (at[0] == '%' && at[1] == '0' && at[2] == '0')) {
            return true;
        }
    }
    return false;
}

serve_request *serve_request_new(struct serve_server *server, const char *raw_url) {
    serve_request *request = calloc(1, sizeof *request);
    if (request) {
        request->server = server;
        request->bad_url = raw_url && is_bad_url(raw_url);
    }
    return request;
}

void serve_request_free(serve_request *request) {
    if (request) {
        if (request->response) {
            MHD_destroy_response(request->response);
        }
        free(request->body);
        free(request);
    }
}

bool serve_request_add(serve_request *request, const char *data, size_t size) {
    if (size > SERVE_MOST_BODY - request->body_size) {
        return false;
    }
    char *longer = realloc(request->body, request->body_size + size + 1);
    if (!longer) {
        return false;
    }
    memcpy(longer + request->body_size, data, size);
    request->body = longer;
    request->body_size += size;
    request->body[request->body_size] = '\0';
    return true;
}

const char *serve_header(const serve_request *request, const char *name) {
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

/* ---- answers ---- */

/* Of every answer: nothing is guessed, framed, embedded elsewhere, or told to other sites. */
static const char *const HEADERS[][2] = {
    {"Content-Security-Policy",
     "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"X-Frame-Options", "DENY"},
};

void serve_reply(serve_request *request, unsigned status, struct MHD_Response *response) {
    if (request->response) {
        MHD_destroy_response(request->response);
    }
    request->response = response;
    request->status = status;
    if (response) {
        for (size_t i = 0; i < sizeof HEADERS / sizeof HEADERS[0]; i++) {
            MHD_add_response_header(response, HEADERS[i][0], HEADERS[i][1]);
        }
    }
}

void serve_reply_header(serve_request *request, const char *name, const char *value) {
    if (request->response) {
        MHD_add_response_header(request->response, name, value);
    }
}

void serve_reply_text(serve_request *request, unsigned status, const char *type, char *text) {
    struct MHD_Response *response =
        text ? MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE) : NULL;
    if (!response) {
        free(text);
    }
    serve_reply(request, status, response);
    serve_reply_header(request, "Content-Type", type);
    serve_reply_header(request, "Cache-Control", "no-store");
}

void serve_reply_data(serve_request *request, unsigned status, const char *type, const void *data, size_t size) {
    /* libmicrohttpd does not write to what it is lent. */
    union {
        const void *lent;
        void *taken;
    } buffer = {.lent = data};
    serve_reply(request, status, MHD_create_response_from_buffer(size, buffer.taken, MHD_RESPMEM_PERSISTENT));
    serve_reply_header(request, "Content-Type", type);
}

void serve_reply_empty(serve_request *request, unsigned status) {
    serve_reply(request, status, MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT));
    serve_reply_header(request, "Cache-Control", "no-store");
}

void serve_reply_json(serve_request *request, unsigned status, json_t *json) {
    serve_reply_text(request, status, "application/json",
                     json ? json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(15)) : NULL);
    json_decref(json);
}

/* ---- errors ---- */

/* As JSON text. What was cut in the middle of a letter is no UTF-8, and is told with question marks. */
static json_t *words(const char *text) {
    json_t *json = json_string(text);
    if (json) {
        return json;
    }
    char plain[512];
    size_t i = 0;
    for (; text[i] && i + 1 < sizeof plain; i++) {
        plain[i] = (char)((unsigned char)text[i] < 0x80 ? text[i] : '?');
    }
    plain[i] = '\0';
    return json_string(plain);
}

json_t *serve_error(const char *code, const char *message, const char *fix, json_t *findings) {
    return json_pack("{s:s, s:o, s:o, s:o}", "code", code, "message", words(message), "fix", words(fix), "findings",
                     findings ? findings : json_array());
}

static void fail_json(serve_request *request, unsigned status, json_t *error) {
    serve_reply_json(request, status, json_pack("{s:o}", "error", error));
    if (status == MHD_HTTP_SERVICE_UNAVAILABLE || status == MHD_HTTP_TOO_MANY_REQUESTS) {
        serve_reply_header(request, "Retry-After", "2");
    }
    if (status == MHD_HTTP_UNAUTHORIZED) {
        serve_reply_header(request, "WWW-Authenticate", "Bearer realm=\"lodestone\"");
    }
}

void serve_fail(serve_request *request, unsigned status, const char *code, const char *fix, const char *format, ...) {
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    fail_json(request, status, serve_error(code, message, fix, NULL));
}

unsigned serve_status_of(lode_code code) {
    switch (code) {
    case LODE_OK:
        return MHD_HTTP_OK;
    case LODE_NOMEM:
        return MHD_HTTP_SERVICE_UNAVAILABLE;
    case LODE_INTERRUPTED:
    case LODE_EXISTS:
        return MHD_HTTP_CONFLICT;
    case LODE_NOT_FOUND:
        return MHD_HTTP_NOT_FOUND;
    case LODE_IO:
    case LODE_SOLVER:
    case LODE_CERTIFICATE:
    case LODE_INTERNAL:
    case LODE_RANKS:
    case LODE_NOT_HELD:
        return MHD_HTTP_INTERNAL_SERVER_ERROR;
    default:
        return MHD_HTTP_UNPROCESSABLE_CONTENT;
    }
}

/* Where the files of this machine lie is nobody's business: of a path the name alone. */
static const char *file_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static json_t *finding(const lode_diag *diag) {
    return json_pack("{s:s, s:s, s:o, s:i, s:i, s:o, s:o}", "severity",
                     diag->severity == LODE_ERROR ? "error" : "warning", "code", lode_code_name(diag->code), "file",
                     words(file_name(diag->file)), "line", diag->line, "column", diag->column, "message",
                     words(diag->message), "fix", words(diag->fix));
}

/* The first finding that is an error, or NULL. */
static const lode_diag *first_error(const lode_diags *diags) {
    for (size_t i = 0; diags && i < lode_diags_count(diags); i++) {
        if (lode_diags_get(diags, i)->severity == LODE_ERROR) {
            return lode_diags_get(diags, i);
        }
    }
    return NULL;
}

json_t *serve_error_code(lode_code code, const char *what, const lode_diags *diags) {
    char message[512];
    const lode_diag *first = first_error(diags);
    snprintf(message, sizeof message, "%s: %s", what, first ? first->message : lode_code_sentence(code));
    json_t *findings = json_array();
    for (size_t i = 0; diags && code != LODE_IO && i < lode_diags_count(diags); i++) {
        json_array_append_new(findings, finding(lode_diags_get(diags, i)));
    }
    if (code == LODE_IO) { /* what the disk says names files of this machine */
        snprintf(message, sizeof message, "%s: %s", what, lode_code_sentence(code));
        first = NULL;
    }
    return serve_error(lode_code_name(code), message, first ? first->fix : "", findings);
}

void serve_fail_code(serve_request *request, lode_code code, const char *what, const lode_diags *diags) {
    fail_json(request, serve_status_of(code), serve_error_code(code, what, diags));
}
