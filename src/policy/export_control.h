/* Inside of export_control.c and control_rules.c: the attributes of an export control and what they mean on a day. */
#ifndef LODE_POLICY_EXPORT_CONTROL_H
#define LODE_POLICY_EXPORT_CONTROL_H

#include "policy/instrument.h"
#include "policy/licence_queue.h"
#include "policy/plan.h"

typedef enum {
    LODE_REGIME_LICENCE,
    LODE_REGIME_QUOTA,
    LODE_REGIME_BAN,
    LODE_REGIME_RESTART,
    LODE_REGIME_EXTRATERRITORIAL
} lode_regime;

/* Rules that a group has and a dated change may replace. */
typedef struct {
    lode_series decided, approved, hold;
    lode_keyed_series decided_times, approved_in, free_share_of;
    double free_share; /* NaN: not given */
} lode_control_rules;

typedef struct {
    const char *id;
    lode_index_list commodities, stages;
    lode_control_rules rules;
    double refile, first_month_share, announce_price, announce_hoard;
    bool *controls; /* per commodity; set by check */
} lode_control_group;

typedef struct {
    lode_when date;
    lode_text_list source, groups;
    lode_index_list destinations;
    bool assumed;
    const char *note;
    lode_control_rules rules;
} lode_control_change;

typedef struct {
    int32_t regime;  /* lode_regime */
    int32_t from;    /* region; -1: the controlling one */
    int32_t rent_to; /* 0: who exports, 1: who imports */
    lode_index_list destinations;
    lode_index_list refuses; /* classes of use */
    lode_list groups;        /* of lode_control_group */
    lode_list changes;       /* of lode_control_change */
    double same_month, refill, refill_cap, growth, validity_months;
    lode_series tonnes; /* quota: t a year, one number for each year */
    double leak_t_per_year;
    lode_index_list covered_regions; /* extraterritorial: whose goods are covered */
    double de_minimis;               /* extraterritorial: share of value */
    bool *reaches;                   /* per region; set by check */
    bool *covers;                    /* per region: goods from there are covered; set by check */
    bool *refused_uses;              /* per lode_use; set by check */
} lode_export_control_own;

extern const lode_key_table lode_export_control_table;

/* What the rules say for a group, a destination and a day. `clock` is the first day of the regime (or of its restart); changes count
 * only where `with_changes`. */
typedef struct {
    double decided, approved, hold;
} lode_control_terms;

lode_control_terms lode_control_terms_at(const lode_export_control_own *own, const lode_control_group *group,
                                         int32_t destination, lode_day clock, const lode_policy_view *view,
                                         bool with_changes);
/* Share of a commodity's exports that the regime leaves free. */
double lode_control_free_share(const lode_export_control_own *own, const lode_control_group *group, int32_t commodity,
                               int32_t destination, const lode_policy_view *view, bool with_changes);
const lode_control_group *lode_control_groups(const lode_export_control_own *own);
/* True if a link carries a good of the group under the regime. */
bool lode_control_covers(const lode_export_control_own *own, const lode_control_group *group, const lode_arc *arc);
/* Checks what the table cannot see and fills `controls` and `reaches`. */
void lode_export_control_check(const lode_instrument_check *check, lode_instrument *instrument);

#endif
