import { expect, test } from 'vitest';
import { SseParser } from '../../src/app/store/sse';

const stream = 'id: 1\nevent: begin\ndata: {"a":1}\n\n: a comment\n\nid: 2\r\nevent: months\r\ndata: one\r\ndata: two\r\n\r\ndata:bare\n\n';
const events = [
  { id: '1', event: 'begin', data: '{"a":1}' },
  { id: '2', event: 'months', data: 'one\ntwo' },
  { id: '2', event: 'message', data: 'bare' },
];

test('reads events of one piece', () => expect(new SseParser().feed(stream)).toEqual(events));

test('reads them however the stream is cut', () => {
  for (let size = 1; size < 9; size++) {
    const parser = new SseParser();
    const found = [];
    for (let at = 0; at < stream.length; at += size) found.push(...parser.feed(stream.slice(at, at + size)));
    expect(found, `pieces of ${size}`).toEqual(events);
  }
});

test('an event without its empty line is not an event yet', () => expect(new SseParser().feed('data: half\n')).toEqual([]));
