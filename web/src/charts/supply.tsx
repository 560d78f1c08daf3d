/* Who makes what: output of a stage by region over the months. */
import { useState } from 'preact/hooks';
import { stages, type Document, type SupplySeries } from '../document';
import { number } from '../format';
import { regionLook } from '../palette';
import { Areas } from './areas';
import { Figure } from './figure';
import { linesTable } from './lines';
import { regionName, stageName } from './names';
import { chosen, Select } from './select';
import { fullValues, keysOf, shockMarks, type View } from './series';
import { sourceLine } from './source_line';
import { largest, totals, type Layer } from './stack_layout';

function layersOf(doc: Document, run: string, stage: string): Layer[] {
  const rows = doc.supply?.filter((row) => row.stage === stage);
  return keysOf(doc, rows, run, (row) => row.region).map((region) => ({
    id: region, label: regionName(doc, region), look: regionLook(region),
    values: fullValues(doc, rows, run, (row: SupplySeries) => row.region === region),
  }));
}

export function supplyStages(doc: Document, run: string): string[] {
  const known: string[] = [...stages];
  return keysOf(doc, doc.supply, run, (row) => row.stage).sort((a, b) => known.indexOf(a) - known.indexOf(b));
}

export function supplyLayers(doc: Document, run: string, stage: string, most: number): Layer[] {
  return largest(layersOf(doc, run, stage), most, { id: 'other', label: 'Other regions', look: regionLook('other'), values: [] });
}

export function Supply({ view }: { view: View }) {
  const { doc, run } = view;
  const [picked, setPicked] = useState<string | null>(null);
  const options = supplyStages(doc, run).map((id) => ({ value: id, label: stageName(id) }));
  const stage = chosen(picked, options);
  const layers = supplyLayers(doc, run, stage, 8);
  const ghost = view.ghost && totals(layersOf(view.ghost.doc, view.ghost.run, stage));
  return (
    <Figure title={`Who makes what: ${stageName(stage).toLowerCase()}`} unit="t a month" name="supply" source={sourceLine(doc, 'supply', stage)}
      about="Each band is what a region makes, largest at the bottom. A band that widens after a shock is a region that steps in; the dashed line is the total without the shock."
      table={() => linesTable(doc.horizon.periods, layers, 't')} empty={layers.length === 0 ? 'This run has no output of this stage.' : undefined}
      controls={<Select label="Stage" value={stage} options={options} onChange={setPicked} />}>
      <Areas label={`Output of ${stageName(stage).toLowerCase()} by region`} periods={doc.horizon.periods} layers={layers} ghost={ghost}
        marks={shockMarks(doc, run)} stale={view.stale} format={(value) => number(value)} />
    </Figure>
  );
}
