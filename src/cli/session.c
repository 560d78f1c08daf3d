#include "session.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lodestone/ensemble.h"
#include "lodestone/run.h"
#include "output.h"
#include "report_file.h"

/* ---- run folder ---- */

/* The length of the scenario's file name without its folder (which *start gets past) and its ending. */
static int stem_of(const char *path, const char **start) {
    const char *slash = strrchr(path, '/');
    *start = slash ? slash + 1 : path;
    const char *dot = strrchr(*start, '.');
    return dot && dot != *start ? (int)(dot - *start) : (int)strlen(*start);
}

static char *free_folder(const char *scenario_path, const char *kind) {
    const char *stem;
    int stem_length = stem_of(scenario_path, &stem);
    size_t size = (size_t)stem_length + strlen(kind) + 32;
    char *folder = malloc(size);
    for (unsigned n = 1; folder && n > 0; n++) {
        snprintf(folder, size, "runs/%.*s%s-%u", stem_length, stem, kind, n);
        if (!cli_path_exists(folder)) {
            break;
        }
    }
    return folder;
}

/* Fills session->folder. Returns an exit code: 2 if the named folder exists and is not to be taken up. */
static int choose_folder(cli_session *session, const char *given, bool resume, const char *kind) {
    if (resume && !given) {
        cli_complain("`--resume` needs the run folder that was interrupted: `-o RUN`");
        return CLI_WRONG_USE;
    }
    session->is_there = given && cli_path_exists(given);
    if (session->is_there && !resume) {
        cli_complain("%s exists already; name another folder with -o, or leave -o out for the next free one", given);
        return CLI_WRONG_USE;
    }
    if (!given && mkdir("runs", 0777) != 0 && errno != EEXIST) {
        cli_complain("the folder runs could not be made: %s", strerror(errno));
        return CLI_FAILED;
    }
    session->folder = given ? strdup(given) : free_folder(session->inputs.scenario_path, kind);
    return session->folder ? CLI_DONE : cli_fail(LODE_NOMEM, "run folder", NULL);
}

/* ---- command line ---- */

static size_t add_word(char *out, const char *word) {
    bool quote = word[0] == '\0' || strpbrk(word, " \t\n\"\\$*?|&;<>()");
    return (size_t)sprintf(out, quote ? " '%s'" : " %s", word);
}

/* The word as it may be recorded: an address of a database without its password. The caller frees it; NULL when out of memory. */
static char *open_word(const char *word) {
    const char *address = strstr(word, "postgres");
    while (address && strncmp(address, "postgres://", 11) != 0 && strncmp(address, "postgresql://", 13) != 0) {
        address = strstr(address + 1, "postgres");
    }
    if (!address) {
        return strdup(word);
    }
    char *shown = lode_draw_store_shown(address);
    const size_t before = (size_t)(address - word);
    char *whole = shown ? malloc(before + strlen(shown) + 1) : NULL;
    if (whole) {
        memcpy(whole, word, before);
        strcpy(whole + before, shown);
    }
    free(shown);
    return whole;
}

/* NULL when out of memory. */
static char *command_line(const cli_args *args) {
    char *line = malloc(strlen("lodestone ") + strlen(args->verb->name) + 1);
    if (!line) {
        return NULL;
    }
    size_t length = (size_t)sprintf(line, "lodestone %s", args->verb->name);
    for (int i = 0; i < args->word_count; i++) {
        char *word = open_word(args->words[i]);
        char *longer = word ? realloc(line, length + strlen(word) + sizeof " ''") : NULL;
        if (longer) {
            line = longer;
            length += add_word(line + length, word);
        }
        free(word);
        if (!longer) {
            free(line);
            return NULL;
        }
    }
    return line;
}

/* ---- progress ---- */

static volatile sig_atomic_t stop_wanted;

static void on_signal(int number) {
    (void)number;
    stop_wanted = 1;
}

static double now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void begin_progress(cli_session *session) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    session->started_s = session->shown_s = now_s();
    session->on_terminal = isatty(STDERR_FILENO) == 1;
}

static void show_progress(cli_session *session, double now, const char *what, int32_t done, int32_t total) {
    double elapsed = now - session->started_s;
    int left = (int)(elapsed * (total - done) / done + 0.5);
    fprintf(stderr, "%s%3d%%  %d:%02d left  %s%s", session->on_terminal ? "\r" : "", (int)(100.0 * done / total),
            left / 60, left % 60, what, session->on_terminal ? "\033[K" : "\n");
    session->line_open = session->on_terminal;
    session->shown_s = now;
}

bool cli_session_step(void *context, const char *what, int32_t done, int32_t total) {
    cli_session *session = context;
    double now = now_s();
    double interval_s = session->on_terminal ? 0.2 : 10;
    if (done > 0 && done <= total && now - session->shown_s >= interval_s) {
        show_progress(session, now, what, done, total);
    }
    return !stop_wanted;
}

/* ---- the session ---- */

int cli_session_begin(cli_session *session, const cli_args *args) {
    return cli_session_begin_named(session, args, "");
}

int cli_session_begin_named(cli_session *session, const cli_args *args, const char *kind) {
    int exit_code = cli_session_open(session, args);
    if (exit_code == CLI_DONE) {
        exit_code = choose_folder(session, cli_value(args, "output"), cli_flag(args, "resume"), kind);
    }
    if (exit_code != CLI_DONE) {
        return exit_code;
    }
    session->command = command_line(args);
    return session->command ? CLI_DONE : cli_fail(LODE_NOMEM, "command line", NULL);
}

int cli_session_watch(cli_session *session) {
    *session = (cli_session){.inputs = {.diags = lode_diags_new()}};
    if (!session->inputs.diags) {
        return cli_fail(LODE_NOMEM, "findings", NULL);
    }
    begin_progress(session);
    return CLI_DONE;
}

int cli_session_open(cli_session *session, const cli_args *args) {
    *session = (cli_session){0};
    int exit_code = cli_inputs_open(&session->inputs, args->operands[0]);
    if (exit_code == CLI_DONE) {
        exit_code = cli_inputs_open_scenario(&session->inputs, args->operands[1]);
    }
    if (exit_code == CLI_DONE) {
        begin_progress(session);
    }
    return exit_code;
}

/* The last line: where the report is. It is written anew, or only if there is none. A run without it is done all the same. */
static void name_report(const cli_session *session, bool anew) {
    char *path = cli_report_path(session->folder);
    int exit_code = path ? CLI_DONE : cli_fail(LODE_NOMEM, session->folder, NULL);
    if (path && (anew || !cli_path_exists(path))) {
        exit_code = cli_write_report(session->folder, path);
    }
    if (exit_code == CLI_DONE) {
        fprintf(stderr, "report: %s\n", path);
    } else {
        cli_complain("the run is there, but not its report; `lodestone report %s` writes it", session->folder);
    }
    free(path);
}

int cli_session_resume(cli_session *session, const char *kind, const char *const *shocks, size_t shock_count,
                       bool programme_only, const int *years, size_t year_count) {
    lode_diags *diags = session->inputs.diags;
    lode_code code = lode_run_verify(session->folder, kind, session->inputs.scenario, shocks, shock_count,
                                     programme_only, years, year_count, diags);
    if (code != LODE_OK) {
        return cli_fail(code, session->folder, diags);
    }
    fprintf(stderr, "run folder: %s is whole and made from the same inputs: nothing to do\n", session->folder);
    name_report(session, false);
    return CLI_DONE;
}

static void clear_line(cli_session *session) {
    if (session->line_open) {
        fputs("\r\033[K", stderr);
        session->line_open = false;
    }
}

/* The report, or what failed. */
static int print_report(cli_session *session, lode_code code, char *text, const char *what) {
    clear_line(session);
    if (code == LODE_INTERRUPTED) {
        cli_complain("stopped by request; nothing was written");
        free(text);
        return CLI_FAILED;
    }
    int exit_code = cli_print(code, text, what, session->inputs.diags);
    fflush(stdout); /* the report comes before the talk */
    return exit_code;
}

int cli_session_answer(cli_session *session, lode_code code, char *text, const char *what) {
    int exit_code = print_report(session, code, text, what);
    if (exit_code == CLI_DONE && !session->inputs.world) { /* with a world, reading it has mentioned them */
        cli_print_findings(stderr, session->inputs.diags);
    }
    return exit_code;
}

int cli_session_report_kept(cli_session *session, lode_code code, char *text) {
    if (code != LODE_INTERRUPTED) {
        return cli_session_report(session, code, text);
    }
    clear_line(session);
    cli_complain("stopped by request; what was done is kept: go on with `-o %s --resume`", session->folder);
    free(text);
    return CLI_FAILED;
}

int cli_session_report(cli_session *session, lode_code code, char *text) {
    int exit_code = print_report(session, code, text, session->folder);
    if (exit_code == CLI_DONE) {
        fprintf(stderr, "run folder: %s\n", session->folder);
        name_report(session, true);
    }
    return exit_code;
}

int32_t cli_thread_count(const cli_args *args) {
    unsigned long wanted = cli_number(args, "jobs");
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (wanted == 0) {
        return processors > 0 && processors < 1024 ? (int32_t)processors : 1;
    }
    return wanted < 1024 ? (int32_t)wanted : 1024;
}

void cli_session_end(cli_session *session) {
    free(session->folder);
    free(session->command);
    cli_inputs_close(&session->inputs);
    *session = (cli_session){0};
}
