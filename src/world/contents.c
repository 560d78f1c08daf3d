/* What a tonne of each commodity holds, in t REO by element, so that mass can be checked and an ore followed through
 * the chain.
 *
 *   {ore}_concentrate   the ore's shares
 *   {ore}_heavy         what its feed holds less the elements that the process takes out as oxides, brought back to 1 t
 *   x_oxide, x_crude    1 of element x
 *   others              the column `content`; a single `element` in t_reo is 1 of it; reagents hold nothing */
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "world/loader.h"

#define DEEPEST 8 /* processes that follow one another with the ore kept apart */

static void lower(char *text) {
    for (; *text; text++)
        if (*text >= 'A' && *text <= 'Z')
            *text = (char)(*text - 'A' + 'a');
}

/* "La" and "_oxide" -> "la_oxide". */
static void element_id(int element, const char *suffix, char out[24]) {
    snprintf(out, 24, "%s%s", lode_element_names[element], suffix);
    lower(out);
}

static void mark_known(lode_commodity *commodity) {
    for (int e = 0; e < LODE_ELEMENT_COUNT; e++)
        commodity->content_known = commodity->content_known || commodity->content[e] > 0;
}

static void fill_plain(lode_loader *loader) {
    lode_world *world = loader->world;
    for (int32_t i = 0; i < world->commodity_count; i++) {
        lode_commodity *commodity = &world->commodities[i];
        mark_known(commodity);
        int element = lode_name_index(lode_element_names, commodity->element);
        if (!commodity->content_known && element >= 0 && !strcmp(commodity->unit, "t_reo"))
            commodity->content[element] = 1;
        mark_known(commodity);
        if (commodity->stage == LODE_STAGE_REAGENT)
            commodity->content_known = true;
    }
    for (int e = 0; e < LODE_ELEMENT_COUNT; e++) {
        char id[24];
        element_id(e, "_oxide", id);
        int32_t index = lode_idmap_get(world->commodity_ids, id);
        if (index < 0 || world->commodities[index].content_known)
            continue;
        world->commodities[index].content[e] = 1;
        world->commodities[index].content_known = true;
    }
}

/* ---- forms that keep the ore apart ---- */

/* The variant that makes `text`, the first in the file; NULL. */
static const lode_variant *maker_of(const lode_loader *loader, const char *text) {
    for (int32_t v = 0; v < loader->variant_count; v++) {
        const lode_variant *variant = &loader->variants[v];
        for (int32_t i = 0; i < variant->count; i++) {
            const lode_recipe *recipe = &loader->world->recipes[loader->recipe_order[variant->first + i]];
            if (recipe->direction == LODE_DIR_OUT && !strcmp(recipe->commodity_text, text))
                return variant;
        }
    }
    return NULL;
}

static const char *feed_text(const lode_loader *loader, const lode_variant *variant) {
    for (int32_t i = 0; i < variant->count; i++) {
        int32_t row = loader->recipe_order[variant->first + i];
        if (loader->world->recipes[row].direction == LODE_DIR_IN && loader->items[row].kind == LODE_ITEM_ORE)
            return loader->world->recipes[row].commodity_text;
    }
    return NULL;
}

static void normalise(double content[]) {
    double sum = 0;
    for (int e = 0; e < LODE_ELEMENT_COUNT; e++)
        sum += content[e];
    for (int e = 0; e < LODE_ELEMENT_COUNT && sum > 0; e++)
        content[e] /= sum;
}

/* Elements that are gone when an ore has become `text`: those taken out by the processes on the way. */
static uint32_t taken_before(const lode_loader *loader, const char *text) {
    uint32_t taken = 0;
    for (int depth = 0; text && depth < DEEPEST; depth++) {
        const lode_variant *maker = maker_of(loader, text);
        const char *feed = maker ? feed_text(loader, maker) : NULL;
        if (maker && feed)
            taken |= lode_variant_oxides(loader, maker);
        text = feed;
    }
    return taken;
}

static lode_code fill_form(lode_loader *loader, const char *text) {
    lode_world *world = loader->world;
    uint32_t taken = taken_before(loader, text);
    for (int32_t ore = 0; ore < world->ore_count; ore++) {
        bool nomem = false;
        int32_t index = lode_commodity_for_ore(loader, text, ore, &nomem);
        if (nomem)
            return LODE_NOMEM;
        if (index < 0 || world->commodities[index].ore >= 0)
            continue;
        lode_commodity *commodity = &world->commodities[index];
        commodity->ore = ore;
        if (commodity->content_known)
            continue;
        for (int e = 0; e < LODE_ELEMENT_COUNT; e++)
            commodity->content[e] = taken >> e & 1 ? 0 : world->ores[ore].share[e];
        normalise(commodity->content);
        commodity->content_known = true;
    }
    return LODE_OK;
}

static lode_code fill_forms(lode_loader *loader) {
    lode_world *world = loader->world;
    lode_idmap *done = lode_idmap_new();
    lode_code code = done ? LODE_OK : LODE_NOMEM;
    for (int32_t i = 0; i < world->recipe_count + world->process_count && !code; i++) {
        const char *text = i < world->recipe_count ? world->recipes[i].commodity_text
                                                   : world->processes[i - world->recipe_count].basis_text;
        int put = strstr(text, "{ore}") ? lode_idmap_put(done, text, i) : 1;
        code = put < 0 ? LODE_NOMEM : put ? LODE_OK : fill_form(loader, text);
    }
    lode_idmap_free(done);
    return code;
}

/* ---- crude oxides ---- */

static lode_code add_crude(lode_loader *loader, int element, const lode_recipe *recipe) {
    lode_world *world = loader->world;
    char oxide_id[24], crude_id[24];
    element_id(element, "_oxide", oxide_id);
    element_id(element, "_crude", crude_id);
    int32_t oxide = lode_idmap_get(world->commodity_ids, oxide_id);
    if (oxide < 0) {
        if (!loader->tables[LODE_TABLE_COMMODITIES].broken)
            LODE_ROW_ERROR(loader, LODE_TABLE_RECIPES, recipe, LODE_UNKNOWN_ID,
                           "add it to commodities.csv, or leave the element out of the set",
                           "`%.80s` needs the commodity `%s`", recipe->commodity_text, oxide_id);
        return LODE_OK;
    }
    int put = lode_idmap_put(world->commodity_ids, crude_id, world->commodity_count);
    if (put > 0) {
        const lode_commodity *taken = &world->commodities[lode_idmap_get(world->commodity_ids, crude_id)];
        LODE_ROW_ERROR(loader, LODE_TABLE_COMMODITIES, taken, LODE_DUPLICATE, "choose another id",
                       "`%s` is the name of the inner balance of crude %s", crude_id, lode_element_names[element]);
    }
    lode_commodity *crude = &world->commodities[world->commodity_count];
    *crude = world->commodities[oxide];
    crude->id = lode_arena_strdup(world->arena, crude_id);
    crude->name = lode_arena_printf(world->arena, "%s, crude", world->commodities[oxide].name);
    if (put < 0 || !crude->id || !crude->name)
        return LODE_NOMEM;
    crude->cover_days = 0;
    crude->scrap = crude->ore = -1;
    crude->crude_of = oxide;
    loader->crude[element] = world->commodity_count++;
    return LODE_OK;
}

static lode_code add_crudes(lode_loader *loader) {
    const lode_world *world = loader->world;
    uint32_t seen = 0;
    for (int32_t i = 0; i < world->recipe_count; i++) {
        for (int e = 0; e < LODE_ELEMENT_COUNT; e++) {
            if (!(loader->items[i].elements & ~seen & UINT32_C(1) << e))
                continue;
            seen |= UINT32_C(1) << e;
            lode_code code = add_crude(loader, e, &world->recipes[i]);
            if (code)
                return code;
        }
    }
    return LODE_OK;
}

lode_code lode_fill_contents(lode_loader *loader) {
    for (int e = 0; e < LODE_ELEMENT_COUNT; e++)
        loader->crude[e] = -1;
    fill_plain(loader);
    lode_code code = fill_forms(loader);
    return code ? code : add_crudes(loader);
}
