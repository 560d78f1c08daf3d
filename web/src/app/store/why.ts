/* "Why did this change?": the question on the page and its answer. */
import { signal } from '@preact/signals';
import type { Why } from './api';
import { asFailure, type Told } from './failure';
import { answers, api, type SideName } from './state';

export interface Question {
  what: string; // price:COMMODITY:REGION:PERIOD or loss:SEGMENT:REGION:PERIOD
  reply: Why | null;
  failure: Told | null;
}

export const why = signal<Question | null>(null);

/* Only the answer to the question on the page is taken. */
export async function askWhy(side: SideName, what: string): Promise<void> {
  const asked: Question = { what, reply: null, failure: null };
  why.value = asked;
  const run = answers[side].value.run;
  try {
    const reply = await api.why(run, what);
    if (why.value !== asked) return;
    why.value = { ...asked, reply };
  } catch (error) {
    if (why.value === asked) why.value = { ...asked, failure: asFailure(error).told };
  }
}
