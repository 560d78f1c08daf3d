/* What a request asks for: the bodies of POST and the words of a path, read strictly. */
#ifndef LODE_SERVE_ORDER_H
#define LODE_SERVE_ORDER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lodestone/levers.h"

enum {
    SERVE_MOST_LEVERS = 64,
    SERVE_MOST_SHOCKS = 8,
    SERVE_MOST_DRAWS = 10000,
    SERVE_MOST_MONTHS = 600,
    SERVE_ORDER_WHY = 256
};

/* Borrowed from `json`. */
typedef struct {
    json_t *json;
    lode_lever_value values[SERVE_MOST_LEVERS];
    size_t count;
    /* of an ensemble */
    int64_t draws;
    uint64_t seed;
    int32_t months; /* 0: all */
    const char *shocks[SERVE_MOST_SHOCKS];
    size_t shock_count;
} serve_order;

/* The body of POST /runs, or of POST /ensembles. False, with `why` and *code, where it is not one. Free the order in either case. */
bool serve_order_read(serve_order *order, const char *body, size_t size, bool ensemble, const char **code,
                      char why[SERVE_ORDER_WHY]);
void serve_order_free(serve_order *order);
/* `levers` of an order as it was read. A new reference. */
json_t *serve_order_levers(const serve_order *order);

/* Whether `path` fits `route`, such as `/api/v1/runs/{run}/tables/{name}`. What stands for {...} goes to `words`: 1 to 63 letters, digits,
 * `_`, `-`, `.`, no `..`; at most 2. */
bool serve_route_fits(const char *route, const char *path, char (*words)[256]);
/* Whether `what` may be a question: printable, without quotes or backslashes, 1 to 200 characters. */
bool serve_is_question(const char *what);

#endif
