/* Loan: a treasury lends to plants and is repaid.
 *
 * Drawn once, on the first day or, where projects are on, when the plant is being built. In the months of grace interest is paid (or, with
 * `capitalised`, added to the loan); then an annuity at the nominal rate r over the months n that are left of the term:
 *
 *   A = L i / (1 - (1 + i)^-n),   i = r / 12,   of which interest L i, principal A - L i
 *
 * in whole cents; the last month clears what is left. A loan signed before the horizon is not booked as drawn: what is left of it at the
 * horizon by its schedule is paid from then on. When the plant fails, `recovery` of what is left comes back and the rest is written off.
 * `amount_musd` goes to several plants by their capital cost. A repeal or `end` stops loans not drawn yet; those drawn run on.
 *
 * What it does to the market. Nothing by itself: it makes projects bankable (support LOAN, docs/projects.md).
 *
 * Who pays. The treasury of `payer` to the owner, who pays back. Contingent: what is promised and not drawn.
 *
 * Where this is from. Loans of the Office of Strategic Capital, EXIM, DFC, Export Finance Australia and JARE; annuity: any textbook
 * (Brealey, Myers and Allen). */
#include <math.h>

#include "policy/contract.h"

typedef struct {
    lode_plants plants;
    double amount_musd, rate, years, grace_years, recovery;
    bool capitalised;
} loan;

#define OWN(field) offsetof(loan, field)
static const lode_key rows[] = {
    LODE_PLANT_KEYS(loan, plants),
    {.name = "amount_musd",
     .kind = LODE_KEY_NUMBER,
     .required = true,
     .unit = "million USD, nominal",
     .fallback = NAN,
     .min = 1e-6,
     .max = 1e6,
     .offset = OWN(amount_musd),
     .doc = "principal, of all plants together"},
    {.name = "rate",
     .kind = LODE_KEY_NUMBER,
     .required = true,
     .unit = "a year, nominal",
     .fallback = NAN,
     .max = 1,
     .offset = OWN(rate),
     .doc = "interest"},
    {.name = "years",
     .kind = LODE_KEY_NUMBER,
     .required = true,
     .unit = "years",
     .fallback = NAN,
     .min = 1.0 / 12,
     .max = 60,
     .offset = OWN(years),
     .doc = "term from the draw, grace included"},
    {.name = "grace_years",
     .kind = LODE_KEY_NUMBER,
     .unit = "years",
     .fallback = 0,
     .max = 60,
     .offset = OWN(grace_years),
     .doc = "without repayment"},
    {.name = "capitalised",
     .kind = LODE_KEY_FLAG,
     .max = 1,
     .offset = OWN(capitalised),
     .doc = "interest of the grace is added to the loan instead of paid"},
    {.name = "recovery",
     .kind = LODE_KEY_NUMBER,
     .unit = "share",
     .fallback = 0,
     .max = 1,
     .parameter = "loan_recovery",
     .offset = OWN(recovery),
     .doc = "of what is left that comes back when the plant fails"},
};
static const lode_key_table table = {"loan", sizeof(loan), sizeof rows / sizeof rows[0], rows};

static void check(const lode_instrument_check *check, lode_instrument *it) {
    loan *own = it->own;
    lode_contract_check(check, it);
    lode_plants_prepare(check, it, &own->plants, -1);
    if (own->grace_years >= own->years) {
        lode_contract_error(check, it, LODE_CONFLICT, "let `years` be longer than `grace_years`",
                            "its grace lasts as long as the loan");
    }
}

/* The state: the budget, then for each plant what it owes, in cents, and how many months of the term are gone. */
typedef struct {
    int64_t owed;
    int32_t months;
    bool drawn, lost;
} loan_book;

static size_t state_size(const lode_instrument *it, const lode_world *w) {
    (void)w;
    const loan *own = it->own;
    return sizeof(lode_budget) + sizeof(loan_book) * (size_t)own->plants.count;
}

static loan_book *books_of(void *state) {
    return (loan_book *)(void *)((lode_budget *)state + 1);
}

typedef struct {
    int64_t interest, principal; /* cents */
} instalment;

/* One month of the schedule. */
static instalment pay_month(const loan *own, loan_book *book) {
    double monthly = own->rate / 12, owed = (double)book->owed;
    int32_t left = (int32_t)lround(own->years * 12) - book->months;
    instalment due = {.interest = llround(owed * monthly)};
    if (book->months < (int32_t)lround(own->grace_years * 12)) {
        book->owed += own->capitalised ? due.interest : 0;
        due.interest = own->capitalised ? 0 : due.interest;
    } else if (left <= 1) {
        due.principal = book->owed;
    } else {
        double annuity = monthly > 0 ? owed * monthly / (1 - pow(1 + monthly, -left)) : owed / left;
        due.principal = llround(annuity - owed * monthly);
    }
    book->owed -= due.principal;
    book->months++;
    return due;
}

static double kusd(int64_t cents) {
    return (double)cents / 1e5;
}

static double amount_kusd(const loan *own, const lode_policy_view *view, int32_t plant) {
    return own->amount_musd * 1000 * lode_plants_weight(&own->plants, view->world, plant);
}

/* Opens the book of a loan that was drawn before the horizon, as its schedule leaves it. */
static void open_older(const loan *own, loan_book *book, const lode_instrument *it, const lode_policy_view *view,
                       int32_t plant) {
    book->owed = llround(amount_kusd(own, view, plant) * 1e5);
    book->drawn = true;
    for (int32_t gone = lode_months_between(it->first, view->day); gone > 0 && book->owed > 0; gone--) {
        pay_month(own, book);
    }
}

static void draw(const lode_instrument *it, lode_budget *budget, loan_book *book, const lode_policy_view *view,
                 int32_t plant) {
    const loan *own = it->own;
    double amount = amount_kusd(own, view, plant);
    lode_party owner = lode_owner(own->plants.items[plant]);
    if (lode_contract_holds(it, view, owner.index) && lode_plant_committed(view, owner.index)) {
        double paid = lode_contract_pay(it, budget, view, LODE_MONEY_LOAN, lode_treasury(it), owner, amount);
        book->owed = llround(paid * 1e5);
        book->drawn = true;
    } else if (lode_instrument_share(it, view) > 0 && !lode_plant_failed(view, owner.index)) {
        lode_contract_book(view, LODE_MONEY_CONTINGENT, lode_treasury(it), owner,
                           fmin(amount, lode_budget_left(it, budget)));
    }
}

static void write_off(const lode_instrument *it, loan_book *book, const lode_policy_view *view, lode_party owner) {
    const loan *own = it->own;
    double back = own->recovery * kusd(book->owed);
    lode_contract_book(view, LODE_MONEY_REPAYMENT, owner, lode_treasury(it), back);
    lode_contract_book(view, LODE_MONEY_WRITE_OFF, lode_treasury(it), owner, kusd(book->owed) - back);
    book->owed = 0;
    book->lost = true;
}

static void service(const lode_instrument *it, loan_book *book, const lode_policy_view *view, lode_party owner) {
    instalment sum = {0};
    for (int32_t month = 0; month < view->months && book->owed > 0; month++) {
        instalment due = pay_month(it->own, book);
        sum.interest += due.interest;
        sum.principal += due.principal;
    }
    lode_contract_book(view, LODE_MONEY_INTEREST, owner, lode_treasury(it), kusd(sum.interest));
    lode_contract_book(view, LODE_MONEY_REPAYMENT, owner, lode_treasury(it), kusd(sum.principal));
}

static void settle(const lode_instrument *it, void *state, const lode_policy_view *view,
                   const lode_solution *solution) {
    (void)solution;
    const loan *own = it->own;
    for (int32_t i = 0; i < own->plants.count; i++) {
        loan_book *book = &books_of(state)[i];
        lode_party owner = lode_owner(own->plants.items[i]);
        if (!book->drawn && lode_contract_is_older(it, view) && lode_plant_committed(view, owner.index)) {
            open_older(own, book, it, view, i);
        } else if (!book->drawn) {
            draw(it, state, book, view, i);
            continue; /* the first instalment is due a period later */
        }
        if (book->owed > 0 && lode_plant_failed(view, owner.index)) {
            write_off(it, book, view, owner);
        } else {
            service(it, book, view, owner);
        }
    }
}

static lode_code support(const lode_instrument *it, const lode_policy_view *view, int32_t asset,
                         lode_support_list *out) {
    const loan *own = it->own;
    int32_t plant = lode_plants_find(&own->plants, asset);
    if (plant < 0 || !lode_contract_open(view, it, asset)) {
        return LODE_OK;
    }
    lode_support s = lode_contract_support(it, view, LODE_SUPPORT_LOAN, -1);
    s.amount_usd = 1000 * amount_kusd(own, view, plant);
    s.rate = own->rate;
    s.years = own->years;
    return lode_support_add(out, &s);
}

const lode_instrument_type lode_loan = {
    .name = "loan",
    .doc = "A treasury lends to plants: draw, grace, annuity, default.",
    .attributes = &table,
    .check = check,
    .state_size = state_size,
    .support = support,
    .is_support = true,
    .settle = settle,
};
