// The page around the map: its regions in reading order, and nothing that changes by itself.
import { html, nothing, type TemplateResult } from 'lit';
import type { Catalogue } from '../state/catalogue.ts';
import { t } from '../words/words.ts';

export interface PageParts {
  catalogue: Catalogue | null;
  problem: string;
  retry: () => void;
  home: () => void;
  controls: TemplateResult;
  place: TemplateResult;
  /** Cards beside the map: the release, and help. */
  beside: TemplateResult;
  /** What is read instead of the map while nothing is public. */
  closed: TemplateResult | null;
  table: TemplateResult;
  summary: string;
  notes: readonly string[];
}

export function page(parts: PageParts): TemplateResult {
  const { catalogue } = parts;
  return html`
    <a class="us-skip" href="#us-map" @click=${jump('.maplibregl-canvas')}>${t('page.skip')}</a>
    <a class="us-skip" href="#us-table" @click=${jump('#us-table')}>${t('page.skip_table')}</a>
    <header class="us-header">
      <h1>${catalogue?.title || t('page.title')}</h1>
      <nav>
        ${(catalogue?.help ?? []).map((link) => html`<a href=${link.href}>${link.title ?? t('page.help')}</a>`)}
        ${catalogue?.api ? html`<a href=${catalogue.api.href}>${t('page.api')}</a>` : nothing}
      </nav>
    </header>
    <main class=${parts.closed ? 'us-main us-nothing' : 'us-main'}>
      ${parts.closed ?? nothing}
      ${parts.closed ? nothing : html`<section class="us-mapbox" id="us-map" aria-label=${t('map.label')}>
        <div class="us-map"></div>
        <div class="us-cross" aria-hidden="true"></div>
        <button type="button" class="us-home us-second" @click=${parts.home}>${t('map.home')}</button>
        <p class="us-keys us-quiet">${t('map.help')}</p>
        ${parts.problem
          ? html`<div class="us-problem" role="alert">
              <p>${parts.problem}</p><button type="button" @click=${parts.retry}>${t('problem.retry')}</button>
            </div>`
          : nothing}
      </section>`}
      ${parts.closed ? nothing : html`<div class="us-beside">
        ${parts.beside}
        <section class="us-card us-here" aria-label=${t('place.title')}>
          <h2>${t('place.title')}</h2>
          <div aria-live="polite">${parts.place}</div>
        </section>
      </div>`}
      <section class="us-controls" aria-label=${t('page.controls')}>
        ${catalogue ? parts.controls : html`<p>${parts.problem ? '' : t('page.loading')}</p>`}
      </section>
      ${parts.closed ? nothing : html`<section class="us-data" aria-label=${t('page.data')}>
        <div class="us-card" id="us-table" tabindex="-1">
          <h2>${t('table.title')}</h2>
          <p class="us-summary" role="status" aria-live="polite">${parts.summary}</p>
          ${parts.table}
        </div>
        <aside class="us-card us-cannot" aria-label=${t('page.cannot')}>
          <h2>${t('page.cannot')}</h2>
          <p>${t('page.cannot.text')}</p>
          ${parts.notes.map((note) => html`<p>${note}</p>`)}
          ${(catalogue?.licences.length ?? 0) > 0
            ? html`<p class="us-quiet">${t('page.cannot.licence', { text: catalogue?.licences.join('; ') ?? '' })}</p>`
            : nothing}
        </aside>
      </section>`}
    </main>
  `;
}

/** Skip links move the focus themselves: the part of the address after `#` holds the view. */
function jump(selector: string): (event: Event) => void {
  return (event) => {
    event.preventDefault();
    const root = (event.target as HTMLElement).closest('urban-safety-map');
    const target = root?.querySelector<HTMLElement>(selector);
    target?.focus();
    target?.scrollIntoView({ block: 'nearest' });
  };
}
