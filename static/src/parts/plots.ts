// The plots of a layer's result: read when they are opened, with their own words for those who do not see them.
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Params, Service } from '../service/client.ts';
import type { Link } from '../service/types.ts';
import { sentence } from '../service/problem.ts';
import { t } from '../words/words.ts';
import { Part } from './part.ts';

/** A plot that was read, or why it could not be. */
interface Shown {
  src: string;
  alt: string;
  problem: string;
}

/** The plots among the links of a collection: pictures that scale. */
export function plotLinks(links: readonly Link[] = []): Link[] {
  return links.filter(({ rel, type }) => rel === 'preview' && type === 'image/svg+xml');
}

export class Plots extends Part {
  static override properties = {
    service: { attribute: false }, links: { attribute: false }, params: { attribute: false },
    shown: { state: true }, open: { state: true },
  };
  service: Service | null = null;
  links: readonly Link[] = [];
  params: Params = {};
  private shown: ReadonlyMap<string, Shown> = new Map();
  private open = false;
  private asked = '';
  private stop = new AbortController();

  /** The addresses of the plots under the filters; as one text they say whether anything changed. */
  private addresses(): string[] {
    const { service } = this;
    return service ? this.links.map(({ href }) => service.url(service.own(href), this.params)) : [];
  }

  protected override willUpdate(_: PropertyValues): void {
    const wanted = this.open ? this.addresses().join(' ') : '';
    if (wanted === this.asked) return;
    this.forget();
    this.asked = wanted;
    if (wanted) for (const address of this.addresses()) void this.read(address, this.stop.signal);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.forget();
    this.asked = '';
  }

  private forget(): void {
    this.stop.abort();
    this.stop = new AbortController();
    for (const { src } of this.shown.values()) if (src) URL.revokeObjectURL(src);
    this.shown = new Map();
  }

  /** A picture cannot send an access key, so that it is fetched as text. */
  private async read(address: string, signal: AbortSignal): Promise<void> {
    let next: Shown;
    try {
      const text = await (await this.service?.get(address, 'image/svg+xml', signal))?.text() ?? '';
      const alt = new DOMParser().parseFromString(text, 'image/svg+xml').querySelector('desc')?.textContent ?? '';
      if (signal.aborted) return;
      next = { src: URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' })), alt, problem: '' };
    } catch (error) {
      if (signal.aborted) return;
      next = { src: '', alt: '', problem: error instanceof Error ? error.message : sentence(0, null) };
    }
    this.shown = new Map(this.shown).set(address, next);
  }

  override render(): TemplateResult | typeof nothing {
    if (this.links.length === 0) return nothing;
    const addresses = this.addresses();
    return html`<details class="us-plots" @toggle=${(e: Event) => { this.open = (e.target as HTMLDetailsElement).open; }}>
      <summary>${t('plots.title')}</summary>
      ${this.open ? this.links.map((link, i) => this.plot(link.title ?? '', addresses[i] ?? '')) : nothing}
    </details>`;
  }

  private plot(title: string, address: string): TemplateResult {
    const shown = this.shown.get(address);
    if (!shown) return html`<p class="us-quiet" role="status">${t('plots.loading', { title })}</p>`;
    if (shown.problem) return html`<p class="us-warning">${shown.problem}</p>`;
    return html`<figure>
      <img src=${shown.src} alt=${shown.alt} />
      <figcaption class="us-quiet"><a href=${shown.src} download="plot.svg">${t('plots.save', { title })}</a></figcaption>
    </figure>`;
  }
}

customElements.define('us-plots', Plots);
