/* Key figures and their differences in words. */
import { money, months, number, percent } from '../../format';
import type { Format } from './figures';

export function figureText(value: number | null, format: Format): string {
  if (value === null) return '–';
  switch (format) {
    case 'price': return `${number(value)} USD/kg`;
    case 'share': return percent(value);
    case 'months': return value < 0.02 ? 'none' : months(value);
    case 'times': return `${number(value)} ×`;
    case 'musd': return money(value);
    case 'count': return number(value);
  }
}

/* What is too little to tell: of prices, ratios and money a share, of shares and months the amount itself. */
const SAME: Record<Format, number> = { price: 5e-4, share: 5e-4, months: 0.02, times: 5e-4, musd: 5e-4, count: 1e-9 };

/* A difference as people say it: percentage points of shares, per cent of prices, else in the unit. */
export function differenceText(was: number | null, is: number | null, format: Format): string {
  if (was === null || is === null) return '–';
  const by = is - was;
  if (Math.abs(by) < SAME[format] * (format === 'share' || format === 'months' ? 1 : Math.max(Math.abs(was), Math.abs(is), 1e-9))) return 'same';
  const sign = by > 0 ? '+' : '−';
  if (format === 'price') return was > 0 ? `${sign}${percent(Math.abs(by / was))}` : `${sign}${number(Math.abs(by))}`;
  if (format === 'share') return `${sign}${number(Math.round(Math.abs(1000 * by)) / 10)} points`;
  return `${sign}${figureText(Math.abs(by), format)}`;
}
