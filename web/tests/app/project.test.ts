import { expect, test } from 'vitest';
import { basket, num, remedies, str } from '../../src/app/store/project';

/* 900 t of one element at 50 and at 10 USD/kg, 100 t of another at 300; 2,000 t bought at 5; running costs 8, fixed 2 million. By hand, over a million
 * kilograms sold: (600 x 50 + 300 x 10) / 1000 = 33; 30; -10; -8; -2; left 43. */
const from = {
  goods: [
    { commodity: 'a', element: 'nd', t_per_year: 600, usd_per_kg: 50 },
    { commodity: 'b', element: 'nd', t_per_year: 300, usd_per_kg: 10 },
    { commodity: 'c', element: '', t_per_year: 100, usd_per_kg: 300 },
    { commodity: 'feed', element: '', t_per_year: -2000, usd_per_kg: 5 },
  ],
  operating_usd_per_year: 8e6,
  fixed_usd_per_year: 2e6,
};

test('the basket by element, its costs and what is left', () => {
  expect(basket(from).map((row) => [row.kind, row.label, Math.round(row.usd_per_kg * 1e6) / 1e6])).toEqual([
    ['sale', 'nd', 33], ['sale', 'c', 30], ['cost', 'Feed and reagents', -10], ['cost', 'Conversion', -8], ['cost', 'Fixed cost', -2], ['margin', 'Margin', 43],
  ]);
});
test('without goods there is none', () => {
  expect(basket({})).toEqual([]);
  expect(basket({ goods: [{ commodity: 'feed', t_per_year: -1, usd_per_kg: 1 }] })).toEqual([]);
});
test('what is not there, or of another kind, is null or empty', () => {
  expect(num({ a: 'x' }, 'a')).toBeNull();
  expect(num(null, 'a')).toBeNull();
  expect(str({ a: 1 }, 'a')).toBe('');
});
test('remedies in words, those there are', () => {
  const ways = remedies({ passing_usd_per_kg: 84.5, passing_grant_usd: 1.1e8, passing_offtake_share: null }, (usd) => `${usd / 1e6} million`, String);
  expect(ways).toEqual(['a price of 84.5 USD/kg (real, for ever)', 'a grant of 110 million']);
});
