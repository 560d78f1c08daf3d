/* What went wrong, as the API tells it: code, message, what to do, and the findings behind it. */
export interface Finding {
  severity: string;
  code: string;
  file: string;
  line: number;
  column: number;
  message: string;
  fix: string;
}
export interface Told {
  code: string;
  message: string;
  fix: string;
  findings: Finding[];
}

export class Failure extends Error {
  constructor(
    readonly status: number, // of HTTP; 0: the server was not reached
    readonly told: Told,
  ) {
    super(told.message);
  }
}

const unreached: Told = {
  code: 'unreached',
  message: 'The server does not answer.',
  fix: 'See whether lodestone serve still runs; the page tries again by itself.',
  findings: [],
};

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

/* Of a body {error: {...}}, or of anything else a server may have said. */
export function toldIn(body: unknown, otherwise: string): Told {
  const error = isRecord(body) && isRecord(body.error) ? body.error : isRecord(body) ? body : {};
  const findings = Array.isArray(error.findings) ? error.findings.filter(isRecord) : [];
  return {
    code: text(error.code, 'failed'),
    message: text(error.message, otherwise),
    fix: text(error.fix, ''),
    findings: findings.map((f) => ({
      severity: text(f.severity, 'error'),
      code: text(f.code, ''),
      file: text(f.file, ''),
      line: Number(f.line ?? 0),
      column: Number(f.column ?? 0),
      message: text(f.message, ''),
      fix: text(f.fix, ''),
    })),
  };
}

export async function failureOf(reply: Response): Promise<Failure> {
  const body: unknown = await reply.json().catch(() => null);
  return new Failure(reply.status, toldIn(body, `The server refused with status ${reply.status}.`));
}

export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure(0, error instanceof TypeError ? unreached : { ...unreached, code: 'page', message: String(error), fix: 'Load the page again.' });
}
