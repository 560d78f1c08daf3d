/* The chain of an element in a year, from mine to user. Bands are tonnes of oxide; arrow keys walk over the nodes, and the one in focus is lit with
 * all that goes in and out. */
import { useMemo, useRef, useState } from 'preact/hooks';
import type { Class, Document } from '../document';
import { flowsOf } from '../flows';
import { number } from '../format';
import { classLook, regionLook } from '../palette';
import { Figure } from './figure';
import { className, elementName, regionName, stageName } from './names';
import { chainEdges, chainLayout, linkPath, splitId, type Chain as Layout, type Node } from './sankey_layout';
import { chosen, Select } from './select';
import { keysOfRows, yearOfShock, type View } from './series';
import { sourceLine } from './source_line';
import { fit } from './time_layout';
import { useWidth } from './use_width';

export function Chain({ view }: { view: View }) {
  const { doc, run } = view;
  const [pickedElement, setElement] = useState<string | null>(null);
  const [pickedYear, setYear] = useState<string | null>(null);
  const own = useMemo(() => flowsOf(doc, run), [doc.flows, doc.diagrams, run]);
  const elements = keysOfRows(own, (flow) => flow.element).sort(byElement(doc)).map((id) => ({ value: id, label: elementName(id) }));
  const element = chosen(pickedElement, elements, 'NdPr');
  const years = keysOfRows(own.filter((flow) => flow.element === element), (flow) => String(flow.year)).sort().map((id) => ({ value: id, label: id }));
  const year = chosen(pickedYear, years, yearOfShock(doc, run));
  const edges = chainEdges(own, run, Number(year), element);
  const title = `The chain of ${elementName(element).toLowerCase()} in ${year}`;
  return (
    <Figure title={edges.length > 0 ? title : 'The chain from mine to user'} unit="t of oxide" name="chain" source={sourceLine(doc, 'flows')}
      about="From the mines at the left to the users at the right. The thickness of a band is tonnes; where one colour fills a column, everybody depends on one region."
      table={() => ({ columns: [{ name: 'From' }, { name: 'To' }, { name: 'Tonnes', unit: 't' }],
        rows: [...edges].sort((a, b) => b.t - a.t).map((edge) => [idName(doc, edge.from), idName(doc, edge.to), edge.t]) })}
      empty={edges.length === 0 ? 'This run has no flows.' : undefined}
      controls={<>
        <Select label="Element" value={element} options={elements} onChange={setElement} />
        <Select label="Year" value={year} options={years} onChange={setYear} />
      </>}>
      <Drawing doc={doc} edges={edges} title={title} />
    </Figure>
  );
}

const byElement = (doc: Document) => (a: string, b: string): number => doc.names.elements.indexOf(a) - doc.names.elements.indexOf(b);

/* What is at the ends of the chain: no stage that is made. */
const ends = ['again', 'back', 'stock', 'loss', 'use'];

function nodeName(doc: Document, stage: string, place: string): string {
  if (stage === 'use') return className[place as Class] ?? place;
  if (stage === 'again') return place === 'stock' ? 'From stock' : `Back to ${stageName(place).toLowerCase()}`;
  if (stage === 'back') return `To ${stageName(place).toLowerCase()}`;
  return place === '' ? stageName(stage) : place === 'other' ? 'Others' : regionName(doc, place);
}
/* Where a column holds two stages, the second is said beside the name. */
function labelOf(doc: Document, layout: Layout, node: Node): string {
  const name = nodeName(doc, node.stage, node.place);
  const stages = (layout.columns[node.column] ?? []).filter((stage) => !ends.includes(stage));
  return stages.length > 1 && !ends.includes(node.stage) && node.stage !== stages[0] ? `${name}, ${(besides[node.stage] ?? stageName(node.stage)).toLowerCase()}` : name;
}
const besides: Record<string, string> = { recycling: 'recycled', heavy_separation: 'heavy' };

function idName(doc: Document, id: string): string {
  const [stage, place] = splitId(id);
  return stage === 'again' || stage === 'back' || place === '' ? nodeName(doc, stage, place) : `${stageName(stage)}, ${nodeName(doc, stage, place)}`;
}
const colourOf = (node: Node): string =>
  node.stage === 'use' ? classLook(node.place).colour : ends.includes(node.stage) ? regionLook('other').colour : regionLook(node.place).colour;

function Drawing({ doc, edges, title }: { doc: Document; edges: ReturnType<typeof chainEdges>; title: string }) {
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const [lit, setLit] = useState<string | null>(null);
  const narrow = width < 560;
  const nodeWidth = narrow ? 9 : 13;
  const height = narrow ? 420 : 460;
  const wide = Math.max(width, 560); // on a phone it scrolls sideways
  const layout = chainLayout(edges, { left: 2, right: wide - (narrow ? 92 : 116), top: 26, bottom: height - 6, nodeWidth, gap: 11 });
  const order = [...layout.nodes].sort((a, b) => a.column - b.column || a.y - b.y);
  const at = order.findIndex((node) => node.id === lit);
  const move = (step: number): void => setLit(order[Math.max(0, Math.min(order.length - 1, at < 0 ? (step > 0 ? 0 : order.length - 1) : at + step))]?.id ?? null);
  const say = (node: Node): string => sentence(doc, layout, node);
  return (
    <div class="scroll-x" ref={holder} tabIndex={0} role="region" aria-label={title}>
      <div class="plot chain" tabIndex={0} role="slider" aria-label={`${title}: box`} aria-valuemin={0} aria-valuemax={Math.max(0, order.length - 1)} aria-valuenow={Math.max(0, at)}
        aria-valuetext={at < 0 ? `${order.length} boxes` : say(order[at]!)} onBlur={() => setLit(null)} onPointerLeave={() => setLit(null)}
        onKeyDown={(event) => {
          const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
          if (event.key === 'Escape') setLit(null);
          if (step === undefined) return;
          event.preventDefault();
          move(step);
        }}>
        <svg viewBox={`0 0 ${wide} ${height}`} width={wide} height={height} aria-hidden="true" focusable="false" class="fixed">
          <Headings layout={layout} width={wide} />
          {layout.links.map((link) => (
            <path key={`${link.from.id}>${link.to.id}`} d={linkPath(link, nodeWidth)}
              class={lit === null || link.from.id === lit || link.to.id === lit ? 'flow' : 'flow dim'}
              style={{ stroke: colourOf(link.from.stage === 'use' ? link.to : link.from), strokeWidth: Math.max(0.6, link.width).toFixed(1) }} />
          ))}
          {layout.nodes.map((node) => <Box key={node.id} node={node} width={nodeWidth} name={fit(labelOf(doc, layout, node), roomFor(layout, node, wide, nodeWidth))} room={roomFor(layout, node, wide, nodeWidth)} lit={node.id === lit} onLit={setLit} />)}
        </svg>
      </div>
      <p class="readout" aria-hidden="true" data-no-export>{at < 0 ? 'Point at a box, or walk with the arrow keys.' : say(order[at]!)}</p>
    </div>
  );
}

function roomFor(layout: Layout, node: Node, width: number, nodeWidth: number): number {
  const next = Math.min(width, ...layout.nodes.filter((other) => other.column > node.column).map((other) => other.x));
  return next - node.x - nodeWidth - 8;
}

function Headings({ layout, width }: { layout: Layout; width: number }) {
  const last = layout.columns.length - 1;
  return (
    <>
      {layout.columns.map((stages, column) => {
        const x = layout.nodes.find((node) => node.column === column)?.x ?? 0;
        const named = stages.filter((stage) => !['again', 'back', 'stock', 'loss', 'reagent'].includes(stage));
        const text = named.length === 0 ? '' : named.map((stage) => stageName(stage)).join(', ');
        const room = column === last ? width - x : (layout.nodes.find((node) => node.column === column + 1)?.x ?? width) - x - 6;
        return <text key={column} class="column" x={x} y={14}>{fit(text, room)}</text>;
      })}
    </>
  );
}

function Box({ node, name, width, room, lit, onLit }: { node: Node; name: string; width: number; room: number; lit: boolean; onLit: (id: string | null) => void }) {
  return (
    <g class={lit ? 'node lit' : 'node'} onPointerEnter={() => onLit(node.id)} onPointerDown={() => onLit(node.id)}>
      <rect class="hit" x={node.x - 2} y={node.y - 5} width={width + room} height={Math.max(12, node.height + 10)} />
      <rect x={node.x} y={node.y} width={width} height={node.height} style={{ fill: colourOf(node) }} />
      <text x={node.x + width + 4} y={node.y + node.height / 2} dy="0.32em">{name}</text>
    </g>
  );
}

/* "Magnets, China: 12,300 t in from Alloy, China (11,900 t); out to Industrial (4,000 t), ..." */
function sentence(doc: Document, layout: Layout, node: Node): string {
  const list = (links: Layout['links'], end: 'from' | 'to'): string =>
    [...links].sort((a, b) => b.t - a.t).slice(0, 4).map((link) => `${idName(doc, link[end].id)} (${number(link.t)} t)`).join(', ');
  const ins = layout.links.filter((link) => link.to === node);
  const outs = layout.links.filter((link) => link.from === node);
  const parts = [ins.length > 0 && `${number(node.in)} t in, from ${list(ins, 'from')}`, outs.length > 0 && `${number(node.out)} t out, to ${list(outs, 'to')}`];
  return `${idName(doc, node.id)}: ${parts.filter(Boolean).join('; ')}.`;
}
