/* What the verbs share in talking to a person: findings, colour, failures, and an honest end to stdout. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "lodestone/error.h"
#include "lodestone/look.h"

/* True if `stream` is a terminal that takes colour and NO_COLOR is not set. */
bool cli_colour(FILE *stream);

/* Colour as above, and charts of block characters if `stream` is a terminal and the locale of the environment is UTF-8. */
lode_look cli_look(FILE *stream);

/* Prints every finding, sorted: `file:line:column: error: message [CODE]`, then an indented line with what to do. */
void cli_print_findings(FILE *stream, lode_diags *diags);
/* `2 errors, 1 warning`, with the plural where it belongs, into `out`. */
void cli_count_findings(const lode_diags *diags, char *out, size_t out_size);

/* True if findings are missing because memory ran out. */
bool cli_lost_findings(const lode_diags *diags);

/* Writes one line, `lodestone: error: ...`, to stderr. */
void cli_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The exit code for what the library returned: 0 for LODE_OK, 2 for wrong use, 1 for failures that are no mistake in the input (memory,
 * disk, solver, interruption), else 3. */
int cli_exit_code(lode_code code);
/* Says what went wrong (findings if there are any, else the code's sentence about `what`) on stderr; returns the exit code. */
int cli_fail(lode_code code, const char *what, lode_diags *diags);

/* Prints what the library made (`text`, which is freed) to stdout, or says on stderr why it did not. Returns the exit code. */
int cli_print(lode_code code, char *text, const char *what, lode_diags *diags);

/* True if something, even a dangling link, has this name. */
bool cli_path_exists(const char *path);

/* Flushes stdout. Returns `code`, or 1 if what was written did not arrive and the reader is not simply gone (`| head`). */
int cli_finish(int code);

#endif
