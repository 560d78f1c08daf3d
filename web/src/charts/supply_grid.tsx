/* Every stage at a glance: who makes what, small. */
import { useState } from 'preact/hooks';
import { regionLook } from '../palette';
import { Areas } from './areas';
import { Figure } from './figure';
import { Glyph } from './glyph';
import { linesTable } from './lines';
import { regionName, stageName } from './names';
import type { View } from './series';
import { sourceLine } from './source_line';
import { totals } from './stack_layout';
import { supplyLayers, supplyStages } from './supply';

export function SupplyGrid({ view }: { view: View }) {
  const cursor = useState<number | null>(null);
  const { doc, run, ghost } = view;
  const { periods } = doc.horizon;
  const panels = supplyStages(doc, run).map((stage) => ({
    stage, layers: supplyLayers(doc, run, stage, 6), ghost: ghost && totals(supplyLayers(ghost.doc, ghost.run, stage, 6)),
  }));
  const regions = [...new Set(panels.flatMap((panel) => panel.layers.map((layer) => layer.id)))];
  if (panels.length < 2) return null;
  return (
    <Figure title="Every stage at a glance" unit="t a month" name="supply-grid" source={sourceLine(doc, 'supply')}
      about="Each stage has its own scale. Read across: where one colour fills a chart, the whole chain hangs on that region at that stage."
      table={() => linesTable(periods, panels.flatMap((panel) => panel.layers.map((layer) => ({ ...layer, label: `${stageName(panel.stage)}: ${layer.label}` }))), 't')}>
      <div class="legend"><ul>{regions.map((id) => <li key={id}><span><Glyph look={regionLook(id)} sample="box" />{regionName(doc, id)}</span></li>)}</ul></div>
      <div class="multiples">
        {panels.map((panel) => (
          <section key={panel.stage}>
            <h4>{stageName(panel.stage)}</h4>
            <Areas compact height={150} label={`Output of ${stageName(panel.stage).toLowerCase()} by region`} periods={periods} layers={panel.layers} ghost={panel.ghost}
              stale={view.stale} cursor={cursor} />
          </section>
        ))}
      </div>
    </Figure>
  );
}
