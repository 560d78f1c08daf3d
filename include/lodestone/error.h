/* Errors of the library: one catalogue of (code, sentence), and a list that collects every finding of a pass.
 *
 * The library never prints and never exits. A function that can fail returns a `lode_code`; a function that reads what a person wrote
 * also takes a `lode_diags` and adds each finding to it with its place, the nearest valid names and what to do. */
#ifndef LODESTONE_ERROR_H
#define LODESTONE_ERROR_H

#include <stddef.h>

/* X(name, sentence) */
#define LODE_CODES(X)                                                                                                  \
    X(OK, "no error")                                                                                                  \
    X(NOMEM, "out of memory")                                                                                          \
    X(IO, "a file could not be read or written")                                                                       \
    X(SYNTAX, "the text does not follow the file's grammar")                                                           \
    X(UNKNOWN_COLUMN, "unknown column")                                                                                \
    X(UNKNOWN_KEY, "unknown key")                                                                                      \
    X(UNKNOWN_FILE, "a file that no table is called like")                                                             \
    X(UNKNOWN_ID, "unknown id")                                                                                        \
    X(BAD_ID, "not a valid id")                                                                                        \
    X(BAD_TYPE, "the value has the wrong type")                                                                        \
    X(BAD_UNIT, "unknown or wrong unit")                                                                               \
    X(BAD_RANGE, "the value is outside its range")                                                                     \
    X(MISSING_FILE, "a required file is missing")                                                                      \
    X(MISSING_COLUMN, "a required column is missing")                                                                  \
    X(MISSING_VALUE, "a required value is missing")                                                                    \
    X(DUPLICATE, "the same key appears twice")                                                                         \
    X(BAD_SUM, "shares do not sum to one")                                                                             \
    X(MASS_CREATED, "a recipe creates mass")                                                                           \
    X(NO_SOURCE, "a row names no source")                                                                              \
    X(CONFLICT, "two statements contradict each other")                                                                \
    X(NO_FEED, "an asset has no feed")                                                                                 \
    X(UNREACHABLE, "nothing can reach this demand")                                                                    \
    X(NO_DATAPACKAGE, "the world has no datapackage.json")                                                             \
    X(TOO_DEEP, "nested too deeply")                                                                                   \
    X(EXISTS, "it exists already")                                                                                     \
    X(NOT_FOUND, "not found")                                                                                          \
    X(USAGE, "wrong use")                                                                                              \
    X(NOT_HELD, "an instrument does not do what it promises")                                                          \
    X(SOLVER, "the linear solver failed")                                                                              \
    X(CERTIFICATE, "the clearing could not be certified")                                                              \
    X(INTERRUPTED, "stopped by request")                                                                               \
    X(RANKS, "the processes of an MPI job did not reach each other")                                                   \
    X(INTERNAL, "an internal check failed")

typedef enum {
#define LODE_CODE_ENUM(name, sentence) LODE_##name,
    LODE_CODES(LODE_CODE_ENUM)
#undef LODE_CODE_ENUM
        LODE_CODE_COUNT
} lode_code;

typedef enum { LODE_ERROR, LODE_WARNING } lode_severity;

/* One finding. Strings are owned by the list. `line` and `column` count from 1; 0 means the file as a whole. */
typedef struct {
    lode_code code;
    lode_severity severity;
    const char *file; /* "" where no file is concerned */
    int line;
    int column;
    const char *message; /* a sentence naming the object */
    const char *fix;     /* what to do, with the nearest valid names; "" if there is nothing to say */
} lode_diag;

typedef struct lode_diags lode_diags;

/* "UNKNOWN_COLUMN" and so on; never NULL. O(1). */
const char *lode_code_name(lode_code code);
const char *lode_code_sentence(lode_code code);

/* Creates an empty list; NULL when out of memory. Owner frees it. */
lode_diags *lode_diags_new(void);
void lode_diags_free(lode_diags *diags);
size_t lode_diags_count(const lode_diags *diags);
size_t lode_diags_error_count(const lode_diags *diags);
/* Borrowed until the list is changed or freed; sorted by file, line and column after `lode_diags_sort`. */
const lode_diag *lode_diags_get(const lode_diags *diags, size_t index);
void lode_diags_sort(lode_diags *diags);

#endif
