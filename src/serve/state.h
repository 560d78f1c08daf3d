/* What runs and ensembles have in common: how far one is, and how its log is told of it. */
#ifndef LODE_SERVE_STATE_H
#define LODE_SERVE_STATE_H

#include <jansson.h>

#include "hub.h"

/* From SERVE_DONE on it is over. */
typedef enum { SERVE_QUEUED, SERVE_RUNNING, SERVE_DONE, SERVE_FAILED, SERVE_CANCELLED } serve_state;

/* As the API says it. */
const char *serve_state_name(serve_state state);

/* Makes `json` the state of the log, told as event `event`. Takes `json`; NULL is out of memory, and not told. */
void serve_tell_state(serve_log *log, const char *event, json_t *json);
/* Adds the event `failed` with {error: `error`}, however full the log is. Borrows `error`. */
void serve_tell_failure(serve_log *log, json_t *error);

#endif
