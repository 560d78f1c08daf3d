/* Opening the page: what the server is, its levers, and the baseline, each shown as soon as it is there. */
import { batch } from '@preact/signals';
import { merge } from '../../document_merge';
import type { Document, Part } from '../../document';
import { happen, happenAll, question, type Happening } from './answer';
import { gather } from './gather';
import { asFailure } from './failure';
import { exposeMeasures } from './measures';
import { read } from './messages';
import { browserClock } from './solver';
import { about, api, base, isFromFolder, keepUp, levers, readAddress, reference, tokenWanted, trouble } from './state';

const PAGE_EVERY_MS = 1000;

export async function boot(): Promise<void> {
  exposeMeasures();
  await open();
}

export async function open(): Promise<void> {
  trouble.value = null;
  tokenWanted.value = false;
  try {
    about.value = await api.about();
    const [found] = await Promise.all([api.levers(), openPage()]);
    levers.value = found;
  } catch (error) {
    refuse(error);
    return;
  }
  void followReference();
  readAddress(true);
  keepUp();
}

function refuse(error: unknown): void {
  const failure = asFailure(error);
  if (failure.status === 401 || (failure.status === 403 && about.value?.token_needed)) tokenWanted.value = true;
  else trouble.value = failure.told;
}

/* The page of a run folder, where the server was given one. Until it has read it, the reference is shown as it is solved. */
async function openPage(): Promise<void> {
  if (about.value?.page === 'there') {
    const found = await api.page();
    batch(() => {
      isFromFolder.value = true;
      base.value = found;
    });
  } else if (about.value?.page === 'coming') browserClock.later(PAGE_EVERY_MS, () => void askForPage());
}

async function askForPage(): Promise<void> {
  try {
    about.value = await api.about();
    await openPage();
  } catch {
    browserClock.later(PAGE_EVERY_MS, () => void askForPage());
  }
}

async function followReference(): Promise<void> {
  const gathered: Happening[] = [];
  reference.value = { ...question(reference.value, 'reference', ''), run: 'reference' };
  const { ticket } = reference.value;
  const flush = (): void => {
    const taken = gathered.splice(0);
    batch(() => {
      reference.value = happenAll(reference.value, taken.map((what) => ({ ticket, what })));
      const parts = taken.flatMap((what) => (what.kind === 'part' ? [what.part] : []));
      if (!isFromFolder.value) base.value = gather(parts).reduce(addPart, base.value);
      else if (base.value && reference.value.phase === 'done') base.value = fillIn(base.value, reference.value.part);
    });
  };
  try {
    await api.followRun('reference', (event) => {
      const { happenings, last } = read(event);
      if (gathered.length === 0) browserClock.frame(flush);
      gathered.push(...happenings);
      return last;
    }, new AbortController().signal);
  } catch (error) {
    reference.value = happen(reference.value, ticket, { kind: 'failed', failure: asFailure(error).told });
  }
}

/* What the page of the run folder lacks of the baseline, and the server's own solution has. */
function fillIn(document: Document, part: Part): Document {
  const lacking = Object.entries(part).filter(([name]) => !(name in document));
  return lacking.length > 0 ? merge(document, Object.fromEntries(lacking) as Part) : document;
}

/* The first part is the document's head: names, horizon, units. Without that there is nothing to draw on. */
function addPart(document: Document | null, part: Part): Document | null {
  if (document) return merge(document, part);
  return part.horizon && part.names ? (part as Document) : null;
}
