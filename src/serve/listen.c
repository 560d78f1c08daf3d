/* The socket that the server listens on: listen.h. */
#include "listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

typedef union {
    struct sockaddr any;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
} address;

static socklen_t size_of(const address *at) {
    return at->any.sa_family == AF_INET6 ? sizeof at->six : sizeof at->four;
}

/* Numbers only: a name could mean another machine tomorrow. */
static bool read_address(address *at, const char *text, uint16_t port) {
    *at = (address){0};
    if (!text || strcmp(text, "localhost") == 0) {
        text = "127.0.0.1";
    }
    if (inet_pton(AF_INET, text, &at->four.sin_addr) == 1) {
        at->four.sin_family = AF_INET;
        at->four.sin_port = htons(port);
        return true;
    }
    at->six.sin6_family = AF_INET6;
    at->six.sin6_port = htons(port);
    return inet_pton(AF_INET6, text, &at->six.sin6_addr) == 1;
}

static bool is_wildcard(const address *at) {
    return at->any.sa_family == AF_INET ? at->four.sin_addr.s_addr == htonl(INADDR_ANY)
                                        : IN6_IS_ADDR_UNSPECIFIED(&at->six.sin6_addr);
}

static int open_socket(const address *at, char why[SERVE_WHY], const char *name, unsigned port) {
    const int yes = 1;
    const int made = socket(at->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (made >= 0) {
        setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    }
    if (made >= 0 && bind(made, &at->any, size_of(at)) == 0 && listen(made, BACKLOG) == 0) {
        return made;
    }
    const bool taken = errno == EADDRINUSE;
    char reason[96] = "";
    strerror_r(errno, reason, sizeof reason);
    snprintf(why, SERVE_WHY, "cannot listen on %s port %u: %s%s", name, port, taken ? "another program does" : reason,
             taken ? "; take another with --port, or --port 0 for any that is free" : "");
    if (made >= 0) {
        close(made);
    }
    return -1;
}

static void fill_guard(serve_guard *guard, int made, const address *at, const char *token) {
    address real = {0};
    socklen_t size = sizeof real;
    *guard = (serve_guard){.token = token};
    if (getsockname(made, &real.any, &size) == 0) {
        guard->port = ntohs(real.any.sa_family == AF_INET6 ? real.six.sin6_port : real.four.sin_port);
    }
    if (!is_wildcard(at)) {
        serve_host_of(&at->any, guard->bound);
    }
}

int serve_listen(const serve_options *options, serve_guard *guard, char why[SERVE_WHY]) {
    address at;
    const char *name = options->bind ? options->bind : "127.0.0.1";
    if (!read_address(&at, options->bind, options->port)) {
        snprintf(why, SERVE_WHY,
                 "`%.100s` is no address of this machine: give one in numbers, such as 127.0.0.1 or ::1", name);
        return -1;
    }
    if (!serve_is_loopback(&at.any) && !options->token) {
        snprintf(why, SERVE_WHY,
                 "%.100s can be reached from other machines: give a token that they must bring (--token-file)", name);
        return -1;
    }
    const int made = open_socket(&at, why, name, options->port);
    if (made >= 0) {
        fill_guard(guard, made, &at, options->token);
    }
    return made;
}
