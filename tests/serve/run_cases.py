"""Runs and ensembles, on an engine whose months take as long as a case needs."""
import concurrent.futures
import json
import os
import time

from serving import SCRATCH, Events, Server, case, finish, holds, same

RUNS = '/api/v1/runs'


def events_of(server, key, last_id=None, path='runs'):
    stream = Events(server, f'/api/v1/{path}/{key}/events', last_id)
    return list(stream) if stream.status == 200 else stream.status


def state_of(server, key):
    return server.json('GET', f'{RUNS}/{key}?page=0')[1]['state']


with Server() as server:
    @case
    def _():
        """a run tells its beginning, each month, its end and its last state, and the stream ends"""
        told = events_of(server, server.start(months=5))
        names = [event for _, event, _ in told if event != 'state']
        same(names, ['begin'] + ['months'] * 5 + ['done'])
        same(told[-1][1], 'state')
        same({key: told[-1][2][key] for key in ('state', 'done', 'total', 'seconds_left')}, {'state': 'done', 'done': 5, 'total': 5, 'seconds_left': None})

    @case
    def _():
        """a stream is taken up after the event that came last; after the end there is nothing (204)"""
        key = server.start(months=5)
        told = [each for each in events_of(server, key) if each[0]]
        for index in (0, 3, 5):
            rest = [each for each in events_of(server, key, told[index][0]) if each[0]]
            same(rest, told[index + 1:], index)
        same(events_of(server, key, told[-1][0]), 204)
        for strange in ('x', '9-3', '1-', '1-999', '-1--1', '1-3x' * 50, '\u00e9'.encode().decode('latin-1')):
            same([each for each in events_of(server, key, strange) if each[0]], told, strange)

    @case
    def _():
        """the same levers are the same run, whatever their order, and are not solved again"""
        key = server.start(months=4, other=7)
        server.wait(key)
        same(server.json('POST', RUNS, {'levers': [{'lever': 'months', 'value': 4.0}, {'lever': 'other', 'value': 7}]})[0], 200)
        status, reply = server.json('POST', RUNS, {'levers': []})
        same((status, reply['run']), (200, 'reference'))

    @case
    def _():
        """the page of a run is what was told, laid together"""
        key = server.start(months=6)
        server.wait(key)
        page = server.json('GET', f'{RUNS}/{key}')[1]['page']
        same([row['values'] for row in page['prices']], [[0, 1, 2, 3, 4, 5]])
        same(page['headline'], 'It is done.')
        same([row['run'] for row in page['runs']], ['levers'])

    @case
    def _():
        """a run that fails says so: in the stream, in its state, with a code and what to do"""
        key = server.start(months=9, fail=3)
        told = events_of(server, key)
        failures = [data['error'] for _, event, data in told if event == 'failed']
        same([(each['code'], each['fix']) for each in failures], [('SOLVER', 'try another')])
        run = server.wait(key, 'failed')
        same(run['error']['code'], 'SOLVER')
        holds('elsewhere' not in json.dumps(run), run)
        same(server.ask('GET', f'{RUNS}/{key}/why?what=price:a:b:2025')[0], 409)

    @case
    def _():
        """questions are answered of the run that is asked"""
        key = server.start(months=8)
        server.wait(key)
        same(server.json('GET', f'{RUNS}/{key}/why?what=price:a:b:2025')[1]['text'], '8 months')
        same(server.json('GET', f'{RUNS}/{key}/projects/west_mine')[1]['months'], 8)
        same(server.json('GET', f'{RUNS}/{key}/projects/nobody')[0], 404)
        status, headers, data = server.ask('GET', f'{RUNS}/{key}/tables/prices')
        same((status, data), (200, b'run,prices\nlevers,8\n'))
        same(headers['content-type'].split(';')[0], 'text/csv')
        same(server.json('GET', f'{RUNS}/reference/why?what=price:a:b:2025')[1]['text'], '24 months')
        status, headers, data = server.ask('GET', f'{RUNS}/{key}/scenario')
        same((status, data), (200, b'extends: base.yaml\nmonths: 8\n'))
        holds(headers['content-disposition'].startswith('attachment; filename="levers-'), headers)

    @case
    def _():
        """what nobody started is not there"""
        for path in ('', '/events', '/scenario', '/why?what=price:x', '/projects/x', '/tables/x'):
            same(server.json('GET', f'{RUNS}/{"0" * 32}{path}')[0], 404, path)
        for path in ('', '/events'):
            same(server.json('GET', f'/api/v1/ensembles/{"0" * 16}{path}')[0], 404, path)
        same(server.json('DELETE', f'{RUNS}/{"0" * 32}')[0], 404)

with Server('month_ms=50', 'jobs=1', 'reference_months=2') as server:
    @case
    def _():
        """a run is cancelled in the middle, its stream ends, and it can be asked for again from the start"""
        key = server.start(months=200)
        stream = Events(server, f'{RUNS}/{key}/events')
        seen = []
        for number, event, data in stream:
            seen.append((number, event, data))
            if event == 'months' and len([each for each in seen if each[1] == 'months']) == 3:
                same(server.ask('DELETE', f'{RUNS}/{key}')[0], 204)
        same(seen[-1][2]['state'], 'cancelled')
        holds(len(seen) < 40, 'at once')
        status, reply = server.json('POST', RUNS, {'levers': [{'lever': 'months', 'value': 200}]})
        same((status, reply['run']), (201, key))
        again = Events(server, f'{RUNS}/{key}/events', seen[-2][0])
        same(next((number, event) for number, event, _ in again if event != 'state'), ('2-0', 'begin'))
        again.close()
        server.ask('DELETE', f'{RUNS}/{key}')
        server.wait(key, 'cancelled')

    @case
    def _():
        """asked for again before it has stopped, it goes on or begins anew, and comes to its end"""
        key = server.start(months=8, deaf=6)
        stream = Events(server, f'{RUNS}/{key}/events')
        for _, event, _ in stream:
            if event == 'months':
                break
        server.ask('DELETE', f'{RUNS}/{key}')
        same(server.start(months=8, deaf=6), key)
        server.wait(key, 'done')
        stream.close()

    @case
    def _():
        """seconds left are measured"""
        key = server.start(months=40)
        stream = Events(server, f'{RUNS}/{key}/events')
        for _, event, data in stream:
            if event == 'state' and data['done'] == 20:
                holds(0.7 < data['seconds_left'] < 4, data)
                break
        stream.close()
        server.ask('DELETE', f'{RUNS}/{key}')
        server.wait(key, 'cancelled')

    @case
    def _():
        """a run that nobody listens to gives way to one that waits"""
        first = server.start(months=400)
        stream = Events(server, f'{RUNS}/{first}/events')
        next(iter(stream))
        stream.close()
        time.sleep(4.2)  # as long as a run is wanted without a listener
        began = time.monotonic()
        second = server.start(months=2)
        server.wait(second)
        holds(time.monotonic() - began < 4, 'it waited')
        same(state_of(server, first), 'cancelled')

    @case
    def _():
        """one that somebody listens to does not; what waits for long and is wanted by nobody is let go"""
        first = server.start(months=160)
        stream = Events(server, f'{RUNS}/{first}/events')
        iterator = iter(stream)
        next(iterator)
        second = server.start(months=1, other=3)
        time.sleep(5)
        same(state_of(server, first), 'running')
        stream.close()
        server.ask('DELETE', f'{RUNS}/{first}')
        time.sleep(1.5)  # nobody asks after it: to ask is to want it
        same(state_of(server, second), 'cancelled')

    @case
    def _():
        """too many that wait: 429 and when to come back, unless one that nobody listens to makes room"""
        busy = server.start(months=600)
        listening = [Events(server, f'{RUNS}/{busy}/events')]
        for number in range(16):
            key = server.start(months=2, other=100 + number)
            listening.append(Events(server, f'{RUNS}/{key}/events'))
        status, headers, data = server.ask('POST', RUNS, {'levers': [{'lever': 'other', 'value': 500}]})
        same((status, headers['retry-after'], json.loads(data)['error']['code']), (429, '2', 'TOO_MANY'))
        for stream in listening:
            stream.close()
        time.sleep(1.5)  # once a second it looks who has gone
        server.ask('DELETE', f'{RUNS}/{busy}')
        server.wait(server.start(months=2, other=500))

with Server('most_runs=5', 'jobs=2') as server:
    @case
    def _():
        """only so many answers are kept, those used last"""
        keys = []
        for number in range(12):
            keys.append(server.start(months=2, other=number + 1))
            server.wait(keys[-1])
            same(state_of(server, keys[0]), 'done')
            server.ask('GET', f'{RUNS}/{keys[0]}/scenario')
            server.start(months=2, other=1)
        same(server.json('GET', '/api/v1/about')[1]['runs']['kept'], 5)
        same([server.ask('GET', f'{RUNS}/{key}?page=0')[0] for key in keys], [200] + [404] * 7 + [200] * 4)

with Server('most_bytes=3000000') as server:
    @case
    def _():
        """only so many bytes are kept"""
        for number in range(20):
            server.wait(server.start(months=4, huge=200, other=number + 1))
        about = server.json('GET', '/api/v1/about')[1]
        holds(about['runs']['bytes'] <= 3000000 and about['runs']['kept'] >= 2, about['runs'])

    @case
    def _():
        """an answer that is larger than a server keeps is stopped, and says so"""
        run = server.wait(server.start(months=600, huge=2000), 'failed', seconds=240)
        same(run['error']['code'], 'TOO_LARGE')

with Server('most_memory=1000') as server:
    @case
    def _():
        """without memory nothing new is started: 503 and when to come back"""
        status, headers, data = server.ask('POST', RUNS, {'levers': [{'lever': 'months', 'value': 3}]})
        same((status, headers['retry-after'], json.loads(data)['error']['code']), (503, '2', 'NOMEM'))

with Server('month_ms=50', 'reference_months=60') as server:
    @case
    def _():
        """a run that waits for the reference says how far that is and how long it takes, and then begins"""
        told = events_of(server, server.start(months=2, waits=40))
        waits = [data['waits_for_reference'] for _, event, data in told if event == 'state' and 'waits_for_reference' in data]
        same({each['total'] for each in waits}, {40})
        done = [each['done'] for each in waits]
        holds(done == sorted(done) and len(done) > 20 and done[-1] < 40, done)
        left = [each['seconds_left'] for each in waits if each['done'] == 20]
        holds(left and 0.7 < left[0] < 4, left)
        events = [(event, 'waits_for_reference' in data) for _, event, data in told]
        same(('state', True) in events[events.index(('begin', False)):], False)
        same(told[-1][2]['state'], 'done')

with Server('month_ms=50', 'reference_months=60', 'reference_fails=20') as server:
    @case
    def _():
        """one that waits for a reference that fails says that it is the reference"""
        run = server.wait(server.start(months=2, waits=40), 'failed')
        same((run['error']['code'], server.json('GET', f'{RUNS}/reference')[1]['error']['code']), ('REFERENCE', 'SOLVER'))

with Server('most_streams=4', 'month_ms=200') as server:
    @case
    def _():
        """too many streams: 503 and when to come back; those that were closed are noticed"""
        streams = [Events(server, f'{RUNS}/reference/events') for _ in range(4)]
        same(server.ask('GET', f'{RUNS}/reference/events')[0], 503)
        for stream in streams:
            stream.close()
        time.sleep(1.2)
        late = Events(server, f'{RUNS}/reference/events')
        same(late.status, 200)
        late.close()

with Server('jobs=1', 'month_ms=100', 'beat_s=0.2') as server:
    @case
    def _():
        """a silent stream sends comments, so that one knows that the other is there"""
        busy = Events(server, f'{RUNS}/{server.start(months=20)}/events')
        silent = Events(server, f'{RUNS}/{server.start(months=1, other=1)}/events')  # it waits for the other
        list(silent)
        holds(silent.comments >= 4, silent.comments)
        same(list(busy)[-1][2]['state'], 'done')
        same(busy.comments, 0)

with Server('ahead=1', 'jobs=2') as server:
    @case
    def _():
        """named settings are solved while nothing is asked"""
        until = time.monotonic() + 10
        while server.json('GET', '/api/v1/about')[1]['runs']['kept'] < 2 and time.monotonic() < until:
            time.sleep(0.1)
        for value in (101, 102):
            same(server.json('POST', RUNS, {'levers': [{'lever': 'other', 'value': value}]})[0], 200, value)

with Server('ahead=1', 'jobs=1', 'month_ms=100', 'reference_months=1') as server:
    @case
    def _():
        """what is solved ahead gives way at once"""
        time.sleep(1)
        same(server.json('GET', '/api/v1/about')[1]['runs']['running'], 1)
        began = time.monotonic()
        server.wait(server.start(months=2))
        holds(time.monotonic() - began < 0.9, time.monotonic() - began)

    @case
    def _():
        """and is taken up by who asks for it"""
        time.sleep(0.5)
        key = server.start(other=101)
        server.wait(key)

with Server('baseline=' + SCRATCH, 'page_ms=1500') as server:
    @case
    def _():
        """the page that a server opens on is waited for, and others are served meanwhile"""
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            began = time.monotonic()
            pages = [pool.submit(server.json, 'GET', '/api/v1/page') for _ in range(20)]
            time.sleep(0.1)
            same(server.ask('GET', '/api/v1/about')[0], 200)
            holds(time.monotonic() - began < 1, 'others wait too')
            same({page.result()[0] for page in pages}, {200})
        same(server.json('GET', '/api/v1/page')[1]['format'], 1)

with Server('baseline=' + SCRATCH, 'page_ms=1500') as server:
    @case
    def _():
        """a server that is told to end does not keep them waiting"""
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            pages = [pool.submit(server.json, 'GET', '/api/v1/page') for _ in range(4)]
            time.sleep(0.3)
            same(server.end()[1], 0)
            for page in pages:
                holds(page.exception(5) is not None or page.result()[0] == 404, 'refused, or cut off')

FOLDER = os.path.join(SCRATCH, 'ensembles')
ENSEMBLES = '/api/v1/ensembles'
with Server('folder=' + FOLDER, 'draw_ms=100') as server:
    def order(draws, **more):
        return {'levers': [{'lever': 'months', 'value': 3}], 'draws': draws, **more}

    @case
    def _():
        """an ensemble tells its progress, its pages and its end"""
        status, reply = server.json('POST', ENSEMBLES, order(45))
        same(status, 201)
        told = events_of(server, reply['ensemble'], path='ensembles')
        same(sorted({event for _, event, _ in told}), ['done', 'page', 'progress'])
        same((told[-1][2]['state'], told[-1][2]['done'], told[-1][2]['total']), ('done', 45, 45))
        left = [data['seconds_left'] for _, event, data in told if event == 'progress' and data['done'] == 20]
        holds(left and 1 <= left[0] <= 10, left)
        same([data['kind'] for _, event, data in told if event == 'done'], ['ensemble'])
        same(server.json('POST', ENSEMBLES, order(45))[0], 200)

    @case
    def _():
        """cancelled, it leaves a folder, and asked for again it goes on there"""
        key = server.json('POST', ENSEMBLES, order(60, seed=2))[1]['ensemble']
        stream = Events(server, f'{ENSEMBLES}/{key}/events')
        for _, event, data in stream:
            if event == 'progress' and data['done'] >= 5 and data['state'] == 'running':
                server.ask('DELETE', f'{ENSEMBLES}/{key}')
                break
        list(stream)
        reply = server.json('GET', f'{ENSEMBLES}/{key}')[1]
        same(reply['state'], 'cancelled')
        kept = int(open(os.path.join(reply['folder'], 'done')).read())
        holds(5 <= kept < 60, kept)
        began = time.monotonic()
        same(server.json('POST', ENSEMBLES, order(60, seed=2))[1]['ensemble'], key)
        told = events_of(server, key, path='ensembles')
        same(told[-1][2]['state'], 'done')
        holds(time.monotonic() - began < (60 - kept) * 0.1 + 3, 'it began anew')

    @case
    def _():
        """one that fails says so; only one is drawn at a time; only so many wait"""
        failing = server.json('POST', ENSEMBLES, order(3, seed=13))[1]['ensemble']
        told = events_of(server, failing, path='ensembles')
        same([data['error']['code'] for _, event, data in told if event == 'failed'], ['MISSING_VALUE'])
        keys = [server.json('POST', ENSEMBLES, order(100, seed=100 + number))[1]['ensemble'] for number in range(5)]
        time.sleep(0.3)
        states = [each['state'] for each in server.json('GET', ENSEMBLES)[1]['ensembles']]
        same((states.count('running'), states.count('queued')), (1, 4))
        same(server.ask('POST', ENSEMBLES, order(100, seed=200))[0], 429)
        for key in keys:
            same(server.ask('DELETE', f'{ENSEMBLES}/{key}')[0], 204)

    @case
    def _():
        """of another world it is another ensemble, of the same one the same, whatever server draws it"""
        reply = server.json('POST', ENSEMBLES, order(2, seed=7))[1]
        events_of(server, reply['ensemble'], path='ensembles')
        kept = open(os.path.join(reply['folder'], 'done')).read()
        with Server('folder=' + FOLDER, 'world=2') as other:
            status, again = other.json('POST', ENSEMBLES, order(2, seed=7))
            same((status, again['ensemble'] == reply['ensemble'], again['folder'] == reply['folder']), (201, False, False))
        with Server('folder=' + FOLDER) as other:
            status, again = other.json('POST', ENSEMBLES, order(2, seed=7))
            same((status, again['ensemble'], again['folder']), (201, reply['ensemble'], reply['folder']))
        same(kept, '2')

    @case
    def _():
        """draws, seeds and months have bounds"""
        for wrong in ({'draws': 0}, {'draws': 10001}, {'draws': 1.5}, {'draws': '3'}, {'seed': -1}, {'months': 601}, {'months': -1},
                      {'shocks': 'full_freeze'}, {'shocks': [1]}, {'shocks': ['a'] * 8}, {'drows': 3}):
            same(server.ask('POST', ENSEMBLES, {**order(3), **wrong})[0], 422, wrong)

with Server('folder=' + FOLDER, 'touched=' + os.path.join(SCRATCH, 'touched')) as server:
    @case
    def _():
        """nothing is drawn once the files are not those that the server was started with"""
        open(os.path.join(SCRATCH, 'touched'), 'w').close()
        reply = server.json('POST', ENSEMBLES, order(2, seed=8))[1]
        told = events_of(server, reply['ensemble'], path='ensembles')
        same([(data['error']['code'], data['error']['fix']) for _, event, data in told if event == 'failed'], [('CHANGED', 'start it again')])
        same(os.path.exists(reply['folder']), False)

finish()
