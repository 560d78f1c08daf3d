/* Reading a chain of files that extend one another, and laying them over one another. */
#include "world/scenario_file.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "base/file.h"
#include "world/overrides.h"

#define LONGEST_CHAIN 32

static const char *const root_keys[] = {"name",    "title",         "note",        "source",   "extends",
                                        "horizon", "settings",      "assumptions", "policies", "shocks",
                                        "battery", "uncertainties", "report",      "set",      NULL};
static const char *const map_keys[] = {"horizon", "settings", "assumptions", "report", "set", NULL};
static const char *const list_keys[] = {"policies", "shocks", "battery", "uncertainties", NULL};
static const char *const horizon_keys[] = {"from", "to", "step", NULL};

typedef struct {
    lode_arena *arena;
    lode_diags *diags;
    const char *files[LONGEST_CHAIN]; /* all that were read */
    int file_count;
    const char *open[LONGEST_CHAIN]; /* those under way, each extended by the one before it */
    int depth;
    lode_code code;   /* of the first error; LODE_NOMEM ends everything */
    const char *text; /* of the first file; NULL: on disk */
    const lode_scenario_copies *copies;
    const lode_scenario_file *base; /* what the first file must extend, read already; NULL */
} reader;

static void note_code(reader *r, lode_code code) {
    if (code && (!r->code || code == LODE_NOMEM))
        r->code = code;
}

static bool is_one_of(const char *const *names, const char *name) {
    for (int i = 0; name && names[i]; i++)
        if (!strcmp(names[i], name))
            return true;
    return false;
}

/* ---- laying over ---- */

static lode_yaml_node *copy_node(reader *r, const lode_yaml_node *node) {
    lode_yaml_node *copy = lode_arena_alloc(r->arena, 1, sizeof *copy);
    if (!copy) {
        note_code(r, LODE_NOMEM);
        return NULL;
    }
    *copy = *node;
    copy->next = NULL;
    return copy;
}

static void append(lode_yaml_node *parent, lode_yaml_node **last, lode_yaml_node *child) {
    if (*last)
        (*last)->next = child;
    else
        parent->first = child;
    *last = child;
    parent->count++;
}

/* What an entry of a list is called: its id, else its name, else (a text) itself; NULL. */
static const char *entry_name(const lode_yaml_node *entry) {
    if (entry->kind == LODE_YAML_SCALAR)
        return entry->text;
    const lode_yaml_node *id = lode_yaml_get(entry, "id");
    if (!id)
        id = lode_yaml_get(entry, "name");
    return id && id->kind == LODE_YAML_SCALAR ? id->text : NULL;
}

static const lode_yaml_node *find_entry(const lode_yaml_node *list, const char *name) {
    for (const lode_yaml_node *child = list ? list->first : NULL; name && child; child = child->next) {
        const char *other = list->kind == LODE_YAML_MAP ? child->key : entry_name(child);
        if (other && !strcmp(other, name))
            return child;
    }
    return NULL;
}

static const lode_yaml_node *lay_over(reader *r, const lode_yaml_node *parent, const lode_yaml_node *child, bool top);

/* Entries of the parent, each replaced by the child's of the same name; then the child's other ones. */
static const lode_yaml_node *lay_entries(reader *r, const lode_yaml_node *parent, const lode_yaml_node *child,
                                         bool top) {
    lode_yaml_node *result = copy_node(r, child), *last = NULL;
    if (!result)
        return NULL;
    result->first = NULL;
    result->count = 0;
    bool is_map = child->kind == LODE_YAML_MAP;
    for (const lode_yaml_node *p = parent->first; p; p = p->next) {
        const lode_yaml_node *c = find_entry(child, is_map ? p->key : entry_name(p));
        if (c && top)
            c = is_one_of(map_keys, p->key) || is_one_of(list_keys, p->key) ? lay_over(r, p, c, false) : c;
        lode_yaml_node *copy = r->code == LODE_NOMEM ? NULL : copy_node(r, c ? c : p);
        if (!copy)
            return NULL;
        append(result, &last, copy);
    }
    for (const lode_yaml_node *c = child->first; c; c = c->next) {
        if (find_entry(parent, is_map ? c->key : entry_name(c)))
            continue;
        lode_yaml_node *copy = copy_node(r, c);
        if (!copy)
            return NULL;
        append(result, &last, copy);
    }
    return result;
}

/* `top`: the maps are whole scenarios, whose maps and lists are laid over one another in turn. */
static const lode_yaml_node *lay_over(reader *r, const lode_yaml_node *parent, const lode_yaml_node *child, bool top) {
    if (lode_yaml_is_null(parent) || parent->kind != child->kind)
        return child;
    if (lode_yaml_is_null(child))
        return parent;
    return child->kind == LODE_YAML_SCALAR ? child : lay_entries(r, parent, child, top);
}

/* ---- reading ---- */

static void check_kind(reader *r, const lode_yaml_node *node, lode_yaml_kind kind) {
    if (!lode_yaml_is_null(node) && node->kind != kind)
        note_code(r, lode_yaml_error(r->diags, LODE_BAD_TYPE, node,
                                     kind == LODE_YAML_MAP ? "write `key: value` lines under it"
                                                           : "write a list, each entry after a dash",
                                     "%s is %s, not %s", node->key, lode_yaml_kind_name(node->kind),
                                     lode_yaml_kind_name(kind)));
}

static void check_root(reader *r, const lode_yaml_node *root) {
    size_t before = lode_diags_error_count(r->diags);
    lode_yaml_check_keys(root, "a scenario", root_keys, r->diags);
    for (int i = 0; map_keys[i]; i++)
        check_kind(r, lode_yaml_get(root, map_keys[i]), LODE_YAML_MAP);
    for (int i = 0; list_keys[i]; i++)
        check_kind(r, lode_yaml_get(root, list_keys[i]), LODE_YAML_SEQUENCE);
    if (lode_diags_error_count(r->diags) > before)
        note_code(r, LODE_UNKNOWN_KEY);
}

static const lode_yaml_node *empty_map(reader *r, const char *path) {
    lode_yaml_node *map = lode_arena_alloc(r->arena, 1, sizeof *map);
    if (map)
        *map = (lode_yaml_node){.kind = LODE_YAML_MAP, .line = 1, .column = 1, .file = path, .text = ""};
    else
        note_code(r, LODE_NOMEM);
    return map;
}

bool lode_same_file(const char *a, const char *b) {
    struct stat x, y;
    return !strcmp(a, b) || (!stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino);
}

static bool enters_cycle(reader *r, const char *path, const lode_yaml_node *extends) {
    for (int i = 0; i < r->depth; i++)
        if (lode_same_file(r->open[i], path)) {
            note_code(r, lode_yaml_error(r->diags, LODE_CONFLICT, extends, "extend another file, or none",
                                         "`%.160s` extends itself, through %d file%s", path, r->depth - i,
                                         r->depth - i == 1 ? "" : "s"));
            return true;
        }
    if (r->file_count < LONGEST_CHAIN)
        return false;
    note_code(r, lode_yaml_error(r->diags, LODE_TOO_DEEP, extends, "extend fewer files",
                                 "more than %d files extend one another", LONGEST_CHAIN));
    return true;
}

static const lode_yaml_node *read_chain(reader *r, const char *path, const lode_yaml_node *extended_by);

static const lode_yaml_node *read_one_parent(reader *r, const lode_yaml_node *extends, const char *path) {
    const char *name = NULL;
    if (!lode_yaml_text(extends, "extends", &name, r->diags) || !name[0]) {
        note_code(r, LODE_BAD_TYPE);
        return NULL;
    }
    char *folder = lode_path_folder(r->arena, path);
    char *parent = folder ? lode_path_join(r->arena, folder, name) : NULL;
    if (!parent) {
        note_code(r, LODE_NOMEM);
        return NULL;
    }
    return read_chain(r, parent, extends);
}

/* Whether `extends` names a file: from the folder of `path`, or as that was opened. */
static bool extends_file(reader *r, const lode_yaml_node *extends, const char *path, const char *file) {
    const char *name = NULL;
    if (lode_yaml_is_null(extends) || extends->kind != LODE_YAML_SCALAR ||
        !lode_yaml_text(extends, "extends", &name, r->diags))
        return false;
    const char *folder = lode_path_folder(r->arena, path);
    const char *parent = folder ? lode_path_join(r->arena, folder, name) : NULL;
    if (!parent)
        note_code(r, LODE_NOMEM);
    return parent && (lode_same_file(parent, file) || lode_same_file(name, file));
}

/* The tree of the base in place of its files. */
static const lode_yaml_node *take_base(reader *r, const lode_yaml_node *root, const char *path) {
    const lode_yaml_node *extends = lode_yaml_get(root, "extends");
    const lode_scenario_file *base = r->base;
    char fix[400];
    if (extends_file(r, extends, path, base->path)) {
        for (int32_t i = 0; i < base->file_count && r->file_count < LONGEST_CHAIN; i++)
            r->files[r->file_count++] = base->files[i];
        return base->root;
    }
    snprintf(fix, sizeof fix, "write `extends: %.300s`", base->path);
    note_code(r, lode_yaml_error(r->diags, LODE_CONFLICT, extends ? extends : root, fix,
                                 "it does not extend the scenario that is solved"));
    return NULL;
}

/* Of several parents each is laid over those before it. */
static const lode_yaml_node *read_parent(reader *r, const lode_yaml_node *root, const char *path) {
    const lode_yaml_node *extends = lode_yaml_get(root, "extends"), *all = NULL;
    if (r->base)
        return take_base(r, root, path);
    if (lode_yaml_is_null(extends))
        return NULL;
    if (extends->kind != LODE_YAML_SEQUENCE)
        return read_one_parent(r, extends, path);
    for (const lode_yaml_node *one = extends->first; one && r->code != LODE_NOMEM; one = one->next) {
        const lode_yaml_node *parent = read_one_parent(r, one, path);
        all = all && parent ? lay_over(r, all, parent, true) : parent ? parent : all;
    }
    return all;
}

static void note_file(reader *r, const char *path) {
    for (int i = 0; i < r->file_count; i++)
        if (lode_same_file(r->files[i], path))
            return;
    r->files[r->file_count++] = path;
}

/* The text at hand, the file itself, or its copy. */
static lode_code read_file(reader *r, const lode_yaml_node **root, const char *path) {
    if (r->text && r->depth == 1)
        return lode_yaml_parse(root, r->text, strlen(r->text), path, r->arena, r->diags);
    const char *place = r->copies ? r->copies->find(r->copies->context, path) : path;
    if (place)
        return lode_yaml_read(root, place, r->arena, r->diags);
    return lode_diag_add(r->diags, LODE_ERROR, LODE_MISSING_FILE, path, 0, 0, NULL, "no copy of it was kept");
}

static const lode_yaml_node *read_root(reader *r, const char *path, const lode_yaml_node *extended_by) {
    const lode_yaml_node *root;
    lode_code code = read_file(r, &root, path);
    if (code) {
        note_code(r, code);
        if (code == LODE_MISSING_FILE && extended_by)
            lode_yaml_error(r->diags, code, extended_by, "the path is relative to this file",
                            "the file that is extended is not there");
        return NULL;
    }
    if (!root)
        root = empty_map(r, path);
    if (root && root->kind != LODE_YAML_MAP) {
        note_code(r, lode_yaml_error(r->diags, LODE_BAD_TYPE, root, "begin with `name:` and `title:`",
                                     "a scenario is a mapping, this is %s", lode_yaml_kind_name(root->kind)));
        return NULL;
    }
    if (root)
        check_root(r, root);
    return root;
}

static const lode_yaml_node *read_chain(reader *r, const char *path, const lode_yaml_node *extended_by) {
    if (enters_cycle(r, path, extended_by))
        return NULL;
    note_file(r, path);
    r->open[r->depth++] = path;
    const lode_yaml_node *root = read_root(r, path, extended_by);
    const lode_yaml_node *parent = root ? read_parent(r, root, path) : NULL;
    r->depth--;
    return parent ? lay_over(r, parent, root, true) : root;
}

static lode_code put_number(const lode_yaml_node **root, const lode_scenario_numbers *numbers, int32_t i,
                            const char *file, lode_arena *arena, lode_diags *diags) {
    char *text = lode_arena_printf(arena, "%.17g", numbers->values[i]);
    lode_yaml_node one = {.kind = LODE_YAML_SCALAR, .line = 1, .column = 1, .file = file, .text = text};
    return text ? lode_scenario_put(root, numbers->paths[i], &one, arena, diags) : LODE_NOMEM;
}

/* The numbers of `set`, then those of the caller, put in their places. */
static const lode_yaml_node *put_numbers(reader *r, const lode_yaml_node *root, const lode_scenario_numbers *numbers) {
    const lode_yaml_node *set = lode_yaml_get(root, "set");
    bool mapping = set && set->kind == LODE_YAML_MAP; /* anything else is an error that is told elsewhere */
    for (const lode_yaml_node *one = mapping ? set->first : NULL; one && root; one = one->next)
        note_code(r, lode_scenario_put(&root, one->key, one, r->arena, r->diags));
    for (int32_t i = 0; numbers && i < numbers->count && root; i++)
        note_code(r, put_number(&root, numbers, i, r->files[0], r->arena, r->diags));
    return root;
}

/* ---- what it says ---- */

static const char *name_of_file(reader *r, const char *path) {
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path, *dot = strrchr(base, '.');
    const char *name = lode_arena_strndup(r->arena, base, dot && dot > base ? (size_t)(dot - base) : strlen(base));
    if (!name)
        note_code(r, LODE_NOMEM);
    return name ? name : "";
}

static void read_step(reader *r, const lode_yaml_node *node, lode_scenario_file *file) {
    static const char *const names[] = {"month", "quarter", "year", "1", "3", "12", NULL};
    static const int32_t months[] = {1, 3, 12, 1, 3, 12};
    int index;
    if (lode_yaml_word(node, "step", names, &index, r->diags))
        file->step_months = months[index];
}

static void read_horizon(reader *r, lode_scenario_file *file) {
    const lode_yaml_node *horizon = lode_yaml_get(file->root, "horizon"), *to = lode_yaml_get(horizon, "to");
    int precision = 7;
    size_t before = lode_diags_error_count(r->diags);
    lode_yaml_check_keys(horizon, "horizon", horizon_keys, r->diags);
    read_step(r, lode_yaml_get(horizon, "step"), file);
    int year, month, back = 0;
    if (lode_yaml_day(lode_yaml_get(horizon, "from"), "from", &file->from, NULL, r->diags)) {
        lode_day_to(file->from, &year, &month, NULL);
        back = (month - 1) % file->step_months; /* periods begin in January */
        file->from = lode_day_from(year, month - back, 1);
    }
    if (lode_yaml_day(to, "to", &file->to, &precision, r->diags)) {
        lode_day_to(file->to, &year, &month, NULL);
        month = precision == 4 ? 12 : month;
        file->to = lode_day_from(year, month - (month - 1) % file->step_months, 1);
    }
    if (file->from != LODE_NO_DAY && file->to != LODE_NO_DAY && file->to < file->from)
        lode_yaml_error(r->diags, LODE_BAD_RANGE, to, "let it end after it begins",
                        "the horizon ends before it begins");
    if (lode_diags_error_count(r->diags) > before)
        note_code(r, LODE_BAD_TYPE);
}

static const lode_yaml_node *given(const lode_yaml_node *root, const char *key) {
    const lode_yaml_node *node = lode_yaml_get(root, key);
    return lode_yaml_is_null(node) ? NULL : node;
}

static void take_parts(lode_scenario_file *file) {
    file->settings = given(file->root, "settings");
    file->assumptions = given(file->root, "assumptions");
    file->policies = given(file->root, "policies");
    file->shocks = given(file->root, "shocks");
    file->battery = given(file->root, "battery");
    file->uncertainties = given(file->root, "uncertainties");
    file->report = given(file->root, "report");
}

static lode_scenario_file *describe_chain(reader *r, const lode_yaml_node *root) {
    lode_scenario_file *file = lode_arena_alloc(r->arena, 1, sizeof *file);
    const char **files = lode_arena_alloc(r->arena, (size_t)r->file_count, sizeof *files);
    if (!file || !files) {
        note_code(r, LODE_NOMEM);
        return NULL;
    }
    memcpy(files, r->files, (size_t)r->file_count * sizeof *files);
    *file = (lode_scenario_file){.path = files[0],
                                 .files = files,
                                 .file_count = r->file_count,
                                 .from = LODE_NO_DAY,
                                 .to = LODE_NO_DAY,
                                 .step_months = 1,
                                 .root = root};
    if (r->text && !(file->text = lode_arena_strdup(r->arena, r->text)))
        note_code(r, LODE_NOMEM);
    take_parts(file);
    file->name = name_of_file(r, file->path);
    size_t before = lode_diags_error_count(r->diags);
    lode_yaml_text(lode_yaml_get(root, "name"), "name", &file->name, r->diags);
    file->title = file->name;
    lode_yaml_text(lode_yaml_get(root, "title"), "title", &file->title, r->diags);
    if (lode_diags_error_count(r->diags) > before)
        note_code(r, LODE_BAD_TYPE);
    read_horizon(r, file);
    return file;
}

lode_code lode_scenario_file_read(lode_scenario_file **out, const char *path, const lode_scenario_given *given,
                                  lode_arena *arena, lode_diags *diags) {
    static const lode_scenario_given nothing = {0};
    given = given ? given : &nothing;
    reader r = {.arena = arena, .diags = diags, .text = given->text, .copies = given->copies, .base = given->base};
    *out = NULL;
    const char *copy = lode_arena_strdup(arena, path);
    if (!copy)
        return LODE_NOMEM;
    const lode_yaml_node *root = read_chain(&r, copy, NULL);
    if (root && r.code != LODE_NOMEM)
        root = put_numbers(&r, root, given->numbers);
    lode_scenario_file *file = root && r.code != LODE_NOMEM ? describe_chain(&r, root) : NULL;
    if (!r.code)
        *out = file;
    return r.code;
}

/* ---- changes ---- */

/* A copy of a map or list with copies of its children, so that one can be added behind them. */
static lode_yaml_node *open_copy(reader *r, const lode_yaml_node *node, lode_yaml_node **last) {
    lode_yaml_node *copy = copy_node(r, node);
    *last = NULL;
    if (!copy)
        return NULL;
    copy->first = NULL;
    copy->count = 0;
    for (const lode_yaml_node *child = node->first; child; child = child->next) {
        lode_yaml_node *one = copy_node(r, child);
        if (!one)
            return NULL;
        append(copy, last, one);
    }
    return copy;
}

/* `root` with a list `key`, an empty one if it has none. */
static const lode_yaml_node *with_list(reader *r, const lode_yaml_node *root, const char *key) {
    const lode_yaml_node *list = lode_yaml_get(root, key);
    lode_yaml_node *last, empty = {.kind = LODE_YAML_SEQUENCE,
                                   .file = root->file,
                                   .text = "",
                                   .key = key,
                                   .line = root->line,
                                   .column = root->column};
    if (list && !lode_yaml_is_null(list))
        return root;
    lode_yaml_node *copy = list ? NULL : open_copy(r, root, &last), *added = copy ? copy_node(r, &empty) : NULL;
    if (added)
        append(copy, &last, added);
    else if (list && lode_scenario_put(&root, key, &empty, r->arena, r->diags) != LODE_OK)
        note_code(r, LODE_NOMEM);
    return list ? root : copy;
}

static const lode_yaml_node *append_entries(reader *r, const lode_yaml_node *root, const char *key,
                                            const lode_yaml_node *const *entries, int32_t count) {
    lode_yaml_node *last, *list = NULL;
    root = with_list(r, root, key);
    if (root && !r->code)
        list = open_copy(r, lode_yaml_get(root, key), &last);
    for (int32_t i = 0; list && i < count; i++) {
        lode_yaml_node *entry = copy_node(r, entries[i]);
        if (entry)
            append(list, &last, entry);
    }
    if (list && !r->code)
        note_code(r, lode_scenario_put(&root, key, list, r->arena, r->diags));
    return root;
}

lode_code lode_scenario_file_changed(lode_scenario_file **out, const lode_scenario_file *base,
                                     const lode_scenario_changes *changes, lode_arena *arena, lode_diags *diags) {
    reader r = {.arena = arena, .diags = diags};
    const lode_yaml_node *root = base->root;
    *out = NULL;
    for (int32_t i = 0; i < changes->numbers.count; i++)
        note_code(&r, put_number(&root, &changes->numbers, i, base->path, arena, diags));
    if (changes->shock_count > 0 && !r.code)
        root = append_entries(&r, root, "shocks", changes->shocks, changes->shock_count);
    if (changes->battery && !r.code)
        root = append_entries(&r, root, "battery", &changes->battery, 1);
    lode_scenario_file *file = lode_arena_alloc(arena, 1, sizeof *file);
    if (!file)
        return LODE_NOMEM;
    if (r.code)
        return r.code;
    *file = *base;
    file->root = root;
    file->to = changes->to ? *changes->to : base->to;
    take_parts(file);
    *out = file;
    return LODE_OK;
}

/* ---- what differs ---- */

static bool same_text(const char *a, const char *b) {
    return a == b || (a && b && !strcmp(a, b));
}

static bool same_tree(const lode_yaml_node *a, const lode_yaml_node *b) {
    if (lode_yaml_is_null(a) || lode_yaml_is_null(b))
        return lode_yaml_is_null(a) && lode_yaml_is_null(b);
    if (a->kind != b->kind || a->count != b->count || a->quoted != b->quoted || !same_text(a->text, b->text))
        return false;
    const lode_yaml_node *x = a->first, *y = b->first;
    for (; x && y && x != y; x = x->next, y = y->next)
        if (!same_text(x->key, y->key) || !same_tree(x, y))
            return false;
    return true; /* they are as many, or share what is left */
}

const char *lode_scenario_file_differs(const lode_scenario_file *a, const lode_scenario_file *b,
                                       const lode_yaml_node **where) {
    static const char *const parts[] = {"horizon", "settings", "assumptions", "policies", "shocks"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        *where = lode_yaml_get(b->root, parts[i]);
        if (!same_tree(lode_yaml_get(a->root, parts[i]), *where))
            return parts[i];
    }
    *where = NULL;
    return NULL;
}

/* ---- assumptions ---- */

/* Nested maps are parts of a path: `parameters: {sigma: 0.5}` is `parameters.sigma: 0.5`. */
static lode_code add_assumptions(lode_overrides *overrides, const lode_yaml_node *node, const char *path,
                                 lode_diags *diags) {
    if (node->kind == LODE_YAML_SEQUENCE)
        return lode_yaml_error(diags, LODE_BAD_TYPE, node, "write one value, as a cell of the table holds it",
                               "assumption `%.160s` is a list", path);
    if (node->kind == LODE_YAML_SCALAR)
        return lode_overrides_add(overrides, path, node->text, node->file, node->line, node->column, diags);
    lode_code first = LODE_OK;
    for (const lode_yaml_node *child = node->first; child && first != LODE_NOMEM; child = child->next) {
        char *longer = lode_arena_printf(overrides->arena, "%s%s%s", path, path[0] ? "." : "", child->key);
        lode_code code = longer ? add_assumptions(overrides, child, longer, diags) : LODE_NOMEM;
        first = first && code != LODE_NOMEM ? first : code;
    }
    return first;
}

lode_code lode_scenario_file_overrides(lode_overrides *out, const lode_scenario_file *scenario, lode_diags *diags) {
    *out = (lode_overrides){.arena = lode_arena_new()};
    if (!out->arena)
        return LODE_NOMEM;
    return scenario->assumptions ? add_assumptions(out, scenario->assumptions, "", diags) : LODE_OK;
}

/* The warnings were given when the world was opened as it is: only errors are passed on. */
static lode_code open_quietly(lode_world **out, const char *path, lode_overrides *overrides, lode_diags *diags) {
    lode_diags *own = lode_diags_new();
    if (!own)
        return LODE_NOMEM;
    lode_code code = lode_world_open_with(out, path, overrides, own);
    for (size_t i = 0; i < lode_diags_count(own); i++) {
        const lode_diag *d = lode_diags_get(own, i);
        if (d->severity == LODE_ERROR)
            lode_diag_add(diags, d->severity, d->code, d->file, d->line, d->column, d->fix, "%s", d->message);
    }
    lode_diags_free(own);
    return code;
}

lode_code lode_scenario_file_world(lode_world **out, const lode_world *world, const lode_scenario_file *scenario,
                                   lode_diags *diags) {
    *out = NULL;
    if (!scenario->assumptions || !scenario->assumptions->count)
        return LODE_OK;
    lode_overrides overrides;
    lode_code code = lode_scenario_file_overrides(&overrides, scenario, diags);
    if (!code)
        code = open_quietly(out, lode_world_path(world), &overrides, diags);
    lode_overrides_free(&overrides);
    return code;
}
