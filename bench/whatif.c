/* How long it takes from a lever to what it changes: `bench_whatif WORLD SCENARIO LEVERS [MONTHS]` steps the reference of SCENARIO to MONTHS (6) after the
 * entry `levers` of LEVERS (a scenario that extends it) leaves, then asks for the answer, and prints in milliseconds of the processor: reading LEVERS, leaving the reference, the
 * first clearing, a month after that and its part of the page; the bytes of a part; and what is kept. Alone on a machine they are what a clock says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report/answer.h"
#include "report/whatif_part.h"

static double milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

typedef struct {
    lode_diags *diags;
    lode_world *world;
    lode_scenario *base;
    lode_reference *reference;
    lode_answer answer;
    char *text;
} bench;

static char *read_text(const char *path) {
    FILE *file = fopen(path, "r");
    char *text = calloc(1, 1 << 20);
    if (file && text)
        text[fread(text, 1, (1 << 20) - 1, file)] = '\0';
    if (file)
        fclose(file);
    return text;
}

static void complain(const lode_diags *diags) {
    for (size_t i = 0; i < lode_diags_count(diags); i++)
        if (lode_diags_get(diags, i)->severity == LODE_ERROR)
            fprintf(stderr, "bench_whatif: %s\n", lode_diags_get(diags, i)->message);
}

static lode_code set_up(bench *b, char **argv) {
    b->diags = lode_diags_new();
    b->text = read_text(argv[3]);
    lode_code code = b->diags && b->text ? lode_world_open(&b->world, argv[1], b->diags) : LODE_NOMEM;
    if (code == LODE_OK)
        code = lode_scenario_open(&b->base, b->world, argv[2], b->diags);
    if (code == LODE_OK)
        code = lode_reference_new(&b->reference, b->base, 0);
    return code == LODE_OK ? lode_answer_prepare(&b->answer, b->reference, b->base) : code;
}

static lode_code step_reference(bench *b, int32_t periods) {
    lode_code code = LODE_OK;
    const double start = milliseconds();
    while (code == LODE_OK && lode_reference_done(b->reference) < periods)
        code = lode_reference_step(b->reference, b->diags);
    int32_t count;
    size_t bytes;
    lode_reference_kept(b->reference, &count, &bytes);
    printf("reference     %8.1f  (%d months; kept beside it: %d of %.2f MB)\n", milliseconds() - start, (int)periods,
           (int)count, count > 0 ? 1e-6 * (double)bytes / count : 0);
    return code;
}

static lode_code part(bench *b, int32_t period, size_t *bytes) {
    json_t *json = json_object();
    const lode_code code = lode_part_months(json, &b->answer, period, period + 1, b->diags);
    char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(10));
    *bytes = text ? strlen(text) : 0;
    free(text);
    json_decref(json);
    return code;
}

static lode_code follow(bench *b, int32_t months) {
    lode_code code = LODE_OK;
    double step = 0, told = 0;
    size_t bytes = 0;
    for (int32_t m = 0; m < months && code == LODE_OK; m++) {
        const double start = milliseconds();
        code = lode_answer_step(&b->answer, b->diags);
        const double stepped = milliseconds();
        if (code == LODE_OK)
            code = part(b, b->answer.first + m, &bytes);
        if (m == 0)
            printf("first month   %8.1f\nits part      %8.1f  (%zu bytes)\n", stepped - start, milliseconds() - stepped,
                   bytes);
        step += m > 0 ? stepped - start : 0;
        told += m > 0 ? milliseconds() - stepped : 0;
    }
    if (months > 1)
        printf("a month after %8.1f\nits part      %8.1f  (%zu bytes)\n", step / (months - 1), told / (months - 1),
               bytes);
    printf("answer        %8.1f  MB\n", 1e-6 * (double)lode_answer_bytes(&b->answer));
    return code;
}

static lode_code measure(bench *b, const char *path, int32_t months) {
    double start = milliseconds();
    lode_code code = lode_answer_read(&b->answer, path, b->text, 0, b->diags);
    printf("open          %8.1f\n", milliseconds() - start);
    if (code == LODE_OK)
        code = step_reference(b, b->answer.first + months);
    start = milliseconds();
    if (code == LODE_OK)
        code = lode_answer_leave(&b->answer);
    printf("branch        %8.1f\n", milliseconds() - start);
    return code == LODE_OK ? follow(b, months) : code;
}

int main(int argc, char **argv) {
    bench b = {0};
    const int32_t months = argc > 4 ? atoi(argv[4]) : 6;
    if (argc < 4 || months < 1) {
        fprintf(stderr, "usage: bench_whatif WORLD SCENARIO LEVERS [MONTHS]\n");
        return 2;
    }
    lode_code code = set_up(&b, argv);
    if (code == LODE_OK)
        code = measure(&b, argv[3], months);
    if (code != LODE_OK)
        complain(b.diags);
    lode_answer_release(&b.answer);
    lode_reference_free(b.reference);
    lode_scenario_free(b.base);
    lode_world_free(b.world);
    lode_diags_free(b.diags);
    free(b.text);
    return code == LODE_OK ? 0 : 1;
}
