/* The runs that are kept, and within which bounds: those used last (runs_parts.h). */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runs_parts.h"

/* ---- the list ---- */

static void unlink_run(serve_runs *runs, serve_run *run) {
    *(run->before ? &run->before->next : &runs->first) = run->next;
    *(run->next ? &run->next->before : &runs->last) = run->before;
    run->next = run->before = NULL;
    runs->count--;
}

void serve_runs_push(serve_runs *runs, serve_run *run) {
    run->next = runs->first;
    *(runs->first ? &runs->first->before : &runs->last) = run;
    runs->first = run;
    runs->count++;
}

void serve_runs_touch(serve_runs *runs, serve_run *run) {
    unlink_run(runs, run);
    serve_runs_push(runs, run);
}

serve_run *serve_runs_find(const serve_runs *runs, const char *key) {
    if (strcmp(key, SERVE_REFERENCE) == 0) {
        return runs->reference;
    }
    for (serve_run *run = runs->first; run; run = run->next) {
        if (strcmp(run->key, key) == 0) {
            return run;
        }
    }
    return NULL;
}

void serve_runs_drop(serve_runs *runs, serve_run *run) {
    unlink_run(runs, run);
    serve_run_free(run);
}

/* ---- bounds ---- */

static size_t bytes_of(const serve_run *run) {
    return run->answer_bytes + serve_log_bytes(run->log);
}

size_t serve_runs_bytes(const serve_runs *runs) {
    size_t bytes = 0;
    for (const serve_run *run = runs->first; run; run = run->next) {
        bytes += bytes_of(run);
    }
    return bytes;
}

bool serve_runs_drop_oldest(serve_runs *runs, const serve_run *except) {
    for (serve_run *run = runs->last; run; run = run->before) {
        if (run->users == 0 && run->state >= SERVE_DONE && run != except) {
            serve_runs_drop(runs, run);
            return true;
        }
    }
    return false;
}

void serve_runs_keep_bounds(serve_runs *runs, const serve_run *except) {
    while ((runs->count > runs->options.most_runs || serve_runs_bytes(runs) > runs->options.most_bytes) &&
           serve_runs_drop_oldest(runs, except)) {
    }
}

int32_t serve_runs_in_state(const serve_runs *runs, serve_state state) {
    int32_t count = 0;
    for (const serve_run *run = runs->first; run; run = run->next) {
        count += run->state == state;
    }
    return count;
}

size_t serve_resident_bytes(void) {
    unsigned long whole, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file) {
        return 0;
    }
    if (fscanf(file, "%lu %lu", &whole, &resident) != 2) {
        resident = 0;
    }
    fclose(file);
    return (size_t)resident * (size_t)sysconf(_SC_PAGESIZE);
}
