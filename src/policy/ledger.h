/* The ledger: who paid whom how much for what, in whole cents, so that it adds up whatever is summed.
 *
 * Every entry moves money from one party to another: what one pays the other gets, and the sum over all parties is nought, always. Entries
 * of the kind CONTINGENT move nothing: they say what a party could still be called to pay at the end of the period. All amounts are nominal
 * USD of the period. */
#ifndef LODE_POLICY_LEDGER_H
#define LODE_POLICY_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "lodestone/error.h"

/* X(name in C, name in tables, what `index` is) */
#define LODE_PARTIES(X)                                                                                                \
    X(TREASURY, treasury, region)   /* a government */                                                                 \
    X(OWNER, owner, asset)          /* of a plant: its shareholders */                                                 \
    X(LENDER, lender, asset)        /* private lenders to a plant */                                                   \
    X(HOLDER, holder, instrument)   /* of a stockpile */                                                               \
    X(TRADE, trade, region)         /* merchants and processors of a region, the market there */                       \
    X(USERS, users, region)         /* end users of a region */                                                        \
    X(INCUMBENT, incumbent, region) /* the state and the firms of the controlling region */                            \
    X(SUPPLIERS, suppliers, region) /* of equipment and services: who is paid what is built */

typedef enum {
#define LODE_X(c, name, index) LODE_PARTY_##c,
    LODE_PARTIES(LODE_X)
#undef LODE_X
        LODE_PARTY_COUNT
} lode_party_kind;

typedef struct {
    lode_party_kind kind;
    int32_t index;
} lode_party;

/* X(name in C, name in tables): what money is for. OUTLAY and RECEIPT are seen from the payer of the instrument. */
#define LODE_MONEY_KINDS(X)                                                                                            \
    X(PAYMENT, payment)     /* a floor, a credit, a subsidy: gone */                                                   \
    X(RECOVERY, recovery)   /* upside shared, a levy, a fee: money that comes back */                                  \
    X(PURCHASE, purchase)   /* goods bought */                                                                         \
    X(SALE, sale)           /* goods sold */                                                                           \
    X(STORAGE, storage)     /* keeping goods */                                                                        \
    X(LOAN, loan)           /* principal paid out */                                                                   \
    X(REPAYMENT, repayment) /* principal paid back */                                                                  \
    X(INTEREST, interest)                                                                                              \
    X(EQUITY, equity) /* shares bought */                                                                              \
    X(DIVIDEND, dividend)                                                                                              \
    X(GRANT, grant)                                                                                                    \
    X(CALL, call)             /* a guarantee called */                                                                 \
    X(TARIFF, tariff)         /* a duty collected */                                                                   \
    X(WRITE_OFF, write_off)   /* principal lost: a note of what will not come back, moves nothing */                   \
    X(CONTINGENT, contingent) /* could still be called, at the end of the period; moves nothing */

typedef enum {
#define LODE_X(c, name) LODE_MONEY_##c,
    LODE_MONEY_KINDS(LODE_X)
#undef LODE_X
        LODE_MONEY_COUNT
} lode_money_kind;

typedef struct {
    int32_t period, instrument; /* of the plan; -1: no instrument (a plant and its lenders) */
    lode_money_kind kind;
    lode_party from, to;
    int64_t cents; /* > 0 */
} lode_ledger_entry;

/* Grows by a period at a time; copied with a run. */
typedef struct {
    int32_t count, room;
    lode_ledger_entry *entries; /* owned */
    bool failed;                /* out of memory: entries are missing, the step must fail */
} lode_ledger;

/* Books `kusd` thousand USD, rounded half away from zero to a cent; nothing below half a cent; a negative amount is booked the other way
 * round. Amortised O(1). */
void lode_ledger_book(lode_ledger *ledger, int32_t period, int32_t instrument, lode_money_kind kind, lode_party from,
                      lode_party to, double kusd);
/* Sum in cents of what `party` got less what it paid over periods first..end-1, of one instrument or of all (-2). O(entries). */
int64_t lode_ledger_balance(const lode_ledger *ledger, lode_party party, int32_t instrument, int32_t first,
                            int32_t end);
bool lode_money_moves(lode_money_kind kind);
const char *lode_party_kind_name(lode_party_kind kind);
const char *lode_money_kind_name(lode_money_kind kind);
lode_code lode_ledger_copy(lode_ledger *to, const lode_ledger *from); /* deep; `to` is emptied first */
void lode_ledger_truncate(lode_ledger *ledger, int32_t period);       /* drops entries of `period` and later */
void lode_ledger_release(lode_ledger *ledger);

#endif
