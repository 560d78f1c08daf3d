/* The page that the app opens on: baseline.h. */
#include "baseline.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct serve_baseline {
    serve_engine engine;
    const char *folder;
    pthread_mutex_t lock;
    pthread_t thread;
    bool has_thread, over; /* over: it is made, or cannot be, or nobody will get it any more */
    char *page;
    serve_request *waiting;
};

static void reply(const serve_baseline *baseline, serve_request *request) {
    if (baseline->page) {
        serve_reply_data(request, MHD_HTTP_OK, "application/json", baseline->page, strlen(baseline->page));
        serve_reply_header(request, "Cache-Control", "no-store");
    } else {
        serve_fail(request, MHD_HTTP_NOT_FOUND, "NOT_FOUND", "follow /api/v1/runs/reference/events",
                   "the server has no solved baseline at hand");
    }
}

/* Under the lock. */
static void end_waiting(serve_baseline *baseline) {
    baseline->over = true;
    while (baseline->waiting) {
        serve_request *request = baseline->waiting;
        baseline->waiting = request->next;
        request->next = NULL;
        reply(baseline, request);
        MHD_resume_connection(request->connection);
    }
}

static void *make_page(void *context) {
    serve_baseline *baseline = context;
    char *page = NULL;
    lode_diags *diags = lode_diags_new();
    if (diags && baseline->engine.page(&page, baseline->engine.self, baseline->folder, diags) != LODE_OK) {
        page = NULL;
    }
    lode_diags_free(diags);
    pthread_mutex_lock(&baseline->lock);
    baseline->page = page;
    end_waiting(baseline);
    pthread_mutex_unlock(&baseline->lock);
    return NULL;
}

serve_baseline *serve_baseline_new(const serve_engine *engine, const char *folder) {
    serve_baseline *baseline = calloc(1, sizeof *baseline);
    if (!baseline) {
        return NULL;
    }
    baseline->engine = *engine;
    baseline->folder = folder;
    baseline->over = !folder;
    pthread_mutex_init(&baseline->lock, NULL);
    if (folder) {
        baseline->has_thread = pthread_create(&baseline->thread, NULL, make_page, baseline) == 0;
    }
    if (folder && !baseline->has_thread) {
        serve_baseline_free(baseline);
        return NULL;
    }
    return baseline;
}

const char *serve_baseline_state(serve_baseline *baseline) {
    pthread_mutex_lock(&baseline->lock);
    const char *state = baseline->page ? "there" : baseline->over ? "none" : "coming";
    pthread_mutex_unlock(&baseline->lock);
    return state;
}

bool serve_baseline_ask(serve_baseline *baseline, serve_request *request) {
    pthread_mutex_lock(&baseline->lock);
    const bool over = baseline->over;
    if (over) {
        reply(baseline, request);
    } else {
        MHD_suspend_connection(request->connection);
        request->next = baseline->waiting;
        baseline->waiting = request;
    }
    pthread_mutex_unlock(&baseline->lock);
    return over;
}

void serve_baseline_stop(serve_baseline *baseline) {
    pthread_mutex_lock(&baseline->lock);
    end_waiting(baseline);
    pthread_mutex_unlock(&baseline->lock);
}

void serve_baseline_free(serve_baseline *baseline) {
    if (baseline) {
        if (baseline->has_thread) {
            pthread_join(baseline->thread, NULL);
        }
        free(baseline->page);
        pthread_mutex_destroy(&baseline->lock);
        free(baseline);
    }
}
