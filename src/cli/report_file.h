/* The report of a run folder as a file. */
#ifndef CLI_REPORT_FILE_H
#define CLI_REPORT_FILE_H

#include "lodestone/page.h"

/* Where the report of a run folder lies unless somebody says otherwise: beside it, RUN.html. The folder stays exactly what its manifest names, and the file
 * has the run's name when it is sent to somebody. (A folder without a name, such as `.`, has it inside.) The caller frees; NULL when out of memory. */
char *cli_report_path(const char *folder);
/* Writes the report to `path`. Returns an exit code, after what went wrong on stderr. */
int cli_write_report(const char *folder, const char *path);

#endif
