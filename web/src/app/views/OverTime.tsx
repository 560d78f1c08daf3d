/* Views of what changes month by month: losses, prices, stocks. With two scenarios, one chart with both comes first: on one scale. */
import { useState } from 'preact/hooks';
import { Cover, Loss, LossByRegion, Prices, priceChoices } from '../../charts';
import { lossValues } from '../../charts/loss';
import { className, commodityName, regionName, segmentName } from '../../charts/names';
import { fullValues, type View } from '../../charts/series';
import { classes, type Document } from '../../document';
import { Both } from '../parts/Both';
import { Pick } from '../parts/Pick';
import { Sides } from '../parts/Sides';
import { WhyPoint } from '../parts/WhyPoint';
import { isCutShort, isOpen } from '../store/answer';
import { regionsOf, subjects } from '../store/losses';
import { LEVERS } from '../store/solved';
import { answers, isCompared, page, type SideName } from '../store/state';

export function Losses() {
  if (!page.value) return null;
  return (
    <section class="view-part" aria-label="Losses">
      <Both title="What users go without" unit="share of normal use" kind="share" choices={classes.map((id) => ({ id, label: className[id] }))}
        values={(id, { doc, run }) => (run === 'reference' ? [] : lossValues(doc, run, (row) => row.class === id && row.segment === '' && row.region === ''))} />
      <Sides>{(view, side) => <LossOf view={view} side={side} />}</Sides>
    </section>
  );
}

export function LossesByRegion() {
  return <Sides>{(view) => <LossByRegion view={view} />}</Sides>;
}

/* A loss is asked about for users in a region: those who lost most so far, unless others are chosen. */
function LossOf({ view, side }: { view: View; side: SideName }) {
  const [users, setUsers] = useState('');
  const [where, setWhere] = useState('');
  if (view.run === 'reference') return <p class="card empty">Nobody goes without in the baseline: a loss is against it.</p>;
  if (!(view.doc.loss ?? []).some((row) => row.run === view.run)) {
    const answer = answers[side].value;
    if (isCutShort(answer)) return <p class="card empty">The scenario {answer.phase === 'failed' ? 'could not be solved' : 'was cancelled'}, so what users go without is not known.</p>;
    if (isOpen(answer)) return <p class="card empty loss-waits" aria-busy="true">What users go without comes with the first months.</p>;
  }
  const found = subjects(view.doc, view.run).slice(0, 40);
  const chosen = found.find((it) => it.segment === users) ?? found[0];
  const regions = chosen ? regionsOf(view.doc, view.run, view.doc.names.segments[chosen.segment]?.class ?? '') : [];
  const region = regions.includes(where) ? where : (chosen?.region ?? '');
  const choice = chosen && (
    <>
      <Pick label="Users" value={chosen.segment} options={found.map((it) => [it.segment, segmentName(view.doc, it.segment)])} onPick={setUsers} />
      <Pick label="in" value={region} options={regions.map((id) => [id, regionName(view.doc, id)])} onPick={setWhere} />
    </>
  );
  return <WhyPoint side={side} view={view} subject={chosen ? `loss:${chosen.segment}:${region}` : ''} choice={choice}><Loss view={view} /></WhyPoint>;
}

const FIRST = ['dy_oxide', 'tb_oxide', 'ndpr_oxide'];

export function PriceViews() {
  const doc = page.value;
  const [commodity, setCommodity] = useState('');
  const [region, setRegion] = useState<string | null>(null); // "" is a region: all of them
  if (!doc) return null;
  const { commodities, regions } = priceChoices(doc, 'reference');
  const good = commodities.includes(commodity) ? commodity : (FIRST.find((id) => commodities.includes(id)) ?? commodities[0]);
  const where = region !== null && regions.includes(region) ? region : (regions.find((id) => id === 'EU27') ?? regions.find((id) => id !== '' && id !== doc.world.controlling) ?? regions[0]);
  if (good === undefined || where === undefined) return <p class="empty">There are no prices yet.</p>;
  return (
    <section class="view-part" aria-label="Prices">
      <div class="picks">
        <Pick label="Good" value={good} options={commodities.map((id) => [id, commodityName(doc, id)])} onPick={setCommodity} />
        <Pick label="Region" value={where} options={regions.map((id) => [id, regionName(doc, id)])} onPick={setRegion} />
      </div>
      <Both title={`Price of ${commodityName(doc, good)}, ${regionName(doc, where)}`} unit="USD/kg, real" kind="price"
        choices={[{ id: 'outside', label: 'Outside, spot' }, { id: 'paid', label: 'Paid, world mean' }]}
        values={(id, { doc: it, run }) => fullValues(it, it.prices, run, (row) => row.commodity === good && row.region === where && row.kind === id)} />
      <Sides>
        {(view, side) => (
          <WhyPoint side={side} view={view} subject={where === '' ? '' : `price:${good}:${where}`}><Prices view={view} commodity={good} region={where} /></WhyPoint>
        )}
      </Sides>
    </section>
  );
}

export function Stocks() {
  return (
    <section class="view-part" aria-label="Stocks">
      {isCompared.value && page.value && <CoverOfBoth doc={page.value} />}
      <Sides>{(view) => <Cover view={view} />}</Sides>
    </section>
  );
}

function CoverOfBoth({ doc }: { doc: Document }) {
  const rows = (doc.cover ?? []).filter((row) => row.run === 'reference' || row.run === LEVERS);
  const ids = [...new Set(rows.map((row) => `${row.commodity}|${row.region}`))];
  const label = (id: string): string => { const [good = '', region = ''] = id.split('|'); return `${commodityName(doc, good)}, ${regionName(doc, region)}`; };
  return (
    <Both title="Stocks" unit="months of normal use" kind="months" choices={ids.map((id) => ({ id, label: label(id) }))}
      values={(id, { doc: it, run }) => fullValues(it, it.cover, run, (row) => `${row.commodity}|${row.region}` === id)} />
  );
}
