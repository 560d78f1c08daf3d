/* See covered_lists.h. */
#include "policy/covered_lists.h"

#include <math.h>
#include <string.h>

#include "base/diag.h"
#include "policy/trade_zone.h"

/* Regions whose goods the instrument covers; NULL if it covers none, or memory is out (which the reader finds out by itself). */
static const bool *covers(const lode_instrument_check *check, const lode_instrument *it) {
    const lode_world *w = check->world;
    size_t goods = (size_t)w->commodity_count + 1, regions = (size_t)w->region_count + 1;
    bool *block =
        it->type->classify ? lode_arena_alloc(check->arena, 2 * goods + regions + 2 * LODE_USE_COUNT, 1) : NULL;
    if (!block) {
        return NULL;
    }
    lode_class_needs needs = {.classed = block,
                              .covered = block + goods,
                              .covered_regions = block + 2 * goods,
                              .refuses = block + 2 * goods + regions,
                              .avoids = block + 2 * goods + regions + LODE_USE_COUNT,
                              .de_minimis = INFINITY,
                              .covers_from = LODE_NO_DAY};
    it->type->classify(it, w, &needs);
    return needs.covers_from == LODE_NO_DAY ? NULL : needs.covered_regions;
}

static const bool *members(const lode_instrument *it) {
    return it->type == &lode_trade_zone ? ((const lode_trade_zone_own *)it->own)->is_member : NULL;
}

static void compare(const lode_instrument_check *check, const lode_instrument *it, const lode_instrument *other,
                    const bool *a, const bool *b) {
    if (a && b && memcmp(a, b, (size_t)check->world->region_count * sizeof *a) != 0) {
        lode_diag_add(check->diags, LODE_WARNING, LODE_CONFLICT, it->file, it->line, it->column,
                      "give both the same `covered_regions` if that is what they mean",
                      "`%s` and `%s` cover goods of different regions: a run that has both counts goods of either as "
                      "covered",
                      other->common.id, it->common.id);
    }
}

static void meet(const lode_instrument_check *check, const lode_instrument *it, const lode_instrument *rule,
                 const lode_instrument *zone, const bool *covered, const bool *member) {
    for (int32_t r = 0; covered && member && r < check->world->region_count; r++) {
        if (covered[r] && member[r]) {
            lode_diag_add(check->diags, LODE_ERROR, LODE_CONFLICT, it->file, it->line, it->column,
                          "leave it out of `members`, or of `covered_regions`",
                          "%s is a member of the zone `%s`, and `%s` covers its goods", check->world->regions[r].id,
                          zone->common.id, rule->common.id);
        }
    }
}

static void check_list(const lode_instrument_check *check, const lode_instrument *it, lode_instrument *const *list,
                       int32_t count) {
    const bool *own = covers(check, it), *member = members(it);
    for (int32_t i = 0; (own || member) && i < count; i++) {
        const bool *other = covers(check, list[i]);
        compare(check, it, list[i], own, other);
        meet(check, it, it, list[i], own, members(list[i]));
        meet(check, it, list[i], it, other, member);
    }
}

void lode_covered_lists_check(const lode_instrument_check *check, const lode_instrument *it) {
    check_list(check, it, check->list, check->count);
    check_list(check, it, check->beside, check->beside_count);
}
