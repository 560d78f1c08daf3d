#include "insight/say.h"

#include <string.h>

const char *lode_name_or_id(const char *name, const char *id) {
    return name && name[0] ? name : id;
}

const char *lode_region_name(const lode_world *world, int32_t region) {
    return lode_name_or_id(world->regions[region].name, world->regions[region].id);
}

const char *lode_region_article(const lode_world *world, int32_t region) {
    static const char *const firsts[] = {"United ", "European ", "Rest "};
    for (size_t i = 0; i < sizeof firsts / sizeof firsts[0]; i++)
        if (strncmp(lode_region_name(world, region), firsts[i], strlen(firsts[i])) == 0)
            return "the ";
    return "";
}

const char *lode_segment_name(const lode_world *world, int32_t segment) {
    return lode_name_or_id(world->segments[segment].name, world->segments[segment].id);
}

const char *lode_commodity_name(const lode_world *world, int32_t commodity) {
    return lode_name_or_id(world->commodities[commodity].name, world->commodities[commodity].id);
}

const char *lode_asset_name(const lode_world *world, int32_t asset) {
    return lode_name_or_id(world->assets[asset].name, world->assets[asset].id);
}

static void say_part(lode_text *text, const char *id, size_t length) {
    for (size_t i = 0; i < length; i++)
        lode_text_addn(text, id[i] == '_' ? " " : id + i, 1);
}

void lode_say_words(lode_text *text, const char *id) {
    say_part(text, id, strlen(id));
}

void lode_say_good(lode_text *text, const lode_world *world, int32_t commodity) {
    const char *name = lode_commodity_name(world, commodity);
    const size_t word = strcspn(name, " -");
    bool plain = name[0] >= 'A' && name[0] <= 'Z';
    for (size_t i = 1; i < word; i++)
        plain = plain && name[i] >= 'a' && name[i] <= 'z';
    const char first[] = {(char)(plain ? name[0] - 'A' + 'a' : name[0]), '\0'};
    lode_text_addf(text, "%s%s", first, name[0] ? name + 1 : "");
}

void lode_say_plant(lode_text *text, const lode_world *world, int32_t asset) {
    const lode_asset *plant = &world->assets[asset];
    lode_text_addf(text, "%s (", lode_asset_name(world, asset));
    lode_say_words(text, lode_stage_name(world->processes[plant->process].stage));
    lode_text_addf(text, ", %s)", lode_region_name(world, plant->region));
}

void lode_say_link(lode_text *text, const lode_world *world, int32_t commodity, int32_t from, int32_t to) {
    lode_text_add(text, "No more ");
    lode_say_good(text, world, commodity);
    lode_text_addf(text, " may go from %s%s to %s%s", lode_region_article(world, from), lode_region_name(world, from),
                   lode_region_article(world, to), lode_region_name(world, to));
}

/* ---- policy rows ---- */

int lode_row_instrument(const char **id, const char *name) {
    const size_t kind = strcspn(name, " ");
    *id = name[kind] ? name + kind + 1 : name;
    return (int)strcspn(*id, " ");
}

/* Kinds of rows are the first words of their names in src/policy. */
typedef struct {
    const char *kind, *words, *before; /* what it is about */
    const char *binds;
} row_kind;

static row_kind kind_of(const char *name) {
    static const row_kind kinds[] = {{"licence", "The licence", " for ", " is used up"},
                                     {"refusal", "The refusal", " of ", " leaves them none"},
                                     {"quota", "The quota", " for ", " is used up"},
                                     {"offtake", "The contract", " for ", " is used up"},
                                     {"flood", "The flood", " of ", " is used up"},
                                     {"procurement", "The rule of procurement", " of ", " leaves them none"}};
    const size_t length = strcspn(name, " ");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strlen(kinds[i].kind) == length && strncmp(kinds[i].kind, name, length) == 0)
            return kinds[i];
    return (row_kind){"", "The limit", " of ", " is used up"};
}

/* A region, a good or a plant by name; anything else in words. */
static void say_object(lode_text *text, const lode_world *world, const char *id, size_t length) {
    lode_text copy = {0};
    lode_text_addn(&copy, id, length);
    const char *key = copy.data ? copy.data : "";
    const int32_t region = lode_idmap_get(world->region_ids, key), good = lode_idmap_get(world->commodity_ids, key),
                  asset = lode_idmap_get(world->asset_ids, key);
    if (region >= 0)
        lode_text_addf(text, "%s%s", lode_region_article(world, region), lode_region_name(world, region));
    else if (good >= 0)
        lode_say_good(text, world, good);
    else if (asset >= 0)
        lode_text_add(text, lode_asset_name(world, asset));
    else if (strcmp(key, "covered") == 0) /* a rule on goods of any origin with content of the controlling region */
        lode_text_add(text, "covered content");
    else
        lode_say_words(text, key);
    text->failed |= copy.failed;
    lode_text_free(&copy);
}

static void say_about(lode_text *text, const lode_world *world, const char *about) {
    while (*about) {
        const size_t length = strcspn(about, " >");
        say_object(text, world, about, length);
        about += length;
        if (*about)
            lode_text_add(text, *about++ == '>' ? " to " : ", ");
    }
}

void lode_say_row(lode_text *text, const lode_world *world, const char *name, const char *title) {
    const row_kind kind = kind_of(name);
    const char *id;
    const int length = lode_row_instrument(&id, name);
    lode_text_add(text, kind.words);
    if (id[length]) {
        lode_text_add(text, kind.before);
        say_about(text, world, id + length + 1);
    }
    lode_text_add(text, " (");
    if (title && (strlen(title) != (size_t)length || strncmp(title, id, (size_t)length) != 0))
        lode_text_add(text, title);
    else
        say_part(text, id, (size_t)length);
    lode_text_addf(text, ")%s", kind.binds);
}
