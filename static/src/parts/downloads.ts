// Links to exactly what the table shows, as files.
import { boxOfQuadkey } from '../map/cells.ts';
import { html, type TemplateResult } from 'lit';
import type { Service } from '../service/client.ts';
import { access } from '../service/access.ts';
import { t } from '../words/words.ts';

/** Rows of one file at most; the service brings larger wishes down to its bound. */
const MOST = '10000';

/** Plain links; with a key in use the file is fetched with it, since a link cannot carry one. */
export function downloads(service: Service, id: string, params: Record<string, string>, failed: (e: unknown) => void): TemplateResult {
  const link = (format: 'csv' | 'geojson', words: string, accept: string): TemplateResult => {
    const url = service.url(`collections/${encodeURIComponent(id)}/items`, { ...params, f: format });
    return fileLink(service, { url, name: `${id}.${format}`, format, words, accept }, failed);
  };
  return html`<p class="us-downloads">
    <span>${t('download.title')}:</span>
    ${link('csv', t('download.csv'), 'text/csv')}
    ${link('geojson', t('download.geojson'), 'application/geo+json')}
  </p>`;
}

export interface FileOffer {
  url: string;
  name: string;
  format: string;
  words: string;
  accept: string;
}

/** One link to a file. */
export function fileLink(service: Service, { url, name, format, words, accept }: FileOffer, failed: (e: unknown) => void): TemplateResult {
  const get = (event: Event): void => {
    if (!access().key) return;
    event.preventDefault();
    service.get(url, accept).then((response) => response.blob()).then((blob) => save(blob, name)).catch(failed);
  };
  return html`<a href=${url} download=${name} data-format=${format} @click=${get}>${words}</a>`;
}

/**
 * Parameters that give the table's rows. For cells of the tile pyramid these are the whole cells in view: a box that cuts a
 * cell would leave it out, or give part of its number. Cells of one size are named by their level, so that the file has
 * those and no others; where sizes differ, small cells beside a large one at the edge come along.
 */
export function exactly(names: readonly string[], view: readonly number[], counts: boolean): Record<string, string> {
  const boxes = names.map(boxOfQuadkey);
  if (!counts || names.length === 0 || boxes.includes(null)) return { bbox: edges(view, 5), limit: MOST };
  // A hair inside, so that neighbours that share an edge stay out.
  const hair = 1e-7;
  const whole = boxes.reduce((a, b) => (a && b ? [
    Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3]),
  ] : a)) ?? [0, 0, 0, 0];
  const inside = [whole[0] + hair, whole[1] + hair, whole[2] - hair, whole[3] - hair];
  const [level, ...more] = new Set(names.map((name) => name.length));
  const grid = more.length === 0 ? { grid: `quadkey:${level}` } : {};
  return { bbox: edges(inside, 8), ...grid, limit: MOST };
}

function edges(box: readonly number[], digits: number): string {
  return box.map((edge) => edge.toFixed(digits)).join(',');
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
