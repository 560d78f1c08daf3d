/* The line under a chart: from which table, and how much of the world behind it is assumed. */
import type { Document } from '../document';
import { percent } from '../format';

/* Largest share of tonnes that rests on assumptions, over the supply stages of the world; null where the document does not say. */
export function assumedShare(doc: Document): { share: number; stage: string } | null {
  let worst: { share: number; stage: string } | null = null;
  for (const row of doc.world.assumed ?? [])
    if (Number.isFinite(row.assumed_share_t) && (!worst || row.assumed_share_t > worst.share)) worst = { share: row.assumed_share_t, stage: row.stage };
  return worst;
}

export function sourceLine(doc: Document, section: string): string {
  const units = Object.entries(doc.units ?? {}).find(([key]) => key === section || key.startsWith(`${section}.`))?.[1];
  const worst = assumedShare(doc);
  const assumed = worst ? ` At most ${percent(worst.share)} of a stage’s tonnes rests on assumptions (see Sources).` : '';
  return `Lodestone ${doc.lodestone}, table “${section}”${units ? `: ${units}` : ''}.${assumed}`;
}
