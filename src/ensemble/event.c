/* Events: reading an entry of `uncertainties` that has `event:`, and drawing what happens. The kinds are in files of their own, event_*.c. */
#include "ensemble/event.h"

#include <string.h>

#include "base/diag.h"
#include "base/rng.h"
#include "ensemble/design.h"
#include "ensemble/event_kind.h"
#include "lodestone/nearest.h"

static const lode_event_kind *const kinds[] = {&lode_event_election, &lode_event_repeal, &lode_event_outage,
                                               &lode_event_slippage, &lode_event_shock};
#define KINDS ((int32_t)(sizeof kinds / sizeof kinds[0]))

const lode_event_kind *const *lode_event_kinds(int32_t *count) {
    *count = KINDS;
    return kinds;
}

/* ---- attributes that every kind has ---- */

typedef struct {
    const char *id, *event, *title, *note;
    lode_text_list source;
    bool assumed;
    lode_when from, until;
} common_keys;

#define AT(field) offsetof(common_keys, field)
static const lode_key common_rows[] = {
    {.name = "id", .kind = LODE_KEY_TEXT, .required = true, .offset = AT(id), .doc = "its name"},
    {.name = "event", .kind = LODE_KEY_TEXT, .required = true, .offset = AT(event), .doc = "the kind of event"},
    {.name = "title", .kind = LODE_KEY_TEXT, .offset = AT(title), .doc = "what people read"},
    {.name = "note", .kind = LODE_KEY_TEXT, .offset = AT(note), .doc = "anything worth saying"},
    {.name = "source", .kind = LODE_KEY_TEXTS, .offset = AT(source), .doc = "where its chance is from"},
    {.name = "assumed", .kind = LODE_KEY_FLAG, .max = 1, .offset = AT(assumed), .doc = "its chance is an assumption"},
    {.name = "from",
     .kind = LODE_KEY_WHEN,
     .offset = AT(from),
     .doc = "not before this day (default: the first of the horizon)"},
    {.name = "until",
     .kind = LODE_KEY_WHEN,
     .offset = AT(until),
     .doc = "before this day (default: the end of the horizon)"},
};
#undef AT
static const lode_key_table common_table = {"event", sizeof(common_keys), sizeof common_rows / sizeof common_rows[0],
                                            common_rows};

const lode_key_table *lode_event_common_table(void) {
    return &common_table;
}

/* ---- reading ---- */

static const lode_event_kind *find_kind(const lode_yaml_node *entry, lode_diags *diags) {
    const char *name = NULL;
    const lode_yaml_node *node = lode_yaml_get(entry, "event");
    if (!lode_yaml_text(node, "event", &name, diags)) {
        lode_yaml_error(diags, LODE_MISSING_VALUE, entry, "add `event:`, such as outage", "an event has no kind");
        return NULL;
    }
    char fix[400];
    lode_nearest nearest;
    lode_nearest_begin(&nearest, name);
    for (int32_t k = 0; k < KINDS; k++) {
        if (strcmp(kinds[k]->name, name) == 0) {
            return kinds[k];
        }
        lode_nearest_offer(&nearest, kinds[k]->name);
    }
    lode_nearest_format(&nearest, fix, sizeof fix);
    lode_yaml_error(diags, LODE_UNKNOWN_ID, node, fix[0] ? fix : "write election, repeal, outage, slippage or shock",
                    "no kind of event `%.80s`", name);
    return NULL;
}

static void check_common(const lode_event_check *check, const common_keys *keys) {
    const lode_day from = lode_when_day(&keys->from, check->scenario->shock_start);
    const lode_day until = lode_when_day(&keys->until, check->scenario->shock_start);
    if (keys->from.given && keys->until.given && until <= from) {
        lode_event_error(check, LODE_BAD_RANGE, "let `until` be later than `from`", "`%s` can never happen",
                         check->event->id);
    }
    const lode_event *e = check->event;
    const lode_origin of = {e->id, e->file, e->line, e->column};
    lode_sources_check(check->scenario->world, &keys->source, !keys->assumed, &of, check->diags);
}

static lode_code read_attributes(lode_event *out, const lode_yaml_node *entry, const lode_scenario *scenario,
                                 lode_arena *arena, lode_diags *diags) {
    common_keys keys;
    memset(&keys, 0, sizeof keys);
    void *own = lode_arena_alloc(arena, 1, out->kind->attributes->size + 1);
    if (!own) {
        return LODE_NOMEM;
    }
    const lode_key_table *tables[2] = {&common_table, out->kind->attributes};
    void *into[2] = {&keys, own};
    lode_reader reader = {.world = scenario->world, .arena = arena, .diags = diags, .file = entry->file};
    lode_keys_read(&reader, entry, tables, into, 2);
    out->own = own;
    out->id = keys.id ? keys.id : "?";
    out->title = keys.title ? keys.title : out->id;
    out->from = keys.from;
    out->until = keys.until;
    lode_event_check check = {
        .scenario = scenario, .arena = arena, .diags = diags, .event = out, .failed = reader.failed};
    check_common(&check, &keys);
    if (out->kind->check && !check.failed) {
        out->kind->check(&check, own);
    }
    return check.failed ? LODE_NOMEM : LODE_OK;
}

lode_code lode_event_read(lode_event *out, const lode_yaml_node *entry, const lode_scenario *scenario,
                          lode_arena *arena, lode_diags *diags) {
    size_t before = lode_diags_count(diags);
    *out = (lode_event){.id = "?", .title = "?", .file = entry->file, .line = entry->line, .column = entry->column};
    if (entry->kind != LODE_YAML_MAP) {
        return lode_yaml_error(diags, LODE_BAD_TYPE, entry, "write `- id: NAME` and its attributes below",
                               "an event is %s", lode_yaml_kind_name(entry->kind));
    }
    out->kind = find_kind(entry, diags);
    lode_code code = out->kind ? read_attributes(out, entry, scenario, arena, diags) : LODE_OK;
    return code == LODE_OK ? lode_diags_first_code(diags, before) : code;
}

/* ---- drawing ---- */

static lode_day later(lode_day a, lode_day b) {
    return a > b ? a : b;
}

lode_code lode_event_draw(lode_event_outcome *out, const lode_event *event, const lode_scenario *scenario,
                          uint64_t seed, uint64_t stream, lode_arena *arena) {
    *out = (lode_event_outcome){.first = LODE_NO_DAY};
    if (stream == LODE_NO_STREAM) {
        return LODE_OK;
    }
    lode_day end = lode_day_add_months(scenario->to, scenario->step_months);
    lode_day until = lode_when_day(&event->until, scenario->shock_start);
    lode_event_drawing drawing = {.event = event,
                                  .scenario = scenario,
                                  .seed = seed,
                                  .key = lode_key_mix(stream, lode_key_text(event->id)),
                                  .from = later(scenario->from, lode_when_day(&event->from, scenario->shock_start)),
                                  .until = event->until.given && until < end ? until : end,
                                  .arena = arena,
                                  .out = out};
    if (drawing.from < drawing.until) {
        event->kind->draw(&drawing, event->own);
    }
    return drawing.failed ? LODE_NOMEM : LODE_OK;
}
