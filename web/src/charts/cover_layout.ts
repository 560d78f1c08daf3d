/* Colour steps of stocks and the order of their strips. Pure: no drawing. */
import { isFiniteNumber } from './scale';

export interface Strip {
  id: string;
  label: string;
  values: (number | null)[];
}
/* Months below which a stock is of step 5 (empty) to 1; 0 above. */
export const coverSteps: { step: number; label: string }[] = [
  { step: 5, label: 'under a week' }, { step: 4, label: 'under 3 weeks' }, { step: 3, label: 'under 6 weeks' }, { step: 2, label: 'under 3 months' },
  { step: 1, label: 'under 6 months' }, { step: 0, label: '6 months or more' },
];
export function coverStep(months: number | null | undefined): number | null {
  if (!isFiniteNumber(months)) return null;
  const at = [0.25, 0.7, 1.4, 3, 6].findIndex((end) => months < end);
  return at < 0 ? 0 : 5 - at;
}

const lowest = (values: readonly (number | null)[]): number => values.reduce<number>((least, value) => (isFiniteNumber(value) && value < least ? value : least), Infinity);
const fall = (row: { values: (number | null)[]; ghost?: (number | null)[] | undefined }): number =>
  row.values.reduce<number>((sum, value, at) => {
    const before = row.ghost?.[at];
    return isFiniteNumber(value) && isFiniteNumber(before) ? sum + Math.max(0, before - value) : sum;
  }, 0);

/* The rows that fall most against the baseline, or where there is none the lowest; at most `most` of those that have values. */
export function rowsByNeed<R extends { values: (number | null)[]; ghost?: (number | null)[] | undefined }>(rows: readonly R[], most: number): R[] {
  return rows.filter((row) => lowest(row.values) < Infinity).sort((a, b) => fall(b) - fall(a) || lowest(a.values) - lowest(b.values)).slice(0, most);
}
