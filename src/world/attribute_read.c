/* One cell of text into one field of a row: the default where it is empty, a finding where it is wrong. */
#include <math.h>
#include <string.h>

#include "base/diag.h"
#include "base/number.h"
#include "world/attributes.h"

bool lode_is_missing(const char *text) {
    return !text[0] || !strcmp(text, "NA") || !strcmp(text, "W") || !strcmp(text, "-");
}

bool lode_is_id(const char *text) {
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    return text[0] && !text[strspn(text, allowed)];
}

/* What is wrong, and the fix: the nearest name, then what the cell takes. */
static lode_code wrong(const lode_attribute *attribute, const char *text, const lode_place *place, lode_code code,
                       const char *nearest, const char *why) {
    lode_text fix = {0};
    lode_text_addf(&fix, "%s%swrite ", nearest, nearest[0] ? " " : "");
    lode_attribute_expects(attribute, &fix);
    lode_diag_add(place->diags, LODE_ERROR, code, place->file, place->line, place->column, fix.failed ? "" : fix.data,
                  "%s%s%s: `%.80s` %s", place->object, place->object[0] ? ", " : "", attribute->name, text, why);
    bool failed = fix.failed;
    lode_text_free(&fix);
    return failed ? LODE_NOMEM : code;
}

static lode_code check_range(const lode_attribute *attribute, double value, const char *text, const lode_place *place) {
    if (value < attribute->min || (attribute->flags & LODE_ATTR_OPEN_MIN && value <= attribute->min))
        return wrong(attribute, text, place, LODE_BAD_RANGE, "", "is too small");
    if (value > attribute->max)
        return wrong(attribute, text, place, LODE_BAD_RANGE, "", "is too large");
    return LODE_OK;
}

static lode_code read_real(const lode_attribute *attribute, const char *text, double *field, const lode_place *place) {
    double value;
    if (!lode_parse_real(text, &value))
        return wrong(attribute, text, place, LODE_BAD_TYPE, "", "is not a number");
    lode_code code = check_range(attribute, value, text, place);
    if (!code)
        *field = value;
    return code;
}

static lode_code read_integer(const lode_attribute *attribute, const char *text, int32_t *field,
                              const lode_place *place) {
    int32_t value;
    if (!lode_parse_int(text, &value))
        return wrong(attribute, text, place, LODE_BAD_TYPE, "", "is not a whole number");
    lode_code code = check_range(attribute, value, text, place);
    if (!code)
        *field = value;
    return code;
}

static lode_code read_date(const lode_attribute *attribute, const char *text, char *field, const lode_place *place) {
    lode_day day;
    int precision;
    if (!lode_day_parse(text, &day, &precision))
        return wrong(attribute, text, place, LODE_BAD_TYPE, "", "is not a date");
    memcpy(field, &day, sizeof day);
    int32_t digits = precision;
    if (attribute->flags & LODE_ATTR_PRECISION)
        memcpy(field + sizeof day, &digits, sizeof digits);
    return LODE_OK;
}

/* The position of a word in its names; the finding says which one is near. */
static lode_code find_name(const lode_attribute *attribute, const char *text, int *index, const lode_place *place) {
    *index = lode_name_index(attribute->names, text);
    if (*index >= 0 && text[0])
        return LODE_OK;
    char nearest[200];
    lode_nearest_name(attribute->names, text, nearest, sizeof nearest);
    bool unit = attribute->flags & LODE_ATTR_UNIT;
    return wrong(attribute, text, place, unit ? LODE_BAD_UNIT : LODE_BAD_TYPE, nearest,
                 unit ? "is not a unit" : "is not one of the words");
}

static lode_code read_text(const lode_attribute *attribute, const char *text, const char **field, lode_arena *arena,
                           const lode_place *place) {
    int index;
    lode_code code = attribute->names ? find_name(attribute, text, &index, place) : LODE_OK;
    if (!code && attribute->type == LODE_ATTR_ID && !lode_is_id(text))
        code = wrong(attribute, text, place, LODE_BAD_ID, "", "is not an id");
    if (code)
        return code;
    const char *copy = lode_arena_strdup(arena, text);
    if (!copy)
        return LODE_NOMEM;
    *field = copy;
    return LODE_OK;
}

static lode_code read_boolean(const lode_attribute *attribute, const char *text, bool *field, const lode_place *place) {
    bool yes = !strcmp(text, "true") || !strcmp(text, "yes"), no = !strcmp(text, "false") || !strcmp(text, "no");
    if (!yes && !no)
        return wrong(attribute, text, place, LODE_BAD_TYPE, "", "is neither true nor false");
    *field = yes;
    return LODE_OK;
}

/* One `Element:number`, cut out of `text` at its colon. */
static lode_code read_part(const lode_attribute *attribute, char *part, double content[], const lode_place *place) {
    char *colon = strchr(part, ':');
    if (!colon)
        return wrong(attribute, part, place, LODE_BAD_TYPE, "", "has no colon between element and number");
    *colon = '\0';
    int element = lode_name_index(lode_element_names, part);
    char nearest[200];
    lode_nearest_name(lode_element_names, part, nearest, sizeof nearest);
    if (element < 0)
        return wrong(attribute, part, place, LODE_UNKNOWN_ID, nearest, "is not an element");
    if (content[element] > 0)
        return wrong(attribute, part, place, LODE_DUPLICATE, "", "is there twice");
    return read_real(attribute, colon + 1, &content[element], place);
}

static lode_code read_content(const lode_attribute *attribute, const char *text, double content[], lode_arena *arena,
                              const lode_place *place) {
    char *copy = lode_arena_strdup(arena, text);
    if (!copy)
        return LODE_NOMEM;
    lode_code code = LODE_OK;
    for (char *part = copy, *bar; part && !code; part = bar) {
        bar = strchr(part, '|');
        if (bar)
            *bar++ = '\0';
        code = read_part(attribute, part, content, place);
    }
    return code;
}

/* What a field holds where nothing is said and the attribute has no default. */
static void clear(const lode_attribute *attribute, char *field) {
    static const char *const no_text = "";
    const double nan = NAN;
    const int32_t no_ref = -1;
    const lode_day no_day = LODE_NO_DAY;
    /* an enum that must be given is never read where it is not; it must only be safe to index with */
    const int word =
        attribute->names && !(attribute->flags & LODE_ATTR_REQUIRED) ? lode_name_index(attribute->names, "") : 0;
    switch (attribute->type) {
    case LODE_ATTR_ID:
    case LODE_ATTR_TEXT:
        memcpy(field, &no_text, sizeof no_text);
        break;
    case LODE_ATTR_REAL:
        memcpy(field, &nan, sizeof nan);
        break;
    case LODE_ATTR_REF:
        memcpy(field, &no_ref, sizeof no_ref);
        break;
    case LODE_ATTR_DATE:
        memcpy(field, &no_day, sizeof no_day);
        if (attribute->flags & LODE_ATTR_PRECISION)
            memset(field + sizeof no_day, 0, sizeof(int32_t));
        break;
    case LODE_ATTR_ENUM:
        memcpy(field, &word, sizeof word);
        break;
    case LODE_ATTR_REFS:
        memset(field, 0, sizeof(lode_index_list));
        break;
    case LODE_ATTR_INTEGER:
        memset(field, 0, sizeof(int32_t));
        break;
    case LODE_ATTR_CONTENT:
        memset(field, 0, sizeof(double) * LODE_ELEMENT_COUNT);
        break;
    case LODE_ATTR_BOOLEAN:
        memset(field, 0, sizeof(bool));
        break;
    }
}

static lode_code read_value(const lode_attribute *attribute, const char *text, char *field, lode_arena *arena,
                            const lode_place *place) {
    int index;
    lode_code code;
    switch (attribute->type) {
    case LODE_ATTR_ID:
    case LODE_ATTR_TEXT:
        return read_text(attribute, text, (const char **)(void *)field, arena, place);
    case LODE_ATTR_REAL:
        return read_real(attribute, text, (double *)(void *)field, place);
    case LODE_ATTR_INTEGER:
        return read_integer(attribute, text, (int32_t *)(void *)field, place);
    case LODE_ATTR_DATE:
        return read_date(attribute, text, field, place);
    case LODE_ATTR_ENUM:
        code = find_name(attribute, text, &index, place);
        if (!code)
            memcpy(field, &index, sizeof index);
        return code;
    case LODE_ATTR_CONTENT:
        return read_content(attribute, text, (double *)(void *)field, arena, place);
    case LODE_ATTR_BOOLEAN:
        return read_boolean(attribute, text, (bool *)(void *)field, place);
    case LODE_ATTR_REF:
    case LODE_ATTR_REFS:
        break;
    }
    return LODE_OK;
}

lode_code lode_attribute_read(const lode_attribute *attribute, const char *text, void *row, lode_arena *arena,
                              const lode_place *place) {
    char *field = (char *)row + attribute->offset;
    clear(attribute, field);
    if (attribute->fallback[0]) {
        lode_code code = read_value(attribute, attribute->fallback, field, arena, place);
        if (code)
            return code;
    }
    return text[0] ? read_value(attribute, text, field, arena, place) : LODE_OK;
}

lode_code lode_attributes_default(const lode_attribute *attributes, void *row, lode_arena *arena) {
    static const lode_place nowhere = {NULL, "", 0, 0, ""};
    for (const lode_attribute *a = attributes; a->name; a++) {
        lode_code code = lode_attribute_read(a, "", row, arena, &nowhere);
        if (code)
            return code;
    }
    return LODE_OK;
}
