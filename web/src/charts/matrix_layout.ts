/* What the stress matrix says: cells, colour steps, order. Pure: no drawing. */
import { classes, type Class, type MatrixRow } from '../document';
import { months, number, percent } from '../format';
import { className } from './names';
import type { Table } from './csv';
import { isFiniteNumber } from './scale';

/* Upper ends of the colour steps 0 to 4 of a loss; the fifth is above. */
export const lossSteps = [0.01, 0.05, 0.15, 0.35, 0.65] as const;

export function lossStep(loss: number | null | undefined): number {
  if (!isFiniteNumber(loss)) return 0;
  const step = lossSteps.findIndex((end) => loss < end);
  return step < 0 ? lossSteps.length : step;
}
/* Of a price over the reference's: below 1.1, 1.5, 2, 4, 8, above. */
export function priceStep(multiple: number | null | undefined): number {
  if (!isFiniteNumber(multiple)) return 0;
  const step = [1.1, 1.5, 2, 4, 8].findIndex((end) => multiple < end);
  return step < 0 ? 5 : step;
}
export const multiple = (value: number | null | undefined): string => (isFiniteNumber(value) ? `×${number(value)}` : '–');

/* "from 3 days, until month 14", what goes under a loss. */
export function spellText(row: MatrixRow, of: Class): string {
  const first = row.first_short_months[of];
  if (!isFiniteNumber(first)) return '';
  const last = row.last_short_months[of];
  const from = `after ${months(first)}`;
  if (row.still_short[of]) return `${from}, still short at the end`;
  return isFiniteNumber(last) ? `${from}, until month ${number(last, 2)}` : from;
}

export type SortKey = 'title' | 'projects' | 'cost' | Class | 'inside' | 'outside' | 'paid';
export interface Order {
  key: SortKey;
  down: boolean;
}
const sortValue = (row: MatrixRow, key: SortKey): number | string => {
  if (key === 'title') return row.title;
  if (key === 'projects') return row.projects_lost ?? -Infinity;
  if (key === 'cost') return row.policy_cost_musd ?? -Infinity;
  if (key === 'inside' || key === 'outside' || key === 'paid') return row.peak_price[key] ?? -Infinity;
  return row.loss[key] ?? -Infinity;
};

/* null keeps the battery's order. The sort is stable. */
export function sortRows(rows: readonly MatrixRow[], order: Order | null): MatrixRow[] {
  if (!order) return [...rows];
  return [...rows].sort((a, b) => {
    const [x, y] = [sortValue(a, order.key), sortValue(b, order.key)];
    const less = typeof x === 'string' && typeof y === 'string' ? x.localeCompare(y) : x < y ? -1 : x > y ? 1 : 0;
    return order.down ? -less : less;
  });
}

export function matrixTable(rows: readonly MatrixRow[]): Table {
  return {
    columns: [
      { name: 'Shock' },
      ...classes.flatMap((of) => [
        { name: `${className[of]}: largest loss`, unit: 'share' }, { name: `${className[of]}: loss without the programme`, unit: 'share' },
        { name: `${className[of]}: first short`, unit: 'months' }, { name: `${className[of]}: last short`, unit: 'months' },
      ]),
      { name: 'Peak price inside', unit: 'multiple' }, { name: 'Peak price outside', unit: 'multiple' }, { name: 'Peak price paid', unit: 'multiple' },
      { name: 'Projects lost' }, { name: 'Policy cost', unit: 'million USD' },
    ],
    rows: rows.map((row) => [
      row.title,
      ...classes.flatMap((of) => [
        row.loss[of] ?? null, row.without_programme?.loss[of] ?? null, row.first_short_months[of] ?? null, row.last_short_months[of] ?? null,
      ]),
      row.peak_price.inside, row.peak_price.outside, row.peak_price.paid, row.projects_lost, row.policy_cost_musd,
    ]),
  };
}

/* The loss in a cell, with what the programme changes said beside it. */
export const lossText = (row: MatrixRow, of: Class, without: boolean): string => percent(without ? row.without_programme?.loss[of] : row.loss[of]);
