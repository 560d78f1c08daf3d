/* Parts that stream in, laid over a document. */
import { describe, expect, it } from 'vitest';
import { merge, overlay } from '../src/document_merge';
import type { Part, SupplySeries } from '../src/document';

const series = (first: number, values: (number | null)[], run = 'levers', region = 'USA'): SupplySeries => ({ run, stage: 'mine', region, first, values });

describe('overlay', () => {
  it('replaces the months that are there, keeps those before and after', () => {
    expect(overlay(series(2, [1, 2, 3, 4]), series(4, [30, null, 50]))).toEqual(series(2, [1, 2, 30, null, 50]));
    expect(overlay(series(5, [9]), series(2, [1]))).toEqual(series(2, [1, null, null, 9]));
    expect(overlay(series(2, []), series(2, [7]))).toEqual(series(2, [7]));
  });
});

describe('merge', () => {
  const before: Part = { headline: 'old', supply: [series(0, [1, 1]), series(0, [5, 5], 'reference')] };
  it('joins the same series and adds new ones', () => {
    const after = merge(before, { supply: [series(1, [2]), series(0, [8], 'levers', 'CHN')] });
    expect(after.supply).toEqual([series(0, [1, 2]), series(0, [5, 5], 'reference'), series(0, [8], 'levers', 'CHN')]);
  });
  it('takes what is no section whole, and leaves what is not named', () => {
    expect(merge(before, { headline: 'new' })).toEqual({ ...before, headline: 'new' });
    expect(merge(before, {})).toEqual(before);
  });
  it('changes neither side', () => {
    const copy = structuredClone(before);
    merge(before, { supply: [series(0, [3])] });
    expect(before).toEqual(copy);
  });
  it('replaces rows with the same key', () => {
    const flow = (t: number) => ({ run: 'levers', year: 2027, element: 'nd', from: 'mine:USA', to: 'loss', t });
    expect(merge({ flows: [flow(1)] } as Part, { flows: [flow(2)] }).flows).toEqual([flow(2)]);
  });
  it('adds a section that was not there', () => expect(merge({} as Part, { supply: [series(0, [1])] }).supply).toHaveLength(1));
});

