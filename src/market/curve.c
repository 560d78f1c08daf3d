/* Curves: price, integral and inverse of each kind (see curve.h).
 *
 * log      c(x) = mu + s ln(x/x0) for x >= xs = x0/20; below it a straight line that falls by `below` per tonne.
 * tiers    Q(p) = sum_i q_i (p/p_i)^e_i over tiers with choke_i >= p;  U(q) = p q + S(p) at p = P(q), with
 *          S(p) = sum_i integral from p to choke_i of q_i (t/p_i)^e_i dt (the surplus above p).
 * storage  P(K) = Pexp [ (K/T)^(-1/sigma) (d + h) - h ] / d, cut at cap; scaled so that P(T) = Pexp: at its target a stock neither
 *          builds nor draws at the expected price. d = (1+r)^dt, h = holding cost of the period as a share of the price.
 * budget   P(q) = min(cap, B/q).
 * A flattened curve costs floor_price up to floor_q, where it jumps to its own price. */
#include "market/curve.h"

#include <math.h>

static double clamp(double x, double low, double high) {
    return x < low ? low : (x > high ? high : x);
}

/* ---- points ---- */

static double points_price(const lode_curve *c, double q, double *low, double *high) {
    const double *qs = c->u.points.q, *ps = c->u.points.p;
    int32_t n = c->u.points.count;
    double lo = INFINITY, hi = -INFINITY;
    for (int32_t i = 0; i < n; i++) { /* every stretch that holds q, vertical ones included */
        if (i + 1 < n && qs[i] <= q && q <= qs[i + 1]) {
            double w = qs[i + 1] - qs[i];
            double p = w > 0 ? ps[i] + (ps[i + 1] - ps[i]) * (q - qs[i]) / w : ps[i];
            lo = fmin(lo, fmin(p, w > 0 ? p : ps[i + 1]));
            hi = fmax(hi, fmax(p, w > 0 ? p : ps[i + 1]));
        }
    }
    if (lo > hi)
        lo = hi = q < qs[0] ? ps[0] : ps[n - 1];
    *low = lo;
    *high = hi;
    return 0.5 * (lo + hi);
}

static double points_integral(const lode_curve *c, double q) {
    const double *qs = c->u.points.q, *ps = c->u.points.p;
    double sum = qs[0] > 0 ? fmin(q, qs[0]) * ps[0] : 0;
    for (int32_t i = 0; i + 1 < c->u.points.count && qs[i] < q; i++) {
        double w = qs[i + 1] - qs[i];
        if (w <= 0)
            continue;
        double d = fmin(q, qs[i + 1]) - qs[i];
        sum += d * (ps[i] + 0.5 * (ps[i + 1] - ps[i]) * d / w);
    }
    return sum;
}

static double points_inverse(const lode_curve *c, double price) {
    const double *qs = c->u.points.q, *ps = c->u.points.p;
    int32_t n = c->u.points.count;
    double sign = c->falling ? -1 : 1;
    if (sign * (price - ps[0]) < 0)
        return 0;
    for (int32_t i = n - 1; i > 0; i--) {
        if (sign * (price - ps[i]) > 0 || (c->falling && price == ps[i]))
            return clamp(qs[i], 0, c->q_max);
        if (sign * (price - ps[i - 1]) > 0 && ps[i] != ps[i - 1])
            return clamp(qs[i - 1] + (qs[i] - qs[i - 1]) * (price - ps[i - 1]) / (ps[i] - ps[i - 1]), 0, c->q_max);
    }
    return clamp(qs[0], 0, c->q_max);
}

/* ---- log ---- */

static double log_price(const lode_curve *c, double x) {
    double xs = c->u.log.x0 / 20;
    if (x >= xs)
        return c->u.log.mu + c->u.log.s * log(x / c->u.log.x0);
    return c->u.log.mu - c->u.log.s * log(20.0) - c->u.log.below * (xs - x);
}

static double log_integral(const lode_curve *c, double x) {
    double mu = c->u.log.mu, s = c->u.log.s, x0 = c->u.log.x0, xs = x0 / 20, b = c->u.log.below;
    double x1 = fmin(x, xs);
    double sum = x1 * (mu - s * log(20.0) - b * xs) + 0.5 * b * x1 * x1;
    if (x > xs)
        sum += mu * (x - xs) + s * (x * (log(x / x0) - 1) - xs * (log(xs / x0) - 1));
    return sum;
}

static double log_inverse(const lode_curve *c, double price) {
    double xs = c->u.log.x0 / 20, at = c->u.log.mu - c->u.log.s * log(20.0);
    if (price >= at) {
        double x = c->u.log.s > 0 ? c->u.log.x0 * exp(fmin((price - c->u.log.mu) / c->u.log.s, 500)) : INFINITY;
        return clamp(x, 0, c->q_max);
    }
    double x = c->u.log.below > 0 ? xs - (at - price) / c->u.log.below : 0;
    return clamp(x, 0, c->q_max);
}

/* ---- tiers ---- */

double lode_tier_quantity(const lode_tier *t, double price) {
    if (price > t->choke || t->q0 <= 0)
        return 0;
    return t->q0 * pow(price / t->p0, t->elasticity);
}

static double tiers_quantity(const lode_curve *c, double price) {
    double sum = 0;
    for (int32_t i = 0; i < c->u.tiers.count; i++)
        sum += lode_tier_quantity(&c->u.tiers.items[i], price);
    return sum;
}

static double tiers_surplus(const lode_curve *c, double price) {
    double sum = 0;
    for (int32_t i = 0; i < c->u.tiers.count; i++) {
        const lode_tier *t = &c->u.tiers.items[i];
        if (price >= t->choke || t->q0 <= 0)
            continue;
        double e = t->elasticity, a = price / t->p0, b = t->choke / t->p0;
        double part = fabs(1 + e) < 1e-12 ? log(b / a) : (pow(b, 1 + e) - pow(a, 1 + e)) / (1 + e);
        sum += t->q0 * t->p0 * part;
    }
    return sum;
}

/* Q and dQ/d ln p at ln p. */
static double tiers_at(const lode_curve *c, double log_price, double *slope) {
    double sum = 0, price = exp(log_price);
    *slope = 0;
    for (int32_t i = 0; i < c->u.tiers.count; i++) {
        const lode_tier *t = &c->u.tiers.items[i];
        if (price > t->choke || t->q0 <= 0)
            continue;
        double q = t->q0 * exp(t->elasticity * (log_price - log(t->p0)));
        sum += q;
        *slope += t->elasticity * q;
    }
    return sum;
}

static void tiers_ends(const lode_curve *c, double *low, double *high) {
    *low = INFINITY;
    *high = 0;
    for (int32_t i = 0; i < c->u.tiers.count; i++) {
        const lode_tier *t = &c->u.tiers.items[i];
        if (t->q0 <= 0)
            continue;
        *high = fmax(*high, t->choke);
        *low = fmin(*low, t->p0 * 1e-3);
    }
}

/* The highest price at which q is still taken: Newton on ln Q = ln q in ln p, kept inside a bracket that bisection halves where a choke
 * makes Q jump. */
static double tiers_price(const lode_curve *c, double q) {
    double low, high, slope;
    tiers_ends(c, &low, &high);
    if (high <= 0)
        return 0;
    if (q <= 0 || tiers_quantity(c, high) >= q)
        return high;
    double a = log(low), b = log(high), x = 0.5 * (a + b);
    for (int i = 0; i < 100 && b - a > 4e-16 * fmax(1, fabs(b)); i++) {
        double got = tiers_at(c, x, &slope);
        if (got >= q)
            a = x;
        else
            b = x;
        double step = got > 0 && slope < 0 ? (log(q) - log(got)) * got / slope : INFINITY;
        if (fabs(step) < 1e-15 * fmax(1, fabs(x)))
            break;
        double next = x + step;
        x = next > a && next < b && i % 4 != 3 ? next : 0.5 * (a + b);
    }
    return exp(b - a > 1e-12 ? x : a);
}

double lode_tiers_integral_at(const lode_curve *c, double q, double price) {
    return q > 0 ? price * q + tiers_surplus(c, price) : 0;
}

/* ---- storage ---- */

static double storage_price(const lode_curve *c, double k) {
    double e = c->u.storage.expected, t = c->u.storage.target, h = c->u.storage.holding, d = c->u.storage.discount;
    if (k <= 0 || t <= 0)
        return c->u.storage.cap;
    double p = e * (pow(k / t, -1 / c->u.storage.sigma) * (d + h) - h) / d;
    return clamp(p, 0, c->u.storage.cap);
}

static double storage_inverse(const lode_curve *c, double price) {
    double e = c->u.storage.expected, t = c->u.storage.target, h = c->u.storage.holding, d = c->u.storage.discount;
    if (price >= c->u.storage.cap)
        return 0;
    double ratio = (fmax(price, 0) * d / e + h) / (d + h);
    return clamp(t * pow(ratio, -c->u.storage.sigma), 0, c->q_max);
}

static double storage_integral(const lode_curve *c, double k) {
    double e = c->u.storage.expected, t = c->u.storage.target, h = c->u.storage.holding, d = c->u.storage.discount;
    double s = c->u.storage.sigma, kc = fmin(t * pow((c->u.storage.cap * d / e + h) / (d + h), -s), k);
    double sum = kc * c->u.storage.cap, zero = h > 0 ? t * pow(h / (d + h), -s) : INFINITY, k1 = fmin(k, zero);
    if (k1 <= kc)
        return sum;
    double g = 1 - 1 / s; /* exponent after integration; s = 1 gives a logarithm */
    double part = fabs(g) < 1e-12 ? t * log(k1 / kc) : t * (pow(k1 / t, g) - pow(kc / t, g)) / g;
    return sum + e * (part * (d + h) - h * (k1 - kc)) / d;
}

/* ---- budget ---- */

static double budget_price(const lode_curve *c, double q) {
    return q * c->u.budget.cap <= c->u.budget.money ? c->u.budget.cap : c->u.budget.money / q;
}

static double budget_inverse(const lode_curve *c, double price) {
    if (price > c->u.budget.cap)
        return 0;
    return price > 0 ? clamp(c->u.budget.money / price, 0, c->q_max) : c->q_max;
}

static double budget_integral(const lode_curve *c, double q) {
    double full = c->u.budget.money / c->u.budget.cap;
    return q <= full ? c->u.budget.cap * q : c->u.budget.money * (1 + log(q / full));
}

/* ---- the common face, flattening apart ---- */

static double own_price(const lode_curve *c, double q) {
    double low, high;
    switch (c->kind) {
    case LODE_CURVE_POINTS:
        return points_price(c, q, &low, &high);
    case LODE_CURVE_LOG:
        return log_price(c, q);
    case LODE_CURVE_TIERS:
        return tiers_price(c, q);
    case LODE_CURVE_STORAGE:
        return storage_price(c, q);
    case LODE_CURVE_BUDGET:
        return budget_price(c, q);
    }
    return 0;
}

static double own_integral(const lode_curve *c, double q) {
    switch (c->kind) {
    case LODE_CURVE_POINTS:
        return points_integral(c, q);
    case LODE_CURVE_LOG:
        return log_integral(c, q);
    case LODE_CURVE_TIERS:
        return lode_tiers_integral_at(c, q, tiers_price(c, q));
    case LODE_CURVE_STORAGE:
        return storage_integral(c, q);
    case LODE_CURVE_BUDGET:
        return budget_integral(c, q);
    }
    return 0;
}

static double own_inverse(const lode_curve *c, double price) {
    switch (c->kind) {
    case LODE_CURVE_POINTS:
        return points_inverse(c, price);
    case LODE_CURVE_LOG:
        return log_inverse(c, price);
    case LODE_CURVE_TIERS:
        return clamp(tiers_quantity(c, price), 0, c->q_max);
    case LODE_CURVE_STORAGE:
        return storage_inverse(c, price);
    case LODE_CURVE_BUDGET:
        return budget_inverse(c, price);
    }
    return 0;
}

/* ---- the common face ---- */

double lode_curve_price(const lode_curve *c, double q) {
    if (q < c->floor_q)
        return c->floor_price;
    double own = own_price(c, q);
    return c->floor_q > 0 && q <= c->floor_q ? 0.5 * (c->floor_price + own) : own;
}

void lode_curve_interval(const lode_curve *c, double q, double slack, double *low, double *high) {
    double qa = q * (1 - slack), qb = q * (1 + slack), pa, pb;
    if (c->kind == LODE_CURVE_POINTS) {
        double l1, h1, l2, h2;
        points_price(c, qa, &l1, &h1);
        points_price(c, qb, &l2, &h2);
        pa = c->falling ? h1 : l1;
        pb = c->falling ? l2 : h2;
    } else {
        pa = own_price(c, qa);
        pb = own_price(c, qb);
    }
    if (c->floor_q > 0 && qa <= c->floor_q)
        pa = c->floor_price;
    if (qb < c->floor_q)
        pb = c->floor_price;
    if (qa <= 0)
        pa = c->falling ? INFINITY : -INFINITY;
    if (qb >= c->q_max * (1 - slack))
        pb = c->falling ? -INFINITY : INFINITY;
    *low = c->falling ? pb : pa;
    *high = c->falling ? pa : pb;
}

double lode_curve_integral(const lode_curve *c, double q) {
    if (q <= 0)
        return 0;
    if (c->floor_q <= 0)
        return own_integral(c, q);
    double flat = c->floor_price * fmin(q, c->floor_q);
    return q <= c->floor_q ? flat : flat + own_integral(c, q) - own_integral(c, c->floor_q);
}

double lode_curve_inverse(const lode_curve *c, double price) {
    if (c->floor_q > 0 && price <= c->floor_price)
        return 0;
    double own = own_inverse(c, price);
    return c->floor_q > 0 ? fmax(own, c->floor_q) : own;
}

void lode_curve_flatten(lode_curve *c, double floor, double price) {
    double q = own_inverse(c, nextafter(floor, INFINITY)); /* a step at the floor itself is worth making */
    if (q > 0 && price < floor) {
        c->floor_q = fmin(q, c->q_max);
        c->floor_price = price;
    }
}
