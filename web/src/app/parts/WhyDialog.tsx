/* The answer to "why did this change?": was and is, the sentence, and what binds. It says itself when it has come: behind an open dialog the page's
 * live region is silent. */
import { useEffect, useRef } from 'preact/hooks';
import { commodityName, inWords, regionName, segmentName } from '../../charts/names';
import { words, month, number, shortMonth } from '../../format';
import type { Document } from '../../document';
import type { WhyBinding } from '../store/api';
import { page } from '../store/state';
import { why, type Question } from '../store/why';
import { Failed } from './Progress';

export function WhyDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = why.value !== null;
  useEffect(() => {
    if (open && !dialog.current?.open) dialog.current?.showModal();
    if (!open && dialog.current?.open) dialog.current.close();
  }, [open]);
  return (
    <dialog ref={dialog} class="why" aria-labelledby="why-title" onClose={() => (why.value = null)}>
      {why.value && page.value && <Body question={why.value} doc={page.value} />}
    </dialog>
  );
}

function titleOf(what: string, doc: Document): string {
  const [kind, object = '', region = '', period = ''] = what.split(':');
  const name = kind === 'price' ? `price of ${commodityName(doc, object)}` : `supply of ${segmentName(doc, object)}`;
  return `Why did the ${name}, ${regionName(doc, region)}, change in ${month(period)}?`;
}

function Body({ question, doc }: { question: Question; doc: Document }) {
  const { reply, failure, what } = question;
  const isLoss = what.startsWith('loss:');
  const text = (value: number | null): string => `${number(value)} ${reply?.unit ?? (isLoss ? 't' : 'USD/kg')}${isLoss ? ' served' : ''}`;
  return (
    <>
      <h2 id="why-title">{titleOf(what, doc)}</h2>
      <div role="status" aria-busy={!reply && !failure}>
        {!reply && !failure && <p>Looking for what binds…</p>}
        {failure && <Failed told={failure} />}
        {reply && <p class="was-is">Baseline <b>{text(reply.was)}</b>, with these levers <b>{text(reply.is)}</b>.</p>}
        {reply && <p>{inWords(doc, reply.text)}</p>}
      </div>
      {reply && reply.bindings.length > 0 && <Bindings rows={reply.bindings} doc={doc} />}
      {reply && <p class="source">What binds is ranked by what a further kilogram would be worth. It is not confirmed by solving again; <code>lodestone explain</code> does that.</p>}
      <p><code>{what}</code></p>
      <form method="dialog"><button type="submit">Close</button></form>
    </>
  );
}

function Bindings({ rows, doc }: { rows: WhyBinding[]; doc: Document }) {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label="What binds">
      <table class="data">
        <caption class="visually-hidden">What binds</caption>
        <thead><tr><th scope="col">What</th><th scope="col" class="text">Kind</th><th scope="col" class="text">Where</th><th scope="col" class="text">Months</th><th scope="col">A further kg is worth, USD</th></tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.kind}:${row.object}:${row.commodity}:${row.region}:${row.from}`}>
              <th scope="row">{row.title ? inWords(doc, row.title) : words(row.object ?? '')} {row.object && <code>{row.object}</code>}</th>
              <td class="text">{words(row.kind ?? '')}</td>
              <td class="text">{[row.commodity && commodityName(doc, row.commodity), row.region && regionName(doc, row.region)].filter(Boolean).join(', ')}</td>
              <td class="text">{row.from ? `${shortMonth(row.from)}${row.to && row.to !== row.from ? ` to ${shortMonth(row.to)}` : ''}` : ''}</td>
              <td>{number(row.usd_per_kg)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
