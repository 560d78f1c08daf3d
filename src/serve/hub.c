/* Logs and streams: hub.h. */
#include "hub.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

/* An event as it is sent. */
typedef struct {
    int users;
    size_t size;
    size_t json_at, json_size;
    const char *event; /* a constant */
    char data[];
} frame;

struct serve_log {
    serve_hub *hub;
    int users;
    int listeners;
    unsigned attempt; /* which of its lives: the first half of an event's id */
    size_t first;     /* number of frames[0] */
    frame **frames;
    size_t count, room;
    size_t bytes;
    frame *state;
    unsigned state_version;
    bool over;
};

typedef struct stream {
    struct stream *next, *before;
    serve_log *log;
    struct MHD_Connection *connection;
    unsigned attempt;
    size_t next_event;
    frame *current; /* being sent, up to `at` */
    size_t at;
    unsigned state_version;
    double sent_s;
    int socket;
    bool asleep, beat, gone;
} stream;

struct serve_hub {
    pthread_mutex_t lock;
    stream *streams;
    int stream_count, most_streams;
    bool stopping;
};

double serve_now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- frames ---- */

static void frame_release(frame *old) {
    if (old && --old->users == 0) {
        free(old);
    }
}

enum { FRAME_HEAD = 96 };

/* `attempt` and `number` are its id; 0 for a frame without one. Line ends between the tokens of JSON are blanks as well. */
static frame *frame_new(const char *event, const char *json, unsigned attempt, size_t number) {
    const size_t length = strlen(json);
    frame *made = malloc(sizeof *made + FRAME_HEAD + length + 3);
    if (!made) {
        return NULL;
    }
    int head = 0;
    if (attempt > 0) {
        head = snprintf(made->data, FRAME_HEAD, "id: %u-%zu\n", attempt, number);
    }
    head += snprintf(made->data + head, (size_t)(FRAME_HEAD - head), "event: %.20s\ndata: ", event);
    made->users = 1;
    made->event = event;
    made->json_at = (size_t)head;
    made->json_size = length;
    for (size_t i = 0; i < length; i++) {
        const char byte = json[i];
        made->data[(size_t)head + i] = byte == '\n' || byte == '\r' ? ' ' : byte;
    }
    memcpy(made->data + (size_t)head + length, "\n\n", 3);
    made->size = (size_t)head + length + 2;
    return made;
}

/* ---- the hub ---- */

serve_hub *serve_hub_new(int most_streams) {
    serve_hub *hub = calloc(1, sizeof *hub);
    if (hub) {
        pthread_mutex_init(&hub->lock, NULL);
        hub->most_streams = most_streams;
    }
    return hub;
}

void serve_hub_free(serve_hub *hub) {
    if (hub) {
        pthread_mutex_destroy(&hub->lock);
        free(hub);
    }
}

static void wake(stream *sleeper) {
    if (sleeper->asleep) {
        sleeper->asleep = false;
        MHD_resume_connection(sleeper->connection);
    }
}

void serve_hub_stop(serve_hub *hub) {
    pthread_mutex_lock(&hub->lock);
    hub->stopping = true;
    for (stream *each = hub->streams; each; each = each->next) {
        wake(each);
    }
    pthread_mutex_unlock(&hub->lock);
}

/* Whether the client has closed: a connection that sleeps is not watched by libmicrohttpd. */
static bool is_gone(const stream *sleeper) {
    char byte;
    const ssize_t got = recv(sleeper->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

void serve_hub_beat(serve_hub *hub, double beat_s) {
    const double now = serve_now_s();
    pthread_mutex_lock(&hub->lock);
    for (stream *each = hub->streams; each; each = each->next) {
        if (!each->asleep) {
            continue;
        }
        each->gone = is_gone(each);
        each->beat = now - each->sent_s >= beat_s;
        if (each->gone || each->beat) {
            wake(each);
        }
    }
    pthread_mutex_unlock(&hub->lock);
}

int serve_hub_streams(serve_hub *hub) {
    pthread_mutex_lock(&hub->lock);
    const int count = hub->stream_count;
    pthread_mutex_unlock(&hub->lock);
    return count;
}

/* ---- logs ---- */

serve_log *serve_log_new(serve_hub *hub) {
    serve_log *log = calloc(1, sizeof *log);
    if (log) {
        *log = (serve_log){.hub = hub, .users = 1, .attempt = 1};
    }
    return log;
}

static void forget_frames(serve_log *log) {
    for (size_t i = 0; i < log->count; i++) {
        frame_release(log->frames[i]);
    }
    log->first += log->count;
    log->count = 0;
    log->bytes = 0;
}

/* Under the lock. Gives the log back where it was the last user's: to be freed without the lock. */
static serve_log *log_release(serve_log *log) {
    if (--log->users > 0) {
        return NULL;
    }
    forget_frames(log);
    frame_release(log->state);
    free(log->frames);
    return log;
}

void serve_log_hold(serve_log *log) {
    pthread_mutex_lock(&log->hub->lock);
    log->users++;
    pthread_mutex_unlock(&log->hub->lock);
}

void serve_log_release(serve_log *log) {
    if (!log) {
        return;
    }
    serve_hub *hub = log->hub;
    pthread_mutex_lock(&hub->lock);
    free(log_release(log));
    pthread_mutex_unlock(&hub->lock);
}

static void wake_listeners(const serve_log *log) {
    for (stream *each = log->hub->streams; each; each = each->next) {
        if (each->log == log) {
            wake(each);
        }
    }
}

static bool make_room(serve_log *log) {
    if (log->count < log->room) {
        return true;
    }
    const size_t room = log->room ? 2 * log->room : 16;
    frame **frames = realloc(log->frames, room * sizeof *frames);
    if (frames) {
        log->frames = frames;
        log->room = room;
    }
    return frames != NULL;
}

/* Events of a log have one writer, so that its numbers may be read before the lock is taken for the addition. */
static bool add(serve_log *log, const char *event, const char *json, size_t most_bytes, bool alone) {
    serve_hub *hub = log->hub;
    pthread_mutex_lock(&hub->lock);
    const unsigned attempt = log->attempt;
    const size_t number = log->first + log->count;
    pthread_mutex_unlock(&hub->lock);
    frame *made = frame_new(event, json, attempt, number);
    if (!made) {
        return false;
    }
    pthread_mutex_lock(&hub->lock);
    if (alone) {
        forget_frames(log);
    }
    const bool fits = log->bytes + made->size <= most_bytes && make_room(log);
    if (fits) {
        log->frames[log->count++] = made;
        log->bytes += made->size;
        wake_listeners(log);
    } else {
        frame_release(made);
    }
    pthread_mutex_unlock(&hub->lock);
    return fits;
}

bool serve_log_add(serve_log *log, const char *event, const char *json, size_t most_bytes) {
    return add(log, event, json, most_bytes, false);
}

bool serve_log_replace(serve_log *log, const char *event, const char *json) {
    return add(log, event, json, SIZE_MAX, true);
}

void serve_log_tell(serve_log *log, const char *event, const char *json) {
    frame *made = frame_new(event, json, 0, 0);
    if (!made) {
        return;
    }
    pthread_mutex_lock(&log->hub->lock);
    frame_release(log->state);
    log->state = made;
    log->state_version++;
    wake_listeners(log);
    pthread_mutex_unlock(&log->hub->lock);
}

void serve_log_end(serve_log *log) {
    pthread_mutex_lock(&log->hub->lock);
    log->over = true;
    wake_listeners(log);
    pthread_mutex_unlock(&log->hub->lock);
}

void serve_log_restart(serve_log *log) {
    pthread_mutex_lock(&log->hub->lock);
    forget_frames(log);
    log->first = 0;
    log->attempt++;
    log->over = false;
    wake_listeners(log);
    pthread_mutex_unlock(&log->hub->lock);
}

int serve_log_listeners(serve_log *log) {
    pthread_mutex_lock(&log->hub->lock);
    const int listeners = log->listeners;
    pthread_mutex_unlock(&log->hub->lock);
    return listeners;
}

size_t serve_log_bytes(serve_log *log) {
    pthread_mutex_lock(&log->hub->lock);
    const size_t bytes = log->bytes;
    pthread_mutex_unlock(&log->hub->lock);
    return bytes;
}

static size_t write_event(char *out, const frame *each, bool first) {
    size_t size = (size_t)sprintf(out, "%s{\"event\":\"%.20s\",\"data\":", first ? "" : ",", each->event);
    memcpy(out + size, each->data + each->json_at, each->json_size);
    size += each->json_size;
    out[size++] = '}';
    return size;
}

char *serve_log_events(serve_log *log) {
    pthread_mutex_lock(&log->hub->lock);
    char *text = malloc(log->bytes + 64 * log->count + 3);
    if (text) {
        size_t size = 0;
        text[size++] = '[';
        for (size_t i = 0; i < log->count; i++) {
            size += write_event(text + size, log->frames[i], i == 0);
        }
        memcpy(text + size, "]", 2);
    }
    pthread_mutex_unlock(&log->hub->lock);
    return text;
}

/* ---- streams ---- */

/* A log that began anew is read from its start. */
static void follow_restart(stream *reader) {
    const serve_log *log = reader->log;
    if (reader->attempt != log->attempt) {
        reader->attempt = log->attempt;
        reader->next_event = 0;
    }
    if (reader->next_event < log->first) {
        reader->next_event = log->first;
    }
}

static frame *comment(void) {
    frame *made = malloc(sizeof *made + 4);
    if (made) {
        *made = (frame){.users = 1, .size = 3};
        memcpy(made->data, ":\n\n", 4);
    }
    return made;
}

/* The next thing to send, or NULL. */
static frame *next_frame(stream *reader) {
    serve_log *log = reader->log;
    frame *next = NULL;
    follow_restart(reader);
    if (reader->next_event < log->first + log->count) {
        next = log->frames[reader->next_event++ - log->first];
        next->users++;
    } else if (log->state && reader->state_version != log->state_version) {
        reader->state_version = log->state_version;
        next = log->state;
        next->users++;
    } else if (reader->beat) {
        next = comment();
    }
    reader->beat = false;
    return next;
}

static ssize_t read_stream(void *context, uint64_t position, char *out, size_t size) {
    (void)position;
    stream *reader = context;
    serve_hub *hub = reader->log->hub;
    size_t copied = 0;
    pthread_mutex_lock(&hub->lock);
    const bool gone = reader->gone;
    while (copied < size && !hub->stopping && !gone) {
        if (!reader->current) {
            reader->current = next_frame(reader);
            reader->at = 0;
        }
        if (!reader->current) {
            break;
        }
        const size_t left = reader->current->size - reader->at;
        const size_t part = left < size - copied ? left : size - copied;
        memcpy(out + copied, reader->current->data + reader->at, part);
        copied += part;
        reader->at += part;
        if (reader->at == reader->current->size) {
            frame_release(reader->current);
            reader->current = NULL;
        }
    }
    const bool over = copied == 0 && (hub->stopping || reader->log->over);
    if (copied == 0 && !over && !gone) {
        reader->asleep = true;
        MHD_suspend_connection(reader->connection);
    }
    reader->sent_s = serve_now_s();
    pthread_mutex_unlock(&hub->lock);
    if (gone) {
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    return over ? MHD_CONTENT_READER_END_OF_STREAM : (ssize_t)copied;
}

static void unlink_stream(serve_hub *hub, stream *old) {
    *(old->before ? &old->before->next : &hub->streams) = old->next;
    if (old->next) {
        old->next->before = old->before;
    }
    hub->stream_count--;
}

static void close_stream(void *context) {
    stream *old = context;
    serve_hub *hub = old->log->hub;
    pthread_mutex_lock(&hub->lock);
    unlink_stream(hub, old);
    frame_release(old->current);
    old->log->listeners--;
    free(log_release(old->log));
    pthread_mutex_unlock(&hub->lock);
    free(old);
}

/* `ATTEMPT-NUMBER` of this life of the log; else from the start. */
static void resume_at(stream *reader, const char *last_id) {
    unsigned attempt = 0;
    size_t number = 0;
    if (last_id && strlen(last_id) < 40 && sscanf(last_id, "%9u-%18zu", &attempt, &number) == 2 &&
        attempt == reader->attempt && number < reader->log->first + reader->log->count) {
        reader->next_event = number + 1;
    }
}

static bool nothing_left(const stream *reader) {
    const serve_log *log = reader->log;
    return log->over && reader->next_event > 0 && reader->next_event >= log->first + log->count;
}

static void link_stream(serve_hub *hub, stream *made) {
    made->next = hub->streams;
    if (made->next) {
        made->next->before = made;
    }
    hub->streams = made;
    hub->stream_count++;
    made->log->users++;
    made->log->listeners++;
}

/* Under the lock. */
static serve_stream_result admit(serve_hub *hub, stream *made, const char *last_id) {
    if (hub->stopping || hub->stream_count >= hub->most_streams) {
        return SERVE_STREAM_TOO_MANY;
    }
    made->attempt = made->log->attempt;
    resume_at(made, last_id);
    if (nothing_left(made)) {
        return SERVE_STREAM_OVER;
    }
    link_stream(hub, made);
    return SERVE_STREAM_OPEN;
}

enum { BLOCK = 16384 };

serve_stream_result serve_stream_open(struct MHD_Response **out, serve_log *log, struct MHD_Connection *connection,
                                      const char *last_id) {
    serve_hub *hub = log->hub;
    *out = NULL;
    stream *made = calloc(1, sizeof *made);
    if (!made) {
        return SERVE_STREAM_NO_MEMORY;
    }
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    *made =
        (stream){.log = log, .connection = connection, .sent_s = serve_now_s(), .socket = info ? info->connect_fd : -1};
    pthread_mutex_lock(&hub->lock);
    const serve_stream_result result = admit(hub, made, last_id);
    pthread_mutex_unlock(&hub->lock);
    if (result != SERVE_STREAM_OPEN) {
        free(made);
        return result;
    }
    *out = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_stream, made, close_stream);
    if (!*out) {
        close_stream(made);
        return SERVE_STREAM_NO_MEMORY;
    }
    return SERVE_STREAM_OPEN;
}
