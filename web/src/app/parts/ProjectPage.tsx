/* A project as its lenders see it: verdict, what would pass it, what is in place, the basket by element, years, history at the gate. */
import { commodityName, elementName } from '../../charts/names';
import { gateNames } from '../../charts/timeline_layout';
import type { Document } from '../../document';
import { money, month, number, percent, words } from '../../format';
import { basket, flag, list, num, part, remedies, str, type BasketRow, type Fields } from '../store/project';

const musd = (usd: number | null): string => money(usd === null ? null : usd / 1e6);

export function ProjectPage({ file, doc }: { file: Fields; doc: Document }) {
  const gate = part(file, 'gate');
  const passed = flag(gate, 'passed');
  const ways = remedies(gate, musd, (value) => number(value));
  return (
    <>
      <div class="card">
        <p class={passed ? 'verdict good' : 'verdict bad'}>
          {passed ? '✓ Passes the gate' : `✗ Does not pass: ${testName(str(gate, 'failed'))}`}{shortBy(gate, passed)}, as at the end of {month(str(file, 'period'))}. Status: {words(str(file, 'status')).toLowerCase()}.
        </p>
        {!passed && <WouldPass ways={ways} />}
      </div>
      <Figures gate={gate} file={file} doc={doc} />
      <Basket file={file} doc={doc} />
      <Years rows={list(file, 'years_usd')} />
      <History rows={list(file, 'history')} doc={doc} />
    </>
  );
}

const testName = (id: string): string => gateNames[id] ?? words(id).toLowerCase();

function shortBy(gate: Fields, passed: boolean): string {
  const by = num(gate, 'shortfall');
  if (passed || by === null) return '';
  return ['npv', 'funding'].includes(str(gate, 'failed')) ? `, short by ${musd(by)}` : `, short by ${percent(by)}`;
}

function WouldPass({ ways }: { ways: string[] }) {
  if (ways.length === 0) return <p>Nothing of one kind alone would pass it.</p>;
  return <><p>What would pass it, each by itself:</p><ul>{ways.map((way) => <li key={way}>{way}</li>)}</ul></>;
}

/* With enough other products or support a project pays at any price of its main one. */
const breakEven = (value: number | null): string => (value !== null && value < 0.005 ? 'any price of it' : `${number(value)} USD/kg`);

function Figures({ gate, file, doc }: { gate: Fields; file: Fields; doc: Document }) {
  const there = part(file, 'in_place');
  const cliff = part(file, 'cliff');
  const rows: [string, string][] = [
    ['Main product', commodityName(doc, str(gate, 'main_product'))],
    ['Price expected', `${number(num(gate, 'usd_per_kg'))} USD/kg, real`],
    ['Breaks even at', breakEven(num(gate, 'break_even_usd_per_kg'))],
    ['Capital cost', musd(num(gate, 'capex_usd'))],
    ['Grants', musd(num(gate, 'grant_usd'))],
    ['Debt', musd(num(gate, 'debt_usd'))],
    ['Net present value', `${musd(num(gate, 'npv_usd'))} against a hurdle of ${musd(num(gate, 'hurdle_usd'))}`],
    ['Internal rate of return', percent(num(gate, 'irr'))],
    ['Cover of debt service', `least ${number(num(gate, 'cover_least'))}, mean ${number(num(gate, 'cover_mean'))}, over the life of the loan ${number(num(gate, 'loan_life_cover'))}`],
    ['In place', `feed ${percent(num(there, 'feed'))}, reagents ${percent(num(there, 'reagents'))}, buyers ${percent(num(there, 'buyers'))}`],
  ];
  if (num(cliff, 'years') !== null)
    rows.push(['Cliff', `a floor or offtake ends after ${number(num(cliff, 'years'))} years; cover falls from ${number(num(cliff, 'cover_before'))} to ${number(num(cliff, 'cover_after'))}`]);
  return (
    <div class="card">
      <h4>Figures (money is nominal)</h4>
      <dl class="facts">{rows.map(([name, text]) => <div key={name}><dt>{name}</dt><dd>{text}</dd></div>)}</dl>
    </div>
  );
}

/* What a kilogram sold brings by element, what it costs, and what is left: real, at expected prices, in full operation. */
function Basket({ file, doc }: { file: Fields; doc: Document }) {
  const rows = basket(part(file, 'basket'));
  if (rows.length === 0) return null;
  const most = Math.max(...rows.map((row) => Math.abs(row.usd_per_kg)), 1e-9);
  const name = (row: BasketRow): string => (row.element ? elementName(row.element) : row.commodity ? commodityName(doc, row.commodity) : row.label);
  return (
    <div class="card">
      <h4>Basket margin, USD for each kilogram sold, real</h4>
      <ul class="basket">
        {rows.map((row) => (
          <li key={row.label} class={row.kind}>
            <span>{name(row)}</span>
            <meter min={0} max={most} value={Math.abs(row.usd_per_kg)} aria-hidden="true" />
            <b>{number(row.usd_per_kg)}</b>
          </li>
        ))}
      </ul>
      <p class="hint">At the prices expected where it stands, in a year of full operation, before supports, interest, tax and capital cost.</p>
    </div>
  );
}

const YEARS: [string, string][] = [
  ['capex', 'Capital'], ['grant', 'Grant'], ['market_revenue', 'Market'], ['support', 'Support'], ['purchases', 'Bought'], ['operating_cost', 'Operating'],
  ['tax', 'Tax'], ['available', 'Available'], ['interest', 'Interest'], ['repaid', 'Repaid'], ['debt_left', 'Debt left'], ['to_owners', 'Owners'],
];

function Years({ rows }: { rows: Fields[] }) {
  if (rows.length === 0) return null;
  return (
    <div class="card">
      <h4>Years from then on, million USD nominal, expected</h4>
      <div class="table-scroll" tabIndex={0} role="region" aria-label="Years of the project">
        <table class="data">
          <thead><tr><th scope="col">Year</th><th scope="col">Runs</th>{YEARS.map(([id, name]) => <th scope="col" key={id}>{name}</th>)}<th scope="col">Cover</th></tr></thead>
          <tbody>
            {rows.map((row) => (
              <tr key={num(row, 'year')}>
                <th scope="row">{num(row, 'year')}</th>
                <td>{percent(num(row, 'running'))}</td>
                {YEARS.map(([id]) => { const usd = num(row, id); return <td key={id}>{number(usd === null ? null : usd / 1e6)}</td>; })}
                <td>{number(num(row, 'cover'))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function History({ rows, doc }: { rows: Fields[]; doc: Document }) {
  if (rows.length === 0) return <p class="hint">It was never before the gate by then.</p>;
  return (
    <div class="card">
      <h4>At the gate</h4>
      <ul>
        {rows.map((row) => {
          const result = part(row, 'result');
          const pivotal = Array.isArray(row.pivotal) ? row.pivotal.filter((it) => typeof it === 'string') : [];
          return (
            <li key={str(row, 'period')}>
              {month(str(row, 'period'))}: {flag(result, 'passed') ? 'passed' : `failed, ${testName(str(result, 'failed'))}`}
              {flag(row, 'coordinated') && ' (would pass if all that wait went ahead together)'}
              {pivotal.length > 0 && `; only with ${pivotal.join(', ')}`}
              {num(result, 'usd_per_kg') !== null && `; ${commodityName(doc, str(result, 'main_product'))} at ${number(num(result, 'usd_per_kg'))} USD/kg`}
              {num(result, 'passing_usd_per_kg') !== null && `, would pass at ${number(num(result, 'passing_usd_per_kg'))}`}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
