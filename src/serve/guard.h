/* Who may ask: the page of a stranger must not reach this server through a visitor's browser, neither by a name that it points at this machine
 * (DNS rebinding: the Host header) nor from its own pages (the Origin header), and beyond loopback a token is needed. */
#ifndef LODE_SERVE_GUARD_H
#define LODE_SERVE_GUARD_H

#include <stdint.h>
#include <sys/socket.h>

#include "request.h"

enum { SERVE_HOST = 64 };

typedef struct {
    char bound[SERVE_HOST]; /* the address listened on, as serve_host_of writes it; "" for all addresses */
    uint16_t port;
    const char *token; /* NULL: none needed */
} serve_guard;

/* Whether the address reaches no further than this machine. */
bool serve_is_loopback(const struct sockaddr *address);

/* The address as it stands in a Host header, without the port: IPv6 in brackets. "" for one of another kind. */
void serve_host_of(const struct sockaddr *address, char out[SERVE_HOST]);

/* Whether `host` (a Host header) names this server. `own` is the address that the connection came in on, as in a Host header; it counts where all
 * addresses are listened on. NULL and "" are nobody. */
bool serve_guard_host(const serve_guard *guard, const char *host, const char *own);
/* Whether `origin` (an Origin header) is a page of this server. */
bool serve_guard_origin(const serve_guard *guard, const char *origin, const char *own);
/* Whether `authorization` (NULL: none) is `Bearer TOKEN` with ours, or none is needed. In a time that does not tell how much of it is right. */
bool serve_guard_token(const serve_guard *guard, const char *authorization);

/* Looks at Host and Origin of a request. False: it is answered. */
bool serve_guard_admit(const serve_guard *guard, serve_request *request);
/* Looks at what a request to the API must bring: the token unless `open`. False: it is answered. */
bool serve_guard_api(const serve_guard *guard, serve_request *request, bool open);
/* Looks at the headers of a body that is announced. False: it is answered. */
bool serve_guard_body(serve_request *request);

#endif
