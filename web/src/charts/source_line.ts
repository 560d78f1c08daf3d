/* The line under a chart: from which table, and how much of what it shows is assumed. */
import type { Document } from '../document';
import { percent } from '../format';
import { stageName } from './names';

/* Share of a stage's tonnes in the base year that rests on assumptions; null where the document does not say. */
export function assumedShare(doc: Document, stage: string): number | null {
  const row = (doc.world?.assumed ?? []).find((each) => each.stage === stage && each.side === 'supply');
  return row && Number.isFinite(row.assumed_share_t) ? row.assumed_share_t : null;
}

/* stage: of what the chart shows; "" where it shows many. */
export function sourceLine(doc: Document, section: string, stage = ''): string {
  const units = Object.entries(doc.units ?? {}).find(([key]) => key === section || key.startsWith(`${section}.`))?.[1];
  const share = stage === '' ? null : assumedShare(doc, stage);
  const assumed = share === null ? '' : ` Of the tonnes of ${stageName(stage).toLowerCase()} in the world’s base year, ${percent(share)} rest on assumptions.`;
  return `Lodestone ${doc.lodestone}, “${section}”${units ? `: ${units}` : ''}.${assumed}`;
}
