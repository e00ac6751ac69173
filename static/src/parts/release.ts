// Beside the map: which release the numbers are from and how they are protected, and where help is found.
import { html, nothing, type TemplateResult } from 'lit';
import type { Helpline, Release } from '../service/types.ts';
import { besideTheMap, protection, releaseWords } from '../state/release.ts';
import { t } from '../words/words.ts';

/** For callers whose numbers come from a release. */
export function releaseCard(release: Release | null, exact: boolean): TemplateResult | typeof nothing {
  if (!release) return nothing;
  if (exact) {
    return html`<div class="us-card us-release"><p>${t('release.exact')} <span class="us-quiet">${releaseWords(release)}</span></p></div>`;
  }
  return html`<div class="us-card us-release">
    <p><strong>${releaseWords(release)}</strong></p>
    ${protection(release).map((line) => html`<p>${line}</p>`)}
    ${besideTheMap(release).map((line) => html`<p class="us-quiet">${line}</p>`)}
  </div>`;
}

/** What the public reads before the first release, instead of numbers. */
export function closedCard(): TemplateResult {
  return html`<section class="us-card us-closed" aria-label=${t('closed.title')}>
    <h2>${t('closed.title')}</h2>
    <p>${t('closed.release')}</p>
    <p>${t('closed.before')}</p>
    <p>${t('closed.how')} <code>urbansafety release --data FILE</code></p>
    <p>${t('closed.key')}</p>
  </section>`;
}

/** Links to help; nothing where there is none to show. */
export function helplines(all: readonly Helpline[]): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  return html`<ul class="us-helplines">${all.map(({ name, words, phone, url }) => html`<li>
    ${url ? html`<a href=${url} rel="noreferrer">${name}</a>` : html`<strong>${name}</strong>`}
    ${phone ? html` · <a href="tel:${phone.replaceAll(/[^+\d]/g, '')}">${phone}</a>` : nothing}
    ${words ? html`<span class="us-quiet">${words}</span>` : nothing}
  </li>`)}</ul>`;
}

/** The same as a card of its own. */
export function helpCard(all: readonly Helpline[]): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  return html`<section class="us-card us-help" aria-label=${t('help.title')}>
    <h2>${t('help.title')}</h2>
    ${helplines(all)}
  </section>`;
}
