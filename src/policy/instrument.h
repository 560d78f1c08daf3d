/* An instrument: something a government, a firm or chance does to the market, as one descriptor of its type.
 *
 * A scenario lists instruments under `policies` (what one decides) and `shocks` (what happens); a battery entry lists those that one
 * shock adds. To the engine they are the same. A type says which attributes it has, checks them, takes part in the plan of the network
 * (links that get a licensed channel, classed commodities, limit rows), and amends each period before the market clears. What an
 * instrument remembers is a blob of bytes: the run carries and copies it, and never looks inside. */
#ifndef LODE_POLICY_INSTRUMENT_H
#define LODE_POLICY_INSTRUMENT_H

#include "market/network.h"
#include "policy/keys.h"
#include "policy/ledger.h"
#include "policy/notes.h"
#include "policy/support.h"

#define LODE_FAR_DAY (INT32_MAX / 2) /* an instrument without an end */

typedef struct lode_instrument lode_instrument;
typedef struct lode_instrument_type lode_instrument_type;
typedef struct lode_plan lode_plan;

/* Attributes that every type has (table in instrument.c). */
typedef struct {
    const char *id, *type, *title, *note;
    const char *like; /* instrument whose attributes hold where this one writes none; NULL */
    lode_text_list source;
    bool assumed;
    lode_when start, end, announced;
    double months; /* from start; NaN */
    lode_index_list hits;
    bool in_force;      /* false: announced, proposed or lapsed; acts only where settings.announced says so */
    int32_t payer;      /* region whose treasury pays or earns, -1 */
    int32_t legal_form; /* lode_legal_form */
    bool grandfathered; /* a repeal spares whoever has it already */
    double budget_musd; /* nominal, over its life; NaN: none */
} lode_instrument_common;

struct lode_instrument {
    const lode_instrument_type *type;
    lode_instrument_common common;
    const lode_instrument *like; /* resolved */
    const char *file;            /* place, for messages */
    int line, column;
    lode_day first, last; /* acts on days first <= day < last */
    lode_day announced;   /* LODE_NO_DAY: no announcement */
    lode_day shock_start; /* what `shock_start` means in a date of its own attributes */
    void *own;            /* the type's attributes */
};

/* Classes of goods that instruments need told apart (docs/model.md, 2.3). One list of covered regions a run: those of several rules are
 * put together. */
typedef struct {
    bool *classed; /* per commodity: bonded tonnes apart */
    bool *covered; /* per commodity: covered tonnes apart */
    bool *covered_regions;
    bool *refuses;        /* per lode_use: may never take bonded goods */
    bool *avoids;         /* per lode_use: refused covered goods while some rule holds */
    double de_minimis;    /* the strictest of the rules; INFINITY = none */
    lode_day covers_from; /* first day of the first rule on covered goods; LODE_NO_DAY: none */
} lode_class_needs;

/* What instruments change of a plant's future. */
typedef struct {
    double delay_months; /* of starts on or after `since` */
    double ramp_times;   /* factor on the months that are left of a ramp at `since` */
    double since;        /* year; INFINITY: nothing */
    double yield;        /* factor on what the plant makes */
    double permit_times; /* factor on the time that permits take */
    double permit_saved; /* months less of them */
    double cost_cut;     /* USD/kg of basis less of its cost, real */
    double thrift_times; /* factor on the speed at which it can move to recipes that need less of something */
} lode_plant_change;

/* What an instrument sees of a run: read-only but for the period it amends and the vectors of what is expected and hoarded. */
typedef struct {
    const lode_world *world;
    const lode_network *network;
    const lode_plan *plan;
    int32_t index;              /* of the instrument in the plan */
    lode_day day, next_day;     /* the period */
    int32_t months;             /* in the period */
    lode_period *period;        /* to amend */
    const double *normal_flow;  /* per arc: t a month over all channels, averaged over about the last year */
    const double *site_stock;   /* per site: on hand and on the way at the opening, t */
    const double *wanted_stock; /* per site: K* H, goods on the way in a normal month included, t */
    const double *
        normal_use; /* per site: what is used at reference prices, t a year; of the trade also what users there take from it */
    const double *asset_value; /* per asset: USD/kg x t a year of what its capacity makes at reference prices */
    const double
        *covered_share; /* per site: covered part of what is not bonded there, 0 to 1; zeros where nothing is covered */
    const double *site_price;  /* per site: price of the last period, USD/kg */
    const double *end_of_life; /* per demand line: what was sold a service life ago, t in the period */
    double *collection;        /* per demand line: share of that which comes back as scrap; for `schedule` to raise */
    lode_plant_change *plant_change; /* per asset: for `schedule` to fill */
    lode_ledger *ledger;             /* of the run: book money here in `settle` */
    lode_notes *notes;               /* of the run: say here what no number shows, in `settle` */
    int32_t period_index;            /* of the run */
    double deflator;                 /* nominal USD of this period for a real one of the base year */
    const double *expected_price;    /* per site: Pexp at the opening, USD/kg */
    double *wacc_add;                /* per region: on the cost of capital, a year; for `schedule` to fill */
    double *
        trained_per_year; /* per region x stage [region * LODE_STAGE_COUNT + stage]: people taught on top, for `schedule` to add to */
    double
        *export_adder; /* per arc: part of arc_adder that is in the price at the border (lode_instrument_add_export) */
    const unsigned char *
        status_before; /* [period_index * assets] lode_status at the end of each period so far; NULL: as in the world */
    bool projects;     /* the financing gate decides what is built; off: all goes by its dates */
    const double *
        asset_debt; /* per asset: owed to private lenders by its site, on one asset of it, nominal thousand USD; NULL: as in the world */
    double *announce_price; /* per site: factor on the expected price, 1 = none */
    double *announce_hoard; /* per site: factor on the wanted stock, 1 = none */
    double *announce_least; /* per site: what is expected is lifted to this, USD/kg; 0 = to nothing */
    /* Per site: what is expected at least, in this period, where nothing is there and nothing comes, USD/kg; 0 = the base year's price. */
    double *idle_least;
} lode_policy_view;

/* What checking needs: the instruments read so far, to look others up. */
typedef struct {
    const lode_world *world;
    lode_diags *diags;
    lode_arena *arena;
    lode_day from, until;         /* the horizon: from <= day < until */
    lode_instrument *const *list; /* policies and shocks of the scenario so far */
    int32_t count;
    lode_instrument *const *beside; /* those of the same battery entry so far; NULL */
    int32_t beside_count;
    bool announced; /* instruments that are not in force act too */
} lode_instrument_check;

/* A price that a contract promises for part of what a plant makes (policy/promise.h). */
typedef struct {
    double share;      /* of what it makes; 1 where tonnes are named */
    double t_per_year; /* most that counts; INFINITY */
} lode_promise;

struct lode_instrument_type {
    const char *name;
    const char *doc; /* one line */
    const lode_key_table *attributes;
    /* Adds what the table cannot see; may complete `own`. NULL = nothing. */
    void (*check)(const lode_instrument_check *check, lode_instrument *instrument);
    /* True if it promises a price for a plant's output of a commodity; fills *out. `view` NULL: as the world stands. NULL = never. */
    bool (*promise)(const lode_instrument *instrument, const lode_policy_view *view, const lode_world *world,
                    int32_t asset, int32_t commodity, lode_promise *out);
    /* What a kilogram under that promise gets beyond the price where the plant is, real USD/kg; < 0: it gets less. */
    double (*promise_gap)(const lode_instrument *instrument, const lode_policy_view *view,
                          const lode_solution *solution, int32_t asset, int32_t commodity);
    /* Marks the regions it aims at, if it says so: whose loss is measured by default. NULL = it aims at none in particular. */
    void (*aims)(const lode_instrument *instrument, bool *regions);
    /* True if it is the region's own where no payer is written: a tariff of who levies it, a zone of its members. NULL = nobody's. */
    bool (*is_of)(const lode_instrument *instrument, int32_t region);
    /* Marks what classes of goods it needs. NULL = none. */
    void (*classify)(const lode_instrument *instrument, const lode_world *world, lode_class_needs *needs);
    /* Adds limits and licensed links. NULL = nothing. */
    lode_code (*build)(const lode_instrument *instrument, lode_plan *plan, int32_t index);
    /* When all are built: may end or close others of the plan (repeal, retaliation). NULL = nothing. */
    void (*finish)(const lode_instrument *instrument, lode_plan *plan, int32_t index);
    size_t (*state_size)(const lode_instrument *instrument, const lode_world *world); /* NULL = 0 */
    /* Once, in the period of the announcement. NULL = nothing. */
    void (*announce)(const lode_instrument *instrument, const lode_policy_view *view);
    /* Each period before the plants' capacities are known: changes starts, ramps and yields, and what is expected from now on. NULL =
     * nothing. */
    void (*schedule)(const lode_instrument *instrument, const lode_policy_view *view);
    /* After a clearing of the period: true if what it found moved this instrument's numbers in view->period, so that the market must be
     * cleared once more (a subsidy that depends on the price, a tariff on the reference). `round` counts the clearings of the period from 0.
     * What still moves after LODE_ADJUST_ROUNDS is reported as not settled. `state` may be used; it is not copied between rounds. */
    bool (*adjust)(const lode_instrument *instrument, void *state, const lode_policy_view *view,
                   const lode_solution *solution, int32_t round);
    /* What it gives a plant, as its lenders read it (policy/support.h): added to the list. Called at any period for any asset; NULL = nothing. */
    lode_code (*support)(const lode_instrument *instrument, const lode_policy_view *view, int32_t asset,
                         lode_support_list *out);
    bool is_support; /* a repeal of supports ends it */
    bool for_all;    /* a law for everybody: a repeal cannot spare who has it, whatever `grandfathered` says */
    /* Each period before the market clears, active or not. `state` starts zeroed. */
    void (*amend)(const lode_instrument *instrument, void *state, const lode_policy_view *view);
    /* Each period after. NULL = nothing. */
    void (*settle)(const lode_instrument *instrument, void *state, const lode_policy_view *view,
                   const lode_solution *solution);
};

/* All types, for reading and for the documentation. */
const lode_instrument_type *const *lode_instrument_types(int32_t *count);
const lode_instrument_type *lode_instrument_type_find(const char *name);
/* The types whose names are nearest to a miss, as lode_nearest_format writes them. */
void lode_instrument_type_nearest(const char *name, char *out, size_t out_size);
const lode_key_table *lode_instrument_common_table(void);

#define LODE_ADJUST_ROUNDS 8

/* Share of the period during which the instrument acts, 0 to 1: between its first day and its last one, or the repeal that ended it. */
double lode_instrument_share(const lode_instrument *instrument, const lode_policy_view *view);
/* The same of any instrument of the plan. */
double lode_instrument_share_at(const lode_policy_view *view, int32_t index);
/* True if the instrument that is being asked still gives to this plant: no repeal closed it, or the plant was under construction or beyond
 * when one did. Says nothing of the instrument's own dates. O(1). */
bool lode_instrument_reaches(const lode_policy_view *view, int32_t asset);
/* The end of the instrument that is being asked as people know it on this day: a repeal shortens it once it is known. O(1). */
lode_day lode_instrument_known_last(const lode_policy_view *view);
/* Status of a plant at the opening of the period that holds `day` (or of the present one, if that is earlier). O(1). */
lode_status lode_asset_status_on(const lode_policy_view *view, int32_t asset, lode_day day);
/* True if a repeal can spare those who have it: it is grandfathered, and given to plants and not to everybody. */
bool lode_instrument_can_be_kept(const lode_instrument *instrument);
/* True from the start of construction until it is idle or closed. */
bool lode_status_committed(lode_status status);
/* Adds a tax (> 0) or a subsidy of the exporting side to a link, so that it is in the price at the border too. */
void lode_instrument_add_export(const lode_policy_view *view, int32_t arc, double usd_per_kg);
/* The instrument of that id among those read so far; NULL and an error with the nearest ids. */
const lode_instrument *lode_instrument_named(const lode_instrument_check *check, const lode_instrument *who,
                                             const char *id);
const lode_instrument *lode_instrument_find(lode_instrument *const *list, int32_t count, const char *id);
/* An error if a shock of the scenario begins outside the horizon (one of the battery may: it is not asked there). */
void lode_instrument_check_start(const lode_instrument_check *check, const lode_instrument *instrument);
/* Calendar months from the month that holds `from` to the month that holds `day`; negative before. */
int32_t lode_months_between(lode_day from, lode_day day);

extern const lode_instrument_type lode_export_control;
extern const lode_instrument_type lode_border_closure;
extern const lode_instrument_type lode_asset_outage;
extern const lode_instrument_type lode_demand_surge;
extern const lode_instrument_type lode_reagent_cutoff;
extern const lode_instrument_type lode_freight;
extern const lode_instrument_type lode_announcement;
extern const lode_instrument_type lode_export_quota;
extern const lode_instrument_type lode_technology_control;
extern const lode_instrument_type lode_project_delay;
extern const lode_instrument_type lode_producer_exit;
extern const lode_instrument_type lode_tariff;
extern const lode_instrument_type lode_import_ban;
extern const lode_instrument_type lode_export_tax;
extern const lode_instrument_type lode_local_processing;
extern const lode_instrument_type lode_procurement_rule;
extern const lode_instrument_type lode_trade_zone;
extern const lode_instrument_type lode_price_floor;
extern const lode_instrument_type lode_offtake;
extern const lode_instrument_type lode_loan;
extern const lode_instrument_type lode_equity;
extern const lode_instrument_type lode_grant;
extern const lode_instrument_type lode_guarantee;
extern const lode_instrument_type lode_tax_credit;
extern const lode_instrument_type lode_repeal;
extern const lode_instrument_type lode_flood;
extern const lode_instrument_type lode_rumour;
extern const lode_instrument_type lode_retaliation;
extern const lode_instrument_type lode_stockpile;
extern const lode_instrument_type lode_recycling_mandate;
extern const lode_instrument_type lode_scrap_export_ban;
extern const lode_instrument_type lode_permit_reform;
extern const lode_instrument_type lode_workforce_programme;
extern const lode_instrument_type lode_technology_programme;

#endif
