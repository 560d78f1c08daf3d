/* The stress matrix: shocks by classes of use, coloured and with their numbers, sortable; a row can be picked for what lies behind it. */
import { useState } from 'preact/hooks';
import { classes, type Class, type Document, type MatrixRow } from '../document';
import { money, number } from '../format';
import { Figure } from './figure';
import { lossStep, lossSteps, lossText, matrixTable, multiple, priceStep, sortRows, spellText, type Order, type SortKey } from './matrix_layout';
import { className } from './names';
import { sourceLine } from './source_line';

interface MatrixProps {
  doc: Document;
  picked?: string | undefined; // run
  onPick?: (run: string) => void;
}

export function StressMatrix({ doc, picked, onPick }: MatrixProps) {
  const [order, setOrder] = useState<Order | null>(null);
  const [without, setWithout] = useState(false);
  const rows = sortRows(doc.matrix ?? [], order);
  const both = rows.some((row) => row.without_programme);
  return (
    <Figure title="Who runs short under which shock" unit="share of use lost" name="matrix" table={() => matrixTable(doc.matrix ?? [])}
      about="Each row is a shock, each of the first columns a class of users in the countries it hits. A cell says what the hardest-hit end use in one country loses in its worst twelve months (uses worth under a hundredth of the class are left out), when that begins and when it ends; it is no average of the class. Prices are those of the rare-earth oxide that multiplies most; paid is a world mean."
      source={sourceLine(doc, 'metrics')} empty={rows.length === 0 ? 'This run has no shocks.' : undefined}
      controls={both && (
        <label class="check"><input type="checkbox" checked={without} onChange={() => setWithout(!without)} /> Without the programme</label>
      )}
      note={onPick && rows.length > 0 && <p class="hint" data-no-export>Pick a shock to see what lies behind it.</p>}>
      <div class="table-scroll wide" tabIndex={0} role="region" aria-label="Stress matrix">
        <table class="matrix">
          <MatrixHead order={order} onOrder={setOrder} />
          <tbody>
            {rows.map((row) => (
              <MatrixLine key={row.run} row={row} without={without} picked={row.run === picked} onPick={onPick} />
            ))}
          </tbody>
        </table>
      </div>
      <ul class="steps" aria-label="Colours of the loss">
        {[...lossSteps, 1].map((end, step) => (
          <li key={end} class={`heat-${step}`}>
            {step === 0 ? 'under 1%' : step === lossSteps.length ? `over ${lossSteps[4] * 100}%` : `${lossSteps[step - 1]! * 100}–${end * 100}%`}
          </li>
        ))}
      </ul>
    </Figure>
  );
}

function MatrixHead({ order, onOrder }: { order: Order | null; onOrder: (order: Order | null) => void }) {
  const next = (key: SortKey): Order | null =>
    order?.key !== key ? { key, down: key !== 'title' } : order.down === (key !== 'title') ? { key, down: !order.down } : null;
  const cell = (key: SortKey, label: string, rows = 2) => (
    <th scope="col" key={key} rowSpan={rows} aria-sort={order?.key === key ? (order.down ? 'descending' : 'ascending') : 'none'}>
      <button type="button" onClick={() => onOrder(next(key))}>
        {label}
        {order?.key === key && <span aria-hidden="true" class="arrow" data-no-export>{order.down ? ' ▼' : ' ▲'}</span>}
      </button>
    </th>
  );
  return (
    <thead>
      <tr>
        {cell('title', 'Shock')}
        {classes.map((of) => cell(of, className[of]))}
        <th colSpan={3} scope="colgroup">Peak price</th>
        {cell('projects', 'Projects lost')}
        {cell('cost', 'Policy cost')}
      </tr>
      <tr>{(['inside', 'outside', 'paid'] as const).map((key) => cell(key, key.charAt(0).toUpperCase() + key.slice(1), 1))}</tr>
    </thead>
  );
}

interface LineProps {
  row: MatrixRow;
  without: boolean;
  picked: boolean;
  onPick: ((run: string) => void) | undefined;
}

function MatrixLine({ row, without, picked, onPick }: LineProps) {
  const of = (name: Class) => (without ? row.without_programme?.loss[name] : row.loss[name]);
  return (
    <tr class={picked ? 'picked' : undefined}>
      <th scope="row">
        {onPick ? (
          <button type="button" aria-pressed={picked} onClick={() => onPick(row.run)}>{row.title}</button>
        ) : row.title}
      </th>
      {classes.map((name) => (
        <td key={name} class={`heat-${lossStep(of(name))}`}>
          <b>{lossText(row, name, without)}</b>
          {!without && <small>{spellText(row, name)}</small>}
        </td>
      ))}
      {(['inside', 'outside', 'paid'] as const).map((key) => (
        <td key={key} class={`heat-${priceStep(row.peak_price[key])}`}><b>{multiple(row.peak_price[key])}</b></td>
      ))}
      <td><b>{number(row.projects_lost)}</b></td>
      <td><b>{money(row.policy_cost_musd)}</b></td>
    </tr>
  );
}
