/* Projects of a run: through permits, the financing gate, construction and ramp-up; plants that stop, start again and fail. Only where the
 * scenario has `settings: {projects: true}`; otherwise every plant starts on its date. docs/projects.md.
 *
 *   projects.c         which assets are one project, and their way from stage to stage
 *   project_market.c   prices, feed and buyers as lenders see them
 *   project_gate.c     each project before the gate, alone and together
 *   plant_life.c       cash of plants that run: stop, restart, bankruptcy
 *   workforce.c        people, who limit ramp-up */
#ifndef LODE_SIM_PROJECTS_H
#define LODE_SIM_PROJECTS_H

#include "finance/gate_log.h"
#include "sim/run.h"

/* Assets of one site that are built together: same site, and in the files at the same stage before construction. */
typedef struct {
    int32_t first, count; /* into `members` */
    double capex_usd;     /* real, of all */
    lode_day start;       /* announced, the first of its members; LODE_NO_DAY */
} lode_project_group;

/* What a project found in place when it passed alone: shares of need and of output. */
typedef struct {
    double feed, reagents, buyers;
} lode_project_found;

#define LODE_MARKET_TABLES 11 /* of the struct below, in one block, in order */

/* Prices, feed and buyers, per commodity x region [commodity * regions + region]; t a year and real USD/kg. */
typedef struct {
    double *price_in;  /* what a buyer there would pay; NaN where nothing can be had */
    double *price_out; /* what a seller there would get; NaN where nobody buys */
    double *worth;     /* what contracts pay for it there, traded or not */
    double *made;      /* by plants that are built or being built, at capacity */
    double *spare;     /* what such plants could take beyond what they do */
    double *produced, *used, *arrived, *from_incumbent, *to_incumbent, *wanted; /* of late; `wanted` by end users */
    int32_t *mode; /* per asset: the recipe it would run; -1 */
    bool *counted; /* per asset: in made and spare */
} lode_project_market;

struct lode_projects {
    int32_t count;
    lode_project_group *groups;
    int32_t *members;    /* assets */
    int32_t *project_of; /* per asset: its group, -1 */
    int32_t *site_first; /* per asset: the first asset of its site */
    int32_t *
        firm_first; /* per asset: the first asset of its owner or site outside; itself where it has no life of its own */
    int32_t *arc_at; /* per commodity: its first arc in `arcs`; commodity_count + 1 */
    int32_t *arcs;
    bool *has_maker;           /* per commodity: some plant of the world makes it */
    bool *own_feed;            /* per mode: another plant of its site makes its feed */
    bool *passes, *together;   /* per project: alone, and if all that wait went ahead */
    lode_project_found *found; /* per project that passes in this sweep */
    bool *asks;                /* per project: is before the gate in this sweep */
    lode_project_market market;
    int32_t oxide_of[LODE_ELEMENT_COUNT]; /* the oxide that is sold of an element; -1 */
    double *goods;                        /* per commodity, scratch */
    lode_hazards *hazards;                /* per payer, and one without */
    lode_support_list supports, one;
};
typedef struct lode_projects lode_projects;

lode_code lode_projects_new(lode_projects **out, const lode_world *world);
void lode_projects_free(lode_projects *projects);
/* The first day: stages as in the files. Nothing without projects. */
void lode_projects_start(lode_run *run);
/* Before the plants' capacities: ramps and people move on. */
void lode_projects_fill(lode_run *run);
/* After the market cleared and the instruments settled: plants' cash, stages, and once a quarter the gate. LODE_NOMEM. */
lode_code lode_projects_update(lode_run *run, lode_policy_view *view);
/* Share of its nameplate that an asset can run, growth inside included. */
double lode_project_share(const lode_run *run, const lode_state *state, int32_t asset, double year);
/* Months that building a plant takes: its process's, and the mean slippage. */
double lode_build_months(const lode_world *world, int32_t asset);

/* contract_price.c: a market price of a site (of the period, slow, expected, of the base year), and what is paid where that is the price. */
typedef double (*lode_price_of)(const lode_run *run, int32_t site);
double lode_price_spot(const lode_run *run, int32_t site);
double lode_price_slow(const lode_run *run, int32_t site);
double lode_price_expected(const lode_run *run, int32_t site);
double lode_price_base(const lode_run *run, int32_t site);
/* Real USD/kg that contracts pay for a good with a market of its own. O(links of the commodity). */
double lode_paid_price(const lode_run *run, int32_t site, lode_price_of market);
/* The same of any good: built up from its oxides where it has none. O(elements x links). */
double lode_contract_price(const lode_run *run, int32_t site, lode_price_of market);

/* project_market.c */
void lode_project_market_fill(lode_run *run);
/* Adds an asset to what is made and could be taken, or takes it away (sign -1). O(its modes). */
void lode_project_market_count(lode_run *run, int32_t asset, double sign);
/* Share of its feed and of its reagents that a project would find, and of its output that has a buyer. */
void lode_project_market_in_place(const lode_run *run, int32_t project, double *feed, double *reagents, double *buyers);
double lode_market_at(const lode_run *run, const double *table, int32_t commodity, int32_t region);

/* project_gate.c */
lode_code lode_project_gates(lode_run *run, lode_policy_view *view);
/* A project as its lenders see it now, `goods` of LODE_PROJECT_GOODS and the supports being the caller's. */
lode_code lode_project_read(lode_run *run, lode_policy_view *view, int32_t project, lode_project *out,
                            lode_project_good *goods, lode_support_list *supports, lode_finance_terms *terms);

/* Counts the members of a project among what is built (sign 1), or no more (-1); those that are already so stay. */
void lode_project_count(lode_run *run, int32_t project, double sign);

/* project_page.c: what a lender reads of one project at the end of the last period done. */
typedef struct {
    int32_t project;       /* group of the run's projects; -1: a plant that was never planned */
    int32_t period, asset; /* asked about */
    lode_status stage;     /* at the end of the period */
    lode_project file;     /* its goods and supports point below */
    lode_project_good goods[LODE_PROJECT_GOODS];
    lode_support_list supports; /* owned */
    lode_finance_terms terms;
    lode_waterfall waterfall;
    lode_gate_result result;
} lode_project_page;

/* Judges the project of an asset with what is built by then; LODE_NOT_FOUND if it belongs to none, LODE_USAGE before the first period or
 * without projects. Leaves the run as it is. Some 200 waterfalls. Free with lode_project_page_free in every case. */
lode_code lode_project_page_read(lode_project_page *out, lode_run *run, int32_t asset);
void lode_project_page_free(lode_project_page *page);

/* plant_life.c */
void lode_plant_firms(lode_projects *projects, const lode_world *world); /* fills firm_first */
void lode_plant_life_start(lode_run *run);
void lode_plant_life_update(lode_run *run, lode_policy_view *view);
/* Capital cost of a plant as the files say, else by the tonne; thousand real USD. */
double lode_plant_capex_kusd(const lode_world *world, int32_t asset);
/* Level yearly service of a debt on the terms of a region, in the debt's unit. */
double lode_yearly_service(const lode_world *world, int32_t region, double debt);

/* workforce.c */
void lode_workforce_start(lode_run *run);
/* People taught and gone in the period, and what is free for new plants: moves each ramp towards where time would have it. */
void lode_workforce_fill(lode_run *run);

/* Status of an asset in a done period. O(1). */
lode_status lode_run_asset_status(const lode_run *run, int32_t period, int32_t asset);
/* A status as the files call it. */
const char *lode_run_status_name(lode_status status);
/* Which assets are one project, borrowed; NULL where projects are off. */
const lode_projects *lode_run_projects(const lode_run *run);
/* What the gate said, borrowed. Empty where projects are off. */
const lode_gate_log *lode_run_gates(const lode_run *run);

#endif
