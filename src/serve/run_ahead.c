/* The levers' named settings, solved while nobody asks for anything (runs_parts.h). */
#include <stdio.h>
#include <stdlib.h>

#include "runs_parts.h"

static size_t count_settings(const json_t *levers) {
    size_t count = 0, index;
    json_t *lever;
    json_array_foreach(levers, index, lever) {
        count += json_array_size(json_object_get(lever, "settings"));
    }
    return count;
}

bool serve_runs_read_settings(serve_runs *runs, const json_t *levers) {
    size_t index, place;
    json_t *lever, *named;
    runs->settings = calloc(count_settings(levers) + 1, sizeof *runs->settings);
    if (!runs->settings) {
        return false;
    }
    json_array_foreach(levers, index, lever) {
        const char *id = json_string_value(json_object_get(lever, "id"));
        const double fallback = json_number_value(json_object_get(lever, "value"));
        json_array_foreach(json_object_get(lever, "settings"), place, named) {
            const double value = json_number_value(json_object_get(named, "value"));
            if (id && (value < fallback || value > fallback)) {
                serve_setting *made = &runs->settings[runs->setting_count++];
                snprintf(made->lever, sizeof made->lever, "%s", id);
                made->value = value;
            }
        }
    }
    return true;
}

bool serve_runs_may_go_ahead(const serve_runs *runs) {
    return runs->options.ahead && !runs->ahead_busy && runs->next_setting < runs->setting_count &&
           runs->reference->state == SERVE_DONE && runs->count < runs->options.most_runs / 2 &&
           serve_runs_bytes(runs) < runs->options.most_bytes / 2;
}

static serve_run *make_ahead(serve_runs *runs, const serve_setting *named) {
    const lode_lever_value value = {.lever = named->lever, .value = named->value};
    char key[SERVE_KEY];
    char *text = serve_runs_text(runs, &value, 1);
    if (!text) {
        return NULL;
    }
    serve_run_key(key, text);
    return serve_run_new(runs, key, text, json_pack("[{s:s, s:f}]", "lever", named->lever, "value", named->value));
}

serve_run *serve_runs_begin_ahead(serve_runs *runs) {
    const size_t index = runs->next_setting++;
    runs->ahead_busy = true;
    pthread_mutex_unlock(&runs->lock);
    serve_run *run = make_ahead(runs, &runs->settings[index]);
    pthread_mutex_lock(&runs->lock);
    if (!run || serve_runs_find(runs, run->key) || runs->stopping) {
        serve_run_free(run);
        runs->ahead_busy = false;
        return NULL;
    }
    run->ahead = true;
    run->setting = index;
    serve_runs_push(runs, run);
    return run;
}

void serve_runs_end_ahead(serve_runs *runs, const serve_run *run) {
    runs->ahead_busy = false;
    if (run->state != SERVE_DONE && run->setting < runs->next_setting && run->state != SERVE_FAILED) {
        runs->next_setting = run->setting; /* again later */
    }
}
