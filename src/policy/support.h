/* What a policy or a contract gives a plant, as the lenders of the plant read it: the common language of the instruments (which say what they
 * give) and of the financing gate (which says what it is worth). Docs: docs/projects.md. */
#ifndef LODE_POLICY_SUPPORT_H
#define LODE_POLICY_SUPPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"
#include "lodestone/error.h"

/* What a support rests on. X(name in C, name in files); the hazard of each is a parameter `hazard_<name>`, a year. */
#define LODE_LEGAL_FORMS(X)                                                                                            \
    X(CONTRACT, contract)                                                                                              \
    X(STATUTE, statute)                                                                                                \
    X(EXECUTIVE_ORDER, executive_order)                                                                                \
    X(APPROPRIATION, appropriation)                                                                                    \
    X(COURT_RISK, court_risk)
#define LODE_LEGAL_FORM_NAMES "contract|statute|executive_order|appropriation|court_risk"

typedef enum {
#define LODE_X(c, name) LODE_LEGAL_##c,
    LODE_LEGAL_FORMS(LODE_X)
#undef LODE_X
        LODE_LEGAL_COUNT
} lode_legal_form;

typedef enum {
    LODE_SUPPORT_FLOOR, /* at least `price` for `share` of what it sells of `commodity` */
    LODE_SUPPORT_OFFTAKE, /* `share` of its output of `commodity` is sold at `price` (NaN: at the market), floor or market: with FLOOR */
    LODE_SUPPORT_PER_KG,    /* `price` on each kg of `commodity` sold, a credit */
    LODE_SUPPORT_EBITDA,    /* earnings of at least `amount_usd` a year, growing by `rate` from `from` on */
    LODE_SUPPORT_GRANT,     /* `amount_usd`, or `share` of the capital cost, not paid back */
    LODE_SUPPORT_EQUITY,    /* `amount_usd` of shares at `rate` */
    LODE_SUPPORT_LOAN,      /* up to `amount_usd` at `rate` over `years` */
    LODE_SUPPORT_GUARANTEE, /* `share` of private debt is guaranteed: lenders ask `rate` less */
    LODE_SUPPORT_BOUND /* `share` of its output of `commodity` is bound to the controlling region: not for others until `to` */
} lode_support_kind;

typedef struct {
    lode_support_kind kind;
    int32_t instrument;  /* of the plan */
    int32_t commodity;   /* -1: all it makes */
    lode_day from, to;   /* in force on from <= day < to, if it is not repealed */
    double price;        /* USD/kg */
    double upside_price; /* above it `upside_share` goes back; NaN */
    double upside_share;
    double volume_t_per_year; /* most that counts; INFINITY */
    double share;             /* 0 to 1 */
    double amount_usd, rate, years;
    bool indexed;               /* price and amount are real; otherwise nominal and worn down by inflation */
    lode_legal_form legal_form; /* its hazard */
    bool grandfathered;
    int32_t payer; /* region, -1 */
} lode_support;

/* Grown by lode_support_add, emptied by count = 0, freed by the caller (free(items)). */
typedef struct {
    int32_t count, room;
    lode_support *items;
} lode_support_list;

lode_code lode_support_add(lode_support_list *list, const lode_support *support);
const char *lode_support_kind_name(lode_support_kind kind);
const char *lode_legal_form_name(lode_legal_form form);

#endif
