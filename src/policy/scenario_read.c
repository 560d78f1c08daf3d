/* From the laid-over tree of a scenario's files to settings, instruments with dates, and a battery of shocks. */
#include "policy/scenario_read.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/text.h"
#include "lodestone/nearest.h"
#include "policy/covered_lists.h"

typedef struct {
    lode_scenario *scenario;
    lode_diags *diags;
    lode_arena *arena;
    lode_day moved; /* shock_start in place of the written one; LODE_NO_DAY: as written */
    bool failed;    /* out of memory */
} opening;

/* ---- settings ---- */

typedef struct {
    lode_when shock_start;
    bool projects, announced, programme;
    double tolerance;
} scenario_settings;

static const lode_key settings_rows[] = {
    {.name = "shock_start",
     .kind = LODE_KEY_WHEN,
     .offset = offsetof(scenario_settings, shock_start),
     .doc = "first day of battery shocks that name none, and what `shock_start` means"},
    {.name = "projects",
     .kind = LODE_KEY_FLAG,
     .max = 1,
     .offset = offsetof(scenario_settings, projects),
     .doc = "plants that are not built yet go through the financing gate, and running ones can fail (default: plants "
            "start as announced, "
            "later by the mean slippage, or never)"},
    {.name = "announced",
     .kind = LODE_KEY_FLAG,
     .max = 1,
     .offset = offsetof(scenario_settings, announced),
     .doc = "instruments with `in_force: false` act too"},
    {.name = "programme",
     .kind = LODE_KEY_FLAG,
     .fallback = 1,
     .max = 1,
     .offset = offsetof(scenario_settings, programme),
     .doc = "false: none of `policies` acts"},
    {.name = "tolerance",
     .kind = LODE_KEY_NUMBER,
     .fallback = LODE_SCENARIO_TOLERANCE,
     .min = 1e-6,
     .max = 0.05,
     .offset = offsetof(scenario_settings, tolerance),
     .doc =
         "how far the price of a curve may stay from the price that clears, as a share of it (0.001); 0.01 is a draft"},
};
static const lode_key_table settings_table = {"settings", sizeof(scenario_settings),
                                              sizeof settings_rows / sizeof settings_rows[0], settings_rows};

const lode_key_table *lode_scenario_settings_table(void) {
    return &settings_table;
}

static lode_reader reader_of(const opening *open) {
    return (lode_reader){
        .world = open->scenario->world, .arena = open->arena, .diags = open->diags, .file = open->scenario->path};
}

static int last_demand_year(const lode_world *w) {
    int year = w->base_year;
    for (int32_t d = 0; d < w->demand_count; d++) {
        year = w->demands[d].year > year ? w->demands[d].year : year;
    }
    return year > 0 ? year : 2024;
}

/* Horizon: as the file says; else from the base year to the last year of demand. */
static void read_frame(opening *open) {
    lode_scenario *s = open->scenario;
    const lode_scenario_file *file = s->file;
    int base = s->world->base_year > 0 ? s->world->base_year : last_demand_year(s->world);
    s->path = file->path;
    s->name = file->name;
    s->title = file->title && file->title[0] ? file->title : file->name;
    s->step_months = file->step_months;
    s->from = file->from != LODE_NO_DAY ? file->from : lode_day_from(base, 1, 1);
    s->to = file->to != LODE_NO_DAY ? file->to : lode_day_from(last_demand_year(s->world), 13 - s->step_months, 1);
    if (s->to < s->from) {
        lode_yaml_error(open->diags, LODE_BAD_RANGE, lode_yaml_get(file->root, "horizon"),
                        "write the earlier one in `from`", "the horizon ends before it begins");
    }
    scenario_settings settings;
    const lode_key_table *table = &settings_table;
    void *out = &settings;
    memset(&settings, 0, sizeof settings);
    lode_reader reader = reader_of(open);
    lode_keys_read(&reader, file->settings, &table, &out, 1);
    open->failed = open->failed || reader.failed;
    s->shock_start = settings.shock_start.given ? settings.shock_start.day : s->from;
    s->shock_start = open->moved != LODE_NO_DAY ? open->moved : s->shock_start;
    s->projects = settings.projects;
    s->announced = settings.announced;
    s->programme = settings.programme;
    s->tolerance = settings.tolerance;
}

/* ---- one instrument ---- */

static const lode_instrument *resolve_like(opening *open, const lode_yaml_node *node) {
    const char *id = NULL;
    const lode_yaml_node *like = lode_yaml_get(node, "like");
    if (!lode_yaml_text(like, "like", &id, open->diags)) {
        return NULL;
    }
    lode_scenario *s = open->scenario;
    const lode_instrument *found = lode_instrument_find(s->instruments, s->count, id);
    if (!found) {
        char fix[400];
        lode_nearest nearest;
        lode_nearest_begin(&nearest, id);
        for (int32_t i = 0; i < s->count; i++) {
            lode_nearest_offer(&nearest, s->instruments[i]->common.id);
        }
        lode_nearest_format(&nearest, fix, sizeof fix);
        lode_yaml_error(open->diags, LODE_UNKNOWN_ID, like,
                        fix[0] ? fix : "name an earlier entry of `policies` or `shocks`",
                        "no instrument `%.80s` to be like", id);
    }
    return found;
}

static const lode_instrument_type *find_type(opening *open, const lode_yaml_node *node, const lode_instrument *like) {
    const char *name = NULL;
    const lode_yaml_node *type = lode_yaml_get(node, "type");
    if (!lode_yaml_text(type, "type", &name, open->diags)) {
        if (!like) {
            lode_yaml_error(open->diags, LODE_MISSING_VALUE, node, "add `type:`, such as export_control",
                            "an entry has no `type`");
        }
        return like ? like->type : NULL;
    }
    const lode_instrument_type *found = lode_instrument_type_find(name);
    if (!found) {
        char fix[400];
        lode_instrument_type_nearest(name, fix, sizeof fix);
        lode_yaml_error(open->diags, LODE_UNKNOWN_ID, type, fix, "no type of instrument `%.80s`", name);
    } else if (like && like->type != found) {
        lode_yaml_error(open->diags, LODE_CONFLICT, type, "name one of the same type", "`like` names a %s",
                        like->type->name);
        return NULL;
    }
    return found;
}

/* Of what all types have, the terms are those of the other too; its name, its dates and its sources are its own. */
static void take_terms(lode_instrument_common *to, const lode_instrument_common *from) {
    to->in_force = from->in_force;
    to->payer = from->payer;
    to->legal_form = from->legal_form;
    to->grandfathered = from->grandfathered;
    to->budget_musd = from->budget_musd;
}

static void read_attributes(opening *open, const lode_yaml_node *node, lode_instrument *it) {
    const lode_key_table *tables[2] = {lode_instrument_common_table(), it->type->attributes};
    void *out[2] = {&it->common, it->own};
    lode_reader reader = reader_of(open);
    if (it->like) {
        lode_keys_read(&reader, NULL, tables, out, 1);
        memcpy(it->own, it->like->own, it->type->attributes->size);
        take_terms(&it->common, &it->like->common);
        reader.keep = true;
    }
    lode_keys_read(&reader, node, tables, out, 2);
    open->failed = open->failed || reader.failed;
    if (!it->common.id[0]) {
        if (it->like) {
            lode_yaml_error(open->diags, LODE_MISSING_VALUE, node, "add `id:`", "an entry has no `id`");
        }
        it->common.id = "?";
    }
    if (!it->common.title) {
        it->common.title = it->common.id;
    }
}

/* Dates of an instrument. `begin` is what holds where it names no start. */
static void set_dates(opening *open, lode_instrument *it, lode_day begin, lode_day shock_start) {
    const lode_instrument_common *c = &it->common;
    it->first = c->start.given ? lode_when_day(&c->start, shock_start) : begin;
    it->last = c->end.given ? lode_when_day(&c->end, shock_start) : LODE_FAR_DAY;
    if (!isnan(c->months)) {
        double whole = floor(c->months);
        it->last = lode_day_add_months(it->first, (int)whole) + (lode_day)lround((c->months - whole) * 30.4);
        if (c->end.given) {
            lode_diag_add(open->diags, LODE_ERROR, LODE_CONFLICT, it->file, it->line, it->column, "write one of them",
                          "`%s` has both `end` and `months`", c->id);
        }
    }
    if (it->last <= it->first) {
        lode_diag_add(open->diags, LODE_ERROR, LODE_BAD_RANGE, it->file, it->line, it->column,
                      "let `end` be later than `start`", "`%s` ends before it begins", c->id);
    }
    if (it->last > it->first && it->last <= open->scenario->from) {
        lode_diag_add(open->diags, LODE_WARNING, LODE_BAD_RANGE, it->file, it->line, it->column,
                      "let the horizon begin earlier, or leave it out", "`%s` is over before the horizon begins",
                      c->id);
    }
    it->shock_start = shock_start;
    it->announced = c->announced.given ? lode_when_day(&c->announced, shock_start) : it->first;
}

static bool looks_like_key(const char *text) {
    return strpbrk(text, " :/") == NULL;
}

void lode_sources_check(const lode_world *world, const lode_text_list *source, bool must_have, const lode_origin *of,
                        lode_diags *diags) {
    for (int32_t i = 0; i < source->count; i++) {
        const char *text = source->items[i];
        if (looks_like_key(text) && lode_idmap_get(world->source_ids, text) < 0) {
            char fix[400];
            lode_idmap_nearest(world->source_ids, text, fix, sizeof fix);
            lode_diag_add(diags, LODE_WARNING, LODE_UNKNOWN_ID, of->file, of->line, of->column, fix,
                          "`%s`: no source `%.80s` in sources.csv", of->id, text);
        }
    }
    if (must_have && source->count == 0) {
        lode_diag_add(diags, LODE_WARNING, LODE_NO_SOURCE, of->file, of->line, of->column,
                      "add `source:`, or `assumed: true`", "`%s` names no source", of->id);
    }
}

static void check_sources(opening *open, const lode_instrument *it, bool needed) {
    const lode_instrument_common *c = &it->common;
    const lode_origin of = {c->id, it->file, it->line, it->column};
    lode_sources_check(open->scenario->world, &c->source, needed && !c->assumed, &of, open->diags);
}

static lode_instrument *read_instrument(opening *open, const lode_yaml_node *node) {
    if (node->kind != LODE_YAML_MAP) {
        lode_yaml_error(open->diags, LODE_BAD_TYPE, node, "write `- id: NAME` and its attributes below",
                        "an entry is %s", lode_yaml_kind_name(node->kind));
        return NULL;
    }
    const lode_instrument *like = resolve_like(open, node);
    if (!like && lode_yaml_get(node, "like")) {
        return NULL;
    }
    const lode_instrument_type *type = find_type(open, node, like);
    if (!type) {
        return NULL;
    }
    lode_instrument *it = lode_arena_alloc(open->arena, 1, sizeof *it);
    void *own = lode_arena_alloc(open->arena, 1, type->attributes->size + 1);
    if (!it || !own) {
        open->failed = true;
        return NULL;
    }
    *it = (lode_instrument){
        .type = type, .like = like, .own = own, .file = node->file, .line = node->line, .column = node->column};
    read_attributes(open, node, it);
    return it;
}

static bool add_instrument(opening *open, lode_instrument **list, int32_t *count, lode_instrument *it,
                           bool source_needed) {
    const lode_instrument *twin = lode_instrument_find(list, *count, it->common.id);
    if (!twin && list != open->scenario->instruments) {
        twin = lode_instrument_find(open->scenario->instruments, open->scenario->count, it->common.id);
    }
    if (twin) {
        lode_diag_add(open->diags, LODE_ERROR, LODE_DUPLICATE, it->file, it->line, it->column, "give it another `id`",
                      "`%s` is also the id of the entry in line %d", it->common.id, twin->line);
        return false;
    }
    const lode_scenario *s = open->scenario;
    bool of_entry = list != s->instruments;
    lode_instrument_check check = {.world = s->world,
                                   .diags = open->diags,
                                   .arena = open->arena,
                                   .from = s->from,
                                   .announced = s->announced,
                                   .until = lode_day_add_months(s->to, s->step_months),
                                   .list = s->instruments,
                                   .count = s->count,
                                   .beside = of_entry ? list : NULL,
                                   .beside_count = of_entry ? *count : 0};
    if (it->type->check) {
        it->type->check(&check, it);
    }
    lode_covered_lists_check(&check, it);
    check_sources(open, it, source_needed);
    list[(*count)++] = it;
    return true;
}

static void read_list(opening *open, const lode_yaml_node *list) {
    lode_scenario *s = open->scenario;
    for (const lode_yaml_node *node = list ? list->first : NULL; node; node = node->next) {
        lode_instrument *it = read_instrument(open, node);
        if (it) {
            set_dates(open, it, s->from, s->shock_start);
            add_instrument(open, s->instruments, &s->count, it, true);
        }
    }
}

/* ---- battery ---- */

typedef struct {
    const char *name, *title, *note;
    lode_text_list source;
    bool assumed;
    lode_when start;
    lode_index_list hits;
    const lode_yaml_node *shocks;
} battery_keys;

#define AT(field) offsetof(battery_keys, field)
static const lode_key battery_rows[] = {
    {.name = "name", .kind = LODE_KEY_TEXT, .required = true, .offset = AT(name), .doc = "what `--shock` takes"},
    {.name = "title", .kind = LODE_KEY_TEXT, .offset = AT(title), .doc = "what people read"},
    {.name = "note", .kind = LODE_KEY_TEXT, .offset = AT(note), .doc = "anything worth saying"},
    {.name = "source", .kind = LODE_KEY_TEXTS, .offset = AT(source), .doc = "where it is from"},
    {.name = "assumed",
     .kind = LODE_KEY_FLAG,
     .fallback = 0,
     .max = 1,
     .offset = AT(assumed),
     .doc = "the size is an assumption"},
    {.name = "start",
     .kind = LODE_KEY_WHEN,
     .offset = AT(start),
     .doc = "its first day (default: the setting `shock_start`)"},
    {.name = "hits",
     .kind = LODE_KEY_REGIONS,
     .offset = AT(hits),
     .doc = "regions whose loss is measured (default: its destinations, else the allied ones)"},
    {.name = "shocks",
     .kind = LODE_KEY_NODE,
     .required = true,
     .offset = AT(shocks),
     .doc = "the instruments that it adds"},
};
static const lode_key_table battery_table = {"battery entry", sizeof(battery_keys),
                                             sizeof battery_rows / sizeof battery_rows[0], battery_rows};

static int32_t collect_marks(opening *open, const bool *marks, lode_index_list *out) {
    int32_t regions = open->scenario->world->region_count;
    out->count = 0;
    out->items = lode_arena_alloc(open->arena, (size_t)regions + 1, sizeof *out->items);
    open->failed = open->failed || !out->items;
    for (int32_t r = 0; out->items && r < regions; r++) {
        if (marks[r]) {
            out->items[out->count++] = r;
        }
    }
    return out->count;
}

/* Regions a shock is measured in: as written, else what its instruments say or aim at, else the allied, else all outside. */
static void set_hits(opening *open, lode_battery_entry *entry, const lode_index_list *written) {
    const lode_world *w = open->scenario->world;
    bool *marks = lode_arena_alloc(open->arena, (size_t)w->region_count + 1, sizeof *marks);
    open->failed = open->failed || !marks;
    for (int32_t i = 0; marks && i < written->count; i++) {
        marks[written->items[i]] = true;
    }
    for (int32_t i = 0; marks && written->count == 0 && i < entry->count; i++) {
        const lode_instrument *it = entry->instruments[i];
        for (int32_t h = 0; h < it->common.hits.count; h++) {
            marks[it->common.hits.items[h]] = true;
        }
        if (it->common.hits.count == 0 && it->type->aims) {
            it->type->aims(it, marks);
        }
    }
    if (!marks || collect_marks(open, marks, &entry->hits) > 0) {
        return;
    }
    for (int32_t r = 0; r < w->region_count; r++) {
        marks[r] = w->regions[r].bloc == LODE_BLOC_ALLIED;
    }
    if (collect_marks(open, marks, &entry->hits) == 0) {
        for (int32_t r = 0; r < w->region_count; r++) {
            marks[r] = r != w->controlling_region;
        }
        collect_marks(open, marks, &entry->hits);
    }
}

static void read_entry(opening *open, const lode_yaml_node *node) {
    lode_scenario *s = open->scenario;
    battery_keys keys;
    const lode_key_table *table = &battery_table;
    void *out = &keys;
    memset(&keys, 0, sizeof keys);
    lode_reader reader = reader_of(open);
    lode_keys_read(&reader, node, &table, &out, 1);
    open->failed = open->failed || reader.failed;
    if (!keys.name || !keys.shocks) {
        return;
    }
    if (lode_scenario_shock(s, keys.name) >= 0) {
        lode_yaml_error(open->diags, LODE_DUPLICATE, node, "give it another `name`",
                        "two battery entries are called `%.80s`", keys.name);
        return;
    }
    lode_battery_entry *entry = &s->battery[s->battery_count++];
    *entry = (lode_battery_entry){.name = keys.name,
                                  .title = keys.title ? keys.title : keys.name,
                                  .note = keys.note ? keys.note : "",
                                  .source = keys.source,
                                  .assumed = keys.assumed,
                                  .line = node->line,
                                  .column = node->column};
    entry->start = keys.start.given ? lode_when_day(&keys.start, s->shock_start) : s->shock_start;
    entry->instruments = lode_arena_alloc(open->arena, (size_t)keys.shocks->count + 1, sizeof *entry->instruments);
    open->failed = open->failed || !entry->instruments;
    for (const lode_yaml_node *item = keys.shocks->first; entry->instruments && item; item = item->next) {
        lode_instrument *it = read_instrument(open, item);
        if (it) {
            set_dates(open, it, entry->start, entry->start);
            add_instrument(open, entry->instruments, &entry->count, it, false);
        }
    }
    set_hits(open, entry, &keys.hits);
}

/* ---- all of it ---- */

static int32_t children(const lode_yaml_node *node) {
    return node ? node->count : 0;
}

static void read_all(opening *open) {
    lode_scenario *s = open->scenario;
    const lode_scenario_file *file = s->file;
    read_frame(open);
    s->instruments = lode_arena_alloc(open->arena, (size_t)(children(file->policies) + children(file->shocks)) + 1,
                                      sizeof *s->instruments);
    s->battery = lode_arena_alloc(open->arena, (size_t)children(file->battery) + 1, sizeof *s->battery);
    if (!s->instruments || !s->battery) {
        open->failed = true;
        return;
    }
    read_list(open, file->policies);
    s->policy_count = s->count;
    read_list(open, file->shocks);
    for (const lode_yaml_node *node = file->battery ? file->battery->first : NULL; node; node = node->next) {
        read_entry(open, node);
    }
}

lode_code lode_scenario_read(lode_scenario *s, lode_day moved, size_t before, lode_diags *diags) {
    opening open = {.scenario = s, .diags = diags, .arena = s->arena, .moved = moved};
    lode_code code = LODE_OK;
    read_all(&open);
    if (open.failed) {
        return LODE_NOMEM;
    }
    for (size_t i = 0; lode_diags_error_count(diags) > before && i < lode_diags_count(diags); i++) {
        const lode_diag *diag = lode_diags_get(diags, i);
        if (diag->severity == LODE_ERROR) {
            code = diag->code; /* the last one added is of this pass */
        }
    }
    return code;
}
