/* Whole calendar years of runs, for the sections of the page that sum over a year.
 *
 * A shock's run has rows from the period in which it leaves the reference; before, it is the reference. So a year of it is put together from
 * pieces: rows of the reference up to then, its own from then on. */
#ifndef LODE_REPORT_PAGE_YEARS_H
#define LODE_REPORT_PAGE_YEARS_H

#include "report/page_parts.h"

/* Makes the temporary tables
 *
 *   page_years     run, year, source, start, stop   rows of run `source` with start <= period < stop belong to the year of `run`
 *   page_closings  run, year, sign, source, period  the stock at the year's end (sign 1) and before its first period (-1); where no
 *                                                   rows are there of that one, the first period's closing stock counts as its opening one
 *
 * for the years that lie in the periods `first` to `end` - 1 with all their periods, and that the run has rows of to their end. With `run` NULL a
 * run that leaves the reference is told for LODE_PAGE_SHOCK_YEARS years: from the one it leaves it in, or the next where that is after September. Years
 * that are wholly the reference's are left out. They stand until the next call. One pass over the table `demand` where the
 * database has grown since. LODE_IO with a finding. */
enum { LODE_PAGE_SHOCK_YEARS = 2 };
lode_code lode_page_years(const lode_page_source *source, const char *run, int32_t first, int32_t end);

/* Rows of a table `t` with the piece `y` that they belong to. */
#define LODE_PAGE_PIECES(table)                                                                                        \
    " FROM " table " t CROSS JOIN temp.page_years y ON y.source = t.run AND y.start <= t.period AND y.stop > "         \
    "t.period "

/* First and last period of every run: temporary table page_runs (run, start, last). */
lode_code lode_page_runs(const lode_page_source *source);

/* Appends a row (taken; NULL: out of memory) to a section, which is made with its first row. */
lode_code lode_page_append(json_t *part, const char *section, json_t *row);

#endif
