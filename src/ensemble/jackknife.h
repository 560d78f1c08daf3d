/* Intervals from estimates that leave out one group of a sample each. */
#ifndef LODE_ENSEMBLE_JACKKNIFE_H
#define LODE_ENSEMBLE_JACKKNIFE_H

#include <stdint.h>

/* Half the width of the 95% interval of an estimate, from without[groups]: the estimate without each of the groups (about equally large). NaN below two
 * groups. With G groups and t of G - 1 degrees of freedom (Tukey 1958; Shao and Wu 1989 for groups):
 *
 *     t sqrt( (G - 1) / G  sum_g (without_g - mean of without)^2 ) */
double lode_jackknife_half(const double *without, int32_t groups);

#endif
