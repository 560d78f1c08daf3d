/* One entry of `uncertainties`: its keys, its distribution, the numbers it speaks of, and whether they may become what it says. */
#include "ensemble/uncertain_entry.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/number.h"

typedef struct {
    const char *id, *title, *note;
    lode_text_list source;
    bool assumed, relative, add, each;
    const lode_yaml_node *of, *except, *correlated, *bounds, *distribution;
} entry_keys;

#define AT(field) offsetof(entry_keys, field)
#define DISTRIBUTION(key, words)                                                                                       \
    { .name = key, .kind = LODE_KEY_NODE, .offset = AT(distribution), .doc = words }
#define FLAG(key, field, words)                                                                                        \
    { .name = key, .kind = LODE_KEY_FLAG, .max = 1, .offset = AT(field), .doc = words }
static const lode_key entry_rows[] = {
    {.name = "id",
     .kind = LODE_KEY_TEXT,
     .required = true,
     .offset = AT(id),
     .doc = "its name, and the key of its draws"},
    {.name = "title", .kind = LODE_KEY_TEXT, .offset = AT(title), .doc = "what people read"},
    {.name = "note", .kind = LODE_KEY_TEXT, .offset = AT(note), .doc = "anything worth saying"},
    {.name = "source", .kind = LODE_KEY_TEXTS, .offset = AT(source), .doc = "where the range is from"},
    FLAG("assumed", assumed, "the range is an assumption"),
    {.name = "of",
     .kind = LODE_KEY_NODE,
     .required = true,
     .offset = AT(of),
     .doc = "path or pattern of the numbers, or a list of them"},
    {.name = "except",
     .kind = LODE_KEY_NODE,
     .offset = AT(except),
     .doc = "numbers that `of` matches and this entry leaves alone"},
    FLAG("relative", relative, "multiplies what stands there"),
    FLAG("add", add, "is added to what stands there"),
    FLAG("each", each, "every number that `of` matches has a draw of its own"),
    {.name = "correlated",
     .kind = LODE_KEY_NODE,
     .offset = AT(correlated),
     .doc = "mapping from the id of another entry to the correlation of the normal scores"},
    {.name = "bounds", .kind = LODE_KEY_NODE, .offset = AT(bounds), .doc = "[low, high]: truncates the distribution"},
    DISTRIBUTION("uniform", "{low, high}, or `table`"),
    DISTRIBUTION("triangular", "{low, mode, high}, or `table`"),
    DISTRIBUTION("pert", "{low, mode, high, shape = 4}, or `table`"),
    DISTRIBUTION("normal", "{mean, sd}"),
    DISTRIBUTION("lognormal", "{median, sd_log} or {p5, p95}"),
    DISTRIBUTION("beta", "{a, b, low = 0, high = 1}"),
    DISTRIBUTION("discrete", "{values, weights}"),
    DISTRIBUTION("bernoulli", "probability of 1; else 0"),
    DISTRIBUTION("empirical", "a sample"),
};
#undef AT
static const lode_key_table entry_table = {"uncertainty", sizeof(entry_keys), sizeof entry_rows / sizeof entry_rows[0],
                                           entry_rows};

/* What is known of the entry under way. */
typedef struct {
    lode_uncertain_reading *r;
    const lode_yaml_node *node;
    entry_keys keys;
    lode_distribution distribution;
    bool from_table; /* low, value and high of each row */
    lode_target_list targets;
    bool told; /* that some draws are kept within a range */
} entry;

static lode_code wrong(const entry *e, const lode_yaml_node *where, lode_code code, const char *fix, const char *why) {
    return lode_yaml_error(e->r->search.diags, code, where ? where : e->node, fix, "`%.80s`: %s", e->keys.id, why);
}

/* ---- which numbers ---- */

static lode_code find_one(const entry *e, const lode_yaml_node *node, lode_target_list *out) {
    const char *pattern = NULL;
    if (!lode_yaml_text(node, "of", &pattern, e->r->search.diags) || !pattern[0]) {
        return pattern
                   ? wrong(e, node, LODE_MISSING_VALUE, "write a path, such as assets.*.capex_usd", "a path is empty")
                   : LODE_BAD_TYPE;
    }
    return lode_path_targets(out, &e->r->search, pattern, node);
}

/* All numbers of a path or of a list of paths; goes on after a finding. */
static lode_code find_all(const entry *e, const lode_yaml_node *node, lode_target_list *out) {
    if (node->kind != LODE_YAML_SEQUENCE) {
        return find_one(e, node, out);
    }
    lode_code first = LODE_OK;
    for (const lode_yaml_node *one = node->first; one && first != LODE_NOMEM; one = one->next) {
        lode_code code = find_one(e, one, out);
        first = first && code != LODE_NOMEM ? first : code;
    }
    if (node->count == 0) {
        return wrong(e, node, LODE_MISSING_VALUE, "name at least one number", "a list of paths is empty");
    }
    return first;
}

static lode_code index_paths(const lode_target_list *list, lode_idmap *out) {
    for (int32_t i = 0; i < list->count; i++) {
        if (lode_idmap_put(out, list->items[i].path, i) < 0) {
            return LODE_NOMEM;
        }
    }
    return LODE_OK;
}

/* Takes out what `except` names. */
static lode_code leave_out(entry *e) {
    lode_target_list excepted = {0};
    lode_idmap *paths = lode_idmap_new();
    lode_code code = paths ? find_all(e, e->keys.except, &excepted) : LODE_NOMEM;
    code = code ? code : index_paths(&excepted, paths);
    int32_t kept = 0;
    for (int32_t i = 0; i < e->targets.count && !code; i++) {
        if (lode_idmap_get(paths, e->targets.items[i].path) < 0) {
            e->targets.items[kept++] = e->targets.items[i];
        }
    }
    e->targets.count = code ? e->targets.count : kept;
    lode_idmap_free(paths);
    free(excepted.items);
    if (!code && kept == 0) {
        return wrong(e, e->keys.except, LODE_CONFLICT, "leave fewer out", "`except` leaves out all that `of` names");
    }
    return code;
}

/* Takes out what other entries name exactly: a number of its own beats a pattern. */
static lode_code leave_to_others(entry *e) {
    int32_t kept = 0;
    for (int32_t i = 0; i < e->targets.count; i++) {
        const lode_uncertain_target *target = &e->targets.items[i];
        int32_t owner = lode_idmap_get(e->r->exact, target->path);
        if (target->exact || owner < 0 || owner == e->r->place) {
            e->targets.items[kept++] = *target;
        }
    }
    e->targets.count = kept;
    if (kept == 0) {
        return wrong(e, e->keys.of, LODE_CONFLICT, "leave the entry out", "other entries name each of its numbers");
    }
    return LODE_OK;
}

/* A number has one uncertainty. Twice in one entry is once. */
static lode_code claim(entry *e) {
    lode_uncertain_reading *r = e->r;
    lode_code first = LODE_OK;
    int32_t kept = 0;
    for (int32_t i = 0; i < e->targets.count; i++) {
        const lode_uncertain_target *target = &e->targets.items[i];
        int put = lode_idmap_put(r->paths, target->path, r->entry_count);
        int32_t owner = lode_idmap_get(r->paths, target->path);
        if (put < 0) {
            return LODE_NOMEM;
        }
        if (put == 1 && owner != r->entry_count) {
            first = lode_yaml_error(r->search.diags, LODE_DUPLICATE, e->keys.of,
                                    "leave it out of one of them, with `except` or another pattern",
                                    "`%.80s` and `%.80s` both speak of `%.160s`", e->keys.id, r->entries[owner].id,
                                    target->path);
        }
        if (put == 0) {
            e->targets.items[kept++] = *target;
        }
    }
    e->targets.count = kept;
    return first;
}

static lode_code find_targets(entry *e) {
    lode_code code = find_all(e, e->keys.of, &e->targets);
    if (!code && !lode_yaml_is_null(e->keys.except)) {
        code = leave_out(e);
    }
    return code ? code : leave_to_others(e);
}

static void note_path(lode_uncertain_reading *r, const lode_yaml_node *node) {
    lode_path_search silent = r->search;
    lode_target_list found = {0};
    silent.diags = NULL;
    bool readable = node->kind == LODE_YAML_SCALAR && node->text[0] && !strchr(node->text, '*');
    lode_code code = readable ? lode_path_targets(&found, &silent, node->text, node) : LODE_OK;
    r->failed = r->failed || code == LODE_NOMEM;
    for (int32_t i = 0; i < found.count && !code; i++) {
        if (found.items[i].exact && lode_idmap_put(r->exact, found.items[i].path, r->place) < 0) {
            r->failed = true;
        }
    }
    free(found.items);
}

void lode_uncertain_note_exact(lode_uncertain_reading *r, const lode_yaml_node *node) {
    const lode_yaml_node *of = lode_yaml_get(node, "of");
    if (of && of->kind == LODE_YAML_SCALAR) {
        note_path(r, of);
    }
    for (const lode_yaml_node *one = of ? of->first : NULL; one && of->kind == LODE_YAML_SEQUENCE; one = one->next) {
        note_path(r, one);
    }
}

/* ---- ranges of parameters.csv ---- */

static const lode_parameter *parameter_of(const entry *e, const lode_uncertain_target *target) {
    static const char table[] = "parameters.", column[] = ".value";
    const lode_world *world = e->r->search.scenario->world;
    size_t length = strlen(target->path), ends = sizeof table + sizeof column - 2;
    if (!target->in_world || length <= ends || strncmp(target->path, table, sizeof table - 1) != 0 ||
        strcmp(target->path + length - (sizeof column - 1), column) != 0) {
        return NULL;
    }
    char id[200];
    snprintf(id, sizeof id, "%.*s", (int)(length - ends), target->path + sizeof table - 1);
    int32_t index = lode_idmap_get(world->parameter_ids, id);
    return index >= 0 ? &world->parameters[index] : NULL;
}

/* Keeps the parameters that have a range. */
static lode_code keep_ranges(entry *e) {
    int32_t kept = 0;
    for (int32_t i = 0; i < e->targets.count; i++) {
        const lode_parameter *p = parameter_of(e, &e->targets.items[i]);
        if (!p) {
            return wrong(e, e->keys.of, LODE_CONFLICT, "write of: parameters.NAME.value, or the range itself",
                         "`table` takes the range of a row of parameters.csv, and `of` names something else");
        }
        if (p->low < p->high && p->value >= p->low && p->value <= p->high) {
            e->targets.items[kept++] = e->targets.items[i];
        } else if (p->low < p->high) {
            return lode_yaml_error(e->r->search.diags, LODE_BAD_RANGE, e->keys.of,
                                   "mend its row of parameters.csv, or write the range here",
                                   "`%.80s`: the value of `%.80s` does not lie between its low and its high",
                                   e->keys.id, p->id);
        }
    }
    e->targets.count = kept;
    if (kept == 0) {
        return wrong(e, e->keys.of, LODE_MISSING_VALUE, "fill in `low` and `high` there, or write the range here",
                     "no row of parameters.csv that `of` names has a range");
    }
    return LODE_OK;
}

static lode_distribution range_of(const entry *e, const lode_uncertain_target *target) {
    const lode_parameter *p = parameter_of(e, target);
    return lode_distribution_range(e->distribution.kind, p->low, p->value, p->high);
}

/* ---- how ---- */

static bool names_table(const lode_yaml_node *node) {
    return node && node->kind == LODE_YAML_SCALAR && strcmp(node->text, "table") == 0;
}

static lode_code read_from_table(entry *e, const lode_yaml_node *named) {
    int kind = lode_name_index(lode_distribution_names, named->key);
    e->from_table = true;
    e->distribution.kind = (lode_distribution_kind)kind;
    if (kind > LODE_DISTRIBUTION_PERT) {
        return wrong(e, named, LODE_CONFLICT, "write uniform, triangular or pert",
                     "a row of parameters.csv has a low, a value and a high, which do not make this distribution");
    }
    if (e->keys.relative || e->keys.add || !lode_yaml_is_null(e->keys.bounds)) {
        return wrong(e, named, LODE_CONFLICT, "leave out `relative`, `add` and `bounds`",
                     "`table` says the whole range by itself");
    }
    return LODE_OK;
}

static lode_code read_distribution(entry *e) {
    const lode_path_search *s = &e->r->search;
    const lode_yaml_node *named;
    if (e->keys.relative && e->keys.add) {
        return wrong(e, NULL, LODE_CONFLICT, "keep one of them", "it is both `relative` and `add`");
    }
    lode_code code = lode_distribution_find(e->node, &named, s->diags);
    if (code) {
        return code;
    }
    return names_table(named) ? read_from_table(e, named)
                              : lode_distribution_read(&e->distribution, e->node, s->arena, s->diags);
}

/* ---- numbers ---- */

/* What a target becomes at x, whatever its attribute allows; and the x at which it becomes y. */
static double becomes(const lode_uncertain *item, const lode_uncertain_target *target, double x) {
    switch (item->change) {
    case LODE_UNCERTAIN_MULTIPLIES:
        return target->base * x;
    case LODE_UNCERTAIN_ADDS:
        return target->base + x;
    default:
        return x;
    }
}

static double where_it_becomes(const lode_uncertain *item, const lode_uncertain_target *target, double y) {
    switch (item->change) {
    case LODE_UNCERTAIN_MULTIPLIES:
        return y / target->base;
    case LODE_UNCERTAIN_ADDS:
        return y - target->base;
    default:
        return y;
    }
}

double lode_uncertain_number(const lode_uncertain *item, int32_t t, double value) {
    const lode_uncertain_target *target = &item->targets[t];
    double y = becomes(item, target, value);
    y = target->whole ? nearbyint(y) : y;
    return fmin(fmax(y, target->least), target->most);
}

/* Share of the draws in which the target leaves what its attribute allows. */
static double share_outside(const lode_uncertain *item, const lode_uncertain_target *target) {
    const lode_distribution *d = &item->distribution;
    bool falls = item->change == LODE_UNCERTAIN_MULTIPLIES && target->base < 0;
    if (item->change == LODE_UNCERTAIN_MULTIPLIES && target->base == 0) {
        return 0;
    }
    double low = where_it_becomes(item, target, falls ? target->most : target->least);
    double high = where_it_becomes(item, target, falls ? target->least : target->most);
    return lode_distribution_cdf(d, nextafter(low, -INFINITY)) + 1 - lode_distribution_cdf(d, high);
}

static void format_range(const lode_uncertain_target *target, char out[120]) {
    char least[32], most[32];
    lode_format_digits(target->least, 6, least);
    lode_format_digits(target->most, 6, most);
    snprintf(out, 120, "%s%.30s%s%s%.30s", least[0] ? "at least " : "", least, least[0] && most[0] ? " and " : "",
             most[0] ? "at most " : "", most);
}

static void check_range(entry *e, const lode_uncertain *item, const lode_uncertain_target *target) {
    const double mentionable = 1e-6;
    lode_diags *diags = e->r->search.diags;
    double one = becomes(item, target, lode_distribution_quantile(&item->distribution, 0));
    double other = becomes(item, target, lode_distribution_quantile(&item->distribution, 1));
    double low = fmin(one, other), high = fmax(one, other), outside = share_outside(item, target);
    char range[120], from[32], to[32];
    format_range(target, range);
    lode_format_digits(low, 4, from);
    lode_format_digits(high, 4, to);
    if (!isfinite(low) || !isfinite(high)) {
        wrong(e, NULL, LODE_BAD_RANGE, "add `bounds`", "its draws overflow");
    } else if (high < target->least || low > target->most) {
        lode_yaml_error(diags, LODE_BAD_RANGE, e->keys.distribution, range,
                        "`%.80s`: impossible bounds: `%.120s` would be between %.20s and %.20s", e->keys.id,
                        target->path, from, to);
    } else if (outside > mentionable && !e->told) {
        e->told = true;
        lode_diag_add(diags, LODE_WARNING, LODE_BAD_RANGE, e->node->file, e->node->line, e->node->column,
                      "add `bounds` that keep it within its range",
                      "`%.80s`: in %.3g%% of the draws `%.120s` leaves its range (%s) and is kept at the end of it",
                      e->keys.id, 100 * outside, target->path, range);
    }
}

static bool make_room(lode_uncertain_reading *r, int32_t more) {
    lode_uncertainty *out = r->out;
    if (more > INT32_MAX / 4 - out->count) {
        return false;
    }
    if (out->count + more > r->item_capacity) {
        int32_t capacity = 2 * (out->count + more);
        lode_uncertain *grown = lode_arena_alloc(out->arena, (size_t)capacity, sizeof *grown);
        if (!grown) {
            return false;
        }
        if (out->count > 0) {
            memcpy(grown, out->items, (size_t)out->count * sizeof *grown);
        }
        out->items = grown;
        r->item_capacity = capacity;
    }
    return true;
}

static const char *name_of(const entry *e, int32_t target, bool alone) {
    return alone ? e->keys.id
                 : lode_arena_printf(e->r->search.arena, "%s:%s", e->keys.id, e->targets.items[target].path);
}

/* Numbers first .. first + count - 1 of the entry's targets move together. */
static lode_code add_item(entry *e, const lode_uncertain_target *targets, int32_t first, int32_t count, bool alone) {
    lode_uncertainty *out = e->r->out;
    lode_uncertain item = {.name = name_of(e, first, alone),
                           .distribution = e->from_table ? range_of(e, &targets[first]) : e->distribution,
                           .change = e->keys.relative ? LODE_UNCERTAIN_MULTIPLIES
                                     : e->keys.add    ? LODE_UNCERTAIN_ADDS
                                                      : LODE_UNCERTAIN_REPLACES,
                           .targets = &targets[first],
                           .target_count = count,
                           .file = e->node->file,
                           .line = e->node->line,
                           .column = e->node->column};
    const char *title = e->keys.title ? e->keys.title : e->keys.id;
    item.title = alone ? title : lode_arena_printf(e->r->search.arena, "%s: %s", title, targets[first].path);
    if (!item.name || !item.title) {
        return LODE_NOMEM;
    }
    for (int32_t t = 0; t < count; t++) {
        check_range(e, &item, &item.targets[t]);
    }
    out->items[out->count++] = item;
    return LODE_OK;
}

static lode_code add_items(entry *e) {
    lode_uncertain_reading *r = e->r;
    const int32_t count = e->targets.count;
    const lode_yaml_node *of = e->keys.of; /* a name is the same however many rows a table has */
    bool exact = of->kind == LODE_YAML_SCALAR && !strchr(of->text, '*');
    bool split = e->keys.each || (e->from_table && !(exact && count == 1));
    lode_uncertain_target *targets = lode_arena_alloc(r->search.arena, (size_t)count + 1, sizeof *targets);
    if (!targets || !make_room(r, split ? count : 1)) {
        return LODE_NOMEM;
    }
    memcpy(targets, e->targets.items, (size_t)count * sizeof *targets);
    const int32_t first = r->out->count;
    lode_code code = split ? LODE_OK : add_item(e, targets, 0, count, true);
    for (int32_t t = 0; split && t < count && !code; t++) {
        code = add_item(e, targets, t, 1, false);
    }
    r->entries[r->entry_count] = (lode_uncertain_entry){
        .id = e->keys.id, .first = first, .count = r->out->count - first, .correlated = e->keys.correlated};
    return code;
}

/* ---- the entry ---- */

bool lode_uncertain_name(lode_uncertain_reading *r, const char *name, int32_t value, const lode_yaml_node *node) {
    if (!lode_is_id(name)) {
        lode_yaml_error(r->search.diags, LODE_BAD_ID, node, "letters, digits, - and _", "`%.80s` is not an id", name);
        return false;
    }
    int put = lode_idmap_put(r->names, name, value);
    r->failed = r->failed || put < 0;
    if (put == 1) {
        lode_yaml_error(r->search.diags, LODE_DUPLICATE, node, "give it another `id`",
                        "two entries of `uncertainties` are called `%.80s`", name);
    }
    return put == 0;
}

static void check_entry_sources(const entry *e) {
    const lode_origin of = {e->keys.id, e->node->file, e->node->line, e->node->column};
    bool must_have = !e->keys.assumed && !e->from_table; /* rows of a table have theirs */
    lode_sources_check(e->r->search.scenario->world, &e->keys.source, must_have, &of, e->r->search.diags);
}

/* Binds what was read; goes on with what can still be said after a finding. */
static lode_code bind(entry *e) {
    lode_code code = read_distribution(e);
    lode_code found = code == LODE_NOMEM ? code : find_targets(e);
    code = code ? code : found;
    check_entry_sources(e);
    if (!code && e->from_table) {
        code = keep_ranges(e);
    }
    code = code ? code : claim(e);
    return code ? code : add_items(e);
}

void lode_uncertain_entry_read(lode_uncertain_reading *r, const lode_yaml_node *node) {
    entry e = {.r = r, .node = node};
    const lode_key_table *table = &entry_table;
    void *out = &e.keys;
    lode_reader reader = {
        .world = r->search.scenario->world, .arena = r->search.arena, .diags = r->search.diags, .file = node->file};
    lode_keys_read(&reader, node, &table, &out, 1);
    r->failed = r->failed || reader.failed;
    if (reader.failed || !e.keys.id || !e.keys.of || !lode_uncertain_name(r, e.keys.id, r->entry_count, node)) {
        return;
    }
    r->entries[r->entry_count] = (lode_uncertain_entry){.id = e.keys.id, .first = r->out->count};
    lode_code code = bind(&e);
    r->entry_count++;
    r->failed = r->failed || code == LODE_NOMEM;
    free(e.targets.items);
}
