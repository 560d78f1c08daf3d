/* An engine without a model: fake_engine.h. */
#include "fake_engine.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/diag.h"

enum { TEXT_SIZE = 4096 };

struct lode_answer {
    int months;
    char text[TEXT_SIZE];
};

static const lode_answer REFERENCE = {.months = 24, .text = "reference"};
static atomic_int reference_done; /* months */

static void wait_ms(int ms) {
    const struct timespec wait = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    nanosleep(&wait, NULL);
}

/* ---- levers ---- */

static const struct {
    const char *id;
    double most;
} LEVERS[] = {{"months", 600}, {"huge", 100000}, {"fail", 600}, {"deaf", 600}, {"waits", 600}, {"other", 1000000}};

enum { LEVER_COUNT = sizeof LEVERS / sizeof LEVERS[0] };

static lode_code levers(char **out, void *self) {
    (void)self;
    *out = strdup("{\"families\": [{\"id\": \"shocks\", \"title\": \"Shocks\", \"help\": \"\"}], \"levers\": [{\"id\": "
                  "\"other\", "
                  "\"family\": \"shocks\", \"title\": \"Other\", \"help\": \"\", \"unit\": \"\", \"kind\": \"number\", "
                  "\"least\": 0, "
                  "\"most\": 1000000, \"step\": 1, \"value\": 0, \"settings\": [{\"title\": \"A\", \"value\": 101}, "
                  "{\"title\": \"B\", "
                  "\"value\": 102}], \"start\": null, \"source\": [], \"assumed\": true, \"note\": \"\"}]}");
    return *out ? LODE_OK : LODE_NOMEM;
}

static double most_of(const char *id) {
    for (size_t i = 0; i < LEVER_COUNT; i++) {
        if (strcmp(LEVERS[i].id, id) == 0) {
            return LEVERS[i].most;
        }
    }
    return -1;
}

static lode_code add_lever(FILE *out, const lode_lever_value *value, lode_diags *diags) {
    const double most = most_of(value->lever);
    if (most < 0) {
        return lode_diag_add(diags, LODE_ERROR, LODE_UNKNOWN_ID, "/elsewhere/levers.yaml", 0, 0,
                             "use one of `months`, `huge`, `fail`", "there is no lever `%s`", value->lever);
    }
    if (value->value < 0 || value->value > most) {
        return lode_diag_add(diags, LODE_ERROR, LODE_BAD_RANGE, "/elsewhere/levers.yaml", 3, 5, "",
                             "`%s` is out of range", value->lever);
    }
    if (value->value > 0) {
        fprintf(out, "%s: %.17g\n", value->lever, value->value);
    }
    return LODE_OK;
}

static lode_code scenario_text(char **out, void *self, const lode_lever_value *values, size_t count,
                               lode_diags *diags) {
    (void)self;
    size_t size;
    FILE *text = open_memstream(out, &size);
    lode_code code = text ? LODE_OK : LODE_NOMEM;
    if (text) {
        fputs("extends: base.yaml\n", text);
    }
    for (size_t i = 0; i < count && code == LODE_OK; i++) {
        code = add_lever(text, &values[i], diags);
    }
    if (text) {
        fclose(text);
    }
    if (code != LODE_OK && text) {
        free(*out);
        *out = NULL;
    }
    return code;
}

static int number_of(const char *text, const char *key, int fallback) {
    char line[32];
    snprintf(line, sizeof line, "\n%s: ", key);
    const char *found = strstr(text, line);
    return found ? atoi(found + strlen(line)) : fallback;
}

/* ---- solving ---- */

static bool tell_months(lode_whatif_tell tell, void *context, const char *run, int month, int kilobytes) {
    const size_t padding = (size_t)kilobytes * 1024;
    char *json = malloc(padding + 256);
    if (!json) {
        return false;
    }
    int size = sprintf(
        json,
        "{\"prices\":[{\"run\":\"%s\",\"commodity\":\"dy_oxide\",\"region\":\"CHN\",\"kind\":\"inside\",\n\"first\":%d,"
        "\"values\":[%d]}],\"padding\":\"",
        run, month, month);
    memset(json + size, 'x', padding);
    memcpy(json + (size_t)size + padding, "\"}", 3);
    const bool go_on = tell(context, "months", json);
    free(json);
    return go_on;
}

static lode_code solve_months(const fake_options *options, const char *run, const char *text, int months,
                              lode_whatif_tell tell, void *context, lode_diags *diags) {
    char begin[256];
    const int fail = number_of(text, "fail", 0), deaf = number_of(text, "deaf", 0), huge = number_of(text, "huge", 0);
    snprintf(begin, sizeof begin, "{\"runs\":[{\"run\":\"%s\",\"title\":\"A run\",\"first\":0,\"end\":%d}]}", run,
             months);
    bool go_on = tell(context, "begin", begin);
    for (int month = 0; month < months; month++) {
        wait_ms(options->month_ms);
        if (month + 1 == fail) {
            return lode_diag_add(diags, LODE_ERROR, LODE_SOLVER, "/elsewhere/base.yaml", 0, 0, "try another",
                                 "month %d has no solution", fail);
        }
        if (!tell_months(tell, context, run, month, huge)) {
            go_on = false;
        }
        if (strcmp(run, "reference") == 0) {
            reference_done = month + 1;
        }
        if (!go_on && month >= deaf) {
            return LODE_INTERRUPTED;
        }
    }
    return tell(context, "done", "{\"headline\":\"It is done.\",\"matrix\":[{\"run\":\"levers\"}]}") && go_on
               ? LODE_OK
               : LODE_INTERRUPTED;
}

static lode_code solve(void *self, lode_whatif_tell tell, void *context, lode_diags *diags) {
    const fake_options *options = self;
    char text[32];
    snprintf(text, sizeof text, "\nfail: %d\n", options->reference_fails);
    return solve_months(options, "reference", text, options->reference_months, tell, context, diags);
}

/* As the library does: says so ten times a month, so that it can be stopped. */
static bool wait_for_reference(const fake_options *options, int months, lode_whatif_tell tell, void *context) {
    char waiting[64];
    bool go_on = true;
    for (int done; go_on && (done = reference_done) < months;) {
        snprintf(waiting, sizeof waiting, "{\"done\": %d, \"total\": %d}", done, months);
        go_on = tell(context, "waiting", waiting);
        wait_ms(options->month_ms / 10 + 1);
    }
    return go_on;
}

static lode_code answer(lode_answer **out, void *self, const char *text, lode_whatif_tell tell, void *context,
                        lode_diags *diags) {
    const int months = number_of(text, "months", 12);
    *out = NULL;
    if (!wait_for_reference(self, number_of(text, "waits", 0), tell, context)) {
        return LODE_INTERRUPTED;
    }
    const lode_code code = solve_months(self, "levers", text, months, tell, context, diags);
    if (code != LODE_OK) {
        return code;
    }
    *out = calloc(1, sizeof **out);
    if (!*out) {
        return LODE_NOMEM;
    }
    (*out)->months = months;
    snprintf((*out)->text, TEXT_SIZE, "%s", text);
    return LODE_OK;
}

static void answer_free(lode_answer *old) {
    free(old);
}

static size_t answer_bytes(const lode_answer *each) {
    return sizeof *each;
}

static const lode_answer *reference(void *self) {
    (void)self;
    return &REFERENCE;
}

/* ---- questions ---- */

static char *print(const char *format, const char *what, int months) {
    char *out = malloc(512);
    if (out) {
        snprintf(out, 512, format, what, months);
    }
    return out;
}

static lode_code why(char **out, const lode_answer *each, const char *what, lode_diags *diags) {
    if (strncmp(what, "price:", 6) != 0) {
        return lode_diag_add(diags, LODE_ERROR, LODE_UNKNOWN_ID, "", 0, 0, "ask for a price", "`%s` is no question",
                             what);
    }
    wait_ms(5);
    *out = print("{\"what\": \"%s\", \"run\": \"levers\", \"was\": 1, \"is\": 2, \"unit\": \"USD/kg\", \"bindings\": "
                 "[], \"text\": \"%d months\"}",
                 what, each->months);
    return *out ? LODE_OK : LODE_NOMEM;
}

static lode_code project(char **out, const lode_answer *each, const char *asset, lode_diags *diags) {
    if (strcmp(asset, "west_mine") != 0) {
        return lode_diag_add(diags, LODE_ERROR, LODE_NOT_FOUND, "", 0, 0, "did you mean west_mine?",
                             "there is no asset `%s`", asset);
    }
    *out = print("{\"asset\": \"%s\", \"months\": %d}", asset, each->months);
    return *out ? LODE_OK : LODE_NOMEM;
}

static lode_code table(char **out, const lode_answer *each, const char *name, lode_diags *diags) {
    if (strcmp(name, "prices") != 0) {
        return lode_diag_add(diags, LODE_ERROR, LODE_NOT_FOUND, "", 0, 0, "", "a run has no table `%s`", name);
    }
    *out = print("run,%s\nlevers,%d\n", name, each->months);
    return *out ? LODE_OK : LODE_NOMEM;
}

/* ---- folders ---- */

static lode_code identity(char out[LODE_IDENTITY_TEXT], void *self, lode_diags *diags) {
    const fake_options *options = self;
    struct stat there;
    (void)diags;
    const bool touched = options->touched && stat(options->touched, &there) == 0;
    snprintf(out, LODE_IDENTITY_TEXT, "%d%s", options->world, touched ? "+" : "");
    return LODE_OK;
}

static lode_code page(char **out, void *self, const char *folder, lode_diags *diags) {
    struct stat there;
    if (stat(folder, &there) != 0) {
        return lode_diag_add(diags, LODE_ERROR, LODE_NOT_FOUND, folder, 0, 0, "", "no run folder");
    }
    wait_ms(((const fake_options *)self)->page_ms);
    *out = strdup("{\"format\":1,\"kind\":\"ensemble\",\"fans\":[],\"draws\":{\"done\":1,\"total\":3,\"failed\":0}}");
    return *out ? LODE_OK : LODE_NOMEM;
}

static lode_code ensemble(void *self, const serve_draws *draws, lode_progress progress, void *context,
                          lode_diags *diags) {
    const fake_options *options = self;
    char name[1200];
    if (draws->seed == 13) {
        return lode_diag_add(diags, LODE_ERROR, LODE_MISSING_VALUE, draws->folder, 0, 0, "", "nothing is uncertain");
    }
    mkdir(draws->folder, 0777);
    snprintf(name, sizeof name, "%s/done", draws->folder);
    FILE *file = fopen(name, "r");
    int done = 0;
    if (file && fscanf(file, "%d", &done) != 1) {
        done = 0;
    }
    if (file) {
        fclose(file);
    }
    bool go_on = true;
    for (; go_on && done < draws->draws; done++) {
        wait_ms(options->draw_ms);
        go_on = progress(context, "draws", done + 1, (int32_t)draws->draws);
    }
    file = fopen(name, "w");
    if (file) {
        fprintf(file, "%d", done);
        fclose(file);
    }
    return go_on ? LODE_OK : LODE_INTERRUPTED;
}

serve_engine fake_engine(const fake_options *options) {
    union {
        const void *lent;
        void *taken;
    } self = {.lent = options};
    return (serve_engine){.self = self.taken,
                          .world = "a world",
                          .scenario = "base.yaml",
                          .levers = levers,
                          .scenario_text = scenario_text,
                          .solve = solve,
                          .answer = answer,
                          .answer_free = answer_free,
                          .answer_bytes = answer_bytes,
                          .reference = reference,
                          .why = why,
                          .project = project,
                          .table = table,
                          .identity = identity,
                          .page = page,
                          .ensemble = ensemble};
}
