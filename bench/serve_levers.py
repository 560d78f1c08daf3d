"""serve_levers.py PORT: levers one after another that no cache knows, on two_countries: seconds to the first month, and to the last. Used by serve.sh."""
import http.client
import json
import statistics
import sys
import time

PORT = int(sys.argv[1])


def ask(method, path, body=None):
    connection = http.client.HTTPConnection('127.0.0.1', PORT)
    connection.request(method, path, body and json.dumps(body), {'Content-Type': 'application/json'})
    return connection.getresponse()


posted, first, last = [], [], []
for months in range(1, 25):
    for start in ('2025-03', '2026-01', '2026-08'):
        began = time.monotonic()
        run = json.load(ask('POST', '/api/v1/runs', {'levers': [{'lever': 'oxide_ban', 'value': months, 'start': start}]}))['run']
        posted.append(time.monotonic() - began)
        months_seen = 0
        for line in ask('GET', f'/api/v1/runs/{run}/events'):
            if line == b'event: months\n':
                months_seen += 1
                if months_seen == 1:
                    first.append(time.monotonic() - began)
        last.append(time.monotonic() - began)
print(f'two countries: levers that are new, one after another: {len(last) / sum(last):.1f} a second; median ms: '
      + ', '.join(f'{name} {1000 * statistics.median(times):.1f}' for name, times in (('taken', posted), ('first month', first), ('all', last))))
