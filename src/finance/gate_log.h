/* What the gate said of each project whenever it said something new: grown by a run, copied with it. */
#ifndef LODE_FINANCE_GATE_LOG_H
#define LODE_FINANCE_GATE_LOG_H

#include "finance/gate.h"

#define LODE_PIVOTAL_MOST 8

typedef struct {
    int32_t period, asset; /* asset: one entry for each asset of a project */
    int32_t project;       /* its first asset */
    lode_gate_result result;
    bool coordinated;      /* failed alone, but would pass if all that wait for each other went ahead together */
    int32_t pivotal_count; /* of a project that passed: supports without each of which it would have failed */
    int32_t pivotal[LODE_PIVOTAL_MOST]; /* instruments of the plan */
} lode_gate_entry;

typedef struct {
    int32_t count, room;
    lode_gate_entry *entries; /* owned; by period, then by asset */
    bool failed;              /* out of memory: the step must fail */
} lode_gate_log;

void lode_gate_log_add(lode_gate_log *log, const lode_gate_entry *entry);
/* The last entry of an asset up to and including `period`; NULL. O(entries). */
const lode_gate_entry *lode_gate_log_last(const lode_gate_log *log, int32_t asset, int32_t period);
lode_code lode_gate_log_copy(lode_gate_log *to, const lode_gate_log *from); /* deep; `to` is emptied first */
void lode_gate_log_truncate(lode_gate_log *log, int32_t period);            /* drops entries of `period` and later */
void lode_gate_log_release(lode_gate_log *log);

#endif
