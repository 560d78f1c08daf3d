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
