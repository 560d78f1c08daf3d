/* Parser and help text, both driven by the table of a verb (options.h). */
#include "options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lodestone/nearest.h"
#include "output.h"

static const cli_option HELP_OPTION = {.name = "help", .letter = 'h', .kind = CLI_FLAG, .help = "print this text"};

/* ---- messages ---- */

static cli_parse_result wrong(const cli_verb *verb) {
    fprintf(stderr, "see `lodestone %s --help`\n", verb->name);
    return CLI_PARSE_FAILED;
}

static cli_parse_result unknown_option(const cli_verb *verb, const char *word, size_t name_length) {
    char name[64];
    char suggestion[256];
    lode_nearest nearest;
    snprintf(name, sizeof name, "--%.*s", (int)(name_length < 60 ? name_length : 60), word + 2);
    lode_nearest_begin(&nearest, name + 2);
    for (size_t i = 0; i < verb->option_count; i++) {
        lode_nearest_offer(&nearest, verb->options[i].name);
    }
    lode_nearest_offer(&nearest, HELP_OPTION.name);
    bool found = lode_nearest_format(&nearest, suggestion, sizeof suggestion) > 0;
    cli_complain("`%s` has no option `%s`%s%s", verb->name, name, found ? "; " : "", suggestion);
    return wrong(verb);
}

/* ---- parsing ---- */

/* True if `value` is one of the words of `choices`, which bars separate. */
static bool is_choice(const char *choices, const char *value) {
    size_t length = strlen(value);
    if (length == 0 || strchr(value, '|')) {
        return false;
    }
    for (const char *word = choices; word; word = strchr(word, '|')) {
        word += *word == '|';
        if (strncmp(word, value, length) == 0 && (word[length] == '|' || word[length] == '\0')) {
            return true;
        }
    }
    return false;
}

static bool is_number(const char *value) {
    char *end = NULL;
    errno = 0;
    (void)strtoul(value, &end, 10);
    return value[0] >= '0' && value[0] <= '9' && *end == '\0' && errno == 0;
}

/* YYYY or YYYY-MM. */
static bool is_period(const char *value) {
    size_t length = strlen(value);
    if (strspn(value, "0123456789") != 4 || (length != 4 && length != 7)) {
        return false;
    }
    if (length == 4) {
        return true;
    }
    bool digits = strspn(value + 5, "0123456789") == 2;
    int month = digits ? (value[5] - '0') * 10 + (value[6] - '0') : 0;
    return value[4] == '-' && month >= 1 && month <= 12;
}

static cli_parse_result check_value(const cli_verb *verb, const cli_option *option, const char *value) {
    if (option->kind == CLI_CHOICE && !is_choice(option->metavar, value)) {
        cli_complain("`--%s` is one of %s, not `%s`", option->name, option->metavar, value);
        return wrong(verb);
    }
    if (option->kind == CLI_NUMBER && !is_number(value)) {
        cli_complain("`--%s` is a whole number, not `%s`", option->name, value);
        return wrong(verb);
    }
    if (option->kind == CLI_PERIOD && !is_period(value)) {
        cli_complain("`--%s` is a year or a month, such as 2024 or 2024-05, not `%s`", option->name, value);
        return wrong(verb);
    }
    return CLI_PARSED;
}

static const cli_option *find_long(const cli_verb *verb, const char *name, size_t length) {
    for (size_t i = 0; i < verb->option_count; i++) {
        const cli_option *option = &verb->options[i];
        if (strlen(option->name) == length && strncmp(option->name, name, length) == 0) {
            return option;
        }
    }
    return strlen(HELP_OPTION.name) == length && strncmp(HELP_OPTION.name, name, length) == 0 ? &HELP_OPTION : NULL;
}

static const cli_option *find_short(const cli_verb *verb, char letter) {
    for (size_t i = 0; i < verb->option_count; i++) {
        if (verb->options[i].letter == letter) {
            return &verb->options[i];
        }
    }
    return letter == HELP_OPTION.letter ? &HELP_OPTION : NULL;
}

/* The words being read: `next` is the one that a value would be taken from. */
typedef struct {
    char **words;
    int count;
    int next;
} cursor;

/* Stores one option whose value may be `attached` to its word or, if that is NULL, be the next word. */
static cli_parse_result take_option(cli_args *args, const cli_option *option, const char *attached, cursor *at) {
    if (option == &HELP_OPTION) {
        return CLI_HELP_WANTED;
    }
    const char *value = attached;
    if (option->kind == CLI_FLAG) {
        if (attached) {
            cli_complain("`--%s` takes no value", option->name);
            return wrong(args->verb);
        }
        value = "";
    } else if (!value) {
        if (at->next >= at->count) {
            cli_complain("`--%s` needs a value: %s", option->name, option->metavar);
            return wrong(args->verb);
        }
        value = at->words[at->next++];
    }
    args->values[option - args->verb->options] = value;
    return check_value(args->verb, option, value);
}

static cli_parse_result take_long(cli_args *args, const char *word, cursor *at) {
    const char *equals = strchr(word, '=');
    size_t length = equals ? (size_t)(equals - word) - 2 : strlen(word) - 2;
    const cli_option *option = find_long(args->verb, word + 2, length);
    if (!option) {
        return unknown_option(args->verb, word, length);
    }
    return take_option(args, option, equals ? equals + 1 : NULL, at);
}

static cli_parse_result take_short(cli_args *args, const char *word, cursor *at) {
    const cli_option *option = find_short(args->verb, word[1]);
    if (!option || (option->kind == CLI_FLAG && word[2] != '\0')) {
        cli_complain("`%s` has no option `%s`", args->verb->name, word);
        return wrong(args->verb);
    }
    return take_option(args, option, word[2] ? word + 2 : NULL, at);
}

static cli_parse_result check_operands(const cli_args *args) {
    const cli_verb *verb = args->verb;
    if (args->operand_count < verb->min_operands) {
        cli_complain("`%s` needs %s", verb->name, verb->operands);
        return wrong(verb);
    }
    if (args->operand_count > verb->max_operands) {
        cli_complain("`%s` does not take `%s`", verb->name, args->operands[verb->max_operands]);
        return wrong(verb);
    }
    return CLI_PARSED;
}

cli_parse_result cli_parse(cli_args *args, const cli_verb *verb, int count, char **words) {
    *args = (cli_args){.verb = verb, .words = words, .word_count = count};
    args->operands = calloc((size_t)count + 1, sizeof *args->operands);
    if (!args->operands) {
        return CLI_PARSE_NO_MEMORY;
    }
    bool options_ended = false;
    for (cursor at = {words, count, 0}; at.next < at.count;) {
        const char *word = words[at.next++];
        cli_parse_result result = CLI_PARSED;
        if (options_ended || word[0] != '-' || word[1] == '\0') {
            args->operands[args->operand_count++] = word;
        } else if (strcmp(word, "--") == 0) {
            options_ended = true;
        } else if (word[1] == '-') {
            result = take_long(args, word, &at);
        } else {
            result = take_short(args, word, &at);
        }
        if (result != CLI_PARSED) {
            return result;
        }
    }
    return check_operands(args);
}

void cli_args_free(cli_args *args) {
    free(args->operands);
    *args = (cli_args){0};
}

/* ---- reading the result ---- */

const char *cli_value(const cli_args *args, const char *name) {
    const cli_option *option = find_long(args->verb, name, strlen(name));
    if (!option || option == &HELP_OPTION) {
        return NULL;
    }
    const char *value = args->values[option - args->verb->options];
    return value ? value : option->fallback;
}

bool cli_flag(const cli_args *args, const char *name) {
    return cli_value(args, name) != NULL;
}

unsigned long cli_number(const cli_args *args, const char *name) {
    const char *value = cli_value(args, name);
    return value ? strtoul(value, NULL, 10) : 0;
}

/* ---- help ---- */

static void print_option(FILE *stream, const cli_option *option) {
    char left[80];
    snprintf(left, sizeof left, "--%s%s%s", option->name, option->metavar ? " " : "",
             option->metavar ? option->metavar : "");
    if (option->letter) {
        fprintf(stream, "  -%c, %-26s ", option->letter, left);
    } else {
        fprintf(stream, "      %-26s ", left);
    }
    fputs(option->help, stream);
    if (option->fallback) {
        fprintf(stream, " (%s)", option->fallback);
    }
    fputc('\n', stream);
}

void cli_print_help(FILE *stream, const cli_verb *verb) {
    fprintf(stream, "usage: lodestone %s [OPTION...]%s%s\n\n%s\n", verb->name, verb->operands[0] ? " " : "",
            verb->operands, verb->summary);
    if (verb->details) {
        fprintf(stream, "\n%s\n", verb->details);
    }
    fputs("\nOptions (default in brackets):\n", stream);
    for (size_t i = 0; i < verb->option_count; i++) {
        print_option(stream, &verb->options[i]);
    }
    print_option(stream, &HELP_OPTION);
    fputs("\nExamples:\n", stream);
    for (const char *line = verb->example; *line;) {
        size_t length = strcspn(line, "\n");
        fprintf(stream, "  %.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
    fputs("\nExit codes: 0 done, 1 failed, 2 wrong use, 3 invalid input.\n", stream);
}
