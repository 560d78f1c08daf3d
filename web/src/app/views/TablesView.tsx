/* Any table of results: search, sort, rows as they are scrolled to, download. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { words } from '../../format';
import { Pick } from '../parts/Pick';
import { Failed } from '../parts/Progress';
import { SheetTable } from '../parts/SheetTable';
import { readCsv, type Sheet } from '../store/csv_read';
import { asFailure, type Told } from '../store/failure';
import { answers, api, gone, hrefOf, isCompared, place, type SideName } from '../store/state';

export const TABLES = ['prices', 'demand', 'production', 'flows', 'stocks', 'stockpiles', 'projects', 'money', 'ledger', 'metrics', 'bindings'];

interface Loaded {
  of: string; // run and table
  sheet: Sheet | null;
  text: string;
  failure: Told | null;
}
const loaded = signal<Loaded>({ of: '', sheet: null, text: '', failure: null });
const side = signal<SideName>('a');

async function load(run: string, table: string): Promise<void> {
  const of = `${run}/${table}`;
  if (loaded.peek().of === of && !loaded.peek().failure) return;
  loaded.value = { of, sheet: null, text: '', failure: null };
  try {
    const text = await api.table(run, table);
    if (loaded.peek().of === of) loaded.value = { of, sheet: readCsv(text), text, failure: null };
  } catch (error) {
    if (loaded.peek().of === of) loaded.value = { of, sheet: null, text: '', failure: asFailure(error).told };
  }
}

export function TablesView() {
  const table = place.value.table || TABLES[0]!;
  const shown: SideName = isCompared.value ? side.value : 'a';
  const answer = answers[shown].value;
  const run = answer.phase === 'idle' ? 'reference' : answer.phase === 'done' ? answer.run : '';
  useEffect(() => {
    if (run !== '' && !gone.value) void load(run, table);
  }, [run, table, gone.value]);
  const { sheet, failure, text, of } = loaded.value;
  const isIt = of === `${run}/${table}`;
  return (
    <section class="view-part" aria-label="Tables">
      <div class="picks">
        <Pick label="Table" value={table} options={[...new Set([...TABLES, table])].map((id) => [id, words(id)])} onPick={(id) => (location.hash = hrefOf({ view: 'tables', table: id }))} />
        {isCompared.value && <Pick label="Scenario" value={shown} options={[['a', 'A'], ['b', 'B']]} onPick={(id) => (side.value = id === 'b' ? 'b' : 'a')} />}
      </div>
      {run === '' && <p class="empty">The table comes when all months are solved.</p>}
      {run !== '' && !isIt && <p class="empty" aria-busy="true">Loading…</p>}
      {isIt && failure && <Failed told={failure} />}
      {isIt && !sheet && !failure && <p class="empty" aria-busy="true">Loading…</p>}
      {isIt && sheet && <SheetTable key={of} sheet={sheet} text={text} name={table} />}
    </section>
  );
}
