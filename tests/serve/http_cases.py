"""Clients that are wrong: names, origins, tokens, bodies, paths, and what is no HTTP at all."""
import json
import socket
import struct
import time

from serving import Server, case, finish, holds, read_all, same

RUNS = '/api/v1/runs'
GOOD = {'levers': [{'lever': 'months', 'value': 3}]}


def error_of(reply):
    status, _, data = reply
    return status, json.loads(data)['error']['code']


def status_of(raw):
    return int(raw.split(b' ', 2)[1]) if raw.startswith(b'HTTP/1.') else raw[:60]


with Server() as server:
    at = server.host()

    @case
    def _():
        """a name that is not ours is refused (DNS rebinding)"""
        for name in ('evil.example', f'evil.example:{server.port}', '127.0.0.1', 'localhost', f'127.0.0.1:{server.port + 1}',
                     f'127.0.0.1:{server.port}.evil.example', f'localhost.evil.example:{server.port}', '', f'[::1]:{server.port}x',
                     f'127.0.0.1:0{server.port}', f'user@127.0.0.1:{server.port}'):
            for path in ('/', '/api/v1/about', '/nothing'):
                same(error_of(server.ask('GET', path, headers={'Host': name})), (403, 'HOST'), name)

    @case
    def _():
        """our own names are not"""
        for name in (f'127.0.0.1:{server.port}', f'localhost:{server.port}', f'LOCALHOST:{server.port}', f'[::1]:{server.port}'):
            same(server.ask('GET', '/api/v1/about', headers={'Host': name})[0], 200, name)

    @case
    def _():
        """no name at all is refused"""
        same(status_of(server.raw(b'GET /api/v1/about HTTP/1.0\r\n\r\n')), 403)
        holds(status_of(server.raw(b'GET /api/v1/about HTTP/1.1\r\nConnection: close\r\n\r\n')) in (400, 403), 'no Host in HTTP/1.1')

    @case
    def _():
        """pages of other sites are refused, for reading and for writing"""
        for origin in ('http://evil.example', 'null', f'https://{at}', 'http://127.0.0.1', f'http://{at}.evil.example', f'http://{at}/x',
                       'file://', '', f'http://evil.example:{server.port}'):
            for method, path, body in (('GET', '/api/v1/about', None), ('GET', '/', None), ('POST', RUNS, GOOD), ('DELETE', RUNS + '/x', None)):
                same(error_of(server.ask(method, path, body, {'Origin': origin})), (403, 'ORIGIN'), origin)
        for site in ('cross-site', 'same-site'):
            same(error_of(server.ask('GET', '/api/v1/about', headers={'Sec-Fetch-Site': site})), (403, 'ORIGIN'), site)

    @case
    def _():
        """our own page is not, and no other origin is ever allowed"""
        for origin in (f'http://{at}', f'http://localhost:{server.port}'):
            status, headers, _data = server.ask('POST', RUNS, GOOD, {'Origin': origin, 'Sec-Fetch-Site': 'same-origin'})
            holds(status in (200, 201), status)
            holds(not any(name.startswith('access-control') for name in headers), headers)
        status, headers, _data = server.ask('OPTIONS', RUNS, headers={'Origin': f'http://{at}', 'Access-Control-Request-Method': 'POST'})
        same(status, 405)
        holds(not any(name.startswith('access-control') for name in headers), headers)

    @case
    def _():
        """every answer carries the headers that keep it to itself"""
        for verb, path in (('GET', '/'), ('GET', '/nothing'), ('GET', '/api/v1/about'), ('GET', '/api/v1/nothing'), ('HEAD', '/api/v1/runs/reference/events')):
            headers = server.ask(verb, path)[1]
            holds(headers['content-security-policy'].startswith("default-src 'self'"), path)
            holds("frame-ancestors 'none'" in headers['content-security-policy'], path)
            for name, value in (('x-content-type-options', 'nosniff'), ('referrer-policy', 'no-referrer'),
                                ('cross-origin-opener-policy', 'same-origin'), ('cross-origin-resource-policy', 'same-origin'), ('x-frame-options', 'DENY')):
                same(headers.get(name), value, path + ' ' + name)

    @case
    def _():
        """a body must be JSON and say so"""
        for kind in ('text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/jsonx', ''):
            same(error_of(server.ask('POST', RUNS, json.dumps(GOOD), {'Content-Type': kind})), (415, 'MEDIA_TYPE'), kind)
        same(server.ask('POST', RUNS, json.dumps(GOOD), {'Content-Type': 'Application/JSON; charset=utf-8'})[0] in (200, 201), True)

    @case
    def _():
        """a body that is not what is asked for: a code, a sentence, what to do"""
        for body, status, code in (
                ('', 400, 'SYNTAX'), ('{', 400, 'SYNTAX'), ('[]', 400, 'SYNTAX'), ('{"levers": []} x', 400, 'SYNTAX'),
                ('{"levers": [], "levers": []}', 400, 'SYNTAX'), ('\xff', 400, 'SYNTAX'), ('[' * 60000, 400, 'SYNTAX'),
                ('{"levers": [{"lever": "a\\u0000b", "value": 1}]}', 400, 'SYNTAX'),
                ('{}', 422, 'MISSING_VALUE'), ('{"levers": {}}', 422, 'BAD_TYPE'), ('{"levels": []}', 422, 'UNKNOWN_KEY'),
                ('{"levers": [1]}', 422, 'BAD_TYPE'), ('{"levers": [{}]}', 422, 'MISSING_VALUE'),
                ('{"levers": [{"lever": "months"}]}', 422, 'BAD_TYPE'), ('{"levers": [{"lever": "months", "value": "3"}]}', 422, 'BAD_TYPE'),
                ('{"levers": [{"lever": "months", "value": 3, "start": "soon"}]}', 422, 'BAD_TYPE'),
                ('{"levers": [{"lever": "months", "value": 3, "start": "2025-13"}]}', 422, 'BAD_TYPE'),
                ('{"levers": [{"lever": "months", "value": 1e999}]}', 400, 'SYNTAX'),
                ('{"levers": [{"lever": "mouths", "value": 3}]}', 422, 'UNKNOWN_ID'),
                ('{"levers": [{"lever": "months", "value": -3}]}', 422, 'BAD_RANGE'),
                # Messages cut what they quote, here in the middle of a letter.
                (('{"levers": [{"lever": "a' + 'é' * 40 + '", "value": 1}]}').encode().decode('latin-1'), 422, 'UNKNOWN_ID'),
                (('{"a' + 'é' * 20 + '": 1}').encode().decode('latin-1'), 422, 'UNKNOWN_KEY'),
                (json.dumps({'levers': [{'lever': 'months', 'value': 1}] * 65}), 422, 'BAD_RANGE')):
            reply = server.ask('POST', RUNS, body.encode('latin-1'))
            same(error_of(reply), (status, code), body[:80])
            error = json.loads(reply[2])['error']
            same(sorted(error), ['code', 'findings', 'fix', 'message'])
            holds(error['message'], 'a sentence')

    @case
    def _():
        """an unknown key names the nearest"""
        message = json.loads(server.ask('POST', RUNS, '{"lever": []}')[2])['error']['message']
        holds('did you mean levers' in message, message)

    @case
    def _():
        """findings tell no path of this machine"""
        data = server.ask('POST', RUNS, '{"levers": [{"lever": "months", "value": -3}]}')[2].decode()
        holds('"levers.yaml"' in data and 'elsewhere' not in data, data)

    @case
    def _():
        """a body has at most 64 kB, announced or not"""
        same(error_of(server.ask('POST', RUNS, b'{"levers": []' + b' ' * 65536 + b'}')), (413, 'TOO_LARGE'))
        same(server.ask('POST', RUNS, b'{"levers": []' + b' ' * 65000 + b'}')[0], 200)
        pieces = b''.join(b'1000\r\n' + b' ' * 4096 + b'\r\n' for _ in range(20)) + b'0\r\n\r\n'
        head = f'POST {RUNS} HTTP/1.1\r\nHost: {at}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n'
        same(status_of(server.raw(head.encode() + pieces)), 413)
        endless = head.encode() + b'100000\r\n' + b' ' * 1048576 + b'\r\n' + b'100000\r\n' + b' ' * 1048576
        holds(status_of(server.raw(endless)) in (b'', 413), 'it ends')
        for length in ('99999999999999999999', '-1', '1x', '0x10'):
            raw = server.raw(f'POST {RUNS} HTTP/1.1\r\nHost: {at}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n'.encode())
            holds(raw == b'' or status_of(raw) in (400, 413), (length, raw[:80]))

    @case
    def _():
        """a body in chunks is taken"""
        raw = server.raw(f'POST {RUNS} HTTP/1.1\r\nHost: {at}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n'
                         '5\r\n{"lev\r\n9\r\ners": []}\r\n0\r\n\r\n'.encode())
        same(status_of(raw), 200)
        holds(b'"run":"reference"' in raw, raw)

    @case
    def _():
        """what is no HTTP is refused or cut off, and the server lives"""
        long = b'x' * 100000
        for data in (b'\r\n\r\n\r\n', b'GET\r\n\r\n', b'GET / HTTP/9.9\r\n\r\n', b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' + long[:500],
                     b'GET / HTTP/1.1\r\nHost\r\n\r\n', b'GET / HTTP/1.1\r\n: x\r\n\r\n', long, b'GET /' + long + b' HTTP/1.1\r\n\r\n',
                     b'GET / HTTP/1.1\r\nX: ' + long + b'\r\n\r\n', b'GET / HTTP/1.1\r\n' + b'X: y\r\n' * 20000 + b'\r\n',
                     b'GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n', b'\x00' * 5000, b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
                     b'GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\nHost: ' + at.encode() + b'\r\n\r\nZZZ\r\n',
                     b'POST ' + RUNS.encode() + b' HTTP/1.1\r\nHost: ' + at.encode() + b'\r\nContent-Type: application/json\r\n'
                     b'Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n'):
            raw = server.raw(data, seconds=3, shut=True)
            holds(raw == b'' or status_of(raw) in (200, 400, 403, 405, 413, 414, 431, 494, 501, 505), (data[:40], raw[:80]))
        same(server.ask('GET', '/api/v1/about')[0], 200)

    @case
    def _():
        """one request after another on a connection, sent at once"""
        one = f'GET /api/v1/about HTTP/1.1\r\nHost: {at}\r\n\r\n'.encode()
        post = (f'POST {RUNS} HTTP/1.1\r\nHost: {at}\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n' + '{"levers": []}').encode()
        last = f'GET /nothing HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n'.encode()
        raw = server.raw(one * 20 + post + one + last)
        same(raw.count(b'HTTP/1.1 200 OK'), 22)
        same(raw.count(b'HTTP/1.1 404'), 1)

    @case
    def _():
        """a client that closes its half still gets its answer, one that resets harms nobody"""
        same(status_of(server.raw(f'GET /api/v1/levers HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n'.encode(), shut=True)), 200)
        for path in ('/api/v1/levers', '/api/v1/runs/reference/events', '/api/v1/runs/reference'):
            wire = socket.create_connection(('127.0.0.1', server.port))
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
            wire.sendall(f'GET {path} HTTP/1.1\r\nHost: {at}\r\n\r\n'.encode())
            wire.close()
        time.sleep(0.2)
        same(server.ask('GET', '/api/v1/about')[0], 200)

    @case
    def _():
        """paths that climb or hide lead nowhere, and tell nothing"""
        for path in ('/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/assets/../../etc/passwd', '/..%2f..%2fetc%2fpasswd', '//etc/passwd',
                     '/index.html%00.js', '/%00', '/api/v1/runs/..%2f..', '/api/v1/runs/../about', '/api/v1/runs/%2e%2e/scenario',
                     '/api/v1/runs/reference/tables/..%2fprices', '/api/v1/runs/reference/tables/' + 'x' * 64, '/api/v1/runs/a%20b',
                     '/api/v1/ensembles/..', '/api/v1/../../x', '/api/v1/runs/reference/tables/prices/', '/api/v1/about/', '/api/v2/about', '/api', '/apix',
                     "/api/v1/runs/reference'", '/api/v1/runs/%ff%fe', '/api/v1/runs/' + 'y' * 3000):
            status, _headers, data = server.ask('GET', path)
            holds(status in (400, 404), (path, status))
            error = json.loads(data)['error']
            holds('passwd' not in error['message'] and '/' not in error['message'], error)

    @case
    def _():
        """a method that a path does not take: 405, and those that it does"""
        for method, path, allowed in (('POST', '/api/v1/about', 'GET, HEAD'), ('PUT', RUNS, 'POST'), ('GET', RUNS, 'POST'),
                                      ('PATCH', '/api/v1/ensembles', 'GET, HEAD, POST'), ('POST', '/', 'GET, HEAD'), ('TRACE', '/', 'GET, HEAD'),
                                      ('PUT', '/api/v1/runs/x', 'GET, HEAD, DELETE')):
            status, headers, data = server.ask(method, path)
            same((status, headers['allow'], json.loads(data)['error']['code']), (405, allowed, 'METHOD'), method + path)

    @case
    def _():
        """HEAD is GET without its body"""
        for path in ('/api/v1/about', '/api/v1/levers', '/api/v1/nothing', '/api/v1/runs/reference/events'):
            status, headers, data = server.ask('HEAD', path)
            same(data, b'')
            holds(status in (200, 404, 204), status)

    @case
    def _():
        """questions are looked at before they are asked"""
        server.wait('reference')
        for what in ('', 'x', "price:'", 'price:"', 'x' * 201, 'price:%0a', 'price:\\\\'):
            status, headers, data = server.ask('GET', '/api/v1/runs/reference/why?what=' + what.replace("'", '%27').replace('"', '%22'))
            same(status, 422, what)
        same(server.ask('GET', '/api/v1/runs/reference/why')[0], 422)
        same(server.ask('GET', '/api/v1/runs/reference/why?what=price:a:b:2025')[0], 200)

with Server('token=0123456789abcdef') as server:
    @case
    def _():
        """with a token: nothing of the API without it, the app's files and whether one is needed with nothing"""
        for headers in ({}, {'Authorization': 'Bearer '}, {'Authorization': 'Bearer 0123456789abcdeF'}, {'Authorization': 'Bearer 0123456789abcde'},
                        {'Authorization': 'Bearer 0123456789abcdef0'}, {'Authorization': 'Basic 0123456789abcdef'}, {'Authorization': '0123456789abcdef'},
                        {'Authorization': 'Bearer ' + 'x' * 5000}):
            for method, path in (('GET', '/api/v1/levers'), ('GET', '/api/v1/nothing'), ('POST', RUNS), ('DELETE', RUNS + '/x'), ('GET', RUNS + '/reference/events')):
                status, got, _data = server.ask(method, path, GOOD if method == 'POST' else None, headers)
                same(status, 401, (method, path, headers))
                same(got['www-authenticate'][:6], 'Bearer')
        status, about = server.json('GET', '/api/v1/about')
        same((status, about['token_needed'], 'world' in about), (200, True, False))
        holds(server.ask('GET', '/')[0] in (200, 404), 'the app')

    @case
    def _():
        """with it: all"""
        headers = {'Authorization': 'Bearer 0123456789abcdef'}
        same(server.ask('GET', '/api/v1/levers', headers=headers)[0], 200)
        same(server.json('GET', '/api/v1/about', headers=headers)[1]['world'], 'a world')
        same(server.ask('POST', RUNS, GOOD, headers)[0], 201)

@case
def _():
    """a bind beyond this machine without a token is refused"""
    for bind in ('0.0.0.0', '::', '192.0.2.1', 'example.org', '1.2.3', ''):
        server = Server('bind=' + bind, fails=True)
        same(server.process.wait(10), 1, bind)
        holds(server.complaints().strip(), 'and says why')

with Server('bind=0.0.0.0', 'token=0123456789abcdef') as server:
    @case
    def _():
        """on all addresses the one that was called counts as a name, other names do not"""
        headers = {'Authorization': 'Bearer 0123456789abcdef'}
        same(server.ask('GET', '/api/v1/levers', headers={**headers, 'Host': f'127.0.0.1:{server.port}'})[0], 200)
        same(server.ask('GET', '/api/v1/levers', headers={**headers, 'Host': f'127.0.0.2:{server.port}'})[0], 403)
        with socket.create_connection(('127.0.0.3', server.port), timeout=10) as wire:
            wire.sendall(f'GET /api/v1/levers HTTP/1.1\r\nHost: 127.0.0.3:{server.port}\r\nAuthorization: Bearer 0123456789abcdef\r\nConnection: close\r\n\r\n'.encode())
            same(status_of(read_all(wire)), 200)

with Server('read_only=1') as server:
    @case
    def _():
        """read-only: nothing is started or stopped, what is there is shown"""
        server.wait('reference')
        same(server.ask('POST', RUNS, {'levers': []})[0], 200)
        for method, path, body in (('POST', RUNS, GOOD), ('POST', '/api/v1/ensembles', {'levers': [], 'draws': 2}), ('DELETE', RUNS + '/x', None),
                                   ('DELETE', '/api/v1/ensembles/x', None)):
            status, _headers, data = server.ask(method, path, body)
            same((status, json.loads(data)['error']['code']), (403, 'READ_ONLY'), path)
        same(server.json('GET', '/api/v1/about')[1]['read_only'], True)

finish()
