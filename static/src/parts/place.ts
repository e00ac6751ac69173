// The panel with the numbers of one place: each visible layer, its measures and its state in words.
import { html, nothing, type TemplateResult } from 'lit';
import { stateOf, type Drawn } from '../map/features.ts';
import { measures, stateText } from '../words/measures.ts';
import { boxOfQuadkey } from '../map/cells.ts';
import { number, t } from '../words/words.ts';
import { stateSwatch } from './swatch.ts';

/** What is known of the chosen place. */
export interface PlaceNumbers {
  lon: number;
  lat: number;
  /** Name of the area that holds it; null outside of all, undefined where no areas are known. */
  area: string | null | undefined;
  found: { title: string; unit: string; feature: Drawn }[];
  loading: boolean;
  problem: string;
}

export function placePanel(place: PlaceNumbers | null, close: () => void): TemplateResult {
  if (!place) return html`<p class="us-quiet">${t('place.none')}</p>`;
  const at = t('place.at', { lat: number(place.lat, 7), lon: number(place.lon, 7) });
  return html`
    <div class="us-place">
      <button type="button" class="us-close us-second" @click=${close}>${t('place.close')}</button>
      <p class="us-where"><strong>${place.area ?? at}</strong>${place.area ? html`<br /><span class="us-quiet">${at}</span>` : nothing}</p>
      ${place.area === null ? html`<p class="us-warning">${t('place.outside')}</p>` : nothing}
      ${place.found.map((one) => layerNumbers(one))}
      ${place.loading ? html`<p>${t('place.loading')}</p>` : nothing}
      ${place.problem ? html`<p class="us-warning">${place.problem}</p>` : nothing}
      ${!place.loading && place.found.length === 0 && !place.problem ? html`<p>${t('place.empty')}</p>` : nothing}
    </div>
  `;
}

function layerNumbers({ title, unit, feature }: PlaceNumbers['found'][number]): TemplateResult {
  const state = stateOf(feature.properties);
  const isCell = /^[0-3]{2,24}$/.test(feature.name);
  return html`<section class="us-found" data-state=${state}>
    <h3>${title}</h3>
    <p class="us-quiet">${isCell ? cellWords(feature.name) : feature.name}</p>
    <dl>${measures(feature.properties, unit).map((m) => html`<div><dt>${m.label}</dt><dd data-measure=${m.name}>${m.text}</dd></div>`)}</dl>
    <p class="us-state">${stateSwatch(state)} ${stateText(state, 'long')}</p>
  </section>`;
}

/** Cells differ in size where few incidents are: the name and the width. */
function cellWords(cell: string): string {
  const [west = 0, south = 0, east = 0, north = 0] = boxOfQuadkey(cell) ?? [];
  const metres = ((east - west) / 360) * 40_075_017 * Math.cos((((south + north) / 2) * Math.PI) / 180);
  return t('place.cell', { cell, width: number(metres, 2) });
}
