/* Who may ask: guard.h. */
#include "guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool serve_is_loopback(const struct sockaddr *address) {
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)address;
        return (ntohl(four->sin_addr.s_addr) >> 24) == 127;
    }
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)address;
    return address->sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
}

void serve_host_of(const struct sockaddr *address, char out[SERVE_HOST]) {
    char text[INET6_ADDRSTRLEN] = "";
    out[0] = '\0';
    if (address->sa_family == AF_INET) {
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr, text, sizeof text);
        snprintf(out, SERVE_HOST, "%s", text);
    } else if (address->sa_family == AF_INET6) {
        /* A client that speaks IPv4 to a socket of both calls it by its IPv4 name. */
        const struct in6_addr *six = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
        const bool four = IN6_IS_ADDR_V4MAPPED(six);
        inet_ntop(four ? AF_INET : AF_INET6, four ? (const void *)&six->s6_addr[12] : (const void *)six, text,
                  sizeof text);
        snprintf(out, SERVE_HOST, "%s%s%s", four ? "" : "[", text, four ? "" : "]");
    }
}

/* `host` is `name:PORT`, or `name` alone where the port is that of http. */
static bool is_here(const char *host, const char *name, uint16_t port) {
    char whole[96];
    if (!name || !name[0]) {
        return false;
    }
    snprintf(whole, sizeof whole, "%s:%u", name, (unsigned)port);
    return strcasecmp(host, whole) == 0 || (port == 80 && strcasecmp(host, name) == 0);
}

bool serve_guard_host(const serve_guard *guard, const char *host, const char *own) {
    if (!host) {
        return false;
    }
    static const char *const LOCAL[] = {"localhost", "127.0.0.1", "[::1]"};
    for (size_t i = 0; i < sizeof LOCAL / sizeof LOCAL[0]; i++) {
        if (is_here(host, LOCAL[i], guard->port)) {
            return true;
        }
    }
    return is_here(host, guard->bound[0] ? guard->bound : own, guard->port);
}

bool serve_guard_origin(const serve_guard *guard, const char *origin, const char *own) {
    static const char SCHEME[] = "http://";
    return strncasecmp(origin, SCHEME, sizeof SCHEME - 1) == 0 &&
           serve_guard_host(guard, origin + sizeof SCHEME - 1, own);
}

bool serve_guard_token(const serve_guard *guard, const char *authorization) {
    static const char SCHEME[] = "Bearer ";
    if (!guard->token) {
        return true;
    }
    if (!authorization || strncasecmp(authorization, SCHEME, sizeof SCHEME - 1) != 0) {
        return false;
    }
    /* Hashes are of one length, whatever was sent. */
    const char *given = authorization + sizeof SCHEME - 1;
    unsigned char ours[crypto_generichash_BYTES], theirs[crypto_generichash_BYTES];
    crypto_generichash(ours, sizeof ours, (const unsigned char *)guard->token, strlen(guard->token), NULL, 0);
    crypto_generichash(theirs, sizeof theirs, (const unsigned char *)given, strlen(given), NULL, 0);
    return sodium_memcmp(ours, theirs, sizeof ours) == 0;
}

/* The address that the connection came in on. */
static void own_address(const serve_request *request, char out[SERVE_HOST]) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    out[0] = '\0';
    if (info && getsockname(info->connect_fd, (struct sockaddr *)&address, &size) == 0) {
        serve_host_of((const struct sockaddr *)&address, out);
    }
}

bool serve_guard_admit(const serve_guard *guard, serve_request *request) {
    char own[SERVE_HOST] = "";
    if (!guard->bound[0]) {
        own_address(request, own);
    }
    if (!serve_guard_host(guard, serve_header(request, "Host"), own)) {
        serve_fail(request, MHD_HTTP_FORBIDDEN, "HOST", "use the address that the server prints",
                   "this server does not go by that name");
        return false;
    }
    const char *origin = serve_header(request, "Origin");
    if (origin && !serve_guard_origin(guard, origin, own)) {
        serve_fail(request, MHD_HTTP_FORBIDDEN, "ORIGIN", "open the app at the address that the server prints",
                   "pages of other sites may not ask this server");
        return false;
    }
    return true;
}

bool serve_guard_api(const serve_guard *guard, serve_request *request, bool open) {
    /* Browsers say so of requests without an Origin, such as those for an image. */
    const char *site = serve_header(request, "Sec-Fetch-Site");
    if (site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0) {
        serve_fail(request, MHD_HTTP_FORBIDDEN, "ORIGIN", "open the app at the address that the server prints",
                   "pages of other sites may not ask this server");
        return false;
    }
    if (!open && !serve_guard_token(guard, serve_header(request, "Authorization"))) {
        serve_fail(request, MHD_HTTP_UNAUTHORIZED, "TOKEN", "send `Authorization: Bearer TOKEN`",
                   "this server needs its token");
        return false;
    }
    return true;
}

/* `application/json`, with parameters or without. */
static bool is_json(const char *type) {
    static const char JSON[] = "application/json";
    const char end = type && strncasecmp(type, JSON, sizeof JSON - 1) == 0 ? type[sizeof JSON - 1] : 'x';
    return end == '\0' || end == ';' || end == ' ';
}

/* True for more bytes than a body may have, and for what is no number. */
static bool is_too_long(const char *length) {
    return strspn(length, "0123456789") != strlen(length) || strlen(length) > 9 || atol(length) > SERVE_MOST_BODY;
}

bool serve_guard_body(serve_request *request) {
    const char *length = serve_header(request, "Content-Length");
    if (length && is_too_long(length)) {
        serve_fail(request, MHD_HTTP_CONTENT_TOO_LARGE, "TOO_LARGE", "", "a body has at most %d bytes",
                   SERVE_MOST_BODY);
        return false;
    }
    if (strcmp(request->method, "POST") == 0 && !is_json(serve_header(request, "Content-Type"))) {
        serve_fail(request, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "MEDIA_TYPE", "send `Content-Type: application/json`",
                   "the body must be JSON, and say so");
        return false;
    }
    return true;
}
