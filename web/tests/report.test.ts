/* Pure parts of the report page. Expected values are worked out by hand. */
import { describe, expect, it } from 'vitest';
import { inWords, metricName } from '../src/charts/names';
import { cropToRun } from '../src/report/crop';
import { parts } from '../src/report/explain';
import { firstRun, headline } from '../src/report/report';
import type { Document } from '../src/document';
import fixture from './fixture.json';

const doc = fixture as unknown as Document;

describe('the headline', () => {
  it('is the first sentence; others follow', () => {
    expect(headline('A “big” shock hits. 3 of 4 draws say so. Then more.')).toEqual(['A “big” shock hits.', '3 of 4 draws say so. Then more.']);
    expect(headline('Costs 1.5 bn a year')).toEqual(['Costs 1.5 bn a year', '']);
    expect(headline('')).toEqual(['What the run says', '']);
  });
});

describe('the shock shown first', () => {
  const reference = { run: 'reference', title: 'None', note: '', first: 0, end: 1, pair: '', hits: [], assumed: false, source: [] };
  const a = { ...reference, run: 'a', title: 'Flood', pair: 'reference' };
  it('is that of the headline, else the worst, else the reference', () => {
    expect(firstRun({ ...doc, matrix: [], runs: [reference, a, { ...a, run: 'b', title: 'Ban' }], headline: 'Under ban it breaks.' })).toBe('b');
    expect(firstRun({ ...doc, headline: 'nothing' })).toBe('full_freeze'); // the largest loss of the fixture's matrix
    expect(firstRun({ ...doc, matrix: [], line_stops: [], runs: [reference], headline: '' })).toBe('reference');
  });
});

describe('the months of a shock', () => {
  it('begin two years before it and end with its run', () => {
    const run = doc.runs.find((row) => row.run === 'full_freeze')!;
    const cropped = cropToRun(doc, 'full_freeze');
    const from = Math.max(0, run.first - 24);
    expect(cropped.horizon.periods[0]).toBe(doc.horizon.periods[from]);
    expect(cropped.runs.find((row) => row.run === 'full_freeze')?.first).toBe(run.first - from);
    expect(cropped.prices?.[0]?.first).toBe((doc.prices?.[0]?.first ?? 0) - from);
  });
  it('are all of a run without a shock', () => expect(cropToRun(doc, 'reference')).toBe(doc));
});

describe('words', () => {
  it('replace ids that are known, and leave the rest', () => {
    expect(inWords(doc, 'no more dy_oxide from CHN>JPN in 2026-12 (USD)')).toBe('no more Dysprosium oxide from China to Japan in December 2026 (USD)');
  });
  it('of an explanation are a paragraph and its points', () => {
    expect(parts('It loses. Behind it: (1) a plant. (2) a licence (2027-01).')).toEqual({ before: 'It loses. Behind it:', points: ['a plant.', 'a licence (2027-01).'] });
  });
  it('name a metric', () => {
    expect(metricName({ ...doc, runs: [] }, 'full_freeze/loss/essential')).toBe('Loss, essential (Full freeze)');
    expect(metricName(doc, 'policy_cost')).toBe('Policy cost');
  });
});
