/* The months that matter for a shock: two years before it until its run ends. What follows is the reference's and would leave the charts empty. */
import { runOf } from '../charts/series';
import type { Document, Fan, Run, Series } from '../document';

const monthsBefore = 24;

const moved = <S extends Series | Fan>(rows: S[] | undefined, by: number): S[] | undefined => rows?.map((row) => ({ ...row, first: row.first - by }));

/* The same document with the periods [from, to) only; indices of periods are moved along. O(rows). */
export function crop(doc: Document, from: number, to: number): Document {
  const runs: Run[] = doc.runs.map((run) => ({ ...run, first: run.first - from, end: Math.min(run.end, to) - from }));
  const cropped: Document = { ...doc, runs, horizon: { ...doc.horizon, periods: doc.horizon.periods.slice(from, to) } };
  const set = <K extends keyof Document>(key: K, rows: Document[K] | undefined): void => {
    if (rows !== undefined) cropped[key] = rows;
  };
  set('prices', moved(doc.prices, from));
  set('supply', moved(doc.supply, from));
  set('cover', moved(doc.cover, from));
  set('loss', moved(doc.loss, from));
  set('fans', moved(doc.fans, from));
  return cropped;
}

export function cropToRun(doc: Document, run: string): Document {
  const row = runOf(doc, run);
  if (!row || row.pair === '') return doc;
  const from = Math.max(0, row.first - monthsBefore);
  const to = row.end > row.first ? Math.min(row.end, doc.horizon.periods.length) : doc.horizon.periods.length;
  return from === 0 && to === doc.horizon.periods.length ? doc : crop(doc, from, to);
}
