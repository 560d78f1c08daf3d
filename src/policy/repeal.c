/* Repeal: supports end, on a day or at the next election of who pays for them.
 *
 * What it does. From the day of the repeal D nothing more is given by the instruments that it reaches: the supports (floors, loans,
 * credits ...) of the payers named, of all payers where none is named, and the instruments that are named themselves. One that is
 * grandfathered is spared where the repeal says so: it is closed to whoever is not yet under construction or in operation on D, and the
 * others keep it to its own end. A zone, a stockpile or a tariff gives nothing to a plant of its own: there is nobody to spare, it ends.
 *
 *   D = start, or with `election` the first election of the payer's region on or after it; a payer that has none keeps its supports.
 *   not spared:  last' = min(last, D)          spared:  nobody new from D on
 *
 * Until people know of it (`announced`, by default D itself) nobody reckons with it, but with its hazard (docs/credibility.md).
 *
 * Who pays. Owners and lenders of plants that counted on a support; the treasury saves it.
 *
 * Where this is from. A support is as good as the law under it: docs/credibility.md. In January 2026 shares of Lynas and Iluka fell by a
 * tenth in a day on the report that projects would have to stand without floors. */
#include "base/diag.h"
#include "policy/instrument.h"
#include "policy/plan.h"

typedef struct {
    lode_index_list regions;
    lode_text_list instruments;
    bool election, spares_grandfathered;
    const lode_instrument **named; /* of `instruments`, NULL where unknown; set by check */
} repeal;

#define AT(field) offsetof(repeal, field)
static const lode_key rows[] = {
    {.name = "regions",
     .kind = LODE_KEY_REGIONS,
     .offset = AT(regions),
     .doc = "payers whose supports end (default, without `instruments`: all)"},
    {.name = "instruments",
     .kind = LODE_KEY_TEXTS,
     .offset = AT(instruments),
     .doc = "ids of instruments that end, supports or not"},
    {.name = "election",
     .kind = LODE_KEY_FLAG,
     .fallback = 0,
     .max = 1,
     .offset = AT(election),
     .doc = "at the payer's first election on or after the start, instead of on it"},
    {.name = "spares_grandfathered",
     .kind = LODE_KEY_FLAG,
     .fallback = 1,
     .max = 1,
     .offset = AT(spares_grandfathered),
     .doc = "who has a support that is `grandfathered` keeps it"},
};
#undef AT
static const lode_key_table table = {"repeal", sizeof(repeal), sizeof rows / sizeof rows[0], rows};

/* The earliest election on or after `from` of the regions listed, of all where none is. */
static lode_day first_election(const lode_world *w, const lode_index_list *regions, lode_day from) {
    lode_day first = LODE_NO_DAY;
    for (int32_t r = 0; r < w->region_count; r++) {
        lode_day day = regions->count == 0 || lode_list_has(regions, r) ? lode_next_election(w, r, from) : LODE_NO_DAY;
        first = day != LODE_NO_DAY && (first == LODE_NO_DAY || day < first) ? day : first;
    }
    return first;
}

static void check(const lode_instrument_check *check, lode_instrument *it) {
    repeal *own = it->own;
    own->named = lode_arena_alloc(check->arena, (size_t)own->instruments.count + 1, sizeof *own->named);
    own->instruments.count = own->named ? own->instruments.count : 0;
    for (int32_t i = 0; i < own->instruments.count; i++) {
        own->named[i] = lode_instrument_named(check, it, own->instruments.items[i]);
    }
    lode_instrument_check_start(check, it);
    if (it->last != LODE_FAR_DAY) {
        lode_diag_add(check->diags, LODE_ERROR, LODE_CONFLICT, it->file, it->line, it->column,
                      "leave out `end` and `months`", "`%s`: what is repealed does not come back", it->common.id);
    }
    if (own->election && first_election(check->world, &own->regions, it->first) == LODE_NO_DAY) {
        lode_diag_add(check->diags, LODE_WARNING, LODE_NOT_FOUND, it->file, it->line, it->column,
                      "fill `elections` in regions.csv, or write a `start` and no `election`",
                      "`%s` waits for an election that the world does not have", it->common.id);
    }
}

static bool reaches(const repeal *own, const lode_instrument *target) {
    for (int32_t i = 0; i < own->instruments.count; i++) {
        if (own->named[i] == target) {
            return true;
        }
    }
    bool all = own->regions.count == 0 && own->instruments.count == 0;
    return target->type->is_support && (all || lode_list_has(&own->regions, target->common.payer));
}

/* Day on which a target ends; LODE_NO_DAY: it does not. */
static lode_day day_of(const lode_instrument *it, const lode_instrument *target, const lode_world *w) {
    const repeal *own = it->own;
    if (!own->election) {
        return it->first;
    }
    return target->common.payer < 0 ? first_election(w, &own->regions, it->first)
                                    : lode_next_election(w, target->common.payer, it->first);
}

static bool spares(const repeal *own, const lode_instrument *target) {
    return own->spares_grandfathered && lode_instrument_can_be_kept(target);
}

static void bring_forward(lode_day *day, lode_day earlier) {
    *day = earlier < *day ? earlier : *day;
}

static void finish(const lode_instrument *it, lode_plan *plan, int32_t index) {
    const repeal *own = it->own;
    for (int32_t i = 0; i < plan->count; i++) {
        const lode_instrument *target = plan->instruments[i];
        if (i == index || target->type == it->type || !reaches(own, target)) {
            continue;
        }
        lode_day day = day_of(it, target, plan->world);
        if (day == LODE_NO_DAY || day >= target->last) {
            continue;
        }
        bring_forward(&plan->known[i], it->common.announced.given ? it->announced : day);
        bring_forward(spares(own, target) ? &plan->closed[i] : &plan->last[i], day);
    }
}

const lode_instrument_type lode_repeal = {
    .name = "repeal",
    .doc = "Supports end, on a day or at the next election of who pays for them.",
    .attributes = &table,
    .check = check,
    .finish = finish,
};
