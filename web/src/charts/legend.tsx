/* Legend that is also the readout: each line's sample (colour, dash, mark), name and value at the cursor. Entries can be switched off. */
import type { ComponentChildren } from 'preact';
import type { Look } from '../palette';
import { Glyph } from './glyph';

export interface Entry {
  id: string;
  label: string;
  look: Look;
  value?: string | undefined; // at the cursor
  before?: string | undefined; // of the baseline there
}

interface LegendProps {
  entries: Entry[];
  hidden?: ReadonlySet<string>;
  onToggle?: (id: string) => void;
  sample?: 'line' | 'box';
  when?: ComponentChildren; // what the values are of: "March 2027"
}

export function Legend({ entries, hidden, onToggle, sample = 'line', when }: LegendProps) {
  return (
    <div class="legend">
      <ul>
        {entries.map((entry) => {
          const off = hidden?.has(entry.id) ?? false;
          const inside = (
            <>
              <Glyph look={entry.look} sample={sample} />
              <span class="legend-label">{entry.label}</span>
              {entry.value !== undefined && <span class="legend-value">{entry.value}</span>}
              {entry.before !== undefined && <span class="legend-before">was {entry.before}</span>}
            </>
          );
          return (
            <li key={entry.id} class={off ? 'off' : undefined}>
              {onToggle ? (
                <button type="button" aria-pressed={!off} onClick={() => onToggle(entry.id)}>{inside}</button>
              ) : (
                <span>{inside}</span>
              )}
            </li>
          );
        })}
      </ul>
      {when !== undefined && <p class="legend-when">{when}</p>}
    </div>
  );
}

export function toggled(set: ReadonlySet<string>, id: string): Set<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}
