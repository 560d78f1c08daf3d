/* Text for HTML and SVG. */
#ifndef LODE_REPORT_MARKUP_H
#define LODE_REPORT_MARKUP_H

#include "base/text.h"

/* Adds `words` so that they are words between tags and within quoted attributes, whatever is in them. NULL is nothing. O(length). */
void lode_text_add_markup(lode_text *text, const char *words);

#endif
