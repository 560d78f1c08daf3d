import { describe, expect, it } from 'vitest';
import { merge } from '../src/document_merge';
import type { Part } from '../src/document';
import { flowsOf } from '../src/flows';

const packed: Part = {
  diagrams: [
    { run: 'reference', year: 2027, element: 'Dy', nodes: ['mine:CHN', 'loss', 'magnet:JPN'], links: [0, 2, 12.5, 0, 1, 3] },
    { run: 'freeze', year: 2027, element: 'Dy', nodes: ['mine:CHN'], links: [0, 0, 1] },
  ],
};

describe('flowsOf', () => {
  it('unpacks the triples of the run asked for', () => {
    expect(flowsOf(packed, 'reference')).toEqual([
      { run: 'reference', year: 2027, element: 'Dy', from: 'mine:CHN', to: 'magnet:JPN', t: 12.5 },
      { run: 'reference', year: 2027, element: 'Dy', from: 'mine:CHN', to: 'loss', t: 3 },
    ]);
  });
  it('takes rows too, and leaves out what names no node', () => {
    const rows: Part = { flows: [{ run: 'a', year: 2024, element: '', from: 'mine:USA', to: 'loss', t: 1 }] };
    expect(flowsOf(rows, 'a')).toEqual(rows.flows);
    expect(flowsOf({ diagrams: [{ run: 'a', year: 1, element: '', nodes: ['loss'], links: [0, 7, 1, 0, 0] }] }, 'a')).toEqual([]);
  });
  it('a diagram that comes later replaces the whole one before', () => {
    const later: Part = { diagrams: [{ run: 'reference', year: 2027, element: 'Dy', nodes: ['mine:CHN', 'loss'], links: [0, 1, 9] }] };
    expect(flowsOf(merge(packed, later), 'reference').map((flow) => flow.t)).toEqual([9]);
    expect(flowsOf(merge(packed, later), 'freeze')).toHaveLength(1);
  });
});
