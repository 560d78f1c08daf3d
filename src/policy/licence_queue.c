/* See licence_queue.h for the arithmetic. */
#include "policy/licence_queue.h"

#include <math.h>

double lode_licence_decide(lode_licence_queue *queue, const lode_licence_terms *terms, double wanted) {
    queue->pending += wanted;
    double decided = terms->decided * queue->pending;
    queue->approvals = terms->approved * decided;
    double refused = decided - queue->approvals;
    queue->pending += terms->refile * refused - decided;
    if (queue->pending < 0) {
        queue->pending = 0; /* rounding when everything is decided */
    }
    return queue->licences + terms->same_month * queue->approvals;
}

void lode_licence_ship(lode_licence_queue *queue, const lode_licence_terms *terms, double flow) {
    flow = fmax(0, flow - queue->beside);
    double old_left = fmax(0, queue->licences - flow); /* the oldest ship first */
    double expiries = terms->validity > 0 ? old_left / fmax(1, terms->validity) : 0;
    queue->licences = fmax(0, queue->licences + queue->approvals - flow - expiries);
    queue->approvals = queue->beside = 0;
}

double lode_licence_steady_share(const lode_licence_terms *terms) {
    double lost = 1 - terms->refile * (1 - terms->approved);
    return lost > 0 ? terms->approved / lost : 1;
}
