"""What the scripts of run_serve_cases.sh share: a server of one's own, requests, event streams, verdicts."""
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time

PROGRAM, FAKE, SCRATCH = sys.argv[1:4]
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
WORLD = os.path.join(ROOT, 'tests', 'worlds', 'two_countries')
failed = 0


def verdict(name, reason=''):
    """`reason` says what is wrong; empty, None or True is good."""
    global failed
    if reason in ('', None, True):
        print(f'ok - {name}')
    else:
        failed = 1
        print(f'not ok - {name}: {reason}')
    sys.stdout.flush()


def case(function):
    """Runs the case at once; its docstring is its name, what it raises its failure."""
    try:
        function()
        verdict(function.__doc__)
    except Exception as error:  # noqa: BLE001 a case must not end the others
        line = error.__traceback__.tb_next.tb_lineno if error.__traceback__.tb_next else 0
        verdict(function.__doc__, f'{type(error).__name__}: {str(error)[:600]} (line {line})')
    return function


def same(found, wanted, what=''):
    if found != wanted:
        raise AssertionError(f'{what}: {found!r}, not {wanted!r}')


def holds(condition, what):
    if not condition:
        raise AssertionError(what)


class Server:
    """A server of one's own; `with` ends it and looks how it ended."""

    def __init__(self, *arguments, program=None, fails=False):
        self.said = os.path.join(SCRATCH, f'said-{time.monotonic_ns()}')
        self.errors = open(self.said, 'w')
        self.process = subprocess.Popen([program or FAKE, *arguments], stdout=subprocess.PIPE, stderr=self.errors, cwd=SCRATCH, text=True)
        line = self.process.stdout.readline().strip()
        self.port = int(line.rsplit(':', 1)[1].strip('/')) if line else 0
        if not self.port and not fails:
            raise RuntimeError('the server did not start: ' + self.complaints())

    def complaints(self):
        self.errors.flush()
        return open(self.said).read()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        seconds, code = self.end()
        if exception[0] is None:
            same(code, 0, 'exit; ' + self.complaints()[-2000:])
        elif code != 0:
            print('    ' + self.complaints()[-2000:].replace('\n', '\n    '))

    def end(self, number=signal.SIGTERM):
        """Seconds it took, and the exit code."""
        began = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            code = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = 'killed after a minute'
        return time.monotonic() - began, code

    def ask(self, method, path, body=None, headers=None, timeout=60):
        """status, headers, body as bytes."""
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=timeout)
        sent = dict(headers or {})
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        if body is not None and 'Content-Type' not in sent:
            sent['Content-Type'] = 'application/json'
        try:
            connection.request(method, path, body, sent)
            reply = connection.getresponse()
            return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()
        finally:
            connection.close()

    def json(self, method, path, body=None, headers=None):
        """status, body as JSON (None if there is none)."""
        status, _, data = self.ask(method, path, body, headers)
        return status, json.loads(data) if data else None

    def start(self, **levers):
        """Key of the run with these levers."""
        status, reply = self.json('POST', '/api/v1/runs', {'levers': [{'lever': name, 'value': value} for name, value in levers.items()]})
        holds(status in (200, 201), f'POST /runs: {status} {reply}')
        return reply['run']

    def wait(self, key, *states, seconds=30):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            status, run = self.json('GET', f'/api/v1/runs/{key}?page=0')
            if status == 200 and run['state'] in (states or ('done',)):
                return run
            time.sleep(0.02)
        raise AssertionError(f'run {key} is {run}, not {states or "done"}')

    def raw(self, data, seconds=10, shut=False):
        """What comes back for these bytes."""
        with socket.create_connection(('127.0.0.1', self.port), timeout=seconds) as wire:
            try:
                wire.sendall(data)
                if shut:
                    wire.shutdown(socket.SHUT_WR)
                return read_all(wire)
            except OSError:
                return b''

    def host(self):
        return f'127.0.0.1:{self.port}'

    def resident_kb(self):
        with open(f'/proc/{self.process.pid}/statm') as file:
            return int(file.read().split()[1]) * os.sysconf('SC_PAGESIZE') // 1024


def read_all(wire):
    got = b''
    while True:
        try:
            part = wire.recv(65536)
        except (ConnectionResetError, socket.timeout):
            return got
        if not part:
            return got
        got += part


def read_one(wire):
    """One answer that has a Content-Length, of a connection that stays open."""
    got = b''
    while b'\r\n\r\n' not in got or len(got) < got.index(b'\r\n\r\n') + 4 + int(got.lower().split(b'content-length: ')[1].split(b'\r')[0]):
        part = wire.recv(65536)
        if not part:
            return got
        got += part
    return got


class Events:
    """An event stream, read line by line. Yields (id, event, data)."""

    def __init__(self, server, path, last_id=None, timeout=30):
        self.connection = http.client.HTTPConnection('127.0.0.1', server.port, timeout=timeout)
        self.connection.request('GET', path, headers={'Last-Event-ID': last_id} if last_id else {})
        self.reply = self.connection.getresponse()
        self.status = self.reply.status
        self.comments = 0

    def __iter__(self):
        number, event, data = None, None, []
        while True:
            line = self.reply.readline().decode()
            if not line:
                return
            line = line.rstrip('\n')
            if line == '':
                if data:
                    yield number, event, json.loads('\n'.join(data))
                number, event, data = None, None, []
            elif line.startswith(':'):
                self.comments += 1
            elif line.startswith('id: '):
                number = line[4:]
            elif line.startswith('event: '):
                event = line[7:]
            elif line.startswith('data: '):
                data.append(line[6:])

    def close(self):
        self.connection.close()


def finish():
    sys.exit(failed)
