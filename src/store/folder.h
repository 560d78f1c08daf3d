/* A folder of results that appears whole or not at all.
 *
 * Everything is written into a hidden sibling `.NAME.tmp-PID`; `lode_folder_commit` brings it to disk and renames it to NAME in one step.
 * A process that is killed leaves at most the hidden sibling: it is locked while its writer lives, and the next writer of NAME
 * removes siblings that nobody locks. */
#ifndef LODE_STORE_FOLDER_H
#define LODE_STORE_FOLDER_H

#include <jansson.h>

#include "lodestone/error.h"

typedef struct lode_folder lode_folder;

/* Starts writing `target`; folders above it are created. LODE_EXISTS if there is something of that name. */
lode_code lode_folder_begin(lode_folder **out, const char *target, lode_diags *diags);
/* Takes up a folder that stands but has no manifest: files are added where they are to be, `lode_folder_commit` writes its manifest and ends it,
 * and abandoning it removes nothing. Files below `inputs` are its inputs; what a killed writer left half-way (`*.tmp`) is removed. LODE_EXISTS if another process is at it. */
lode_code lode_folder_take_up(lode_folder **out, const char *target, lode_diags *diags);
/* Where to write; borrowed. */
const char *lode_folder_path(const lode_folder *folder);
/* Adds a file `name` (a path below the folder; its folders are created). */
lode_code lode_folder_add(lode_folder *folder, const char *name, const char *data, size_t length, lode_diags *diags);
/* The same, in place of a file of that name that may be there. */
lode_code lode_folder_replace(lode_folder *folder, const char *name, const char *data, size_t length,
                              lode_diags *diags);
/* Copies the file `from` to `name` and notes its hash among the inputs of the manifest. */
lode_code lode_folder_add_input(lode_folder *folder, const char *name, const char *from, lode_diags *diags);
/* The same of a text that is no file. */
lode_code lode_folder_add_input_text(lode_folder *folder, const char *name, const char *text, lode_diags *diags);
/* Writes manifest.json (`manifest`, borrowed, plus the hashes of `inputs` and `outputs`; NULL: no manifest), brings all to disk, renames.
 * Frees `folder` in any case; on failure nothing is left of it. */
lode_code lode_folder_commit(lode_folder *folder, const json_t *manifest, lode_diags *diags);
/* Removes what was written and frees. NULL is allowed. */
void lode_folder_abandon(lode_folder *folder);

#endif
