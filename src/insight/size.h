/* The least stockpile that keeps given users from loss, around a shock's run as it went.
 *
 * Whoever is served in the shock's run keeps what it gets. The users asked for lack, over the months first..end-1,
 *
 *     need_u = sum over months max(0, 0.95 x served without the shock - served in it)        t of the good that they use
 *
 * (a loss of 5 points is none, as everywhere: measure/loss.h). What is stored may be handed to them or put through plants that have room:
 *
 *     min  sum price x store + freight x shipped
 *     s.t. store + made + brought in  >=  taken in + shipped + served            at every site, all of it on top of the shock's run
 *          made  <=  room of the plant;  served_u <= need_u;  sum value_u served_u >= share x the most that can be reached
 *
 * Room of a plant: what it could have made and did not, in the months from which goods still arrive in time (its process months are taken
 * off), and of each mode no more than plants outside can reach from what they make without the shock (ramp_out_initial, ramp_out:
 * sim/plants.c). Plants of the controlling region do not help. Links: those that moved something in the shock's run and that no rule held
 * back. Stocks lie in the regions of the users, at the price without the shock. So an oxide counts only as far as plants that exist can
 * turn it into what is missing. Value: value added of the segment; the price of the good where none is known. Docs: docs/size.md. */
#ifndef LODE_INSIGHT_SIZE_H
#define LODE_INSIGHT_SIZE_H

#include "measure/loss.h"

typedef struct {
    int32_t first, end; /* periods */
    bool uses[LODE_USE_COUNT];
    const bool *regions; /* per region; borrowed */
} lode_size_spec;

/* Lines of one segment in a region for one good that lack something. */
typedef struct {
    int32_t segment, region, commodity, site;
    double served_t; /* without the shock */
    double need_t;
    double value_usd_per_kg;
} lode_size_user;

typedef struct {
    int32_t commodity, region;
    double t, usd_per_kg;
} lode_size_form;

/* An answer; `forms` is owned (lode_size_mix_release). */
typedef struct {
    double share; /* of the value of all needs that is met */
    double musd;  /* cost of what is stored, real */
    int32_t count;
    lode_size_form *forms;
} lode_size_mix;

typedef struct lode_sizing lode_sizing;

/* The programme of a pair of runs, both of which have done `end` periods; the runs must outlive it. O(modes + links + lines x periods). */
lode_code lode_sizing_new(lode_sizing **out, const lode_run *shock, const lode_run *paired, const lode_size_spec *spec);
void lode_sizing_free(lode_sizing *sizing);
int32_t lode_sizing_user_count(const lode_sizing *sizing);
const lode_size_user *lode_sizing_users(const lode_sizing *sizing);
/* Value of all needs, million USD. */
double lode_sizing_value_musd(const lode_sizing *sizing);
bool lode_sizing_stores(const lode_sizing *sizing, lode_stage stage);
/* The cheapest stock that meets `part` (0 to 1) of the most that goods of `stage` (LODE_STAGE_COUNT: all) can meet. Two linear programmes. */
lode_code lode_sizing_solve(lode_size_mix *out, lode_sizing *sizing, lode_stage stage, double part);
void lode_size_mix_release(lode_size_mix *mix);

#endif
