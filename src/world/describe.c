/* `describe`: the attribute tables in words, as text, JSON, CSV or Markdown (docs/reference-files.md). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lodestone/nearest.h"
#include "lodestone/world.h"
#include "world/attributes.h"

enum { FORMAT_COUNT = 4 };

/* What to describe: a column, a table, or (both NULL) everything. */
typedef struct {
    const lode_table *table;
    const lode_attribute *column;
} subject;

/* Calls `visit` for each column of a table, its own first. */
typedef void visitor(lode_text *out, const lode_table *table, const lode_attribute *attribute);

static void each_column(lode_text *out, const lode_table *table, visitor *visit) {
    for (const lode_attribute *a = table->attributes; a->name; a++)
        visit(out, table, a);
    for (const lode_attribute *a = lode_row_attributes(table); a->name; a++)
        visit(out, table, a);
}

static void visit_subject(lode_text *out, const subject *s, visitor *visit) {
    if (s->column) {
        visit(out, s->table, s->column);
        return;
    }
    for (int id = 0; id < LODE_TABLE_COUNT; id++)
        if (!s->table || s->table->id == (lode_table_id)id)
            each_column(out, lode_table_get((lode_table_id)id), visit);
}

static const char *presence(const lode_attribute *a) {
    return a->flags & LODE_ATTR_REQUIRED ? "required" : "optional";
}

/* ---- text ---- */

static void text_column(lode_text *out, const lode_table *table, const lode_attribute *a) {
    (void)table;
    lode_text expects = {0};
    lode_attribute_expects(a, &expects);
    lode_text_addf(out, "  %s\n", a->name);
    lode_text_add_wrapped(out, a->doc, 6, 80);
    lode_text line = {0};
    lode_text_addf(&line, "%s%s%s", a->flags & LODE_ATTR_REQUIRED ? "Required" : "Optional",
                   a->flags & LODE_ATTR_KEY ? ", part of the row's key" : "", ": ");
    lode_text_add(&line, expects.data ? expects.data : "");
    if (a->fallback[0])
        lode_text_addf(&line, "; default %s", a->fallback);
    lode_text_add(&line, ".");
    lode_text_add_wrapped(out, line.data ? line.data : "", 6, 80);
    out->failed = out->failed || expects.failed || line.failed;
    lode_text_free(&expects);
    lode_text_free(&line);
}

static void text_tables(lode_text *out) {
    lode_text_add(out, "A world is a folder with these files (* required):\n\n");
    for (int id = 0; id < LODE_TABLE_COUNT; id++) {
        const lode_table *table = lode_table_get((lode_table_id)id);
        lode_text_addf(out, "%c %s.csv\n", table->required ? '*' : ' ', table->name);
        lode_text_add_wrapped(out, table->doc, 6, 80);
    }
    lode_text_add(out, "\nand datapackage.json (name, base_year, default_scenario, levers).\n"
                       "A scenario is a YAML file with the keys name, title, note, extends, horizon,\n"
                       "settings, assumptions, policies, shocks, battery, uncertainties and report.\n"
                       "`lodestone describe TABLE` lists the columns of a file.\n");
}

static void as_text(lode_text *out, const subject *s) {
    if (!s->table) {
        text_tables(out);
        return;
    }
    lode_text_addf(out, "%s.csv%s\n", s->table->name, s->table->required ? " (required)" : "");
    lode_text_add_wrapped(out, s->table->doc, 2, 80);
    lode_text_add(out, "\n");
    visit_subject(out, s, text_column);
}

/* ---- JSON ---- */

static void json_number(lode_text *out, const char *key, double value) {
    lode_text_addf(out, ", \"%s\": ", key);
    lode_text_add_real(out, value);
}

static void json_text(lode_text *out, const char *key, const char *value) {
    lode_text_addf(out, ", \"%s\": ", key);
    lode_text_add_json(out, value);
}

static void json_column(lode_text *out, const lode_table *table, const lode_attribute *a) {
    const lode_table *target = lode_table_get(a->target);
    lode_text_add(out, "  {\"table\": ");
    lode_text_add_json(out, table->name);
    json_text(out, "column", a->name);
    json_text(out, "type", lode_attr_type_name(a->type));
    lode_text_addf(out, ", \"required\": %s, \"key\": %s", a->flags & LODE_ATTR_REQUIRED ? "true" : "false",
                   a->flags & LODE_ATTR_KEY ? "true" : "false");
    json_text(out, "unit", a->unit);
    json_text(out, "default", a->fallback);
    json_number(out, "min", a->min);
    json_number(out, "max", a->max);
    json_text(out, "target", target ? target->name : "");
    lode_text_add(out, ", \"values\": [");
    const char *comma = "";
    for (const char *const *name = a->names; name && *name; name++)
        if (**name) {
            lode_text_add(out, comma);
            lode_text_add_json(out, *name);
            comma = ", ";
        }
    lode_text_add(out, "]");
    json_text(out, "doc", a->doc);
    lode_text_add(out, "},\n");
}

static void as_json(lode_text *out, const subject *s) {
    lode_text_add(out, "[\n");
    visit_subject(out, s, json_column);
    if (!out->failed) /* the comma of the last column */
        out->data[out->length -= 2] = '\0';
    lode_text_add(out, "\n]\n");
}

/* ---- CSV ---- */

static void csv_column(lode_text *out, const lode_table *table, const lode_attribute *a) {
    lode_text expects = {0};
    char range[96];
    lode_attribute_expects(a, &expects);
    lode_attribute_range(a, range, sizeof range);
    const char *cells[] = {table->name, a->name, lode_attr_type_name(a->type),     presence(a), a->unit,
                           a->fallback, range,   expects.data ? expects.data : "", a->doc};
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        lode_text_add(out, i ? "," : "");
        lode_text_add_csv(out, cells[i]);
    }
    lode_text_add(out, "\n");
    out->failed = out->failed || expects.failed;
    lode_text_free(&expects);
}

static void as_csv(lode_text *out, const subject *s) {
    lode_text_add(out, "table,column,type,presence,unit,default,range,values,doc\n");
    visit_subject(out, s, csv_column);
}

/* ---- Markdown ---- */

/* A bar inside a cell would end it. */
static void markdown_cell(lode_text *out, const char *text) {
    lode_text_add(out, " ");
    for (const char *c = text; *c; c++) {
        if (*c == '|')
            lode_text_add(out, "\\");
        lode_text_addn(out, c, 1);
    }
    lode_text_add(out, " |");
}

static void markdown_column(lode_text *out, const lode_table *table, const lode_attribute *a) {
    (void)table;
    lode_text value = {0};
    lode_attribute_expects(a, &value);
    char name[80];
    snprintf(name, sizeof name, "`%s`%s", a->name, a->flags & LODE_ATTR_KEY ? " (key)" : "");
    lode_text_add(out, "|");
    markdown_cell(out, name);
    markdown_cell(out, value.data ? value.data : "");
    markdown_cell(out, a->flags & LODE_ATTR_REQUIRED ? "required" : a->fallback);
    markdown_cell(out, a->doc);
    lode_text_add(out, "\n");
    out->failed = out->failed || value.failed;
    lode_text_free(&value);
}

static void markdown_table(lode_text *out, const lode_table *table, const lode_attribute *only) {
    lode_text_addf(out, "\n## %s.csv\n\n%s%s\n\n| column | value | default | meaning |\n|---|---|---|---|\n",
                   table->name, table->doc, table->required ? " Required." : "");
    const subject s = {table, only};
    visit_subject(out, &s, markdown_column);
}

static void as_markdown(lode_text *out, const subject *s) {
    if (!s->table)
        lode_text_add(out,
                      "# The files of a world\n\nGenerated by `lodestone describe --format markdown`; do not edit.\n\n"
                      "Every row also has `source` (a key of `sources.csv`), and may have `confidence` and `note`.\n"
                      "`NA`, `W` and `-` are missing values.\n");
    for (int id = 0; id < LODE_TABLE_COUNT; id++)
        if (!s->table || s->table->id == (lode_table_id)id)
            markdown_table(out, lode_table_get((lode_table_id)id), s->column);
}

/* ---- finding the subject ---- */

static void near_tables(lode_text *out, const char *name) {
    lode_nearest nearest;
    char names[240];
    lode_nearest_begin(&nearest, name);
    for (int id = 0; id < LODE_TABLE_COUNT; id++)
        lode_nearest_offer(&nearest, lode_table_get((lode_table_id)id)->name);
    lode_nearest_format(&nearest, names, sizeof names);
    lode_text_add(out, names[0] ? names : "`lodestone describe` lists the tables");
}

static void near_columns(lode_text *out, const lode_table *table, const char *name) {
    lode_nearest nearest;
    char names[240];
    lode_nearest_begin(&nearest, name);
    for (const lode_attribute *a = table->attributes; a->name; a++)
        lode_nearest_offer(&nearest, a->name);
    for (const lode_attribute *a = lode_row_attributes(table); a->name; a++)
        lode_nearest_offer(&nearest, a->name);
    lode_nearest_format(&nearest, names, sizeof names);
    lode_text_addf(out, names[0] ? "%s" : "`lodestone describe %s` lists the columns", names[0] ? names : table->name);
}

/* TABLE, TABLE.csv, TABLE.COLUMN or TABLE.csv.COLUMN; false with the nearest names in `out`. */
static bool find_subject(const char *what, subject *s, lode_text *out) {
    *s = (subject){NULL, NULL};
    if (!what || !what[0])
        return true;
    s->table = lode_table_find(what);
    if (s->table)
        return true;
    const char *dot = strrchr(what, '.');
    char name[64];
    snprintf(name, sizeof name, "%.*s", dot && dot - what < 60 ? (int)(dot - what) : 60, what);
    s->table = lode_table_find(name);
    if (!s->table || !dot) {
        near_tables(out, name);
        return false;
    }
    s->column = lode_attribute_find(s->table, dot + 1);
    if (!s->column)
        near_columns(out, s->table, dot + 1);
    return s->column != NULL;
}

lode_code lode_describe(char **out, const char *what, const char *format) {
    static const char *const names[] = {"text", "json", "csv", "markdown", NULL};
    typedef void writer(lode_text *, const subject *);
    static writer *const writers[FORMAT_COUNT] = {as_text, as_json, as_csv, as_markdown};
    *out = NULL;
    int index = lode_name_index(names, format ? format : "text");
    if (index < 0)
        return LODE_USAGE;
    lode_text text = {0};
    subject s;
    bool found = find_subject(what, &s, &text);
    if (found)
        writers[index](&text, &s);
    *out = lode_text_take(&text);
    return !*out ? LODE_NOMEM : found ? LODE_OK : LODE_NOT_FOUND;
}
