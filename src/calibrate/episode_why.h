/* Why a fit leaves what it leaves. */
#ifndef LODE_CALIBRATE_EPISODE_WHY_H
#define LODE_CALIBRATE_EPISODE_WHY_H

#include "calibrate/episode_fit.h"

/* Sorts the targets, largest error first, and writes a sentence for each: whether it lies before the events, whether no number moves it,
 * whether the number that moves it most stands at the end of its range, or which other target that number would spoil. */
lode_code lode_fit_explain(lode_episode_fit *fit);

#endif
