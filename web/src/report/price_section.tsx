/* Prices of a good and region that the reader picks, and of all goods at a glance. */
import { useState } from 'preact/hooks';
import { PriceGrid, priceChoices, Prices, Select, type View } from '../charts';
import { chosen } from '../charts/select';
import { commodityName, regionName } from '../charts/names';

/* Goods that a reader asks for first. */
const first = ['dy_oxide', 'ndpr_oxide', 'tb_oxide', 'nd_oxide'];
const rank = (id: string): number => (first.includes(id) ? first.indexOf(id) : first.length);

export function PriceSection({ view }: { view: View }) {
  const [pickedGood, setGood] = useState<string | null>(null);
  const [pickedRegion, setRegion] = useState<string | null>(null);
  const { doc } = view;
  const choices = priceChoices(doc, view.run);
  const goods = [...choices.commodities].sort((a, b) => rank(a) - rank(b)).map((id) => ({ value: id, label: commodityName(doc, id) }));
  const regions = choices.regions.map((id) => ({ value: id, label: id === '' ? 'all regions outside' : regionName(doc, id) }));
  const [good, region] = [chosen(pickedGood, goods), chosen(pickedRegion, regions)];
  return (
    <>
      <div class="tools section-tools" data-no-export>
        <Select label="Good" value={good} options={goods} onChange={setGood} />
        <Select label="Buyers in" value={region} options={regions} onChange={setRegion} />
      </div>
      <Prices view={view} commodity={good} region={region} />
      <PriceGrid view={view} region={region} />
    </>
  );
}
