/* Nodes become libyaml's events, which its emitter writes. */
#include "world/yaml_write.h"

#include <string.h>
#include <yaml.h>

#include "base/utf8.h"

enum { LINE_WIDTH = 120, INDENT = 2 };

typedef struct {
    yaml_emitter_t emitter;
    bool not_text; /* something was not UTF-8 */
} writer;

static int take_bytes(void *context, unsigned char *bytes, size_t length) {
    lode_text *out = context;
    lode_text_addn(out, (const char *)bytes, length);
    return !out->failed;
}

static bool is_utf8(const char *text) {
    const size_t length = strlen(text);
    size_t at = 0, bytes = 1;
    for (; at < length && bytes; at += bytes)
        bytes = lode_utf8_length(text + at, length - at);
    return bytes > 0;
}

/* True if the event was made and written. */
static bool put(writer *w, yaml_event_t *event, int made) {
    return made && yaml_emitter_emit(&w->emitter, event);
}

static bool put_text(writer *w, const char *text, bool quoted) {
    yaml_event_t event;
    w->not_text = !is_utf8(text);
    if (w->not_text)
        return false;
    /* The emitter puts quotes around what cannot stand plain. */
    const yaml_scalar_style_t style = quoted ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : YAML_PLAIN_SCALAR_STYLE;
    return put(
        w, &event,
        yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text, (int)strlen(text), 1, 1, style));
}

static bool put_node(writer *w, const lode_yaml_node *node) {
    yaml_event_t event;
    if (node->kind == LODE_YAML_SCALAR)
        return put_text(w, node->text, node->quoted);
    const bool map = node->kind == LODE_YAML_MAP;
    bool good = put(w, &event,
                    map ? yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE)
                        : yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_SEQUENCE_STYLE));
    for (const lode_yaml_node *child = node->first; good && child; child = child->next)
        good = (!map || put_text(w, child->key, false)) && put_node(w, child);
    return good &&
           put(w, &event, map ? yaml_mapping_end_event_initialize(&event) : yaml_sequence_end_event_initialize(&event));
}

static bool put_document(writer *w, const lode_yaml_node *root) {
    yaml_event_t event;
    return put(w, &event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING)) &&
           put(w, &event, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1)) && put_node(w, root) &&
           put(w, &event, yaml_document_end_event_initialize(&event, 1)) &&
           put(w, &event, yaml_stream_end_event_initialize(&event));
}

lode_code lode_yaml_write(lode_text *out, const lode_yaml_node *root) {
    writer w = {.not_text = false};
    if (!root)
        return LODE_OK;
    if (!yaml_emitter_initialize(&w.emitter))
        return LODE_NOMEM;
    yaml_emitter_set_output(&w.emitter, take_bytes, out);
    yaml_emitter_set_unicode(&w.emitter, 1);
    yaml_emitter_set_width(&w.emitter, LINE_WIDTH);
    yaml_emitter_set_indent(&w.emitter, INDENT);
    const bool good = put_document(&w, root);
    yaml_emitter_delete(&w.emitter);
    if (out->length && out->data[out->length - 1] != '\n')
        lode_text_add(out, "\n");
    return w.not_text ? LODE_SYNTAX : good && !out->failed ? LODE_OK : LODE_NOMEM;
}
