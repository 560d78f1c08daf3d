/* Reading results.sqlite of a run folder by SQL, or of two at once: the first is `main`, the second `b`; both read-only. */
#ifndef LODE_STORE_QUERY_H
#define LODE_STORE_QUERY_H

#include <stdbool.h>

#include "lodestone/error.h"

typedef struct lode_query lode_query;

/* `path_b` NULL: one file. LODE_IO with a finding if one of them cannot be read or is no SQLite file. */
lode_code lode_query_open(lode_query **out, const char *path_a, const char *path_b, lode_diags *diags);
void lode_query_close(lode_query *query);
/* Reads what was added to a database that is still being written (store/results.h), in memory or on disk. Close before it is closed. */
typedef struct lode_results lode_results;
lode_code lode_query_of(lode_query **out, lode_results *results);

/* A row of an answer; columns count from 0. Texts are borrowed until the next row. */
typedef struct lode_query_row lode_query_row;
const char *lode_query_text(const lode_query_row *row, int column); /* "" where it is missing */
double lode_query_real(const lode_query_row *row, int column);      /* NaN where it is missing */

/* Called for each row; another code than LODE_OK ends the reading and is returned. */
typedef lode_code (*lode_query_visit)(void *context, const lode_query_row *row);
/* Runs one statement; `?1` and so on are the `texts` (NULL-terminated; NULL: none). `visit` may be NULL. LODE_IO with a finding. */
lode_code lode_query_each(lode_query *query, const char *sql, const char *const *texts, lode_query_visit visit,
                          void *context, lode_diags *diags);

#endif
