/* Tables as CSV by RFC 4180: CRLF, quotes doubled, a header. What a spreadsheet would take for a formula gets an apostrophe; a number that is
 * text (of a table as the server sent it) stays a number. Letters beyond ASCII need the mark by which Excel knows UTF-8. */

export type Cell = string | number | null;
export interface Column {
  name: string;
  unit?: string;
}
export interface Table {
  columns: Column[];
  rows: Cell[][];
}

const isNumber = (cell: string): boolean => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell);

function field(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : '';
  const text = /^[=+\-@\t\r]/.test(cell) && !isNumber(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const heading = (column: Column): string => (column.unit ? `${column.name} (${column.unit})` : column.name);

export function csv(table: Table): string {
  const text = [table.columns.map(heading), ...table.rows].map((row) => row.map(field).join(',') + '\r\n').join('');
  return /[^\x00-\x7f]/.test(text) ? `\ufeff${text}` : text;
}
