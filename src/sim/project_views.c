/* What a run says of its projects. */
#include "sim/projects.h"
#include "world/attributes.h"

lode_status lode_run_asset_status(const lode_run *run, int32_t period, int32_t asset) {
    const lode_record *r = &run->record;
    return (lode_status)r->asset_status[(size_t)period * (size_t)r->assets + (size_t)asset];
}

const lode_gate_log *lode_run_gates(const lode_run *run) {
    return &run->gates;
}

const lode_projects *lode_run_projects(const lode_run *run) {
    return run->projects;
}

const char *lode_run_status_name(lode_status status) {
    return lode_status_names[status];
}
