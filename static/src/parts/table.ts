// The table beside the map: what is drawn, in the order of names, never ranked.
import { html, nothing, type TemplateResult } from 'lit';
import { stateOf, type Drawn } from '../map/features.ts';
import { columnsOf, labelOf, stateText, valueText } from '../words/measures.ts';
import { plural, t } from '../words/words.ts';
import { Part } from './part.ts';
import { stateSwatch } from './swatch.ts';

/** More rows than this are not written; the line above the table says so. */
export const MOST_ROWS = 200;

/** A row: where, and what is drawn there. */
export interface Row {
  place: string;
  feature: Drawn;
}

/** Whether a row is seen: zeros and what does not differ from chance are drawn clear. */
export function isSeen({ feature: { properties } }: Row): boolean {
  const state = stateOf(properties);
  return state === 'suppressed' || (state !== 'zero' && properties['class'] !== 'none');
}

/** Rows in the order of place names, then of cells. */
export function inOrder(rows: readonly Row[]): Row[] {
  const collator = new Intl.Collator(undefined, { numeric: false });
  return [...rows].toSorted((a, b) => collator.compare(a.place, b.place) || (a.feature.name < b.feature.name ? -1 : 1));
}

export class Table extends Part {
  static override properties = { rows: { attribute: false }, heading: { attribute: false }, unit: { attribute: false } };
  rows: readonly Row[] = [];
  heading = '';
  unit = '';

  override render(): TemplateResult {
    const seen = this.rows.filter(isSeen);
    const clear = this.rows.length - seen.length;
    const rest = clear > 0 ? html`<p class="us-quiet">${plural('table.clear', clear)}</p>` : nothing;
    if (seen.length === 0) return html`<p class="us-quiet">${t('table.none')}</p>${rest}`;
    const shown = seen.slice(0, MOST_ROWS);
    const columns = columnsOf(shown.map((row) => row.feature.properties)).slice(0, 4);
    const cells = shown.some((row) => row.place !== '' && row.feature.name !== row.place);
    const states = shown.some(({ feature }) => stateOf(feature.properties) !== 'value');
    return html`
      ${states ? nothing : html`<p class="us-quiet">${t('table.all_given')}</p>`}
      ${seen.length > shown.length
        ? html`<p class="us-quiet">${t('table.shown', { shown: shown.length, n: seen.length })}</p>`
        : nothing}
      <div class="us-scroll" tabindex="0" role="region" aria-label=${this.heading}>
        <table>
          <caption class="us-hidden">${t('table.caption', { title: this.heading })}</caption>
          <thead>
            <tr>
              <th scope="col">${t('table.place')}</th>
              ${cells ? html`<th scope="col">${t('table.cell')}</th>` : nothing}
              ${columns.map((name) => html`<th scope="col">${this.columnLabel(name)}</th>`)}
              ${states ? html`<th scope="col">${t('table.state')}</th>` : nothing}
            </tr>
          </thead>
          <tbody>${shown.map((row) => this.row(row, columns, cells, states))}</tbody>
        </table>
      </div>
      ${rest}
    `;
  }

  /** The unit stands once, at the head of its column. */
  private columnLabel(name: string): string {
    const unit = name === 'rate' || name === 'density' ? this.unit : '';
    return unit ? t('table.unit', { label: labelOf(name), unit }) : labelOf(name);
  }

  private row({ place, feature }: Row, columns: readonly string[], cells: boolean, states: boolean): TemplateResult {
    const state = stateOf(feature.properties);
    const go = html`<button
      type="button" class="us-link" title=${t('table.go')} @click=${() => this.send<Drawn>('us-go', feature)}
    >${/^[0-3]+$/.test(feature.name) ? shortCell(feature.name) : feature.name}</button>`;
    return html`<tr data-key=${feature.key} data-state=${state}>
      <th scope="row" class=${cells ? '' : 'us-code'}>${cells ? place : go}</th>
      ${cells ? html`<td class="us-code">${go}</td>` : nothing}
      ${columns.map((name) => html`<td class=${typeof feature.properties[name] === 'number' ? 'us-number' : ''}>${valueText(name, feature.properties, '', 'short') ?? ''}</td>`)}
      ${states ? html`<td class="us-statecell">${stateSwatch(state)} ${stateText(state, 'short')}</td>` : nothing}
    </tr>`;
  }
}

/** The end of a long cell name tells neighbours apart; the whole name is what is read out and copied. */
function shortCell(name: string): TemplateResult {
  if (name.length <= 10) return html`${name}`;
  return html`<span class="us-start">${name.slice(0, -8)}</span>${name.slice(-8)}`;
}

customElements.define('us-table', Table);
