/* Files and folders of results, written so that they survive a crash, and hashed. (base/file.h reads and replaces single files.)
 * Findings go to `diags` (NULL: nowhere) with the path and the system's reason. */
#ifndef LODE_STORE_DISK_H
#define LODE_STORE_DISK_H

#include <stdbool.h>
#include <stddef.h>

#include "lodestone/error.h"

#define LODE_HASH_TEXT 65 /* SHA-256 in hexadecimal and the terminator */

/* "folder/name"; NULL when out of memory. Caller frees. */
char *lode_disk_join(const char *folder, const char *name);
/* The last part of a path without trailing slashes, and everything before it ("." if nothing is); caller frees; NULL when out of memory. */
char *lode_disk_base(const char *path);
char *lode_disk_parent(const char *path);
bool lode_disk_exists(const char *path);

/* Creates a folder and those above it. */
lode_code lode_disk_make_folder(const char *path, lode_diags *diags);
/* Creates `path` (which must not exist) with `length` bytes and brings them to disk. */
lode_code lode_disk_write(const char *path, const void *data, size_t length, lode_diags *diags);
lode_code lode_disk_copy(const char *from, const char *to, lode_diags *diags);
/* Brings a file's or a folder's content to disk. */
lode_code lode_disk_sync(const char *path, lode_diags *diags);
lode_code lode_disk_sha256(char out[LODE_HASH_TEXT], const char *path, lode_diags *diags);
void lode_sha256_bytes(char out[LODE_HASH_TEXT], const void *data, size_t length);

/* Called for each entry below a folder, a folder after its content, names in byte order. `relative` is the path below the root. */
typedef lode_code (*lode_tree_visit)(void *context, const char *path, const char *relative, bool folder,
                                     lode_diags *diags);
/* Stops at the first code that is not LODE_OK and returns it. Links are visited as files, never followed. */
lode_code lode_tree_walk(const char *root, lode_tree_visit visit, void *context, lode_diags *diags);
/* Removes a folder and everything in it. */
lode_code lode_tree_remove(const char *root, lode_diags *diags);

/* A finding LODE_IO (LODE_EXISTS for EEXIST) about `path` with the reason `error` (an errno). Returns its code. */
lode_code lode_disk_error(lode_diags *diags, const char *path, const char *doing, int error);

#endif
