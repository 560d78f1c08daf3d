/* bench_serve PORT CONNECTIONS SECONDS METHOD PATH [BODY]: requests a second on connections that stay open, and how long they take. `#` in the body stands
 * for a number that is another one in each request, from 1 to 1000000: what no cache knows. Used by bench/serve.sh. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_CONNECTIONS = 256, MOST_TIMES = 1 << 20, TEXT = 4096 };

typedef struct {
    int port;
    double until_s;
    const char *method, *path, *body;
    atomic_int next;
    atomic_int count;
    double *times_ms;
    atomic_int statuses[6];
} load;

static double now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int open_connection(int port) {
    const struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int yes = 1, made = socket(AF_INET, SOCK_STREAM, 0);
    if (made < 0 || connect(made, (const struct sockaddr *)&at, sizeof at) != 0) {
        perror("bench_serve");
        exit(1);
    }
    setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return made;
}

static size_t write_request(char out[TEXT], load *given) {
    char body[1024] = "";
    const char *mark = strchr(given->body, '#');
    if (mark) {
        snprintf(body, sizeof body, "%.*s%d%s", (int)(mark - given->body), given->body,
                 atomic_fetch_add(&given->next, 1) % 1000000 + 1, mark + 1);
    } else {
        snprintf(body, sizeof body, "%s", given->body);
    }
    return (size_t)snprintf(out, TEXT,
                            "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\nContent-Length: "
                            "%zu\r\n\r\n%s",
                            given->method, given->path, given->port, strlen(body), body);
}

/* Reads one answer with a Content-Length. Its status; 0: the connection is gone. */
static int read_answer(int wire) {
    static _Thread_local char text[1 << 16];
    size_t size = 0, wanted = sizeof text;
    while (size < wanted) {
        const ssize_t got = recv(wire, text + (size < sizeof text - 1 ? size : 0),
                                 sizeof text - 1 - (size < sizeof text - 1 ? size : 0), 0);
        if (got <= 0) {
            return 0;
        }
        if (wanted == sizeof text) { /* still in the headers */
            text[size + (size_t)got] = '\0';
            const char *end = strstr(text, "\r\n\r\n"), *length = strstr(text, "Content-Length: ");
            if (end) {
                wanted = (size_t)(end - text) + 4 + (length && length < end ? strtoul(length + 16, NULL, 10) : 0);
            }
        }
        size += (size_t)got;
    }
    return atoi(text + strlen("HTTP/1.1 "));
}

static void *ask(void *context) {
    load *given = context;
    char text[TEXT];
    const int wire = open_connection(given->port);
    while (now_s() < given->until_s) {
        const size_t size = write_request(text, given);
        const double began_s = now_s();
        const int status = send(wire, text, size, MSG_NOSIGNAL) == (ssize_t)size ? read_answer(wire) : 0;
        if (status == 0) {
            break;
        }
        atomic_fetch_add(&given->statuses[status / 100 % 6], 1);
        const int place = atomic_fetch_add(&given->count, 1);
        if (place < MOST_TIMES) {
            given->times_ms[place] = 1000 * (now_s() - began_s);
        }
    }
    close(wire);
    return NULL;
}

static int compare(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void report(load *given, double seconds) {
    const int count = atomic_load(&given->count), kept = count < MOST_TIMES ? count : MOST_TIMES;
    qsort(given->times_ms, (size_t)kept, sizeof *given->times_ms, compare);
    if (kept > 0) {
        printf("%9.0f a second, median %.2f ms, p95 %.2f ms, p99 %.2f ms; 2xx %d, 4xx %d, 5xx %d\n", count / seconds,
               given->times_ms[kept / 2], given->times_ms[kept * 95 / 100], given->times_ms[kept * 99 / 100],
               atomic_load(&given->statuses[2]), atomic_load(&given->statuses[4]), atomic_load(&given->statuses[5]));
    }
}

int main(int argc, char **argv) {
    static load given;
    static pthread_t threads[MOST_CONNECTIONS];
    if (argc < 6) {
        fputs("usage: bench_serve PORT CONNECTIONS SECONDS METHOD PATH [BODY]\n", stderr);
        return 2;
    }
    const int connections = atoi(argv[2]) < MOST_CONNECTIONS ? atoi(argv[2]) : MOST_CONNECTIONS;
    const double seconds = atof(argv[3]);
    given.port = atoi(argv[1]);
    given.method = argv[4];
    given.path = argv[5];
    given.body = argc > 6 ? argv[6] : "";
    given.until_s = now_s() + seconds;
    given.times_ms = calloc(MOST_TIMES, sizeof *given.times_ms);
    for (int i = 0; given.times_ms && i < connections; i++) {
        if (pthread_create(&threads[i], NULL, ask, &given) != 0) {
            return 1;
        }
    }
    for (int i = 0; given.times_ms && i < connections; i++) {
        pthread_join(threads[i], NULL);
    }
    report(&given, seconds);
    free(given.times_ms);
    return 0;
}
