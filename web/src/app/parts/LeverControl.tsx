/* One lever: slider and number, switch or choice; named settings; start month; help and source on demand. */
import type { Lever } from '../../document';
import { number } from '../../format';
import { useId } from 'preact/hooks';
import { isMoved, settingOf, startOf, type Setting } from '../store/settings';
import { base, move, moveAtOnce, reset, settingsOf, settle, type SideName } from '../store/state';
import { MonthPicker } from './MonthPicker';
import { NumberField } from './NumberField';

interface Props {
  side: SideName;
  lever: Lever;
}

export function LeverControl({ side, lever }: Props) {
  const id = useId();
  const settings = settingsOf(side);
  const moved = isMoved(lever, settings);
  const setting = settingOf(lever, settings);
  const put = (value: number): Setting => ({ ...setting, value });
  return (
    <section class="lever" data-lever={lever.id} data-moved={moved} aria-labelledby={`${id}-title`}>
      <div class="lever-head">
        <h4 id={`${id}-title`}>{lever.title}</h4>
        {lever.assumed && <span class="assumed" title="No published source: an assumption">assumed</span>}
        {moved && (
          <button type="button" class="quiet" aria-label={`Reset ${lever.title}`} onClick={(event) => {
            const own = event.currentTarget.closest('.lever');
            reset(side, lever);
            own?.querySelector<HTMLElement>('input, select')?.focus({ preventScroll: true }); // the button goes
          }}>Reset</button>
        )}
      </div>
      {lever.kind === 'number' && <NumberLever side={side} lever={lever} id={id} />}
      {lever.kind === 'switch' && (
        <label class="switch">
          <input type="checkbox" role="switch" aria-labelledby={`${id}-title`} checked={setting.value > 0.5} onChange={(event) => moveAtOnce(side, lever, put(event.currentTarget.checked ? 1 : 0))} />
          <span aria-hidden="true">{setting.value > 0.5 ? 'On' : 'Off'}</span>
        </label>
      )}
      {lever.kind === 'choice' && (
        <select aria-labelledby={`${id}-title`} value={String(setting.value)} onChange={(event) => moveAtOnce(side, lever, put(Number(event.currentTarget.value)))}>
          {lever.settings.map((named) => <option key={named.value} value={String(named.value)}>{named.title}</option>)}
        </select>
      )}
      {lever.kind === 'number' && lever.settings.length > 0 && <Named side={side} lever={lever} value={setting.value} />}
      {lever.start && (
        <MonthPicker label={`${lever.title}: first month`} value={startOf(lever, settings) ?? lever.start.value} least={lever.start.least} most={lever.start.most}
          onPick={(start) => moveAtOnce(side, lever, { value: setting.value, start })} />
      )}
      <About lever={lever} />
    </section>
  );
}

function NumberLever({ side, lever, id }: Props & { id: string }) {
  const setting = settingOf(lever, settingsOf(side));
  const put = (value: number): void => move(side, lever, { ...setting, value });
  const share = (lever.most > lever.least ? (lever.value - lever.least) / (lever.most - lever.least) : 0) * 100;
  return (
    <div class="number-lever">
      <div class="slider">
        <input type="range" min={lever.least} max={lever.most} step={lever.step} value={setting.value} aria-labelledby={`${id}-title`}
          aria-valuetext={`${number(setting.value)} ${lever.unit}`} onInput={(event) => put(event.currentTarget.valueAsNumber)} onChange={settle} />
        <i class="default-mark" style={{ left: `${share}%` }} aria-hidden="true" />
      </div>
      <NumberField value={setting.value} least={lever.least} most={lever.most} step={lever.step} label={`${lever.title}${lever.unit ? `, ${lever.unit}` : ''}`}
        onPut={put} onLeave={settle} />
      <span class="unit">{lever.unit}</span>
    </div>
  );
}

function Named({ side, lever, value }: Props & { value: number }) {
  const setting = settingOf(lever, settingsOf(side));
  return (
    <div class="named" role="group" aria-label={`${lever.title}: named settings`}>
      {lever.settings.map((named) => (
        <button type="button" key={named.title} aria-pressed={named.value === value}
          onClick={() => moveAtOnce(side, lever, { ...setting, value: named.value })}>
          {named.title}
        </button>
      ))}
    </div>
  );
}

function About({ lever }: { lever: Lever }) {
  const sources = base.value?.sources ?? {};
  const range = lever.kind === 'number' ? ` From ${number(lever.least)} to ${number(lever.most)} in steps of ${number(lever.step)}; as the scenario has it: ${number(lever.value)}${lever.unit ? ` ${lever.unit}` : ''}.` : '';
  return (
    <details class="about-lever">
      <summary>What is this?<span class="visually-hidden"> {lever.title}</span></summary>
      <p>{lever.help}{range}</p>
      {lever.note && <p>{lever.note}</p>}
      {lever.assumed && <p>Assumed: no published source gives this figure.</p>}
      {lever.source.map((id) => {
        const source = sources[id];
        const text = source ? `${source.title}, ${source.publisher} ${source.year}` : id;
        return <p key={id} class="source">Source: {source?.url ? <a href={source.url} rel="noreferrer" target="_blank">{text}</a> : text} <code>{id}</code></p>;
      })}
      <p class="source">In a link: <code>{lever.id}</code></p>
    </details>
  );
}
