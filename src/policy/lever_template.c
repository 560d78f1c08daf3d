/* A text is a formula if all of it is numbers, blanks and operators; then it is worked out. Else its blanks are filled in place. */
#include "policy/lever_template.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/number.h"
#include "base/text.h"

enum { DIGITS = 12, LONGEST_WORD = 40 };

void lode_lever_month(lode_day day, char out[8]) {
    char whole[11];
    lode_day_format(day, whole);
    snprintf(out, 8, "%.7s", whole);
}

/* ---- formulas ---- */

typedef struct {
    const char *at;
    double value;
    bool wrong; /* not a formula */
} formula;

/* The next word (characters up to a blank) into `word`; false at the end, or where it is too long to be part of a formula. */
static bool next_word(formula *f, char word[LONGEST_WORD]) {
    f->at += strspn(f->at, " ");
    const size_t length = strcspn(f->at, " ");
    f->wrong = f->wrong || length >= LONGEST_WORD;
    if (f->wrong || length == 0)
        return false;
    memcpy(word, f->at, length);
    word[length] = '\0';
    f->at += length;
    return true;
}

static double read_factor(formula *f) {
    char word[LONGEST_WORD];
    double number = NAN;
    if (!next_word(f, word))
        f->wrong = true;
    else if (strcmp(word, "$value") == 0)
        number = f->value;
    else if (!lode_parse_real(word, &number))
        f->wrong = true;
    return number;
}

/* The operator that comes next if it is one of the two; otherwise nothing is taken. */
static char take_operator(formula *f, const char *two) {
    const char *at = f->at + strspn(f->at, " ");
    if (!*at || !strchr(two, *at) || (at[1] != ' ' && at[1] != '\0'))
        return '\0';
    f->at = at + 1;
    return *at;
}

static double read_product(formula *f) {
    double product = read_factor(f);
    for (char sign = take_operator(f, "*/"); sign && !f->wrong; sign = take_operator(f, "*/")) {
        const double factor = read_factor(f);
        product = sign == '*' ? product * factor : product / factor;
    }
    return product;
}

static double read_sum(formula *f) {
    double sum = read_product(f);
    for (char sign = take_operator(f, "+-"); sign && !f->wrong; sign = take_operator(f, "+-")) {
        const double term = read_product(f);
        sum = sign == '+' ? sum + term : sum - term;
    }
    f->wrong = f->wrong || f->at[strspn(f->at, " ")] != '\0';
    return sum;
}

/* True if the text is a formula of `$value`. */
static bool work_out(const char *text, double value, double *out) {
    formula f = {.at = text, .value = value};
    *out = read_sum(&f);
    return !f.wrong;
}

/* ---- one text ---- */

static const char *complain(lode_lever_blanks *blanks, const lode_yaml_node *node, lode_code code, const char *fix,
                            const char *why) {
    lode_yaml_error(blanks->diags, code, node, fix, "`%.80s` %s", node->text, why);
    blanks->code = blanks->code ? blanks->code : code;
    return node->text;
}

static const char *keep(lode_lever_blanks *blanks, const char *text) {
    const char *copy = text ? lode_arena_strdup(blanks->arena, text) : NULL;
    blanks->code = copy ? blanks->code : LODE_NOMEM;
    return copy;
}

static const char *number_text(lode_lever_blanks *blanks, const lode_yaml_node *node, double number) {
    char text[32];
    if (!isfinite(number))
        return complain(blanks, node, LODE_BAD_RANGE, "do not divide by nothing", "is no number");
    lode_format_digits(number, DIGITS, text);
    return keep(blanks, text);
}

static bool begins(const char *text, const char *word) {
    return strncmp(text, word, strlen(word)) == 0;
}

/* `$start`, with months more or less; NULL if the text is something else. */
static const char *start_text(lode_lever_blanks *blanks, const lode_yaml_node *node) {
    const size_t word = strlen("$start");
    double months = 0;
    char rest[2 * LONGEST_WORD], month[8];
    const char after = begins(node->text, "$start") ? node->text[word] : '?';
    if ((after != ' ' && after != '\0') || strlen(node->text) >= sizeof rest)
        return NULL;
    snprintf(rest, sizeof rest, "0%s", node->text + word);
    if (!work_out(rest, blanks->value, &months))
        return NULL;
    if (blanks->start == LODE_NO_DAY)
        return complain(blanks, node, LODE_MISSING_VALUE, "give the lever a `start`",
                        "asks for a first month, and the lever has none");
    if (!(fabs(months) < 1200) || months != floor(months))
        return complain(blanks, node, LODE_BAD_RANGE, "write a whole number of months, less than 1,200", "is no month");
    lode_lever_month(lode_day_add_months(blanks->start, (int)months), month);
    return keep(blanks, month);
}

/* What stands for the blank at `at`, which is moved past; false if it is none. */
static bool add_blank(lode_text *text, const char **at, const lode_lever_blanks *blanks) {
    char filled[32] = "$";
    const char *word = begins(*at, "$value")                                   ? "$value"
                       : begins(*at, "$start") && blanks->start != LODE_NO_DAY ? "$start"
                       : begins(*at, "$$")                                     ? "$$"
                                                                               : NULL;
    if (!word || (word[1] != '$' && isalnum((unsigned char)(*at)[strlen(word)])))
        return false;
    if (word[1] == 'v')
        lode_format_digits(blanks->value, DIGITS, filled);
    else if (word[1] == 's')
        lode_lever_month(blanks->start, filled);
    lode_text_add(text, filled);
    *at += strlen(word);
    return true;
}

static const char *filled_text(lode_lever_blanks *blanks, const lode_yaml_node *node) {
    lode_text text = {0};
    const char *at = node->text;
    bool good = true;
    while (*at && good) {
        const size_t plain = strcspn(at, "$");
        lode_text_addn(&text, at, plain);
        at += plain;
        good = !*at || add_blank(&text, &at, blanks);
    }
    const char *filled = good ? keep(blanks, text.failed ? NULL : text.data) : NULL;
    lode_text_free(&text);
    return good ? filled
                : complain(blanks, node, LODE_UNKNOWN_ID,
                           blanks->start == LODE_NO_DAY ? "write $value, or $$ for a dollar sign"
                                                        : "write $value or $start, or $$ for a dollar sign",
                           "has something unknown after a dollar sign");
}

static const char *fill_text(lode_lever_blanks *blanks, const lode_yaml_node *node) {
    double number;
    if (begins(node->text, "shock_start"))
        return complain(blanks, node, LODE_CONFLICT, "write $start, or a date",
                        "would move with other levers that begin earlier");
    if (!strchr(node->text, '$'))
        return node->text;
    if (work_out(node->text, blanks->value, &number))
        return number_text(blanks, node, number);
    const char *start = start_text(blanks, node);
    return start ? start : filled_text(blanks, node);
}

/* ---- the tree ---- */

lode_yaml_node *lode_lever_fill(const lode_yaml_node *template, lode_lever_blanks *blanks) {
    lode_yaml_node *copy = lode_arena_alloc(blanks->arena, 1, sizeof *copy), *last = NULL;
    if (!copy) {
        blanks->code = LODE_NOMEM;
        return NULL;
    }
    *copy = *template;
    copy->first = copy->next = NULL;
    if (template->kind == LODE_YAML_SCALAR)
        copy->text = fill_text(blanks, template);
    for (const lode_yaml_node *child = template->first; child && blanks->code != LODE_NOMEM; child = child->next) {
        lode_yaml_node *filled = lode_lever_fill(child, blanks);
        if (last)
            last->next = filled;
        else
            copy->first = filled;
        last = filled;
    }
    return blanks->code == LODE_NOMEM ? NULL : copy;
}
