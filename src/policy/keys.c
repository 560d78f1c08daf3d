/* The reader that key tables drive. See keys.h. */
#include "policy/keys.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/number.h"
#include "lodestone/nearest.h"

static void *field(void *out, const lode_key *key) {
    return (char *)out + key->offset;
}

static double least(const lode_key *key) {
    return key->min;
}

double lode_key_most(const lode_key *key) {
    return key->max > 0 ? key->max : INFINITY;
}

static void *take(lode_reader *reader, size_t count, size_t size) {
    void *memory = lode_arena_alloc(reader->arena, count + 1, size);
    reader->failed = reader->failed || !memory;
    return memory;
}

/* ---- defaults ---- */

static double default_number(const lode_reader *reader, const lode_key *key) {
    return key->parameter ? lode_world_parameter(reader->world, key->parameter, key->fallback) : key->fallback;
}

static void set_nested_defaults(lode_reader *reader, const lode_key *key, void *at) {
    lode_keys_read(reader, NULL, &key->nested, &at, 1);
}

static void set_default(lode_reader *reader, const lode_key *key, void *out) {
    void *at = field(out, key);
    double number = default_number(reader, key);
    switch (key->kind) {
    case LODE_KEY_NUMBER:
        *(double *)at = number;
        break;
    case LODE_KEY_INTEGER:
    case LODE_KEY_CHOICE:
        *(int32_t *)at = isnan(number) ? 0 : (int32_t)number;
        break;
    case LODE_KEY_FLAG:
        *(bool *)at = number > 0;
        break;
    case LODE_KEY_REGION:
        *(int32_t *)at = -1;
        break;
    case LODE_KEY_MAP:
        set_nested_defaults(reader, key, at);
        break;
    case LODE_KEY_SERIES:
        if (!isnan(number)) {
            lode_series *series = at;
            series->values = take(reader, 1, sizeof(double));
            if (series->values) {
                series->values[0] = number;
                series->count = 1;
            }
        }
        break;
    case LODE_KEY_TEXT:
        *(const char **)at = key->required ? "" : NULL; /* where a needed one is missing checks go on, and compare it */
        break;
    default:
        break; /* zero means "not given" */
    }
}

/* ---- names ---- */

static const char *region_name(const lode_world *w, int32_t i) {
    return w->regions[i].id;
}
static const char *commodity_name(const lode_world *w, int32_t i) {
    return w->commodities[i].id;
}
static const char *asset_name(const lode_world *w, int32_t i) {
    return w->assets[i].id;
}
static const char *segment_name(const lode_world *w, int32_t i) {
    return w->segments[i].id;
}
static const char *stage_name(const lode_world *w, int32_t i) {
    (void)w;
    return lode_stage_name((lode_stage)i);
}
static const char *use_name(const lode_world *w, int32_t i) {
    (void)w;
    return lode_use_name((lode_use)i);
}

typedef struct {
    const char *what;
    const char *(*name)(const lode_world *world, int32_t index);
    int32_t count;
} name_set;

static name_set names_of(const lode_world *w, lode_key_kind kind) {
    switch (kind) {
    case LODE_KEY_COMMODITIES:
    case LODE_KEY_BY_COMMODITY:
        return (name_set){"commodity", commodity_name, w->commodity_count};
    case LODE_KEY_ASSETS:
        return (name_set){"asset", asset_name, w->asset_count};
    case LODE_KEY_SEGMENTS:
        return (name_set){"segment", segment_name, w->segment_count};
    case LODE_KEY_STAGES:
        return (name_set){"stage", stage_name, LODE_STAGE_COUNT};
    case LODE_KEY_USES:
        return (name_set){"class of use", use_name, LODE_USE_COUNT};
    default:
        return (name_set){"region", region_name, w->region_count};
    }
}

static bool name_chosen(const lode_world *w, const name_set *set, const char *text, int32_t i) {
    if (strcmp(set->name(w, i), text) == 0) {
        return true;
    }
    if (set->name != region_name) {
        return false;
    }
    lode_bloc bloc = w->regions[i].bloc;
    return strcmp(text, "all") == 0 || (strcmp(text, "outside") == 0 && bloc != LODE_BLOC_CONTROLLING) ||
           (strcmp(text, "controlling") == 0 && bloc == LODE_BLOC_CONTROLLING) ||
           (strcmp(text, "allied") == 0 && bloc == LODE_BLOC_ALLIED) ||
           (strcmp(text, "other") == 0 && bloc == LODE_BLOC_OTHER);
}

static bool is_bloc_word(const char *text) {
    static const char *const words[] = {"all", "outside", "controlling", "allied", "other"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i], text) == 0) {
            return true;
        }
    }
    return false;
}

/* Marks what a name means; false with a finding if it means nothing. A bloc without regions in this world is no error. */
static bool mark_name(lode_reader *reader, const name_set *set, const char *text, int line, int column, bool *marks) {
    bool any = set->name == region_name && is_bloc_word(text);
    for (int32_t i = 0; i < set->count; i++) {
        if (name_chosen(reader->world, set, text, i)) {
            marks[i] = any = true;
        }
    }
    if (!any) {
        char fix[400];
        lode_nearest nearest;
        lode_nearest_begin(&nearest, text);
        for (int32_t i = 0; i < set->count; i++) {
            lode_nearest_offer(&nearest, set->name(reader->world, i));
        }
        lode_nearest_format(&nearest, fix, sizeof fix);
        lode_diag_add(reader->diags, LODE_ERROR, LODE_UNKNOWN_ID, reader->file, line, column, fix, "no %s `%.80s`",
                      set->what, text);
    }
    return any;
}

static void collect(lode_reader *reader, const bool *marks, int32_t count, lode_index_list *list) {
    list->count = 0;
    list->items = take(reader, (size_t)count, sizeof *list->items);
    for (int32_t i = 0; list->items && i < count; i++) {
        if (marks[i]) {
            list->items[list->count++] = i;
        }
    }
}

static void read_names(lode_reader *reader, const lode_key *key, const lode_yaml_node *node, lode_index_list *list) {
    name_set set = names_of(reader->world, key->kind);
    bool *marks = take(reader, (size_t)set.count, sizeof *marks);
    if (!marks) {
        return;
    }
    if (node->kind == LODE_YAML_SCALAR) {
        mark_name(reader, &set, node->text, node->line, node->column, marks);
    }
    for (const lode_yaml_node *item = node->first; item; item = item->next) {
        const char *text;
        if (node->kind == LODE_YAML_SEQUENCE && lode_yaml_text(item, key->name, &text, reader->diags)) {
            mark_name(reader, &set, text, item->line, item->column, marks);
        }
    }
    if (node->kind == LODE_YAML_MAP) {
        lode_yaml_error(reader->diags, LODE_BAD_TYPE, node, "write one name, or a list of names", "%s is a mapping",
                        key->name);
    }
    if (node->kind == LODE_YAML_SEQUENCE && node->count == 0 && key->kind == LODE_KEY_REGIONS) {
        lode_yaml_error(reader->diags, LODE_MISSING_VALUE, node, "name at least one region, or leave the key out",
                        "%s is an empty list", key->name);
    }
    collect(reader, marks, set.count, list);
}

static void read_region(lode_reader *reader, const lode_key *key, const lode_yaml_node *node, int32_t *out) {
    name_set set = names_of(reader->world, LODE_KEY_REGION);
    const char *text;
    if (!lode_yaml_text(node, key->name, &text, reader->diags)) {
        return;
    }
    *out = lode_idmap_get(reader->world->region_ids, text);
    bool *marks = *out < 0 ? take(reader, (size_t)set.count, sizeof *marks) : NULL;
    if (marks && is_bloc_word(text)) {
        lode_yaml_error(reader->diags, LODE_BAD_TYPE, node, "name one region", "%s is a bloc", key->name);
    } else if (marks) {
        mark_name(reader, &set, text, node->line, node->column, marks);
    }
}

/* ---- numbers by month ---- */

/* {first, last, months}: a straight line from `first` in the first month to `last`, reached after `months` months. Two or three numbers
 * stand for a path, so that a rule that is fitted is not one number for each month. */
static void read_line(lode_reader *reader, const lode_key *key, const lode_yaml_node *node, lode_series *out) {
    static const char *const names[] = {"first", "last", "months", NULL};
    double first = NAN, last = NAN, months = NAN;
    lode_yaml_check_keys(node, key->name, names, reader->diags);
    lode_yaml_real(lode_yaml_get(node, "first"), "first", least(key), lode_key_most(key), &first, reader->diags);
    lode_yaml_real(lode_yaml_get(node, "last"), "last", least(key), lode_key_most(key), &last, reader->diags);
    lode_yaml_real(lode_yaml_get(node, "months"), "months", 0, LODE_LONGEST_LINE, &months, reader->diags);
    if (isnan(first) || isnan(last) || isnan(months)) {
        lode_yaml_error(reader->diags, LODE_MISSING_VALUE, node,
                        "write a number, a list of one number a month, or {first: A, last: B, months: N}",
                        "%s is a mapping without first, last and months", key->name);
        return;
    }
    *out = (lode_series){.values = take(reader, (size_t)ceil(months) + 1, sizeof(double))};
    for (int32_t i = 0; out->values && i <= (int32_t)ceil(months); i++) {
        out->values[out->count++] = months > 0 ? first + (last - first) * fmin(1, i / months) : last;
    }
}

static void read_series(lode_reader *reader, const lode_key *key, const lode_yaml_node *node, lode_series *out) {
    if (node->kind == LODE_YAML_MAP) {
        read_line(reader, key, node, out);
        return;
    }
    int32_t room = node->kind == LODE_YAML_SEQUENCE ? node->count : 1;
    *out = (lode_series){.values = take(reader, (size_t)room, sizeof(double))};
    if (!out->values) {
        return;
    }
    if (node->kind == LODE_YAML_SCALAR) {
        out->count =
            lode_yaml_real(node, key->name, least(key), lode_key_most(key), &out->values[0], reader->diags) ? 1 : 0;
        return;
    }
    for (const lode_yaml_node *item = node->first; item; item = item->next) {
        if (lode_yaml_real(item, key->name, least(key), lode_key_most(key), &out->values[out->count], reader->diags)) {
            out->count++;
        }
    }
}

/* A bloc stands for its regions; a region's own entry wins over its bloc's wherever it stands. */
static void read_keyed(lode_reader *reader, const lode_key *key, const lode_yaml_node *node, lode_keyed_series *out) {
    if (node->kind != LODE_YAML_MAP) {
        lode_yaml_error(reader->diags, LODE_BAD_TYPE, node, "write `NAME: NUMBER` lines", "%s is not a mapping",
                        key->name);
        return;
    }
    name_set set = names_of(reader->world, key->kind);
    size_t room = (size_t)node->count * (size_t)(set.count + 1);
    *out = (lode_keyed_series){.keys = take(reader, room, sizeof *out->keys),
                               .series = take(reader, room, sizeof *out->series)};
    bool *marks = take(reader, (size_t)set.count, sizeof *marks);
    if (!out->keys || !out->series || !marks) {
        return;
    }
    for (int pass = 0; pass < 2; pass++) {
        for (const lode_yaml_node *item = node->first; item; item = item->next) {
            bool bloc = set.name == region_name && is_bloc_word(item->key);
            if (bloc != (pass == 0)) {
                continue;
            }
            lode_series series;
            memset(marks, 0, (size_t)set.count * sizeof *marks);
            mark_name(reader, &set, item->key, item->key_line, item->key_column, marks);
            read_series(reader, key, item, &series);
            for (int32_t i = 0; i < set.count; i++) {
                if (marks[i] && series.count > 0) {
                    out->keys[out->count] = i;
                    out->series[out->count++] = series;
                }
            }
        }
    }
}

/* ---- days, words, texts ---- */

static void read_when(lode_reader *reader, const lode_key *key, const lode_yaml_node *node, lode_when *out) {
    static const char word[] = "shock_start";
    const char *text;
    if (!lode_yaml_text(node, key->name, &text, reader->diags)) {
        return;
    }
    if (strncmp(text, word, sizeof word - 1) == 0) {
        const char *rest = text + sizeof word - 1;
        int32_t months = 0;
        if (*rest == '\0' || ((*rest == '+' || *rest == '-') && lode_parse_int(rest, &months))) {
            *out = (lode_when){.given = true, .after_shock = true, .months = months};
            return;
        }
        lode_yaml_error(reader->diags, LODE_BAD_TYPE, node,
                        "write shock_start, or shock_start+3 for three months later", "%s: `%.80s` is not a time",
                        key->name, text);
        return;
    }
    *out = (lode_when){0};
    out->given = lode_yaml_day(node, key->name, &out->day, NULL, reader->diags);
}

static void read_choice(lode_reader *reader, const lode_key *key, const lode_yaml_node *node, int32_t *out) {
    const char *text, *at = key->choices;
    if (!lode_yaml_text(node, key->name, &text, reader->diags)) {
        return;
    }
    for (int32_t i = 0; at; i++) {
        size_t length = strcspn(at, "|");
        if (strlen(text) == length && strncmp(at, text, length) == 0) {
            *out = i;
            return;
        }
        at = at[length] ? at + length + 1 : NULL;
    }
    char fix[200];
    snprintf(fix, sizeof fix, "one of %s", key->choices);
    lode_yaml_error(reader->diags, LODE_BAD_TYPE, node, fix, "%s: `%.80s` is not one of the names", key->name, text);
}

static void read_texts(lode_reader *reader, const lode_key *key, const lode_yaml_node *node, lode_text_list *out) {
    int32_t room = node->kind == LODE_YAML_SEQUENCE ? node->count : 1;
    *out = (lode_text_list){.items = take(reader, (size_t)room, sizeof *out->items)};
    if (!out->items) {
        return;
    }
    if (node->kind != LODE_YAML_SEQUENCE) {
        out->count = lode_yaml_text(node, key->name, &out->items[0], reader->diags) ? 1 : 0;
        return;
    }
    for (const lode_yaml_node *item = node->first; item; item = item->next) {
        if (lode_yaml_text(item, key->name, &out->items[out->count], reader->diags)) {
            out->count++;
        }
    }
}

static void read_list(lode_reader *reader, const lode_key *key, const lode_yaml_node *node, lode_list *out) {
    if (node->kind != LODE_YAML_SEQUENCE) {
        lode_yaml_error(reader->diags, LODE_BAD_TYPE, node, "begin each entry with `- `", "%s is not a list",
                        key->name);
        return;
    }
    bool keep = reader->keep;
    reader->keep = false;
    *out = (lode_list){.items = take(reader, (size_t)node->count, key->nested->size)};
    for (const lode_yaml_node *item = node->first; out->items && item; item = item->next) {
        void *one = (char *)out->items + (size_t)out->count++ * key->nested->size;
        lode_keys_read(reader, item, &key->nested, &one, 1);
    }
    reader->keep = keep;
}

/* ---- the mapping ---- */

static void read_value(lode_reader *reader, const lode_key *key, const lode_yaml_node *node, void *out) {
    void *at = field(out, key);
    switch (key->kind) {
    case LODE_KEY_NUMBER:
        lode_yaml_real(node, key->name, least(key), lode_key_most(key), at, reader->diags);
        break;
    case LODE_KEY_INTEGER:
        lode_yaml_int(node, key->name, (int32_t)least(key),
                      isfinite(lode_key_most(key)) ? (int32_t)lode_key_most(key) : INT32_MAX, at, reader->diags);
        break;
    case LODE_KEY_FLAG:
        lode_yaml_bool(node, key->name, at, reader->diags);
        break;
    case LODE_KEY_TEXT:
        lode_yaml_text(node, key->name, at, reader->diags);
        break;
    case LODE_KEY_TEXTS:
        read_texts(reader, key, node, at);
        break;
    case LODE_KEY_CHOICE:
        read_choice(reader, key, node, at);
        break;
    case LODE_KEY_WHEN:
        read_when(reader, key, node, at);
        break;
    case LODE_KEY_SERIES:
        read_series(reader, key, node, at);
        break;
    case LODE_KEY_BY_REGION:
    case LODE_KEY_BY_COMMODITY:
        read_keyed(reader, key, node, at);
        break;
    case LODE_KEY_REGION:
        read_region(reader, key, node, at);
        break;
    case LODE_KEY_NODE:
        *(const lode_yaml_node **)at = node;
        break;
    case LODE_KEY_MAP:
        lode_keys_read(reader, node, &key->nested, &at, 1);
        break;
    case LODE_KEY_LIST:
        read_list(reader, key, node, at);
        break;
    default:
        read_names(reader, key, node, at);
        break;
    }
}

static const lode_key *find_key(const lode_key_table *const *tables, int32_t count, const char *name, int32_t *table) {
    for (*table = 0; *table < count; ++*table) {
        for (int32_t i = 0; i < tables[*table]->count; i++) {
            if (strcmp(tables[*table]->rows[i].name, name) == 0) {
                return &tables[*table]->rows[i];
            }
        }
    }
    return NULL;
}

const lode_key *lode_key_find(const lode_key_table *const *tables, int32_t table_count, const char *name) {
    int32_t table;
    return find_key(tables, table_count, name, &table);
}

static void complain_unknown(lode_reader *reader, const lode_yaml_node *child, const lode_key_table *const *tables,
                             int32_t count) {
    char fix[400];
    lode_nearest nearest;
    lode_nearest_begin(&nearest, child->key);
    for (int32_t t = 0; t < count; t++) {
        for (int32_t i = 0; i < tables[t]->count; i++) {
            lode_nearest_offer(&nearest, tables[t]->rows[i].name);
        }
    }
    lode_nearest_format(&nearest, fix, sizeof fix);
    lode_diag_add(reader->diags, LODE_ERROR, LODE_UNKNOWN_KEY, child->file, child->key_line, child->key_column, fix,
                  "%s has no key `%.80s`", tables[count - 1]->name, child->key);
}

static void check_required(lode_reader *reader, const lode_yaml_node *node, const lode_key_table *table) {
    for (int32_t i = 0; node && i < table->count; i++) {
        if (table->rows[i].required && !reader->keep && lode_yaml_is_null(lode_yaml_get(node, table->rows[i].name))) {
            char fix[200];
            snprintf(fix, sizeof fix, "add `%s:` (%s)", table->rows[i].name, table->rows[i].doc);
            lode_yaml_error(reader->diags, LODE_MISSING_VALUE, node, fix, "%s needs `%s`", table->name,
                            table->rows[i].name);
        }
    }
}

void lode_keys_read(lode_reader *reader, const lode_yaml_node *node, const lode_key_table *const *tables,
                    void *const *out, int32_t table_count) {
    for (int32_t t = 0; t < table_count; t++) {
        for (int32_t i = 0; !reader->keep && i < tables[t]->count; i++) {
            set_default(reader, &tables[t]->rows[i], out[t]);
        }
        check_required(reader, node, tables[t]);
    }
    if (!node) {
        return;
    }
    if (node->kind != LODE_YAML_MAP) {
        lode_yaml_error(reader->diags, LODE_BAD_TYPE, node, "write `key: value` lines", "%s is %s",
                        tables[table_count - 1]->name, lode_yaml_kind_name(node->kind));
        return;
    }
    reader->file = node->file;
    for (const lode_yaml_node *child = node->first; child; child = child->next) {
        int32_t t;
        const lode_key *key = find_key(tables, table_count, child->key, &t);
        if (!key) {
            complain_unknown(reader, child, tables, table_count);
        } else if (!lode_yaml_is_null(child)) {
            read_value(reader, key, child, out[t]);
        }
    }
}
