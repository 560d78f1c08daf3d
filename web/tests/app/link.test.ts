import { describe, expect, test } from 'vitest';
import { read, start, write, type Scenarios } from '../../src/app/store/link';
import { none, withSetting } from '../../src/app/store/settings';
import { all, belief, border, floor, freeze, share, view } from './levers';

const frozen = withSetting(withSetting(none, freeze, { value: 12, start: '2027-03' }), floor, { value: 130 });

test('reads as it is written', () => {
  expect(write({ a: frozen, b: null }, { ...start, view: 'prices' }, all)).toBe('#freeze=12@2027-03&floor=130&view=prices');
  expect(write({ a: none, b: null }, start, all)).toBe('#');
});

describe('round trips', () => {
  const cases: [string, Scenarios][] = [
    ['nothing', { a: none, b: null }],
    ['one', { a: frozen, b: null }],
    ['every kind', { a: withSetting(withSetting(withSetting(frozen, border, { value: 1 }), belief, { value: 0 }), share, { value: 0.7 }), b: null }],
    ['A and B', { a: frozen, b: withSetting(none, floor, { value: 60 }) }],
    ['B with nothing moved', { a: frozen, b: none }],
    ['a lever named like a word of the link', { a: withSetting(none, view, { value: 60 }), b: withSetting(none, view, { value: 65 }) }],
  ];
  test.each(cases)('%s', (_, scenarios) => {
    const place = { view: 'tables' as const, project: 'la_rochelle', table: 'prices & more=1' };
    const { problems, place: found, ...rest } = read(write(scenarios, place, all), all);
    expect(problems).toEqual([]);
    expect(found).toEqual(place);
    expect(rest).toEqual(scenarios);
  });
});

test('a start at its default needs no saying, and is understood when said', () => {
  expect(write({ a: withSetting(none, freeze, { value: 6 }), b: null }, start, all)).toBe('#freeze=6');
  expect(read('#freeze=6@2026-12', all).a).toEqual({ freeze: { value: 6 } });
});

describe('broken links are told, and the rest holds', () => {
  const cases: [string, RegExp][] = [
    ['#freze=12&floor=130', /no lever “freze”; did you mean “freeze”/],
    ['#freeze=many&floor=130', /“many” is no number/],
    ['#freeze=&floor=130', /is no number/],
    ['#freeze=12@2020-01&floor=130', /cannot start in 2020-01: from 2025-06 to 2033-12/],
    ['#freeze=12@2027-13&floor=130', /cannot start/],
    ['#freeze=99&floor=130', /cannot be 99: from 0 to 24/],
    ['#floor=130&border=0.5', /cannot be 0.5/],
    ['#share=0.3@2027-01&floor=130', /has no start month/],
    ['#view=pices&floor=130', /no view “pices”; did you mean “prices”/],
    ['#floor=130&%E0%A4%A=1', /no lever/],
    ['#b.what=1&floor=130', /no lever “b.what”/],
  ];
  test.each(cases)('%s', (hash, message) => {
    const link = read(hash, all);
    expect(link.problems.join(' ')).toMatch(message);
    expect(link.problems).toHaveLength(1);
    expect(link.a.floor).toEqual({ value: 130 });
  });
});

test('no text crashes it', () => {
  for (const hash of ['', '#', '#&&&', '#=', '#=1', '#b', '#b.', '#a.', '#%', '#__proto__=1', '#constructor=2', '#view', `#${'x'.repeat(1e5)}`])
    expect(() => read(hash, all)).not.toThrow();
  expect(read('#b', all)).toMatchObject({ a: {}, b: {}, problems: [] });
});
