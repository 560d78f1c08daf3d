/* The server's life, and its glue with libmicrohttpd: serve.h.
 *
 * Locks are taken in this order: of the server, of runs or ensembles, of the desk, of the hub; libmicrohttpd's own come last. Its thread is called back
 * for every step of a request: once for the headers, for each piece of a body, and in the end; and again when a connection that was suspended is
 * resumed. */
#include "server.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "listen.h"
#include "routes.h"

/* What is known of a connection: by when it must have brought what is due. Of one that does not, the socket is shut. */
struct serve_connection {
    serve_connection *next, *before;
    int socket;
    double due_s;
};

/* ---- connections ---- */

static void begin_connection(serve_server *server, struct MHD_Connection *connection, void **context) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    serve_connection *made = calloc(1, sizeof *made);
    *context = made;
    if (!made) {
        return;
    }
    made->socket = info ? info->connect_fd : -1;
    pthread_mutex_lock(&server->lock);
    made->due_s = serve_now_s() + server->options.slow_s;
    made->next = server->connections;
    if (made->next) {
        made->next->before = made;
    }
    server->connections = made;
    server->connection_count++;
    pthread_mutex_unlock(&server->lock);
}

static void end_connection(serve_server *server, void **context) {
    serve_connection *old = *context;
    *context = NULL;
    if (!old) {
        return;
    }
    pthread_mutex_lock(&server->lock);
    *(old->before ? &old->before->next : &server->connections) = old->next;
    if (old->next) {
        old->next->before = old->before;
    }
    server->connection_count--;
    pthread_mutex_unlock(&server->lock);
    free(old);
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code) {
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        begin_connection(cls, connection, context);
    } else {
        end_connection(cls, context);
    }
}

/* What is due next of the connection: within `seconds`. */
static void set_due(serve_server *server, struct MHD_Connection *connection, double seconds) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    serve_connection *known = info ? info->socket_context : NULL;
    if (known) {
        pthread_mutex_lock(&server->lock);
        known->due_s = serve_now_s() + seconds;
        pthread_mutex_unlock(&server->lock);
    }
}

/* The socket stays open until libmicrohttpd, which sees it end, closes it. */
static void shut_slow(serve_server *server) {
    const double now = serve_now_s();
    pthread_mutex_lock(&server->lock);
    for (serve_connection *each = server->connections; each; each = each->next) {
        if (now > each->due_s) {
            shutdown(each->socket, SHUT_RDWR);
            each->due_s = INFINITY;
        }
    }
    pthread_mutex_unlock(&server->lock);
}

static bool is_overrun(serve_server *server) {
    pthread_mutex_lock(&server->lock);
    const bool overrun = server->connection_count > SERVE_MOST_CONNECTIONS - 32;
    pthread_mutex_unlock(&server->lock);
    return overrun;
}

static bool is_stopping(serve_server *server) {
    pthread_mutex_lock(&server->lock);
    const bool stopping = server->stopping;
    pthread_mutex_unlock(&server->lock);
    return stopping;
}

/* ---- requests ---- */

static void *on_url(void *cls, const char *url, struct MHD_Connection *connection) {
    (void)connection;
    return serve_request_new(cls, url);
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode code) {
    (void)code;
    serve_server *server = cls;
    set_due(server, connection, server->options.slow_s);
    serve_request_free(*context);
    *context = NULL;
}

/* Whether there is time and room for the request. */
static bool has_room(serve_request *request) {
    serve_server *server = request->server;
    if (is_stopping(server) || is_overrun(server)) {
        serve_fail(request, MHD_HTTP_SERVICE_UNAVAILABLE, "BUSY", "ask again in a moment",
                   "the server has more to do than it can");
        serve_reply_header(request, "Connection", "close");
        return false;
    }
    return true;
}

/* What its headers say: answers what must not go on. */
static void look(serve_request *request) {
    const serve_guard *guard = &request->server->guard;
    if (request->bad_url || strlen(request->url) >= SERVE_MOST_PATH) {
        serve_fail(request, MHD_HTTP_BAD_REQUEST, "BAD_PATH", "", "no path of this server looks like that");
        return;
    }
    if (!serve_guard_admit(guard, request) || !has_room(request)) {
        return;
    }
    if (serve_is_api(request->url) && !serve_guard_api(guard, request, serve_is_open(request->url))) {
        return;
    }
    serve_route(request);
    if (!request->status) {
        serve_guard_body(request);
    }
}

static enum MHD_Result send_reply(serve_request *request) {
    if (request->status == 0) {
        serve_fail_code(request, LODE_INTERNAL, "the request", NULL);
    }
    if (!request->response) { /* out of memory */
        return MHD_NO;
    }
    return MHD_queue_response(request->connection, request->status, request->response);
}

static bool announces_body(const serve_request *request) {
    return serve_header(request, "Content-Length") || serve_header(request, "Transfer-Encoding");
}

static enum MHD_Result begin_request(serve_request *request, struct MHD_Connection *connection, const char *url,
                                     const char *method) {
    request->seen = true;
    request->connection = connection;
    request->url = url;
    request->method = method;
    set_due(request->server, connection, request->server->options.slow_s); /* for its body */
    look(request);
    /* An answer before the body ends the connection: only where there is one to be spared. */
    return request->status && announces_body(request) ? send_reply(request) : MHD_YES;
}

/* More than a body may have is read and forgotten, up to a point. */
static enum MHD_Result take_body(serve_request *request, const char *data, size_t *size) {
    if (!request->too_large && !serve_request_add(request, data, *size)) {
        request->too_large = true;
    }
    request->received += *size;
    *size = 0;
    return request->received > 16 * (size_t)SERVE_MOST_BODY ? MHD_NO : MHD_YES;
}

static enum MHD_Result finish_request(serve_request *request) {
    serve_server *server = request->server;
    if (request->status) { /* it was refused, or it was suspended and is answered */
        return send_reply(request);
    }
    set_due(server, request->connection, INFINITY); /* now it is us who are slow */
    if (request->too_large) {
        serve_fail(request, MHD_HTTP_CONTENT_TOO_LARGE, "TOO_LARGE", "", "a body has at most %d bytes",
                   SERVE_MOST_BODY);
    } else if (request->pace == SERVE_COMPUTES) {
        return serve_desk_take(server->desk, request) ? MHD_YES : send_reply(request);
    } else if (request->pace == SERVE_WAITS_FOR_PAGE) {
        return serve_baseline_ask(server->baseline, request) ? send_reply(request) : MHD_YES;
    } else {
        request->handler(request);
    }
    return send_reply(request);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *data, size_t *size, void **context) {
    (void)cls;
    (void)version;
    serve_request *request = *context;
    if (!request) {
        return MHD_NO;
    }
    if (!request->seen) {
        return begin_request(request, connection, url, method);
    }
    return *size > 0 ? take_body(request, data, size) : finish_request(request);
}

/* ---- threads ---- */

static void *keep(void *context) {
    serve_server *server = context;
    const double every_s = fmin(1, fmin(server->options.beat_s, server->options.slow_s) / 2);
    pthread_mutex_lock(&server->lock);
    while (!server->stopping) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        const double then = (double)until.tv_sec + 1e-9 * (double)until.tv_nsec + every_s;
        until.tv_sec = (time_t)then;
        until.tv_nsec = (long)(1e9 * (then - floor(then)));
        pthread_cond_timedwait(&server->wake_keeper, &server->lock, &until);
        pthread_mutex_unlock(&server->lock);
        serve_hub_beat(server->hub, server->options.beat_s);
        serve_runs_tick(server->runs);
        shut_slow(server);
        pthread_mutex_lock(&server->lock);
    }
    pthread_mutex_unlock(&server->lock);
    return NULL;
}

/* ---- life ---- */

static int32_t processors(void) {
    const long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count < SERVE_MOST_JOBS ? (int32_t)count : SERVE_MOST_JOBS;
}

static size_t half_of_memory(void) {
    const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? (size_t)pages / 2 * (size_t)size : 0;
}

static serve_options filled(const serve_options *given) {
    serve_options options = *given;
    options.jobs = options.jobs <= 0 ? processors() : options.jobs < SERVE_MOST_JOBS ? options.jobs : SERVE_MOST_JOBS;
    options.folder = options.folder ? options.folder : "runs";
    options.most_runs = options.most_runs > 0 ? options.most_runs : 64;
    options.most_bytes = options.most_bytes > 0 ? options.most_bytes : (size_t)256 << 20;
    options.most_memory = options.most_memory > 0 ? options.most_memory : half_of_memory();
    options.most_streams = options.most_streams > 0 ? options.most_streams : 256;
    options.slow_s = options.slow_s > 0 ? options.slow_s : 20;
    options.beat_s = options.beat_s > 0 ? options.beat_s : 15;
    return options;
}

/* As many connections as there are files to be had, with some left for the rest of the program. */
static unsigned connection_limit(void) {
    struct rlimit files;
    const unsigned most = SERVE_MOST_CONNECTIONS;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY) {
        return most;
    }
    const rlim_t free_files = files.rlim_cur > 128 ? files.rlim_cur - 64 : 64;
    return free_files < most ? (unsigned)free_files : most;
}

/* With poll and not with epoll: there, libmicrohttpd 0.9.75 waits for more as soon as 128 sockets were ready at once, before it looks at any of them.
 * Streams sleep most of the time and are not polled. */
static bool start_daemon(serve_server *server, int socket) {
    server->daemon =
        MHD_start_daemon(MHD_USE_POLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request, server,
                         MHD_OPTION_LISTEN_SOCKET, socket, MHD_OPTION_CONNECTION_LIMIT, connection_limit(),
                         MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)32768, MHD_OPTION_CONNECTION_TIMEOUT,
                         (unsigned)(1.5 * server->options.slow_s + 1), MHD_OPTION_STRICT_FOR_CLIENT, 1,
                         MHD_OPTION_URI_LOG_CALLBACK, on_url, server, MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
                         MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_END);
    return server->daemon != NULL;
}

/* What computes; nothing listens yet. */
static bool start_work(serve_server *server) {
    const serve_options *options = &server->options;
    if (server->engine.levers(&server->levers, server->engine.self) != LODE_OK) {
        return false;
    }
    json_t *levers = json_loads(server->levers, 0, NULL);
    const serve_runs_options runs = {.jobs = options->jobs,
                                     .most_runs = options->most_runs,
                                     .most_queued = SERVE_MOST_QUEUED,
                                     .most_bytes = options->most_bytes,
                                     .most_memory = options->most_memory,
                                     .read_only = options->read_only,
                                     .ahead = !options->no_ahead};
    server->hub = serve_hub_new(options->most_streams);
    server->desk = serve_desk_new(2);
    server->runs = server->hub ? serve_runs_new(&server->engine, server->hub, levers, &runs) : NULL;
    server->ensembles = server->hub ? serve_ensembles_new(&server->engine, server->hub, options->folder) : NULL;
    server->baseline = serve_baseline_new(&server->engine, options->baseline);
    json_decref(levers);
    return server->desk && server->runs && server->ensembles && server->baseline;
}

static bool start_threads(serve_server *server) {
    server->has_keeper_thread = pthread_create(&server->keeper_thread, NULL, keep, server) == 0;
    return server->has_keeper_thread;
}

lode_code serve_start(serve_server **out, const serve_engine *engine, const serve_options *options,
                      char why[SERVE_WHY]) {
    why[0] = '\0';
    *out = NULL;
    serve_server *server = calloc(1, sizeof *server);
    if (!server) {
        return LODE_NOMEM;
    }
    server->engine = *engine;
    server->options = filled(options);
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->wake_keeper, NULL);
    const int socket = serve_listen(&server->options, &server->guard, why);
    if (socket < 0) {
        serve_stop(server);
        return LODE_USAGE;
    }
    if (!start_work(server) || !start_threads(server)) {
        close(socket);
        serve_stop(server);
        return LODE_NOMEM;
    }
    if (!start_daemon(server, socket)) {
        snprintf(why, SERVE_WHY, "the server could not be started");
        close(socket);
        serve_stop(server);
        return LODE_IO;
    }
    *out = server;
    return LODE_OK;
}

uint16_t serve_port(const serve_server *server) {
    return server->guard.port;
}

const char *serve_host(const serve_server *server) {
    return server->guard.bound;
}

/* Nothing sleeps any more and nothing new is taken. */
static void stop_work(serve_server *server) {
    pthread_mutex_lock(&server->lock);
    server->stopping = true;
    pthread_cond_broadcast(&server->wake_keeper);
    pthread_mutex_unlock(&server->lock);
    if (server->runs) {
        serve_runs_stop(server->runs);
    }
    if (server->ensembles) {
        serve_ensembles_stop(server->ensembles);
    }
    if (server->has_keeper_thread) {
        pthread_join(server->keeper_thread, NULL);
    }
    if (server->desk) {
        serve_desk_stop(server->desk);
    }
    if (server->baseline) {
        serve_baseline_stop(server->baseline);
    }
    if (server->hub) {
        serve_hub_stop(server->hub);
    }
}

void serve_stop(serve_server *server) {
    if (!server) {
        return;
    }
    stop_work(server);
    if (server->daemon) {
        MHD_stop_daemon(server->daemon);
    }
    serve_runs_free(server->runs);
    serve_ensembles_free(server->ensembles);
    serve_baseline_free(server->baseline);
    serve_desk_free(server->desk);
    serve_hub_free(server->hub);
    free(server->levers);
    pthread_cond_destroy(&server->wake_keeper);
    pthread_mutex_destroy(&server->lock);
    free(server);
}
