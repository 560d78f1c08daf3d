/* Who gains and who pays: the books of a run by region and agent, and what a programme or a shock changes in them (docs/ledger.md). Thousand
 * USD, real, of the base year.
 *
 *   users      what they would pay - what they pay, and what their own stocks gain
 *   plants     income - engineering cost, and what the ledger moves to and from their owners
 *   trade      what links, finishing and deliveries earn - carriage - levies, and what stocks gain. A link counts where it leads, but for what a
 *              licence or a quota is worth: that is the exporter's, unless the rule leaves it to buyers
 *   treasury   levies, and all that the ledger moves
 *   holders    public stocks at their market price when bought less when sold, and what was paid for them
 *   lenders, incumbent     what the ledger moves
 *   (suppliers gain nothing: what they are paid is what their work costs, and capital is a cost when it is spent)
 *   wedge      what the calibration adds to costs or takes off, with its sign turned: hidden support has a plus
 *
 * Summed over agents and regions, transfers cancel and what is left is welfare: value to users - costs - capital spent - calibration + what stocks at
 * the end are worth more than at the start. So the sum of an incidence is the change in welfare, whoever pays whom. */
#ifndef LODE_MEASURE_ACCOUNTS_H
#define LODE_MEASURE_ACCOUNTS_H

#include "measure/view.h"

/* X(name in C, name in tables) */
#define LODE_AGENTS(X)                                                                                                 \
    X(USERS, users)                                                                                                    \
    X(PLANTS, plants)                                                                                                  \
    X(TRADE, trade)                                                                                                    \
    X(TREASURY, treasury)                                                                                              \
    X(HOLDERS, holders)                                                                                                \
    X(LENDERS, lenders)                                                                                                \
    X(INCUMBENT, incumbent)                                                                                            \
    X(WEDGE, wedge)

typedef enum {
#define LODE_X(c, name) LODE_AGENT_##c,
    LODE_AGENTS(LODE_X)
#undef LODE_X
        LODE_AGENT_COUNT
} lode_agent;

const char *lode_agent_name(lode_agent agent);

/* Gains over periods `first` to `end` - 1: out[region * LODE_AGENT_COUNT + agent], room for all regions; kUSD. `ledger`: with what moves under
 * instruments; else the market alone. LODE_NOMEM. O(periods x (lines + assets + arcs) + entries). */
lode_code lode_accounts(double *out, const lode_view *view, int32_t first, int32_t end, bool ledger);

/* Gains of `run` less gains of `paired` over the same periods: who gains and who pays for what makes them differ. `out` as in lode_accounts.
 * LODE_NOMEM. */
lode_code lode_incidence(double *out, const lode_view *run, const lode_view *paired, int32_t first, int32_t end,
                         bool ledger);

/* Value to users - costs - calibration + change of stocks over the same periods, less what suppliers are paid if `ledger`; kUSD, by the
 * books' other side: what the accounts must sum to. O(periods x (lines + assets + regions) + entries). */
double lode_welfare(const lode_view *view, int32_t first, int32_t end, bool ledger);

#endif
