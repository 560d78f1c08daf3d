/* What `lodestone calibrate WORLD --episode NAME` prints. */
#ifndef LODE_REPORT_EPISODE_FIT_REPORT_H
#define LODE_REPORT_EPISODE_FIT_REPORT_H

#include "base/text.h"
#include "calibrate/episode_fit.h"

/* `written`: the path of the file that holds the numbers; NULL: none was written. "text", "json" or "csv". */
lode_code lode_episode_fit_report(lode_text *out, const lode_episode_fit *fit, const char *written, const char *format);

#endif
