/* Search and sort of a table's rows. Pure. */
import type { Sheet } from './csv_read';

export interface Order {
  column: number; // -1: as they came
  down: boolean; // largest first
}

const isNumber = (cell: string): boolean => cell !== '' && Number.isFinite(Number(cell));

/* Columns whose filled cells are all numbers: shown to the right, sorted by size. Looks at the first thousand rows. */
export function numberColumns(sheet: Sheet): boolean[] {
  const some = sheet.rows.slice(0, 1000);
  return sheet.columns.map((_, at) => some.some((row) => isNumber(row[at] ?? '')) && some.every((row) => (row[at] ?? '') === '' || isNumber(row[at] ?? '')));
}

/* Rows that have every word in some cell; a word COLUMN:TEXT looks in that column only. */
export function find(sheet: Sheet, search: string): string[][] {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return sheet.rows;
  const tests = words.map((word) => testOf(sheet, word));
  return sheet.rows.filter((row) => tests.every((test) => test(row)));
}

function testOf(sheet: Sheet, word: string): (row: string[]) => boolean {
  const colon = word.indexOf(':');
  const column = colon > 0 ? sheet.columns.findIndex((name) => name.toLowerCase() === word.slice(0, colon)) : -1;
  if (column >= 0) return (row) => (row[column] ?? '').toLowerCase().includes(word.slice(colon + 1));
  return (row) => row.some((cell) => cell.toLowerCase().includes(word));
}

/* Empty cells last, either way. */
export function sort(rows: readonly string[][], order: Order, isNumeric: boolean): string[][] {
  if (order.column < 0) return [...rows];
  const at = order.column;
  const sign = order.down ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [a[at] ?? '', b[at] ?? ''];
    if (x === '' || y === '') return x === y ? 0 : x === '' ? 1 : -1;
    return sign * (isNumeric ? Number(x) - Number(y) : x < y ? -1 : x > y ? 1 : 0);
  });
}

/* Which rows a scrolled window shows, with some above and below. */
export function windowOf(count: number, scrolled: number, height: number, rowHeight: number, spare = 8): { from: number; to: number } {
  const from = Math.max(0, Math.min(count, Math.floor(scrolled / rowHeight) - spare));
  return { from, to: Math.max(from, Math.min(count, Math.ceil((scrolled + height) / rowHeight) + spare)) };
}
