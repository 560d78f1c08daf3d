/* The section of one metric in the report of drivers, as text and JSON. */
#ifndef LODE_REPORT_DRIVERS_PAGE_H
#define LODE_REPORT_DRIVERS_PAGE_H

#include <jansson.h>

#include "base/text.h"
#include "ensemble/drivers.h"

typedef struct {
    const lode_draw_frame *frame; /* borrowed */
    lode_design design;           /* of the store */
    int32_t *columns;             /* per factor: where it stands; owned, as are the names' places */
    const char **names;
    const lode_draw_column *metric; /* that the section is about */
    const lode_drivers *drivers;
    bool blocks; /* bars may be of block characters */
    bool told;   /* a metric so far had something to tell */
    bool detail; /* the metric was asked for: with its dependence on each input */
} lode_drivers_page;

/* Table of the drivers shown. `text->failed` when out of memory. */
void lode_drivers_text(lode_text *text, const lode_drivers_page *page);
/* What the columns of the tables mean, once for all of them. */
void lode_drivers_legend(lode_text *text, const lode_drivers_page *page);
/* All factors. NULL when out of memory. */
json_t *lode_drivers_json(const lode_drivers_page *page);

#endif
