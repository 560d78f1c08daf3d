/* Levers for the tests of the store: one of each kind. */
import type { Lever } from '../../src/document';

const plain = { family: 'shocks', help: '', unit: '', settings: [], start: null, source: [], assumed: false, note: '' } as const;

export const freeze: Lever = {
  ...plain, settings: [], source: [], id: 'freeze', title: 'Freeze', unit: 'months', kind: 'number', least: 0, most: 24, step: 1, value: 0,
  start: { least: '2025-06', most: '2033-12', value: '2026-12' },
};
export const floor: Lever = { ...plain, settings: [], source: [], family: 'supports', id: 'floor', title: 'Floor', unit: 'USD/kg', kind: 'number', least: 60, most: 200, step: 5, value: 110 };
export const share: Lever = { ...plain, settings: [], source: [], family: 'supports', id: 'share', title: 'Share', kind: 'number', least: 0, most: 1, step: 0.1, value: 0.3 };
export const border: Lever = { ...plain, settings: [], source: [], id: 'border', title: 'Border shut', kind: 'switch', least: 0, most: 1, step: 1, value: 0 };
export const belief: Lever = {
  ...plain, source: [], family: 'credibility', id: 'belief', title: 'Belief', kind: 'choice', least: 0, most: 2, step: 1, value: 1,
  settings: [{ title: 'low', value: 0 }, { title: 'as today', value: 1 }, { title: 'high', value: 2 }],
};
export const view: Lever = { ...floor, id: 'view', title: 'A lever whose id is a word of the link' };
export const all: Lever[] = [freeze, floor, share, border, belief, view];
