/* Finds a file of the embedded front end (declared in lodestone/page.h). */
#include <string.h>

#include "report/web_files.h"

const lode_web_file *lode_web_file_named(const char *name) {
    for (size_t i = 0; i < lode_web_file_count; i++)
        if (strcmp(lode_web_files[i].path, name) == 0)
            return &lode_web_files[i];
    return NULL;
}

const lode_web_file *lode_web_find(const char *path) {
    if (!path || path[0] != '/')
        return NULL;
    return lode_web_file_named(strcmp(path, "/") == 0 ? "/index.html" : path);
}
