/* The command line as a table: a verb lists its options and operands once, and the parser, `--help` and the "did you mean" of a
 * mistyped option are all read from that list.
 *
 *     static const cli_option OPTIONS[] = {
 *         CLI_FORMAT_OPTION,
 *         {.name = "period", .kind = CLI_TEXT, .metavar = "P", .help = "the year or month to clear"},
 *     };
 *     const cli_verb cli_verb_clear = {.name = "clear", .options = OPTIONS, .option_count = 2, ... , .run = run};
 *
 * Long options are written `--name VALUE` or `--name=VALUE`, short ones `-o VALUE` or `-oVALUE`; `--` ends the options; options and
 * operands may be mixed; of an option given twice the last counts. `--help` (`-h`) belongs to every verb. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The exit codes of the program. */
enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_WRONG_USE = 2, CLI_INVALID_INPUT = 3 };

enum { CLI_MAX_OPTIONS = 16 };

typedef enum {
    CLI_FLAG,   /* takes no value */
    CLI_TEXT,   /* any text */
    CLI_CHOICE, /* one of the words in `metavar`, separated by bars */
    CLI_NUMBER, /* a whole number, 0 or more */
    CLI_PERIOD, /* a year or a month: YYYY or YYYY-MM */
} cli_kind;

typedef struct {
    const char *name; /* without dashes */
    char letter;      /* 0: no short form */
    cli_kind kind;
    const char *metavar;  /* NULL for flags */
    const char *fallback; /* NULL: none */
    const char *help;     /* one line */
} cli_option;

#define CLI_FORMAT_OPTION                                                                                              \
    {                                                                                                                  \
        .name = "format", .kind = CLI_CHOICE, .metavar = "text|json|csv", .fallback = "text",                          \
        .help = "how the data is printed"                                                                              \
    }

typedef struct cli_args cli_args;

typedef struct {
    const char *name;
    const char *operands; /* as shown in help, such as "WORLD [SCENARIO...]" */
    size_t min_operands;
    size_t max_operands;
    const char *summary; /* one line, in the list of verbs */
    const char *details; /* a paragraph; may be NULL */
    const char *example; /* command lines, each ending in a newline */
    const cli_option *options;
    size_t option_count;
    int (*run)(const cli_args *args); /* returns an exit code */
} cli_verb;

struct cli_args {
    const cli_verb *verb;
    char **words; /* what was typed after the verb */
    int word_count;
    const char *values[CLI_MAX_OPTIONS]; /* as given; NULL: not given */
    const char **operands;               /* entries of argv; NULL after the last */
    size_t operand_count;
};

typedef enum { CLI_PARSED, CLI_HELP_WANTED, CLI_PARSE_FAILED, CLI_PARSE_NO_MEMORY } cli_parse_result;

/* Reads the `count` words after the verb. On CLI_PARSE_FAILED the reason has been written to stderr. Free `args` in every case. */
cli_parse_result cli_parse(cli_args *args, const cli_verb *verb, int count, char **words);
void cli_args_free(cli_args *args);

/* The value of an option of the verb, or its fallback, or NULL. Borrowed. */
const char *cli_value(const cli_args *args, const char *name);
bool cli_flag(const cli_args *args, const char *name);
/* The value of a CLI_NUMBER option that was given or has a fallback; else 0. */
unsigned long cli_number(const cli_args *args, const char *name);

void cli_print_help(FILE *stream, const cli_verb *verb);

#endif
