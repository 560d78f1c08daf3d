/* What a world holds, counted once for all formats. Private to src/world. */
#ifndef LODE_WORLD_SUMMARY_H
#define LODE_WORLD_SUMMARY_H

#include "base/text.h"
#include "world/reach.h"
#include "world/world.h"

/* Tonnes and value of one stage, and the part of each that rests on assumed rows. */
typedef struct {
    int32_t rows, assumed_rows;
    double tonnes, assumed_tonnes;
    double value_musd, assumed_value_musd;
} lode_share;

typedef struct {
    const char *name;
    int32_t count;
} lode_count;

#define LODE_COUNTS 20

typedef struct {
    const lode_world *world;
    lode_reach *reach;
    lode_count counts[LODE_COUNTS];
    int count_count;
    int32_t demand_year; /* 0 if there is no demand */
    lode_share supply[LODE_STAGE_COUNT], demand[LODE_STAGE_COUNT];
    int32_t *unreachable; /* demand rows of the demand year */
    int32_t unreachable_count;
    int32_t *unfed; /* assets */
    int32_t unfed_count;
} lode_summary;

void lode_summary_text(lode_text *out, const lode_summary *summary);
void lode_summary_json(lode_text *out, const lode_summary *summary);
void lode_summary_csv(lode_text *out, const lode_summary *summary);

#endif
