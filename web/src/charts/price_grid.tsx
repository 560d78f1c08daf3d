/* Prices of every good the document has, small: inside against outside, one region. */
import { useState } from 'preact/hooks';
import { number } from '../format';
import { kindLook } from '../palette';
import { Figure } from './figure';
import { Glyph } from './glyph';
import { Lines, linesTable } from './lines';
import type { Item } from './lines_layout';
import { commodityName, regionName } from './names';
import { priceChoices, priceItems } from './prices';
import { isFinitePositive } from './scale';
import type { View } from './series';
import { sourceLine } from './source_line';

const most = 9;

/* The largest multiple of the inside price that is paid outside. */
export function widest(items: readonly Item[]): number {
  const [inside, outside] = ['inside', 'outside'].map((id) => items.find((item) => item.id === id)?.values ?? []);
  return outside!.reduce<number>((best, value, at) => {
    const base = inside![at];
    return isFinitePositive(value) && isFinitePositive(base) ? Math.max(best, value / base) : best;
  }, 0);
}

export function PriceGrid({ view, region }: { view: View; region: string }) {
  const cursor = useState<number | null>(null);
  const { doc } = view;
  const shown: string[] = ['inside', 'outside'];
  const panels = priceChoices(doc, view.run).commodities
    .map((commodity) => ({ commodity, items: priceItems({ ...view, ghost: undefined }, commodity, region).filter((item) => shown.includes(item.id)) }))
    .filter((panel) => panel.items.length > 0)
    .sort((a, b) => widest(b.items) - widest(a.items))
    .slice(0, most);
  if (panels.length < 2) return null;
  const all = panels.flatMap((panel) => panel.items.map((item) => ({ ...item, label: `${commodityName(doc, panel.commodity)}: ${item.label}` })));
  return (
    <Figure title={region === '' ? 'Prices inside and outside' : `Prices inside and outside, ${regionName(doc, region)}`} unit="USD/kg, real" name="price-grid" source={sourceLine(doc, 'prices')}
      about="The goods with the widest gap first, each with its own scale. The gap is what the shock and the rules put between buyers inside and outside."
      table={() => linesTable(doc.horizon.periods, all, 'USD/kg')}>
      <div class="legend"><ul>
        <li><span><Glyph look={kindLook('inside')} sample="line" />Inside, {regionName(doc, doc.world.controlling)}</span></li>
        <li><span><Glyph look={kindLook('outside')} sample="line" />Outside{region === '' ? '' : `, ${regionName(doc, region)}`}</span></li>
      </ul></div>
      <div class="multiples">
        {panels.map((panel) => (
          <section key={panel.commodity}>
            <h4>{commodityName(doc, panel.commodity)}</h4>
            <Lines compact height={150} zero label={`Price of ${commodityName(doc, panel.commodity)}`} periods={doc.horizon.periods} items={panel.items}
              stale={view.stale} format={(value) => number(value)} cursor={cursor} />
          </section>
        ))}
      </div>
    </Figure>
  );
}
