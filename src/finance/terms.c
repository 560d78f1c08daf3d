/* What capital asks for.
 *
 *   hurdle       h0 = hurdle_per_volatility x price_volatility: NPV over capital cost below which owners rather wait
 *   with hazard  h  = 1 / (b - 1),   b = 1/2 + sqrt(1/4 + b0 (b0 - 1) (r + x) / r),   b0 = 1 + 1/h0
 *
 * A project that can wait is an option: it is worth building only well above its cost, the more so the more prices move (McDonald and
 * Siegel, The value of waiting to invest, Quarterly Journal of Economics 101 (1986), where value over cost must reach b / (b - 1), so
 * NPV over cost 1 / (b - 1)). If waiting may lose the project with hazard x a year, r becomes r + x in the equation b (b - 1) s^2 / 2 = r
 * (Dixit and Pindyck, Investment under Uncertainty (1994), chapter 5.5); s^2 is what makes b0 belong to x = 0. */
#include "finance/terms.h"

#include <math.h>

lode_finance_terms lode_finance_terms_of(const lode_world *w, int32_t region, double wacc_added) {
    double premium = region >= 0 && w->regions[region].wacc_premium > -1 ? w->regions[region].wacc_premium : 0;
    double volatility = lode_world_parameter(w, "price_volatility", 0.3);
    return (lode_finance_terms){
        .wacc = lode_world_parameter(w, "wacc_base", 0.08) + premium + wacc_added,
        .inflation = lode_world_parameter(w, "inflation_expected", 0.025),
        .gearing = lode_world_parameter(w, "gearing_max", 0.6),
        .cover = lode_world_parameter(w, "cover_ratio", 1.4),
        .debt_rate = lode_world_parameter(w, "loan_rate", 0.08) + premium,
        .debt_years = lode_world_parameter(w, "loan_years", 10),
        .downside_share = lode_world_parameter(w, "downside_share", 0.75),
        .equity_share = lode_world_parameter(w, "equity_share_max", 0.5),
        .feed_share = lode_world_parameter(w, "lender_feed_share", 0.7),
        .offtake_share = lode_world_parameter(w, "lender_offtake_share", 0.6),
        .tax_rate = lode_world_parameter(w, "tax_rate", 0.25),
        .life_years = lode_world_parameter(w, "mine_life_years", 20),
        .volatility = volatility,
        .reversion = lode_world_parameter(w, "price_reversion", 0.5),
        .hurdle = lode_world_parameter(w, "hurdle_per_volatility", 0.5) * volatility,
        .incumbent_buys = lode_world_parameter(w, "lender_counts_incumbent_buyers", 0),
        .incumbent_sells = lode_world_parameter(w, "lender_counts_incumbent_sellers", 1),
    };
}

double lode_nominal_rate(const lode_finance_terms *terms) {
    return (1 + terms->wacc) * (1 + terms->inflation) - 1;
}

double lode_hurdle(const lode_finance_terms *terms, double hazard) {
    double h0 = terms->hurdle;
    if (!(h0 > 0) || !(terms->wacc > 0) || !(hazard > 0)) {
        return fmax(h0, 0);
    }
    double b0 = 1 + 1 / h0;
    double b = 0.5 + sqrt(0.25 + b0 * (b0 - 1) * (terms->wacc + hazard) / terms->wacc);
    return 1 / (b - 1);
}
