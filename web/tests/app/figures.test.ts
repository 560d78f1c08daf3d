import { expect, test } from 'vitest';
import type { Document } from '../../src/document';
import { keyFigures } from '../../src/app/store/figures';
import { regionsOf, subjects } from '../../src/app/store/losses';
import { differenceText, figureText } from '../../src/app/store/figure_text';

/* Four months; the levers act from the third. */
const row = { title: '', note: '', end: 4, hits: ['USA'], assumed: false, source: [] };
const doc = {
  world: { name: 'w', base_year: 2024, assumed: [], controlling: 'CHN' },
  horizon: { from: '2025-01', step_months: 1, periods: ['2025-01', '2025-02', '2025-03', '2025-04'] },
  names: { regions: {}, commodities: {}, segments: {}, assets: {}, elements: [] },
  runs: [{ ...row, run: 'reference', first: 0, pair: '' }, { ...row, run: 'levers', first: 2, pair: 'reference' }],
  prices: [
    { run: 'reference', commodity: 'dy_oxide', region: 'USA', kind: 'outside', first: 0, values: [300, 100, 110, 120] },
    { run: 'levers', commodity: 'dy_oxide', region: 'USA', kind: 'outside', first: 2, values: [400, 90] },
  ],
  supply: [
    { run: 'reference', stage: 'magnet', region: 'CHN', first: 0, values: [90, 90, 90, 90] },
    { run: 'reference', stage: 'magnet', region: 'JPN', first: 0, values: [10, 10, 10, 10] },
    { run: 'levers', stage: 'magnet', region: 'CHN', first: 2, values: [60, 60] },
    { run: 'levers', stage: 'magnet', region: 'JPN', first: 2, values: [20, 20] },
  ],
  loss: [
    { run: 'levers', class: 'defence', segment: '', region: 'USA', first: 2, values: [0.1, 0.2] },
    { run: 'levers', class: 'defence', segment: '', region: 'JPN', first: 2, values: [0.3, 0.1] },
    { run: 'levers', class: 'defence', segment: 'radar', region: '', first: 2, values: [0.2, 0.25] },
    { run: 'levers', class: 'defence', segment: 'sonar', region: '', first: 2, values: [0.05, 0] },
  ],
} as unknown as Document;

test('highest prices are compared over the months from where the levers act', () => {
  const price = keyFigures(doc, 'levers', { first: 2, end: 4 }).find((figure) => figure.id === 'price:dy_oxide');
  expect(price).toMatchObject({ was: 120, is: 400, what: 'price:dy_oxide:USA:2025-03' });
});

test('what is made outside: 10 of 100 in the baseline, 20 of 80 with the levers', () => {
  const made = keyFigures(doc, 'levers', { first: 2, end: 4 }).find((figure) => figure.id === 'supply:magnet');
  expect(made?.was).toBeCloseTo(0.1);
  expect(made?.is).toBeCloseTo(0.25);
});

test('nothing solved, no figures', () => expect(keyFigures(doc, 'levers', { first: 2, end: 2 })).toEqual([]));

test('a loss is asked about for the worst segment in the region of its class that loses most', () => {
  expect(regionsOf(doc, 'levers', 'defence')).toEqual(['JPN', 'USA']);
  expect(subjects(doc, 'levers')).toEqual([
    { segment: 'radar', region: 'JPN', most: 0.25, period: 3 },
    { segment: 'sonar', region: 'JPN', most: 0.05, period: 2 },
  ]);
  const matrix = [{ run: 'levers', worst_of: { defence: { segment: 'radar', region: 'USA', from: '2025-03' } } }];
  expect(subjects({ ...doc, matrix } as unknown as Document, 'levers').map((it) => it.region)).toEqual(['USA', 'JPN']);
});

test('a key figure of a loss asks about the use and region whose loss it is, in the worst month of its worst twelve', () => {
  const none = { defence: 0, essential: 0, industrial: 0, consumer: 0 };
  const matrix = [{
    run: 'levers', loss: { ...none, defence: 0.4 }, worst_of: { defence: { segment: 'radar', region: 'USA', from: '2025-03' } },
    first_short_months: {}, peak_price: {}, projects_lost: null, policy_cost_musd: null,
  }];
  const found = keyFigures({ ...doc, matrix } as unknown as Document, 'levers', { first: 2, end: 4 });
  expect(found.find((figure) => figure.id === 'loss:defence')).toMatchObject({ is: 0.4, what: 'loss:radar:USA:2025-04' });
  expect(found.find((figure) => figure.id === 'loss:essential')).toMatchObject({ is: 0, what: '' });
});

test('differences as people say them', () => {
  expect(differenceText(100, 150, 'price')).toBe('+50%');
  expect(differenceText(100, 100.01, 'price')).toBe('same');
  expect(differenceText(0.1, 0.25, 'share')).toBe('+15 points');
  expect(differenceText(0.25, 0.1, 'share')).toBe('−15 points');
  expect(differenceText(null, 1, 'price')).toBe('–');
  expect(differenceText(3, 1, 'count')).toBe('−2');
  expect(figureText(0, 'months')).toBe('none');
});
