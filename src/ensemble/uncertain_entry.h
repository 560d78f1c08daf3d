/* Inside of the reading of `uncertainties`: what uncertainty.c, uncertain_entry.c and uncertain_correlation.c share. */
#ifndef LODE_ENSEMBLE_UNCERTAIN_ENTRY_H
#define LODE_ENSEMBLE_UNCERTAIN_ENTRY_H

#include "base/idmap.h"
#include "ensemble/uncertain_path.h"

/* An entry and the numbers it became, which lie together. */
typedef struct {
    const char *id;
    int32_t first, count;
    const lode_yaml_node *correlated; /* NULL: none */
} lode_uncertain_entry;

typedef struct {
    lode_uncertainty *out;
    lode_path_search search;
    lode_idmap *names; /* of entries and events: its number in `entries`, or LODE_IS_EVENT */
    lode_idmap *exact; /* paths that an entry names by themselves, not by a pattern: its place in the list */
    lode_idmap *paths; /* that have an uncertainty: number of the entry */
    int32_t place;     /* in the list, of the entry under way */
    int32_t item_capacity;
    int32_t entry_count;
    lode_uncertain_entry *entries;
    bool failed; /* out of memory */
} lode_uncertain_reading;

#define LODE_IS_EVENT INT32_MAX

/* Notes a name; false with a finding where it is taken or no id. */
bool lode_uncertain_name(lode_uncertain_reading *r, const char *name, int32_t value, const lode_yaml_node *node);
/* Notes the numbers that an entry names exactly, so that patterns of others leave them alone. No findings: those of the entry are told when
 * it is read. */
void lode_uncertain_note_exact(lode_uncertain_reading *r, const lode_yaml_node *node);
/* Reads an entry without `event:` into numbers of r->out. */
void lode_uncertain_entry_read(lode_uncertain_reading *r, const lode_yaml_node *node);
/* Reads what the entries say of one another into r->out->factor. */
void lode_uncertain_correlations(lode_uncertain_reading *r);

#endif
