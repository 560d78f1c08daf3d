/* What drives a figure of an ensemble: the share of its variance that each uncertain thing explains alone, with the interval of the estimate. */
import { useRef, useState } from 'preact/hooks';
import type { Document, Drivers } from '../document';
import { percent, withUnit } from '../format';
import { Figure } from './figure';
import { metricName } from './names';
import { isFiniteNumber } from './scale';
import { chosen, Select } from './select';
import { sourceLine } from './source_line';
import { fit, textWidth } from './time_layout';
import { useWidth } from './use_width';

export function Tornado({ doc }: { doc: Document }) {
  const [picked, setPicked] = useState<string | null>(null);
  const options = (doc.drivers ?? []).map((row) => ({ value: row.metric, label: metricName(doc, row.metric) }));
  const metric = chosen(picked, options);
  const drivers = doc.drivers?.find((row) => row.metric === metric);
  const rows = (drivers?.rows ?? []).filter((row) => isFiniteNumber(row.share)).sort((a, b) => b.share - a.share);
  return (
    <Figure title={drivers ? `What drives it: ${metricName(doc, metric)}` : 'What drives the outcome'} unit="share of its variance" name="tornado" source={sourceLine(doc, 'drivers')}
      about="The longer the bar, the more of what is uncertain about this figure would go if this one thing were known. The whisker is how sure the estimate is. Bars within the grey band are noise. In brackets: the mean of the figure where the thing is low, and where it is high."
      table={() => ({
        columns: [{ name: 'Driver' }, { name: 'Share of variance', unit: 'share' }, { name: 'Low', unit: 'share' }, { name: 'High', unit: 'share' },
          { name: 'Mean where the driver is low', unit: drivers?.unit ?? '' }, { name: 'Mean where it is high', unit: drivers?.unit ?? '' }],
        rows: rows.map((row) => [row.name, row.share, row.low, row.high, row.at_low, row.at_high]),
      })}
      empty={rows.length === 0 ? 'There are too few draws to say what drives it.' : undefined}
      controls={<Select label="Of" value={metric} options={options} onChange={setPicked} />}
      note={drivers && <p class="hint">Mean over the draws: {withUnit(drivers.mean, drivers.unit)}.</p>}>
      {drivers && <TornadoBars drivers={drivers} rows={rows.slice(0, 14)} />}
    </Figure>
  );
}

function TornadoBars({ drivers, rows }: { drivers: Drivers; rows: Drivers['rows'] }) {
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const narrow = width < 520;
  const left = narrow ? 8 : Math.min(250, width * 0.36);
  const text = (row: Drivers['rows'][number]): string => {
    const swing = isFiniteNumber(row.at_low) && isFiniteNumber(row.at_high) && !narrow;
    return `${percent(Math.max(0, row.share))}${swing ? ` (${withUnit(row.at_low, drivers.unit)} to ${withUnit(row.at_high, drivers.unit)})` : ''}`;
  };
  const right = Math.max(left + 40, width - 14 - Math.max(0, ...rows.map((row) => textWidth(text(row), 13))));
  const rowHeight = narrow ? 40 : 26;
  const height = rows.length * rowHeight + 12;
  const clip = (share: number): number => Math.max(0, Math.min(1, share));
  const most = Math.max(0.05, ...rows.map((row) => clip(Math.max(row.share, row.high ?? 0))));
  const x = (share: number): number => left + ((right - left) * clip(share)) / most;
  return (
    <div class="plot static" ref={holder}>
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true" focusable="false">
        {isFiniteNumber(drivers.noise_floor) && <rect class="noise" x={left} y={2} width={Math.max(0, x(drivers.noise_floor) - left)} height={height - 4} />}
        {rows.map((row, index) => {
          const y = index * rowHeight + (narrow ? 28 : 16);
          return (
            <g key={row.name}>
              <text x={narrow ? left : left - 8} y={narrow ? y - 12 : y} dy={narrow ? '0' : '0.32em'} text-anchor={narrow ? 'start' : 'end'}>{fit(row.name, narrow ? width : left - 12)}</text>
              <rect class="driver" x={left} y={y - 7} width={Math.max(0.5, x(row.share) - left)} height={14} />
              {isFiniteNumber(row.low) && isFiniteNumber(row.high) && <path class="whisker" d={`M${x(row.low)},${y}H${x(row.high)}M${x(row.low)},${y - 4}v8M${x(row.high)},${y - 4}v8`} />}
              <text class="value" x={Math.max(x(row.share), x(row.high ?? 0)) + 6} y={y} dy="0.32em">
                {text(row)}
              </text>
            </g>
          );
        })}
      </svg>
      <p class="visually-hidden">{rows.map((row) => `${row.name} ${percent(row.share)}`).join(', ')}.</p>
    </div>
  );
}
