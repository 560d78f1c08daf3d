/* lodestone serve [WORLD [SCENARIO]]: the app in a browser, and its API (src/serve). */
#include "serve.h"

#include <dirent.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "engine_live.h"
#include "inputs.h"
#include "lodestone/run.h"
#include "options.h"
#include "output.h"
#include "verbs.h"

extern char **environ;

static const char DEFAULT_WORLD[] = "data/world";

enum { TOKEN_LEAST = 16, TOKEN_MOST = 1024, MOST_TRIED = 12, FOLDER_SIZE = 1024 };

/* What a server needs from its beginning to its end. */
typedef struct {
    cli_inputs inputs;
    lode_levers *levers;
    serve_live *live;
    serve_server *server;
    char token[TOKEN_MOST + 2];
    char baseline[FOLDER_SIZE];
    serve_options options;
} serving;

/* ---- inputs ---- */

static int open_world(serving *at, const cli_args *args) {
    const char *world = args->operands[0];
    if (!world && !cli_path_exists(DEFAULT_WORLD)) {
        cli_complain("there is no %s here; name a world: `lodestone serve WORLD`", DEFAULT_WORLD);
        return CLI_WRONG_USE;
    }
    const int exit_code = cli_inputs_open(&at->inputs, world ? world : DEFAULT_WORLD);
    return exit_code == CLI_DONE ? cli_inputs_open_scenario(&at->inputs, world ? args->operands[1] : NULL) : exit_code;
}

static int open_levers(serving *at, const char *given) {
    char *path = NULL;
    lode_code code = LODE_OK;
    if (!given) {
        code = lode_levers_find(&path, at->inputs.world, at->inputs.scenario, false);
    }
    if (code == LODE_OK && !given && !path) {
        cli_complain("%s has no file of levers beside it; name one with --levers", at->inputs.scenario_path);
        return CLI_WRONG_USE;
    }
    if (code == LODE_OK) {
        code = lode_levers_open(&at->levers, given ? given : path, at->inputs.scenario, at->inputs.diags);
    }
    const int exit_code = code == LODE_OK ? CLI_DONE : cli_fail(code, given ? given : "levers", at->inputs.diags);
    free(path);
    return code == LODE_IO ? CLI_INVALID_INPUT : exit_code;
}

static int read_token(serving *at, const char *path) {
    if (!path) {
        return CLI_DONE;
    }
    FILE *file = fopen(path, "r");
    const size_t size = file ? fread(at->token, 1, TOKEN_MOST + 1, file) : 0;
    if (file) {
        fclose(file);
    }
    at->token[size] = '\0';
    at->token[strcspn(at->token, "\r\n")] = '\0';
    const size_t length = strlen(at->token);
    if (length < TOKEN_LEAST || length > TOKEN_MOST || strspn(at->token, "\t ") > 0) {
        cli_complain("%s does not hold a token: one line of %d to %d characters", path, TOKEN_LEAST, TOKEN_MOST);
        return CLI_INVALID_INPUT;
    }
    at->options.token = at->token;
    return CLI_DONE;
}

static int read_options(serving *at, const cli_args *args) {
    const unsigned long port = cli_number(args, "port");
    const unsigned long jobs = cli_number(args, "jobs");
    if (port > 65535) {
        cli_complain("`--port` is 0 to 65535");
        return CLI_WRONG_USE;
    }
    at->options = (serve_options){.bind = cli_value(args, "bind"),
                                  .port = (uint16_t)port,
                                  .read_only = cli_flag(args, "read-only"),
                                  .no_ahead = cli_flag(args, "no-ahead"),
                                  .jobs = jobs < SERVE_MOST_JOBS ? (int32_t)jobs : SERVE_MOST_JOBS,
                                  .folder = cli_value(args, "folder")};
    return read_token(at, cli_value(args, "token-file"));
}

/* ---- the solved baseline ---- */

/* Whether the folder holds what the scenario gives today. */
static bool fits(const char *folder, const lode_scenario *scenario) {
    static const struct {
        const char *kind;
        bool programme_only;
    } FORMS[] = {{"stress", false}, {"stress", true}, {"run", false}};
    bool good = false;
    for (size_t i = 0; i < sizeof FORMS / sizeof FORMS[0] && !good; i++) {
        lode_diags *diags = lode_diags_new();
        good = diags && lode_run_verify(folder, FORMS[i].kind, scenario, NULL, 0, FORMS[i].programme_only, NULL, 0,
                                        diags) == LODE_OK;
        lode_diags_free(diags);
    }
    return good;
}

/* When a file was changed: seconds since 1970, to the microsecond, since folders of one second are several. */
static double changed_s(const struct stat *file) {
    return (double)file->st_mtim.tv_sec + 1e-9 * (double)file->st_mtim.tv_nsec;
}

/* The newest folder of `runs` that was changed before `before`; false if there is none. */
static bool next_older(const char *runs, double *before, char out[FOLDER_SIZE]) {
    DIR *folder = opendir(runs);
    double newest = 0;
    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
        char path[FOLDER_SIZE];
        struct stat found;
        const int size = snprintf(path, sizeof path, "%s/%s", runs, entry->d_name);
        if (entry->d_name[0] != '.' && size < FOLDER_SIZE && stat(path, &found) == 0 && S_ISDIR(found.st_mode) &&
            changed_s(&found) < *before && changed_s(&found) > newest) {
            newest = changed_s(&found);
            memcpy(out, path, (size_t)size + 1);
        }
    }
    if (folder) {
        closedir(folder);
    }
    *before = newest;
    return newest > 0;
}

/* An ensemble, which no page opens on; the server itself leaves many of them. */
static bool is_ensemble(const char *folder) {
    char path[FOLDER_SIZE + sizeof "/ensemble.json"];
    snprintf(path, sizeof path, "%s/ensemble.json", folder);
    return cli_path_exists(path);
}

static void find_baseline(serving *at, const char *given, const char *runs) {
    double before = HUGE_VAL;
    if (given) {
        at->options.baseline = given;
        return;
    }
    for (int tried = 0; tried < MOST_TRIED && next_older(runs, &before, at->baseline);) {
        if (is_ensemble(at->baseline)) {
            continue;
        }
        tried++;
        if (fits(at->baseline, at->inputs.scenario)) {
            at->options.baseline = at->baseline;
            return;
        }
    }
}

/* ---- serving ---- */

/* Each page that follows a run needs a file. */
static void allow_files(void) {
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max && files.rlim_cur < 4096) {
        files.rlim_cur = files.rlim_max < 4096 ? files.rlim_max : 4096;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

/* Of a server on all addresses one that this machine has. */
static void write_url(const serving *at, char out[128]) {
    const char *bind = at->options.bind, *host = serve_host(at->server);
    if (!host[0]) {
        host = bind && strchr(bind, ':') ? "[::1]" : "127.0.0.1";
    }
    snprintf(out, 128, "http://%s:%u/", host, (unsigned)serve_port(at->server));
}

static void open_browser(char *url) {
    char name[] = "xdg-open";
    char *const words[] = {name, url, NULL};
    pid_t child;
    posix_spawn_file_actions_t quiet;
    posix_spawnattr_t own; /* no signal is blocked there, and our Ctrl-C is not its own */
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_init(&own);
    posix_spawnattr_setsigmask(&own, &none);
    posix_spawnattr_setflags(&own, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", 1, 0); /* O_WRONLY */
    posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", 1, 0);
    if (posix_spawnp(&child, name, &quiet, &own, words, environ) != 0) {
        fprintf(stderr, "no browser could be opened: open %s yourself\n", url);
    }
    posix_spawnattr_destroy(&own);
    posix_spawn_file_actions_destroy(&quiet);
}

static void say(const serving *at, bool open) {
    char url[128];
    write_url(at, url);
    puts(url);
    fflush(stdout);
    if (at->options.baseline) {
        fprintf(stderr, "solved baseline: %s\n", at->options.baseline);
    }
    fputs("Ctrl-C ends\n", stderr);
    if (open) {
        open_browser(url);
    }
}

static int start(serving *at) {
    char why[SERVE_WHY] = "";
    lode_code code = serve_live_new(&at->live, at->inputs.world, at->inputs.scenario, at->inputs.scenario_path,
                                    at->levers, at->inputs.diags);
    if (code == LODE_OK) {
        code = serve_start(&at->server, serve_live_engine(at->live), &at->options, why);
    }
    if (why[0]) {
        cli_complain("%s", why);
        return code == LODE_USAGE ? CLI_WRONG_USE : CLI_FAILED;
    }
    return code == LODE_OK ? CLI_DONE : cli_fail(code, at->inputs.scenario_path, at->inputs.diags);
}

/* Until somebody asks it to end. The signals are blocked in every thread and taken here; a second one ends the program as it stands. */
static int serve(serving *at, bool open) {
    sigset_t ends, before;
    int number;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &ends, &before);
    const int exit_code = start(at);
    if (exit_code == CLI_DONE) {
        say(at, open);
        while (sigwait(&ends, &number) != 0) {
        }
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    serve_stop(at->server);
    return exit_code;
}

static int run(const cli_args *args) {
    serving at = {0};
    int exit_code = read_options(&at, args);
    if (exit_code == CLI_DONE) {
        exit_code = open_world(&at, args);
    }
    if (exit_code == CLI_DONE) {
        exit_code = open_levers(&at, cli_value(args, "levers"));
    }
    if (exit_code == CLI_DONE) {
        allow_files();
        find_baseline(&at, cli_value(args, "run"), cli_value(args, "folder"));
        exit_code = serve(&at, cli_flag(args, "open"));
    }
    serve_live_free(at.live);
    lode_levers_free(at.levers);
    cli_inputs_close(&at.inputs);
    return exit_code;
}

static const cli_option OPTIONS[] = {
    {.name = "port",
     .letter = 'p',
     .kind = CLI_NUMBER,
     .metavar = "P",
     .fallback = "8357",
     .help = "where to listen; 0: any port that is free"},
    {.name = "bind",
     .kind = CLI_TEXT,
     .metavar = "ADDRESS",
     .fallback = "127.0.0.1",
     .help = "the address to listen on; beyond this machine only with a token"},
    {.name = "token-file",
     .kind = CLI_TEXT,
     .metavar = "FILE",
     .help = "its first line is what requests must bring: Authorization: Bearer ..."},
    {.name = "read-only", .kind = CLI_FLAG, .help = "the baseline and what is solved already; nothing can be started"},
    {.name = "run",
     .kind = CLI_TEXT,
     .metavar = "RUN",
     .help = "a run folder to open on (default: the newest that has the same inputs)"},
    {.name = "levers", .kind = CLI_TEXT, .metavar = "FILE", .help = "what can be moved (default: the world's)"},
    {.name = "folder",
     .kind = CLI_TEXT,
     .metavar = "FOLDER",
     .fallback = "runs",
     .help = "where ensembles go and solved baselines are"},
    {.name = "jobs",
     .letter = 'j',
     .kind = CLI_NUMBER,
     .metavar = "J",
     .help = "how many answers are solved at once (default: one for each processor)"},
    {.name = "no-ahead", .kind = CLI_FLAG, .help = "do not solve named settings while nothing else is asked"},
    {.name = "open", .kind = CLI_FLAG, .help = "open a browser on it"},
};

const cli_verb cli_verb_serve = {
    .name = "serve",
    .operands = "[WORLD [SCENARIO]]",
    .min_operands = 0,
    .max_operands = 2,
    .summary = "the app: pull a lever in the browser and see what changes; and its JSON API",
    .details =
        "Prints the address when it listens. Without WORLD it takes data/world. The page opens on a run folder with\n"
        "the same inputs if there is one, else it shows the baseline as it is solved. It listens on this machine only\n"
        "unless --bind says otherwise, and then asks for a token. docs/serve.md says more, docs/openapi.json is the "
        "API.",
    .example = "lodestone serve\n"
               "lodestone serve data/world data/scenarios/today.yaml --port 0 --open\n",
    .options = OPTIONS,
    .option_count = sizeof OPTIONS / sizeof OPTIONS[0],
    .run = run,
};
