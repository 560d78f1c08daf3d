/* Repeal: supports end by chance, each on a day of its own.
 *
 * With h the hazard a year and e the mass at an election of the payer, by legal form (docs/credibility.md), from the first day t0:
 *
 *   L(t) = (1 - h)^((t - t0) / year)  prod over elections in (t0, t] (1 - e)     the law stands: lode_law_stands, as the gate reckons
 *   T    = first day t with L(t) <= u                                           P(T <= t) = 1 - L(t)
 *
 * A support that is grandfathered meets two ends, as in S of the gate: on T of its law it closes to newcomers; on T' of
 * S(t) = (1 - h_contract)^(t - t0), a contract that is broken, it ends for all. Where its legal form is a contract the two are one thing
 * and have one random number. Nobody knows the day before it comes: lenders know the hazard.
 *
 * Supports fall each on its own, as in S; with `together` those of one payer share a random number, and those of one form then fall on
 * one day: how likely each falls is the same. */
#include "ensemble/event_kind.h"

#include <string.h>

#include "finance/survival.h"

typedef struct {
    lode_text_list instruments;
    lode_index_list payers;
    bool spares_grandfathered, together;
} repeal;

#define AT(field) offsetof(repeal, field)
static const lode_key rows[] = {
    {.name = "instruments",
     .kind = LODE_KEY_TEXTS,
     .offset = AT(instruments),
     .doc = "ids or patterns, supports or not (default: all supports)"},
    {.name = "payers",
     .kind = LODE_KEY_REGIONS,
     .offset = AT(payers),
     .doc = "of those, the ones that these regions pay (default: all)"},
    {.name = "spares_grandfathered",
     .kind = LODE_KEY_FLAG,
     .fallback = 1,
     .max = 1,
     .offset = AT(spares_grandfathered),
     .doc = "who has a support that is `grandfathered` keeps it until its contract is broken"},
    {.name = "together",
     .kind = LODE_KEY_FLAG,
     .max = 1,
     .offset = AT(together),
     .doc = "supports of one payer share one random number"},
};
#undef AT
static const lode_key_table table = {"repeal", sizeof(repeal), sizeof rows / sizeof rows[0], rows};

static void read(lode_event_check *check, void *attributes) {
    repeal *own = attributes;
    if (own->instruments.count > 0) {
        lode_event_resolve(check, &own->instruments, "instruments");
    }
}

static bool named(const repeal *own, const char *id) {
    bool found = false;
    for (int32_t i = 0; i < own->instruments.count && !found; i++) {
        found = strcmp(own->instruments.items[i], id) == 0;
    }
    return found;
}

static bool concerns(const repeal *own, const lode_scenario *s, const lode_instrument *it) {
    bool acts = it->common.in_force || s->announced;
    bool listed = own->instruments.count > 0 ? named(own, it->common.id) : it->type->is_support;
    return acts && listed && (own->payers.count == 0 || lode_list_has(&own->payers, it->common.payer));
}

/* First day after `from` and before `until` on which the support no longer stands; LODE_NO_DAY. O(log days x elections). */
static lode_day last_stand(const lode_hazards *hazards, const lode_support *support, const lode_event_drawing *drawing,
                           double u) {
    lode_day stands = drawing->from, falls = drawing->until - 1;
    if (falls <= stands || lode_support_stands(hazards, support, drawing->from, falls) > u) {
        return LODE_NO_DAY;
    }
    while (falls - stands > 1) {
        lode_day middle = stands + (falls - stands) / 2;
        if (lode_support_stands(hazards, support, drawing->from, middle) > u) {
            stands = middle;
        } else {
            falls = middle;
        }
    }
    return falls;
}

static bool earlier(lode_day a, lode_day b) {
    return a != LODE_NO_DAY && (b == LODE_NO_DAY || a < b);
}

static void end_it(lode_event_drawing *drawing, const lode_instrument *it, lode_day day, bool spares) {
    if (day == LODE_NO_DAY || day >= it->last) {
        return; /* it was over by then */
    }
    lode_event_happened(drawing, day);
    lode_yaml_node *entry = lode_event_entry(drawing, it->common.id, "repeal", day);
    lode_event_put(drawing, entry, "instruments", it->common.id);
    lode_event_put(drawing, entry, "spares_grandfathered", spares ? "true" : "false");
}

static void draw_one(lode_event_drawing *drawing, const repeal *own, const lode_instrument *it) {
    const lode_world *w = drawing->scenario->world;
    lode_legal_form form = (lode_legal_form)it->common.legal_form;
    lode_support law = {.legal_form = form}, contract = {.legal_form = form, .grandfathered = true};
    const char *entity = own->together && it->common.payer >= 0 ? w->regions[it->common.payer].id : it->common.id;
    lode_hazards hazards;
    lode_hazards_of(&hazards, w, it->common.payer);
    double u = lode_event_uniform(drawing, entity, 0);
    lode_day fallen = last_stand(&hazards, &law, drawing, u);
    if (!own->spares_grandfathered || !lode_instrument_can_be_kept(it)) {
        end_it(drawing, it, fallen, false);
        return;
    }
    double v = form == LODE_LEGAL_CONTRACT ? u : lode_event_uniform(drawing, entity, 1);
    lode_day broken = last_stand(&hazards, &contract, drawing, v);
    if (earlier(fallen, broken)) {
        end_it(drawing, it, fallen, true);
    }
    end_it(drawing, it, broken, false);
}

static void draw(lode_event_drawing *drawing, const void *attributes) {
    const lode_scenario *s = drawing->scenario;
    for (int32_t i = 0; i < s->count; i++) {
        if (concerns(attributes, s, s->instruments[i])) {
            draw_one(drawing, attributes, s->instruments[i]);
        }
    }
}

const lode_event_kind lode_event_repeal = {
    .name = "repeal",
    .doc = "Supports end by chance, with the hazard of their legal form.",
    .attributes = &table,
    .check = read,
    .draw = draw,
};
