/* A project's page as the server sends it (`lodestone explain RUN project:ASSET --format json`), read with care: what is not there is null. */
import { isRecord } from './failure';

export type Fields = Record<string, unknown>;

export const num = (from: unknown, name: string): number | null => {
  const value = isRecord(from) ? from[name] : null;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
};
export const str = (from: unknown, name: string): string => {
  const value = isRecord(from) ? from[name] : null;
  return typeof value === 'string' ? value : '';
};
export const list = (from: unknown, name: string): Fields[] => {
  const value = isRecord(from) ? from[name] : null;
  return Array.isArray(value) ? value.filter(isRecord) : [];
};
export const part = (from: unknown, name: string): Fields => {
  const value = isRecord(from) ? from[name] : null;
  return isRecord(value) ? value : {};
};
export const flag = (from: unknown, name: string): boolean => isRecord(from) && from[name] === true;

/* What would pass the gate, each by itself, in words. */
export function remedies(gate: Fields, musd: (usd: number) => string, digits: (value: number) => string): string[] {
  const say = (name: string, text: (value: number) => string): string[] => {
    const value = num(gate, name);
    return value === null ? [] : [text(value)];
  };
  return [
    ...say('passing_usd_per_kg', (value) => `a price of ${digits(value)} USD/kg (real, for ever)`),
    ...say('passing_floor_usd_per_kg', (value) => `a floor of ${digits(value)} USD/kg (nominal, until the debt is repaid)`),
    ...say('passing_loan_usd', (value) => `a public loan of ${musd(value)} without real interest`),
    ...say('passing_grant_usd', (value) => `a grant of ${musd(value)}`),
    ...say('passing_offtake_share', (value) => `contracts for ${digits(100 * value)}% more of the output`),
  ];
}

export interface BasketRow {
  kind: 'sale' | 'cost' | 'margin';
  label: string;
  element: string; // of a sale, or ""
  commodity: string; // of a sale that is of no one element, or ""
  usd_per_kg: number; // of what is sold; below 0: a cost
}

/* Sales by element (goods of no one element by themselves), the largest first; what is bought, what running costs; and what is left. */
export function basket(from: Fields): BasketRow[] {
  const goods = list(from, 'goods').map((good) => ({ commodity: str(good, 'commodity'), element: str(good, 'element'), t: num(good, 't_per_year') ?? 0, price: num(good, 'usd_per_kg') ?? 0 }));
  const kg = 1000 * goods.reduce((sum, good) => sum + Math.max(0, good.t), 0);
  if (kg <= 0) return [];
  const sales = new Map<string, BasketRow>();
  for (const good of goods.filter((it) => it.t > 0)) {
    const label = good.element || good.commodity;
    const before = sales.get(label) ?? { kind: 'sale', label, element: good.element, commodity: good.element ? '' : good.commodity, usd_per_kg: 0 };
    sales.set(label, { ...before, usd_per_kg: before.usd_per_kg + (1000 * good.t * good.price) / kg });
  }
  const bought = goods.reduce((sum, good) => sum + Math.min(0, good.t) * 1000 * good.price, 0) / kg;
  const cost = (label: string, usd_per_kg: number): BasketRow => ({ kind: 'cost', label, element: '', commodity: '', usd_per_kg });
  const rows = [
    ...[...sales.values()].sort((a, b) => b.usd_per_kg - a.usd_per_kg),
    cost('Feed and reagents', bought), cost('Conversion', -(num(from, 'operating_usd_per_year') ?? 0) / kg), cost('Fixed cost', -(num(from, 'fixed_usd_per_year') ?? 0) / kg),
  ];
  return [...rows, { ...cost('Margin', rows.reduce((sum, row) => sum + row.usd_per_kg, 0)), kind: 'margin' }];
}
