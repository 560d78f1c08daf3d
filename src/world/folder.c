/* A file whose name is mistyped would be left out in silence, since most files are optional: say so. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/file.h"
#include "lodestone/nearest.h"
#include "world/loader.h"

static lode_code warn(lode_loader *loader, const char *name) {
    char *path = lode_path_join(loader->world->arena, loader->world->path, name);
    if (!path)
        return LODE_NOMEM;
    char stem[64], fix[240];
    lode_nearest nearest;
    snprintf(stem, sizeof stem, "%.*s", (int)(strlen(name) - 4), name);
    lode_nearest_begin(&nearest, stem);
    for (int id = 0; id < LODE_TABLE_COUNT; id++)
        lode_nearest_offer(&nearest, lode_table_get((lode_table_id)id)->name);
    lode_nearest_format(&nearest, fix, sizeof fix);
    lode_diag_add(loader->diags, LODE_WARNING, LODE_UNKNOWN_FILE, path, 0, 0, fix[0] ? fix : "move it elsewhere",
                  "no table is called `%.60s`; the file is not read", stem);
    return LODE_OK;
}

lode_code lode_check_folder(lode_loader *loader) {
    DIR *folder = opendir(loader->world->path);
    lode_code code = LODE_OK;
    for (struct dirent *entry; folder && !code && (entry = readdir(folder));) {
        size_t length = strlen(entry->d_name);
        if (length > 4 && length < 64 && !strcmp(entry->d_name + length - 4, ".csv") && !lode_table_find(entry->d_name))
            code = warn(loader, entry->d_name);
    }
    if (folder)
        closedir(folder);
    return code;
}
