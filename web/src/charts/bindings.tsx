/* What holds the chain up: full plants, licences, links and empty stocks, by what a further kilogram was worth. */
import type { Binding, Document } from '../document';
import { month, number, shortMonth } from '../format';
import { Figure } from './figure';
import { inWords } from './names';
import { isFiniteNumber } from './scale';
import type { View } from './series';
import { sourceLine } from './source_line';

const titleOf = (doc: Document, row: Binding): string => {
  const text = inWords(doc, row.title || row.object);
  return text.charAt(0).toUpperCase() + text.slice(1);
};

const kinds: Record<string, string> = { capacity: 'Full plant', licence: 'Licence or quota', link: 'Closed or full link', stock: 'Empty stock' };

const most = 12;

export function Bindings({ view }: { view: View }) {
  const { doc, run } = view;
  const all = (doc.bindings ?? []).filter((row) => row.run === run && isFiniteNumber(row.usd_per_kg)).sort((a, b) => b.usd_per_kg - a.usd_per_kg);
  const rows = all.slice(0, most);
  const largest = Math.max(1e-9, ...rows.map((row) => Math.abs(row.usd_per_kg)));
  return (
    <Figure title="What holds the chain up" unit="USD/kg that a further kilogram was worth" name="bindings" source={sourceLine(doc, 'bindings')}
      about="Each row is a limit that was reached. The longer the bar, the more a further kilogram through it would have been worth to users."
      table={() => ({ columns: [{ name: 'What' }, { name: 'Kind' }, { name: 'Good' }, { name: 'Region' }, { name: 'From' }, { name: 'To' }, { name: 'Worth', unit: 'USD/kg' }],
        rows: all.map((row) => [titleOf(doc, row), row.kind, row.commodity, row.region, row.from, row.to, row.usd_per_kg]) })}
      empty={rows.length === 0 ? 'Nothing binds in this run.' : undefined}>
      <ol class="bindings">
        {rows.map((row) => (
          <li key={`${row.kind}${row.object}${row.commodity}${row.region}${row.from}`}>
            <span class="binding-name">{titleOf(doc, row)}</span>
            <span class="binding-about">
              {kinds[row.kind] ?? row.kind}. {row.from === row.to ? month(row.from) : `${shortMonth(row.from)} to ${shortMonth(row.to)}`}.
            </span>
            <span class="binding-bar"><span style={{ width: `${Math.max(0.5, (100 * Math.abs(row.usd_per_kg)) / largest).toFixed(1)}%` }} /></span>
            <b>{number(row.usd_per_kg)}</b>
          </li>
        ))}
      </ol>
    </Figure>
  );
}
