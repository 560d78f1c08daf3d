/* Reads CSV by RFC 4180: quotes doubled inside quotes, line ends LF or CRLF, also inside quotes. The first line is the header. O(letters). */
export interface Sheet {
  columns: string[];
  rows: string[][];
}

export function readCsv(text: string): Sheet {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length) {
    const { cell, end } = text[at] === '"' ? quoted(text, at) : bare(text, at);
    row.push(cell);
    const sign = text[end];
    at = end + 1;
    if (sign === ',') {
      if (at === text.length) row.push('');
      continue;
    }
    if (sign === '\r' && text[at] === '\n') at++;
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push(row);
  const [columns = [], ...rest] = rows;
  return { columns, rows: rest.filter((cells) => cells.length > 1 || cells[0] !== '') };
}

function bare(text: string, from: number): { cell: string; end: number } {
  let end = from;
  for (; end < text.length; end++) {
    const sign = text[end];
    if (sign === ',' || sign === '\n' || sign === '\r') break;
  }
  return { cell: text.slice(from, end), end };
}

function quoted(text: string, from: number): { cell: string; end: number } {
  let cell = '';
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return { cell: cell + text.slice(at), end: text.length };
    cell += text.slice(at, quote);
    if (text[quote + 1] !== '"') {
      const rest = bare(text, quote + 1);
      return { cell: cell + rest.cell, end: rest.end };
    }
    cell += '"';
    at = quote + 2;
  }
}
