/* Prose in lines. */
#ifndef LODE_REPORT_WRAP_H
#define LODE_REPORT_WRAP_H

#include "base/text.h"

/* Adds `words` broken at blanks into lines of at most `width` columns, each after `indent` blanks. A word that is longer stands alone. */
void lode_text_wrap(lode_text *text, const char *words, int width, int indent);

#endif
