/* The fans and drivers of an ensemble. */
import { useState } from 'preact/hooks';
import { Fans, LineStops, Tornado } from '../../charts';
import { runTitle } from '../../charts/names';
import type { Document, Fan } from '../../document';
import { Pick } from '../parts/Pick';

/* Whether there is anything to see of it. */
const isSeen = (fan: Fan): boolean => fan.p95.some((value) => value !== null && value !== 0);

export function EnsembleCharts({ doc: whole }: { doc: Document }) {
  const doc = { ...whole, fans: (whole.fans ?? []).filter(isSeen) };
  const [picked, setPicked] = useState('');
  const runs = [...new Set(doc.fans.map((fan) => fan.run))];
  const run = runs.includes(picked) ? picked : (runs.find((id) => id !== 'reference') ?? runs[0] ?? 'reference');
  return (
    <>
      {runs.length > 1 && <Pick label="Run" value={run} options={runs.map((id) => [id, id === 'reference' ? 'Without the levers' : runTitle(doc, id)])} onPick={setPicked} />}
      <Fans view={{ doc, run }} />
      {(doc.line_stops?.length ?? 0) > 0 && <LineStops view={{ doc, run }} />}
      {(doc.drivers?.length ?? 0) > 0 && <Tornado doc={doc} />}
    </>
  );
}
