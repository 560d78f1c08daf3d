/* How far an answer is solved, and where it leaves the baseline. */
import type { Document, Part, Run, Series } from '../../document';
import type { Answer } from './answer';

/* The server's name of an answer's run. */
export const LEVERS = 'levers';

/* The period after the last one that any series of the part has: what is solved so far. */
export function solvedEnd(part: Part): number {
  const ends = (rows: readonly Series[] | undefined): number => rows?.reduce((most, row) => Math.max(most, row.first + row.values.length), 0) ?? 0;
  return Math.max(ends(part.prices), ends(part.supply), ends(part.cover), ends(part.loss));
}

/* The answer's row among the runs: the server's, or before it has begun, what the levers say. */
export function runRow(answer: Answer, document: Document): Run {
  const told = answer.part.runs?.find((row) => row.run === LEVERS);
  const first = Math.max(0, document.horizon.periods.indexOf(answer.from));
  return told ?? { run: LEVERS, title: '', note: '', first, end: document.horizon.periods.length, pair: 'reference', hits: [], assumed: false, source: [], all_series: true };
}
