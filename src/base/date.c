/* Days from and to the proleptic Gregorian calendar by eras of 400 years (Howard Hinnant, "chrono-compatible low-level
 * date algorithms"). */
#include "base/date.h"

#include <stdio.h>
#include <string.h>

#define MOST_YEARS 5000000 /* days of a year beyond do not fit */

static bool is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month) {
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

lode_day lode_day_from(int year, int month, int day) {
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void lode_day_to(lode_day day, int *year, int *month, int *mday) {
    int64_t z = (int64_t)day + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int day_of_era = (int)(z - era * 146097);
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted = (5 * day_of_year + 2) / 153;
    int m = shifted < 10 ? shifted + 3 : shifted - 9;
    if (year)
        *year = (int)(year_of_era + era * 400 + (m <= 2));
    if (month)
        *month = m;
    if (mday)
        *mday = day_of_year - (153 * shifted + 2) / 5 + 1;
}

/* `count` digits as a number, or -1. */
static int digits(const char *text, int count) {
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

bool lode_day_parse(const char *text, lode_day *out, int *precision) {
    size_t length = strnlen(text, 11);
    if (length != 4 && length != 7 && length != 10)
        return false;
    int year = digits(text, 4), month = 1, day = 1;
    if (length > 4)
        month = text[4] == '-' ? digits(text + 5, 2) : -1;
    if (length > 7)
        day = text[7] == '-' ? digits(text + 8, 2) : -1;
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > month_days(year, month))
        return false;
    *out = lode_day_from(year, month, day);
    if (precision)
        *precision = (int)length;
    return true;
}

lode_day lode_day_add_months(lode_day day, int months) {
    int year, month, mday;
    lode_day_to(day, &year, &month, &mday);
    int64_t total = (int64_t)year * 12 + (month - 1) + months;
    int64_t new_year = (total >= 0 ? total : total - 11) / 12;
    month = (int)(total - new_year * 12) + 1;
    year = new_year > MOST_YEARS ? MOST_YEARS : new_year < -MOST_YEARS ? -MOST_YEARS : (int)new_year;
    int last = month_days(year, month);
    return lode_day_from(year, month, mday < last ? mday : last);
}

void lode_day_format(lode_day day, char out[11]) {
    int year, month, mday;
    lode_day_to(day, &year, &month, &mday);
    char text[40];
    snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, mday);
    memcpy(out, text, 10);
    out[10] = '\0';
}

double lode_day_year(lode_day day) {
    int year, month, mday;
    lode_day_to(day, &year, &month, &mday);
    lode_day first = lode_day_from(year, 1, 1);
    return year + (double)(day - first) / (double)(lode_day_from(year + 1, 1, 1) - first);
}
