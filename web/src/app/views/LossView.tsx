/* What users go without. Until the shared chart is there, a line for each class. */
import { Figure, Lines, type Item } from '../../charts';
import { linesTable } from '../../charts/lines';
import { className } from '../../charts/names';
import { fullValues, shockMarks, type View } from '../../charts/series';
import { classes } from '../../document';
import { percent } from '../../format';
import { classLook } from '../../palette';
import { Sides } from '../parts/Sides';

export function LossOf() {
  return <Sides>{(view) => <Loss view={view} />}</Sides>;
}

function Loss({ view }: { view: View }) {
  const items: Item[] = classes.map((id) => ({
    id, label: className[id], look: classLook(id), values: fullValues(view.doc, view.doc.loss, view.run, (row) => row.class === id && row.segment === '' && row.region === ''),
  }));
  const { periods } = view.doc.horizon;
  const none = items.every((item) => item.values.every((value) => value === null));
  return (
    <Figure title="What users go without" unit="share of normal use" name="loss" about="The share that each class of use goes without in a month, against the baseline." source="Table loss." table={() => linesTable(periods, items, 'share')}
      empty={none ? 'Nobody goes without in the baseline: a loss is against it.' : undefined}>
      <Lines label="What users go without" periods={periods} items={items} marks={shockMarks(view.doc, view.run)} stale={view.stale} zero least={0.1} format={percent} axisFormat={percent} />
    </Figure>
  );
}
