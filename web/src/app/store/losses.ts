/* Whose loss to ask about: the document has losses of segments over all regions, and of classes in each region; a question names a segment and a
 * region. Pure. */
import { runOf } from '../../charts/series';
import type { Document, LossSeries } from '../../document';

export interface Subject {
  segment: string;
  region: string;
  most: number; // share lost in the segment's worst month
  period: number; // that month
}

function worst(row: LossSeries): { most: number; period: number } {
  let best = { most: 0, period: -1 };
  row.values.forEach((value, index) => {
    if (value !== null && value > best.most) best = { most: value, period: row.first + index };
  });
  return best;
}

const rowsOf = (doc: Document, run: string): LossSeries[] => (doc.loss ?? []).filter((row) => row.run === run);

/* Regions in which the class loses, the one that loses most first; where none does, those hit. */
export function regionsOf(doc: Document, run: string, kind: string): string[] {
  const found = rowsOf(doc, run)
    .filter((row) => row.class === kind && row.region !== '')
    .map((row) => ({ region: row.region, most: worst(row).most }))
    .sort((a, b) => b.most - a.most)
    .map((row) => row.region);
  return found.length > 0 ? [...new Set(found)] : (runOf(doc, run)?.hits ?? []);
}

/* The month in which a segment loses most within the twelve from `first` on; where the document has no series of it, its class in that region. */
export function worstMonth(doc: Document, run: string, kind: string, cell: { segment: string; region: string }, first: number): number {
  const rows = rowsOf(doc, run);
  const row = rows.find((it) => it.segment === cell.segment) ?? rows.find((it) => it.class === kind && it.segment === '' && it.region === cell.region);
  let best = { most: 0, period: first };
  for (let period = first; row && period < first + 12; period++) {
    const value = row.values[period - row.first] ?? 0;
    if (value > best.most) best = { most: value, period };
  }
  return best.period;
}

/* Segments that lose anything to speak of, the worst first, each with the region that the matrix shows of it, else the one of its class that loses most. */
export function subjects(doc: Document, run: string): Subject[] {
  const regions = new Map<string, string>();
  const shown = Object.values(doc.matrix?.find((it) => it.run === run)?.worst_of ?? {});
  const regionFor = (row: LossSeries): string => {
    if (row.region !== '') return row.region;
    const cell = shown.find((it) => it.segment === row.segment);
    if (cell) return cell.region;
    if (!regions.has(row.class)) regions.set(row.class, regionsOf(doc, run, row.class)[0] ?? '');
    return regions.get(row.class) ?? '';
  };
  return rowsOf(doc, run)
    .filter((row) => row.segment !== '')
    .map((row) => ({ segment: row.segment, region: regionFor(row), ...worst(row) }))
    .filter((subject) => subject.most > 0.001 && subject.region !== '')
    .sort((a, b) => b.most - a.most);
}
