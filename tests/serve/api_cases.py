"""docs/openapi.json against the program on a small world: every route, every answer that the file lists, every field that it documents; nothing else.

The checker of schemas knows the keywords that the file uses and stops at any other. Answers that only a server under pressure gives are had
from the engine without a model (tests/serve/fake_engine.h)."""
import json
import os
import re
import shutil
import subprocess
import time

from serving import PROGRAM, ROOT, SCRATCH, WORLD, Events, Server, case, finish, holds, same

FILE = os.path.join(ROOT, 'docs', 'openapi.json')
API = json.load(open(FILE))
TYPES = {'object': dict, 'array': list, 'string': str, 'boolean': bool, 'null': type(None)}
seen_fields = set()
seen_answers = set()
seen_events = set()


def resolve(node):
    while '$ref' in node:
        found = API
        for word in node['$ref'][2:].split('/'):
            found = found[word]
        node = found
    return node


def is_type(value, name):
    if name in ('number', 'integer'):
        return isinstance(value, (int,) if name == 'integer' else (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def check(value, schema, where, name=''):
    """Raises where the value does not fit; notes the fields that it has."""
    if '$ref' in schema:
        name = schema['$ref'].rsplit('/', 1)[1]
    schema = resolve(schema)
    unknown = set(schema) - {'type', 'description', 'properties', 'required', 'additionalProperties', 'items', 'enum', 'pattern', 'oneOf',
                             'minimum', 'maximum', 'maxItems', 'maxLength'}
    holds(not unknown, f'{where}: the checker does not know {unknown}')
    if 'oneOf' in schema:
        fits = [option for option in schema['oneOf'] if is_type(value, option['type'])]
        same(len(fits), 1, where)
        check(value, fits[0], where, name)
        return
    kinds = schema['type'] if isinstance(schema['type'], list) else [schema['type']]
    holds(any(is_type(value, kind) for kind in kinds), f'{where} is {str(value)[:80]}, not {kinds}')
    holds('enum' not in schema or value in schema['enum'], f'{where} is {value}')
    holds('pattern' not in schema or re.search(schema['pattern'], value), f'{where} is {value}')
    if isinstance(value, dict):
        missing = set(schema.get('required', [])) - set(value)
        holds(not missing, f'{where} lacks {missing}')
        for key, inner in value.items():
            if key in schema.get('properties', {}):
                seen_fields.add((name, key))
                check(inner, schema['properties'][key], f'{where}.{key}', f'{name}.{key}')
            else:
                holds(schema.get('additionalProperties', True), f'{where} has `{key}`, which is not documented')
    if isinstance(value, list):
        for index, inner in enumerate(value):
            check(inner, schema['items'], f'{where}[{index}]', name)


def documented(method, path):
    """The template and the operation for a path."""
    for template, operations in API['paths'].items():
        pattern = '/api/v1' + re.sub(r'\{[a-z]+\}', '[^/]+', template)
        if re.fullmatch(pattern, path.split('?')[0]) and method.lower() in operations:
            return template, operations[method.lower()]
    raise AssertionError(f'{method} {path} is not documented')


def ask(server, method, path, body=None, headers=None):
    """Asks, and checks the answer against the file. Returns status and body."""
    status, got, data = server.ask(method, path, body, headers)
    template, operation = documented(method, path)
    holds(str(status) in operation['responses'], f'{method} {path}: {status} is not documented: {data[:200]}')
    response = resolve(operation['responses'][str(status)])
    seen_answers.add((method, template, str(status)))
    for name in response.get('headers', {}):
        holds(name.lower() in got, f'{method} {path} {status}: no {name}')
    kinds = response.get('content', {})
    if not kinds:
        same(data, b'', path)
        return status, None
    (kind, content), = kinds.items()
    same(got['content-type'].split(';')[0], kind, path)
    if kind == 'application/json':
        value = json.loads(data)
        check(value, content['schema'], f'{method} {path}')
        return status, value
    return status, data.decode()


def follow(server, path):
    template, operation = documented('GET', path)
    stream = Events(server, path)
    if stream.status != 200:
        return []
    seen_answers.add(('GET', template, '200'))
    schemas = operation['responses']['200']['content']['text/event-stream']['x-events']
    told = list(stream)
    for number, event, data in told:
        holds(event in schemas, f'{event} is not documented')
        seen_events.add((template, event))
        check(data, schemas[event], f'{path} {event}')
        same(number is None, event in ('state', 'progress'), event)
    return told


RUNS, ENSEMBLES = '/api/v1/runs', '/api/v1/ensembles'
BAN = {'levers': [{'lever': 'oxide_ban', 'value': 6, 'start': '2025-09'}]}
SCENARIO = os.path.join(WORLD, 'ensemble.yaml')


def solved_baseline():
    folder = os.path.join(SCRATCH, 'baseline')
    subprocess.run([PROGRAM, 'stress', WORLD, SCENARIO, '-o', folder], check=True, capture_output=True)
    return folder


with Server('serve', WORLD, SCENARIO, '--port', '0', '--levers', os.path.join(WORLD, 'levers.yaml'), '--run', solved_baseline(),
            '--folder', os.path.join(SCRATCH, 'drawn'), program=PROGRAM) as server:
    keys = {}

    @case
    def _():
        """what the server is, its levers, its file, the baseline it opens on"""
        for path in ('/about', '/levers', '/openapi.json'):
            ask(server, 'GET', '/api/v1' + path)
        same(ask(server, 'GET', '/api/v1/openapi.json')[1], API)
        page = ask(server, 'GET', '/api/v1/page')[1]
        same(page['kind'], 'stress')
        levers = ask(server, 'GET', '/api/v1/levers')[1]['levers']
        same([lever['id'] for lever in levers], ['oxide_ban', 'oxide_tariff', 'demand_surge'])

    @case
    def _():
        """the app's files, with their tags"""
        status, headers, data = server.ask('GET', '/')
        same((status, headers['content-type'].split(';')[0]), (200, 'text/html'))
        script = re.search(rb'src="(/assets/[^"]+)"', data).group(1).decode()
        status, headers, data = server.ask('GET', script)
        same((status, headers['content-type'].split(';')[0]), (200, 'text/javascript'))
        holds('immutable' in headers['cache-control'], headers)
        for known in (headers['etag'], '"x", ' + headers['etag'], '*'):
            same(server.ask('GET', script, headers={'If-None-Match': known})[::2], (304, b''))
        same(server.ask('GET', script, headers={'If-None-Match': '"x"'})[0], 200)
        same(server.ask('HEAD', script)[1]['content-length'], str(len(data)))

    @case
    def _():
        """the reference"""
        told = follow(server, f'{RUNS}/reference/events')
        same(sum(event == 'begin' for _, event, _ in told), 1)
        holds(ask(server, 'GET', f'{RUNS}/reference')[1]['page']['prices'], 'prices')
        same(ask(server, 'POST', RUNS, {'levers': []})[1]['run'], 'reference')
        same(ask(server, 'DELETE', f'{RUNS}/reference')[0], 403)

    @case
    def _():
        """an answer: asked for, followed, questioned"""
        status, run = ask(server, 'POST', RUNS, BAN)
        same(status, 201)
        keys['ban'] = run['run']
        told = follow(server, f'{RUNS}/{run["run"]}/events')
        same(told[-1][2]['state'], 'done')
        same(ask(server, 'POST', RUNS, BAN)[0], 200)
        page = ask(server, 'GET', f'{RUNS}/{run["run"]}')[1]['page']
        same(sorted(page['matrix'][0]['loss']), ['consumer', 'defence', 'essential', 'industrial'])
        why = ask(server, 'GET', f'{RUNS}/{run["run"]}/why?what=price:dy_oxide:USA:2026-01')[1]
        holds(why['bindings'] and why['is'] > why['was'], why)
        same(ask(server, 'GET', f'{RUNS}/{run["run"]}/why?what=price:dy_oxyde:USA:2026-01')[0] in (404, 422), True)
        same(ask(server, 'GET', f'{RUNS}/{run["run"]}/why?what=nothing')[0], 422)
        same(ask(server, 'GET', f'{RUNS}/{run["run"]}/projects/west_mine')[0], 422)  # no lender is asked in this scenario
        same(ask(server, 'GET', f'{RUNS}/{run["run"]}/why?what=x%01')[0], 422)

    @case
    def _():
        """the scenario that is offered, saved where the server runs, gives with `stress` the rows of the answer's tables"""
        text = ask(server, 'GET', f'{RUNS}/{keys["ban"]}/scenario')[1]
        with open(os.path.join(SCRATCH, 'levers.yaml'), 'w') as file:
            file.write(text)
        folder = os.path.join(SCRATCH, 'again')
        subprocess.run([PROGRAM, 'stress', WORLD, 'levers.yaml', '--shocks', 'levers', '--programme-only', '-o', folder], check=True, capture_output=True,
                       cwd=SCRATCH)
        subprocess.run([PROGRAM, 'export', folder, '--to', 'csv', '-o', os.path.join(SCRATCH, 'tables')], check=True, capture_output=True)
        for table in ('prices', 'flows', 'production', 'stocks', 'demand'):
            written = open(os.path.join(SCRATCH, 'tables', table + '.csv')).read().splitlines()
            answered = ask(server, 'GET', f'{RUNS}/{keys["ban"]}/tables/{table}')[1].splitlines()
            same(answered[0], written[0])
            same(sorted(answered[1:]), sorted(line for line in written if line.startswith('levers,')), table)
            holds(len(answered) > 10, len(answered))
        same(ask(server, 'GET', f'{RUNS}/{keys["ban"]}/tables/nothing')[0], 404)

    @case
    def _():
        """an ensemble"""
        status, reply = ask(server, 'POST', ENSEMBLES, {**BAN, 'draws': 4, 'seed': 3, 'months': 24})
        same(status, 201)
        told = follow(server, f'{ENSEMBLES}/{reply["ensemble"]}/events')
        same(told[-1][2]['state'], 'done', str(told[-1])[:300])
        page = ask(server, 'GET', f'{ENSEMBLES}/{reply["ensemble"]}')[1]['page']
        same((page['kind'], page['draws']['done']), ('ensemble', 4))
        same(ask(server, 'POST', ENSEMBLES, {**BAN, 'draws': 4, 'seed': 3, 'months': 24})[0], 200)
        ask(server, 'GET', ENSEMBLES)
        same(ask(server, 'DELETE', f'{ENSEMBLES}/{reply["ensemble"]}')[0], 204)

    @case
    def _():
        """an unknown lever, and a value out of range: findings with the nearest name"""
        for levers in ([{'lever': 'oxide_bun', 'value': 3}], [{'lever': 'oxide_ban', 'value': 25}], [{'lever': 'oxide_ban', 'value': 2, 'start': '2030-01'}]):
            for path in (RUNS, ENSEMBLES):
                status, reply = ask(server, 'POST', path, {'levers': levers})
                same(status, 422)
                holds(reply['error']['findings'][0]['severity'] == 'error', reply)
        holds('oxide_ban' in json.dumps(ask(server, 'POST', RUNS, {'levers': [{'lever': 'oxide_bun', 'value': 3}]})[1]), 'nearest')


@case
def _():
    """an ensemble can be drawn again after the world was changed: into another folder, by a server that was started since"""
    world, order = os.path.join(SCRATCH, 'world'), {**BAN, 'draws': 2, 'seed': 3, 'months': 12}
    shutil.copytree(WORLD, world)
    words = ('serve', world, os.path.join(world, 'ensemble.yaml'), '--port', '0', '--folder', os.path.join(SCRATCH, 'redrawn'), '--no-ahead')
    drawn = []
    for _ in range(2):
        with Server(*words, program=PROGRAM) as server:
            reply = ask(server, 'POST', ENSEMBLES, order)[1]
            same(follow(server, f'{ENSEMBLES}/{reply["ensemble"]}/events')[-1][2]['state'], 'done')
            drawn.append(reply['folder'])
            with open(os.path.join(world, 'sources.csv'), 'a') as file:
                file.write('\n')
            late = ask(server, 'POST', ENSEMBLES, {**order, 'seed': 4})[1]['ensemble']
            follow(server, f'{ENSEMBLES}/{late}/events')
            same(ask(server, 'GET', f'{ENSEMBLES}/{late}')[1]['error']['code'], 'CHANGED')
    same(len(set(drawn)), 2)


# The rest from the engine without a model.
ORDER = {'levers': [{'lever': 'months', 'value': 3}]}
SOME = {'{run}': 'reference', '{ensemble}': '0' * 16, '{asset}': 'west_mine', '{name}': 'prices'}


def every_operation():
    for template, operations in API['paths'].items():
        path = '/api/v1' + template
        for word, value in SOME.items():
            path = path.replace(word, value)
        for method in operations:
            if method != 'parameters':
                yield method.upper(), path + ('?what=price:x' if template.endswith('why') else '')


with Server() as server:
    @case
    def _():
        """every route refuses what no route takes"""
        for method, path in every_operation():
            body = ORDER if method == 'POST' else None
            same(ask(server, method, path, body, {'Host': 'evil.example'})[0], 403)
            holds(server.ask(method, path.replace('/api', '/api%00'), body)[0] == 400, path)
            seen_answers.add((method, documented(method, path)[0], '400'))
            if method == 'POST':
                same(ask(server, method, path, '{')[0], 400)
                same(ask(server, method, path, ' ' * 70000)[0], 413)
                same(ask(server, method, path, '{}', {'Content-Type': 'text/plain'})[0], 415)
        for path in (f'{RUNS}/none', f'{RUNS}/none/events', f'{RUNS}/none/scenario', f'{RUNS}/none/why?what=price:x', f'{RUNS}/none/projects/x',
                     f'{RUNS}/none/tables/x', f'{ENSEMBLES}/none', f'{ENSEMBLES}/none/events', '/api/v1/page'):
            same(ask(server, 'GET', path)[0], 404, path)
        for path in (f'{RUNS}/none', f'{ENSEMBLES}/none'):
            same(ask(server, 'DELETE', path)[0], 404, path)

    @case
    def _():
        """runs that fail, and the ends of streams"""
        status, run = ask(server, 'POST', RUNS, {'levers': [{'lever': 'fail', 'value': 2}]})
        follow(server, f'{RUNS}/{run["run"]}/events')
        same(ask(server, 'GET', f'{RUNS}/{run["run"]}')[1]['state'], 'failed')
        server.wait('reference')
        told = follow(server, f'{RUNS}/reference/events')
        last = [number for number, _, _ in told if number][-1]
        same(ask(server, 'GET', f'{RUNS}/reference/events', headers={'Last-Event-ID': last})[0], 204)
        for path in ('why?what=price:x', 'projects/x', 'tables/x'):
            same(ask(server, 'GET', f'{RUNS}/{run["run"]}/{path}')[0], 409)
        for path in ('why?what=price:x', 'projects/west_mine', 'tables/prices'):
            same(ask(server, 'GET', f'{RUNS}/reference/{path}')[0], 200)

with Server('month_ms=50', 'reference_months=40') as server:
    @case
    def _():
        """a run that waits for the reference"""
        key = ask(server, 'POST', RUNS, {'levers': [{'lever': 'waits', 'value': 30}]})[1]['run']
        time.sleep(0.5)
        holds('waits_for_reference' in ask(server, 'GET', f'{RUNS}/{key}')[1], key)
        follow(server, f'{RUNS}/{key}/events')

with Server('token=0123456789abcdef') as server:
    @case
    def _():
        """every route but one asks for the token"""
        for method, path in every_operation():
            if path != '/api/v1/about':
                same(ask(server, method, path, ORDER if method == 'POST' else None)[0], 401, path)
        same('world' in ask(server, 'GET', '/api/v1/about')[1], False)

with Server('folder=' + os.path.join(SCRATCH, 'fake'), 'month_ms=100', 'jobs=1', 'draw_ms=100', 'most_streams=2', 'reference_months=100') as server:
    @case
    def _():
        """what is cancelled, what is too much"""
        key = ask(server, 'POST', RUNS, {'levers': [{'lever': 'months', 'value': 600}]})[1]['run']
        listening = [Events(server, f'{RUNS}/{key}/events'), Events(server, f'{RUNS}/reference/events')]
        same(ask(server, 'GET', f'{RUNS}/{key}/events')[0], 503)
        statuses = [ask(server, 'POST', ENSEMBLES, {**ORDER, 'draws': 99, 'seed': seed})[0] for seed in range(7)]
        same((statuses.count(201) >= 4, statuses[-1]), (True, 429))
        for number in range(20):
            busy = ask(server, 'POST', RUNS, {'levers': [{'lever': 'other', 'value': number + 1}]})[0]
        same(busy, 201)  # those that nobody listens to make room
        for stream in listening:
            stream.close()
        time.sleep(1.2)
        same(ask(server, 'DELETE', f'{RUNS}/{key}')[0], 204)
        listed = ask(server, 'GET', ENSEMBLES)[1]['ensembles']
        same(ask(server, 'DELETE', f'{ENSEMBLES}/{listed[0]["ensemble"]}')[0], 204)
        same(server.ask('GET', f'{ENSEMBLES}/{listed[0]["ensemble"]}/events')[0], 200)

with Server('folder=' + os.path.join(SCRATCH, 'fake')) as server:
    @case
    def _():
        """an ensemble that fails, one that has ended"""
        key = ask(server, 'POST', ENSEMBLES, {**ORDER, 'draws': 3, 'seed': 13})[1]['ensemble']
        follow(server, f'{ENSEMBLES}/{key}/events')
        same(ask(server, 'GET', f'{ENSEMBLES}/{key}')[1]['error']['code'], 'MISSING_VALUE')
        key = ask(server, 'POST', ENSEMBLES, {**ORDER, 'draws': 2, 'shocks': ['full_freeze']})[1]['ensemble']
        told = follow(server, f'{ENSEMBLES}/{key}/events')
        last = [number for number, _, _ in told if number][-1]
        same(ask(server, 'GET', f'{ENSEMBLES}/{key}/events', headers={'Last-Event-ID': last})[0], 204)
        holds(any(event == 'page' or event == 'done' for _, event, _ in told), told)

with Server('most_memory=1000') as server:
    @case
    def _():
        """without memory"""
        same(ask(server, 'POST', RUNS, ORDER)[0], 503)


@case
def _():
    """every answer in the file was given, but those to overload and to the engine's own failures, and 429 for runs (run_cases has it)"""
    listed = {(method.upper(), template, status) for template, operations in API['paths'].items() for method, operation in operations.items()
              if method != 'parameters' for status in operation['responses']}
    left = sorted(each for each in listed - seen_answers if each[2] not in ('500', '503') and each != ('POST', '/runs', '429'))
    same(left, [])


@case
def _():
    """every field in the file was seen, every event was told"""
    wanted = set()

    def walk(schema, name):
        if '$ref' in schema:
            return
        for key, inner in schema.get('properties', {}).items():
            wanted.add((name, key))
            walk(inner, f'{name}.{key}')
        for option in schema.get('oneOf', []):
            walk(option, name)
        if 'items' in schema:
            walk(schema['items'], name)

    for name, schema in API['components']['schemas'].items():
        if not name.endswith('Order'):
            walk(schema, name)
    same(sorted(wanted - seen_fields), [])
    events = {(template, event) for template, operations in API['paths'].items() if template.endswith('/events')
              for event in operations['get']['responses']['200']['content']['text/event-stream']['x-events']}
    same(sorted(events - seen_events - {('/ensembles/{ensemble}/events', 'page')}), [])


finish()
