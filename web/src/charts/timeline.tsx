/* The pipeline of projects: what each plant is when, and what its lenders said at the gate. */
import { useRef, useState } from 'preact/hooks';
import type { Document, Project } from '../document';
import { number, words } from '../format';
import { Figure } from './figure';
import { assetName, regionName, stageName } from './names';
import { chosen, Select } from './select';
import { keysOfRows, shockMarks, type View } from './series';
import { sourceLine } from './source_line';
import { placeMarks, periodTicks, periodXs, fit, textWidth } from './time_layout';
import { freeSpan, gateNames, monthNumber, spanOf, timelineRows } from './timeline_layout';
import { useWidth } from './use_width';

const statuses = ['permitting', 'financing', 'construction', 'ramp_up', 'operating', 'care_and_maintenance', 'closed'] as const;
const few = 18;

export function Timeline({ view, onPick }: { view: View; onPick?: (asset: string) => void }) {
  const { doc, run } = view;
  const [picked, setPicked] = useState<string | null>(null);
  const [all, setAll] = useState(false);
  const stages = keysOfRows(timelineRows(doc, run, ''), (row) => doc.names.assets[row.asset]?.stage ?? '').filter((id) => id !== '').sort();
  const options = [{ value: '', label: 'All stages' }, ...stages.map((id) => ({ value: id, label: stageName(id) }))];
  const stage = chosen(picked, options);
  const found = timelineRows(doc, run, stage);
  const rows = all ? found : found.slice(0, few);
  return (
    <Figure title="Which projects come, and when" unit="" name="timeline" source={sourceLine(doc, 'projects')}
      about="Each bar is a project, from permits to operation. A tick marks a month in which its lenders said yes, a cross one in which they said no, and why."
      table={() => ({ columns: [{ name: 'Project' }, { name: 'Region' }, { name: 'Stage' }, { name: 'Capacity', unit: 't a year' }, { name: 'Spells' }, { name: 'Gate' }],
        rows: found.map((row) => [assetName(doc, row.asset), regionName(doc, doc.names.assets[row.asset]?.region ?? ''), stageName(doc.names.assets[row.asset]?.stage ?? ''),
          row.capacity_t, spellsText(row), gatesText(row)]) })}
      empty={found.length === 0 ? 'No project of this run moves.' : undefined}
      controls={<>
        <Select label="Stage" value={stage} options={options} onChange={setPicked} />
        {found.length > few && <button type="button" aria-pressed={all} onClick={() => setAll(!all)}>{all ? `First ${few}` : `All ${found.length}`}</button>}
      </>}>
      <ul class="steps status" aria-label="Status">{statuses.map((status) => <li key={status}><span class={`swatch status-${status}`} />{words(status)}</li>)}
        <li><span class="gate-passed">✓</span> lenders say yes</li><li><span class="gate-failed">✗</span> lenders say no</li></ul>
      <TimelineRows doc={doc} view={view} rows={rows} onPick={onPick} />
    </Figure>
  );
}

const spellsText = (row: Project): string => row.spells.map((spell) => `${words(spell.status)} from ${spell.from}`).join('; ');
const gatesText = (row: Project): string => row.gates.map((gate) => `${gate.period}: ${gateText(gate)}`).join('; ');
const gateText = (gate: Project['gates'][number]): string => (gate.passed ? 'passed' : `failed, ${gateNames[gate.test] ?? words(gate.test).toLowerCase()}`);

function TimelineRows({ doc, view, rows, onPick }: { doc: Document; view: View; rows: Project[]; onPick: ((asset: string) => void) | undefined }) {
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const { periods } = doc.horizon;
  const narrow = width < 640;
  const left = narrow ? 2 : Math.min(270, width * 0.3);
  const right = width - 8;
  const rowHeight = narrow ? 38 : 24;
  const first = monthNumber(periods[0] ?? '2000-01');
  const xs = periodXs(periods.length, left, right);
  const marks = placeMarks(shockMarks(doc, view.run), xs, right, left);
  const top = 22 + marks.length * 14;
  const height = top + rows.length * rowHeight + 6;
  return (
    <div class="plot static" ref={holder}>
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="group" aria-label="Projects">
        <g class="axes">
          {periodTicks(periods, xs).map((tick) => (
            <g key={tick.index}>
              <path class="grid" d={`M${xs[tick.index]},${top - 4}V${height}`} />
              <text x={xs[tick.index]} y={top - 8} text-anchor={xs[tick.index]! < 16 ? 'start' : 'middle'}>{tick.label}</text>
            </g>
          ))}
        </g>
        {marks.map((mark) => (
          <g class="mark" key={mark.period}>
            <path d={`M${mark.x},${4 + mark.row * 14}V${height}`} />
            <text x={mark.x + (mark.anchor === 'start' ? 4 : -4)} y={12 + mark.row * 14} text-anchor={mark.anchor}>{mark.label}</text>
          </g>
        ))}
        {rows.map((row, index) => (
          <ProjectRow key={row.asset} short={shortName(doc, row.asset, rows)} doc={doc} row={row} y={top + index * rowHeight} narrow={narrow} left={left} right={right} first={first} count={periods.length} onPick={onPick} />
        ))}
      </svg>
    </div>
  );
}

/* The name, with the stage where two rows would have the same. */
function shortName(doc: Document, asset: string, rows: readonly Project[]): string {
  const name = assetName(doc, asset);
  const twice = rows.filter((row) => assetName(doc, row.asset) === name).length > 1;
  return twice ? `${name}, ${stageName(doc.names.assets[asset]?.stage ?? '').toLowerCase()}` : name;
}

interface RowProps {
  short: string;
  doc: Document;
  row: Project;
  y: number;
  narrow: boolean;
  left: number;
  right: number;
  first: number;
  count: number;
  onPick: ((asset: string) => void) | undefined;
}
function ProjectRow({ short, doc, row, y, narrow, left, right, first, count, onPick }: RowProps) {
  const barY = narrow ? y + 17 : y + 5;
  const asset = doc.names.assets[row.asset];
  const name = `${assetName(doc, row.asset)}${asset ? `, ${regionName(doc, asset.region)}` : ''}`;
  const about = `${name}, ${number(row.capacity_t)} t a year. ${spellsText(row)}. ${row.gates.length > 0 ? `Gate: ${gatesText(row)}.` : ''}`;
  const pick = onPick && (() => onPick(row.asset));
  const gates = row.gates.flatMap((gate) => spanOf(gate.period, '', first, count, left, right)?.x ?? []);
  return (
    <g class={pick ? 'project pickable' : 'project'} tabIndex={0} role={pick ? 'button' : 'img'} aria-label={about} onClick={pick}
      onKeyDown={(event) => pick && (event.key === 'Enter' || event.key === ' ') && (event.preventDefault(), pick())}>
      <title>{about}</title>
      <rect class="hit" x={0} y={y} width={right} height={narrow ? 36 : 22} />
      <text x={narrow ? left : left - 8} y={narrow ? y + 12 : y + 16} text-anchor={narrow ? 'start' : 'end'}>{fit(narrow ? name : short, narrow ? right : left - 12)}</text>
      {row.spells.map((spell) => {
        const span = spanOf(spell.from, spell.to, first, count, left, right);
        const word = words(spell.status).toLowerCase();
        const free = span && freeSpan(span, gates);
        return span && (
          <g key={spell.from}>
            <rect class={`spell status-${spell.status}`} x={span.x.toFixed(1)} y={barY} width={Math.max(1, span.width).toFixed(1)} height={14} />
            {free && free.width > textWidth(word, 10) + 6 && <text class="spell-name" x={(free.x + free.width / 2).toFixed(1)} y={barY + 10.5} text-anchor="middle">{word}</text>}
          </g>
        );
      })}
      {row.gates.map((gate) => {
        const span = spanOf(gate.period, '', first, count, left, right);
        return span && <text key={gate.period} class={gate.passed ? 'gate gate-passed' : 'gate gate-failed'} x={span.x} y={barY + 11.5} text-anchor="middle">{gate.passed ? '✓' : '✗'}</text>;
      })}
    </g>
  );
}
