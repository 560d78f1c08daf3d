/* Prices of a good: inside and at the border of the controlling region, outside as civil buyers pay, and over contracts and spot. */
import { useState } from 'preact/hooks';
import type { Document, PriceSeries } from '../document';
import { number } from '../format';
import { kindLook } from '../palette';
import { Figure } from './figure';
import { Lines, linesTable } from './lines';
import type { Item } from './lines_layout';
import { extent } from './scale';
import { fullValues, keysOf, shockMarks, type View } from './series';
import { commodityName, regionName } from './names';
import { sourceLine } from './source_line';

export const priceKinds: [PriceSeries['kind'], string][] = [
  ['inside', 'Inside'], ['fob', 'At the border (FOB)'], ['outside', 'Outside, spot'], ['paid', 'Paid, world mean'],
];

/* Inside and FOB are of the controlling region, whatever region was asked for. */
export function priceItems(view: View, commodity: string, region: string): Item[] {
  return priceKinds.flatMap(([kind, name]) => {
    const is = (row: PriceSeries): boolean =>
      row.commodity === commodity && row.kind === kind && (kind === 'inside' || kind === 'fob' || row.region === region);
    const values = fullValues(view.doc, view.doc.prices, view.run, is);
    if (values.every((value) => value === null)) return [];
    const ghost = view.ghost && fullValues(view.ghost.doc, view.ghost.doc.prices, view.ghost.run, is);
    const where = kind === 'inside' || kind === 'fob' ? `${name}, ${regionName(view.doc, view.doc.world.controlling)}` : region === '' ? name : `${name}, ${regionName(view.doc, region)}`;
    return [{ id: kind, label: where, look: kindLook(kind), values, ghost }];
  });
}

/* Goods and regions that a document has prices of. */
export function priceChoices(doc: Document, run: string): { commodities: string[]; regions: string[] } {
  return {
    commodities: keysOf(doc, doc.prices, run, (row) => row.commodity),
    regions: keysOf(doc, doc.prices?.filter((row) => row.kind === 'outside' || row.kind === 'paid'), run, (row) => row.region),
  };
}

export function Prices({ view, commodity, region }: { view: View; commodity: string; region: string }) {
  const [pickedLog, setLog] = useState<boolean | null>(null);
  const items = priceItems(view, commodity, region);
  const range = extent(items.map((item) => item.values), true);
  const log = pickedLog ?? (range !== null && range[1] > 30 * range[0]); // prices that leap would flatten all others
  const { periods } = view.doc.horizon;
  return (
    <Figure title={`Price of ${commodityName(view.doc, commodity)}`} unit="USD/kg, real" name={`prices-${commodity}-${region}`}
      about="Where the lines part, buyers outside pay more than buyers inside for the same good. The paid price is a mean over all buyers in the world, those inside included: most of it is bought under contract near the inside price. It is not what buyers outside pay in a cut-off."
      source={sourceLine(view.doc, 'prices', view.doc.names.commodities[commodity]?.stage)} table={() => linesTable(periods, items, 'USD/kg')}
      empty={items.length === 0 ? 'This run has no prices of this good here.' : undefined}
      controls={<label class="check"><input type="checkbox" checked={log} onChange={() => setLog(!log)} /> Log scale</label>}>
      <Lines label={`Price of ${commodityName(view.doc, commodity)}`} periods={periods} items={items} marks={shockMarks(view.doc, view.run)}
        stale={view.stale} log={log} zero={!log} format={(value) => number(value)} />
    </Figure>
  );
}
