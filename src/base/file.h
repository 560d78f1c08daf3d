/* Whole files: read one, write one so that no reader ever sees half of it. */
#ifndef LODE_BASE_FILE_H
#define LODE_BASE_FILE_H

#include <stddef.h>

#include "base/arena.h"
#include "lodestone/error.h"

#define LODE_FILE_LIMIT ((size_t)256 << 20)

/* The bytes of a regular file and a terminating NUL behind them; *out is the caller's (free). LODE_NOT_FOUND, LODE_IO,
 * LODE_BAD_RANGE (larger than `limit`) or LODE_NOMEM. */
lode_code lode_file_read(char **out, size_t *length, const char *path, size_t limit);
/* Writes beside `path`, flushes, renames. On failure `path` is as it was and no temporary file stays. */
lode_code lode_file_write(const char *path, const char *data, size_t length);

/* The same for a file that comes in pieces. Who begins ends with commit or abandon; both free it. What goes wrong is in errno. */
typedef struct lode_file_out lode_file_out;
lode_code lode_file_begin(lode_file_out **out, const char *path);
lode_code lode_file_append(lode_file_out *file, const void *data, size_t length);
/* Flushes and renames; or, on failure, leaves nothing. */
lode_code lode_file_commit(lode_file_out *file);
/* Leaves nothing. NULL is allowed. */
void lode_file_abandon(lode_file_out *file);

/* `folder/name`, or `name` alone if it is absolute or the folder is empty. NULL when out of memory. */
char *lode_path_join(lode_arena *arena, const char *folder, const char *name);
/* What is before the last slash; "" if there is none. */
char *lode_path_folder(lode_arena *arena, const char *path);

#endif
