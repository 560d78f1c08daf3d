#include "report_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "output.h"

char *cli_report_path(const char *folder) {
    const size_t size = strlen(folder) + sizeof "/report.html";
    char *path = malloc(size);
    if (path) {
        const bool ends = folder[0] && folder[strlen(folder) - 1] == '/';
        snprintf(path, size, "%s%sreport.html", folder, ends ? "" : "/");
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
