/* The report of a run folder as a file. */
#ifndef CLI_REPORT_FILE_H
#define CLI_REPORT_FILE_H

#include "lodestone/page.h"

/* Where the report of a run folder lies unless somebody says otherwise: in it, as what `export` makes does. Deleting a run deletes its report, and no hash of
 * the manifest speaks of it. The caller frees; NULL when out of memory. */
char *cli_report_path(const char *folder);
/* Writes the report to `path`. Returns an exit code, after what went wrong on stderr. */
int cli_write_report(const char *folder, const char *path);

#endif
