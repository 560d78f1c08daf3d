/* Events become nodes. A stack holds the open containers; each open map has a set of its keys, so that duplicates are
 * found at once. */
#include "world/yaml_tree.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/diag.h"
#include "base/file.h"
#include "base/idmap.h"
#include "base/utf8.h"

#define DEEPEST    64
#define SIZE_LIMIT ((size_t)16 << 20)

typedef struct {
    lode_yaml_node *node, *last; /* the container, its last child */
    lode_idmap *keys;            /* of a map */
    lode_yaml_node key;          /* a map's key that waits for its value: key, key_line, key_column */
} level;

typedef struct {
    yaml_parser_t parser;
    lode_arena *arena;
    lode_diags *diags;
    const char *file;
    level levels[DEEPEST];
    int depth;
    lode_yaml_node *root;
    int documents;
    bool done;
} reader;

static int to_int(size_t place) {
    return place >= INT_MAX ? INT_MAX : (int)place + 1;
}

static lode_code fail(reader *r, lode_code code, yaml_mark_t mark, const char *fix, const char *message,
                      const char *detail) {
    return lode_diag_add(r->diags, LODE_ERROR, code, r->file, to_int(mark.line), to_int(mark.column), fix,
                         "%s%s%.120s%s", message, detail[0] ? " `" : "", detail, detail[0] ? "`" : "");
}

static lode_code grammar_error(reader *r) {
    const yaml_parser_t *p = &r->parser;
    if (p->error == YAML_MEMORY_ERROR)
        return LODE_NOMEM;
    yaml_mark_t mark = p->problem_mark;
    if (p->error == YAML_READER_ERROR)
        mark = p->mark;
    return lode_diag_add(r->diags, LODE_ERROR, LODE_SYNTAX, r->file, to_int(mark.line), to_int(mark.column),
                         "check the indentation, colons and quotes around here", "not YAML: %s%s%s",
                         p->problem ? p->problem : "unreadable", p->context ? " " : "", p->context ? p->context : "");
}

/* ---- building ---- */

static void attach(reader *r, lode_yaml_node *node) {
    if (!r->depth) {
        r->root = node;
        return;
    }
    level *top = &r->levels[r->depth - 1];
    if (top->node->kind == LODE_YAML_MAP) {
        node->key = top->key.key;
        node->key_line = top->key.key_line;
        node->key_column = top->key.key_column;
        top->key.key = NULL;
    }
    if (top->last)
        top->last->next = node;
    else
        top->node->first = node;
    top->last = node;
    top->node->count++;
}

static lode_yaml_node *new_node(reader *r, lode_yaml_kind kind, yaml_mark_t mark) {
    lode_yaml_node *node = lode_arena_alloc(r->arena, 1, sizeof *node);
    if (!node)
        return NULL;
    *node = (lode_yaml_node){
        .kind = kind, .line = to_int(mark.line), .column = to_int(mark.column), .file = r->file, .text = ""};
    attach(r, node);
    return node;
}

static bool waits_for_key(const reader *r) {
    return r->depth && r->levels[r->depth - 1].node->kind == LODE_YAML_MAP && !r->levels[r->depth - 1].key.key;
}

static lode_code take_key(reader *r, const yaml_event_t *event) {
    level *top = &r->levels[r->depth - 1];
    const char *text = (const char *)event->data.scalar.value;
    if (strlen(text) != event->data.scalar.length)
        return fail(r, LODE_SYNTAX, event->start_mark, "remove it", "a NUL character in a key", "");
    char *key = lode_arena_strdup(r->arena, text);
    int put = key ? lode_idmap_put(top->keys, key, to_int(event->start_mark.line)) : -1;
    if (put < 0)
        return LODE_NOMEM;
    top->key = (lode_yaml_node){
        .key = key, .key_line = to_int(event->start_mark.line), .key_column = to_int(event->start_mark.column)};
    if (put == 0)
        return LODE_OK;
    return lode_diag_add(r->diags, LODE_ERROR, LODE_DUPLICATE, r->file, top->key.key_line, top->key.key_column,
                         "remove one of them", "the key `%.80s` is there already, in line %d", key,
                         (int)lode_idmap_get(top->keys, key));
}

static lode_code take_scalar(reader *r, const yaml_event_t *event) {
    if (event->data.scalar.anchor || event->data.scalar.tag)
        return fail(r, LODE_SYNTAX, event->start_mark, "write the value itself", "anchors and tags are not used here",
                    "");
    if (waits_for_key(r))
        return take_key(r, event);
    const char *text = (const char *)event->data.scalar.value;
    if (strlen(text) != event->data.scalar.length)
        return fail(r, LODE_SYNTAX, event->start_mark, "remove it", "a NUL character in a text", "");
    lode_yaml_node *node = new_node(r, LODE_YAML_SCALAR, event->start_mark);
    const char *copy = lode_arena_strdup(r->arena, text);
    if (!node || !copy)
        return LODE_NOMEM;
    node->text = copy;
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return LODE_OK;
}

static lode_code open_container(reader *r, const yaml_event_t *event, lode_yaml_kind kind) {
    bool marked = kind == LODE_YAML_MAP ? event->data.mapping_start.anchor || event->data.mapping_start.tag
                                        : event->data.sequence_start.anchor || event->data.sequence_start.tag;
    if (marked)
        return fail(r, LODE_SYNTAX, event->start_mark, "write the value itself", "anchors and tags are not used here",
                    "");
    if (waits_for_key(r))
        return fail(r, LODE_SYNTAX, event->start_mark, "write a word before the colon", "a key must be a text", "");
    if (r->depth == DEEPEST)
        return fail(r, LODE_TOO_DEEP, event->start_mark, "a scenario needs a handful of levels",
                    "nested more than 64 levels deep", "");
    lode_yaml_node *node = new_node(r, kind, event->start_mark);
    if (!node)
        return LODE_NOMEM;
    level *top = &r->levels[r->depth++];
    *top = (level){.node = node};
    if (kind == LODE_YAML_MAP && !(top->keys = lode_idmap_new()))
        return LODE_NOMEM;
    return LODE_OK;
}

static lode_code close_container(reader *r) {
    level *top = &r->levels[--r->depth];
    lode_idmap_free(top->keys);
    top->keys = NULL;
    return LODE_OK;
}

static lode_code take_event(reader *r, const yaml_event_t *event) {
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return take_scalar(r, event);
    case YAML_MAPPING_START_EVENT:
        return open_container(r, event, LODE_YAML_MAP);
    case YAML_SEQUENCE_START_EVENT:
        return open_container(r, event, LODE_YAML_SEQUENCE);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        return close_container(r);
    case YAML_ALIAS_EVENT:
        return fail(r, LODE_SYNTAX, event->start_mark, "write the value itself",
                    "aliases are not used here:", (const char *)event->data.alias.anchor);
    case YAML_DOCUMENT_START_EVENT:
        if (r->documents++)
            return fail(r, LODE_SYNTAX, event->start_mark, "keep one document in a file",
                        "a second document begins here", "");
        return LODE_OK;
    case YAML_STREAM_END_EVENT:
        r->done = true;
        return LODE_OK;
    default:
        return LODE_OK;
    }
}

/* A duplicate key is reported and reading goes on; what follows any other error could not be trusted. */
static lode_code read_events(reader *r) {
    lode_code first = LODE_OK;
    while (!r->done) {
        yaml_event_t event;
        if (!yaml_parser_parse(&r->parser, &event))
            return grammar_error(r);
        lode_code code = take_event(r, &event);
        yaml_event_delete(&event);
        if (code && code != LODE_DUPLICATE)
            return code;
        first = first ? first : code;
    }
    return first;
}

/* ---- the file ---- */

static lode_code check_text(reader *r, const char *text, size_t length) {
    yaml_mark_t mark = {0, 0, 0};
    for (size_t at = 0; at < length;) {
        size_t bytes = lode_utf8_length(text + at, length - at);
        if (!bytes || !text[at])
            return fail(r, LODE_SYNTAX, mark, "save the file as UTF-8 text",
                        bytes ? "a NUL byte: this is not text" : "not UTF-8 text", "");
        mark.column = text[at] == '\n' ? 0 : mark.column + 1;
        mark.line += text[at] == '\n';
        at += bytes;
    }
    return LODE_OK;
}

lode_code lode_yaml_parse(const lode_yaml_node **out, const char *text, size_t length, const char *file,
                          lode_arena *arena, lode_diags *diags) {
    *out = NULL;
    reader *r = calloc(1, sizeof *r);
    const char *file_copy = lode_arena_strdup(arena, file);
    if (!r || !file_copy || !yaml_parser_initialize(&r->parser)) {
        free(r);
        return LODE_NOMEM;
    }
    r->arena = arena;
    r->diags = diags;
    r->file = file_copy;
    yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r->parser, (const unsigned char *)text, length);
    lode_code code = check_text(r, text, length);
    if (!code)
        code = read_events(r);
    while (r->depth)
        close_container(r);
    yaml_parser_delete(&r->parser);
    if (!code && !lode_yaml_is_null(r->root))
        *out = r->root;
    free(r);
    return code;
}

lode_code lode_yaml_read(const lode_yaml_node **out, const char *path, lode_arena *arena, lode_diags *diags) {
    char *data;
    size_t length;
    *out = NULL;
    lode_code code = lode_file_read(&data, &length, path, SIZE_LIMIT);
    if (code == LODE_NOMEM)
        return code;
    if (code)
        return lode_diag_add(diags, LODE_ERROR, code == LODE_NOT_FOUND ? LODE_MISSING_FILE : code, path, 0, 0,
                             "check the path and that it may be read",
                             code == LODE_NOT_FOUND   ? "there is no such file"
                             : code == LODE_BAD_RANGE ? "the file is larger than 16 MiB"
                                                      : "the file cannot be read");
    code = lode_yaml_parse(out, data, length, path, arena, diags);
    free(data);
    return code;
}
