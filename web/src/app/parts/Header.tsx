/* The head of the page: what is looked at, undo and redo, compare, link, scenario for the command line. */
import { useSignal } from '@preact/signals';
import { download } from '../../charts/download';
import { asFailure } from '../store/failure';
import { answers, api, base, closeB, copy, isCompared, openB, redo, say, scenarios, shownLevers, steps, swap, undo, type SideName } from '../store/state';
import { drawerOpen, isNarrow } from '../store/screen';
import { isMoved } from '../store/settings';

export function Header() {
  const title = base.value?.scenario.title ?? '';
  const hasLevers = shownLevers.value.length > 0;
  return (
    <header class="top">
      <a class="skip" href="#main" onClick={skip}>Skip to the results</a>
      <h1><span class="brand">Lodestone</span> <span class="scenario">{title}</span></h1>
      <div class="top-tools" role="toolbar" aria-label="Scenario">
        {hasLevers && isNarrow.value && <OpenLevers />}
        {hasLevers && <UndoRedo />}
        {hasLevers && <CompareTools />}
        <CopyLink />
        {hasLevers && <ScenarioDownload side="a" />}
        {hasLevers && isCompared.value && <ScenarioDownload side="b" />}
      </div>
    </header>
  );
}

/* The address holds the levers: the skip link moves the focus and leaves it alone. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function OpenLevers() {
  const count = shownLevers.value.filter((lever) => isMoved(lever, scenarios.value.a)).length;
  return (
    <button type="button" class="open-levers" aria-expanded={drawerOpen.value} aria-controls="levers" onClick={() => (drawerOpen.value = true)}>
      Levers{count > 0 ? ` (${count} moved)` : ''}
    </button>
  );
}

function UndoRedo() {
  return (
    <>
      <button type="button" aria-keyshortcuts="Control+Z" title="Ctrl+Z" disabled={steps.value.past.length === 0} onClick={undo}>Undo</button>
      <button type="button" aria-keyshortcuts="Control+Shift+Z" title="Ctrl+Shift+Z" disabled={steps.value.future.length === 0} onClick={redo}>Redo</button>
    </>
  );
}

function CompareTools() {
  if (!isCompared.value) return <button type="button" onClick={openB}>Compare</button>;
  return (
    <>
      <button type="button" onClick={swap}>Swap A and B</button>
      <button type="button" onClick={() => copy('a')}>Copy A to B</button>
      <button type="button" onClick={closeB}>Close B</button>
    </>
  );
}

function CopyLink() {
  const copied = useSignal(false);
  const put = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(location.href);
    } catch {
      if (!copyBySelection(location.href)) return say('The link could not be copied. It is the address of this page.');
    }
    copied.value = true;
    say('The link is copied. It carries all levers and the view.');
    setTimeout(() => (copied.value = false), 2000);
  };
  return <button type="button" onClick={() => void put()}>{copied.value ? 'Copied' : 'Copy link'}</button>;
}

/* Where a page may not write to the clipboard (plain http beyond loopback). The focus goes back to where it was. False: the browser refused. */
function copyBySelection(text: string): boolean {
  const focused = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}

/* The file is saved under the scenario's name, as in the command that its first lines give. */
const scenarioName = (text: string): string => /^name: *"?([\w-]+)/m.exec(text)?.[1] ?? 'levers';

function ScenarioDownload({ side }: { side: SideName }) {
  const { run, phase } = answers[side].value;
  const key = phase === 'idle' ? 'reference' : run;
  const name = isCompared.value ? ` ${side.toUpperCase()}` : '';
  const get = async (): Promise<void> => {
    try {
      const text = await api.scenario(key);
      download(`${scenarioName(text)}${isCompared.value ? `-${side}` : ''}.yaml`, 'application/yaml', text);
    } catch (error) {
      say(`The scenario could not be had: ${asFailure(error).told.message}`);
    }
  };
  return (
    <button type="button" disabled={key === ''} onClick={() => void get()} title="The scenario file, with the command line that gives the same figures">
      Scenario{name} (YAML)
    </button>
  );
}
