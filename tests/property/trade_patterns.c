/* The conditions, for regions i, j and links ij (x _|_ y: both at least 0 and one of them 0):
 *
 *   s_i _|_ a_i + b_i s_i - p_i        sell at marginal cost, or not at all
 *   d_i _|_ p_i - c_i + e_i d_i        buy at marginal value, or not at all
 *   f_ij _|_ p_i + t_ij - p_j          ship where prices differ by the freight, or not at all
 *   s_i + sum_j f_ji = d_i + sum_j f_ij
 *
 * A pattern says which of the 3 + 3 + 6 are above 0. Given it, s_i = (p_i - a_i) / b_i or 0 and d_i = (c_i - p_i) / e_i or 0, so what is
 * left are nine linear equations in the prices and flows: three balances, and for each link p_j - p_i = t_ij or f_ij = 0. Gauss with
 * row exchanges solves them; a singular system (links in a circle, a region cut off that neither makes nor uses) is no answer. The
 * pattern whose solution satisfies all inequalities is the equilibrium: its welfare is strictly concave in s and d. */
#include "trade_patterns.h"

#include <math.h>
#include <string.h>

#define LINKS    6
#define UNKNOWNS (PLACES + LINKS)

static const int from_of[LINKS] = {0, 0, 1, 1, 2, 2}, to_of[LINKS] = {1, 2, 0, 2, 0, 1};

/* Solves m x = r in place; false if singular. */
static bool gauss(double m[UNKNOWNS][UNKNOWNS + 1]) {
    for (int k = 0; k < UNKNOWNS; k++) {
        int best = k;
        for (int i = k + 1; i < UNKNOWNS; i++) {
            best = fabs(m[i][k]) > fabs(m[best][k]) ? i : best;
        }
        if (fabs(m[best][k]) < 1e-12) {
            return false;
        }
        for (int j = 0; j <= UNKNOWNS; j++) {
            double held = m[k][j];
            m[k][j] = m[best][j];
            m[best][j] = held;
        }
        for (int i = 0; i < UNKNOWNS; i++) {
            double factor = i == k ? 0 : m[i][k] / m[k][k];
            for (int j = k; j <= UNKNOWNS; j++) {
                m[i][j] -= factor * m[k][j];
            }
        }
    }
    return true;
}

static void equations(const trade_problem *t, unsigned pattern, double m[UNKNOWNS][UNKNOWNS + 1]) {
    memset(m, 0, UNKNOWNS * sizeof m[0]);
    for (int i = 0; i < PLACES; i++) {
        if (pattern >> i & 1) { /* sells */
            m[i][i] += 1 / t->b[i];
            m[i][UNKNOWNS] += t->a[i] / t->b[i];
        }
        if (pattern >> (PLACES + i) & 1) { /* buys */
            m[i][i] += 1 / t->e[i];
            m[i][UNKNOWNS] += t->c[i] / t->e[i];
        }
    }
    for (int k = 0; k < LINKS; k++) {
        int row = PLACES + k, flow = PLACES + k;
        m[from_of[k]][flow] -= 1;
        m[to_of[k]][flow] += 1;
        if (pattern >> (2 * PLACES + k) & 1) {
            m[row][to_of[k]] = 1;
            m[row][from_of[k]] = -1;
            m[row][UNKNOWNS] = t->freight[from_of[k]][to_of[k]];
        } else {
            m[row][flow] = 1;
        }
    }
}

/* Takes the solution over and looks whether it satisfies every inequality. */
static bool fits(trade_problem *t, unsigned pattern, double m[UNKNOWNS][UNKNOWNS + 1]) {
    bool ok = true;
    memset(t->flow, 0, sizeof t->flow);
    for (int i = 0; i < PLACES; i++) {
        double p = m[i][UNKNOWNS] / m[i][i], room = 1e-12 * (1 + fabs(p));
        bool sells = pattern >> i & 1, buys = pattern >> (PLACES + i) & 1;
        t->price[i] = p;
        t->made[i] = sells ? (p - t->a[i]) / t->b[i] : 0;
        t->used[i] = buys ? (t->c[i] - p) / t->e[i] : 0;
        ok = ok && (sells ? t->made[i] >= 0 : p <= t->a[i] + room) && (buys ? t->used[i] >= 0 : p >= t->c[i] - room);
    }
    for (int k = 0; k < LINKS; k++) {
        int from = from_of[k], to = to_of[k], row = PLACES + k;
        t->flow[from][to] = m[row][UNKNOWNS] / m[row][row];
        ok = ok && t->flow[from][to] >= -1e-12 &&
             t->price[to] <= t->price[from] + t->freight[from][to] + 1e-12 * (1 + fabs(t->price[to]));
    }
    return ok;
}

bool trade_solve(trade_problem *t) {
    double m[UNKNOWNS][UNKNOWNS + 1];
    for (unsigned pattern = 0; pattern < 1u << (2 * PLACES + LINKS); pattern++) {
        bool possible = true;
        for (int k = 0; k < LINKS; k++) {
            possible = possible && (!(pattern >> (2 * PLACES + k) & 1) || isfinite(t->freight[from_of[k]][to_of[k]]));
        }
        if (!possible) {
            continue;
        }
        equations(t, pattern, m);
        if (gauss(m) && fits(t, pattern, m)) {
            return true;
        }
    }
    return false;
}
