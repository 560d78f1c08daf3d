/* Long work that writes a run folder: what it reads, where it writes, how far it is, and Ctrl-C.
 *
 *     cli_session session;
 *     int exit_code = cli_session_begin(&session, args);
 *     if (exit_code == CLI_DONE) {
 *         code = lode_...(&text, session.inputs.world, ..., cli_session_step, &session, ...);
 *         exit_code = cli_session_report(&session, code, text);
 *     }
 *     cli_session_end(&session);
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "inputs.h"
#include "options.h"

/* `-o RUN`, for the table of a verb that begins a session. */
#define CLI_RUN_OPTION                                                                                                 \
    {                                                                                                                  \
        .name = "output", .letter = 'o', .kind = CLI_TEXT, .metavar = "RUN",                                           \
        .help = "the run folder to write (default runs/SCENARIO-N)"                                                    \
    }

/* `--jobs J`, for verbs that do several things at once. */
#define CLI_JOBS_OPTION                                                                                                \
    {                                                                                                                  \
        .name = "jobs", .letter = 'j', .kind = CLI_NUMBER, .metavar = "J",                                             \
        .help = "how many are simulated at once (default: one for each processor)"                                     \
    }

/* `--resume`, for the same. */
#define CLI_RESUME_OPTION                                                                                              \
    {                                                                                                                  \
        .name = "resume", .kind = CLI_FLAG,                                                                            \
        .help = "with -o: finish what was interrupted; a RUN that is done, from the same inputs, stands"               \
    }

typedef struct {
    cli_inputs inputs;
    char *folder;  /* the run folder to write */
    bool is_there; /* it exists, and `--resume` was given: see cli_session_resume; else it does not exist yet */
    char *command; /* the command line as it was typed, for the manifest */
    double started_s;
    double shown_s; /* when progress was last shown */
    bool on_terminal;
    bool line_open; /* a progress line stands on the terminal */
} cli_session;

/* Reads the operands WORLD [SCENARIO] and `-o`. Without a scenario the world's default is taken; without `-o` the folder is
 * runs/SCENARIO-N with the first N, from 1, that is free. A folder that exists is wrong use, unless with `--resume`. From here on
 * SIGINT and SIGTERM ask the work to stop; a second one ends the program at once. Returns an exit code, after a message on stderr
 * where it is not CLI_DONE. End the session in every case. */
int cli_session_begin(cli_session *session, const cli_args *args);
/* The same with runs/SCENARIOKIND-N as the folder without `-o`. */
int cli_session_begin_named(cli_session *session, const cli_args *args, const char *kind);
/* Long work that writes no run folder: only the findings, progress and Ctrl-C. */
int cli_session_watch(cli_session *session);
/* As cli_session_watch, and reads WORLD [SCENARIO]. */
int cli_session_open(cli_session *session, const cli_args *args);
/* Of a session whose folder is there: 0 with a word on stderr (and its page, if it has none) if it is whole and what `kind` would write again with these
 * shocks, else 2 and what differs. */
int cli_session_resume(cli_session *session, const char *kind, const char *const *shocks, size_t shock_count,
                       bool programme_only, const int *years, size_t year_count);
/* A `lode_progress` whose context is the session: shows progress on stderr (on a terminal one line that is rewritten, elsewhere a line
 * every ten seconds); false once somebody asked to stop. Not to be called from two threads at once. */
bool cli_session_step(void *session, const char *what, int32_t done, int32_t total);
/* Prints what came of it: the report (`text`, which is freed) on stdout and the folder on stderr, or what failed; writes the run's page and names it in
 * the last line. Returns the exit code. */
int cli_session_report(cli_session *session, lode_code code, char *text);
/* The same for work whose folder keeps what was done when it was stopped. */
int cli_session_report_kept(cli_session *session, lode_code code, char *text);
/* The same for work without a run folder; `what` it was about. After cli_session_watch, the warnings of work that succeeded go to
 * stderr. */
int cli_session_answer(cli_session *session, lode_code code, char *text, const char *what);
void cli_session_end(cli_session *session);

/* `--jobs J`; without it (or with 0) one for each processor. */
int32_t cli_thread_count(const cli_args *args);

#endif
