import { expect, test } from 'vitest';
import { firstMonth, isMoved, keyOf, leverValues, none, snap, without, withSetting } from '../../src/app/store/settings';
import { all, border, floor, freeze, share } from './levers';

test('a value goes onto the grid and into the range', () => {
  expect(snap(floor, 133)).toBe(135);
  expect(snap(floor, 1e9)).toBe(200);
  expect(snap(floor, -3)).toBe(60);
  expect(snap(share, 0.1 + 0.2)).toBe(0.3);
  expect(snap(border, 0.7)).toBe(1);
});

test('back at its default a lever is no longer moved', () => {
  const moved = withSetting(none, floor, { value: 130 });
  expect(isMoved(floor, moved)).toBe(true);
  expect(withSetting(moved, floor, { value: 110 })).toEqual({});
  expect(without(moved, 'floor')).toEqual({});
});

test('a start alone is kept, and asks nothing of the server', () => {
  const begun = withSetting(none, freeze, { value: 0, start: '2027-03' });
  expect(begun).toEqual({ freeze: { value: 0, start: '2027-03' } });
  expect(leverValues(begun, all)).toEqual([]);
});

test('the same settings are the same request, whatever came first', () => {
  const one = withSetting(withSetting(none, floor, { value: 130 }), freeze, { value: 12, start: '2027-01' });
  const two = withSetting(withSetting(none, freeze, { value: 12, start: '2027-01' }), floor, { value: 130 });
  expect(keyOf(leverValues(one, all))).toBe('floor=130&freeze=12@2027-01');
  expect(keyOf(leverValues(two, all))).toBe(keyOf(leverValues(one, all)));
});

test('the first month that can differ is the earliest start; a lever without one acts from the first month', () => {
  const frozen = leverValues(withSetting(none, freeze, { value: 12 }), all);
  expect(firstMonth(frozen, '2025-01')).toBe('2026-12');
  expect(firstMonth([...frozen, { lever: 'floor', value: 130 }], '2025-01')).toBe('2025-01');
  expect(firstMonth([], '2025-01')).toBe('');
});
