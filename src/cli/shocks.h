/* `--shocks A,B,...`: names of battery entries, for verbs that run some of the battery. */
#ifndef CLI_SHOCKS_H
#define CLI_SHOCKS_H

#include <stddef.h>

enum { CLI_MOST_SHOCKS = 64 };

#define CLI_SHOCKS_OPTION                                                                                              \
    { .name = "shocks", .kind = CLI_TEXT, .metavar = "A,B,...", .help = "only these shocks (default: the battery)" }

typedef struct {
    char *text; /* a copy of the list whose commas became ends */
    const char *names[CLI_MOST_SHOCKS];
    size_t count; /* 0: no list was given */
} cli_shocks;

/* Splits the list; NULL gives none. Returns an exit code, after a message where it is not CLI_DONE. Free `shocks` in every case. */
int cli_shocks_split(cli_shocks *shocks, const char *text);
void cli_shocks_free(cli_shocks *shocks);

#endif
