/* How numbers, units and months are written for people: three significant digits, plain words, never "NaN". */

const missing = '–';

export const isFiniteNumber = (value: number | null | undefined): value is number => value !== null && value !== undefined && Number.isFinite(value);

/* 12,300; 63.4; 0.0012; 1.2e-7. What is no number is a dash. */
export function number(value: number | null | undefined, digits = 3): string {
  if (!isFiniteNumber(value)) return missing;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e15) return value.toExponential(Math.max(0, digits - 1)).replace('e+', 'e');
  const rounded = Number(value.toPrecision(digits));
  return rounded.toLocaleString('en-US', { maximumSignificantDigits: digits }).replace('-', '−');
}

/* For axes, where room is short: 1.2k, 3.4M, 5G. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return missing;
  const size = Math.abs(value);
  for (const [least, sign] of [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e4, 'k']] as const)
    if (size >= least) return number(value / (sign === 'k' ? 1e3 : least)) + sign;
  return number(value);
}

/* A share (0 to 1) as a percentage: 12%, 0.4%, 0%. */
export function percent(value: number | null | undefined): string {
  if (!isFiniteNumber(value)) return missing;
  const points = value * 100;
  if (Math.abs(points) >= 9.95) return `${number(Math.round(points))}%`;
  return `${number(Math.round(points * 10) / 10)}%`;
}

export function withUnit(value: number | null | undefined, unit: string): string {
  if (!isFiniteNumber(value)) return missing;
  if (unit === 'share') return percent(value);
  return unit === '' ? number(value) : `${number(value)} ${unit}`;
}

/* 9 days, 1 month, 14 months. */
export function months(value: number | null | undefined): string {
  if (!isFiniteNumber(value)) return missing;
  if (value < 0.95) {
    const days = Math.max(1, Math.round(value * 30.4));
    return days === 1 ? '1 day' : `${days} days`;
  }
  return value >= 0.95 && value < 1.05 ? '1 month' : `${number(value, 2)} months`;
}

export const monthNames = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/* "2027-03" as "March 2027"; what is no month is left as it is. */
export function month(period: string | undefined): string {
  const parts = /^(\d{4})-(\d{2})/.exec(period ?? '');
  const name = parts ? monthNames[Number(parts[2]) - 1] : undefined;
  return parts && name ? `${name} ${parts[1]}` : (period ?? missing);
}
export function shortMonth(period: string | undefined): string {
  const text = month(period);
  return text.replace(/^([A-Z][a-z]{2})[a-z]+ /, '$1 ');
}

/* Million USD: $12m, $3.4bn. */
export function money(musd: number | null | undefined): string {
  if (!isFiniteNumber(musd)) return missing;
  if (musd === 0) return '$0';
  const sign = musd < 0 ? '−' : '';
  const size = Math.abs(musd);
  return size >= 1000 ? `${sign}$${number(size / 1000)}bn` : `${sign}$${number(size)}m`;
}

/* "heavy_separation" as "Heavy separation": for ids that have no name of their own. */
export function words(id: string): string {
  const text = id.replaceAll('_', ' ').trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
