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

/* `folder/name`, or `name` alone if it is absolute or the folder is empty. NULL when out of memory. */
char *lode_path_join(lode_arena *arena, const char *folder, const char *name);
/* What is before the last slash; "" if there is none. */
char *lode_path_folder(lode_arena *arena, const char *path);

#endif
