/* Requests that compute: desk.h. */
#include "desk.h"

#include <pthread.h>
#include <stdlib.h>

#include "hub.h"

enum { MOST_THREADS = 8 };
static const double MOST_WAIT_S = 30;

struct serve_desk {
    pthread_mutex_t lock;
    pthread_cond_t work;
    serve_request *first, *last;
    pthread_t threads[MOST_THREADS];
    int thread_count;
    bool stopping;
};

static void refuse(serve_request *request) {
    serve_fail(request, MHD_HTTP_SERVICE_UNAVAILABLE, "BUSY", "ask again in a moment",
               "the server has more to do than it can");
}

static void hand_back(serve_request *request) {
    MHD_resume_connection(request->connection);
}

/* Under the lock; waits. NULL: the desk closes. */
static serve_request *next_request(serve_desk *desk) {
    while (!desk->first && !desk->stopping) {
        pthread_cond_wait(&desk->work, &desk->lock);
    }
    serve_request *request = desk->first;
    if (request) {
        desk->first = request->next;
        desk->last = desk->first ? desk->last : NULL;
        request->next = NULL;
    }
    return request;
}

static void *work(void *context) {
    serve_desk *desk = context;
    pthread_mutex_lock(&desk->lock);
    for (serve_request *request; (request = next_request(desk)) != NULL;) {
        const bool late = desk->stopping || serve_now_s() - request->queued_s > MOST_WAIT_S;
        pthread_mutex_unlock(&desk->lock);
        if (late) {
            refuse(request);
        } else {
            request->handler(request);
        }
        hand_back(request);
        pthread_mutex_lock(&desk->lock);
    }
    pthread_mutex_unlock(&desk->lock);
    return NULL;
}

serve_desk *serve_desk_new(int threads) {
    serve_desk *desk = calloc(1, sizeof *desk);
    if (!desk) {
        return NULL;
    }
    pthread_mutex_init(&desk->lock, NULL);
    pthread_cond_init(&desk->work, NULL);
    const int wanted = threads < MOST_THREADS ? threads : MOST_THREADS;
    while (desk->thread_count < wanted && pthread_create(&desk->threads[desk->thread_count], NULL, work, desk) == 0) {
        desk->thread_count++;
    }
    if (desk->thread_count == 0) {
        serve_desk_free(desk);
        return NULL;
    }
    return desk;
}

bool serve_desk_take(serve_desk *desk, serve_request *request) {
    pthread_mutex_lock(&desk->lock);
    if (desk->stopping) {
        pthread_mutex_unlock(&desk->lock);
        refuse(request);
        return false;
    }
    request->queued_s = serve_now_s();
    MHD_suspend_connection(request->connection);
    *(desk->last ? &desk->last->next : &desk->first) = request;
    desk->last = request;
    pthread_cond_signal(&desk->work);
    pthread_mutex_unlock(&desk->lock);
    return true;
}

void serve_desk_stop(serve_desk *desk) {
    pthread_mutex_lock(&desk->lock);
    desk->stopping = true;
    pthread_cond_broadcast(&desk->work);
    pthread_mutex_unlock(&desk->lock);
    for (int i = 0; i < desk->thread_count; i++) {
        pthread_join(desk->threads[i], NULL);
    }
    desk->thread_count = 0;
}

void serve_desk_free(serve_desk *desk) {
    if (desk) {
        serve_desk_stop(desk);
        pthread_cond_destroy(&desk->work);
        pthread_mutex_destroy(&desk->lock);
        free(desk);
    }
}
