// Listens to the service's events while the page is seen: a stream over fetch, since EventSource cannot send a key.
import type { Service } from './client.ts';
import { Problem } from './problem.ts';

/** What the service says is new. */
export interface News {
  release?: number;
  generation?: string;
}

/** Waits before the next try, milliseconds: the last for all further ones. */
const WAITS = [1_000, 3_000, 10_000, 30_000];

export class Listener {
  private work: AbortController | null = null;
  private lastId = '';
  private readonly onSight = (): void => {
    if (document.visibilityState === 'visible') this.open();
    else this.close();
  };

  /** `heard` is waited for before the next event is read. */
  constructor(private readonly service: Service, private readonly heard: (news: News) => Promise<void>) {}

  /** Begins to listen. A page that is not seen does not: browsers open few connections to one host. */
  start(): void {
    document.addEventListener('visibilitychange', this.onSight);
    this.onSight();
  }

  stop(): void {
    document.removeEventListener('visibilitychange', this.onSight);
    this.close();
  }

  private open(): void {
    if (this.work) return;
    const work = new AbortController();
    this.work = work;
    void this.listen(work.signal);
  }

  private close(): void {
    this.work?.abort();
    this.work = null;
  }

  private async listen(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        const again = this.lastId ? { 'Last-Event-ID': this.lastId } : {};
        const accept = { Accept: 'text/event-stream', ...again };
        const response = await this.service.send('GET', this.service.url('events'), accept, signal);
        failures = 0;
        for await (const event of events(response)) {
          if (signal.aborted) return;
          if (event.id !== undefined) this.lastId = event.id;
          const news = newsOf(event);
          if (news) await this.heard(news);
        }
      } catch (error) {
        // A service without events, or one that refuses the key, will not change its mind.
        if (error instanceof Problem && error.status >= 400 && error.status < 500) return;
      }
      if (signal.aborted) return;
      await new Promise((done) => setTimeout(done, WAITS[Math.min(failures, WAITS.length - 1)]));
    }
  }
}

export interface ServerEvent {
  kind: string;
  data: string;
  id?: string;
}

/** The events of a stream; comments and what is not known are left out. */
export async function* events(response: Response): AsyncGenerator<ServerEvent> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return;
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += value;
      const blocks = text.split(/\r?\n\r?\n/);
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = parsed(block);
        if (event) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function parsed(block: string): ServerEvent | null {
  const event: ServerEvent = { kind: 'message', data: '' };
  for (const line of block.split(/\r?\n/)) {
    const [, field, value] = /^([a-z]+):? ?(.*)$/.exec(line) ?? [];
    if (field === 'event') event.kind = value ?? '';
    if (field === 'data') event.data += `${event.data ? '\n' : ''}${value ?? ''}`;
    if (field === 'id') event.id = value ?? '';
  }
  return event.data ? event : null;
}

function newsOf({ kind, data }: ServerEvent): News | null {
  try {
    const told = JSON.parse(data) as { number?: number; generation?: string };
    if (kind === 'release' && typeof told.number === 'number') return { release: told.number };
    if (kind === 'snapshot' && typeof told.generation === 'string') return { generation: told.generation };
  } catch {
    // What is not JSON is no news to this page.
  }
  return null;
}
