/* What a person must know apart from the results: the server is gone, a link was wrong, a token is wanted. And the live region. */
import { useSignal } from '@preact/signals';
import { open } from '../store/boot';
import { about, base, gone, hasToken, problems, said, setToken, tokenWanted, trouble } from '../store/state';
import { Failed } from './Progress';

export function LiveRegion() {
  return <p class="visually-hidden" role="status" aria-live="polite">{said.value}</p>;
}

export function Notices() {
  return (
    <>
      {gone.value && base.value && (
        <p class="notice" role="status">
          The server does not answer. What is shown stays as it was; the page tries again by itself. See whether <code>lodestone serve</code> still runs.
        </p>
      )}
      {problems.value.length > 0 && <LinkProblems />}
    </>
  );
}

function LinkProblems() {
  return (
    <section class="notice" aria-label="Problems with the link">
      <p>This link is not quite right. The rest of it holds.</p>
      <ul>{problems.value.map((problem) => <li key={problem}>{problem}</li>)}</ul>
      <button type="button" onClick={() => (problems.value = [])}>Dismiss</button>
    </section>
  );
}

/* Instead of results, where there are none yet. */
export function Opening() {
  if (tokenWanted.value) return <TokenForm />;
  if (trouble.value)
    return (
      <div class="opening">
        <h2>The page could not be opened</h2>
        <Failed told={trouble.value}><button type="button" onClick={() => void open()}>Try again</button></Failed>
      </div>
    );
  return <div class="opening" aria-busy="true"><p>Loading the baseline{about.value?.world ? ` of ${nameOf(about.value.world)}` : ''}…</p><div class="skeleton" /><div class="skeleton" /></div>;
}

/* The server tells the folder of its world. */
const nameOf = (world: string): string => world.split('/').filter((it) => it !== '').at(-1) ?? world;

function TokenForm() {
  const typed = useSignal('');
  const wrong = hasToken();
  const submit = (event: Event): void => {
    event.preventDefault();
    setToken(typed.value.trim());
    void open();
  };
  return (
    <form class="opening" onSubmit={submit}>
      <h2>This server wants a token</h2>
      {wrong && <p role="alert">The token given is not right.</p>}
      <p>Use the one that <code>lodestone serve --token</code> was started with. It is kept until this tab is closed.</p>
      <label>Token <input type="password" autoComplete="off" value={typed.value} onInput={(event) => (typed.value = event.currentTarget.value)} /></label>
      <button type="submit" disabled={typed.value.trim() === ''}>Open</button>
    </form>
  );
}
