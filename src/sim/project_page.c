/* One project as its lenders read it at the end of a period: the gate's judgement with everything that went into it. */
#include <stdlib.h>
#include <string.h>

#include "sim/parts.h"
#include "sim/projects.h"

static lode_code read_page(lode_project_page *out, lode_run *run, lode_policy_view *view) {
    lode_project_market_fill(run);
    lode_code code = lode_project_read(run, view, out->project, &out->file, out->goods, &out->supports, &out->terms);
    if (code != LODE_OK) {
        return code;
    }
    lode_project_count(run, out->project, 1);
    lode_project_market_in_place(run, out->project, &out->file.feed_in_place, &out->file.reagents_in_place,
                                 &out->file.buyers_in_place);
    lode_waterfall_fill(&out->waterfall, &out->file, &out->terms);
    lode_gate_judge(&out->result, &out->file, &out->terms);
    return lode_gate_remedies(&out->result, &out->file, &out->terms);
}

lode_code lode_project_page_read(lode_project_page *out, lode_run *run, int32_t asset) {
    *out = (lode_project_page){.project = -1, .asset = asset, .period = run->done - 1};
    if (!run->projects || run->done < 1) {
        return LODE_USAGE;
    }
    out->stage = (lode_status)run->state.plant_stage[asset];
    out->project = run->projects->project_of[asset];
    if (out->project < 0) {
        return LODE_NOT_FOUND;
    }
    lode_state_copy(&run->next, &run->state); /* the gate reads what a step is making; between steps it is free */
    run->done--;
    lode_policy_view view = lode_run_policy_view(run);
    lode_code code = read_page(out, run, &view);
    run->done++;
    return code;
}

void lode_project_page_free(lode_project_page *page) {
    free(page->supports.items);
    page->supports = (lode_support_list){0};
}
