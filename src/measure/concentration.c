#include "measure/concentration.h"

#include <stdlib.h>

double lode_hhi(const double *amounts, int32_t count) {
    double total = 0, squares = 0;
    for (int32_t i = 0; i < count; i++) {
        total += amounts[i];
        squares += amounts[i] * amounts[i];
    }
    return total > 0 ? squares / (total * total) : 0;
}

static lode_concentration concentration_of(lode_stage stage, int year, const double *amounts, int32_t regions) {
    lode_concentration row = {.stage = stage, .year = year, .leader = -1, .hhi = lode_hhi(amounts, regions)};
    for (int32_t r = 0; r < regions; r++) {
        row.output_t += amounts[r];
        if (row.leader < 0 || amounts[r] > amounts[row.leader])
            row.leader = r;
    }
    row.leader_share = row.output_t > 0 ? amounts[row.leader] / row.output_t : 0;
    return row;
}

/* Output of every year, stage and region: [(year * stages + stage) * regions + region]. */
static void add_output(double *made, const lode_view *view, int first_year) {
    const lode_world *world = view->world;
    for (int32_t m = 0; m < view->record->modes; m++) {
        const lode_asset *asset = &world->assets[world->modes[m].asset];
        const size_t stage = (size_t)world->processes[asset->process].stage;
        if (!lode_counts_in_stage(world, world->modes[m].basis))
            continue;
        for (int32_t p = 0; p < view->record->periods; p++) {
            const size_t year = (size_t)(lode_view_year(view, p) - first_year);
            made[(year * LODE_STAGE_COUNT + stage) * (size_t)world->region_count + (size_t)asset->region] +=
                view->record->mode_output[(size_t)p * (size_t)view->record->modes + (size_t)m];
        }
    }
}

lode_code lode_concentrations(lode_concentration **out, int32_t *count, const lode_view *view) {
    *out = NULL;
    *count = 0;
    if (view->record->periods == 0)
        return LODE_OK;
    const int first = lode_view_year(view, 0), years = lode_view_year(view, view->record->periods - 1) - first + 1;
    const size_t cells = (size_t)years * LODE_STAGE_COUNT, regions = (size_t)view->world->region_count;
    double *made = calloc(cells * regions + 1, sizeof *made);
    lode_concentration *rows = calloc(cells, sizeof *rows);
    if (!made || !rows) {
        free(made);
        free(rows);
        return LODE_NOMEM;
    }
    add_output(made, view, first);
    for (int32_t s = 0; s < LODE_STAGE_COUNT; s++)
        for (int y = 0; y < years; y++) {
            const double *amounts = made + ((size_t)y * LODE_STAGE_COUNT + (size_t)s) * regions;
            rows[*count] = concentration_of((lode_stage)s, first + y, amounts, view->world->region_count);
            *count += rows[*count].output_t > 0;
        }
    free(made);
    *out = rows;
    return LODE_OK;
}
