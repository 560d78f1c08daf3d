/* How numbers and months are written. */
import { describe, expect, it } from 'vitest';
import { money, month, months, number, percent, short, withUnit, words } from '../src/format';

describe('numbers', () => {
  it('have three significant digits', () => {
    expect([0, 63.44, 12345, 0.001234, -5.678, 999.9].map((value) => number(value))).toEqual(['0', '63.4', '12,300', '0.00123', '−5.68', '1,000']);
  });
  it('are a dash where there is none', () => {
    for (const value of [null, undefined, NaN, Infinity]) expect(number(value) + percent(value) + months(value) + money(value) + withUnit(value, 't')).toBe('–––––');
  });
  it('are short on axes', () => expect([0, 500, 12000, 3.4e6, 5e9].map(short)).toEqual(['0', '500', '12k', '3.4M', '5G']));
  it('as shares are percentages', () => expect([0, 0.004, 0.0999, 0.345, 1].map(percent)).toEqual(['0%', '0.4%', '10%', '35%', '100%']));
  it('as money are millions and billions', () => expect([12, 1740, -3].map(money)).toEqual(['$12m', '$1.74bn', '−$3m']));
});

describe('months', () => {
  it('are named', () => expect([month('2027-03'), month('soon'), month(undefined)]).toEqual(['March 2027', 'soon', '–']));
  it('are counted, in days where short', () => expect([months(0.03), months(0.5), months(1), months(14.2)]).toEqual(['1 day', '15 days', '1 month', '14 months']));
});

describe('ids', () => {
  it('become words', () => expect(words('heavy_separation')).toBe('Heavy separation'));
});
