/* failures MODE VERB: runs a verb of the program again and again in this process; the first time the first allocation (MODE `memory`) or
 * call of the system (MODE `disk`) of our own code fails, the second time the second, until none is left to fail.
 *
 * How: the program and the library are linked with --wrap for malloc and its kin and for the calls that touch a disk; SQLite writes
 * through a file system of ours. Libraries that we use are not touched: they are shared objects. The verb works on one thread, so that
 * the n-th call is the same each time.
 *
 * Whatever fails, the verb must
 *   - end: no crash, no hang;
 *   - either say so (exit 1, or 3 where an input could not be read, with a reason on standard error and nothing on standard output), or
 *     do without and print to the last byte what it prints otherwise;
 *   - leave a whole run folder or none, or half an ensemble that --resume finishes; nothing hidden beside it, no memory and no open file. */
#define _XOPEN_SOURCE 700 /* nftw */
#include "failures.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_WORDS = 14, MOST_TEXT = 1 << 20, SECONDS_EACH = 60, COMPLAINTS = 40 };

typedef struct {
    const char *name;
    const char *words[MOST_WORDS]; /* ends with NULL */
    const char *makes;             /* the path that it writes; NULL: none */
    const char *whole;             /* a file that is in it when it is whole; "": it is a file itself */
} verb;

#define WORLD    "world"
#define SCENARIO "world/tiny.yaml"

static const verb verbs[] = {
    {"check", {"check", WORLD, SCENARIO}, NULL, NULL},
    {"check_json", {"check", WORLD, SCENARIO, "--format", "json"}, NULL, NULL},
    {"check_wrong", {"check", "wrong", "wrong/wrong.yaml"}, NULL, NULL},
    {"check_uncertain", {"check", "uncertain", "uncertain/doubts.yaml"}, NULL, NULL},
    {"clear", {"clear", WORLD}, NULL, NULL},
    {"clear_json", {"clear", WORLD, "--format", "json", "--write-mps", "out"}, "out", ""},
    {"run", {"run", WORLD, SCENARIO, "-o", "out"}, "out", "manifest.json"},
    {"run_json", {"run", WORLD, SCENARIO, "-o", "out", "--format", "json"}, "out", "manifest.json"},
    {"stress", {"stress", WORLD, SCENARIO, "-j", "1", "-o", "out"}, "out", "manifest.json"},
    {"stress_json", {"stress", WORLD, SCENARIO, "-j", "1", "--format", "json"}, "runs", "tiny-1/manifest.json"},
    {"resume", {"run", WORLD, SCENARIO, "-o", "done", "--resume"}, NULL, NULL},
    {"resume_refused", {"stress", WORLD, SCENARIO, "-o", "done", "--resume"}, NULL, NULL},
    {"export_csv", {"export", "done", "--to", "csv", "-o", "out"}, "out", "columns.csv"},
    {"export_iamc", {"export", "done", "--to", "iamc", "-o", "out"}, "out", ""},
    {"report", {"report", "done", "-o", "out.html"}, "out.html", ""},
    {"calibrate", {"calibrate", "fitted"}, NULL, NULL},
    {"portfolio", {"portfolio", WORLD, SCENARIO, "portfolio.yaml", "-j", "1", "--months", "3"}, NULL, NULL},
    {"portfolio_wrong", {"portfolio", WORLD, SCENARIO, "wrong.yaml"}, NULL, NULL},
    {"rank_json",
     {"rank", "projects", "projects/tiny.yaml", "-j", "1", "--months", "2", "--format", "json"},
     NULL,
     NULL},
    {"size", {"size", "cut_off", "cut_off/tiny.yaml", "--shock", "shut", "--months", "2"}, NULL, NULL},
    {"size_json",
     {"size", "cut_off", "cut_off/tiny.yaml", "--shock", "shut", "--months", "2", "--format", "json"},
     NULL,
     NULL},
    {"run_stockpile", {"run", "cut_off", "cut_off/tiny.yaml", "-o", "out"}, "out", "manifest.json"},
    {"ensemble",
     {"ensemble", WORLD, "world/chance.yaml", "--draws", "2", "--shocks", "none", "-j", "1", "-o", "out"},
     "out",
     "manifest.json"},
    {"compare_ensembles", {"compare", "one", "two"}, NULL, NULL},
    {"compare_three_json", {"compare", "one", "two", "one", "--format", "json"}, NULL, NULL},
    {"describe", {"describe", "assets.capacity_t_per_year"}, NULL, NULL},
};

typedef struct {
    int exit_code;
    size_t length;
    char text[MOST_TEXT], talk[MOST_TEXT];
    uint64_t written; /* of the bytes that it wrote, those that are the same each time */
} outcome;

static outcome wanted, got; /* large: not on the stack */
static const char *doing;   /* for a crash */
static char failed_call[512];

static FILE *tty; /* the true standard output */

static void give_up(const char *why) {
    fprintf(stderr, "%s\n", why);
    exit(2);
}

/* ---- what is left ---- */

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place) {
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

static void remove_tree(const char *path) {
    if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT)
        give_up("what a verb left cannot be removed");
}

static uint64_t sum_file(uint64_t sum, const char *path) {
    FILE *file = fopen(path, "rb");
    for (int byte; file && (byte = getc(file)) != EOF;)
        sum = (sum ^ (uint64_t)byte) * 1099511628211u;
    if (file)
        fclose(file);
    return sum;
}

/* Of the results; the manifest holds times. */
static uint64_t sum_results(const verb *what) {
    static const char *const names[] = {"results.sqlite", "iamc.csv",   "log.jsonl",
                                        "stress.json",    "prices.csv", "draws.parquet"};
    uint64_t sum = 14695981039346656037u;
    for (size_t i = 0; what->makes && i < sizeof names / sizeof names[0]; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", what->makes, names[i]);
        sum = sum_file(sum, path);
    }
    return what->makes && !what->whole[0] ? sum_file(sum, what->makes) : sum;
}

static int count_entries(const char *path) {
    DIR *folder = opendir(path);
    int count = 0;
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count;
}

/* A name with `.tmp` in it that should have gone. */
static bool has_leftover(const char *path) {
    DIR *folder = opendir(path);
    bool found = false;
    for (const struct dirent *entry; folder && (entry = readdir(folder));)
        found = found || strstr(entry->d_name, ".tmp");
    if (folder)
        closedir(folder);
    return found;
}

static bool is_whole(const verb *what) {
    char path[256];
    struct stat info;
    snprintf(path, sizeof path, "%s%s%s", what->makes, what->whole[0] ? "/" : "", what->whole);
    return stat(path, &info) == 0 && info.st_size > 0;
}

/* ---- the program, with its streams caught ---- */

static int catch_stream(int stream, const char *path) {
    const int kept = dup(stream), file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (kept < 0 || file < 0 || dup2(file, stream) < 0)
        give_up("a stream cannot be caught");
    close(file);
    return kept;
}

static size_t release_stream(int stream, int kept, char *text) {
    if (lseek(stream, 0, SEEK_SET) != 0)
        give_up("a stream cannot be read");
    const ssize_t length = read(stream, text, MOST_TEXT - 1);
    text[length < 0 ? 0 : length] = '\0';
    dup2(kept, stream);
    close(kept);
    return length < 0 ? 0 : (size_t)length;
}

/* Runs the verb with the `fail_at`-th call failing; 0: none. */
static void run_program(outcome *out, const verb *what, long fail_at) {
    const char *words[MOST_WORDS + 2] = {"lodestone"};
    int count = 1;
    for (; what->words[count - 1]; count++)
        words[count] = what->words[count - 1];
    const int standard_output = catch_stream(STDOUT_FILENO, "caught-output");
    const int standard_error = catch_stream(STDERR_FILENO, "caught-error");
    alarm(SECONDS_EACH);
    failures_begin(fail_at);
    out->exit_code = lodestone_main(count, (char **)(uintptr_t)words);
    failures_end();
    alarm(0);
    clearerr(stdout);
    fflush(stdout);
    fflush(stderr);
    out->written = sum_results(what);
    out->length = release_stream(STDOUT_FILENO, standard_output, out->text);
    release_stream(STDERR_FILENO, standard_error, out->talk);
}

/* ---- judging ---- */

static const char *judge_exit(bool memory) {
    if (got.exit_code == wanted.exit_code && got.written != wanted.written)
        return "it goes on, but writes something else";
    if (got.exit_code == wanted.exit_code && got.length == wanted.length &&
        memcmp(got.text, wanted.text, got.length) == 0)
        return NULL;
    if (got.exit_code == 3 && !memory && strstr(got.text, "cannot be read")) /* `check` lists it among its findings */
        return NULL;
    if (got.exit_code == wanted.exit_code)
        return "it goes on, but prints something else";
    if (got.exit_code != 1 && (got.exit_code != 3 || memory))
        return "the exit code is not 1";
    if (got.length)
        return "there is data on standard output";
    if (memory && !strstr(got.talk, "out of memory"))
        return "it does not say that memory ran out";
    return got.talk[0] ? NULL : "it says nothing";
}

/* Half a folder may stay: --resume makes of it what there would have been. */
static bool may_resume(const verb *what) {
    return strcmp(what->words[0], "ensemble") == 0;
}

/* What is left of a verb that was broken off, finished without a failure. */
static const char *judge_resumed(const verb *what) {
    static outcome resumed;
    verb again = *what;
    int count = 0;
    while (again.words[count])
        count++;
    again.words[count] = "--resume";
    run_program(&resumed, &again, 0);
    if (resumed.exit_code == wanted.exit_code && resumed.written == wanted.written &&
        strcmp(resumed.text, wanted.text) == 0)
        return NULL;
    fprintf(tty, "%s", resumed.talk);
    return "--resume does not give what there would have been";
}

static const char *judge_left(const verb *what, int files_before) {
    if (failures_live())
        return "memory leaks";
    if (count_entries("/proc/self/fd") != files_before)
        return "a file stays open";
    if (has_leftover(".") || has_leftover("runs") || has_leftover("fitted"))
        return "something temporary stays"; /* and will be told again, up to the end */
    if (!what->makes)
        return NULL;
    if (got.exit_code == 0 && !is_whole(what))
        return "it succeeds, but wrote nothing whole";
    if (may_resume(what) && !is_whole(what))
        return judge_resumed(what);
    if (access(what->makes, F_OK) == 0 && count_entries(what->makes) > 2 && !is_whole(what))
        return "half a folder stays";
    return NULL;
}

static const verb *find(const char *name) {
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

static void complain(const char *mode, const verb *what, const char *why) {
    fprintf(tty, "%s: %s fails, %s: %s (exit %d)\n", what->name, mode, failed_call, why, got.exit_code);
    fprintf(tty, "%s", got.talk);
    fflush(tty);
}

static void clean(const verb *what) {
    if (what->makes)
        remove_tree(what->makes);
}

/* The verb with every call failing in turn. Returns how many times it was wrong. */
static int try_all(const char *mode, const verb *what) {
    int wrong = 0;
    long n = 0;
    run_program(&wanted, what, 0);
    clean(what);
    const int files_before = count_entries("/proc/self/fd");
    run_program(&wanted, what, 0); /* again: libraries have now made what they keep */
    clean(what);
    if (failures_live())
        give_up("memory leaks without a failure");
    bool failed;
    do {
        run_program(&got, what, ++n);
        failed = failures_happened();
        snprintf(failed_call, sizeof failed_call, "%s", failures_last());
        const char *why = judge_exit(strcmp(mode, "memory") == 0);
        if (!why)
            why = judge_left(what, files_before);
        if (why && wrong++ < COMPLAINTS)
            complain(mode, what, why);
        clean(what);
        failures_forget();
    } while (failed);
    fprintf(tty, "%s - %s fails once in %s: %ld times, %d wrong\n", wrong ? "not ok" : "ok", mode, what->name, n - 1,
            wrong);
    return wrong;
}

static void on_crash(int number) {
    static const char said[] = "a crash or a hang in ";
    (void)!write(fileno(tty), said, sizeof said - 1);
    (void)!write(fileno(tty), doing, strlen(doing));
    (void)!write(fileno(tty), "\n", 1);
    failures_trace(fileno(tty));
    _exit(128 + number);
}

static void set_up(void) {
    static const int signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGALRM};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        signal(signals[i], on_crash);
    tty = fdopen(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3), "w");
    if (!tty)
        give_up("no standard output");
    failures_install();
}

/* The working folder holds what set_up_failures.sh made. */
int main(int argc, char **argv) {
    if (argc != 3 || !find(argv[2]) || (strcmp(argv[1], "memory") != 0 && strcmp(argv[1], "disk") != 0))
        give_up("usage: failures memory|disk VERB");
    const verb *what = find(argv[2]);
    set_up();
    doing = what->name;
    failures_choose(strcmp(argv[1], "memory") == 0);
    int wrong = try_all(argv[1], what);
    fclose(tty);
    return wrong > 0;
}
