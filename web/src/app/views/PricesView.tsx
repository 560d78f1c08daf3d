/* Prices: of a good, in a region. */
import { signal } from '@preact/signals';
import { Prices, priceChoices } from '../../charts';
import { commodityName, regionName } from '../../charts/names';
import { Pick } from '../parts/Pick';
import { Sides } from '../parts/Sides';
import { WhyPoint } from '../parts/WhyPoint';
import { page, runOf } from '../store/state';

const commodity = signal('');
const region = signal('');
const FIRST = ['dy_oxide', 'tb_oxide', 'ndpr_oxide'];

export function PriceChooser() {
  const doc = page.value;
  if (!doc) return null;
  const { commodities, regions } = priceChoices(doc, 'reference');
  const good = commodities.includes(commodity.value) ? commodity.value : (FIRST.find((id) => commodities.includes(id)) ?? commodities[0]);
  const where = regions.includes(region.value) ? region.value : (regions.find((id) => id === 'EU27') ?? regions[0]);
  if (good === undefined || where === undefined) return <p class="empty">{runOf('a') === 'reference' ? 'Prices come with the first months.' : 'This run has no prices.'}</p>;
  return (
    <section class="view-part" aria-label="Prices">
      <div class="picks">
        <Pick label="Good" value={good} options={commodities.map((id) => [id, commodityName(doc, id)])} onPick={(id) => (commodity.value = id)} />
        <Pick label="Region" value={where} options={regions.map((id) => [id, regionName(doc, id)])} onPick={(id) => (region.value = id)} />
      </div>
      <Sides>
        {(view, side) => (
          <WhyPoint side={side} view={view} subject={`price:${good}:${where}`}>
            <Prices view={view} commodity={good} region={where} />
          </WhyPoint>
        )}
      </Sides>
    </section>
  );
}
