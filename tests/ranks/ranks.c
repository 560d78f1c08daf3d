/* ranks DRAWS THREADS FILE [OPTION...]: a team on fake work, for tests/run_ranks.sh. Each draw sleeps for a time that follows from its number
 * and makes a row of numbers that do as well. Rank 0 appends rows to FILE, one record each, and at the end prints a hash of the records in
 * the order of draws; a FILE that is there is gone on with, without a last record that is not whole.
 *
 *   ms=N        longest sleep of a draw (2)       width=N   numbers of a row (7)
 *   fail=D      the work of draw D fails          sink=N    the sink fails after N batches
 *   stop=N      progress says no after N rows     other=R   rank R believes that it has read something else
 *   die=D       whoever does draw D dies at once by SIGKILL
 *
 * Exit: 0, or 10 + the code. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ensemble/team.h"

typedef struct {
    int64_t draws;
    int32_t threads;
    const char *path;
    int64_t ms, width, fail, sink, stop, other, die;
} settings;

typedef struct {
    settings with;
    FILE *file;
    bool *done;
    int64_t *todo;
    int64_t todo_count, batches;
    atomic_bool stopping;
} scene;

typedef struct {
    int64_t draw, status;
    char reason[200];
} record_head;

static volatile sig_atomic_t signalled;

static void on_signal(int number) {
    (void)number;
    signalled = 1;
}

/* Mixes the bits of a draw and a position: Steele, Lea and Flood 2014, SplitMix64. */
static uint64_t mix(uint64_t x) {
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

static double value_of(int64_t draw, int64_t position) {
    return (double)(mix((uint64_t)draw * 1000003U + (uint64_t)position) >> 11) * 0x1p-53;
}

/* Looks now and then whether to end. */
static bool sleeps(scene *at, int64_t ms) {
    const struct timespec step = {.tv_nsec = 500000};
    for (int64_t half = 0; half < 2 * ms; half++) {
        if (atomic_load(&at->stopping))
            return false;
        nanosleep(&step, NULL);
    }
    return true;
}

static lode_code work(void *context, int32_t worker, int64_t draw, lode_draw_row *row) {
    scene *at = context;
    (void)worker;
    if (at->with.ms > 0 && !sleeps(at, (int64_t)(mix((uint64_t)draw) % (uint64_t)(at->with.ms + 1))))
        return LODE_INTERRUPTED;
    if (draw == at->with.die)
        kill(getpid(), SIGKILL);
    for (int64_t j = 0; j < at->with.width; j++)
        row->values[j] = value_of(draw, j);
    if (draw % 11 == 3) {
        row->status = LODE_CERTIFICATE;
        snprintf(row->reason, sizeof row->reason, "draw %" PRId64 " is a bad one", draw);
    }
    return draw == at->with.fail ? LODE_SOLVER : LODE_OK;
}

static lode_code sink(void *context, const lode_draw_row *rows, size_t count) {
    scene *at = context;
    if (at->with.sink >= 0 && at->batches++ >= at->with.sink)
        return LODE_IO;
    for (size_t i = 0; i < count; i++) {
        record_head head = {.draw = rows[i].draw, .status = rows[i].status};
        memcpy(head.reason, rows[i].reason, sizeof head.reason);
        if (fwrite(&head, sizeof head, 1, at->file) != 1 ||
            fwrite(rows[i].values, sizeof(double), (size_t)at->with.width, at->file) != (size_t)at->with.width)
            return LODE_IO;
    }
    return fflush(at->file) == 0 ? LODE_OK : LODE_IO;
}

static bool progress(void *context, int64_t done, int64_t failed) {
    const scene *at = context;
    (void)failed;
    return !signalled && (at->with.stop < 0 || done < at->with.stop);
}

/* Reads which draws are there, and cuts a last record that is not whole off. */
static bool take_up(scene *at) {
    const size_t bytes = sizeof(record_head) + (size_t)at->with.width * sizeof(double);
    char *record = malloc(bytes);
    at->file = fopen(at->with.path, "a+b");
    at->done = calloc((size_t)at->with.draws + 1, sizeof *at->done);
    at->todo = calloc((size_t)at->with.draws + 1, sizeof *at->todo);
    bool good = record && at->file && at->done && at->todo && fseek(at->file, 0, SEEK_SET) == 0;
    long whole = 0;
    for (; good && fread(record, bytes, 1, at->file) == 1; whole += (long)bytes) {
        record_head head;
        memcpy(&head, record, sizeof head);
        good = head.draw >= 0 && head.draw < at->with.draws && !at->done[head.draw];
        if (good)
            at->done[head.draw] = true;
    }
    free(record);
    for (int64_t d = 0; good && d < at->with.draws; d++)
        if (!at->done[d])
            at->todo[at->todo_count++] = d;
    return good && ftruncate(fileno(at->file), whole) == 0 && fseek(at->file, 0, SEEK_END) == 0;
}

/* FNV-1a (Fowler, Noll, Vo) over the records in the order of draws. */
static bool print_hash(scene *at) {
    const size_t bytes = sizeof(record_head) + (size_t)at->with.width * sizeof(double);
    unsigned char *all = calloc((size_t)at->with.draws + 1, bytes);
    unsigned char *record = malloc(bytes);
    int64_t rows = 0;
    uint64_t hash = 14695981039346656037U;
    bool good = all && record && fseek(at->file, 0, SEEK_SET) == 0;
    for (; good && fread(record, bytes, 1, at->file) == 1; rows++) {
        record_head head;
        memcpy(&head, record, sizeof head);
        memcpy(all + (size_t)head.draw * bytes, record, bytes);
    }
    for (size_t i = 0; good && i < (size_t)at->with.draws * bytes; i++)
        hash = (hash ^ all[i]) * 1099511628211U;
    if (good)
        printf("%016" PRIx64 " %" PRId64 " rows\n", hash, rows);
    free(all);
    free(record);
    return good;
}

static void read_options(settings *with, char **words, int count) {
    const struct {
        const char *name;
        int64_t *value;
    } options[] = {{"ms=", &with->ms},     {"width=", &with->width}, {"fail=", &with->fail}, {"sink=", &with->sink},
                   {"stop=", &with->stop}, {"other=", &with->other}, {"die=", &with->die}};
    for (int i = 0; i < count; i++)
        for (size_t o = 0; o < sizeof options / sizeof options[0]; o++)
            if (strncmp(words[i], options[o].name, strlen(options[o].name)) == 0)
                *options[o].value = strtoll(words[i] + strlen(options[o].name), NULL, 10);
}

static lode_code run(scene *at, lode_ranks *ranks, lode_diags *diags) {
    const bool first = lode_ranks_index(ranks) == 0;
    lode_code code = lode_ranks_agree(ranks, !first || take_up(at) ? LODE_OK : LODE_IO);
    if (code == LODE_OK)
        code = lode_ranks_match(ranks, lode_ranks_index(ranks) == at->with.other ? "another" : "this", "world", diags);
    const lode_team team = {.threads = at->with.threads,
                            .width = (int32_t)at->with.width,
                            .work = work,
                            .sink = sink,
                            .progress = progress,
                            .context = at,
                            .stopping = &at->stopping};
    if (code == LODE_OK)
        code = lode_team_run(&team, ranks, at->todo, at->todo_count);
    if (code == LODE_OK && first && !print_hash(at))
        code = LODE_IO;
    return lode_ranks_agree(ranks, code);
}

int main(int argc, char **argv) {
    if (argc < 4)
        return 2;
    static scene at;
    at.with = (settings){.draws = strtoll(argv[1], NULL, 10),
                         .threads = (int32_t)strtol(argv[2], NULL, 10),
                         .path = argv[3],
                         .ms = 2,
                         .width = 7,
                         .fail = -1,
                         .sink = -1,
                         .stop = -1,
                         .other = -1,
                         .die = -1};
    read_options(&at.with, argv + 4, argc - 4);
    const struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    lode_ranks *ranks;
    lode_diags *diags = lode_diags_new();
    lode_code code = lode_ranks_join(&ranks, diags);
    if (code == LODE_OK)
        code = run(&at, ranks, diags);
    for (size_t d = 0; d < lode_diags_count(diags); d++)
        fprintf(stderr, "%s\n", lode_diags_get(diags, d)->message);
    fprintf(stderr, "ends: %s\n", lode_code_name(code)); /* later mpirun may have ended this rank, since another has */
    lode_ranks_leave(ranks);
    lode_diags_free(diags);
    if (at.file)
        fclose(at.file);
    free(at.done);
    free(at.todo);
    return code == LODE_OK ? 0 : 10 + (int)code;
}
