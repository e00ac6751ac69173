// The stream of events, cut wherever a network may cut it.
import { describe, expect, it } from 'vitest';
import { events, type ServerEvent } from './events.ts';

async function read(chunks: string[]): Promise<ServerEvent[]> {
  const body = new ReadableStream({
    start(controller): void {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
  const found: ServerEvent[] = [];
  for await (const event of events(new Response(body))) found.push(event);
  return found;
}

describe('events', () => {
  const text = 'retry: 3000\n: listening\n\nevent: release\ndata: {"number":8}\nid: 8.\n\n:\n\nevent: job\ndata: {"a":\ndata: 1}\n\nevent: cut';

  it('are the same however they arrive', async () => {
    const whole = await read([text]);
    expect(whole).toEqual([
      { kind: 'release', data: '{"number":8}', id: '8.' },
      { kind: 'job', data: '{"a":\n1}' },
    ]);
    expect(await read([...text])).toEqual(whole);
    expect(await read([text.replaceAll('\n', '\r\n')])).toEqual(whole);
  });
});
