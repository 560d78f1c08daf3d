/* The rows of one run under another name, so that two answers of the same server can stand in one document. */
import type { Part } from '../../document';

export function renameRun(part: Part, from: string, to: string): Part {
  const renamed: Record<string, unknown> = { ...part };
  for (const [section, rows] of Object.entries(part))
    if (Array.isArray(rows))
      renamed[section] = rows.map((row: unknown) =>
        typeof row === 'object' && row !== null && 'run' in row && row.run === from ? { ...row, run: to } : row,
      );
  return renamed as Part;
}

/* The headline is the answer's own; the document keeps the baseline's. */
export function withoutHeadline(part: Part): Part {
  const { headline: _answers, ...rest } = part;
  return rest;
}
