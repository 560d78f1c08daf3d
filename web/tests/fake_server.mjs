// A small double of `lodestone serve` for development and for tests that need a slow or a failing server: the API of docs/openapi.json on made-up data.
//
//   node tests/fake_server.mjs [--port 8357] [--speed 1] [--read-only] [--token T] [--no-levers] [--page] [--document page.json] [--dist dist/app]
//
// Tests steer it: POST /_fake {"ms": 40} sets the time a month takes, {"fail": true} makes the next run fail, {"gone": 3000} breaks every connection and
// refuses new ones for so long, {"forget": true} forgets the runs.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as world from './fake/world.mjs';

const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml' };

export function startFake(options = {}) {
  const state = { ms: 350 / (options.speed ?? 1), fail: false, goneUntil: 0, runs: new Map(), ensembles: new Map(), asked: [], seen: [], sockets: new Set(), options };
  if (options.document) world.useDocument(JSON.parse(readFileSync(options.document, 'utf8')));
  const reference = newRun(state, 'reference', []);
  state.runs.set('reference', reference);
  solve(state, reference, state.options.baselineMs ?? 8);
  const server = createServer((request, reply) => void answer(state, request, reply).catch((error) => fail(reply, 500, 'internal', String(error))));
  server.on('connection', (socket) => {
    if (Date.now() < state.goneUntil) return socket.destroy();
    state.sockets.add(socket);
    socket.on('close', () => state.sockets.delete(socket));
  });
  return new Promise((resolve) => {
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve({
      url: `http://127.0.0.1:${server.address().port}`, state,
      close: () => (state.sockets.forEach((s) => s.destroy()), new Promise((done) => server.close(done))),
    }));
  });
}

// ---- runs ----

function newRun(state, key, values) {
  return { key, name: key === 'reference' ? 'reference' : 'levers', values, state: 'queued', done: 0, first: world.firstOf(values), events: [], listeners: new Set(), failing: state.fail };
}

function tell(run, event, data) {
  const entry = { id: run.events.length + 1, event, data: JSON.stringify(data) };
  run.events.push(entry);
  for (const send of run.listeners) send(entry);
}

const total = (run) => world.periods.length - run.first;

function progress(state, run) {
  return { done: run.done, total: total(run), seconds_left: (total(run) - run.done) * state.ms / 1000 };
}

function solve(state, run, ms) {
  const head = run.key === 'reference' ? world.head() : {};
  run.state = 'running';
  tell(run, 'begin', { ...head, runs: [world.runRow(run.name, run.values)] });
  tell(run, 'state', { run: run.key, state: run.state, ...progress(state, run) });
  const step = () => {
    if (run.state !== 'running') return;
    if (run.failing && run.done >= 3) {
      run.state = 'failed';
      return tell(run, 'failed', { error: { code: 'solver', message: `The clearing of ${world.periods[run.first + run.done]} was not solved.`, fix: 'Move a lever a step back, and send the scenario to whoever keeps the model.', findings: [] } });
    }
    const at = run.first + run.done;
    const end = Math.min(at + (ms < 20 ? 4 : 1), world.periods.length);
    run.done = end - run.first;
    tell(run, 'months', world.months(run.name, run.values, at, end));
    tell(run, 'state', { run: run.key, state: run.state, ...progress(state, run) });
    if (run.done < total(run)) return void setTimeout(step, ms ?? state.ms);
    run.state = 'done';
    tell(run, 'done', world.last(run.name, run.values));
  };
  setTimeout(step, ms ?? state.ms);
}

function whole(run) {
  const page = run.state === 'done' ? { ...(run.key === 'reference' ? world.head() : {}), runs: [world.runRow(run.name, run.values)], ...world.months(run.name, run.values, run.first, world.periods.length), ...world.last(run.name, run.values) } : {};
  return { run: run.key, state: run.state, done: run.done, total: total(run), seconds_left: null, levers: run.values, page };
}

// ---- HTTP ----

function send(reply, status, body, type = 'application/json', more = {}) {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  reply.writeHead(status, { 'Content-Type': type, 'Content-Security-Policy': "default-src 'self'", 'Cache-Control': 'no-store', ...more }).end(text);
}

function fail(reply, status, code, message, fix = 'See docs/openapi.json.', findings = []) {
  if (!reply.headersSent) send(reply, status, { error: { code, message, fix, findings } });
}

async function body(request) {
  let text = '';
  for await (const piece of request) text += piece;
  return text === '' ? {} : JSON.parse(text);
}

function stream(request, reply, run) {
  reply.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  const after = Number(request.headers['last-event-id'] ?? 0);
  const write = (e) => {
    if (e.id > after) reply.write(`id: ${e.id}\nevent: ${e.event}\ndata: ${e.data}\n\n`);
    if (['done', 'failed', 'cancelled'].includes(e.event)) reply.end();
  };
  run.listeners.add(write);
  request.on('close', () => run.listeners.delete(write));
  reply.write(': hello\n\n');
  run.events.forEach(write);
}

async function answer(state, request, reply) {
  const url = new URL(request.url, 'http://x');
  if (url.pathname === '/_fake') return steer(state, await body(request), reply);
  if (!url.pathname.startsWith('/api/v1/')) return file(state, url.pathname, reply);
  state.seen.push(`${request.method} ${url.pathname}`);
  const { token } = state.options;
  if (token && request.headers.authorization !== `Bearer ${token}` && url.pathname !== '/api/v1/about')
    return fail(reply, 401, 'token', 'This server wants a token.', 'Give the token that lodestone serve was started with.');
  const [what, key, part, name] = url.pathname.slice('/api/v1/'.length).split('/').map(decodeURIComponent);
  if (what === 'about') return send(reply, 200, { lodestone: '0.5.0', world: 'fake', scenario: 'today', read_only: !!state.options.readOnly, limits: { draws: 256 }, token_needed: !!token, page: state.options.page ? 'there' : 'none' });
  if (what === 'levers') return send(reply, 200, state.options.noLevers ? { families: [], levers: [] } : world.levers);
  if (what === 'page') return state.options.page ? send(reply, 200, world.page() ?? whole(state.runs.get('reference')).page) : fail(reply, 404, 'not_found', 'There is no page of a run folder.');
  if (what === 'runs') return key === undefined ? post(state, request, reply) : runs(state, request, reply, url, key, part, name);
  if (what === 'ensembles') return ensembles(state, request, reply, key, part);
  return fail(reply, 404, 'not_found', `There is no ${url.pathname}.`);
}

async function post(state, request, reply) {
  const { levers = [] } = await body(request);
  state.asked.push(levers);
  for (const v of levers)
    if (!world.levers.levers.some((l) => l.id === v.lever)) return fail(reply, 422, 'not_found', `There is no lever ${v.lever}.`, 'GET /api/v1/levers lists them.');
  const key = levers.length === 0 ? 'reference' : Buffer.from(JSON.stringify(levers)).toString('hex').slice(-24);
  let run = state.runs.get(key);
  if (run && run.state !== 'cancelled' && run.state !== 'failed') return send(reply, 200, { run: key, state: run.state });
  if (state.options.readOnly) return fail(reply, 403, 'read_only', 'This server is read-only: it starts nothing.', 'Choose a setting that is solved already, or run lodestone serve yourself.');
  run = newRun(state, key, levers);
  state.runs.set(key, run);
  state.fail = false;
  solve(state, run);
  return send(reply, 201, { run: key, state: 'queued' });
}

function runs(state, request, reply, url, key, part, name) {
  const run = state.runs.get(key);
  if (!run) return fail(reply, 404, 'not_found', `There is no run ${key}.`);
  if (request.method === 'DELETE') {
    if (run.state === 'running') (run.state = 'cancelled'), tell(run, 'state', { state: 'cancelled' });
    return send(reply, 200, { run: key, state: run.state });
  }
  if (part === undefined) return send(reply, 200, whole(run));
  if (part === 'events') return stream(request, reply, run);
  if (part === 'scenario') return send(reply, 200, `# lodestone stress WORLD FILE --shocks levers --programme-only\nname: levers\nextends: today.yaml\n# ${JSON.stringify(run.values)}\n`, 'application/yaml');
  if (part === 'why') return send(reply, 200, { what: url.searchParams.get('what'), was: 312, is: 841, bindings: world.last('levers', run.values).bindings, text: 'Export licences for heavy rare earths bind: a further kilogram would be worth 812 USD.' });
  if (part === 'projects') return world.head().names.assets[name] ? send(reply, 200, world.project(name)) : fail(reply, 404, 'not_found', `There is no project ${name}.`);
  const csv = part === 'tables' ? world.table(name, key) : null;
  return csv ? send(reply, 200, csv, 'text/csv') : fail(reply, 404, 'not_found', `There is no table ${name}.`, 'Tables: prices, supply, cover, loss.');
}

async function ensembles(state, request, reply, id, part) {
  if (id === undefined) {
    const { draws = 8 } = await body(request);
    const run = { key: `e${state.ensembles.size + 1}`, events: [], listeners: new Set(), state: 'running' };
    state.ensembles.set(run.key, run);
    let done = 0;
    const step = () => {
      if (run.state !== 'running') return;
      done += 1;
      tell(run, 'progress', { done, total: draws, seconds_left: (draws - done) * 0.3 });
      if (done % 2 === 0 || done === draws) tell(run, 'page', world.fans(done, draws));
      if (done < draws) return void setTimeout(step, 300);
      run.state = 'done';
      tell(run, 'done', { ...world.fans(done, draws), ...world.drivers() });
    };
    setTimeout(step, 300);
    return send(reply, 201, { ensemble: run.key });
  }
  const run = state.ensembles.get(id);
  if (!run) return fail(reply, 404, 'not_found', `There is no ensemble ${id}.`);
  if (request.method === 'DELETE') return (run.state = 'cancelled'), tell(run, 'progress', { state: 'cancelled' }), send(reply, 200, { ensemble: id, state: 'cancelled' });
  return part === 'events' ? stream(request, reply, run) : send(reply, 200, { ensemble: id, state: run.state });
}

function steer(state, how, reply) {
  if (how.ms !== undefined) state.ms = how.ms;
  if (how.fail !== undefined) state.fail = how.fail;
  if (how.forget) for (const key of [...state.runs.keys()]) if (key !== 'reference') state.runs.delete(key);
  send(reply, 200, { asked: state.asked, seen: state.seen });
  if (how.gone) {
    state.goneUntil = Date.now() + how.gone;
    setTimeout(() => state.sockets.forEach((s) => s.destroy()), 20);
  }
}

async function file(state, path, reply) {
  const root = state.options.dist ?? fileURLToPath(new URL('../dist/app', import.meta.url));
  const name = normalize(path === '/' ? '/index.html' : path);
  try {
    const extension = name.slice(name.lastIndexOf('.'));
    send(reply, 200, await readFile(join(root, name)), types[extension] ?? 'application/octet-stream');
  } catch {
    fail(reply, 404, 'not_found', `There is no ${path}.`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values: v } = parseArgs({ options: { port: { type: 'string' }, speed: { type: 'string' }, 'read-only': { type: 'boolean' }, token: { type: 'string' }, 'no-levers': { type: 'boolean' }, page: { type: 'boolean' }, dist: { type: 'string' }, document: { type: 'string' }, 'baseline-ms': { type: 'string' } } });
  const fake = await startFake({
    port: Number(v.port ?? 8357), speed: Number(v.speed ?? 1), readOnly: v['read-only'], token: v.token, noLevers: v['no-levers'], page: v.page,
    ...(v.document ? { document: v.document, page: v.page ?? true } : {}),
    ...(v.dist ? { dist: v.dist } : {}), ...(v['baseline-ms'] ? { baselineMs: Number(v['baseline-ms']) } : {}),
  });
  console.log(fake.url);
}
