/* The moved levers on top of the page, each with a way back. */
import type { Lever } from '../../document';
import { number } from '../../format';
import { isMoved, settingOf, startOf } from '../store/settings';
import { isCompared, reset, settingsOf, shownLevers, type SideName } from '../store/state';

export function settingText(lever: Lever, value: number): string {
  const named = lever.settings.find((it) => it.value === value);
  if (lever.kind === 'switch') return value > 0.5 ? 'on' : 'off';
  if (lever.kind === 'choice') return named?.title ?? number(value);
  return `${number(value)}${lever.unit ? ` ${lever.unit}` : ''}`;
}

/* The button goes with its lever: the focus goes on to the results. */
function putBack(side: SideName, lever: Lever): void {
  reset(side, lever);
  document.getElementById('main')?.focus({ preventScroll: true });
}

export function Chips({ side }: { side: SideName }) {
  const settings = settingsOf(side);
  const moved = shownLevers.value.filter((lever) => isMoved(lever, settings));
  const name = isCompared.value ? side.toUpperCase() : '';
  return (
    <ul class="chips" aria-label={name ? `Moved levers of scenario ${name}` : 'Moved levers'}>
      {name && <li class={`chip-side side-${side}`}>{name}</li>}
      {moved.length === 0 && <li class="chip-none">{name ? 'The baseline: no lever moved.' : 'No lever moved: this is the baseline.'}</li>}
      {moved.map((lever) => {
        const start = startOf(lever, settings);
        const text = settingText(lever, settingOf(lever, settings).value);
        return (
          <li key={lever.id} class="chip">
            <span>{lever.title}: <b>{text}</b>{start ? ` from ${start}` : ''}</span>
            <button type="button" aria-label={`Reset ${lever.title}`} onClick={() => putBack(side, lever)}>×</button>
          </li>
        );
      })}
    </ul>
  );
}
