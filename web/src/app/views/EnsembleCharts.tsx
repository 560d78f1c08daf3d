/* The fans and drivers of an ensemble. */
import { Fans, LineStops, Tornado } from '../../charts';
import { runTitle } from '../../charts/names';
import type { Document } from '../../document';
import { useState } from 'preact/hooks';
import { Pick } from '../parts/Pick';

export function EnsembleCharts({ doc }: { doc: Document }) {
  const [picked, setPicked] = useState('');
  const runs = [...new Set((doc.fans ?? []).map((fan) => fan.run))];
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
