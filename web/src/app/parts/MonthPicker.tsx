/* A month by two lists: no browser we know has a month field that works everywhere. */
import { monthNames } from '../../format';

interface Props {
  label: string;
  value: string; // YYYY-MM
  least: string;
  most: string;
  onPick: (month: string) => void;
}

export function MonthPicker({ label, value, least, most, onPick }: Props) {
  const [year, month] = [value.slice(0, 4), value.slice(5, 7)];
  const years = range(Number(least.slice(0, 4)), Number(most.slice(0, 4)));
  const pick = (next: string): void => onPick(next < least ? least : next > most ? most : next);
  return (
    <div class="month" role="group" aria-label={label}>
      <span>from</span>
      <select aria-label={`${label}: month`} value={month} onChange={(event) => pick(`${year}-${event.currentTarget.value}`)}>
        {monthNames.map((name, at) => {
          const digits = String(at + 1).padStart(2, '0');
          const outside = `${year}-${digits}` < least || `${year}-${digits}` > most;
          return <option key={digits} value={digits} disabled={outside}>{name}</option>;
        })}
      </select>
      <select aria-label={`${label}: year`} value={year} onChange={(event) => pick(`${event.currentTarget.value}-${month}`)}>
        {years.map((y) => <option key={y} value={String(y)}>{y}</option>)}
      </select>
    </div>
  );
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
}
