/* What users of each class go without, month by month: one chart for a region, or one small chart for each region. */
import { useState } from 'preact/hooks';
import { classes, type Document, type LossSeries } from '../document';
import { percent } from '../format';
import { classLook } from '../palette';
import { Figure } from './figure';
import { Glyph } from './glyph';
import { Lines, linesTable } from './lines';
import type { Item } from './lines_layout';
import { className, regionName, segmentName } from './names';
import { chosen, Select } from './select';
import { fullValues, keysOf, runOf, shockMarks, type View } from './series';
import { sourceLine } from './source_line';

const about = (doc: Document, run: string): string => (paired(doc, run)
  ? 'The height is the share of what users would have had without the shock that they go without in that month: the average of a class, where the matrix shows its hardest-hit users.'
  : 'The height is the share of what users want at reference prices that they go without in that month. Nought is no loss.');

/* A loss is against the pair, so before the shock there is none: the pair's own, against what users want, is another figure. */
export function lossValues(doc: Document, run: string, is: (row: LossSeries) => boolean): (number | null)[] {
  const row = runOf(doc, run);
  const own = fullValues(doc, doc.loss?.filter((each) => each.run === run), run, is);
  return row && row.pair !== '' && own.some((value) => value !== null) ? own.map((value, at) => (at < row.first ? 0 : value)) : own;
}

/* A baseline is drawn only where its loss is measured in the same way. */
const paired = (doc: Document, run: string): boolean => (runOf(doc, run)?.pair ?? '') !== '';
const ghostOf = (view: View): boolean => view.ghost !== undefined && paired(view.ghost.doc, view.ghost.run) === paired(view.doc, view.run);

function itemsOf(view: View, region: string, segment = ''): Item[] {
  return classes.flatMap((of) => {
    const is = (row: LossSeries): boolean => row.class === of && row.region === region && row.segment === segment;
    const values = lossValues(view.doc, view.run, is);
    if (values.every((value) => value === null)) return [];
    const ghost = ghostOf(view) ? lossValues(view.ghost!.doc, view.ghost!.run, is) : undefined;
    const label = segment === '' ? className[of] : segmentName(view.doc, segment);
    return [{ id: of, label, look: classLook(of), values, ghost: ghost?.some((value) => value !== null) ? ghost : undefined }];
  });
}

export function Loss({ view }: { view: View }) {
  const { doc, run } = view;
  const [pickedRegion, setRegion] = useState<string | null>(null);
  const [pickedSegment, setSegment] = useState<string | null>(null);
  const regions = keysOf(doc, doc.loss, run, (row) => row.region).sort().map((id) => ({ value: id, label: id === '' ? 'All regions hit' : regionName(doc, id) }));
  const region = chosen(pickedRegion, regions);
  const segments = keysOf(doc, doc.loss?.filter((row) => row.region === region), run, (row) => row.segment).sort()
    .map((id) => ({ value: id, label: id === '' ? 'By class of use' : segmentName(doc, id) }));
  const segment = chosen(pickedSegment, segments);
  const items = itemsOf(view, region, segment);
  return (
    <Figure title="What users go without" unit="share of use a month" name="loss" about={about(doc, run)} source={sourceLine(doc, 'loss')}
      table={() => linesTable(doc.horizon.periods, items, 'share')} empty={items.length === 0 ? 'No users of this run go without anything.' : undefined}
      controls={<>
        <Select label="Region" value={region} options={regions} onChange={setRegion} />
        <Select label="Users" value={segment} options={segments} onChange={setSegment} />
      </>}>
      <Lines label="What users go without" periods={doc.horizon.periods} items={items} marks={shockMarks(doc, run)} stale={view.stale} zero least={0.1}
        format={percent} axisFormat={percent} />
    </Figure>
  );
}

export function LossByRegion({ view }: { view: View }) {
  const { doc, run } = view;
  const cursor = useState<number | null>(null);
  const regions = keysOf(doc, doc.loss, run, (row) => row.region).filter((region) => region !== '').sort();
  const panels = regions.map((region) => ({ region, items: itemsOf(view, region) })).filter((panel) => panel.items.length > 0);
  const all = panels.flatMap((panel) => panel.items.map((item) => ({ ...item, label: `${regionName(doc, panel.region)}, ${item.label}` })));
  const most = Math.max(0.1, ...all.flatMap((item) => item.values.filter((value): value is number => value !== null && Number.isFinite(value))));
  if (panels.length < 2) return null;
  return (
    <Figure title="What users go without, by region" unit="share of use a month" name="loss-by-region" source={sourceLine(doc, 'loss')}
      about={`${about(doc, run)} All charts have the same scale.`} table={() => linesTable(doc.horizon.periods, all, 'share')}>
      <div class="legend"><ul>{classes.map((of) => <ClassKey key={of} of={of} />)}</ul></div>
      <div class="multiples">
        {panels.map((panel) => (
          <section key={panel.region}>
            <h4>{regionName(doc, panel.region)}</h4>
            <Lines compact height={150} label={`What users in ${regionName(doc, panel.region)} go without`} periods={doc.horizon.periods} items={panel.items}
              stale={view.stale} zero least={most} format={percent} axisFormat={percent} cursor={cursor} />
          </section>
        ))}
      </div>
    </Figure>
  );
}

const ClassKey = ({ of }: { of: (typeof classes)[number] }) => (
  <li><span><Glyph look={classLook(of)} sample="line" />{className[of]}</span></li>
);
