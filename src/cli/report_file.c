#include "report_file.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "output.h"

/* Length of the path without the slashes at its end; the root has nothing beside it. */
static size_t without_slashes(const char *folder) {
    size_t length = strlen(folder);
    while (length > 0 && folder[length - 1] == '/') {
        length--;
    }
    return length;
}

/* True for "", ".", ".." and what ends in them: no name that a file could have. */
static bool is_nameless(const char *folder, size_t length) {
    size_t name = length;
    while (name > 0 && folder[name - 1] != '/') {
        name--;
    }
    const size_t letters = length - name;
    return letters == 0 || (letters <= 2 && strncmp(folder + name, "..", letters) == 0);
}

char *cli_report_path(const char *folder) {
    const size_t length = without_slashes(folder), size = length + sizeof "/report.html";
    char *path = malloc(size);
    if (path) {
        snprintf(path, size, "%.*s%s", (int)length, folder, is_nameless(folder, length) ? "/report.html" : ".html");
    }
    return path;
}

int cli_write_report(const char *folder, const char *path) {
    lode_diags *diags = lode_diags_new();
    const lode_code code = diags ? lode_report_write(path, folder, diags) : LODE_NOMEM;
    int exit_code = code == LODE_OK ? CLI_DONE : cli_fail(code, folder, diags);
    lode_diags_free(diags);
    return exit_code;
}
