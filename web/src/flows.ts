/* Flows of a run, from a document that has them as rows or as packed diagrams. */
import type { Flow, FlowDiagram, Part } from './document';

function unpack({ run, year, element, nodes, links }: FlowDiagram): Flow[] {
  const flows: Flow[] = [];
  for (let i = 0; i + 2 < links.length; i += 3) {
    const [from, to, t] = [nodes[links[i]!], nodes[links[i + 1]!], links[i + 2]!];
    if (from !== undefined && to !== undefined) flows.push({ run, year, element, from, to, t });
  }
  return flows;
}

/* O(links of the run). */
export function flowsOf(part: Part, run: string): Flow[] {
  const rows = (part.flows ?? []).filter((flow) => flow.run === run);
  const packed = (part.diagrams ?? []).filter((diagram) => diagram.run === run);
  return [...rows, ...packed.flatMap(unpack)];
}
