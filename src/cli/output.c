#include "output.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "options.h"

bool cli_colour(FILE *stream) {
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    if ((no_color && *no_color) || !term || strcmp(term, "dumb") == 0) {
        return false;
    }
    return isatty(fileno(stream)) == 1;
}

/* What the first of these variables that says anything says, as setlocale would read them. */
static bool locale_is_utf8(void) {
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *locale = getenv(variables[i]);
        if (locale && *locale) {
            return strstr(locale, "UTF-8") || strstr(locale, "utf8") || strstr(locale, "UTF8") ||
                   strstr(locale, "utf-8");
        }
    }
    return false;
}

lode_look cli_look(FILE *stream) {
    const char *term = getenv("TERM");
    const bool shows = term && strcmp(term, "dumb") != 0 && isatty(fileno(stream)) == 1;
    return (lode_look){.colour = cli_colour(stream), .blocks = shows && locale_is_utf8()};
}

/* ---- findings ---- */

static void print_finding(FILE *stream, const lode_diag *finding, bool colour) {
    bool is_error = finding->severity == LODE_ERROR;
    if (finding->file[0]) {
        fputs(finding->file, stream);
        if (finding->line > 0) {
            fprintf(stream, ":%d", finding->line);
        }
        if (finding->line > 0 && finding->column > 0) {
            fprintf(stream, ":%d", finding->column);
        }
        fputs(": ", stream);
    }
    const char *paint = is_error ? "\033[31m" : "\033[33m";
    fprintf(stream, "%s%s:%s %s [%s]\n", colour ? paint : "", is_error ? "error" : "warning", colour ? "\033[0m" : "",
            finding->message, lode_code_name(finding->code));
    if (finding->fix[0]) {
        fprintf(stream, "    %s\n", finding->fix);
    }
}

void cli_print_findings(FILE *stream, lode_diags *diags) {
    bool colour = cli_colour(stream);
    lode_diags_sort(diags);
    for (size_t i = 0; i < lode_diags_count(diags); i++) {
        print_finding(stream, lode_diags_get(diags, i), colour);
    }
}

void cli_count_findings(const lode_diags *diags, char *out, size_t out_size) {
    size_t errors = lode_diags_error_count(diags);
    size_t warnings = lode_diags_count(diags) - errors;
    snprintf(out, out_size, "%zu error%s, %zu warning%s", errors, errors == 1 ? "" : "s", warnings,
             warnings == 1 ? "" : "s");
}

/* ---- failures ---- */

void cli_complain(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    bool colour = cli_colour(stderr);
    fprintf(stderr, "lodestone: %serror:%s ", colour ? "\033[31m" : "", colour ? "\033[0m" : "");
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

int cli_exit_code(lode_code code) {
    switch (code) {
    case LODE_OK:
        return CLI_DONE;
    case LODE_NOMEM:
    case LODE_SOLVER:
    case LODE_CERTIFICATE:
    case LODE_INTERRUPTED:
    case LODE_INTERNAL:
    case LODE_IO:
        return CLI_FAILED;
    case LODE_USAGE:
    case LODE_EXISTS:
        return CLI_WRONG_USE;
    default:
        return CLI_INVALID_INPUT;
    }
}

bool cli_lost_findings(const lode_diags *diags) {
    size_t count = lode_diags_count(diags);
    return count > 0 && lode_diags_get(diags, count - 1)->code == LODE_NOMEM;
}

int cli_fail(lode_code code, const char *what, lode_diags *diags) {
    if (cli_lost_findings(diags)) {
        code = LODE_NOMEM;
    }
    if (diags) {
        cli_print_findings(stderr, diags);
    }
    if (!diags || lode_diags_error_count(diags) == 0 || code == LODE_NOMEM) {
        cli_complain("%s: %s", what, lode_code_sentence(code));
    }
    return cli_exit_code(code);
}

int cli_print(lode_code code, char *text, const char *what, lode_diags *diags) {
    int exit_code = CLI_DONE;
    if (code != LODE_OK) {
        exit_code = cli_fail(code, what, diags);
    } else if (text) {
        fputs(text, stdout);
    }
    free(text);
    return exit_code;
}

bool cli_path_exists(const char *path) {
    struct stat found;
    return lstat(path, &found) == 0;
}

/* ---- the end of stdout ---- */

/* A pipe whose reading end is closed, as in `lodestone ... | head`. */
static bool reader_is_gone(void) {
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR);
}

int cli_finish(int code) {
    errno = 0;
    bool failed = fflush(stdout) != 0;
    int reason = errno;
    failed = ferror(stdout) || failed;
    if (!failed || reader_is_gone()) {
        return code;
    }
    cli_complain("standard output could not be written: %s", reason ? strerror(reason) : "an earlier write failed");
    return code == CLI_DONE ? CLI_FAILED : code;
}
