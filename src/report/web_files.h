/* The built front end, web/dist, which scripts/embed.c makes part of the library. */
#ifndef LODE_REPORT_WEB_FILES_H
#define LODE_REPORT_WEB_FILES_H

#include "lodestone/page.h"

/* Files of the app by the path that a browser asks for ("/index.html"), then those of the report by their name ("report/report.js"). */
extern const lode_web_file lode_web_files[];
extern const size_t lode_web_file_count;

/* As lode_web_find, for any name of the table. */
const lode_web_file *lode_web_file_named(const char *name);

#endif
