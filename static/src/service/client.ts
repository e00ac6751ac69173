// Asks the service: one place for the address, the access key, and refusals as sentences.
import type { SourceSpecification } from 'maplibre-gl';
import type { Collections, Items, Landing, LayerStyle, Legend, Queryables, Release, TileJson } from './types.ts';
import { accessHeaders } from './access.ts';
import { cacheMode, renewals } from './fresh.ts';
import { Problem, problemOf, sentence } from './problem.ts';

export type Params = Record<string, string>;

/** A layer with everything that drawing needs: sources without indirection, and the legend. */
export interface ResolvedLayer {
  id: string;
  style: LayerStyle;
  legend: Legend | null;
  minzoom: number;
  maxzoom: number;
}

export class Service {
  /** Address of the service, ending in `/`. */
  readonly base: string;

  constructor(base: string) {
    this.base = new URL('./', base).href;
  }

  /** An address under the service with parameters that are not in it yet. */
  url(path: string, params: Params = {}): string {
    const url = new URL(path.replace(/^\//, ''), this.base);
    return addMissing(url, params);
  }

  async json<T>(url: string, signal?: AbortSignal): Promise<T> {
    const response = await this.get(url, 'application/json', signal);
    return (await response.json()) as T;
  }

  /** An address of the service, whole. */
  own(address: string): string {
    return own(address, this.base).href;
  }

  /** Any answer of the service; refusals are thrown as `Problem`. */
  get(url: string, accept: string, signal?: AbortSignal): Promise<Response> {
    return this.send('GET', url, { Accept: accept }, signal);
  }

  /** Any request to the service, with the access key; refusals are thrown as `Problem`. */
  async send(method: string, url: string, more: Record<string, string>, signal?: AbortSignal, body?: string): Promise<Response> {
    let response: Response;
    try {
      const headers = { ...more, ...accessHeaders(url, this.base) };
      const cache: RequestCache = 'Authorization' in headers ? 'no-store' : cacheMode();
      const init: RequestInit = { method, headers, cache };
      if (signal) init.signal = signal;
      if (body !== undefined) init.body = body;
      response = await fetch(url, init);
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new Problem(sentence(0, null), 0);
    }
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  landing(): Promise<Landing> {
    return this.json(this.url('', { f: 'json' }));
  }

  /** The newest release; null before the first. */
  async release(): Promise<Release | null> {
    try {
      return await this.json<Release>(this.url('release'));
    } catch (error) {
      if (error instanceof Problem && error.status === 404) return null;
      throw error;
    }
  }

  collections(): Promise<Collections> {
    return this.json(this.url('collections'));
  }

  queryables(id: string): Promise<Queryables> {
    return this.json(this.url(`collections/${encodeURIComponent(id)}/queryables`));
  }

  items(id: string, params: Params, signal?: AbortSignal): Promise<Items> {
    return this.json(this.url(`collections/${encodeURIComponent(id)}/items`, params), signal);
  }

  /** Style, tile addresses and legend of a layer under the filters. */
  async layer(id: string, filters: Params, signal?: AbortSignal): Promise<ResolvedLayer> {
    const name = encodeURIComponent(id);
    const [style, legend] = await Promise.all([
      this.json<LayerStyle>(this.url(`styles/${name}`, filters), signal),
      this.json<Legend>(this.url(`legends/${name}.json`, filters), signal),
    ]);
    let [minzoom, maxzoom] = [0, 24];
    const sources: Record<string, SourceSpecification> = {};
    for (const [key, source] of Object.entries(style.sources)) {
      const resolved = await this.source(source, filters, signal);
      sources[key] = resolved;
      if ('minzoom' in resolved && resolved.minzoom) minzoom = Math.max(minzoom, resolved.minzoom);
      if ('maxzoom' in resolved && resolved.maxzoom) maxzoom = Math.min(maxzoom, resolved.maxzoom);
    }
    return { id, style: { ...style, sources }, legend, minzoom, maxzoom };
  }

  /** Puts TileJSON into the source, so that a refusal is a sentence and the addresses are whole. */
  private async source(source: SourceSpecification, filters: Params, signal?: AbortSignal): Promise<SourceSpecification> {
    if (source.type !== 'vector' && source.type !== 'raster') return source;
    const { url, ...rest } = source;
    const described = url
      ? await this.json<TileJson>(addMissing(own(url, this.base), filters), signal)
      : { tiles: source.tiles ?? [] };
    const { tiles, minzoom, maxzoom, bounds } = described;
    const whole: SourceSpecification = { ...rest, tiles: tiles.map((tile) => this.template(tile, filters)) };
    if (minzoom !== undefined) whole.minzoom = minzoom;
    if (maxzoom !== undefined) whole.maxzoom = maxzoom;
    if (bounds) whole.bounds = bounds;
    return whole;
  }

  /**
   * A tile address with `{z}` and the like kept as they are. The part after `#` is not sent: it changes with the access
   * key and with the data, so that the map fetches its tiles anew and drops those that only the last key might see.
   */
  template(tile: string, filters: Params): string {
    const address = addMissing(own(tile, this.base), filters).replaceAll('%7B', '{').replaceAll('%7D', '}');
    return renewals() > 0 ? `${address}#${renewals()}` : address;
  }
}

/** An address that the service gave: behind a proxy it may name another scheme than the page's own. */
function own(address: string, base: string): URL {
  const url = new URL(address, base);
  const home = new URL(base);
  if (url.host === home.host) url.protocol = home.protocol;
  return url;
}

function addMissing(url: URL, params: Params): string {
  for (const [name, value] of Object.entries(params)) {
    if (value !== '' && !url.searchParams.has(name)) url.searchParams.set(name, value);
  }
  return url.href;
}
