/* Any table of results: search, sort, rows as they are scrolled to, download. */
import { words } from '../../format';
import { Pick } from '../parts/Pick';
import { Failed } from '../parts/Progress';
import { SheetTable } from '../parts/SheetTable';
import { SidePick } from '../parts/SidePick';
import { loader } from '../parts/use_loaded';
import { readCsv } from '../store/csv_read';
import { api, hrefOf, place } from '../store/state';
import { shownSide, solvedRun } from '../store/view';

const TABLES = ['prices', 'demand', 'production', 'flows', 'stocks', 'stockpiles', 'projects', 'money', 'ledger', 'metrics', 'bindings'] as const;

const useTable = loader(async (run, table) => {
  const text = await api.table(run, table);
  return { sheet: readCsv(text), text };
});

export function TablesView() {
  const table = place.value.table || TABLES[0];
  const run = solvedRun(shownSide.value);
  const { found, failure } = useTable(run, table);
  return (
    <section class="view-part" aria-label="Tables">
      <div class="picks">
        <Pick label="Table" value={table} options={[...new Set([...TABLES, table])].map((id) => [id, words(id)])} onPick={(id) => (location.hash = hrefOf({ view: 'tables', table: id }))} />
        <SidePick />
      </div>
      {run === '' && <p class="empty">The table comes when all months are solved.</p>}
      {run !== '' && !found && !failure && <p class="empty" aria-busy="true">Loading…</p>}
      {failure && <Failed told={failure} />}
      {found && <SheetTable key={`${run}/${table}`} sheet={found.sheet} text={found.text} name={table} />}
    </section>
  );
}
