/* The list of what the gate said. */
#include "finance/gate_log.h"

#include <stdlib.h>
#include <string.h>

static bool make_room(lode_gate_log *log, int32_t count) {
    if (count <= log->room) {
        return true;
    }
    int32_t room = count > 2 * log->room ? count : 2 * log->room;
    lode_gate_entry *grown = realloc(log->entries, (size_t)room * sizeof *grown);
    if (!grown) {
        return false;
    }
    log->entries = grown;
    log->room = room;
    return true;
}

void lode_gate_log_add(lode_gate_log *log, const lode_gate_entry *entry) {
    if (!make_room(log, log->count + 1)) {
        log->failed = true;
        return;
    }
    log->entries[log->count++] = *entry;
}

const lode_gate_entry *lode_gate_log_last(const lode_gate_log *log, int32_t asset, int32_t period) {
    for (int32_t i = log->count - 1; i >= 0; i--) {
        if (log->entries[i].asset == asset && log->entries[i].period <= period) {
            return &log->entries[i];
        }
    }
    return NULL;
}

lode_code lode_gate_log_copy(lode_gate_log *to, const lode_gate_log *from) {
    to->count = 0;
    if (!make_room(to, from->count)) {
        return LODE_NOMEM;
    }
    if (from->count > 0) {
        memcpy(to->entries, from->entries, (size_t)from->count * sizeof *to->entries);
    }
    to->count = from->count;
    to->failed = from->failed;
    return LODE_OK;
}

void lode_gate_log_truncate(lode_gate_log *log, int32_t period) {
    while (log->count > 0 && log->entries[log->count - 1].period >= period) {
        log->count--;
    }
}

void lode_gate_log_release(lode_gate_log *log) {
    free(log->entries);
    *log = (lode_gate_log){0};
}
