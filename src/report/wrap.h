/* Prose in lines, and figures in colour. */
#ifndef LODE_REPORT_WRAP_H
#define LODE_REPORT_WRAP_H

#include "base/text.h"

/* Adds `words` broken at blanks into lines of at most `width` columns, each after `indent` blanks. A word that is longer stands alone. */
void lode_text_wrap(lode_text *text, const char *words, int width, int indent);

/* Ends a line, without the blanks that it ends with. */
void lode_text_end_line(lode_text *text);

/* Adds `figure`, padded already, green, yellow or red by how bad it is (below 0.05, below 0.2, above); plain when `colour` is false or the badness
 * is NaN. */
void lode_text_add_coloured(lode_text *text, const char *figure, double badness, bool colour);

#endif
