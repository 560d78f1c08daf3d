/* Functions of probability that libm has not: the normal distribution and the beta distribution, and their inverses. */
#ifndef LODE_ENSEMBLE_SPECIAL_H
#define LODE_ENSEMBLE_SPECIAL_H

/* Standard normal: probability of x or less, right in both tails to the last digits. O(1). */
double lode_normal_cdf(double x);
/* Its inverse, relative error about 1e-15 (Wichura 1988, algorithm AS 241, PPND16). -INFINITY at 0, INFINITY at 1. O(1). */
double lode_normal_quantile(double p);

/* Logarithm of the gamma function, x > 0 (Stirling's series, DLMF 5.11.1, after the recurrence has made x large). O(1). */
double lode_log_gamma(double x);
/* Logarithm of the complete beta function B(a, b) = gamma(a) gamma(b) / gamma(a + b). O(1). */
double lode_log_beta(double a, double b);
/* Regularised incomplete beta function I_x(a, b), a and b > 0: probability of x or less of a beta distribution. By the continued fraction
 * of DLMF 8.17.22, evaluated as Lentz (1976) does. A few dozen steps, O(sqrt(max(a, b))) for large ones. */
double lode_beta_cdf(double x, double a, double b);
/* Its inverse: Newton's method kept within a bracket that shrinks. O(steps of the above x 10). */
double lode_beta_quantile(double p, double a, double b);

#endif
