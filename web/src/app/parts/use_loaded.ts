/* What a view asks of one run (a table, a project's page), shown when it comes. Only the answer to the latest question is taken. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { asFailure, type Told } from '../store/failure';
import { gone } from '../store/state';

export interface Loaded<T> {
  found: T | null;
  failure: Told | null; // both null: it is on its way, or there is no run yet
}

/* A hook that keeps what it has found, also while no view shows it. It asks again after a failure when it is shown again or the server is back.
 * run: "" asks nothing. */
export function loader<T>(ask: (run: string, name: string) => Promise<T>): (run: string, name: string) => Loaded<T> {
  const none = { found: null, failure: null };
  const last = signal<Loaded<T> & { of: string }>({ of: '', ...none });
  const load = async (run: string, name: string): Promise<void> => {
    const of = `${run}/${name}`;
    if (last.peek().of === of && !last.peek().failure) return;
    const take = (what: Loaded<T>): void => void (last.peek().of === of && (last.value = { of, ...what }));
    last.value = { of, ...none };
    await ask(run, name).then((found) => take({ found, failure: null }), (error: unknown) => take({ found: null, failure: asFailure(error).told }));
  };
  return (run, name) => {
    useEffect(() => {
      if (run !== '' && !gone.value) void load(run, name);
    }, [run, name, gone.value]);
    return last.value.of === `${run}/${name}` ? last.value : none;
  };
}
