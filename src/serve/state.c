/* What runs and ensembles have in common: state.h. */
#include "state.h"

#include <stdint.h>
#include <stdlib.h>

const char *serve_state_name(serve_state state) {
    static const char *const NAMES[] = {"queued", "running", "done", "failed", "cancelled"};
    return NAMES[state];
}

void serve_tell_state(serve_log *log, const char *event, json_t *json) {
    char *text = json ? json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(15)) : NULL;
    if (text) {
        serve_log_tell(log, event, text);
    }
    free(text);
    json_decref(json);
}

void serve_tell_failure(serve_log *log, json_t *error) {
    json_t *event = json_pack("{s:O}", "error", error);
    char *text = event ? json_dumps(event, JSON_COMPACT) : NULL;
    if (text) {
        serve_log_add(log, "failed", text, SIZE_MAX);
    }
    free(text);
    json_decref(event);
}
