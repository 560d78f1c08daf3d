/* What the figures rest on: the share that is assumed, the sources, and what it takes to run it again. */
import { stageName } from '../charts/names';
import { DataTable } from '../charts/table';
import { download } from '../charts/download';
import { csv, type Table } from '../charts/csv';
import type { Document } from '../document';
import { percent } from '../format';

function sourceTable(doc: Document): Table {
  const used = new Map<string, number>();
  for (const asset of Object.values(doc.names.assets)) used.set(asset.source, (used.get(asset.source) ?? 0) + 1);
  return {
    columns: [{ name: 'Source' }, { name: 'Publisher' }, { name: 'Year' }, { name: 'Address' }, { name: 'Plants that rest on it' }],
    rows: Object.entries(doc.sources).sort(([a], [b]) => (used.get(b) ?? 0) - (used.get(a) ?? 0))
      .map(([id, row]) => [row.title || id, row.publisher, row.year, row.url, used.get(id) ?? 0]),
  };
}

export function Sources({ doc }: { doc: Document }) {
  const table = sourceTable(doc);
  const assumed = doc.world.assumed ?? [];
  return (
    <div class="panel">
      {assumed.length > 0 && (
        <>
          <h3>How much is assumed</h3>
          <p class="about">Every figure of the world names its source or is marked as an assumption. This is the share of each stage’s tonnes and of its value that rests on assumptions.</p>
          <table class="assumed">
            <thead><tr><th scope="col">Stage</th><th scope="col">Share of tonnes</th><th scope="col">Share of value</th></tr></thead>
            <tbody>
              {assumed.map((row) => (
                <tr key={`${row.side}${row.stage}`}>
                  <th scope="row">{stageName(row.stage || row.side)}{row.side === 'demand' && row.stage !== '' ? ', use' : ''}</th>
                  <td><Share value={row.assumed_share_t} /></td>
                  <td><Share value={row.assumed_share_value} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {table.rows.length > 0 && (
        <>
          <h3>Sources</h3>
          <p class="tools"><button type="button" data-no-export onClick={() => download('sources.csv', 'text/csv;charset=utf-8', csv(table))}>CSV</button></p>
          <DataTable table={table} label="Sources" />
        </>
      )}
    </div>
  );
}

function Share({ value }: { value: number }) {
  const shown = Number.isFinite(value) ? Math.max(0, Math.min(1, value)) : 0;
  return <span class="share"><span class="share-bar"><span style={{ width: `${(shown * 100).toFixed(1)}%` }} /></span>{percent(value)}</span>;
}

export function Manifest({ doc }: { doc: Document }) {
  const text = doc.manifest ? JSON.stringify(doc.manifest, null, 1) : '';
  return (
    <div class="panel">
      <dl class="facts">
        <div><dt>Made by</dt><dd>Lodestone {doc.lodestone}, {doc.created}</dd></div>
        <div><dt>Command</dt><dd><code>{doc.command}</code></dd></div>
        <div><dt>World</dt><dd>{doc.world.name}, base year {doc.world.base_year}</dd></div>
        <div><dt>Scenario</dt><dd>{doc.scenario.title || doc.scenario.name}</dd></div>
        {doc.draws && <div><dt>Draws</dt><dd>{doc.draws.done} of {doc.draws.total}, {doc.draws.failed} failed, seed {doc.draws.seed}, {doc.draws.design}</dd></div>}
      </dl>
      {text !== '' && (
        <details>
          <summary>Manifest</summary>
          <pre tabIndex={0}>{text.length > 60_000 ? `${text.slice(0, 60_000)}\n…` : text}</pre>
          <button type="button" data-no-export onClick={() => download('manifest.json', 'application/json', text)}>Download</button>
        </details>
      )}
    </div>
  );
}
