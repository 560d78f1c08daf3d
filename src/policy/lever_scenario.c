#include "policy/lever_scenario.h"

#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/number.h"
#include "lodestone/levers.h"
#include "policy/lever_template.h"
#include "world/yaml_write.h"

/* ---- building trees ---- */

typedef struct {
    lode_arena *arena;
    const lode_yaml_node *at; /* whose place new nodes take */
    bool failed;
} maker;

static lode_yaml_node *make(maker *m, lode_yaml_kind kind, const char *text) {
    lode_yaml_node *node = lode_arena_alloc(m->arena, 1, sizeof *node);
    const char *copy = lode_arena_strdup(m->arena, text);
    m->failed = m->failed || !node || !copy;
    if (m->failed)
        return NULL;
    *node = (lode_yaml_node){.kind = kind,
                             .file = m->at ? m->at->file : "",
                             .line = m->at ? m->at->line : 0,
                             .column = m->at ? m->at->column : 0,
                             .text = copy};
    return node;
}

/* Puts `child` behind the others of `parent`, under `key` where that is a map. */
static lode_yaml_node *add(maker *m, lode_yaml_node *parent, const char *key, lode_yaml_node *child) {
    if (m->failed || !parent || !child)
        return NULL;
    lode_yaml_node **end = &parent->first;
    while (*end)
        end = &(*end)->next;
    *end = child;
    parent->count++;
    child->key = key;
    child->key_line = child->line;
    child->key_column = child->column;
    child->next = NULL;
    return child;
}

static void add_text(maker *m, lode_yaml_node *parent, const char *key, const char *text, bool quoted) {
    lode_yaml_node *node = add(m, parent, key, make(m, LODE_YAML_SCALAR, text));
    if (node)
        node->quoted = quoted;
}

static void add_day(maker *m, lode_yaml_node *parent, const char *key, lode_day day) {
    char text[11];
    int mday;
    lode_day_format(day, text);
    lode_day_to(day, NULL, NULL, &mday);
    text[mday == 1 ? 7 : 10] = '\0';
    add_text(m, parent, key, text, false);
}

/* ---- words ---- */

static void add_value(lode_text *text, const lode_moved_lever *moved) {
    const lode_lever *lever = moved->lever;
    char number[32];
    if (lever->kind == LODE_LEVER_CHOICE) {
        lode_text_addf(text, ": %s", lode_lever_setting_at(lever, (int32_t)moved->value)->title);
        return;
    }
    lode_format_real(moved->value, number);
    if (lever->kind == LODE_LEVER_SWITCH)
        lode_text_add(text, moved->value > 0 ? "" : ": off");
    else
        lode_text_addf(text, ": %s%s%s", number, lever->unit[0] && lever->unit[0] != '%' ? " " : "", lever->unit);
}

void lode_lever_words(lode_text *text, const lode_moved_lever *moved) {
    char month[8];
    lode_text_add(text, moved->lever->title);
    add_value(text, moved);
    if (moved->start != LODE_NO_DAY) {
        lode_lever_month(moved->start, month);
        lode_text_addf(text, " from %s", month);
    }
}

static void add_words(lode_text *text, const lode_moved_lever *moved, int32_t count, const char *between) {
    for (int32_t i = 0; i < count; i++) {
        lode_text_add(text, i > 0 ? between : "");
        lode_lever_words(text, &moved[i]);
    }
}

/* `key`: the moved levers in words. */
static void add_summary(maker *m, lode_yaml_node *parent, const char *key, const char *before,
                        const lode_moved_lever *moved, int32_t count) {
    lode_text text = {0};
    lode_text_add(&text, before);
    add_words(&text, moved, count, "; ");
    m->failed = m->failed || text.failed;
    add_text(m, parent, key, text.data ? text.data : "", true);
    lode_text_free(&text);
}

enum { MOST_IN_TITLE = 3 };

/* The title stands in tables and sentences: of more than a few levers it says how many, and the note which. */
static void add_title(maker *m, lode_yaml_node *parent, const lode_moved_lever *moved, int32_t count) {
    char title[40];
    if (count <= MOST_IN_TITLE) {
        add_summary(m, parent, "title", "", moved, count);
        return;
    }
    snprintf(title, sizeof title, "%d levers moved", (int)count);
    add_text(m, parent, "title", title, true);
    add_summary(m, parent, "note", "", moved, count);
}

/* ---- the entry ---- */

static const lode_yaml_node *template_of(const lode_moved_lever *moved) {
    if (moved->lever->kind != LODE_LEVER_CHOICE)
        return moved->lever->shocks;
    return lode_lever_setting_at(moved->lever, (int32_t)moved->value)->shocks;
}

/* The entries of one lever; each gets a first day of its own, since the entry of the battery begins with the earliest lever. */
static void add_entries(maker *m, lode_yaml_node *list, const lode_moved_lever *moved, lode_day otherwise,
                        lode_lever_blanks *blanks) {
    const lode_yaml_node *template = template_of(moved);
    for (const lode_yaml_node *one = template ? template->first : NULL; one; one = one->next) {
        lode_yaml_node *entry = add(m, list, NULL, lode_lever_fill(one, blanks));
        m->at = one;
        if (entry && lode_yaml_is_null(lode_yaml_get(entry, "start")))
            add_day(m, entry, "start", moved->start != LODE_NO_DAY ? moved->start : otherwise);
    }
}

static lode_day earliest(const lode_yaml_node *list, lode_day otherwise) {
    lode_day first = LODE_NO_DAY, day;
    for (const lode_yaml_node *one = list->first; one; one = one->next) {
        const lode_yaml_node *start = lode_yaml_get(one, "start");
        if (start && lode_day_parse(start->text, &day, NULL) && (first == LODE_NO_DAY || day < first))
            first = day;
    }
    return first == LODE_NO_DAY ? otherwise : first;
}

static bool holds(const lode_yaml_node *list, const char *text) {
    bool found = false;
    for (const lode_yaml_node *one = list->first; one; one = one->next)
        found = found || strcmp(one->text, text) == 0;
    return found;
}

static void add_sources(maker *m, lode_yaml_node *entry, const lode_moved_lever *moved, int32_t count) {
    lode_yaml_node *list = make(m, LODE_YAML_SEQUENCE, "");
    bool assumed = false;
    for (int32_t i = 0; i < count; i++) {
        const lode_text_list *source = &moved[i].lever->source;
        for (int32_t s = 0; list && s < source->count; s++)
            if (!holds(list, source->items[s]))
                add_text(m, list, NULL, source->items[s], strpbrk(source->items[s], " :") != NULL);
        assumed = assumed || moved[i].lever->assumed;
    }
    if (list && list->count)
        add(m, entry, "source", list);
    if (assumed)
        add_text(m, entry, "assumed", "true", false);
}

static void add_hits(maker *m, lode_yaml_node *entry, const lode_lever_file *file) {
    lode_yaml_node *list = make(m, LODE_YAML_SEQUENCE, "");
    if (file->hits_node && !m->failed) {
        *list = *file->hits_node;
        add(m, entry, "hits", list);
        return;
    }
    add_text(m, list, NULL, "allied", false);
    add(m, entry, "hits", list);
}

lode_code lode_lever_entry(const lode_yaml_node **out, const lode_lever_file *file, const lode_scenario *base,
                           const lode_moved_lever *moved, int32_t count, lode_arena *arena, lode_diags *diags) {
    maker m = {.arena = arena, .at = moved[0].lever->node};
    lode_code code = LODE_OK;
    lode_yaml_node *entry = make(&m, LODE_YAML_MAP, ""), *list = make(&m, LODE_YAML_SEQUENCE, "");
    *out = NULL;
    for (int32_t i = 0; i < count && !m.failed; i++) {
        lode_lever_blanks blanks = {moved[i].value, moved[i].start, arena, diags, LODE_OK};
        add_entries(&m, list, &moved[i], base->shock_start, &blanks);
        code = code ? code : blanks.code;
    }
    m.at = moved[0].lever->node;
    add_text(&m, entry, "name", LODE_LEVERS_SHOCK, false);
    add_title(&m, entry, moved, count);
    add_sources(&m, entry, moved, count);
    if (!m.failed)
        add_day(&m, entry, "start", earliest(list, base->shock_start));
    add_hits(&m, entry, file);
    add(&m, entry, "shocks", list);
    *out = m.failed || code ? NULL : entry;
    return m.failed ? LODE_NOMEM : code;
}

/* ---- trying it ---- */

static bool is_told(const lode_diags *diags, const lode_diag *d) {
    for (size_t i = 0; i < lode_diags_count(diags); i++) {
        const lode_diag *other = lode_diags_get(diags, i);
        if (other->code == d->code && other->line == d->line && other->column == d->column &&
            strcmp(other->file, d->file) == 0)
            return true;
    }
    return false;
}

/* Findings of `own` about the file of levers; an error elsewhere is told at the entry. */
static void pass_on(const lode_diags *own, const lode_lever_file *file, const lode_yaml_node *entry,
                    lode_diags *diags) {
    for (size_t i = 0; i < lode_diags_count(own); i++) {
        lode_diag d = *lode_diags_get(own, i);
        const bool here = strcmp(d.file, file->path) == 0;
        if (!here && d.severity != LODE_ERROR)
            continue;
        d.line = here ? d.line : entry->line;
        d.column = here ? d.column : entry->column;
        d.file = file->path;
        if (!is_told(diags, &d))
            lode_diag_add(diags, d.severity, d.code, d.file, d.line, d.column, d.fix, "%s", d.message);
    }
}

/* The same entry under a name that the battery does not have. */
static lode_yaml_node *renamed(const lode_yaml_node *entry, maker *m) {
    lode_yaml_node *copy = make(m, LODE_YAML_MAP, "");
    for (const lode_yaml_node *one = entry->first; one && !m->failed; one = one->next) {
        lode_yaml_node *same = make(m, one->kind, one->text);
        if (same)
            *same = *one;
        add(m, copy, one->key, same);
        if (same && strcmp(one->key, "name") == 0)
            same->text = "these levers";
    }
    return m->failed ? NULL : copy;
}

static lode_code check_day(const lode_lever_file *file, const lode_scenario *base, const lode_scenario *tried,
                           lode_diags *diags) {
    const lode_battery_entry *entry = &tried->battery[tried->battery_count - 1];
    if (entry->start >= base->from && entry->start < lode_day_add_months(base->to, base->step_months))
        return LODE_OK;
    return lode_diag_add(diags, LODE_ERROR, LODE_BAD_RANGE, file->path, entry->line, entry->column,
                         "let it begin within the scenario's horizon", "what the levers do begins outside the horizon");
}

lode_code lode_lever_try(const lode_lever_file *file, const lode_scenario *base, const lode_yaml_node *entry,
                         lode_diags *diags) {
    maker m = {.arena = lode_arena_new(), .at = entry};
    lode_diags *own = lode_diags_new();
    lode_scenario *tried = NULL;
    m.failed = !m.arena;
    const lode_scenario_changes changes = {.battery = m.failed ? NULL : renamed(entry, &m)};
    lode_code code = m.failed || !own ? LODE_NOMEM : lode_scenario_changed(&tried, base, NULL, &changes, own);
    if (own)
        pass_on(own, file, entry, diags);
    if (code == LODE_OK)
        code = check_day(file, base, tried, diags);
    lode_scenario_free(tried);
    lode_diags_free(own);
    lode_arena_free(m.arena);
    return code;
}

/* ---- the text ---- */

/* One line of a comment: line ends would end it. */
static void add_comment(lode_text *out, const char *before, const char *words) {
    lode_text_add(out, before);
    for (const char *at = words; *at; at++)
        lode_text_addn(out, (unsigned char)*at < 0x20 ? " " : at, 1);
    lode_text_add(out, "\n");
}

static void add_header(lode_text *out, const lode_scenario *base, const char *name, const lode_moved_lever *moved,
                       int32_t count) {
    lode_text line = {0};
    lode_text_addf(&line, "%s; %s", base->title, count > 0 ? "levers moved:" : "no lever moved");
    add_comment(out, "# ", line.data ? line.data : "");
    lode_text_free(&line);
    for (int32_t i = 0; i < count; i++) {
        lode_lever_words(&line, &moved[i]);
        add_comment(out, "#   ", line.data ? line.data : "");
        lode_text_free(&line);
    }
    lode_text_addf(&line, "lodestone stress %s %s.yaml --shocks " LODE_LEVERS_SHOCK " --programme-only",
                   lode_world_path(base->world), name);
    lode_text_add(out,
                  "# Saved as a file from which the path behind `extends` leads to that scenario, this runs it:\n");
    add_comment(out, "#   ", line.data ? line.data : "");
    lode_text_free(&line);
}

lode_code lode_lever_write(lode_text *out, const lode_scenario *base, const char *base_path,
                           const lode_moved_lever *moved, int32_t count, const lode_yaml_node *entry,
                           lode_arena *arena) {
    maker m = {.arena = arena};
    const char *name = lode_arena_printf(arena, "%s_" LODE_LEVERS_SHOCK, base->name);
    const char *title = lode_arena_printf(arena, "%s; levers moved", base->title);
    lode_yaml_node *root = make(&m, LODE_YAML_MAP, ""), *battery = make(&m, LODE_YAML_SEQUENCE, "");
    if (m.failed || !name || !title)
        return LODE_NOMEM;
    add_header(out, base, name, moved, count);
    add_text(&m, root, "name", name, false);
    add_text(&m, root, "title", count > 0 ? title : base->title, true);
    add_summary(&m, root, "note", count > 0 ? "Levers moved: " : "No lever is moved.", moved, count);
    add_text(&m, root, "extends", base_path, true);
    lode_yaml_node *copy = make(&m, LODE_YAML_MAP, "");
    if (entry && copy) {
        *copy = *entry;
        add(&m, battery, NULL, copy);
        add(&m, root, "battery", battery);
    }
    if (m.failed || out->failed)
        return LODE_NOMEM;
    const lode_code code = lode_yaml_write(out, root);
    return out->failed ? LODE_NOMEM : code;
}
