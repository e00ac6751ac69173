// The list of layers: on and off, opacity, and the legend of what is on.
import { html, nothing, type TemplateResult } from 'lit';
import type { Legend } from '../service/types.ts';
import type { Params } from '../service/client.ts';
import type { Setting } from '../state/settings.ts';
import { settingFields, type SettingChange } from './settings.ts';
import { t } from '../words/words.ts';
import { legend } from './legend.ts';
import { freshId, Part } from './part.ts';

export interface LayerRow {
  id: string;
  title: string;
  description: string;
  visible: boolean;
  /** Why it cannot be shown; empty where it can. */
  locked: string;
  opacity: number;
  legend: Legend | null;
  /** A refusal, or a hint such as "zoom in". */
  note: string;
  settings: readonly Setting[];
  values: Params;
  /** What else belongs to it, below its legend. */
  more: TemplateResult | typeof nothing;
}

/** What the reader changed. */
export interface LayerChange {
  id: string;
  visible?: boolean;
  opacity?: number;
}

export class Layers extends Part {
  static override properties = { rows: { attribute: false } };
  rows: LayerRow[] = [];
  private readonly ids = freshId('layer');

  override render(): TemplateResult {
    if (this.rows.length === 0) return html`<p>${t('layers.none')}</p>`;
    return html`<ul class="us-layers">${this.rows.map((row) => this.row(row))}</ul>`;
  }

  private row(row: LayerRow): TemplateResult {
    const id = `${this.ids}-${row.id}`;
    const about = `${id}-about`;
    return html`<li title=${row.visible ? nothing : row.description} class=${row.visible ? 'us-layer us-on' : 'us-layer'}>
      <div class="us-check">
        <input
          type="checkbox" id=${id} data-layer=${row.id}
          .checked=${row.visible} ?disabled=${row.locked !== ''} aria-describedby=${about}
          @change=${(e: Event) => this.send<LayerChange>('us-layer', { id: row.id, visible: (e.target as HTMLInputElement).checked })}
        />
        <label for=${id}>${row.title}</label>
      </div>
      <p class=${row.visible || row.locked ? 'us-quiet' : 'us-hidden'} id=${about}>${row.locked || row.description}</p>
      ${row.note ? html`<p class="us-warning">${row.note}</p>` : nothing}
      ${row.visible ? this.opened(row, id) : nothing}
    </li>`;
  }

  private opened(row: LayerRow, id: string): TemplateResult {
    const percent = Math.round(row.opacity * 100);
    return html`
      ${row.legend
        ? html`<div role="group" aria-label=${t('layers.legend', { title: row.title })}>${legend(row.legend)}</div>`
        : nothing}
      ${row.more}
      <div class="us-opacity">
        <label for="${id}-opacity">${t('layers.opacity.short')}</label>
        <input
          type="range" min="10" max="100" step="5" id="${id}-opacity" .value=${String(percent)}
          aria-label=${t('layers.opacity', { title: row.title })} aria-valuetext="${percent} %"
          @input=${(e: Event) => this.send<LayerChange>('us-layer', { id: row.id, opacity: Number((e.target as HTMLInputElement).value) / 100 })}
        />
        <span class="us-number" aria-hidden="true">${percent} %</span>
      </div>
      ${settingFields(id, row.settings, row.values, (setting, value) => {
        this.send<SettingChange>('us-setting', { layer: row.id, setting, value });
      })}
    `;
  }
}

customElements.define('us-layers', Layers);
