/* The list of tables, looking things up in it, and what a line of it says in words. */
#include "world/attributes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "lodestone/nearest.h"
#include "world/loader.h"
#include "world/tables.h"

#define R lode_row
static const lode_attribute row_attributes[] = {
    REF("source", source, LODE_TABLE_SOURCES, LODE_ATTR_REQUIRED, "Key of sources.csv: where the row is from."),
    ENUM("confidence", confidence, lode_confidence_names, "", 0, "How sure the row is: high, medium, low or assumed."),
    TEXT("note", note, 0, "Remark for readers."),
    END,
};
#undef R

#define TABLE(id, name, type, table, required, doc)                                                                    \
    {LODE_TABLE_##id, name, doc, required, sizeof(type), lode_##table##_attributes},
static const lode_table tables[] = {LODE_TABLES(TABLE)};
#undef TABLE

const lode_table *lode_table_get(lode_table_id id) {
    return (unsigned)id < LODE_TABLE_COUNT ? &tables[id] : NULL;
}

const lode_table *lode_table_find(const char *name) {
    size_t length = strlen(name);
    if (length > 4 && !strcmp(name + length - 4, ".csv"))
        length -= 4;
    for (int i = 0; i < LODE_TABLE_COUNT; i++)
        if (strlen(tables[i].name) == length && !strncmp(tables[i].name, name, length))
            return &tables[i];
    return NULL;
}

const lode_attribute *lode_row_attributes(const lode_table *table) {
    return table->id == LODE_TABLE_SOURCES ? row_attributes + 1 : row_attributes;
}

const lode_attribute *lode_attribute_find(const lode_table *table, const char *name) {
    for (const lode_attribute *a = table->attributes; a->name; a++)
        if (!strcmp(a->name, name))
            return a;
    for (const lode_attribute *a = lode_row_attributes(table); a->name; a++)
        if (!strcmp(a->name, name))
            return a;
    return NULL;
}

const char *lode_attr_type_name(lode_attr_type type) {
    static const char *const names[] = {"id",           "reference", "references", "text",    "number",
                                        "whole number", "date",      "word",       "content", "boolean"};
    return (unsigned)type < sizeof names / sizeof names[0] ? names[type] : "?";
}

void lode_attribute_range(const lode_attribute *attribute, char *out, size_t out_size) {
    char low[32], high[32];
    lode_format_real(attribute->min, low); /* "" if infinite */
    lode_format_real(attribute->max, high);
    snprintf(out, out_size, "%s%s%s%s%s",
             low[0] ? (attribute->flags & LODE_ATTR_OPEN_MIN ? "above " : "at least ") : "", low,
             low[0] && high[0] ? ", " : "", high[0] ? "at most " : "", high);
}

static void add_names(const lode_attribute *attribute, lode_text *out) {
    int count = 0, shown = 0;
    for (const char *const *name = attribute->names; *name; name++)
        count += **name != '\0';
    for (const char *const *name = attribute->names; *name; name++)
        if (**name) {
            lode_text_add(out, shown == 0 ? "" : shown + 1 == count ? " or " : ", ");
            lode_text_add(out, *name);
            shown++;
        }
}

static void add_number_words(const lode_attribute *attribute, const char *noun, lode_text *out) {
    char range[96];
    lode_attribute_range(attribute, range, sizeof range);
    lode_text_add(out, noun);
    if (attribute->unit[0])
        lode_text_addf(out, " (%s)", attribute->unit);
    if (range[0])
        lode_text_addf(out, ", %s", range);
}

void lode_attribute_expects(const lode_attribute *attribute, lode_text *out) {
    const lode_table *target = lode_table_get(attribute->target);
    switch (attribute->type) {
    case LODE_ATTR_ID:
        lode_text_add(out, "an id of letters, digits, _ and -");
        break;
    case LODE_ATTR_REF:
    case LODE_ATTR_REFS:
        lode_text_addf(out, attribute->type == LODE_ATTR_REF ? "an id of %s.csv" : "ids of %s.csv, separated by bars",
                       target ? target->name : "?");
        break;
    case LODE_ATTR_TEXT:
    case LODE_ATTR_ENUM:
        if (attribute->names)
            add_names(attribute, out);
        else
            lode_text_add(out, "text");
        break;
    case LODE_ATTR_REAL:
        add_number_words(attribute, "a number", out);
        break;
    case LODE_ATTR_INTEGER:
        add_number_words(attribute, "a whole number", out);
        break;
    case LODE_ATTR_DATE:
        lode_text_add(out, "a date: YYYY, YYYY-MM or YYYY-MM-DD");
        break;
    case LODE_ATTR_CONTENT:
        lode_text_add(out, "tonnes of oxide per tonne by element, as in NdPr:0.355|Dy:0.01");
        break;
    case LODE_ATTR_BOOLEAN:
        lode_text_add(out, "true or false");
        break;
    }
}

int lode_name_index(const char *const *names, const char *name) {
    for (int i = 0; names[i]; i++)
        if (!strcmp(names[i], name))
            return i;
    return -1;
}

void lode_nearest_name(const char *const *names, const char *wanted, char *out, size_t out_size) {
    lode_nearest nearest;
    lode_nearest_begin(&nearest, wanted);
    for (int i = 0; names[i]; i++)
        lode_nearest_offer(&nearest, names[i]);
    lode_nearest_format(&nearest, out, out_size);
}
