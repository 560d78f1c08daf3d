/* The ways in which each asset can run: one for each ore that it takes and each variant of its process's recipe.
 *
 * Per tonne of the basis, with f the feed's content and A the elements that the variant takes out as oxides:
 *   plain commodity    amount x recovery
 *   oxide:X|Y          crude x: amount x recovery x f[x], one output per element
 *   {ore}_..., output  amount x recovery x (sum of f over elements not in A) / (sum of f): the other elements
 *   {ore}_..., input   amount
 * A commodity that is both input and output of a variant counts with its net amount. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "world/base_mix.h"
#include "world/loader.h"

typedef struct {
    lode_loader *loader;
    lode_mode *modes;
    size_t mode_count, mode_capacity;
    lode_mode_term *terms;
    size_t term_count, term_capacity;
    bool incomplete; /* the recipe being expanded names something that is not there */
} builder;

static lode_code add_term(builder *b, size_t first, int32_t commodity, double amount) {
    for (size_t i = first; i < b->term_count; i++)
        if (b->terms[i].commodity == commodity) {
            b->terms[i].amount += amount;
            return LODE_OK;
        }
    if (b->term_count == b->term_capacity) {
        size_t capacity = b->term_capacity ? b->term_capacity * 2 : 256;
        lode_mode_term *grown = capacity > INT32_MAX ? NULL : realloc(b->terms, capacity * sizeof *grown);
        if (!grown)
            return LODE_NOMEM;
        b->terms = grown;
        b->term_capacity = capacity;
    }
    b->terms[b->term_count++] = (lode_mode_term){commodity, amount};
    return LODE_OK;
}

static lode_mode *add_mode(builder *b) {
    if (b->mode_count == b->mode_capacity) {
        size_t capacity = b->mode_capacity ? b->mode_capacity * 2 : 128;
        lode_mode *grown = capacity > INT32_MAX ? NULL : realloc(b->modes, capacity * sizeof *grown);
        if (!grown)
            return NULL;
        b->modes = grown;
        b->mode_capacity = capacity;
    }
    return &b->modes[b->mode_count++];
}

static double remaining_share(const double *feed, uint32_t oxides) {
    double all = 0, left = 0;
    for (int e = 0; feed && e < LODE_ELEMENT_COUNT; e++) {
        all += feed[e];
        left += oxides >> e & 1 ? 0 : feed[e];
    }
    return all > 0 ? left / all : 1;
}

/* The commodity that a text means for an asset's ore; a missing one is said once. */
static lode_code find_commodity(builder *b, const lode_asset *asset, const char *text, int32_t ore,
                                int32_t *commodity) {
    lode_loader *loader = b->loader;
    bool nomem = false;
    *commodity = lode_commodity_for_ore(loader, text, ore, &nomem);
    if (nomem)
        return LODE_NOMEM;
    b->incomplete = b->incomplete || *commodity < 0;
    if (*commodity >= 0 || loader->tables[LODE_TABLE_COMMODITIES].broken)
        return LODE_OK;
    char *id = lode_substitute_ore(loader->world->arena, text, ore >= 0 ? loader->world->ores[ore].id : "?");
    if (!id)
        return LODE_NOMEM;
    if (!lode_report_once(loader, id))
        return LODE_OK;
    char nearest[240], fix[400];
    lode_idmap_nearest(loader->world->commodity_ids, id, nearest, sizeof nearest);
    snprintf(fix, sizeof fix, "%s%sadd it to commodities.csv or correct the process's rows", nearest,
             nearest[0] ? " or " : "");
    LODE_ROW_ERROR(loader, LODE_TABLE_ASSETS, asset, LODE_UNKNOWN_ID, fix,
                   "`%s` needs the commodity `%s`, which is not in commodities.csv", asset->id, id);
    return LODE_OK;
}

static lode_code add_oxides(builder *b, size_t first, const lode_item *item, const lode_recipe *recipe,
                            const double *feed) {
    lode_code code = LODE_OK;
    for (int e = 0; e < LODE_ELEMENT_COUNT && !code; e++) {
        int32_t crude = b->loader->crude[e];
        double amount = feed ? recipe->amount * recipe->recovery * feed[e] : 0;
        if (item->elements >> e & 1 && crude >= 0 && amount > 0)
            code = add_term(b, first, crude, amount);
    }
    return code;
}

static lode_code add_row(builder *b, size_t first, const lode_variant *variant, int32_t row, const lode_asset *asset,
                         int32_t ore, const double *feed) {
    const lode_recipe *recipe = &b->loader->world->recipes[row];
    const lode_item *item = &b->loader->items[row];
    if (item->kind == LODE_ITEM_BAD)
        return LODE_OK; /* reported; the rest of the recipe is expanded to find what else is wrong */
    if (item->kind == LODE_ITEM_OXIDES)
        return add_oxides(b, first, item, recipe, feed);
    bool out = recipe->direction == LODE_DIR_OUT;
    int32_t commodity;
    lode_code code = find_commodity(b, asset, recipe->commodity_text, ore, &commodity);
    if (code || commodity < 0)
        return code;
    double amount = out ? recipe->amount * recipe->recovery : -recipe->amount;
    if (item->kind == LODE_ITEM_ORE && out)
        amount *= remaining_share(feed, lode_variant_oxides(b->loader, variant));
    return amount < 0 || amount > 0 ? add_term(b, first, commodity, amount) : LODE_OK;
}

static double first_given(double a, double b) {
    return isnan(a) ? b : a;
}

/* Behaviour of the variant, from whichever of its rows says it. */
static void join_rows(const lode_loader *loader, const lode_variant *variant, lode_mode *mode) {
    mode->base_share = mode->max_share = mode->share_per_year = NAN;
    for (int32_t i = 0; i < variant->count; i++) {
        const lode_recipe *recipe = &loader->world->recipes[loader->recipe_order[variant->first + i]];
        mode->penalty_usd_per_kg = fmax(mode->penalty_usd_per_kg, recipe->penalty_usd_per_kg);
        mode->base_share = first_given(mode->base_share, recipe->base_share);
        mode->max_share = first_given(mode->max_share, recipe->max_share);
        mode->share_per_year = first_given(mode->share_per_year, recipe->share_per_year);
    }
}

static bool has_term(const builder *b, const lode_mode *mode, int32_t commodity) {
    const lode_world *world = b->loader->world;
    for (int32_t i = 0; i < mode->term_count; i++) {
        int32_t c = b->terms[mode->first_term + i].commodity;
        if (c == commodity || world->commodities[c].crude_of == commodity)
            return true;
    }
    return false;
}

static lode_code expand_variant(builder *b, const lode_variant *variant, int32_t asset_index, int32_t ore) {
    lode_loader *loader = b->loader;
    const lode_world *world = loader->world;
    const lode_asset *asset = &world->assets[asset_index];
    const lode_process *process = &world->processes[variant->process];
    bool nomem = false;
    const double *feed = lode_feed_content(loader, variant, ore, &nomem);
    size_t first = b->term_count;
    b->incomplete = variant->failed;
    lode_code code = nomem ? LODE_NOMEM : LODE_OK;
    for (int32_t i = 0; i < variant->count && !code; i++)
        code = add_row(b, first, variant, loader->recipe_order[variant->first + i], asset, ore, feed);
    int32_t basis = -1;
    if (!code)
        code = find_commodity(b, asset, process->basis_text, ore, &basis);
    lode_mode *mode = code ? NULL : add_mode(b);
    if (!mode)
        return code ? code : LODE_NOMEM;
    *mode = (lode_mode){.asset = asset_index,
                        .ore = ore,
                        .variant = variant->variant,
                        .first_term = (int32_t)first,
                        .term_count = (int32_t)(b->term_count - first),
                        .basis = basis};
    join_rows(loader, variant, mode);
    mode->base_share = lode_base_mix_share(asset->base_mix, variant->variant, mode->base_share);
    char *key = lode_arena_printf(world->arena, "basis %s", process->id);
    if (!b->incomplete && !has_term(b, mode, basis) && key && lode_report_once(loader, key))
        LODE_ROW_WARNING(loader, LODE_TABLE_PROCESSES, process, LODE_CONFLICT,
                         "name the input or output that capacity and amounts refer to",
                         "the basis `%s` of process `%s` is neither its input nor its output",
                         world->commodities[basis].id, process->id);
    return LODE_OK;
}

static lode_code expand_asset(builder *b, int32_t index) {
    lode_loader *loader = b->loader;
    const lode_asset *asset = &loader->world->assets[index];
    lode_code code = LODE_OK;
    for (int32_t v = loader->first_variant[asset->process]; v < loader->first_variant[asset->process + 1] && !code;
         v++) {
        const lode_variant *variant = &loader->variants[v];
        if (loader->world->processes[variant->process].row.failed)
            continue;
        if (!variant->takes_ore) {
            code = expand_variant(b, variant, index, asset->ores.count == 1 ? asset->ores.items[0] : -1);
            continue;
        }
        if (!asset->ores.count)
            LODE_ROW_ERROR(loader, LODE_TABLE_ASSETS, asset, LODE_MISSING_VALUE,
                           "name one or several ids of ores.csv in the column ore, separated by bars",
                           "`%s` needs an ore: its process `%s` takes {ore}", asset->id,
                           loader->world->processes[asset->process].id);
        for (int32_t i = 0; i < asset->ores.count && !code; i++)
            code = expand_variant(b, variant, index, asset->ores.items[i]);
    }
    return code;
}

/* The modes and terms move into the arena. */
static lode_code keep(builder *b) {
    lode_world *world = b->loader->world;
    world->modes = lode_arena_alloc(world->arena, b->mode_count, sizeof *world->modes);
    world->mode_terms = lode_arena_alloc(world->arena, b->term_count, sizeof *world->mode_terms);
    if (!world->modes || !world->mode_terms)
        return LODE_NOMEM;
    if (b->mode_count)
        memcpy(world->modes, b->modes, b->mode_count * sizeof *b->modes);
    if (b->term_count)
        memcpy(world->mode_terms, b->terms, b->term_count * sizeof *b->terms);
    world->mode_count = (int32_t)b->mode_count;
    world->mode_term_count = (int32_t)b->term_count;
    return LODE_OK;
}

lode_code lode_modes_expand(lode_loader *loader) {
    builder b = {.loader = loader};
    lode_code code = LODE_OK;
    for (int32_t i = 0; i < loader->world->asset_count && !code; i++)
        if (!loader->world->assets[i].row.failed && lode_base_mix_check(loader, i))
            code = expand_asset(&b, i);
    if (!code)
        code = keep(&b);
    free(b.modes);
    free(b.terms);
    return code;
}
