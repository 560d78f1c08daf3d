/* The table view of a chart: the same values for those who would rather read, or hear, than look. */
import { number } from '../format';
import { heading, type Table } from './csv';

export function DataTable({ table, label }: { table: Table; label: string }) {
  const isText = table.columns.map((_, at) => table.rows.some((row) => typeof row[at] === 'string'));
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={`${label}: table`}>
      <table class="data">
        <thead>
          <tr>
            {table.columns.map((column, at) => (
              <th scope="col" key={heading(column)} class={isText[at] ? 'text' : undefined}>{heading(column)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, column) =>
                column === 0 ? (
                  <th scope="row" key={column}>{cell}</th>
                ) : (
                  <td key={column} class={isText[column] ? 'text' : undefined}>{typeof cell === 'string' ? cell : number(cell)}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {table.rows.length === 0 && <p class="nothing">Nothing to show.</p>}
    </div>
  );
}
