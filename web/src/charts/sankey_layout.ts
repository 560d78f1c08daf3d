/* Layout of the chain as a Sankey diagram: columns by stage, nodes as tall as what goes through them, links stacked at both ends. Pure: no drawing.
 *
 * Own layout rather than d3-sankey's, since a column here is a stage, whatever the links say, and since the chain has circles (scrap goes back up):
 * a link that does not lead to a later column is cut into its two ends, "back:STAGE" in the last column and "again:STAGE" in the first, so that what
 * comes into a node is still drawn as it is. Nodes below a hundredth of the tallest column are one node "other" of their stage. Tonnes are
 * conserved: a node's inflow and outflow are the sums of its links, and it is as tall as the larger. */
import type { Flow } from '../document';
import { isFiniteNumber } from './scale';

export interface Node {
  id: string;
  stage: string; // before the colon: mine, use, stock, loss, back, again
  place: string; // after it: region, class or node
  column: number;
  in: number;
  out: number;
  x: number;
  y: number;
  height: number;
}
export interface Link {
  from: Node;
  to: Node;
  t: number;
  y0: number; // middle at `from`
  y1: number; // middle at `to`
  width: number;
}
export interface Chain {
  nodes: Node[];
  links: Link[];
  columns: string[][]; // stages of each column, of those that have nodes
  tPerPixel: number;
}

const order = [['mine', 'recycling', 'again'], ['light_separation', 'concentrate', 'cracking', 'reagent'], ['heavy_separation'], ['metal'], ['alloy'], ['magnet'], ['component'], ['use', 'stock', 'loss', 'back']];
const columnOf = (stage: string): number => {
  const at = order.findIndex((stages) => stages.includes(stage));
  return at < 0 ? 1 : at;
};
export const splitId = (id: string): [string, string] => {
  const at = id.indexOf(':');
  return at < 0 ? [id, ''] : [id.slice(0, at), id.slice(at + 1)];
};

interface Edge {
  from: string;
  to: string;
  t: number;
}

/* What is held or recycled before it is used comes from the first column; a link that leads nowhere later is cut in two. */
function cutCircles(edges: readonly Edge[]): Edge[] {
  return edges.flatMap(({ from, to, t }) => {
    if (from === 'scrap') return []; // of old goods: recycling stands in the first column
    const [fromStage] = splitId(from);
    const [toStage] = splitId(to);
    if (fromStage === 'stock' && columnOf(toStage) > 0) return [{ from: 'again:stock', to, t }];
    if (columnOf(toStage) > columnOf(fromStage)) return [{ from, to, t }];
    return [{ from, to: `back:${toStage}`, t }, ...(columnOf(toStage) > 0 ? [{ from: `again:${toStage}`, to, t }] : [])];
  });
}

function mergeEdges(edges: readonly Edge[], rename: (id: string) => string): Edge[] {
  const sums = new Map<string, Edge>();
  for (const edge of edges) {
    const [from, to] = [rename(edge.from), rename(edge.to)];
    const key = `${from}\u0000${to}`;
    const known = sums.get(key);
    if (known) known.t += edge.t;
    else sums.set(key, { from, to, t: edge.t });
  }
  return [...sums.values()];
}

function sizes(edges: readonly Edge[]): Map<string, { in: number; out: number }> {
  const found = new Map<string, { in: number; out: number }>();
  const of = (id: string): { in: number; out: number } => {
    const known = found.get(id) ?? { in: 0, out: 0 };
    found.set(id, known);
    return known;
  };
  for (const edge of edges) {
    of(edge.from).out += edge.t;
    of(edge.to).in += edge.t;
  }
  return found;
}

const through = (size: { in: number; out: number }): number => Math.max(size.in, size.out);

/* Links of one element and year, circles cut and small nodes merged. */
export function chainEdges(flows: readonly Flow[], run: string, year: number, element: string, least = 0.012): Edge[] {
  const own = flows.filter((flow) => flow.run === run && flow.year === year && flow.element === element && isFiniteNumber(flow.t) && flow.t > 0 && flow.t < 1e200);
  const edges = mergeEdges(cutCircles(own), (id) => id);
  const found = sizes(edges);
  const totals = new Map<number, number>();
  for (const [id, size] of found) {
    const column = columnOf(splitId(id)[0]);
    totals.set(column, (totals.get(column) ?? 0) + through(size));
  }
  const tallest = Math.max(0, ...totals.values());
  const rename = (id: string): string => {
    const [stage, place] = splitId(id);
    const fixed = ['use', 'back', 'again'].includes(stage) || place === '';
    return !fixed && through(found.get(id) ?? { in: 0, out: 0 }) < least * tallest ? `${stage}:other` : id;
  };
  return mergeEdges(edges, rename);
}

/* Nodes of a column from top to bottom, by the middle of what feeds them; the first column by size. */
function arrange(columns: Node[][], links: readonly Link[], gap: number, top: number): void {
  const position = (column: Node[]): void => {
    let y = top;
    for (const node of column) {
      node.y = y;
      y += node.height + gap;
    }
  };
  const fixed = (node: Node): number => (['loss', 'stock', 'back'].includes(node.stage) ? 1 : 0);
  columns[0]?.sort((a, b) => fixed(a) - fixed(b) || b.height - a.height);
  columns.forEach(position);
  for (let pass = 0; pass < 4; pass++)
    for (const column of columns) {
      const middle = (node: Node): number => {
        const near = links.filter((link) => link.to === node || (pass > 0 && link.from === node));
        const total = near.reduce((sum, link) => sum + link.t, 0);
        const at = (link: Link): number => (link.to === node ? link.from.y + link.from.height / 2 : link.to.y + link.to.height / 2);
        return total > 0 ? near.reduce((sum, link) => sum + at(link) * link.t, 0) / total : node.y;
      };
      const wanted = new Map(column.map((node) => [node, middle(node)]));
      column.sort((a, b) => fixed(a) - fixed(b) || wanted.get(a)! - wanted.get(b)! || b.height - a.height);
      position(column);
    }
}

/* Where links meet their nodes: in the order of the other ends, so that they do not cross more than they must. */
function attach(nodes: readonly Node[], links: readonly Link[]): void {
  for (const node of nodes) {
    let y = node.y;
    for (const link of links.filter((each) => each.from === node).sort((a, b) => a.to.y - b.to.y)) {
      link.y0 = y + link.width / 2;
      y += link.width;
    }
    y = node.y;
    for (const link of links.filter((each) => each.to === node).sort((a, b) => a.from.y - b.from.y)) {
      link.y1 = y + link.width / 2;
      y += link.width;
    }
  }
}

export interface Room {
  left: number;
  right: number; // right edge of the last column
  top: number;
  bottom: number;
  nodeWidth: number;
  gap: number;
}

/* O(nodes x links). */
export function chainLayout(edges: readonly Edge[], room: Room): Chain {
  const found = sizes(edges);
  const used = [...new Set([...found.keys()].map((id) => columnOf(splitId(id)[0])))].sort((a, b) => a - b);
  const step = used.length > 1 ? (room.right - room.left - room.nodeWidth) / (used.length - 1) : 0;
  const nodes: Node[] = [...found].map(([id, size]) => {
    const [stage, place] = splitId(id);
    const column = used.indexOf(columnOf(stage));
    return { id, stage, place, column, ...size, x: room.left + column * step, y: 0, height: 0 };
  });
  const columns = used.map((_, at) => nodes.filter((node) => node.column === at));
  const perColumn = columns.map((column) => {
    const tonnes = column.reduce((sum, node) => sum + through(node), 0);
    return tonnes / Math.max(20, room.bottom - room.top - room.gap * (column.length - 1));
  });
  const tPerPixel = Math.max(0, ...perColumn);
  for (const node of nodes) node.height = tPerPixel > 0 ? Math.max(1, through(node) / tPerPixel) : 1;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const links: Link[] = edges.map((edge) => ({
    from: byId.get(edge.from)!, to: byId.get(edge.to)!, t: edge.t, y0: 0, y1: 0, width: tPerPixel > 0 ? edge.t / tPerPixel : 1,
  }));
  arrange(columns, links, room.gap, room.top);
  attach(nodes, links);
  return { nodes, links, columns: used.map((at) => order[at]!.filter((stage) => nodes.some((node) => node.stage === stage))), tPerPixel };
}

/* A link as a band whose middle is a smooth curve. */
export function linkPath(link: Link, nodeWidth: number): string {
  const [x0, x1] = [link.from.x + nodeWidth, link.to.x];
  const middle = (x0 + x1) / 2;
  const f = (value: number): string => value.toFixed(1);
  return `M${f(x0)},${f(link.y0)}C${f(middle)},${f(link.y0)} ${f(middle)},${f(link.y1)} ${f(x1)},${f(link.y1)}`;
}
