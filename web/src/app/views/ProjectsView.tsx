/* Projects: the timeline, and the page of one of them. */
import { Timeline } from '../../charts';
import { assetName, regionName, stageName } from '../../charts/names';
import { Failed } from '../parts/Progress';
import { ProjectPage } from '../parts/ProjectPage';
import { SidePick } from '../parts/SidePick';
import { loader } from '../parts/use_loaded';
import { Yearly } from '../parts/Yearly';
import { isRecord } from '../store/failure';
import type { Fields } from '../store/project';
import { api, hrefOf, page, place } from '../store/state';
import { showProject, shownSide, solvedRun } from '../store/view';

const useProject = loader(async (run, asset): Promise<Fields> => {
  const file = await api.project(run, asset);
  return isRecord(file) ? file : {};
});

export function ProjectsView() {
  const { project } = place.value;
  return project ? <One asset={project} /> : (
    <section class="view-part" aria-label="Projects">
      <p class="hint">Choose a project to see it as its lenders do.</p>
      <Yearly>{(view, side) => <Timeline view={view} onPick={(asset) => showProject(side, asset)} />}</Yearly>
    </section>
  );
}

function One({ asset }: { asset: string }) {
  const run = solvedRun(shownSide.value);
  const { found, failure } = useProject(run, asset);
  const doc = page.value;
  if (!doc) return null;
  const known = doc.names.assets[asset];
  return (
    <section class="view-part" aria-labelledby="project-title">
      <p><a href={hrefOf({ view: 'projects' })}>All projects</a></p>
      <h3 id="project-title" class="page-title">{assetName(doc, asset)} <code>{asset}</code></h3>
      {known && <p class="hint">{stageName(known.stage)}, {regionName(doc, known.region)}{known.owner && `; ${known.owner}`}. Source: <SourceOf id={known.source} />{known.confidence && `, confidence ${known.confidence}`}.</p>}
      <SidePick />
      {run === '' && <p class="empty">The page comes when all months are solved.</p>}
      {run !== '' && !found && !failure && <p class="empty" aria-busy="true">Asking its lenders…</p>}
      {failure && <Failed told={failure} />}
      {found && <ProjectPage file={found} doc={doc} />}
    </section>
  );
}

function SourceOf({ id }: { id: string }) {
  const source = page.value?.sources[id];
  return source?.url ? <a href={source.url} target="_blank" rel="noreferrer">{source.title}</a> : <>{source?.title ?? id}</>;
}
