/* Names of the document's objects in words; an id without a name is written in words. */
import type { Class, Document } from '../document';
import { month, words } from '../format';
import { runOf } from './series';

export const regionName = (doc: Document, id: string): string => doc.names.regions[id]?.name ?? (id === 'other' ? 'Other regions' : id === '' ? 'All regions' : id);
export const commodityName = (doc: Document, id: string): string => doc.names.commodities[id]?.name ?? words(id);
export const assetName = (doc: Document, id: string): string => doc.names.assets[id]?.name ?? words(id);
export const segmentName = (doc: Document, id: string): string => doc.names.segments[id]?.name ?? words(id);
export const runTitle = (doc: Document, id: string): string => runOf(doc, id)?.title || words(id);
export const className: Record<Class, string> = { defence: 'Defence', essential: 'Essential', industrial: 'Industrial', consumer: 'Consumer' };

const stageNames: Record<string, string> = {
  mine: 'Mines', light_separation: 'Light separation', heavy_separation: 'Heavy separation', metal: 'Metal', alloy: 'Alloy', magnet: 'Magnets',
  component: 'Components', recycling: 'Recycling', reagent: 'Reagents', use: 'Use', stock: 'Stock', loss: 'Lost or not taken',
};
export const stageName = (id: string): string => stageNames[id] ?? words(id);

/* "full_freeze/loss/essential" as "Loss, essential (Full freeze)". */
export function metricName(doc: Document, metric: string): string {
  const [run = '', what, ...of] = metric.split('/');
  if (what === undefined) return words(metric);
  const known = (id: string): string => className[id as Class]?.toLowerCase() ?? doc.names.commodities[id]?.name ?? doc.names.regions[id]?.name ?? words(id).toLowerCase();
  return `${[words(what), ...of.filter((id) => id !== '').map(known)].join(', ')} (${runTitle(doc, run)})`;
}

const elementNames: Record<string, string> = {
  ndpr: 'Neodymium and praseodymium',
  la: 'Lanthanum', ce: 'Cerium', pr: 'Praseodymium', nd: 'Neodymium', sm: 'Samarium', eu: 'Europium', gd: 'Gadolinium', tb: 'Terbium',
  dy: 'Dysprosium', ho: 'Holmium', er: 'Erbium', tm: 'Thulium', yb: 'Ytterbium', lu: 'Lutetium', y: 'Yttrium', sc: 'Scandium',
};
export const elementName = (id: string): string => (id === '' ? 'All rare earths' : (elementNames[id.toLowerCase()] ?? id));

/* Ids of regions and goods as names, months in words: "CHN>JPN" is "China to Japan", "2026-12" is "December 2026". */
export function inWords(doc: Document, text: string): string {
  const region = (id: string): string => doc.names.regions[id]?.name ?? id;
  return text
    .replace(/\b(\w+)>(\w+)\b/g, (whole, from: string, to: string) => (doc.names.regions[from] && doc.names.regions[to] ? `${region(from)} to ${region(to)}` : whole))
    .replace(/\b[A-Z][A-Z0-9]{2,4}\b/g, region)
    .replace(/\b[a-z]+(?:_[a-z0-9]+)+\b/g, (id) => doc.names.commodities[id]?.name ?? id.replaceAll('_', ' '))
    .replace(/\b\d{4}-\d{2}\b(?!-)/g, month);
}
