/* Paths to numbers. Those of a table are cells (world/cells.h), with the range of their attribute; those of the scenario are scalars of its
 * tree, with the range that the key tables of their instrument give. */
#include "ensemble/uncertain_path.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/number.h"
#include "lodestone/nearest.h"

enum { MOST_PARTS = 24 }; /* as deep as lode_scenario_put goes */

static lode_code wrong(const lode_path_search *s, lode_code code, const lode_yaml_node *where, const char *fix,
                       const char *path, const char *why) {
    return lode_yaml_error(s->diags, code, where, fix, "uncertainty `%.160s`: %s", path, why);
}

static lode_code add_target(lode_target_list *list, lode_uncertain_target target) {
    if (list->count == list->capacity) {
        int32_t capacity = list->capacity ? list->capacity * 2 : 16;
        lode_uncertain_target *grown = capacity > 0 ? realloc(list->items, (size_t)capacity * sizeof *grown) : NULL;
        if (!grown) {
            return LODE_NOMEM;
        }
        list->items = grown;
        list->capacity = capacity;
    }
    list->items[list->count++] = target;
    return LODE_OK;
}

/* ---- tables of the world ---- */

/* The range of an attribute that lies above its least value begins a little above it. */
static double least_of(const lode_attribute *a) {
    const double a_little = 1e-9;
    return a->flags & LODE_ATTR_OPEN_MIN ? a->min + a_little * fmax(1, fabs(a->min)) : a->min;
}

static lode_code take_cell(lode_target_list *out, const lode_path_search *s, const lode_cell *cell,
                           const lode_yaml_node *where) {
    const lode_attribute *a = cell->attribute;
    double value;
    if (!lode_parse_real(cell->text[0] ? cell->text : a->fallback, &value)) {
        return LODE_OK; /* nothing stands there */
    }
    if (!cell->nameable) {
        return wrong(s, LODE_BAD_ID, where, "name other rows", cell->path,
                     "a key of its row has a dot, so that no path can name it");
    }
    const lode_uncertain_target target = {.path = cell->path,
                                          .in_world = true,
                                          .base = value,
                                          .least = least_of(a),
                                          .most = a->max,
                                          .whole = a->type == LODE_ATTR_INTEGER};
    return add_target(out, target);
}

static lode_code take_cells(lode_target_list *out, const lode_path_search *s, const lode_override *wanted,
                            const lode_yaml_node *where) {
    lode_cells cells = {0};
    const int32_t before = out->count;
    lode_code code = lode_cells_find(&cells, s->scenario->world, wanted, s->assumptions, s->arena);
    if (code && code != LODE_NOMEM) {
        code = wrong(s, code, where, "check that it may be read", wanted->path, "the file of the table cannot be read");
    }
    for (int32_t i = 0; i < cells.count && !code; i++) {
        code = take_cell(out, s, &cells.items[i], where);
    }
    if (!code && cells.count == 0) {
        code = lode_override_unmatched(wanted, s->scenario->world, s->diags);
    } else if (!code && out->count == before) {
        code = wrong(s, LODE_MISSING_VALUE, where, "write a number there first, in the table or in `assumptions`",
                     wanted->path, "the cell is empty and has no default");
    }
    free(cells.items);
    return code;
}

static lode_code world_targets(lode_target_list *out, const lode_path_search *s, const char *pattern,
                               const lode_yaml_node *where) {
    lode_override wanted = {
        .what = "uncertainty", .path = pattern, .file = where->file, .line = where->line, .column = where->column};
    lode_code code = lode_override_parse(&wanted, s->arena, s->diags);
    if (code) {
        return code;
    }
    if (wanted.attribute->type != LODE_ATTR_REAL && wanted.attribute->type != LODE_ATTR_INTEGER) {
        return wrong(s, LODE_BAD_TYPE, where, "name a column of numbers; `lodestone describe` lists them", pattern,
                     "the column holds no numbers");
    }
    return take_cells(out, s, &wanted, where);
}

/* ---- what the keys of an instrument allow ---- */

typedef struct {
    double least, most;
    bool whole;
} limits;

/* What stands below a key that takes numbers by month: itself, one of a list, or an end of a straight line. */
static bool series_limits(const lode_key *key, const lode_yaml_node *const *at, int left, limits *out) {
    *out = (limits){key->min, lode_key_most(key), false};
    if (left == 2 && at[0]->kind == LODE_YAML_MAP && strcmp(at[1]->key, "months") == 0) {
        *out = (limits){0, LODE_LONGEST_LINE, false};
    }
    return left <= 2;
}

/* The limits of the last of at[left], whose first is a value of one of the tables. False: it is not a number that a draw may replace. */
static bool key_limits(const lode_key_table *const *tables, int32_t table_count, const lode_yaml_node *const *at,
                       int left, limits *out) {
    const lode_key *key = left > 0 && at[0]->key ? lode_key_find(tables, table_count, at[0]->key) : NULL;
    if (!key) {
        return false;
    }
    switch (key->kind) {
    case LODE_KEY_NUMBER:
    case LODE_KEY_INTEGER:
        *out = (limits){key->min, lode_key_most(key), key->kind == LODE_KEY_INTEGER};
        return left == 1;
    case LODE_KEY_SERIES:
        return series_limits(key, at, left, out);
    case LODE_KEY_BY_REGION:
    case LODE_KEY_BY_COMMODITY:
        return left > 1 && series_limits(key, at + 1, left - 1, out);
    case LODE_KEY_MAP:
        return key_limits(&key->nested, 1, at + 1, left - 1, out);
    case LODE_KEY_LIST:
        return left > 1 && key_limits(&key->nested, 1, at + 2, left - 2, out);
    case LODE_KEY_NODE:
        *out = (limits){-INFINITY, INFINITY, false};
        return true;
    default:
        return false;
    }
}

static const char *text_of(const lode_yaml_node *map, const char *key) {
    const lode_yaml_node *node = lode_yaml_get(map, key);
    return node && node->kind == LODE_YAML_SCALAR ? node->text : "";
}

/* The instrument that an entry of `policies`, `shocks` or of a shock of the battery became; *depth: where its keys begin. */
static const lode_instrument *instrument_at(const lode_scenario *s, const lode_yaml_node *const *chain, int count,
                                            int *depth) {
    *depth = 3;
    if (strcmp(chain[1]->key, "battery") != 0) {
        return count > 3 ? lode_instrument_find(s->instruments, s->count, text_of(chain[2], "id")) : NULL;
    }
    *depth = 5;
    int32_t shock = count > 5 ? lode_scenario_shock(s, text_of(chain[2], "name")) : -1;
    if (shock < 0 || strcmp(chain[3]->key ? chain[3]->key : "", "shocks") != 0) {
        return NULL;
    }
    return lode_instrument_find(s->battery[shock].instruments, s->battery[shock].count, text_of(chain[4], "id"));
}

static bool node_limits(const lode_scenario *s, const lode_yaml_node *const *chain, int count, limits *out) {
    int depth;
    if (strcmp(chain[1]->key, "settings") == 0) {
        const lode_key_table *settings = lode_scenario_settings_table();
        return key_limits(&settings, 1, chain + 2, count - 2, out);
    }
    const lode_instrument *it = instrument_at(s, chain, count, &depth);
    if (!it) {
        return false;
    }
    const lode_key_table *tables[2] = {lode_instrument_common_table(), it->type->attributes};
    return key_limits(tables, 2, chain + depth, count - depth, out);
}

/* ---- the scenario's tree ---- */

typedef struct {
    const lode_path_search *search;
    lode_target_list *out;
    const char *pattern;
    const lode_yaml_node *where;
    const char *parts[MOST_PARTS];
    int count;
    bool has_star;
    const lode_yaml_node *unusable; /* met, and not a number */
    int deepest;                    /* part that nothing was called */
    lode_nearest nearest;           /* what there is in its place */
} walk;

static bool cut_parts(walk *w) {
    char *part = lode_arena_strdup(w->search->arena, w->pattern);
    for (char *dot; part; part = dot) {
        dot = strchr(part, '.');
        if (dot) {
            *dot++ = '\0';
        }
        if (w->count == MOST_PARTS - 1 || !*part) {
            return false;
        }
        w->has_star = w->has_star || strcmp(part, "*") == 0;
        w->parts[w->count++] = part;
    }
    return w->count > 0;
}

static const char *entry_name(const lode_yaml_node *entry) {
    const char *id = text_of(entry, "id");
    return id[0] ? id : text_of(entry, "name");
}

static lode_code use_leaf(walk *w, const lode_yaml_node *leaf, const char *path) {
    const lode_yaml_node *chain[MOST_PARTS];
    const lode_scenario *scenario = w->search->scenario;
    limits range;
    double value;
    int count = lode_scenario_walk(scenario->file->root, path, chain, MOST_PARTS, NULL, NULL);
    bool is_same = count > 2 && chain[count - 1] == leaf; /* an entry may bear the name or the number of another one */
    if (!is_same || leaf->kind != LODE_YAML_SCALAR || lode_yaml_is_null(leaf) || !lode_parse_real(leaf->text, &value) ||
        !node_limits(scenario, chain, count, &range)) {
        w->unusable = w->unusable ? w->unusable : leaf;
        return LODE_OK;
    }
    const lode_uncertain_target target = {
        .path = path, .base = value, .least = range.least, .most = range.most, .whole = range.whole};
    return add_target(w->out, target);
}

static lode_code descend(walk *w, const lode_yaml_node *node, int depth, const char *path);

/* Nothing below `node` is called as the pattern has it: what there is instead. */
static void note_miss(walk *w, const lode_yaml_node *node, int depth) {
    if (depth < w->deepest) {
        return;
    }
    if (depth > w->deepest) {
        lode_nearest_begin(&w->nearest, w->parts[depth]);
        w->deepest = depth;
    }
    for (const lode_yaml_node *child = node->first; child; child = child->next) {
        const char *name = node->kind == LODE_YAML_MAP ? child->key : entry_name(child);
        if (name[0]) {
            lode_nearest_offer(&w->nearest, name);
        }
    }
}

static lode_code descend_into(walk *w, const lode_yaml_node *child, int32_t number, int depth, const char *path,
                              bool *met) {
    char as_number[16];
    const char *name = child->key;
    snprintf(as_number, sizeof as_number, "%d", (int)number);
    if (!name) {
        name = entry_name(child);
        name = name[0] && !strchr(name, '.') ? name : as_number;
    }
    const char *wanted = w->parts[depth];
    bool numbered = !child->key && strcmp(wanted, as_number) == 0;
    if (strcmp(wanted, "*") != 0 && strcmp(wanted, name) != 0 && !numbered) {
        return LODE_OK;
    }
    *met = true;
    const char *longer = lode_arena_printf(w->search->arena, "%s%s%s", path, path[0] ? "." : "", name);
    return longer ? descend(w, child, depth + 1, longer) : LODE_NOMEM;
}

static lode_code descend(walk *w, const lode_yaml_node *node, int depth, const char *path) {
    if (depth == w->count) {
        return use_leaf(w, node, path);
    }
    lode_code code = LODE_OK;
    int32_t number = 0;
    bool met = false;
    for (const lode_yaml_node *child = node->first; child && !code; child = child->next) {
        code = descend_into(w, child, number++, depth, path, &met);
    }
    if (!met) {
        note_miss(w, node, depth);
    }
    return code;
}

static lode_code nothing_found(const walk *w) {
    const lode_path_search *s = w->search;
    if (w->unusable) {
        const lode_yaml_node *node = w->unusable;
        return node->kind == LODE_YAML_SCALAR
                   ? wrong(s, LODE_BAD_TYPE, w->where, "name a key that takes a number", w->pattern,
                           "what stands there is not a number that a draw may replace")
                   : wrong(s, LODE_BAD_TYPE, w->where, "go on with the key or the number of an entry, or with `*`",
                           w->pattern, node->kind == LODE_YAML_MAP ? "a mapping stands there" : "a list stands there");
    }
    char fix[240], why[160];
    lode_nearest_format(&w->nearest, fix, sizeof fix);
    snprintf(why, sizeof why, "the scenario has no `%.80s` there", w->parts[w->deepest > 0 ? w->deepest : 0]);
    return wrong(s, LODE_UNKNOWN_KEY, w->where, fix[0] ? fix : "name what the scenario writes", w->pattern, why);
}

/* A number by month is a list to some entries and one number to others: a pattern that takes the one should not pass over the other. */
static void mention_unusable(const walk *w) {
    const lode_yaml_node *node = w->unusable;
    if (node && node->kind != LODE_YAML_SCALAR) {
        lode_diag_add(w->search->diags, LODE_WARNING, LODE_BAD_TYPE, w->where->file, w->where->line, w->where->column,
                      "name its numbers too, with `.*` behind it, or leave it out with `except`",
                      "uncertainty `%.160s`: what stands in line %d is %s and stays as it is", w->pattern, node->line,
                      lode_yaml_kind_name(node->kind));
    }
}

static lode_code scenario_targets(lode_target_list *out, const lode_path_search *s, const char *pattern,
                                  const lode_yaml_node *where) {
    walk w = {.search = s, .out = out, .pattern = pattern, .where = where, .deepest = -1};
    const int32_t before = out->count;
    if (!cut_parts(&w)) {
        return wrong(s, LODE_UNKNOWN_KEY, where, "write policies.ID.KEY", pattern, "it is not a path");
    }
    lode_code code = descend(&w, s->scenario->file->root, 0, "");
    if (!code && out->count == before) {
        return nothing_found(&w);
    }
    mention_unusable(&w);
    return code;
}

/* ---- which of the two ---- */

static const char *const scenario_parts[] = {"policies", "shocks", "battery", "settings", NULL};
static const char *const other_parts[] = {"assumptions", "horizon", "uncertainties", "report", "set", NULL};

static bool begins_with(const char *path, const char *const *words) {
    size_t length = strcspn(path, ".");
    for (int i = 0; words[i]; i++) {
        if (strlen(words[i]) == length && strncmp(words[i], path, length) == 0) {
            return true;
        }
    }
    return false;
}

static lode_code unknown_beginning(const lode_path_search *s, const char *pattern, const lode_yaml_node *where) {
    char first[80], fix[240];
    lode_nearest nearest;
    snprintf(first, sizeof first, "%.*s", (int)strcspn(pattern, "."), pattern);
    lode_nearest_begin(&nearest, first);
    for (int i = 0; scenario_parts[i]; i++) {
        lode_nearest_offer(&nearest, scenario_parts[i]);
    }
    for (int i = 0; i < LODE_TABLE_COUNT; i++) {
        lode_nearest_offer(&nearest, lode_table_get((lode_table_id)i)->name);
    }
    lode_nearest_format(&nearest, fix, sizeof fix);
    return wrong(s, LODE_UNKNOWN_KEY, where,
                 fix[0] ? fix : "begin with a table, as in assets.*.capex_usd, or with policies, shocks, battery",
                 pattern, "neither a table nor a list of the scenario is called so");
}

static lode_code find_targets(lode_target_list *out, const lode_path_search *search, const char *pattern,
                              const lode_yaml_node *where) {
    if (begins_with(pattern, scenario_parts)) {
        return scenario_targets(out, search, pattern, where);
    }
    if (begins_with(pattern, other_parts)) {
        return wrong(search, LODE_UNKNOWN_KEY, where,
                     "name the number itself: TABLE.KEY.COLUMN, policies.ID.key, shocks.ID.key or battery.NAME...",
                     pattern, "this part of a scenario holds no numbers that a draw may replace");
    }
    char table[80];
    snprintf(table, sizeof table, "%.*s", (int)strcspn(pattern, "."), pattern);
    return lode_table_find(table) ? world_targets(out, search, pattern, where)
                                  : unknown_beginning(search, pattern, where);
}

lode_code lode_path_targets(lode_target_list *out, const lode_path_search *search, const char *pattern,
                            const lode_yaml_node *where) {
    const int32_t before = out->count;
    lode_code code = find_targets(out, search, pattern, where);
    if (!code && out->count == before + 1) {
        out->items[before].exact = !strchr(pattern, '*');
    }
    return code;
}
