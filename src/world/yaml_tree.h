/* YAML as a tree that remembers places. Built from libyaml's events: every scalar is text until someone asks for a
 * type, so that the country NO stays NO. Duplicate keys, aliases, anchors, tags, a second document, more than 64
 * levels and more than 16 MiB are errors. */
#ifndef LODE_WORLD_YAML_TREE_H
#define LODE_WORLD_YAML_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "lodestone/error.h"

typedef enum { LODE_YAML_SCALAR, LODE_YAML_MAP, LODE_YAML_SEQUENCE } lode_yaml_kind;

/* Nodes live in the arena and are immutable once read. */
typedef struct lode_yaml_node lode_yaml_node;
struct lode_yaml_node {
    lode_yaml_kind kind;
    int line, column; /* from 1 */
    const char *file; /* that it was read from */
    const char *text; /* SCALAR: its value; else "" */
    bool quoted;      /* SCALAR: written with quotes or as a block */
    const char *key;  /* where the parent is a map; else NULL */
    int key_line, key_column;
    int32_t count;                /* children */
    lode_yaml_node *first, *next; /* first child; next sibling */
};

/* Reads the file into *out (NULL for an empty document). LODE_OK, LODE_NOMEM, or the code of the finding. O(size). */
lode_code lode_yaml_read(const lode_yaml_node **out, const char *path, lode_arena *arena, lode_diags *diags);
/* The same from memory; `file` is for messages and is copied. */
lode_code lode_yaml_parse(const lode_yaml_node **out, const char *text, size_t length, const char *file,
                          lode_arena *arena, lode_diags *diags);

/* The value of a key; NULL if `map` is NULL, not a map, or has no such key. O(keys). */
const lode_yaml_node *lode_yaml_get(const lode_yaml_node *map, const char *key);
/* True for NULL and for an empty scalar, `~` or `null` without quotes. */
bool lode_yaml_is_null(const lode_yaml_node *node);
const char *lode_yaml_kind_name(lode_yaml_kind kind); /* "text", "a mapping", "a list" */

/* A finding about a node (`what` names it). Returns `code`. */
lode_code lode_yaml_error(lode_diags *diags, lode_code code, const lode_yaml_node *node, const char *fix,
                          const char *message, ...) __attribute__((format(printf, 5, 6)));

/* Typed access with findings. Each returns true and sets *out if the node holds such a value; a NULL node or null
 * value is false without a finding, and leaves *out alone. `what` names the value in messages (the key, usually). */
bool lode_yaml_text(const lode_yaml_node *node, const char *what, const char **out, lode_diags *diags);
bool lode_yaml_real(const lode_yaml_node *node, const char *what, double min, double max, double *out,
                    lode_diags *diags);
bool lode_yaml_int(const lode_yaml_node *node, const char *what, int32_t min, int32_t max, int32_t *out,
                   lode_diags *diags);
bool lode_yaml_bool(const lode_yaml_node *node, const char *what, bool *out, lode_diags *diags);
/* `precision` may be NULL; it gets 4, 7 or 10. */
bool lode_yaml_day(const lode_yaml_node *node, const char *what, lode_day *out, int *precision, lode_diags *diags);
/* The position of the word in `names` (which ends with NULL). */
bool lode_yaml_word(const lode_yaml_node *node, const char *what, const char *const *names, int *out,
                    lode_diags *diags);

/* Reports every key of `map` that is not in `names` (which ends with NULL), with the nearest ones; `what` names the
 * map. */
void lode_yaml_check_keys(const lode_yaml_node *map, const char *what, const char *const *names, lode_diags *diags);

#endif
