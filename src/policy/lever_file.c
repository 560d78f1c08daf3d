#include "policy/lever_file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/idmap.h"
#include "base/number.h"

#define LARGEST 1e9 /* of any number here */

/* ---- keys ---- */

#define OF_FAMILY(field) offsetof(lode_lever_family, field)
static const lode_key family_rows[] = {
    {.name = "id",
     .kind = LODE_KEY_CHOICE,
     .required = true,
     .fallback = -1,
     .choices = LODE_LEVER_FAMILIES,
     .offset = OF_FAMILY(id),
     .doc = "which family"},
    {.name = "title", .kind = LODE_KEY_TEXT, .required = true, .offset = OF_FAMILY(title), .doc = "what people read"},
    {.name = "help",
     .kind = LODE_KEY_TEXT,
     .required = true,
     .offset = OF_FAMILY(help),
     .doc = "a sentence on what its levers do"},
};
static const lode_key_table family_table = {"a family", sizeof(lode_lever_family),
                                            sizeof family_rows / sizeof family_rows[0], family_rows};

#define OF_SETTING(field) offsetof(lode_lever_setting, field)
static const lode_key setting_rows[] = {
    {.name = "title", .kind = LODE_KEY_TEXT, .required = true, .offset = OF_SETTING(title), .doc = "what people read"},
    {.name = "value",
     .kind = LODE_KEY_NUMBER,
     .fallback = NAN,
     .min = -LARGEST,
     .max = LARGEST,
     .offset = OF_SETTING(value),
     .doc = "number: the value that it names"},
    {.name = "shocks",
     .kind = LODE_KEY_NODE,
     .offset = OF_SETTING(shocks),
     .doc = "choice: the entries that it stands for"},
};
static const lode_key_table setting_table = {"a setting", sizeof(lode_lever_setting),
                                             sizeof setting_rows / sizeof setting_rows[0], setting_rows};

#define RANGE_KEY(key, words)                                                                                          \
    {                                                                                                                  \
        .name = #key, .kind = LODE_KEY_NUMBER, .required = true, .fallback = NAN, .min = -LARGEST, .max = LARGEST,     \
        .offset = offsetof(lode_lever_range, key), .doc = words                                                        \
    }
static const lode_key range_rows[] = {
    RANGE_KEY(least, "the smallest value"),
    RANGE_KEY(most, "the largest value"),
    RANGE_KEY(step, "from one value to the next"),
};
static const lode_key_table range_table = {"range", sizeof(lode_lever_range), sizeof range_rows / sizeof range_rows[0],
                                           range_rows};

#define OF_START(field) offsetof(lode_lever_start, field)
static const lode_key start_rows[] = {
    {.name = "least",
     .kind = LODE_KEY_WHEN,
     .required = true,
     .offset = OF_START(least),
     .doc = "the earliest first month"},
    {.name = "most", .kind = LODE_KEY_WHEN, .required = true, .offset = OF_START(most), .doc = "the latest one"},
    {.name = "default", .kind = LODE_KEY_WHEN, .offset = OF_START(fallback), .doc = "the one that is proposed (least)"},
};
static const lode_key_table start_table = {"start", sizeof(lode_lever_start), sizeof start_rows / sizeof start_rows[0],
                                           start_rows};

#define OF_LEVER(field) offsetof(lode_lever, field)
static const lode_key lever_rows[] = {
    {.name = "id", .kind = LODE_KEY_TEXT, .required = true, .offset = OF_LEVER(id), .doc = "unique; links carry it"},
    {.name = "family",
     .kind = LODE_KEY_CHOICE,
     .required = true,
     .fallback = -1,
     .choices = LODE_LEVER_FAMILIES,
     .offset = OF_LEVER(family),
     .doc = "one of `families`"},
    {.name = "title", .kind = LODE_KEY_TEXT, .required = true, .offset = OF_LEVER(title), .doc = "what people read"},
    {.name = "help",
     .kind = LODE_KEY_TEXT,
     .required = true,
     .offset = OF_LEVER(help),
     .doc = "a sentence or two: what happens, to whom"},
    {.name = "unit", .kind = LODE_KEY_TEXT, .offset = OF_LEVER(unit), .doc = "of the value"},
    {.name = "kind",
     .kind = LODE_KEY_CHOICE,
     .required = true,
     .fallback = -1,
     .choices = LODE_LEVER_KINDS,
     .offset = OF_LEVER(kind),
     .doc = "a number, off and on (0 and 1), or one of `settings`"},
    {.name = "range",
     .kind = LODE_KEY_MAP,
     .nested = &range_table,
     .offset = OF_LEVER(range),
     .doc = "number: its values"},
    {.name = "default",
     .kind = LODE_KEY_NUMBER,
     .min = -LARGEST,
     .max = LARGEST,
     .offset = OF_LEVER(fallback),
     .doc = "the value at which nothing changes (0)"},
    {.name = "settings",
     .kind = LODE_KEY_LIST,
     .nested = &setting_table,
     .offset = OF_LEVER(settings),
     .doc = "number: values with a name; choice: what can be chosen, the first changes nothing"},
    {.name = "start",
     .kind = LODE_KEY_MAP,
     .nested = &start_table,
     .offset = OF_LEVER(start),
     .doc = "first months that can be chosen, YYYY-MM; without it the entries say when"},
    {.name = "source", .kind = LODE_KEY_TEXTS, .offset = OF_LEVER(source), .doc = "where range and settings are from"},
    {.name = "assumed",
     .kind = LODE_KEY_FLAG,
     .max = 1,
     .offset = OF_LEVER(assumed),
     .doc = "some of it is an assumption"},
    {.name = "note", .kind = LODE_KEY_TEXT, .offset = OF_LEVER(note), .doc = "what is published and what is assumed"},
    {.name = "shocks",
     .kind = LODE_KEY_NODE,
     .offset = OF_LEVER(shocks),
     .doc = "number and switch: the entries of a scenario that it stands for"},
};
static const lode_key_table lever_table = {"a lever", sizeof(lode_lever), sizeof lever_rows / sizeof lever_rows[0],
                                           lever_rows};

#define OF_FILE(field) offsetof(lode_lever_file, field)
static const lode_key file_rows[] = {
    {.name = "hits",
     .kind = LODE_KEY_REGIONS,
     .offset = OF_FILE(hits),
     .doc = "whose loss is measured (the allied regions)"},
    {.name = "families",
     .kind = LODE_KEY_LIST,
     .required = true,
     .nested = &family_table,
     .offset = OF_FILE(families),
     .doc = "the families of levers, in their order"},
    {.name = "levers",
     .kind = LODE_KEY_LIST,
     .required = true,
     .nested = &lever_table,
     .offset = OF_FILE(levers),
     .doc = "the levers, in their order"},
};
static const lode_key_table file_table = {"a file of levers", sizeof(lode_lever_file),
                                          sizeof file_rows / sizeof file_rows[0], file_rows};

/* ---- small things ---- */

static lode_lever *lever_at(const lode_lever_file *file, int32_t index) {
    return (lode_lever *)file->levers.items + index;
}

const lode_lever *lode_lever_at(const lode_lever_file *file, int32_t index) {
    return lever_at(file, index);
}

static lode_lever_setting *setting_at(const lode_lever *lever, int32_t index) {
    return (lode_lever_setting *)lever->settings.items + index;
}

const lode_lever_setting *lode_lever_setting_at(const lode_lever *lever, int32_t index) {
    return setting_at(lever, index);
}

void lode_lever_word(const char *words, int32_t index, char out[32]) {
    for (; index > 0 && strchr(words, '|'); index--)
        words = strchr(words, '|') + 1;
    snprintf(out, 32, "%.*s", (int)strcspn(words, "|"), words);
}

bool lode_lever_on_step(const lode_lever *lever, double value, double *exact) {
    const lode_lever_range *range = &lever->range;
    const double steps = round((value - range->least) / range->step);
    char text[32];
    if (!(value >= range->least - 1e-9 * range->step && value <= range->most + 1e-9 * range->step))
        return false;
    lode_format_digits(range->least + steps * range->step, 12, text);
    return lode_parse_real(text, exact) && fabs(*exact - value) <= 1e-6 * range->step;
}

/* ---- checks ---- */

typedef struct {
    lode_diags *diags;
    lode_day from, to;
} checker;

static void complain(const checker *c, lode_code code, const lode_yaml_node *node, const char *fix, const char *id,
                     const char *why) {
    lode_yaml_error(c->diags, code, node, fix, "lever `%.80s` %s", id, why);
}

static const lode_yaml_node *place(const lode_yaml_node *map, const char *key) {
    const lode_yaml_node *node = lode_yaml_get(map, key);
    return lode_yaml_is_null(node) ? map : node;
}

/* A lever whose range can be stepped through: then its other numbers are looked at. */
static bool check_range(const checker *c, const lode_lever *lever) {
    const lode_lever_range *range = &lever->range;
    const lode_yaml_node *node = place(lever->node, "range");
    if (isnan(range->least) || isnan(range->most) || isnan(range->step)) {
        if (node == lever->node)
            complain(c, LODE_MISSING_VALUE, node, "add `range: {least: A, most: B, step: C}`", lever->id,
                     "is a number without a range");
        return false;
    }
    const char *why = range->step <= 0              ? "has a step of nothing"
                      : range->most <= range->least ? "has a range that ends where it begins, or before"
                                                    : NULL;
    double exact;
    if (!why && (range->most - range->least > 1e4 * range->step || !lode_lever_on_step(lever, range->most, &exact)))
        why = "has a range that is not a whole number of steps, or more than 10,000 of them";
    if (why)
        complain(c, LODE_BAD_RANGE, node, "write least, most and step so that steps lead from least to most", lever->id,
                 why);
    return !why;
}

static void check_value(const checker *c, const lode_lever *lever, double *value, const lode_yaml_node *node,
                        const char *what) {
    char fix[160], least[32], most[32], step[32], why[80];
    if (lode_lever_on_step(lever, *value, value))
        return;
    lode_format_real(lever->range.least, least);
    lode_format_real(lever->range.most, most);
    lode_format_real(lever->range.step, step);
    snprintf(fix, sizeof fix, "write a value from %s to %s in steps of %s", least, most, step);
    snprintf(why, sizeof why, "has a %s outside its range or off its step", what);
    complain(c, LODE_BAD_RANGE, node, fix, lever->id, why);
}

static void check_entries(const checker *c, const lode_lever *lever, const lode_yaml_node *shocks,
                          const lode_yaml_node *of) {
    const bool missing = lode_yaml_is_null(shocks);
    if (missing || shocks->kind != LODE_YAML_SEQUENCE || !shocks->count)
        complain(c, missing ? LODE_MISSING_VALUE : LODE_BAD_TYPE, missing ? of : shocks,
                 "add `shocks:` with a list of entries as in a scenario", lever->id,
                 missing ? "stands for no entries" : "needs a list of entries");
    for (const lode_yaml_node *one = missing ? NULL : shocks->first; one; one = one->next)
        if (one->kind != LODE_YAML_MAP)
            complain(c, LODE_BAD_TYPE, one, "write `- id: NAME` and its attributes below", lever->id,
                     "has an entry that is not a mapping");
}

static void check_number(const checker *c, lode_lever *lever) {
    check_entries(c, lever, lever->shocks, lever->node);
    if (!check_range(c, lever))
        return;
    check_value(c, lever, &lever->fallback, place(lever->node, "default"), "default");
    for (int32_t i = 0; i < lever->settings.count; i++) {
        lode_lever_setting *setting = setting_at(lever, i);
        if (isnan(setting->value))
            complain(c, LODE_MISSING_VALUE, setting->node, "add `value:`", lever->id, "has a setting without a value");
        else
            check_value(c, lever, &setting->value, place(setting->node, "value"), "setting");
        if (setting->shocks)
            complain(c, LODE_CONFLICT, setting->shocks, "write `shocks` beside `settings`, or `kind: choice`",
                     lever->id, "is a number, and one of its settings has entries of its own");
    }
}

/* Off and on. */
static void check_switch(const checker *c, lode_lever *lever) {
    lever->range = (lode_lever_range){0, 1, 1};
    check_entries(c, lever, lever->shocks, lever->node);
    check_value(c, lever, &lever->fallback, place(lever->node, "default"), "default");
    if (lever->settings.count)
        complain(c, LODE_CONFLICT, place(lever->node, "settings"), "leave them out, or write `kind: choice`", lever->id,
                 "is a switch with settings");
}

static void check_choice(const checker *c, lode_lever *lever) {
    lever->range = (lode_lever_range){0, lever->settings.count - 1, 1};
    if (lever->shocks)
        complain(c, LODE_CONFLICT, lever->shocks, "write `shocks` below each setting", lever->id,
                 "is a choice with entries of its own");
    if (lever->settings.count < 2) {
        complain(c, LODE_MISSING_VALUE, lever->node, "write two `settings` or more; the first changes nothing",
                 lever->id, "has nothing to choose from");
        return;
    }
    check_value(c, lever, &lever->fallback, place(lever->node, "default"), "default");
    for (int32_t i = 0; i < lever->settings.count; i++) {
        lode_lever_setting *setting = setting_at(lever, i);
        const bool given = !isnan(setting->value);
        setting->value = i;
        if (given)
            complain(c, LODE_CONFLICT, place(setting->node, "value"),
                     "leave it out: a choice has the number of its place, from 0", lever->id,
                     "is a choice, and one of its settings has a value");
        if (i != (int32_t)lever->fallback)
            check_entries(c, lever, setting->shocks, setting->node);
        else if (setting->shocks)
            complain(c, LODE_CONFLICT, setting->shocks, "leave `shocks` out of the default: there nothing changes",
                     lever->id, "changes something at its default");
    }
}

static bool is_month(const lode_when *when) {
    int mday;
    lode_day_to(when->day, NULL, NULL, &mday);
    return when->given && !when->after_shock && mday == 1;
}

/* First months are cut to the horizon. */
static void check_start(const checker *c, lode_lever *lever) {
    lode_lever_start *start = &lever->start;
    const lode_yaml_node *node = lode_yaml_get(lever->node, "start");
    if (lode_yaml_is_null(node))
        return;
    if (!start->fallback.given)
        start->fallback = start->least;
    if (!is_month(&start->least) || !is_month(&start->most) || !is_month(&start->fallback)) {
        complain(c, LODE_BAD_TYPE, node, "write months, as in {least: 2027-01, most: 2030-12, default: 2029-01}",
                 lever->id, "has a `start` that is not made of months");
        start->least.given = false;
        return;
    }
    if (start->most.day < start->least.day || start->fallback.day < start->least.day ||
        start->fallback.day > start->most.day)
        complain(c, LODE_BAD_RANGE, node, "let `default` lie between `least` and `most`", lever->id,
                 "has first months in the wrong order");
    lever->outside = start->least.day > c->to || start->most.day < c->from;
    if (lever->outside)
        lode_diag_add(c->diags, LODE_WARNING, LODE_BAD_RANGE, node->file, node->line, node->column,
                      "let it begin within the scenario's horizon",
                      "lever `%.80s` can only begin outside the horizon and is left out", lever->id);
    const lode_day least = start->least.day < c->from ? c->from : start->least.day;
    const lode_day most = start->most.day > c->to ? c->to : start->most.day, day = start->fallback.day;
    start->least.day = least;
    start->most.day = most;
    start->fallback.day = day < least ? least : day > most ? most : day;
}

static void check_lever(const checker *c, lode_lever *lever) {
    if (lever->kind == LODE_LEVER_NUMBER)
        check_number(c, lever);
    else if (lever->kind == LODE_LEVER_SWITCH)
        check_switch(c, lever);
    else if (lever->kind == LODE_LEVER_CHOICE)
        check_choice(c, lever);
    check_start(c, lever);
    if (!lever->unit)
        lever->unit = "";
    if (!lever->note)
        lever->note = "";
}

/* ---- the whole ---- */

static void give_places(const lode_yaml_node *root, lode_lever_file *file) {
    const lode_yaml_node *list = lode_yaml_get(root, "levers"), *node = list ? list->first : NULL;
    for (int32_t i = 0; i < file->levers.count && node; i++, node = node->next) {
        lode_lever *lever = lever_at(file, i);
        const lode_yaml_node *settings = lode_yaml_get(node, "settings"), *one = settings ? settings->first : NULL;
        lever->node = node;
        for (int32_t s = 0; s < lever->settings.count && one; s++, one = one->next)
            setting_at(lever, s)->node = one;
    }
    file->hits_node = lode_yaml_get(root, "hits");
}

static void check_families(const checker *c, const lode_lever_file *file) {
    for (int32_t i = 0; i < file->levers.count; i++) {
        const lode_lever *lever = lever_at(file, i);
        bool found = lever->family < 0; /* told when it was read */
        for (int32_t f = 0; f < file->families.count; f++)
            found = found || ((const lode_lever_family *)file->families.items)[f].id == lever->family;
        if (!found)
            complain(c, LODE_UNKNOWN_ID, place(lever->node, "family"), "add the family to `families`", lever->id,
                     "is of a family that the file does not describe");
    }
}

/* False when out of memory. */
static bool note_id(const checker *c, lode_idmap *ids, const lode_lever *lever, int32_t index, const lode_yaml_node *id,
                    const char *why) {
    const bool named = !lode_yaml_is_null(id) && id->kind == LODE_YAML_SCALAR;
    const int put = named ? lode_idmap_put(ids, id->text, index) : 0;
    if (put > 0 && lode_idmap_get(ids, id->text) != index)
        complain(c, LODE_DUPLICATE, id, "give it another `id`", lever->id, why);
    return put >= 0;
}

static bool note_entries(const checker *c, lode_idmap *ids, const lode_lever *lever, int32_t index,
                         const lode_yaml_node *shocks) {
    bool good = true;
    for (const lode_yaml_node *one = shocks ? shocks->first : NULL; one && good; one = one->next)
        good = note_id(c, ids, lever, index, lode_yaml_get(one, "id"), "has an entry with the id of another lever's");
    return good;
}

/* Ids of levers, and of their entries: those of one lever's settings may be the same, those of two levers not. */
static lode_code check_ids(const checker *c, const lode_lever_file *file) {
    lode_idmap *ids = lode_idmap_new(), *entries = lode_idmap_new();
    bool good = ids && entries;
    for (int32_t i = 0; i < file->levers.count && good; i++) {
        const lode_lever *lever = lever_at(file, i);
        good = note_id(c, ids, lever, i, lode_yaml_get(lever->node, "id"), "is there already") &&
               note_entries(c, entries, lever, i, lever->shocks);
        for (int32_t s = 0; s < lever->settings.count && good; s++)
            good = note_entries(c, entries, lever, i, setting_at(lever, s)->shocks);
    }
    lode_idmap_free(ids);
    lode_idmap_free(entries);
    return good ? LODE_OK : LODE_NOMEM;
}

static void check_all(const checker *c, const lode_yaml_node *root, lode_lever_file *file) {
    give_places(root, file);
    for (int32_t i = 0; i < file->levers.count; i++)
        if (lever_at(file, i)->node->kind == LODE_YAML_MAP)
            check_lever(c, lever_at(file, i));
    check_families(c, file);
}

void lode_lever_leave_out(lode_lever_file *file) {
    lode_lever *all = file->levers.items;
    int32_t kept = 0;
    for (int32_t i = 0; i < file->levers.count; i++)
        if (!all[i].outside)
            all[kept++] = all[i];
    file->levers.count = kept;
}

lode_code lode_lever_file_read(lode_lever_file *out, const char *path, lode_day from, lode_day to,
                               lode_reader *reader) {
    const size_t before = lode_diags_count(reader->diags);
    const checker c = {.diags = reader->diags, .from = from, .to = to};
    const lode_key_table *table = &file_table;
    const lode_yaml_node *root;
    void *into = out;
    memset(out, 0, sizeof *out);
    lode_code code = lode_yaml_read(&root, path, reader->arena, reader->diags);
    if (code != LODE_OK)
        return code;
    if (!root)
        return lode_diag_add(reader->diags, LODE_ERROR, LODE_MISSING_VALUE, path, 1, 1,
                             "begin with `families:` and `levers:`", "there are no levers in it");
    lode_keys_read(reader, root, &table, &into, 1);
    out->path = root->file;
    if (!reader->failed && root->kind == LODE_YAML_MAP)
        check_all(&c, root, out);
    if (reader->failed || check_ids(&c, out) != LODE_OK)
        return LODE_NOMEM;
    lode_lever_leave_out(out);
    return lode_diags_first_code(reader->diags, before);
}
