/* How far an answer is: solving from when, months solved, time left, and a way to stop; or why there is none. */
import type { ComponentChildren } from 'preact';
import { month } from '../../format';
import { isOpen, type Answer } from '../store/answer';
import type { Told } from '../store/failure';
import { runRow } from '../store/solved';
import { answers, base, isCompared, isFromFolder, reference, solvers, type SideName } from '../store/state';

export function timeLeft(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return '';
  if (seconds < 1) return 'under a second left';
  if (seconds < 90) return `${Math.round(seconds)} s left`;
  return `${Math.round(seconds / 60)} min left`;
}

export function Bar({ done, total, label }: { done: number; total: number; label: string }) {
  return <progress aria-label={label} max={Math.max(1, total)} {...(total > 0 ? { value: done } : {})} />;
}

/* The month in which an answer leaves the baseline: the server's, or until it has said so, the levers'. */
function leaves(answer: Answer): string {
  const told = answer.part.runs && base.value?.horizon.periods[runRow(answer, base.value).first];
  return told ?? answer.from;
}

export function SideProgress({ side }: { side: SideName }) {
  const answer = answers[side].value;
  const name = isCompared.value ? `${side.toUpperCase()}: ` : '';
  if (answer.phase === 'idle') return null;
  if (isOpen(answer)) return <Solving side={side} answer={answer} name={name} />;
  if (answer.phase === 'failed')
    return <Failed told={answer.failure} name={name}><button type="button" onClick={() => solvers[side].retry()}>Try again</button></Failed>;
  if (answer.phase === 'cancelled')
    return (
      <p class="state" data-state="cancelled">
        {name}Cancelled{answer.done > 0 ? ` after ${answer.done === 1 ? '1 month; it is' : `${answer.done} months; they are`} shown` : ''}.{' '}
        <button type="button" onClick={() => solvers[side].retry()}>Solve it</button>
      </p>
    );
  return <p class="state" data-state="done">{name}Solved{leaves(answer) ? ` from ${month(leaves(answer))} on` : ''}.</p>;
}

function Solving({ side, answer, name }: { side: SideName; answer: Answer; name: string }) {
  const waits = answer.waits && answer.waits.total > 0 ? `: ${answer.waits.done} of ${answer.waits.total} months of it` : '';
  const parts = [
    `${name}${name ? 's' : 'S'}olving${leaves(answer) ? ` from ${month(leaves(answer))}` : ''}`,
    answer.total > 0 ? `${answer.done} of ${answer.total} months` : '',
    answer.waits ? `waits for the baseline${waits}` : answer.phase === 'queued' ? 'waits for another run' : '',
    timeLeft(answer.waits ? answer.waits.secondsLeft : answer.secondsLeft),
  ];
  return (
    <p class="state" data-state="solving">
      <span>{parts.filter((it) => it !== '').join(', ')}</span>
      <Bar done={answer.done} total={answer.total} label={`${name}months solved`} />
      <button type="button" onClick={() => solvers[side].cancel()}>Cancel</button>
    </p>
  );
}

export function ReferenceProgress() {
  const it = reference.value;
  if (it.phase === 'failed') return <Failed told={it.failure} name="The baseline: " />;
  if (!isOpen(it) || it.phase === 'waiting') return null;
  return (
    <p class="state" data-state="baseline">
      <span>{isFromFolder.value ? 'Getting ready for levers: the baseline is solved once more' : 'The baseline is being solved'}{it.total > 0 ? `: ${it.done} of ${it.total} months` : ''}{timeLeft(it.secondsLeft) && `, ${timeLeft(it.secondsLeft)}`}</span>
      <Bar done={it.done} total={it.total} label="months of the baseline solved" />
    </p>
  );
}

/* Messages of the program begin small and end without a stop. */
function sentence(text: string): string {
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

export function Failed({ told, name = '', children }: { told: Told | null; name?: string; children?: ComponentChildren }) {
  const further = told?.findings.filter((f) => !told.message.includes(f.message)) ?? [];
  return (
    <div class="state failed" data-state="failed">
      <p>{name}{sentence(told?.message || 'Failed')} {sentence(told?.fix ?? '')}</p>
      {further.length > 0 && (
        <ul>
          {further.slice(0, 8).map((f) => (
            <li key={f.message}>{f.file && <code>{f.file}{f.line > 0 ? `:${f.line}:${f.column}` : ''}</code>} {sentence(f.message)} {sentence(f.fix)}</li>
          ))}
        </ul>
      )}
      {children}
    </div>
  );
}
