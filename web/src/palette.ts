/* One palette for regions, classes of use, stages and prices, the same in report and app.
 *
 * Built on the colours of Okabe and Ito (2008), which readers with any colour vision tell apart, with a darker or lighter second ring of the same
 * hues. A colour is a custom property of styles/tokens.css, which has it for light and dark; each look has a dash and a mark of its own too, so that
 * a chart can be read in grey. */

export type Shape = 'circle' | 'square' | 'triangle' | 'diamond' | 'cross' | 'down';
export interface Look {
  colour: string; // a CSS colour: "var(--hue-blue)"
  dash: string; // stroke-dasharray, "" for solid
  shape: Shape;
}

const look = (hue: string, dash: string, shape: Shape): Look => ({ colour: `var(--hue-${hue})`, dash, shape });

const solid = '';
const dashed = '7 4';
const dotted = '2 3';
const mixed = '9 3 2 3';

const classLooks: Record<string, Look> = {
  defence: look('blue', solid, 'square'),
  essential: look('vermilion', dashed, 'circle'),
  industrial: look('green', mixed, 'triangle'),
  consumer: look('purple', dotted, 'diamond'),
};
const kindLooks: Record<string, Look> = {
  inside: look('vermilion', solid, 'circle'),
  fob: look('orange', dotted, 'diamond'),
  outside: look('blue', solid, 'square'),
  paid: look('green', dashed, 'triangle'),
};
const regionLooks: Record<string, Look> = {
  CHN: look('vermilion', solid, 'circle'),
  USA: look('blue', solid, 'square'),
  AUS: look('green', solid, 'triangle'),
  JPN: look('purple', solid, 'diamond'),
  EU27: look('sky', solid, 'cross'),
  KOR: look('orange', solid, 'down'),
  CAN: look('blue-2', dashed, 'square'),
  GBR: look('sky-2', dashed, 'cross'),
  MYS: look('yellow', solid, 'circle'),
  MMR: look('vermilion-2', dashed, 'circle'),
  VNM: look('green-2', dashed, 'triangle'),
  LAO: look('orange-2', dashed, 'down'),
  IND: look('yellow-2', dashed, 'diamond'),
  BRA: look('green-2', dotted, 'down'),
  THA: look('purple-2', dashed, 'diamond'),
  RUS: look('purple-2', dotted, 'square'),
  ROW: look('grey', dashed, 'cross'),
  other: look('grey', dotted, 'cross'),
};
const stageLooks: Record<string, Look> = {
  mine: look('yellow-2', solid, 'circle'),
  light_separation: look('orange', solid, 'square'),
  heavy_separation: look('vermilion', dashed, 'triangle'),
  metal: look('sky', solid, 'diamond'),
  alloy: look('sky-2', dashed, 'cross'),
  magnet: look('blue', solid, 'down'),
  component: look('purple', solid, 'circle'),
  recycling: look('green', dashed, 'square'),
  reagent: look('grey', dotted, 'triangle'),
};

const ring: Look[] = [
  look('blue', solid, 'circle'), look('vermilion', dashed, 'square'), look('green', mixed, 'triangle'), look('purple', solid, 'diamond'),
  look('orange', dashed, 'down'), look('sky', solid, 'cross'), look('yellow', dotted, 'circle'), look('blue-2', dashed, 'square'),
  look('vermilion-2', solid, 'triangle'), look('green-2', dotted, 'diamond'), look('purple-2', dashed, 'down'), look('yellow-2', solid, 'cross'),
];

/* The n-th look of a chart whose rows have no look of their own: instruments, drivers. */
export const nth = (index: number): Look => ring[((index % ring.length) + ring.length) % ring.length]!;

function hash(id: string): number {
  let sum = 7;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 9973;
  return sum;
}
const from = (table: Record<string, Look>, id: string): Look => (Object.hasOwn(table, id) ? table[id]! : nth(hash(id)));

export const classLook = (id: string): Look => from(classLooks, id);
export const kindLook = (id: string): Look => from(kindLooks, id);
export const regionLook = (id: string): Look => from(regionLooks, id);
export const stageLook = (id: string): Look => from(stageLooks, id);
