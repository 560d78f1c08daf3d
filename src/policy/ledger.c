/* Booking and summing money in whole cents. */
#include "policy/ledger.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double CENTS_PER_KUSD = 1e5;

static bool make_room(lode_ledger *l) {
    if (l->count < l->room) {
        return true;
    }
    int32_t room = l->room ? l->room * 2 : 256;
    lode_ledger_entry *grown = realloc(l->entries, (size_t)room * sizeof *grown);
    if (!grown) {
        l->failed = true;
        return false;
    }
    l->entries = grown;
    l->room = room;
    return true;
}

void lode_ledger_book(lode_ledger *l, int32_t period, int32_t instrument, lode_money_kind kind, lode_party from,
                      lode_party to, double kusd) {
    int64_t cents = (int64_t)llround(fabs(kusd) * CENTS_PER_KUSD);
    if (cents == 0 || !make_room(l)) {
        return;
    }
    bool back = kusd < 0;
    l->entries[l->count++] = (lode_ledger_entry){.period = period,
                                                 .instrument = instrument,
                                                 .kind = kind,
                                                 .from = back ? to : from,
                                                 .to = back ? from : to,
                                                 .cents = cents};
}

bool lode_money_moves(lode_money_kind kind) {
    return kind != LODE_MONEY_CONTINGENT && kind != LODE_MONEY_WRITE_OFF;
}

static bool same(lode_party a, lode_party b) {
    return a.kind == b.kind && a.index == b.index;
}

int64_t lode_ledger_balance(const lode_ledger *l, lode_party party, int32_t instrument, int32_t first, int32_t end) {
    int64_t sum = 0;
    for (int32_t i = 0; i < l->count; i++) {
        const lode_ledger_entry *e = &l->entries[i];
        bool counts = lode_money_moves(e->kind) && e->period >= first && e->period < end &&
                      (instrument == -2 || e->instrument == instrument);
        if (counts) {
            sum += (same(e->to, party) ? e->cents : 0) - (same(e->from, party) ? e->cents : 0);
        }
    }
    return sum;
}

const char *lode_party_kind_name(lode_party_kind kind) {
    static const char *const names[] = {
#define LODE_X(c, name, index) #name,
        LODE_PARTIES(LODE_X)
#undef LODE_X
    };
    return names[kind];
}

const char *lode_money_kind_name(lode_money_kind kind) {
    static const char *const names[] = {
#define LODE_X(c, name) #name,
        LODE_MONEY_KINDS(LODE_X)
#undef LODE_X
    };
    return names[kind];
}

lode_code lode_ledger_copy(lode_ledger *to, const lode_ledger *from) {
    if (to->room < from->count) {
        lode_ledger_entry *grown = realloc(to->entries, (size_t)from->count * sizeof *grown);
        if (!grown) {
            return LODE_NOMEM;
        }
        to->entries = grown;
        to->room = from->count;
    }
    if (from->count > 0) {
        memcpy(to->entries, from->entries, (size_t)from->count * sizeof *to->entries);
    }
    to->count = from->count;
    to->failed = from->failed;
    return LODE_OK;
}

void lode_ledger_truncate(lode_ledger *l, int32_t period) {
    while (l->count > 0 && l->entries[l->count - 1].period >= period) {
        l->count--;
    }
}

void lode_ledger_release(lode_ledger *l) {
    free(l->entries);
    *l = (lode_ledger){0};
}
