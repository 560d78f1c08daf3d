/* A part added to a document: what streams in replaces what it names and leaves the rest.
 *
 * A section is an array of rows, each of some run. A part's rows of a series (same run and keys) are laid over those that are there: months from
 * `first` on are replaced, months before stay. Rows of other sections replace the rows with the same key. What is no section is taken whole. */
import type { Document, Part, Series } from './document';

type Row = Record<string, unknown>;

/* The sections that are series over months, and what tells the rows of each apart. */
export const seriesKeys = {
  prices: ['run', 'commodity', 'region', 'kind'],
  supply: ['run', 'stage', 'region'],
  cover: ['run', 'commodity', 'region'],
  loss: ['run', 'class', 'segment', 'region'],
} as const;
const isSeries = (section: string): section is keyof typeof seriesKeys => Object.hasOwn(seriesKeys, section);
const rowKeys: Partial<Record<keyof Document, readonly string[]>> = {
  runs: ['run'],
  matrix: ['run'],
  flows: ['run', 'year', 'element', 'from', 'to'],
  diagrams: ['run', 'year', 'element'],
  shipments: ['run', 'year', 'stage', 'from', 'to'],
  output: ['run', 'year', 'asset'],
  projects: ['run', 'asset'],
  money: ['run', 'year', 'instrument', 'payer'],
  fans: ['run', 'what', 'item', 'region'],
  drivers: ['metric'],
  line_stops: ['run', 'class', 'region'],
  bindings: ['run', 'kind', 'object', 'commodity', 'region', 'from'],
};

const keyOf = (row: Row, keys: readonly string[]): string => keys.map((key) => String(row[key])).join('\u0000');

/* The older series with the newer one's months laid over it. */
export function overlay<S extends Series>(older: S, newer: S): S {
  const first = Math.min(older.first, newer.first);
  const end = Math.max(older.first + older.values.length, newer.first + newer.values.length);
  const values: (number | null)[] = [];
  for (let period = first; period < end; period++) {
    const fresh = newer.values[period - newer.first];
    const stale = older.values[period - older.first];
    values.push(fresh !== undefined ? fresh : stale !== undefined ? stale : null);
  }
  return { ...newer, first, values };
}

function mergeRows(older: Row[], newer: Row[], keys: readonly string[], join: (a: Row, b: Row) => Row): Row[] {
  const merged = new Map(older.map((row) => [keyOf(row, keys), row]));
  for (const row of newer) {
    const key = keyOf(row, keys);
    const before = merged.get(key);
    merged.set(key, before ? join(before, row) : row);
  }
  return [...merged.values()];
}

const joinSeries = (a: Row, b: Row): Row => overlay(a as unknown as Series, b as unknown as Series) as unknown as Row;
const takeNewer = (_: Row, b: Row): Row => b;

/* The document with the part laid over it. Neither is changed. O(rows of both). */
export function merge<D extends Part>(document: D, part: Part): D {
  const merged: Record<string, unknown> = { ...document };
  for (const [name, value] of Object.entries(part)) {
    if (value === undefined) continue;
    const section = name as keyof Document;
    const older = document[section];
    const keys = isSeries(section) ? seriesKeys[section] : rowKeys[section];
    if (keys && Array.isArray(older) && Array.isArray(value))
      merged[name] = mergeRows(older as unknown as Row[], value as unknown as Row[], keys, isSeries(section) ? joinSeries : takeNewer);
    else merged[name] = value;
  }
  return merged as D;
}
