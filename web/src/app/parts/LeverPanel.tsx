/* The levers in their families. On a narrow screen the panel is a drawer over the page. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { isMoved } from '../store/settings';
import { about, editing, isCompared, levers, resetAll, settingsOf, type SideName } from '../store/state';
import { drawerOpen, isNarrow } from '../store/screen';
import { LeverControl } from './LeverControl';

export function LeverPanel() {
  const panel = useRef<HTMLElement>(null);
  const hidden = isNarrow.value && !drawerOpen.value;
  useEffect(() => {
    if (isNarrow.value && drawerOpen.value) panel.current?.querySelector<HTMLElement>('h2')?.focus();
  }, [isNarrow.value, drawerOpen.value]);
  return (
    <aside class="levers" ref={panel} aria-labelledby="levers-title" id="levers" data-open={drawerOpen.value} inert={hidden}
      onKeyDown={(event) => event.key === 'Escape' && closeDrawer()}>
      <div class="levers-head">
        <h2 id="levers-title" tabIndex={-1}>Levers</h2>
        {isNarrow.value && <button type="button" onClick={closeDrawer}>Close</button>}
      </div>
      {isCompared.value && <SideChoice />}
      {about.value?.read_only && <p class="hint">This server is read-only: only settings that it has solved already have an answer.</p>}
      <Families side={isCompared.value ? editing.value : 'a'} />
    </aside>
  );
}

export function closeDrawer(): void {
  drawerOpen.value = false;
  document.querySelector<HTMLElement>('.open-levers')?.focus();
}

function SideChoice() {
  return (
    <fieldset class="side-choice">
      <legend>These levers are of scenario</legend>
      {(['a', 'b'] as const).map((side) => (
        <label key={side} class={`side-${side}`}>
          <input type="radio" name="side" checked={editing.value === side} onChange={() => (editing.value = side)} /> {side.toUpperCase()}
        </label>
      ))}
    </fieldset>
  );
}

function Families({ side }: { side: SideName }) {
  const search = useSignal('');
  const all = levers.value.levers;
  if (all.length === 0)
    return <p class="empty">This server has no levers: its world comes without a file of levers. The baseline is shown as it is.</p>;
  const words = search.value.trim().toLowerCase();
  const found = all.filter((lever) => words === '' || `${lever.title} ${lever.help} ${lever.id}`.toLowerCase().includes(words));
  const settings = settingsOf(side);
  return (
    <>
      <div class="levers-tools">
        <input type="search" placeholder="Find a lever" aria-label="Find a lever" value={search.value}
          onInput={(event) => (search.value = event.currentTarget.value)} />
        <button type="button" disabled={!all.some((lever) => isMoved(lever, settings))} onClick={() => resetAll(side)}>Reset all</button>
      </div>
      {found.length === 0 && <p class="empty">No lever has “{search.value}” in its name or help.</p>}
      {levers.value.families.map((family) => {
        const own = found.filter((lever) => lever.family === family.id);
        const moved = own.filter((lever) => isMoved(lever, settings)).length;
        if (own.length === 0) return null;
        return (
          <details key={family.id} class="family" open>
            <summary>
              <h3>{family.title}</h3>
              {moved > 0 && <span class="badge">{moved} moved</span>}
            </summary>
            <p class="hint">{family.help}</p>
            {own.map((lever) => <LeverControl key={`${side}.${lever.id}`} side={side} lever={lever} />)}
          </details>
        );
      })}
    </>
  );
}
