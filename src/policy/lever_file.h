/* A file of levers as it is written (docs/levers.md): read by key tables, checked for itself. What its entries mean in a scenario is levers.c. */
#ifndef LODE_POLICY_LEVER_FILE_H
#define LODE_POLICY_LEVER_FILE_H

#include "policy/keys.h"

/* Ids of families, and kinds of levers: choices of keys. */
#define LODE_LEVER_FAMILIES "shocks|supports|stockpile|trade_zone|demand|credibility"

typedef enum { LODE_LEVER_NUMBER, LODE_LEVER_SWITCH, LODE_LEVER_CHOICE } lode_lever_kind;
#define LODE_LEVER_KINDS "number|switch|choice"

typedef struct {
    int32_t id; /* index in LODE_LEVER_FAMILIES */
    const char *title, *help;
} lode_lever_family;

typedef struct {
    const char *title;
    double value;                 /* NUMBER: required; CHOICE: the position, set by the reader */
    const lode_yaml_node *shocks; /* CHOICE: what it stands for; NULL for the default */
    const lode_yaml_node *node;
} lode_lever_setting;

typedef struct {
    double least, most, step;
} lode_lever_range;

typedef struct {
    lode_when least, most, fallback; /* first days of months; not given: the lever has no first month */
} lode_lever_start;

typedef struct {
    const char *id, *title, *help, *unit, *note;
    int32_t family, kind;
    lode_lever_range range;
    double fallback;    /* the value at which nothing changes */
    lode_list settings; /* lode_lever_setting */
    lode_lever_start start;
    bool outside; /* it could only begin outside the horizon, or does not go with the scenario: to be left out */
    lode_text_list source;
    bool assumed;
    const lode_yaml_node *shocks; /* a list; NULL for CHOICE */
    const lode_yaml_node *node;
} lode_lever;

typedef struct {
    const char *path;
    lode_index_list hits;
    const lode_yaml_node *hits_node; /* as written; NULL */
    lode_list families, levers;      /* lode_lever_family, lode_lever */
} lode_lever_file;

const lode_lever *lode_lever_at(const lode_lever_file *file, int32_t index);
const lode_lever_setting *lode_lever_setting_at(const lode_lever *lever, int32_t index);
/* Name of the `index`-th word of "a|b|c" into out[32]. */
void lode_lever_word(const char *words, int32_t index, char out[32]);
/* Whether `value` is one of the values in the range, and then which one exactly: least + so many steps, to twelve digits. */
bool lode_lever_on_step(const lode_lever *lever, double value, double *exact);

/* Takes the levers that are `outside` from the list. */
void lode_lever_leave_out(lode_lever_file *file);

/* Reads and checks; everything lives in the reader's arena. Findings go to its diags. LODE_OK, LODE_NOMEM, or the code of the first error.
 * `from`, `to`: the horizon that first months must lie in. O(size). */
lode_code lode_lever_file_read(lode_lever_file *out, const char *path, lode_day from, lode_day to, lode_reader *reader);

#endif
