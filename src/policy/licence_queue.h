/* The queue behind an export licence, one for each destination and group of goods (docs/model.md, 5.4).
 *
 *   pending  P    applications filed and not decided, t
 *   licences L    granted and not yet used, t
 *
 * A period:   P += wanted;  decided = lambda P;  approved A = phi decided;  of the refused (1 - phi) decided, psi file again
 *             may ship  = L + same_month A
 *             L'        = L + A - flow - expiries,   expiries = (what was left of L) / validity
 *
 * Worked example (lambda 0.5, phi 0.8, psi 0.5, same month 0.4): 100 t wanted a month. First month: 50 decided, 40 approved, 10 refused,
 * 5 file again, so 55 wait; 16 t may ship and 24 t of licences are carried. Second month: 155 wait, 77.5 decided, 62 approved, 15.5
 * refused, 7.75 file again; 24 + 24.8 = 48.8 t may ship. A queue that only delays (phi = 1) returns to the full 100; one that refuses
 * settles at 100 phi / (1 - psi (1 - phi)) = 88.9. */
#ifndef LODE_POLICY_LICENCE_QUEUE_H
#define LODE_POLICY_LICENCE_QUEUE_H

typedef struct {
    double pending, licences; /* t */
    double approvals;         /* of the period under way, t */
    double beside;            /* of the period under way: what moves without a licence on the same links, t */
} lode_licence_queue;

typedef struct {
    double decided;    /* lambda: share of pending decided in the period */
    double approved;   /* phi: share of decisions */
    double refile;     /* psi: share of the refused */
    double same_month; /* share of approvals that ships at once */
    double validity;   /* periods; expiries are the unused old licences divided by it */
} lode_licence_terms;

/* Files `wanted` t and decides; returns what may ship in the period, t. */
double lode_licence_decide(lode_licence_queue *queue, const lode_licence_terms *terms, double wanted);
/* Books what shipped. */
void lode_licence_ship(lode_licence_queue *queue, const lode_licence_terms *terms, double flow);
/* Share of a steady flow that ends up licensed: phi / (1 - psi (1 - phi)). */
double lode_licence_steady_share(const lode_licence_terms *terms);

#endif
