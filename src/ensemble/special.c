/* The normal and the beta distribution.
 *
 *     Phi(x) = erfc(-x / sqrt 2) / 2
 *     I_x(a, b) = x^a (1 - x)^b / (a B(a, b)) * 1 / (1 + d1 / (1 + d2 / (1 + ...)))
 *         d_2m = m (b - m) x / ((a + 2m - 1) (a + 2m)),   d_2m+1 = -(a + m) (a + b + m) x / ((a + 2m) (a + 2m + 1)) */
#include "ensemble/special.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

double lode_normal_cdf(double x) {
    return 0.5 * erfc(-x * 0.70710678118654752440);
}

/* ---- inverse of the normal distribution ---- */

/* c[0] + c[1] x + ... + c[7] x^7 */
static double polynomial(const double c[8], double x) {
    double sum = c[7];
    for (int i = 6; i >= 0; i--) {
        sum = sum * x + c[i];
    }
    return sum;
}

/* Ratio of two polynomials: near the middle, in the tails, far out in the tails. */
static const double middle[2][8] = {
    {3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
     4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3},
    {1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3, 2.1213794301586595867e+4,
     3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3}};
static const double tail[2][8] = {
    {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
     1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4},
    {1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1, 1.48103976427480074590e-1,
     1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9}};
static const double far_tail[2][8] = {
    {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
     2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7},
    {1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4,
     1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15}};

static double ratio(const double parts[2][8], double x) {
    return polynomial(parts[0], x) / polynomial(parts[1], x);
}

double lode_normal_quantile(double p) {
    double q = p - 0.5;
    if (fabs(q) <= 0.425) {
        return q * ratio(middle, 0.180625 - q * q);
    }
    double smaller = q < 0 ? p : 1 - p;
    if (!(smaller > 0)) {
        return q < 0 ? -INFINITY : INFINITY;
    }
    double r = sqrt(-log(smaller));
    double x = r <= 5 ? ratio(tail, r - 1.6) : ratio(far_tail, r - 5);
    return q < 0 ? -x : x;
}

/* ---- gamma and beta functions ---- */

double lode_log_gamma(double x) {
    /* B_2k / (2k (2k - 1)), k = 1 to 8, in powers of 1 / x^2: with x >= 10 what is left out is below 1e-17. */
    static const double series[8] = {1.0 / 12,   -1.0 / 360,      1.0 / 1260, -1.0 / 1680,
                                     1.0 / 1188, -691.0 / 360360, 1.0 / 156,  -3617.0 / 122400};
    double product = 1;
    for (; x < 10; x += 1) {
        product *= x;
    }
    double rest = polynomial(series, 1 / (x * x)) / x;
    return (x - 0.5) * log(x) - x + 0.91893853320467274178 + rest - log(product); /* log(2 pi) / 2 */
}

double lode_log_beta(double a, double b) {
    return lode_log_gamma(a) + lode_log_gamma(b) - lode_log_gamma(a + b);
}

static double away_from_zero(double x) {
    return fabs(x) < DBL_MIN ? DBL_MIN : x;
}

/* The continued fraction below the 1 in the formula above; converges fast where x < (a + 1) / (a + b + 2). */
static double beta_fraction(double x, double a, double b) {
    enum { MOST_TERMS = 10000 };
    double c = INFINITY, d = 1, value = 1;
    for (int i = 1; i < MOST_TERMS; i++) {
        double m = (double)(i / 2);
        double term = i % 2 == 0 ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                                 : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / away_from_zero(1 + term * d);
        c = away_from_zero(1 + term / c);
        value *= c * d;
        if (fabs(c * d - 1) < DBL_EPSILON) {
            break;
        }
    }
    return value;
}

/* x^a (1 - x)^b / B(a, b), with the logarithm of B. */
static double beta_weight(double x, double a, double b, double log_beta) {
    return exp(a * log(x) + b * log1p(-x) - log_beta);
}

/* I_x(a, b) from its weight at 0 < x < 1. */
static double weighted_beta_cdf(double x, double a, double b, double weight) {
    if (x < (a + 1) / (a + b + 2)) {
        return weight * beta_fraction(x, a, b) / a;
    }
    return 1 - weight * beta_fraction(1 - x, b, a) / b;
}

double lode_beta_cdf(double x, double a, double b) {
    if (x <= 0 || x >= 1) {
        return x > 0;
    }
    return weighted_beta_cdf(x, a, b, beta_weight(x, a, b, lode_log_beta(a, b)));
}

/* A start for shapes of 1 or more: Abramowitz and Stegun 26.5.22, good to a few per cent. */
static double near_quantile(double p, double a, double b) {
    double y = -lode_normal_quantile(p), u = 1 / (2 * a - 1), v = 1 / (2 * b - 1), h = 2 / (u + v);
    double c = (y * y - 3) / 6;
    double w = y * sqrt(h + c) / h - (v - u) * (c + 5.0 / 6 - 2 / (3 * h));
    return a / (a + b * exp(2 * w));
}

/* p at most I at the mean, so that the lower tail is the shorter one. */
static double lower_quantile(double p, double a, double b) {
    enum { MOST_STEPS = 200 };
    const double log_beta = lode_log_beta(a, b);
    /* Where only the first term counts, I_x(a, b) = x^a / (a B(a, b)): the answer if it is very small. */
    double low = 0, high = a / (a + b), x = exp((log(p) + log(a) + log_beta) / a);
    if (x * (1 + fabs(b - 1)) < DBL_EPSILON) {
        return x;
    }
    double start = a >= 1 && b >= 1 ? near_quantile(p, a, b) : x;
    x = start > 0 && start < high ? start : fmin(x, high / 2);
    for (int i = 0; i < MOST_STEPS; i++) {
        double weight = beta_weight(x, a, b, log_beta), error = weighted_beta_cdf(x, a, b, weight) - p;
        low = error < 0 ? x : low;
        high = error < 0 ? high : x;
        double next = x - error * x * (1 - x) / weight;
        if (!(next > low && next < high)) {
            next = low + (high - low) / 2;
        }
        if (fabs(next - x) <= 2 * DBL_EPSILON * x) {
            return next;
        }
        x = next;
    }
    return x;
}

double lode_beta_quantile(double p, double a, double b) {
    if (!(p > 0) || p >= 1) {
        return p > 0;
    }
    bool lower = p <= lode_beta_cdf(a / (a + b), a, b);
    return lower ? lower_quantile(p, a, b) : 1 - lower_quantile(1 - p, b, a);
}
