/* Entries of `shocks` that an event makes: YAML as the reader of scenarios takes it, as if a person had written it. */
#include <stdio.h>
#include <string.h>

#include "ensemble/event_kind.h"

lode_yaml_node *lode_event_node(lode_event_drawing *drawing, lode_yaml_kind kind, const char *key, const char *text) {
    lode_yaml_node *node = lode_arena_alloc(drawing->arena, 1, sizeof *node);
    const lode_event *e = drawing->event;
    if (!node || !text) {
        drawing->failed = true;
        return NULL;
    }
    *node = (lode_yaml_node){.kind = kind,
                             .line = e->line,
                             .column = e->column,
                             .file = e->file,
                             .text = text,
                             .key = key,
                             .key_line = e->line,
                             .key_column = e->column};
    return node;
}

void lode_event_append(lode_yaml_node *parent, lode_yaml_node *child) {
    if (!parent || !child) {
        return;
    }
    lode_yaml_node *last = parent->first;
    while (last && last->next) {
        last = last->next;
    }
    if (last) {
        last->next = child;
    } else {
        parent->first = child;
    }
    parent->count++;
}

void lode_event_put(lode_event_drawing *drawing, lode_yaml_node *map, const char *key, const char *text) {
    if (map) {
        lode_event_append(map, lode_event_node(drawing, LODE_YAML_SCALAR, key, text));
    }
}

void lode_event_put_day(lode_event_drawing *drawing, lode_yaml_node *map, const char *key, lode_day day) {
    char text[11];
    if (!map) {
        return;
    }
    lode_day_format(day, text);
    lode_event_put(drawing, map, key, lode_arena_strdup(drawing->arena, text));
}

void lode_event_put_number(lode_event_drawing *drawing, lode_yaml_node *map, const char *key, double number) {
    if (map) {
        lode_event_put(drawing, map, key, lode_arena_printf(drawing->arena, "%.17g", number));
    }
}

lode_yaml_node *lode_event_put_node(lode_event_drawing *drawing, lode_yaml_node *map, const char *key,
                                    lode_yaml_kind kind) {
    lode_yaml_node *node = map ? lode_event_node(drawing, kind, key, "") : NULL;
    lode_event_append(map, node);
    return node;
}

/* What happens to one entity comes in the order of time, so only the entry before can bear the same name. */
static const char *new_id(lode_event_drawing *drawing, const char *entity, lode_day day) {
    int year, month;
    lode_day_to(day, &year, &month, NULL);
    const char *id = lode_arena_printf(drawing->arena, "%s@%s@%04d-%02d", drawing->event->id, entity, year, month);
    bool again = id && drawing->last_id && strcmp(id, drawing->last_id) == 0;
    drawing->last_id = id;
    drawing->same_ids = again ? drawing->same_ids + 1 : 1;
    return again ? lode_arena_printf(drawing->arena, "%s.%d", id, (int)drawing->same_ids) : id;
}

static bool make_room(lode_event_drawing *drawing) {
    lode_event_outcome *out = drawing->out;
    if (out->entry_count < drawing->room) {
        return true;
    }
    int32_t room = drawing->room > 0 ? 2 * drawing->room : 8;
    const lode_yaml_node **grown = lode_arena_alloc(drawing->arena, (size_t)room, sizeof *grown);
    if (!grown) {
        drawing->failed = true;
        return false;
    }
    if (out->entry_count > 0) {
        memcpy(grown, out->entries, (size_t)out->entry_count * sizeof *grown);
    }
    out->entries = grown;
    drawing->room = room;
    return true;
}

void lode_event_keep(lode_event_drawing *drawing, const lode_yaml_node *entry) {
    if (entry && make_room(drawing)) {
        drawing->out->entries[drawing->out->entry_count++] = entry;
    }
}

lode_yaml_node *lode_event_entry(lode_event_drawing *drawing, const char *entity, const char *type, lode_day start) {
    if (!lode_event_in_horizon(drawing->scenario, start)) {
        return NULL;
    }
    const char *id = new_id(drawing, entity, start);
    lode_yaml_node *entry = lode_event_node(drawing, LODE_YAML_MAP, NULL, "");
    lode_yaml_node *name = entry && id ? lode_event_node(drawing, LODE_YAML_SCALAR, "id", id) : NULL;
    if (!name) {
        drawing->failed = true;
        return NULL;
    }
    lode_event_append(entry, name);
    lode_event_put(drawing, entry, "type", type);
    lode_event_put(drawing, entry, "title", drawing->event->title);
    lode_event_put(drawing, entry, "assumed", "true");
    lode_event_put_day(drawing, entry, "start", start);
    lode_event_keep(drawing, entry);
    return entry;
}
