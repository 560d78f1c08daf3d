/* Parts that came in one after another, as one: months that follow on each other become one series. So a burst of months costs one merge. */
import type { Part, Series } from '../../document';
import { seriesKeys } from '../../document_merge';

type Row = Record<string, unknown> & Series;
const SECTIONS = Object.keys(seriesKeys) as (keyof typeof seriesKeys)[];

function follows(before: Row, after: Row, keys: readonly string[]): boolean {
  return before.first + before.values.length === after.first && keys.every((key) => before[key] === after[key]);
}

/* Whether a part is series only, row for row the months after those of the one before. */
function isNext(before: Part, after: Part): boolean {
  return Object.keys(after).every((name) => {
    const section = SECTIONS.find((it) => it === name);
    if (!section) return false;
    const [old, fresh] = [before[section] as Row[] | undefined, after[section] as Row[] | undefined];
    return old !== undefined && fresh !== undefined && old.length === fresh.length && fresh.every((row, at) => follows(old[at]!, row, seriesKeys[section]));
  });
}

/* Appends in place: only to what `gather` made itself. */
function append(to: Part, part: Part): void {
  for (const section of SECTIONS) {
    const fresh = part[section] as Row[] | undefined;
    const rows = to[section] as Row[] | undefined;
    fresh?.forEach((row, at) => rows?.[at]?.values.push(...row.values));
  }
}

function copyOf(part: Part): Part {
  const copy: Part = { ...part };
  for (const section of SECTIONS) {
    const rows = part[section] as Row[] | undefined;
    if (rows) Object.assign(copy, { [section]: rows.map((row) => ({ ...row, values: [...row.values] })) });
  }
  return copy;
}

/* The same document results from merging what comes back, in its order, as from merging what is given. O(rows of all). */
export function gather(parts: readonly Part[]): Part[] {
  const gathered: Part[] = [];
  for (const part of parts) {
    const last = gathered.at(-1);
    if (last && isNext(last, part)) append(last, part);
    else gathered.push(copyOf(part));
  }
  return gathered;
}
