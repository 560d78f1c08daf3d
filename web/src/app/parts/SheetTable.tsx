/* A long table: only the rows in sight are in the page. */
import { useMemo, useRef, useState } from 'preact/hooks';
import { csv } from '../../charts/csv';
import { download } from '../../charts/download';
import type { Sheet } from '../store/csv_read';
import { find, numberColumns, sort, windowOf, type Order } from '../store/sheet';

const ROW = 28; // px, as in app.css

interface Props {
  sheet: Sheet;
  text: string; // as the server sent it
  name: string;
}

export function SheetTable({ sheet, text, name }: Props) {
  const [search, setSearch] = useState('');
  const [order, setOrder] = useState<Order>({ column: -1, down: false });
  const numeric = useMemo(() => numberColumns(sheet), [sheet]);
  const found = useMemo(() => find(sheet, search), [sheet, search]);
  const rows = useMemo(() => sort(found, order, numeric[order.column] ?? false), [found, order, numeric]);
  const sortBy = (column: number): void =>
    setOrder(order.column !== column ? { column, down: false } : order.down ? { column: -1, down: false } : { column, down: true });
  const save = (): void => download(`${name}.csv`, 'text/csv;charset=utf-8', rows.length === sheet.rows.length && order.column < 0 ? text : csv({ columns: sheet.columns.map((it) => ({ name: it })), rows }));
  return (
    <div class="sheet">
      <div class="picks">
        <label class="pick">Search <input type="search" value={search} placeholder="dy_oxide region:USA" onInput={(event) => setSearch(event.currentTarget.value)} /></label>
        <span class="hint" role="status">{rows.length.toLocaleString('en-US')} of {sheet.rows.length.toLocaleString('en-US')} rows</span>
        <button type="button" onClick={save}>CSV</button>
      </div>
      {rows.length === 0 ? <p class="empty">{sheet.rows.length === 0 ? 'This run has no rows of this table.' : 'No row has that.'}</p> : <Rows sheet={sheet} rows={rows} numeric={numeric} order={order} onSort={sortBy} name={name} />}
    </div>
  );
}

/* Whole numbers, what is short and what is no number as they are; else six digits, and 0 for what a solver leaves of a zero (a price of -4e-12). The download has all
 * of them. */
function shown(cell: string): string {
  if (Math.abs(Number(cell)) < 1e-9 && cell !== '') return '0';
  return cell.length < 8 || /^-?\d+$/.test(cell) || !Number.isFinite(Number(cell)) ? cell : String(Number(Number(cell).toPrecision(6)));
}

interface RowsProps {
  sheet: Sheet;
  rows: string[][];
  numeric: boolean[];
  order: Order;
  onSort: (column: number) => void;
  name: string;
}

function Rows({ sheet, rows, numeric, order, onSort, name }: RowsProps) {
  const holder = useRef<HTMLDivElement>(null);
  const [scrolled, setScrolled] = useState(0);
  const { from, to } = windowOf(rows.length, scrolled, holder.current?.clientHeight ?? 600, ROW);
  return (
    <div class="table-scroll tall" ref={holder} tabIndex={0} role="region" aria-label={`Table ${name}`} onScroll={(event) => setScrolled(event.currentTarget.scrollTop)}>
      <table class="data sheet-rows" aria-rowcount={rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {sheet.columns.map((column, at) => (
              <th scope="col" key={column} class={numeric[at] ? undefined : 'text'} aria-sort={order.column === at ? (order.down ? 'descending' : 'ascending') : 'none'}>
                <button type="button" class="quiet" onClick={() => onSort(at)}>{column}{order.column === at ? (order.down ? ' ▾' : ' ▴') : ''}</button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {from > 0 && <tr aria-hidden="true" style={{ height: `${from * ROW}px` }}><td colSpan={sheet.columns.length} /></tr>}
          {rows.slice(from, to).map((row, index) => (
            <tr key={from + index} aria-rowindex={from + index + 2}>
              {sheet.columns.map((column, at) => <td key={column} class={numeric[at] ? undefined : 'text'}>{numeric[at] ? shown(row[at] ?? '') : row[at]}</td>)}
            </tr>
          ))}
          {to < rows.length && <tr aria-hidden="true" style={{ height: `${(rows.length - to) * ROW}px` }}><td colSpan={sheet.columns.length} /></tr>}
        </tbody>
      </table>
    </div>
  );
}
