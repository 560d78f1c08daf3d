/* How long stocks last: months of use on hand, a strip for each good and region, or lines of one region. */
import { useState } from 'preact/hooks';
import type { CoverSeries } from '../document';
import { number } from '../format';
import { nth } from '../palette';
import { coverStep, coverSteps, rowsByNeed, type Strip } from './cover_layout';
import { Figure } from './figure';
import { Lines, linesTable } from './lines';
import { commodityName, regionName, stageName } from './names';
import { chosen, Select } from './select';
import { fullValues, keysOf, shockMarks, type View } from './series';
import { sourceLine } from './source_line';
import { Strips } from './strips';
import type { Item } from './lines_layout';

const strips = 'strips';

export function Cover({ view }: { view: View }) {
  const { doc, run } = view;
  const [picked, setPicked] = useState<string | null>(null);
  const keys = keysOf(doc, doc.cover, run, (row) => `${row.commodity}|${row.region}`).map((key) => key.split('|') as [string, string]);
  const name = (id: string): string => (doc.names.commodities[id] ? commodityName(doc, id) : stageName(id));
  const rowsOf = (which: [string, string][], label: (commodity: string, region: string) => string): Item[] => which.map(([commodity, region], index) => {
    const is = (row: CoverSeries): boolean => row.commodity === commodity && row.region === region;
    return {
      id: `${commodity}|${region}`, label: label(commodity, region), look: nth(index), values: fullValues(doc, doc.cover, run, is),
      ghost: view.ghost && fullValues(view.ghost.doc, view.ghost.doc.cover, view.ghost.run, is),
    };
  });
  const regions = [...new Set(keys.map(([, region]) => region))].sort().map((id) => ({ value: id, label: regionName(doc, id) }));
  const options = [{ value: strips, label: view.ghost ? 'Stocks that fall most' : 'Lowest stocks, all regions' }, ...regions];
  const choice = chosen(picked, options);
  const items = choice === strips ? rowsByNeed(rowsOf(keys, (good, region) => `${name(good)}, ${regionName(doc, region)}`), 16)
    : rowsOf(keys.filter(([, region]) => region === choice), name);
  const marks = shockMarks(doc, run);
  return (
    <Figure title="How long stocks last" unit="months of use at normal times" name="cover" source={sourceLine(doc, 'cover')}
      about="The stock on hand, as the number of months that it would last. A strongly coloured cell is a shelf that is nearly empty; what is not made or brought in that month is then not to be had."
      table={() => linesTable(doc.horizon.periods, items, 'months')} empty={keys.length === 0 ? 'This run has no stocks.' : undefined}
      controls={<Select label="Show" value={choice} options={options} onChange={setPicked} />}>
      {choice === strips ? (
        <Strips label="Months of cover" periods={doc.horizon.periods} rows={items as Strip[]} step={coverStep} steps={coverSteps} marks={marks} stale={view.stale}
          format={(value) => number(value, 2)} unit="months" />
      ) : (
        <Lines label="Months of cover" periods={doc.horizon.periods} items={items} marks={marks} stale={view.stale} zero format={(value) => number(value, 2)} />
      )}
    </Figure>
  );
}
