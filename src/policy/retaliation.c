/* Retaliation: measures that come only if somebody else's policy is in force.
 *
 * What it does. The measures named in `measures` (usually an export control, written just before) act only if, on the day each of them
 * begins, an instrument of the types in `when` is in force that one of the `regions` pays for or earns from, or one named in `because`.
 * Otherwise they never begin.
 *
 *   answers(measure)  =  some i with first_i <= first_measure < last_i (repeals counted)
 *
 * Who pays. Users in the regions that the measures hit: part of the price of the policy that provoked them.
 *
 * Where this is from. Retaliation is among the risks that analysts of allied price coordination name; China's controls of April and October
 * 2025 came during a dispute over tariffs and were partly suspended in a truce. That a zone or a floor is answered, and how, is an
 * assumption of whoever asks. */
#include "base/diag.h"
#include "policy/instrument.h"
#include "policy/plan.h"

typedef struct {
    lode_text_list when, because, measures;
    lode_index_list regions;
    const lode_instrument_type **types;        /* of `when`; set by check, as those below */
    const lode_instrument **causes, **answers; /* of `because` and `measures` */
} retaliation;

#define AT(field) offsetof(retaliation, field)
static const lode_key rows[] = {
    {.name = "measures",
     .kind = LODE_KEY_TEXTS,
     .required = true,
     .offset = AT(measures),
     .doc = "ids of the instruments that are the answer, written before this one"},
    {.name = "when",
     .kind = LODE_KEY_TEXTS,
     .offset = AT(when),
     .doc = "types of instruments that are answered, such as trade_zone"},
    {.name = "regions",
     .kind = LODE_KEY_REGIONS,
     .offset = AT(regions),
     .doc = "whose instruments of these types (their `payer`, or members and who levies a tariff; default: anybody's)"},
    {.name = "because", .kind = LODE_KEY_TEXTS, .offset = AT(because), .doc = "ids of instruments that are answered"},
};
#undef AT
static const lode_key_table table = {"retaliation", sizeof(retaliation), sizeof rows / sizeof rows[0], rows};

static const lode_instrument **named(const lode_instrument_check *check, const lode_instrument *it,
                                     lode_text_list *ids) {
    const lode_instrument **list = lode_arena_alloc(check->arena, (size_t)ids->count + 1, sizeof *list);
    ids->count = list ? ids->count : 0;
    for (int32_t i = 0; i < ids->count; i++) {
        list[i] = lode_instrument_named(check, it, ids->items[i]);
    }
    return list;
}

static const lode_instrument_type *type_named(const lode_instrument_check *check, const lode_instrument *it,
                                              const char *name) {
    const lode_instrument_type *found = lode_instrument_type_find(name);
    if (!found) {
        char fix[400];
        lode_instrument_type_nearest(name, fix, sizeof fix);
        lode_diag_add(check->diags, LODE_ERROR, LODE_UNKNOWN_ID, it->file, it->line, it->column, fix,
                      "`%s`: no type of instrument `%.80s`", it->common.id, name);
    }
    return found;
}

static void check(const lode_instrument_check *check, lode_instrument *it) {
    retaliation *own = it->own;
    own->answers = named(check, it, &own->measures);
    own->causes = named(check, it, &own->because);
    own->types = lode_arena_alloc(check->arena, (size_t)own->when.count + 1, sizeof *own->types);
    own->when.count = own->types ? own->when.count : 0;
    for (int32_t i = 0; i < own->when.count; i++) {
        own->types[i] = type_named(check, it, own->when.items[i]);
    }
    if (own->when.count + own->because.count == 0) {
        lode_diag_add(check->diags, LODE_ERROR, LODE_MISSING_VALUE, it->file, it->line, it->column,
                      "write `when` or `because`", "`%s` must say what is answered", it->common.id);
    }
}

/* True if one of the regions pays for it or earns from it. */
static bool theirs(const lode_index_list *regions, const lode_instrument *other) {
    bool found = lode_list_has(regions, other->common.payer);
    for (int32_t i = 0; !found && other->common.payer < 0 && other->type->is_of && i < regions->count; i++) {
        found = other->type->is_of(other, regions->items[i]);
    }
    return found;
}

static bool provokes(const retaliation *own, const lode_instrument *other) {
    for (int32_t i = 0; i < own->because.count; i++) {
        if (own->causes[i] == other) {
            return true;
        }
    }
    bool whose = own->regions.count == 0 || theirs(&own->regions, other);
    for (int32_t i = 0; whose && i < own->when.count; i++) {
        if (own->types[i] == other->type) {
            return true;
        }
    }
    return false;
}

static bool is_answer(const retaliation *own, const lode_instrument *other) {
    for (int32_t i = 0; i < own->measures.count; i++) {
        if (own->answers[i] == other) {
            return true;
        }
    }
    return false;
}

static bool provoked(const retaliation *own, const lode_plan *plan, lode_day day) {
    for (int32_t i = 0; i < plan->count; i++) {
        const lode_instrument *other = plan->instruments[i];
        if (!is_answer(own, other) && provokes(own, other) && other->first <= day && day < plan->last[i]) {
            return true;
        }
    }
    return false;
}

static void finish(const lode_instrument *it, lode_plan *plan, int32_t index) {
    (void)index;
    const retaliation *own = it->own;
    for (int32_t i = 0; i < plan->count; i++) {
        const lode_instrument *answer = plan->instruments[i];
        if (is_answer(own, answer) && !provoked(own, plan, answer->first)) {
            plan->last[i] = answer->first; /* never begins */
        }
    }
}

const lode_instrument_type lode_retaliation = {
    .name = "retaliation",
    .doc = "Measures that come only if somebody else's policy is in force.",
    .attributes = &table,
    .check = check,
    .finish = finish,
};
