#include "measure/durability.h"

#include <math.h>

bool lode_plant_operates(const lode_view *view, int32_t asset, int32_t period) {
    const lode_record *record = view->record;
    const size_t at = (size_t)period * (size_t)record->assets + (size_t)asset;
    if (!(record->asset_capacity[at] > 0))
        return false;
    return !record->asset_status || record->asset_status[at] == LODE_STATUS_OPERATING ||
           record->asset_status[at] == LODE_STATUS_RAMP_UP;
}

static bool is_outside(const lode_view *view, int32_t asset) {
    return view->world->assets[asset].region != view->world->controlling_region;
}

int32_t lode_plants_lost(const lode_pair *pair, int32_t period, bool *lost) {
    int32_t count = 0;
    for (int32_t a = 0; a < pair->run->record->assets; a++) {
        const bool gone = is_outside(pair->run, a) && lode_plant_operates(pair->paired, a, period) &&
                          !lode_plant_operates(pair->run, a, period);
        count += gone;
        if (lost)
            lost[a] = gone;
    }
    return count;
}

/* Value a year of what a plant can make in a period: that of its nameplate, in proportion. */
static double value_of(const lode_view *view, int32_t asset, int32_t period) {
    const lode_asset *plant = &view->world->assets[asset];
    const double nameplate = plant->capacity_t_per_year * plant->availability * view->dt,
                 capacity = view->record->asset_capacity[(size_t)period * (size_t)view->record->assets + (size_t)asset];
    if (!view->asset_value || !(nameplate > 0))
        return 0;
    return fmax(0, view->asset_value[asset]) * capacity / nameplate;
}

double lode_durability(const lode_view *view, int32_t from, int32_t to) {
    double all = 0, standing = 0;
    if (from < 0 || from >= view->record->periods || to >= view->record->periods)
        return (double)NAN;
    for (int32_t a = 0; a < view->record->assets; a++) {
        if (!is_outside(view, a) || !lode_plant_operates(view, a, from))
            continue;
        const double value = value_of(view, a, from);
        all += value;
        standing += lode_plant_operates(view, a, to) ? value : 0;
    }
    return all > 0 ? standing / all : (double)NAN;
}
