// Links to exactly what the table shows, as files.
import { html, type TemplateResult } from 'lit';
import type { Service } from '../service/client.ts';
import { access } from '../service/access.ts';
import { t } from '../words/words.ts';

/** Plain links; with a key in use the file is fetched with it, since a link cannot carry one. */
export function downloads(service: Service, id: string, params: Record<string, string>, failed: (e: unknown) => void): TemplateResult {
  const link = (format: 'csv' | 'geojson', words: string, accept: string): TemplateResult => {
    const url = service.url(`collections/${encodeURIComponent(id)}/items`, { ...params, f: format });
    const name = `${id}.${format}`;
    const get = (event: Event): void => {
      if (!access().key) return;
      event.preventDefault();
      service.get(url, accept).then((response) => response.blob()).then((blob) => save(blob, name)).catch(failed);
    };
    return html`<a href=${url} download=${name} data-format=${format} @click=${get}>${words}</a>`;
  };
  return html`<p class="us-downloads">
    <span>${t('download.title')}:</span>
    ${link('csv', t('download.csv'), 'text/csv')}
    ${link('geojson', t('download.geojson'), 'application/geo+json')}
  </p>`;
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  // The browser needs the address until it has read the file.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
