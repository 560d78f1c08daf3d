/* Recipe rows are understood and brought together as variants: full recipes, each of one process. */
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "world/loader.h"

#define ORE   "{ore}"
#define OXIDE "oxide:"

char *lode_substitute_ore(lode_arena *arena, const char *text, const char *ore) {
    const char *at = strstr(text, ORE);
    if (!at)
        return lode_arena_strdup(arena, text);
    return lode_arena_printf(arena, "%.*s%s%s", (int)(at - text), text, ore, at + strlen(ORE));
}

int32_t lode_commodity_for_ore(const lode_loader *loader, const char *text, int32_t ore, bool *nomem) {
    const lode_world *world = loader->world;
    if (!strstr(text, ORE))
        return lode_idmap_get(world->commodity_ids, text);
    if (ore < 0)
        return -1;
    const char *id = lode_substitute_ore(world->arena, text, world->ores[ore].id);
    *nomem = *nomem || !id;
    return id ? lode_idmap_get(world->commodity_ids, id) : -1;
}

static void bad_item(lode_loader *loader, const lode_recipe *recipe, lode_code code, const char *fix, const char *why) {
    LODE_ROW_ERROR(loader, LODE_TABLE_RECIPES, recipe, code, fix, "process `%s`: `%.80s` %s",
                   recipe->process >= 0 ? loader->world->processes[recipe->process].id : "?", recipe->commodity_text,
                   why);
}

static lode_code parse_oxides(lode_loader *loader, const lode_recipe *recipe, lode_item *item) {
    char *copy = lode_arena_strdup(loader->world->arena, recipe->commodity_text + strlen(OXIDE));
    if (!copy)
        return LODE_NOMEM;
    item->kind = LODE_ITEM_OXIDES;
    for (char *part = copy, *bar; part; part = bar) {
        bar = strchr(part, '|');
        if (bar)
            *bar++ = '\0';
        int element = lode_name_index(lode_element_names, part);
        char nearest[200];
        lode_nearest_name(lode_element_names, part, nearest, sizeof nearest);
        if (element < 0 || item->elements & UINT32_C(1) << element) {
            bad_item(loader, recipe, element < 0 ? LODE_UNKNOWN_ID : LODE_DUPLICATE,
                     element < 0 ? nearest : "name each element once",
                     element < 0 ? "names something that is not an element" : "names an element twice");
            item->kind = LODE_ITEM_BAD;
            return LODE_OK;
        }
        item->elements |= UINT32_C(1) << element;
    }
    if (recipe->direction == LODE_DIR_IN) {
        bad_item(loader, recipe, LODE_CONFLICT, "name the commodity, as in ndpr_oxide",
                 "is an element set, which can only be an output");
        item->kind = LODE_ITEM_BAD;
    }
    return LODE_OK;
}

static lode_code parse_item(lode_loader *loader, const lode_recipe *recipe, lode_item *item) {
    const char *text = recipe->commodity_text;
    *item = (lode_item){LODE_ITEM_BAD, -1, 0};
    if (recipe->row.failed)
        return LODE_OK;
    if (!strncmp(text, OXIDE, strlen(OXIDE)))
        return parse_oxides(loader, recipe, item);
    if (strstr(text, ORE)) {
        item->kind = LODE_ITEM_ORE;
        return LODE_OK;
    }
    item->commodity = lode_idmap_get(loader->world->commodity_ids, text);
    if (item->commodity >= 0) {
        item->kind = LODE_ITEM_PLAIN;
    } else if (!loader->tables[LODE_TABLE_COMMODITIES].broken) {
        char nearest[240], fix[400];
        lode_idmap_nearest(loader->world->commodity_ids, text, nearest, sizeof nearest);
        snprintf(fix, sizeof fix, "%s%sadd it to commodities.csv or correct the name", nearest,
                 nearest[0] ? " or " : "");
        bad_item(loader, recipe, LODE_UNKNOWN_ID, fix, "is not in commodities.csv");
    }
    return LODE_OK;
}

/* The variant of a row, which is made if it is new. Variants of a process are few. */
static lode_variant *find_variant(lode_loader *loader, int32_t process, const char *variant, int32_t from) {
    for (int32_t i = from; i < loader->variant_count; i++)
        if (!strcmp(loader->variants[i].variant, variant))
            return &loader->variants[i];
    lode_variant *added = &loader->variants[loader->variant_count++];
    *added = (lode_variant){.process = process, .variant = variant, .is_source = true};
    added->takes_ore = strstr(loader->world->processes[process].basis_text, ORE) != NULL;
    return added;
}

/* Recipe rows of each process as a linked list in file order: head[process], next[row]; -1 ends. */
static void link_rows(const lode_world *world, int32_t *head, int32_t *next) {
    for (int32_t i = 0; i < world->process_count; i++)
        head[i] = -1;
    for (int32_t i = world->recipe_count - 1; i >= 0; i--) {
        int32_t process = world->recipes[i].process;
        if (process < 0)
            continue;
        next[i] = head[process];
        head[process] = i;
    }
}

static void add_rows(lode_loader *loader, int32_t process, int32_t head, const int32_t *next, int32_t *used) {
    const lode_world *world = loader->world;
    int32_t from = loader->variant_count;
    for (int32_t i = head; i >= 0; i = next[i])
        find_variant(loader, process, world->recipes[i].variant, from)->count++;
    for (int32_t v = from; v < loader->variant_count; v++) {
        lode_variant *variant = &loader->variants[v];
        variant->first = *used;
        for (int32_t i = head; i >= 0; i = next[i]) {
            if (strcmp(world->recipes[i].variant, variant->variant))
                continue;
            loader->recipe_order[(*used)++] = i;
            variant->failed = variant->failed || loader->items[i].kind == LODE_ITEM_BAD;
            variant->takes_ore = variant->takes_ore || loader->items[i].kind == LODE_ITEM_ORE;
            variant->is_source = variant->is_source && world->recipes[i].direction == LODE_DIR_OUT;
        }
    }
}

static void report_no_recipe(lode_loader *loader, const lode_process *process) {
    if (!process->row.failed && !loader->tables[LODE_TABLE_RECIPES].broken)
        LODE_ROW_ERROR(loader, LODE_TABLE_PROCESSES, process, LODE_MISSING_VALUE,
                       "add its inputs and outputs to recipes.csv", "process `%s` has no recipe", process->id);
}

lode_code lode_parse_recipes(lode_loader *loader) {
    const lode_world *world = loader->world;
    size_t recipes = (size_t)world->recipe_count, processes = (size_t)world->process_count;
    loader->items = lode_arena_alloc(world->arena, recipes, sizeof *loader->items);
    loader->recipe_order = lode_arena_alloc(world->arena, recipes, sizeof(int32_t));
    loader->variants = lode_arena_alloc(world->arena, recipes, sizeof *loader->variants);
    loader->first_variant = lode_arena_alloc(world->arena, processes + 1, sizeof(int32_t));
    int32_t *next = lode_arena_alloc(world->arena, recipes, sizeof(int32_t));
    int32_t *head = lode_arena_alloc(world->arena, processes, sizeof(int32_t));
    if (!loader->items || !loader->recipe_order || !loader->variants || !loader->first_variant || !next || !head)
        return LODE_NOMEM;
    for (int32_t i = 0; i < world->recipe_count; i++) {
        lode_code code = parse_item(loader, &world->recipes[i], &loader->items[i]);
        if (code)
            return code;
    }
    link_rows(world, head, next);
    int32_t used = 0;
    for (int32_t i = 0; i < world->process_count; i++) {
        loader->first_variant[i] = loader->variant_count;
        add_rows(loader, i, head[i], next, &used);
        if (head[i] < 0)
            report_no_recipe(loader, &world->processes[i]);
    }
    loader->first_variant[world->process_count] = loader->variant_count;
    return LODE_OK;
}

uint32_t lode_variant_oxides(const lode_loader *loader, const lode_variant *variant) {
    uint32_t elements = 0;
    for (int32_t i = 0; i < variant->count; i++)
        elements |= loader->items[loader->recipe_order[variant->first + i]].elements;
    return elements;
}

static bool has_content(const double *content) {
    double sum = 0;
    for (int e = 0; e < LODE_ELEMENT_COUNT; e++)
        sum += content[e];
    return sum > 0;
}

const double *lode_feed_content(const lode_loader *loader, const lode_variant *variant, int32_t ore, bool *nomem) {
    const lode_world *world = loader->world;
    const double *other = NULL;
    for (int32_t i = 0; i < variant->count; i++) {
        int32_t row = loader->recipe_order[variant->first + i];
        const lode_recipe *recipe = &world->recipes[row];
        const lode_item *item = &loader->items[row];
        if (recipe->direction != LODE_DIR_IN)
            continue;
        if (item->kind == LODE_ITEM_ORE) {
            int32_t feed = lode_commodity_for_ore(loader, recipe->commodity_text, ore, nomem);
            return feed >= 0 ? world->commodities[feed].content : NULL;
        }
        if (!other && item->kind == LODE_ITEM_PLAIN && has_content(world->commodities[item->commodity].content))
            other = world->commodities[item->commodity].content;
    }
    return other ? other : ore >= 0 ? world->ores[ore].share : NULL;
}
