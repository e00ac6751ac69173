// What has been asked of the service for layers: styles and legends by filter, and the layers' own parameters.
import type { Params, ResolvedLayer, Service } from '../service/client.ts';
import { settingsOf, type Setting } from './settings.ts';

/** Answers kept at once; the oldest use of a city map is a few layers under a few filters. */
const MOST = 50;

export class Loaded {
  private readonly answers = new Map<string, Promise<ResolvedLayer>>();
  private readonly own = new Map<string, readonly Setting[]>();

  constructor(private readonly service: Service) {}

  layer(id: string, params: Params): Promise<ResolvedLayer> {
    const key = `${id}?${new URLSearchParams(params)}`;
    const known = this.answers.get(key);
    if (known) return known;
    const asked = this.service.layer(id, params);
    // A refusal is not kept: the next try may be answered.
    asked.catch(() => this.answers.delete(key));
    if (this.answers.size >= MOST) this.answers.clear();
    this.answers.set(key, asked);
    return asked;
  }

  /** Learns the own parameters of layers; a layer whose answer fails just has no fields of its own. */
  async learn(ids: readonly string[]): Promise<void> {
    const unknown = ids.filter((id) => !this.own.has(id));
    await Promise.all(unknown.map(async (id) => {
      const queryables = await this.service.queryables(id).catch(() => ({}));
      this.own.set(id, settingsOf(queryables));
    }));
  }

  settings(id: string): readonly Setting[] {
    return this.own.get(id) ?? [];
  }
}
