import { expect, test } from 'vitest';
import { readEvents } from './event-stream.ts';

const TEXT =
  ': hello\n\nevent: change\nid: 7\ndata: {"name":"Åsa: 1"}\n\nevent:alive\r\ndata:{}\r\n\r\ndata: a\ndata: b\n\nevent: half';

async function eventsOf(size: number) {
  const bytes = new TextEncoder().encode(TEXT);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    }
  });
  const events = [];
  for await (const event of readEvents(body)) events.push(event);
  return events;
}

test.each([1, 2, 3, 7, 1000])('events come whole, %i bytes at a time', async (size) => {
  expect(await eventsOf(size)).toEqual([
    { event: 'change', data: '{"name":"Åsa: 1"}' },
    { event: 'alive', data: '{}' },
    { event: 'message', data: 'a\nb' }
  ]);
});
