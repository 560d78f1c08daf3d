/* The program `lodestone`: finds the verb, reads its options, runs it. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lodestone/nearest.h"
#include "output.h"
#include "verbs.h"

static const cli_verb *const VERBS[] = {
    &cli_verb_check,    &cli_verb_describe, &cli_verb_clear,     &cli_verb_run,      &cli_verb_stress,
    &cli_verb_report,   &cli_verb_export,   &cli_verb_calibrate, &cli_verb_backtest, &cli_verb_survive,
    &cli_verb_explain,  &cli_verb_compare,  &cli_verb_portfolio, &cli_verb_rank,     &cli_verb_size,
    &cli_verb_ensemble, &cli_verb_serve,
};

enum { VERB_COUNT = sizeof VERBS / sizeof VERBS[0] };

static void print_usage(FILE *stream) {
    fputs("usage: lodestone VERB [OPTION...] [OPERAND...]\n\n"
          "Computes the price of security for rare-earth supply.\n\nVerbs:\n",
          stream);
    for (size_t i = 0; i < VERB_COUNT; i++) {
        fprintf(stream, "  %-10s %s\n", VERBS[i]->name, VERBS[i]->summary);
    }
    fputs("\n`lodestone VERB --help` says more; `lodestone --version` prints the version.\n", stream);
}

static const cli_verb *find_verb(const char *name) {
    for (size_t i = 0; i < VERB_COUNT; i++) {
        if (strcmp(VERBS[i]->name, name) == 0) {
            return VERBS[i];
        }
    }
    return NULL;
}

static int unknown_verb(const char *word) {
    char suggestion[256];
    lode_nearest nearest;
    lode_nearest_begin(&nearest, word);
    for (size_t i = 0; i < VERB_COUNT; i++) {
        lode_nearest_offer(&nearest, VERBS[i]->name);
    }
    bool found = lode_nearest_format(&nearest, suggestion, sizeof suggestion) > 0;
    cli_complain("there is no verb `%s`; %s", word, found ? suggestion : "see `lodestone --help`");
    return CLI_WRONG_USE;
}

static int run_verb(const cli_verb *verb, int count, char **words) {
    cli_args args;
    int code = CLI_DONE;
    switch (cli_parse(&args, verb, count, words)) {
    case CLI_PARSED:
        code = verb->run(&args);
        break;
    case CLI_HELP_WANTED:
        cli_print_help(stdout, verb);
        break;
    case CLI_PARSE_FAILED:
        code = CLI_WRONG_USE;
        break;
    case CLI_PARSE_NO_MEMORY:
        cli_complain("out of memory");
        code = CLI_FAILED;
        break;
    }
    cli_args_free(&args);
    return code;
}

static int dispatch(int argc, char **argv) {
    if (argc < 2) {
        print_usage(stderr);
        return CLI_WRONG_USE;
    }
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        print_usage(stdout);
        return CLI_DONE;
    }
    if (strcmp(word, "--version") == 0) {
        puts("lodestone " LODE_VERSION);
        return CLI_DONE;
    }
    const cli_verb *verb = find_verb(word);
    return verb ? run_verb(verb, argc - 2, argv + 2) : unknown_verb(word);
}

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is a write error, which cli_finish looks at */
    return cli_finish(dispatch(argc, argv));
}
