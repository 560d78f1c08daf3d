/* fake_server [KEY=NUMBER...] [token=TEXT] [bind=TEXT] [folder=TEXT] [baseline=TEXT] [touched=TEXT]: the server on an engine without a model. Prints its address;
 * ends with SIGTERM or SIGINT. The keys are fields of serve_options and fake_options. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_engine.h"
#include "serve.h"

static const char *value_of(int argc, char **argv, const char *key) {
    const size_t length = strlen(key);
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], key, length) == 0 && argv[i][length] == '=') {
            return argv[i] + length + 1;
        }
    }
    return NULL;
}

static double number_of(int argc, char **argv, const char *key, double fallback) {
    const char *value = value_of(argc, argv, key);
    return value ? atof(value) : fallback;
}

int main(int argc, char **argv) {
    char why[SERVE_WHY];
    sigset_t ends;
    int number;
    const fake_options fake = {.month_ms = (int)number_of(argc, argv, "month_ms", 1),
                               .reference_months = (int)number_of(argc, argv, "reference_months", 24),
                               .reference_fails = (int)number_of(argc, argv, "reference_fails", 0),
                               .draw_ms = (int)number_of(argc, argv, "draw_ms", 20),
                               .page_ms = (int)number_of(argc, argv, "page_ms", 0),
                               .world = (int)number_of(argc, argv, "world", 1),
                               .touched = value_of(argc, argv, "touched")};
    const serve_options options = {.bind = value_of(argc, argv, "bind"),
                                   .port = (uint16_t)number_of(argc, argv, "port", 0),
                                   .token = value_of(argc, argv, "token"),
                                   .read_only = number_of(argc, argv, "read_only", 0) > 0,
                                   .no_ahead = number_of(argc, argv, "ahead", 0) <= 0,
                                   .jobs = (int32_t)number_of(argc, argv, "jobs", 2),
                                   .folder = value_of(argc, argv, "folder"),
                                   .baseline = value_of(argc, argv, "baseline"),
                                   .most_runs = (int32_t)number_of(argc, argv, "most_runs", 0),
                                   .most_bytes = (size_t)number_of(argc, argv, "most_bytes", 0),
                                   .most_memory = (size_t)number_of(argc, argv, "most_memory", 0),
                                   .most_streams = (int32_t)number_of(argc, argv, "most_streams", 0),
                                   .slow_s = number_of(argc, argv, "slow_s", 0),
                                   .beat_s = number_of(argc, argv, "beat_s", 0)};
    const serve_engine engine = fake_engine(&fake);
    serve_server *server;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    signal(SIGPIPE, SIG_IGN);
    if (serve_start(&server, &engine, &options, why) != LODE_OK) {
        fprintf(stderr, "%s\n", why);
        return 1;
    }
    printf("http://127.0.0.1:%u/\n", (unsigned)serve_port(server));
    fflush(stdout);
    while (sigwait(&ends, &number) != 0) {
    }
    serve_stop(server);
    return 0;
}
