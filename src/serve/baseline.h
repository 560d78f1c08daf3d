/* The page that the app opens on: that of a run folder, made once, beside everything else. Who asks for it before it is made sleeps until it is. */
#ifndef LODE_SERVE_BASELINE_H
#define LODE_SERVE_BASELINE_H

#include "engine.h"
#include "request.h"

typedef struct serve_baseline serve_baseline;

/* Begins with the page of `folder`, which may be NULL: then there is none. NULL when out of memory or threads. */
serve_baseline *serve_baseline_new(const serve_engine *engine, const char *folder);
/* "none", "coming" or "there": so that nobody need ask in vain. */
const char *serve_baseline_state(serve_baseline *baseline);
/* Answers with the page (true), or suspends the connection until it is there (false): then nobody else may touch the request. */
bool serve_baseline_ask(serve_baseline *baseline, serve_request *request);
/* Who waits is refused; no connection sleeps here afterwards. */
void serve_baseline_stop(serve_baseline *baseline);
/* Waits for the page that is being made. */
void serve_baseline_free(serve_baseline *baseline);

#endif
