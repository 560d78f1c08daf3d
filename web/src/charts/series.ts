/* From the document's series to lists over the whole horizon. A shock's rows begin where it leaves its pair; before, it is its pair. */
import type { Document, Run, Series } from '../document';
import type { Mark } from './time_layout';

/* What a chart shows: a run of a document, a baseline behind it, and the period from which on its values are not solved yet. */
export interface View {
  doc: Document;
  run: string;
  ghost?: { doc: Document; run: string } | undefined;
  stale?: number | undefined;
}

export const runOf = (doc: Document, run: string): Run | undefined => doc.runs.find((row) => row.run === run);

/* Values of a run over the horizon, null where there is none; the pair's before the run's own. O(rows + periods x pairs). */
export function fullValues<S extends Series>(doc: Document, rows: readonly S[] | undefined, run: string, is: (row: S) => boolean): (number | null)[] {
  const values: (number | null)[] = new Array<number | null>(doc.horizon.periods.length).fill(null);
  const lay = (name: string, depth: number): void => {
    const row = runOf(doc, name);
    if (row?.pair && depth < 4) lay(row.pair, depth + 1);
    const own = (rows ?? []).find((each) => each.run === name && is(each));
    // A series that is absent goes as its pair's until the run ends, unless the run tells all of its own.
    if (row?.pair) values.fill(null, Math.max(0, own || row.all_series ? row.first : row.end));
    own?.values.forEach((value, index) => {
      const at = own.first + index;
      if (at >= 0 && at < values.length) values[at] = value;
    });
  };
  lay(run, 0);
  return values;
}

/* Rows of a run and of what it is laid over, one for each key. */
export function keysOf<S extends Series>(doc: Document, rows: readonly S[] | undefined, run: string, key: (row: S) => string): string[] {
  const names = new Set([run]);
  for (let name = run, depth = 0; depth < 4; depth++) {
    name = runOf(doc, name)?.pair ?? '';
    if (name === '') break;
    names.add(name);
  }
  return [...new Set((rows ?? []).filter((row) => names.has(row.run)).map(key))];
}

/* Where the run's shock begins. */
export function shockMarks(doc: Document, run: string): Mark[] {
  const row = runOf(doc, run);
  return row && row.pair !== '' && row.first > 0 && row.first < doc.horizon.periods.length ? [{ period: row.first, label: row.title }] : [];
}

/* The ghost of a run of a battery: the run without the shock. */
export function pairGhost(doc: Document, run: string): View['ghost'] {
  const pair = runOf(doc, run)?.pair;
  return pair ? { doc, run: pair } : undefined;
}

/* The year to begin with: that of the sixth month of a shock; "" of a run without one. */
export function yearOfShock(doc: Document, run: string): string {
  const row = runOf(doc, run);
  return row && row.pair !== '' ? (doc.horizon.periods[row.first + 6]?.slice(0, 4) ?? '') : '';
}

/* Each key of the rows once. */
export const keysOfRows = <R>(rows: readonly R[], key: (row: R) => string): string[] => [...new Set(rows.map(key))];
