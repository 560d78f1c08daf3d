/* A kind of event: one descriptor in one file (event_election.c, event_repeal.c, ...), as event.c reads and draws it. Private to the layer.
 *
 * Random numbers. The one with counter k of an entity (a plant, an instrument, an election) in a stream is
 *
 *     u = Philox(seed; mix(mix(stream, key(event id)), key(entity)), k)        0 < u < 1
 *
 * so that what happens to one entity does not depend on which others there are, nor on how far the horizon reaches. */
#ifndef LODE_ENSEMBLE_EVENT_KIND_H
#define LODE_ENSEMBLE_EVENT_KIND_H

#include "ensemble/distribution.h"
#include "ensemble/event.h"
#include "policy/keys.h"

/* ---- reading ---- */

typedef struct {
    const lode_scenario *scenario;
    lode_arena *arena; /* what is read lives here */
    lode_diags *diags;
    const lode_event *event;
    bool failed; /* out of memory */
} lode_event_check;

/* ---- one draw ---- */

typedef struct {
    const lode_event *event;
    const lode_scenario *scenario;
    uint64_t seed, key;   /* key: of the stream and the event */
    lode_day from, until; /* it may happen on from <= day < until */
    lode_arena *arena;    /* entries live here */
    lode_event_outcome *out;
    int32_t room;        /* in out->entries */
    const char *last_id; /* of the last entry, without its number */
    int32_t same_ids;    /* how many have it */
    bool failed;         /* out of memory */
} lode_event_drawing;

struct lode_event_kind {
    const char *name;
    const char *doc; /* one line */
    const lode_key_table *attributes;
    /* Adds what the table cannot see; may complete `own`. NULL = nothing. */
    void (*check)(lode_event_check *check, void *own);
    void (*draw)(lode_event_drawing *drawing, const void *own);
};

extern const lode_event_kind lode_event_election;
extern const lode_event_kind lode_event_repeal;
extern const lode_event_kind lode_event_outage;
extern const lode_event_kind lode_event_slippage;
extern const lode_event_kind lode_event_shock;

/* A finding about the event. */
void lode_event_error(const lode_event_check *check, lode_code code, const char *fix, const char *message, ...)
    __attribute__((format(printf, 4, 5)));

/* A number, or a distribution of one. */
typedef struct {
    double value; /* where it is one number */
    bool drawn;
    lode_distribution distribution;
} lode_event_amount;
/* Reads the number or the mapping `node` (NULL: `fallback`) and checks that every value lies between `least` and `most`. */
void lode_event_read_amount(lode_event_check *check, const lode_yaml_node *node, const char *what, double fallback,
                            double least, double most, lode_event_amount *out);
double lode_event_amount_at(const lode_event_amount *amount, double u);

/* Replaces `names` (ids, or patterns in which `*` stands for any text) by the ids of the scenario's instruments that they name, each once,
 * in the order of the scenario. A name that matches none is an error with the nearest ids. */
void lode_event_resolve(lode_event_check *check, lode_text_list *names, const char *what);

/* Plants that an event is about: those named, or those of `stages` in `regions` whose status has a true mark. One of each site stands
 * for all of the site that match. */
typedef struct {
    lode_index_list assets, stages, regions;
} lode_event_plants;
/* Errors where both ways are used, or neither. Fills `assets` (completed from stages and regions; default regions: all but the controlling
 * ones). */
void lode_event_find_plants(lode_event_check *check, lode_event_plants *plants, const bool *statuses);
/* The next plant of `plants` from *next on whose site has not come yet, -1 at the end. O(plants). */
int32_t lode_event_next_site(const lode_world *world, const lode_event_plants *plants, int32_t *next);
/* What its site is called, the entity of its random numbers. */
const char *lode_event_site_name(const lode_world *world, int32_t asset);

double lode_event_uniform(const lode_event_drawing *drawing, const char *entity, uint64_t counter);
/* It happened on `day`. */
void lode_event_happened(lode_event_drawing *drawing, lode_day day);
/* Days of a Poisson process of `per_year` on from <= day < until: that of arrival `number` (from 0), given *years since `from` of the one
 * before (0 at first); LODE_NO_DAY after the last. Takes the counter `number` x `stride` of the entity. */
lode_day lode_event_arrival(const lode_event_drawing *drawing, const char *entity, double per_year, uint64_t number,
                            uint64_t stride, double *years);
bool lode_event_in_horizon(const lode_scenario *scenario, lode_day day);
/* `months` after a day, parts of a month as days. */
lode_day lode_event_after(lode_day day, double months);

/* ---- entries of `shocks` ---- */

/* A new entry EVENT@ENTITY@YYYY-MM (with .2, .3 ... where there is one of that name) of `type` that starts on `start`, marked as assumed.
 * NULL where memory is short, or `start` is outside the horizon: then it changes nothing that a run can see. */
lode_yaml_node *lode_event_entry(lode_event_drawing *drawing, const char *entity, const char *type, lode_day start);
/* Takes an entry that was made without lode_event_entry. */
void lode_event_keep(lode_event_drawing *drawing, const lode_yaml_node *entry);
/* A node without children at the place of the event in its file; `text` NULL stands for memory that was short. */
lode_yaml_node *lode_event_node(lode_event_drawing *drawing, lode_yaml_kind kind, const char *key, const char *text);
void lode_event_append(lode_yaml_node *parent, lode_yaml_node *child);
/* A key of the mapping, or with key NULL an item of the list. Nothing where either is NULL. */
void lode_event_put(lode_event_drawing *drawing, lode_yaml_node *map, const char *key, const char *text);
void lode_event_put_day(lode_event_drawing *drawing, lode_yaml_node *map, const char *key, lode_day day);
void lode_event_put_number(lode_event_drawing *drawing, lode_yaml_node *map, const char *key, double number);
/* An empty list or mapping below `key`; NULL where memory is short, which the functions above take. */
lode_yaml_node *lode_event_put_node(lode_event_drawing *drawing, lode_yaml_node *map, const char *key,
                                    lode_yaml_kind kind);

#endif
