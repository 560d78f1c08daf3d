/* What is told while it is found, and the streams that follow it.
 *
 * A log keeps the events of a run or an ensemble in the form in which they are sent (server-sent events). Any number of streams read it, each
 * at its own pace and from where it left off (Last-Event-ID): a slow client holds its place in the log and nothing else, so the one who writes
 * never waits. Beside its events a log has a state, of which only the latest counts: a stream that has caught up is told it when it
 * changed. A stream with nothing to send sleeps (its connection is suspended) until the log grows, ends, or a comment is due that keeps the
 * connection open and finds out whether anybody is there.
 *
 * The hub has the lock of all logs and streams. It is taken after any other lock of the server, never before. */
#ifndef LODE_SERVE_HUB_H
#define LODE_SERVE_HUB_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct serve_hub serve_hub;
typedef struct serve_log serve_log;

/* At most `most_streams` at once. NULL when out of memory. */
serve_hub *serve_hub_new(int most_streams);
/* Every stream ends as soon as it is asked; none sleeps any more. */
void serve_hub_stop(serve_hub *hub);
/* After the last stream and log are gone. */
void serve_hub_free(serve_hub *hub);
/* Wakes streams that were silent for `beat_s`, and those whose client has gone. */
void serve_hub_beat(serve_hub *hub, double beat_s);
int serve_hub_streams(serve_hub *hub);

/* NULL when out of memory. Whoever has a log releases it. */
serve_log *serve_log_new(serve_hub *hub);
void serve_log_hold(serve_log *log);
void serve_log_release(serve_log *log);
/* Adds an event; `json` on one line or many. False when out of memory, or when the log would be larger than `most_bytes`. */
bool serve_log_add(serve_log *log, const char *event, const char *json, size_t most_bytes);
/* The same in place of all events so far: of something of which the latest counts. */
bool serve_log_replace(serve_log *log, const char *event, const char *json);
/* The state, told as event `event` to who has caught up. What does not fit in memory is not told. */
void serve_log_tell(serve_log *log, const char *event, const char *json);
/* Nothing will come any more. */
void serve_log_end(serve_log *log);
/* From the start: what was told is forgotten, and those who listen begin anew. */
void serve_log_restart(serve_log *log);
int serve_log_listeners(serve_log *log);
/* Bytes of its events. */
size_t serve_log_bytes(serve_log *log);
/* The events so far as a JSON array of {event, data}, for who wants them at once. The caller's; NULL when out of memory. */
char *serve_log_events(serve_log *log);

typedef enum {
    SERVE_STREAM_OPEN,
    SERVE_STREAM_OVER,
    SERVE_STREAM_TOO_MANY,
    SERVE_STREAM_NO_MEMORY
} serve_stream_result;

/* A response that follows the log, from after the event `last_id` (NULL: from the start). OVER: there is nothing after it, nor will be. */
serve_stream_result serve_stream_open(struct MHD_Response **out, serve_log *log, struct MHD_Connection *connection,
                                      const char *last_id);

/* Seconds of a clock that only goes forward. */
double serve_now_s(void);

#endif
