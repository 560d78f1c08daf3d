/* `lodestone export`: the tables of a run folder in other forms (declared in lodestone/run.h). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "lodestone/run.h"
#include "store/disk.h"
#include "store/folder.h"
#include "store/table_csv.h"

/* A file of the run folder; LODE_NOT_FOUND if the folder is none. Caller frees *out. */
static lode_code file_of_run(char **out, const char *folder, const char *name, lode_diags *diags) {
    *out = lode_disk_join(folder, name);
    if (!*out)
        return LODE_NOMEM;
    if (lode_disk_exists(*out))
        return LODE_OK;
    return lode_diag_add(diags, LODE_ERROR, LODE_NOT_FOUND, folder, 0, 0,
                         "name a folder that `lodestone run` or `lodestone stress` wrote",
                         "%s is not a run folder: it has no %s", folder, name);
}

static lode_code export_csv(const char *database, const char *path, lode_diags *diags) {
    lode_folder *target;
    lode_code code = lode_folder_begin(&target, path, diags);
    if (code != LODE_OK)
        return code;
    code = lode_table_csv_export(database, lode_folder_path(target), diags);
    if (code == LODE_OK)
        return lode_folder_commit(target, NULL, diags);
    lode_folder_abandon(target);
    return code;
}

/* Copies beside the target, then renames. */
static lode_code copy_whole(const char *from, const char *path, lode_diags *diags) {
    char *work = malloc(strlen(path) + 32);
    if (!work)
        return LODE_NOMEM;
    snprintf(work, strlen(path) + 32, "%s.tmp-%ld", path, (long)getpid());
    lode_code code = lode_disk_exists(path) ? lode_disk_error(diags, path, "write", EEXIST) : LODE_OK;
    if (code == LODE_OK)
        code = lode_disk_copy(from, work, diags);
    if (code == LODE_OK && rename(work, path) != 0)
        code = lode_disk_error(diags, path, "write", errno);
    if (code != LODE_OK && code != LODE_EXISTS)
        unlink(work);
    free(work);
    return code;
}

lode_code lode_export(const char *folder, const char *to, const char *path, lode_diags *diags) {
    const bool csv = strcmp(to, "csv") == 0, iamc = strcmp(to, "iamc") == 0;
    if (!csv && !iamc && strcmp(to, "sqlite") != 0)
        return lode_diag_add(diags, LODE_ERROR, LODE_USAGE, "", 0, 0, "use csv, iamc or sqlite",
                             "`%s` is no form of export", to);
    char *from;
    lode_code code = file_of_run(&from, folder, iamc ? "iamc.csv" : "results.sqlite", diags);
    if (code == LODE_OK)
        code = csv ? export_csv(from, path, diags) : copy_whole(from, path, diags);
    free(from);
    return code;
}
