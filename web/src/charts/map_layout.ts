/* Where plants and shipments lie on the map. Pure: no drawing. */
import type { Document } from '../document';
import { isFiniteNumber } from './scale';
import { runOf } from './series';

export interface Place {
  asset: string;
  name: string;
  region: string;
  stage: string;
  status: string;
  lon: number;
  lat: number;
  placed: boolean;
  t: number | null; // made in the year; null: not known
  radius: number;
}
const valid = (lat: number | null, lon: number | null): boolean => isFiniteNumber(lat) && isFiniteNumber(lon) && Math.abs(lat) <= 90 && Math.abs(lon) <= 180;

/* Area goes with output (capacity where the run has no output), the largest of the stage with a radius of `most`. Plants of which only the region is
 * known are set out on a spiral around its point, so that each can be seen. */
export function placesOf(doc: Document, run: string, year: number, stage: string, most = 17): Place[] {
  const made = new Map<string, number>();
  const pair = runOf(doc, run)?.pair ?? ''; // a shock's run tells of what differs
  for (const of of [pair, run]) for (const row of doc.output ?? []) if (row.run === of && row.year === year && isFiniteNumber(row.t)) made.set(row.asset, row.t);
  const known = made.size > 0;
  const found = Object.entries(doc.names.assets).filter(([, asset]) => asset.stage === stage && valid(asset.lat, asset.lon));
  const size = (id: string, capacity: number): number => Math.max(0, known ? (made.get(id) ?? 0) : isFiniteNumber(capacity) ? capacity : 0);
  const largest = Math.max(1e-9, ...found.map(([id, asset]) => size(id, asset.capacity_t)));
  const around = new Map<string, number>();
  return found
    .map(([id, asset]) => ({ id, asset, t: size(id, asset.capacity_t) }))
    .sort((a, b) => b.t - a.t)
    .map(({ id, asset, t }) => {
      const spot = `${asset.lat} ${asset.lon}`;
      const nth = around.get(spot) ?? 0;
      around.set(spot, nth + 1);
      const [out, angle] = [nth === 0 ? 0 : 1.5 * Math.sqrt(nth), nth * 2.4];
      return {
        asset: id, name: asset.name, region: asset.region, stage: asset.stage, status: asset.status, placed: asset.placed, t: known ? (made.get(id) ?? null) : null,
        lat: Math.max(-89, Math.min(89, asset.lat! + out * Math.sin(angle))), lon: asset.lon! + out * Math.cos(angle),
        radius: Math.max(2.2, most * Math.sqrt(t / largest)),
      };
    });
}

export interface Arc {
  from: string;
  to: string;
  t: number;
  a: [number, number]; // lon, lat
  b: [number, number];
  width: number;
}
/* The largest shipments of a stage in a year. */
export function arcsOf(doc: Document, run: string, year: number, stage: string, most = 24): Arc[] {
  const own = (doc.shipments ?? []).filter((row) => row.run === run && row.year === year && row.stage === stage && row.from !== row.to && row.from !== 'other' && row.to !== 'other' && isFiniteNumber(row.t) && row.t > 0);
  const largest = Math.max(1e-9, ...own.map((row) => row.t));
  return [...own].sort((a, b) => b.t - a.t).slice(0, most).flatMap((row) => {
    const [from, to] = [doc.names.regions[row.from], doc.names.regions[row.to]];
    if (!from || !to || !valid(from.lat, from.lon) || !valid(to.lat, to.lon)) return [];
    return [{ from: row.from, to: row.to, t: row.t, a: [from.lon!, from.lat!] as [number, number], b: [to.lon!, to.lat!] as [number, number], width: 0.8 + 6 * (row.t / largest) }];
  });
}

/* A curve between two points of the screen, bent to the right of its way (the north of what goes west), so that both ways can be seen. */
export function arcPath([x0, y0]: [number, number], [x1, y1]: [number, number]): string {
  const bend = 0.18;
  const [mx, my] = [(x0 + x1) / 2 - (y1 - y0) * bend, (y0 + y1) / 2 + (x1 - x0) * bend];
  return [x0, y0, mx, my, x1, y1].every(Number.isFinite) ? `M${x0.toFixed(1)},${y0.toFixed(1)}Q${mx.toFixed(1)},${my.toFixed(1)} ${x1.toFixed(1)},${y1.toFixed(1)}` : '';
}
