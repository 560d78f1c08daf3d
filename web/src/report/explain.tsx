/* What lies behind the losses, in the words of the run. */
import { inWords, runTitle } from '../charts/names';
import type { Document } from '../document';

/* "... What binds behind it ...: (1) ... (2) ..." as a paragraph and a list. */
export function parts(text: string): { before: string; points: string[] } {
  const pieces = text.split(/\s*\((?:[1-9])\)\s+/);
  return { before: pieces[0] ?? '', points: pieces.slice(1) };
}

function Text({ doc, text }: { doc: Document; text: string }) {
  const { before, points } = parts(inWords(doc, text));
  return (
    <>
      <p>{before}</p>
      {points.length > 0 && <ol>{points.map((point) => <li key={point}>{point}</li>)}</ol>}
    </>
  );
}

export function Explanation({ doc, run }: { doc: Document; run: string }) {
  const row = doc.matrix?.find((each) => each.run === run);
  if (!row?.explanation) return null;
  return (
    <aside class="explanation" aria-live="polite" id="explanation">
      <h3>{row.title}: what lies behind it</h3>
      <Text doc={doc} text={row.explanation} />
    </aside>
  );
}

export function Explanations({ doc, pick }: { doc: Document; pick: (run: string) => void }) {
  const rows = (doc.matrix ?? []).filter((row) => row.explanation);
  return (
    <div class="explanations">
      {rows.map((row) => (
        <article class="explanation" key={row.run}>
          <h3>{runTitle(doc, row.run)}</h3>
          <Text doc={doc} text={row.explanation ?? ''} />
          <button type="button" class="quiet" data-no-export onClick={() => pick(row.run)}>Show this shock in all charts</button>
        </article>
      ))}
    </div>
  );
}
