/* A request on its way: what came, and the answer that is to go. */
#ifndef LODE_SERVE_REQUEST_H
#define LODE_SERVE_REQUEST_H

#include <jansson.h>
#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

#include "lodestone/error.h"

enum { SERVE_MOST_BODY = 65536, SERVE_MOST_PATH = 1024 };

typedef struct serve_request serve_request;
typedef void (*serve_handler)(serve_request *request);

typedef enum {
    SERVE_AT_ONCE,
    SERVE_COMPUTES,      /* its handler is not for the thread that moves bytes */
    SERVE_WAITS_FOR_PAGE /* it has none: see baseline.h */
} serve_pace;

struct serve_request {
    struct serve_server *server;
    struct MHD_Connection *connection;
    const char *url; /* decoded, without the query; libmicrohttpd's */
    const char *method;
    bool bad_url; /* with a byte that no path of ours has */
    bool seen;    /* its headers have been looked at */
    char *body;   /* NUL behind it */
    size_t body_size;
    size_t received; /* bytes of the body, also those that were not kept */
    bool too_large;
    serve_pace pace;
    char words[2][SERVE_MOST_PATH / 4]; /* what stands for {...} in its route */
    serve_handler handler;
    serve_request *next; /* in the queue of the desk, or among those that wait for the page */
    double queued_s;

    unsigned status; /* 0: no answer yet */
    struct MHD_Response *response;
};

/* ---- answers: each replaces an earlier one ---- */

/* Takes `json`. */
void serve_reply_json(serve_request *request, unsigned status, json_t *json);
/* Takes `text` (from malloc), NULL being out of memory. */
void serve_reply_text(serve_request *request, unsigned status, const char *type, char *text);
/* Borrows `data` for as long as the server is there. */
void serve_reply_data(serve_request *request, unsigned status, const char *type, const void *data, size_t size);
void serve_reply_empty(serve_request *request, unsigned status);
/* Takes `response`. */
void serve_reply(serve_request *request, unsigned status, struct MHD_Response *response);
void serve_reply_header(serve_request *request, const char *name, const char *value);

/* {error: {code, message, fix, findings}}. `fix` may be "". */
void serve_fail(serve_request *request, unsigned status, const char *code, const char *fix, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* The same from what the library returned; the status is that of its code. */
void serve_fail_code(serve_request *request, lode_code code, const char *what, const lode_diags *diags);
/* The object {code, message, fix, findings} alone. Takes `findings` (may be NULL). */
json_t *serve_error(const char *code, const char *message, const char *fix, json_t *findings);
json_t *serve_error_code(lode_code code, const char *what, const lode_diags *diags);
unsigned serve_status_of(lode_code code);

const char *serve_header(const serve_request *request, const char *name);

/* For the glue with libmicrohttpd. */
serve_request *serve_request_new(struct serve_server *server, const char *raw_url);
void serve_request_free(serve_request *request);
/* False: too much, or out of memory. */
bool serve_request_add(serve_request *request, const char *data, size_t size);

#endif
