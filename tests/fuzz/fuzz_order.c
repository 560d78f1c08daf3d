/* Any bytes as what a client of the server sends: the body of both orders, and (its first line) a path, a Host, an Origin and a question. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "guard.h"
#include "order.h"

static void read_body(const char *body, size_t size, bool ensemble) {
    serve_order order;
    const char *code = NULL;
    char why[SERVE_ORDER_WHY] = "";
    if (serve_order_read(&order, body, size, ensemble, &code, why)) {
        json_t *levers = serve_order_levers(&order);
        fuzz_require(json_array_size(levers) == order.count, "levers are counted");
        fuzz_require(order.count <= SERVE_MOST_LEVERS && order.shock_count < SERVE_MOST_SHOCKS, "orders have bounds");
        fuzz_require(!ensemble || (order.draws >= 1 && order.draws <= SERVE_MOST_DRAWS), "draws are in their range");
        json_decref(levers);
    } else {
        fuzz_require(code && why[0], "a failure is told");
    }
    serve_order_free(&order);
}

static void read_path(const char *path) {
    static const char *const ROUTES[] = {"/api/v1/about", "/api/v1/runs/{run}", "/api/v1/runs/{run}/tables/{name}"};
    char words[2][256] = {"", ""};
    for (size_t i = 0; i < sizeof ROUTES / sizeof ROUTES[0]; i++) {
        if (serve_route_fits(ROUTES[i], path, words)) {
            fuzz_require(!strstr(words[0], "..") && !strchr(words[0], '/'), "a word leads nowhere");
            fuzz_require(!strstr(words[1], "..") && !strchr(words[1], '/'), "a word leads nowhere");
        }
    }
    (void)serve_is_question(path);
}

/* Only names of this server are its names. */
static void read_name(const char *name) {
    const serve_guard guard = {.bound = "127.0.0.1", .port = 8357, .token = "0123456789abcdef"};
    if (serve_guard_host(&guard, name, "10.0.0.1")) {
        fuzz_require(strlen(name) <= strlen("localhost:8357") && strstr(name, ":8357"), "a name is one of ours");
    }
    if (serve_guard_origin(&guard, name, "10.0.0.1")) {
        fuzz_require(strlen(name) <= strlen("http://localhost:8357"), "an origin is one of ours");
    }
    fuzz_require(!serve_guard_token(&guard, name) || strlen(name) == strlen("Bearer 0123456789abcdef"),
                 "the token is ours");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    if (!text) {
        return 0;
    }
    if (size > 0) {
        memcpy(text, data, size);
    }
    text[size] = '\0';
    read_body(text, size, false);
    read_body(text, size, true);
    text[strcspn(text, "\r\n")] = '\0';
    read_path(text);
    read_name(text);
    free(text);
    return 0;
}
