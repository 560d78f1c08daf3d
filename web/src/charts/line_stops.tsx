/* How likely it is that a class of users stops: a dot with the interval of the estimate. */
import { useRef, useState } from 'preact/hooks';
import { classes, type LineStop } from '../document';
import { percent } from '../format';
import { classLook } from '../palette';
import { Figure } from './figure';
import { Point } from './glyph';
import { className, regionName } from './names';
import { chosen, Select } from './select';
import type { View } from './series';
import { sourceLine } from './source_line';
import { useWidth } from './use_width';

export function LineStops({ view }: { view: View }) {
  const { doc, run } = view;
  const [picked, setPicked] = useState<string | null>(null);
  const own = (doc.line_stops ?? []).filter((row) => row.run === run && Number.isFinite(row.share));
  const options = [...new Set(own.map((row) => row.region))].sort().map((id) => ({ value: id, label: id === '' ? 'Any region hit' : regionName(doc, id) }));
  const region = chosen(picked, options);
  const rows = classes.flatMap((of) => own.filter((row) => row.class === of && row.region === region));
  return (
    <Figure title="How likely it is that production lines stop" unit="share of draws" name="line-stops" source={sourceLine(doc, 'line_stops')}
      about="The dot is the share of draws in which a line of the class stands still for want of material. The bar is the 95% interval of that estimate: more draws make it shorter."
      table={() => ({ columns: [{ name: 'Class' }, { name: 'Share', unit: 'share' }, { name: 'Low', unit: 'share' }, { name: 'High', unit: 'share' }],
        rows: rows.map((row) => [className[row.class], row.share, row.low, row.high]) })}
      empty={rows.length === 0 ? 'There are no draws yet.' : undefined}
      controls={<Select label="Region" value={region} options={options} onChange={setPicked} />}>
      <Dots rows={rows} />
    </Figure>
  );
}

function Dots({ rows }: { rows: LineStop[] }) {
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const [left, right] = [86, width - 60];
  const height = rows.length * 34 + 30;
  const x = (share: number): number => left + (right - left) * Math.max(0, Math.min(1, Number.isFinite(share) ? share : 0));
  return (
    <div class="plot static" ref={holder}>
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true" focusable="false">
        <g class="axes">
          {[0, 0.25, 0.5, 0.75, 1].map((tick) => (
            <g key={tick}>
              <path class="grid" d={`M${x(tick)},4V${height - 24}`} />
              <text x={x(tick)} y={height - 8} text-anchor="middle">{percent(tick)}</text>
            </g>
          ))}
        </g>
        {rows.map((row, index) => {
          const y = 20 + index * 34;
          const look = classLook(row.class);
          return (
            <g key={row.class}>
              <text x={0} y={y} dy="0.32em">{className[row.class]}</text>
              <path class="interval" style={{ stroke: look.colour }} d={`M${x(row.low)},${y}H${x(row.high)}M${x(row.low)},${y - 5}v10M${x(row.high)},${y - 5}v10`} />
              <Point x={x(row.share)} y={y} look={look} scale={1.7} />
              <text class="value" x={right + 10} y={y} dy="0.32em">{percent(row.share)}</text>
            </g>
          );
        })}
      </svg>
      <p class="visually-hidden">{rows.map((row) => `${className[row.class]} ${percent(row.share)}, between ${percent(row.low)} and ${percent(row.high)}`).join('; ')}.</p>
    </div>
  );
}
