/* What a run says of its projects. */
#include "sim/projects.h"

lode_status lode_run_asset_status(const lode_run *run, int32_t period, int32_t asset) {
    const lode_record *r = &run->record;
    return (lode_status)r->asset_status[(size_t)period * (size_t)r->assets + (size_t)asset];
}

const lode_gate_log *lode_run_gates(const lode_run *run) {
    return &run->gates;
}
