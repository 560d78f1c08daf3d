/* Line charts of back-tests as SVG: self-contained, on a light ground, with colours that colour-blind readers tell apart (Okabe and Ito
 * 2008) and different marks for each kind, so that they read in grey too. */
#ifndef LODE_REPORT_SERIES_SVG_H
#define LODE_REPORT_SERIES_SVG_H

#include "base/text.h"
#include "calibrate/track.h"

/* A picture with a panel for each of `count` series, two in a row, under one legend: model line, observed dots, last value dashed, pre-shock
 * mean dotted, the predicted window shaded. Axes of prices are logarithmic where the values span more than
 * a factor of four. */
void lode_series_svg(lode_text *out, const char *title, const lode_series_result *const *series, int32_t count);

#endif
