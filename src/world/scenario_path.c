/* Dotted paths into a scenario's tree: `shocks.april_2025.groups.magnets.decided.last`. A part is a key of a mapping, or of a list the id
 * (or name) of an entry or its number from 0. */
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "lodestone/nearest.h"
#include "world/scenario_file.h"

enum { LONGEST_PATH = 24, LONGEST_PART = 120 };

/* The part at *path, which moves past it; false where it is empty or too long. */
static bool next_part(const char **path, char part[LONGEST_PART]) {
    size_t length = strcspn(*path, ".");
    if (length == 0 || length >= LONGEST_PART)
        return false;
    memcpy(part, *path, length);
    part[length] = '\0';
    *path += length + ((*path)[length] == '.');
    return true;
}

static const char *name_of(const lode_yaml_node *parent, const lode_yaml_node *child) {
    if (parent->kind == LODE_YAML_MAP)
        return child->key;
    const lode_yaml_node *id = lode_yaml_get(child, "id");
    id = id ? id : lode_yaml_get(child, "name");
    return id && id->kind == LODE_YAML_SCALAR ? id->text : NULL;
}

static const lode_yaml_node *find_child(const lode_yaml_node *parent, const char *part) {
    char *end;
    long number = strtol(part, &end, 10);
    bool numbered = parent->kind == LODE_YAML_SEQUENCE && *part != '-' && *end == '\0';
    for (const lode_yaml_node *child = parent->first; child; child = child->next) {
        const char *name = name_of(parent, child);
        if ((name && !strcmp(name, part)) || (numbered && number-- == 0))
            return child;
    }
    return NULL;
}

static lode_code not_there(const lode_yaml_node *parent, const char *part, const char *path,
                           const lode_yaml_node *where, lode_diags *diags) {
    char fix[240];
    lode_nearest nearest;
    lode_nearest_begin(&nearest, part);
    for (const lode_yaml_node *child = parent->first; child; child = child->next)
        if (name_of(parent, child))
            lode_nearest_offer(&nearest, name_of(parent, child));
    lode_nearest_format(&nearest, fix, sizeof fix);
    return lode_yaml_error(diags, LODE_UNKNOWN_KEY, where, fix[0] ? fix : "name what the scenario holds",
                           "`%.160s`: the scenario has no `%.80s` there", path, part);
}

int lode_scenario_walk(const lode_yaml_node *root, const char *path, const lode_yaml_node **chain, int most,
                       const lode_yaml_node *where, lode_diags *diags) {
    int count = 0;
    char part[LONGEST_PART];
    const char *rest = path;
    chain[count++] = root;
    while (*rest) {
        const lode_yaml_node *parent = chain[count - 1], *child = NULL;
        if (next_part(&rest, part) && count < most)
            child = find_child(parent, part);
        if (!child) {
            if (where)
                not_there(parent, part, path, where, diags);
            return 0;
        }
        chain[count++] = child;
    }
    return count;
}

/* A copy of `parent` whose child `old` is `replacement`. */
static lode_yaml_node *with_child(const lode_yaml_node *parent, const lode_yaml_node *old,
                                  const lode_yaml_node *replacement, lode_arena *arena) {
    lode_yaml_node *copy = lode_arena_alloc(arena, 1, sizeof *copy), *last = NULL;
    if (!copy)
        return NULL;
    *copy = *parent;
    copy->first = NULL;
    for (const lode_yaml_node *child = parent->first; child; child = child->next) {
        lode_yaml_node *one = lode_arena_alloc(arena, 1, sizeof *one);
        if (!one)
            return NULL;
        *one = child == old ? *replacement : *child;
        one->key = child->key;
        one->key_line = child->key_line;
        one->key_column = child->key_column;
        one->next = NULL;
        if (last)
            last->next = one;
        else
            copy->first = one;
        last = one;
    }
    return copy;
}

lode_code lode_scenario_put(const lode_yaml_node **root, const char *path, const lode_yaml_node *value,
                            lode_arena *arena, lode_diags *diags) {
    const lode_yaml_node *chain[LONGEST_PATH], *changed = value;
    int count = lode_scenario_walk(*root, path, chain, LONGEST_PATH, value, diags);
    if (count < 2)
        return LODE_UNKNOWN_KEY;
    for (int i = count - 2; i >= 0 && changed; i--)
        changed = with_child(chain[i], chain[i + 1], changed, arena);
    if (!changed)
        return LODE_NOMEM;
    *root = changed;
    return LODE_OK;
}
