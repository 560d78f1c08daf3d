/* Where the draws of block designs stand: shared by those who make the points and those who read the outputs. */
#ifndef LODE_ENSEMBLE_DESIGN_PARTS_H
#define LODE_ENSEMBLE_DESIGN_PARTS_H

#include <stdbool.h>

#include "ensemble/design.h"

/* Numbers and events. */
int32_t lode_design_factors(const lode_design *design);
/* Draws of one block: 1, of sobol factors + 2, of morris factors + 1, of tornado all. A block's draws are contiguous, block 0 first. */
int64_t lode_design_block(const lode_design *design);

/* Sobol: draw of block `block` with matrix A, B, or A with factor j from B; and the part (of `replicates`) that the block belongs to. */
int64_t lode_sobol_draw_a(const lode_design *design, int64_t block);
int64_t lode_sobol_draw_b(const lode_design *design, int64_t block);
int64_t lode_sobol_draw_ab(const lode_design *design, int64_t block, int32_t factor);
int32_t lode_sobol_part(const lode_design *design, int64_t block);

/* Morris: which step of trajectory `block` moves the factor (from 0: between draws `step` and `step` + 1 of the block), and whether upwards. */
int32_t lode_morris_step(const lode_design *design, int64_t block, int32_t factor);
bool lode_morris_rises(const lode_design *design, int64_t block, int32_t factor);
/* How far a step goes: of the probability of a number; of an event 1, from never to by chance. */
double lode_morris_reach(const lode_design *design, int32_t factor);

/* Tornado: draw with the factor low or high; draw 0 has all at the median. */
int64_t lode_tornado_draw(int32_t factor, bool high);

#endif
