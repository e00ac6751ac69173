// Services for an area: also those whose place is nobody's business, which have a telephone and no point on the map.
import { html, nothing, type TemplateResult } from 'lit';
import type { Service } from '../service/client.ts';
import { plural, t } from '../words/words.ts';
import { freshId, Part } from './part.ts';

/** More than an area's services; the rest is in the downloads. */
const MOST = '100';

export class FindHelp extends Part {
  static override properties = { service: { attribute: false }, found: { state: true }, problem: { state: true } };
  service: Service | null = null;
  private found: GeoJSON.Feature[] | null = null;
  private problem = '';
  private readonly ids = freshId('find-help');

  override render(): TemplateResult {
    const id = this.ids;
    return html`
      <form class="us-find" @submit=${(e: SubmitEvent) => void this.find(e)}>
        <label for=${id}>${t('find.area')}</label>
        <div class="us-buttons">
          <input id=${id} name="area" type="text" maxlength="200" required autocomplete="off" aria-describedby="${id}-about" />
          <button type="submit">${t('find.search')}</button>
        </div>
        <p class="us-quiet" id="${id}-about">${t('find.about')}</p>
      </form>
      <p class="us-warning" role="alert">${this.problem}</p>
      <p role="status">${this.found ? plural('find.found', this.found.length) : ''}</p>
      ${this.found && this.found.length > 0 ? html`<ul class="us-helplines">${this.found.map(line)}</ul>` : nothing}
    `;
  }

  private async find(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const area = String(new FormData(event.target as HTMLFormElement).get('area') ?? '').trim();
    if (!area || !this.service) return;
    try {
      this.problem = '';
      this.found = (await this.service.items('resources', { service_area: area, limit: MOST })).features;
    } catch (error) {
      this.found = null;
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }
}

function line({ properties, geometry }: GeoJSON.Feature): TemplateResult {
  const text = (name: string): string => (typeof properties?.[name] === 'string' ? properties[name] : '');
  const phone = text('phone');
  const more = [text('opening_hours'), text('address'), geometry ? '' : t('find.no_place')].filter(Boolean).join(' · ');
  return html`<li>
    <strong>${text('name')}</strong>
    ${phone ? html` · <a href="tel:${phone.replaceAll(/[^+\d]/g, '')}">${phone}</a>` : nothing}
    ${more ? html`<span class="us-quiet">${more}</span>` : nothing}
  </li>`;
}

customElements.define('us-find-help', FindHelp);
