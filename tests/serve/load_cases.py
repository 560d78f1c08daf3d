"""Many clients, slow ones, and a server that is told to end."""
import os
import random
import signal
import socket
import subprocess
import threading
import time

from serving import PROGRAM, WORLD, Events, Server, case, finish, holds, read_all, read_one, same

RUNS = '/api/v1/runs'


def connect(server):
    return socket.create_connection(('127.0.0.1', server.port), timeout=60)


def get(server, path, more=''):
    return f'GET {path} HTTP/1.1\r\nHost: {server.host()}\r\n{more}\r\n'.encode()


with Server('slow_s=1', 'month_ms=20', 'reference_months=100') as server:
    @case
    def _():
        """clients that send their headers or body drop by drop are cut off, others are served meanwhile"""
        wires = [connect(server) for _ in range(60)]
        heads = [get(server, '/api/v1/about'), f'POST {RUNS} HTTP/1.1\r\nHost: {server.host()}\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n'.encode() + b' ' * 900]
        began = time.monotonic()
        alive = set(range(60))
        sent = [0] * 60
        while alive and time.monotonic() - began < 8:
            for index in list(alive):
                head = heads[index % 2]
                step = 1 if index % 2 == 0 else 300 if sent[index] == 0 else 1
                try:
                    wires[index].sendall(head[sent[index]:sent[index] + step])
                    wires[index].setblocking(False)
                    if wires[index].recv(4096) == b'':
                        alive.discard(index)
                except BlockingIOError:
                    pass
                except OSError:
                    alive.discard(index)
                wires[index].settimeout(60)
                sent[index] += step
            before = time.monotonic()
            same(server.ask('GET', '/api/v1/about')[0], 200)
            holds(time.monotonic() - before < 0.5, 'others wait')
            time.sleep(0.2)
        for wire in wires:
            wire.close()
        same(len(alive), 0, 'still open')
        holds(time.monotonic() - began > 0.8, 'too soon')

    @case
    def _():
        """a stream that is not read holds nobody up, and is cut off"""
        key = server.start(months=100, huge=150)
        stalled = connect(server)
        stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stalled.sendall(get(server, f'{RUNS}/{key}/events'))
        began = time.monotonic()
        server.wait(key)
        holds(time.monotonic() - began < 20, 'the run waited for it')
        time.sleep(5)
        same(server.json('GET', '/api/v1/about')[1]['streams'], 0)
        holds(len(read_all(stalled)) < 12000000, 'not all of it came')
        stalled.close()

with Server('month_ms=5') as server:
    @case
    def _():
        """a thousand requests at once, of every kind"""
        server.wait('reference')
        paths = ['/api/v1/about', '/api/v1/levers', f'{RUNS}/reference?page=0', f'{RUNS}/reference', '/api/v1/nothing', '/',
                 f'{RUNS}/reference/why?what=price:a:b:2025', f'{RUNS}/reference/tables/prices']
        wires = [connect(server) for _ in range(1000)]
        for index, wire in enumerate(wires):
            wire.sendall(get(server, paths[index % len(paths)], 'Connection: close\r\n'))
        replies = [read_all(wire) for wire in wires]
        for wire in wires:
            wire.close()
        codes = [int(reply.split(b' ', 2)[1]) if reply else 0 for reply in replies]
        same(sorted(set(codes)), [200, 404])
        same(codes.count(200), 875 if codes[5] == 200 else 750)

    @case
    def _():
        """a hundred and twenty-eight clients at a time, again and again: none waits for another to come"""
        wires = [connect(server) for _ in range(128)]
        began = time.monotonic()
        for _ in range(30):
            for wire in wires:
                wire.sendall(get(server, '/api/v1/nothing'))
            for wire in wires:
                holds(read_one(wire).startswith(b'HTTP/1.1 404'), 'an answer')
        holds(time.monotonic() - began < 8, time.monotonic() - began)
        for wire in wires:
            wire.close()

    @case
    def _():
        """streams beyond their number are refused, the rest is served"""
        wires = [connect(server) for _ in range(400)]
        key = server.start(months=100)
        for wire in wires:
            wire.sendall(get(server, f'{RUNS}/{key}/events'))
        replies = []
        for wire in wires:
            wire.settimeout(10)
            replies.append(wire.recv(65536))
        codes = [int(reply.split(b' ', 2)[1]) for reply in replies]
        same((codes.count(200), codes.count(503)), (256, 144))
        server.wait(key)
        for wire in wires:
            wire.close()

with Server('most_runs=20', 'most_bytes=4000000', 'month_ms=1') as server:
    @case
    def _():
        """twenty seconds of everything at once: memory stays where it is"""
        until = time.monotonic() + 20
        trouble = []

        def client(number):
            dice = random.Random(number)
            while time.monotonic() < until:
                try:
                    kind = dice.randrange(6)
                    status, _, _ = server.ask('POST', RUNS, {'levers': [{'lever': 'other', 'value': dice.randrange(1, 60)}, {'lever': 'huge', 'value': 5}]})
                    if status not in (200, 201, 429):
                        trouble.append(('POST', status))
                        continue
                    if status == 429:
                        continue
                    key = server.json('POST', RUNS, {'levers': [{'lever': 'other', 'value': dice.randrange(1, 60)}, {'lever': 'huge', 'value': 5}]})[1].get('run')
                    if not key:
                        continue
                    if kind == 0:
                        list(Events(server, f'{RUNS}/{key}/events'))
                    elif kind == 1:
                        stream = Events(server, f'{RUNS}/{key}/events')
                        stream.reply.read(dice.randrange(1, 3000))
                        stream.close()
                    elif kind == 2:
                        server.ask('DELETE', f'{RUNS}/{key}')
                    elif kind == 3:
                        server.ask('GET', f'{RUNS}/{key}')
                    else:
                        server.ask('GET', f'{RUNS}/{key}/why?what=price:a:b:2025')
                except OSError as error:
                    trouble.append(error)

        threads = [threading.Thread(target=client, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        sizes = []
        while time.monotonic() < until:
            time.sleep(1)
            sizes.append(server.resident_kb())
        for thread in threads:
            thread.join()
        same(trouble[:3], [])
        early, late = max(sizes[4:9]), max(sizes[-5:])
        holds(late < 1.15 * early + 2000, f'kB resident: {sizes}')


@case
def _():
    """told to end in the middle of everything it ends at once, and well"""
    for number in (signal.SIGTERM, signal.SIGINT):
        with Server('month_ms=50', 'draw_ms=50') as server:
            streams = [Events(server, f'{RUNS}/{server.start(months=600, other=value + 1)}/events') for value in range(4)]
            server.ask('POST', '/api/v1/ensembles', {'levers': [], 'draws': 1000})
            wires = [connect(server) for _ in range(50)]
            for index, wire in enumerate(wires):
                wire.sendall(get(server, f'{RUNS}/reference/why?what=price:a:b:2025' if index % 2 else '/api/v1/about')[:None if index % 3 else 20])
            for stream in streams:
                next(iter(stream))
            seconds, code = server.end(number)
            same(code, 0)
            holds(seconds < 2, f'{seconds} s')


@case
def _():
    """of two servers on one port the second says so"""
    with Server() as server:
        second = Server(f'port={server.port}', fails=True)
        same(second.process.wait(20), 1)
        holds('another program' in second.complaints(), second.complaints())
        same(server.ask('GET', '/api/v1/about')[0], 200)


@case
def _():
    """the program ends with 0 when it is told to, at any moment of its start"""
    for delay in (0.0, 0.02, 0.1, 0.3, 1.0):
        process = subprocess.Popen([PROGRAM, 'serve', WORLD, os.path.join(WORLD, 'today.yaml'), '--port', '0'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        code = process.wait(20)
        holds(code == 0 or (code == -signal.SIGINT and not process.stdout.read()), (delay, code))


@case
def _():
    """wrong use of the program: an exit code and what to do"""
    for words, code in ((['--port', '99999'], 2), (['--bind', '0.0.0.0', '--port', '0'], 2), (['--bind', 'example.org'], 2), (['--token-file', '/nowhere'], 3),
                        (['--levers', '/nowhere'], 3), (['--prot', '1'], 2)):
        done = subprocess.run([PROGRAM, 'serve', WORLD, os.path.join(WORLD, 'today.yaml'), *words], capture_output=True, timeout=20)
        same((done.returncode, done.stdout), (code, b''), words)
        holds(done.stderr, words)


finish()
