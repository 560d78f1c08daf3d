/* Elections of a region: the dates in `elections` of regions.csv, separated by bars. */
#include <string.h>

#include "base/diag.h"
#include "world/loader.h"

/* Reads one date of the text and moves on; false if there is none left or it is no date of a day. */
static bool next_date(const char **text, lode_day *day) {
    char copy[11];
    size_t length = strcspn(*text, "|");
    int precision = 0;
    if (length >= sizeof copy) {
        return false;
    }
    memcpy(copy, *text, length);
    copy[length] = '\0';
    *text += length + ((*text)[length] == '|');
    return lode_day_parse(copy, day, &precision) && precision == 10;
}

int32_t lode_region_elections(const lode_world *world, int32_t region, lode_day from, lode_day *out, int32_t most) {
    const char *text = region < 0 || !world->regions[region].elections ? "" : world->regions[region].elections;
    int32_t count = 0;
    lode_day day;
    while (*text && count < most && next_date(&text, &day)) {
        if (day >= from) {
            out[count++] = day;
        }
    }
    return count;
}

lode_day lode_next_election(const lode_world *world, int32_t region, lode_day from) {
    lode_day day = LODE_NO_DAY;
    lode_region_elections(world, region, from, &day, 1);
    return day;
}

void lode_check_elections(lode_loader *loader) {
    const lode_world *world = loader->world;
    for (int32_t r = 0; r < world->region_count; r++) {
        const char *text =
            world->regions[r].row.failed || !world->regions[r].elections ? "" : world->regions[r].elections;
        lode_day before = LODE_NO_DAY, day = LODE_NO_DAY;
        while (*text) {
            if (!next_date(&text, &day) || day <= before) {
                LODE_ROW_ERROR(loader, LODE_TABLE_REGIONS, &world->regions[r], LODE_BAD_TYPE,
                               "write days such as 2026-11-03|2028-11-07, the earliest first",
                               "the elections of `%s` are not dates in order: `%.80s`", world->regions[r].id,
                               world->regions[r].elections);
                break;
            }
            before = day;
        }
    }
}
