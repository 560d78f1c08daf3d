/* Projects: the timeline, and the page of one of them. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Timeline } from '../../charts';
import { assetName, regionName, stageName } from '../../charts/names';
import { Pick } from '../parts/Pick';
import { Failed } from '../parts/Progress';
import { ProjectPage } from '../parts/ProjectPage';
import { Yearly } from '../parts/Yearly';
import { isRecord, asFailure, type Told } from '../store/failure';
import type { Fields } from '../store/project';
import { answers, api, gone, hrefOf, isCompared, page, place, type SideName } from '../store/state';

interface Loaded {
  of: string; // run and asset
  file: Fields | null;
  failure: Told | null;
}
const loaded = signal<Loaded>({ of: '', file: null, failure: null });
const side = signal<SideName>('a');

async function load(run: string, asset: string): Promise<void> {
  const of = `${run}/${asset}`;
  if (loaded.peek().of === of && !loaded.peek().failure) return;
  loaded.value = { of, file: null, failure: null };
  try {
    const file = await api.project(run, asset);
    if (loaded.peek().of === of) loaded.value = { of, file: isRecord(file) ? file : {}, failure: null };
  } catch (error) {
    if (loaded.peek().of === of) loaded.value = { of, file: null, failure: asFailure(error).told };
  }
}

export function ProjectsView() {
  const { project } = place.value;
  return project ? <One asset={project} /> : (
    <section class="view-part" aria-label="Projects">
      <p class="hint">Choose a project to see it as its lenders do.</p>
      <Yearly>{(view) => <Timeline view={view} onPick={(asset) => (location.hash = hrefOf({ view: 'projects', project: asset }))} />}</Yearly>
    </section>
  );
}

function One({ asset }: { asset: string }) {
  const shown: SideName = isCompared.value ? side.value : 'a';
  const answer = answers[shown].value;
  const run = answer.phase === 'idle' ? 'reference' : answer.phase === 'done' ? answer.run : '';
  useEffect(() => {
    if (run !== '' && !gone.value) void load(run, asset);
  }, [run, asset, gone.value]);
  const doc = page.value;
  if (!doc) return null;
  const { of, file, failure } = loaded.value;
  const isIt = of === `${run}/${asset}`;
  const known = doc.names.assets[asset];
  return (
    <section class="view-part" aria-labelledby="project-title">
      <p><a href={hrefOf({ view: 'projects' })}>All projects</a></p>
      <h3 id="project-title" class="page-title">{assetName(doc, asset)} <code>{asset}</code></h3>
      {known && <p class="hint">{stageName(known.stage)}, {regionName(doc, known.region)}{known.owner && `; ${known.owner}`}. Source: <SourceOf id={known.source} />{known.confidence && `, confidence ${known.confidence}`}.</p>}
      {isCompared.value && <Pick label="Scenario" value={shown} options={[['a', 'A'], ['b', 'B']]} onPick={(id) => (side.value = id === 'b' ? 'b' : 'a')} />}
      {run === '' && <p class="empty">The page comes when all months are solved.</p>}
      {run !== '' && (!isIt || (!file && !failure)) && <p class="empty" aria-busy="true">Asking its lenders…</p>}
      {isIt && failure && <Failed told={failure} />}
      {isIt && file && <ProjectPage file={file} doc={doc} />}
    </section>
  );
}

function SourceOf({ id }: { id: string }) {
  const source = page.value?.sources[id];
  return source?.url ? <a href={source.url} target="_blank" rel="noreferrer">{source.title}</a> : <>{source?.title ?? id}</>;
}
