#include "sim/projects.h"
void lode_plant_life_start(lode_run *run) {
    (void)run;
}
void lode_plant_life_update(lode_run *run, lode_policy_view *view) {
    (void)run;
    (void)view;
}
