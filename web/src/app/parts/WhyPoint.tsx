/* "Why did this change?" on a chart over months: a click on the chart, or Enter at its cursor, chooses the month; the button asks. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import type { View } from '../../charts/series';
import { runOf } from '../../charts/series';
import { shortMonth } from '../../format';
import { solvedEnd } from '../store/solved';
import { answers, type SideName } from '../store/state';
import { askWhy } from '../store/why';

interface Props {
  side: SideName;
  view: View;
  subject: string; // "price:dy_oxide:EU27" or "loss:cars:EU27"; the month is added. "": nothing to ask of
  choice?: ComponentChildren; // of the subject
  children: ComponentChildren;
}

/* The cursor of a chart is a slider over the periods of the horizon. */
function cursorIn(target: EventTarget | null): number {
  const plot = target instanceof Element ? target.closest('.plot[role="slider"]') : null;
  return plot ? Number(plot.getAttribute('aria-valuenow') ?? -1) : -1;
}

export function WhyPoint({ side, view, subject, choice, children }: Props) {
  const chosen = useSignal(-1);
  if (view.run === 'reference' || subject === '') return <>{children}</>;
  const first = runOf(view.doc, view.run)?.first ?? 0;
  const end = view.stale ?? Math.max(first, solvedEnd(answers[side].value.part));
  const inside = chosen.value >= first && chosen.value < end;
  const at = inside ? chosen.value : Math.min(end - 1, first + 6);
  const ask = (): void => void askWhy(side, `${subject}:${view.doc.horizon.periods[at] ?? ''}`);
  const onKeyDown = (event: JSX.TargetedKeyboardEvent<HTMLDivElement>): void => {
    const cursor = cursorIn(event.target);
    if (event.key !== 'Enter' || cursor < 0) return;
    chosen.value = cursor;
    if (cursor >= first && cursor < end) ask();
  };
  return (
    <div class="why-point" onClick={(event) => { const cursor = cursorIn(event.target); if (cursor >= 0) chosen.value = cursor; }} onKeyDown={onKeyDown}>
      {children}
      <div class="why-bar">
        {choice}
        <label class="pick">
          Month{' '}
          <select value={String(at)} disabled={end <= first} onChange={(event) => (chosen.value = Number(event.currentTarget.value))}>
            {view.doc.horizon.periods.slice(first, end).map((period, index) => <option key={period} value={String(first + index)}>{shortMonth(period)}</option>)}
          </select>
        </label>
        <button type="button" disabled={end <= first || answers[side].value.run === ''} onClick={ask}>Why did this change?</button>
        {chosen.value >= 0 && !inside && <span class="hint">That month {chosen.value < first ? 'is before the levers act' : 'is not solved yet'}.</span>}
      </div>
    </div>
  );
}
