// Fields for a layer's own parameters.
import { html, nothing, type TemplateResult } from 'lit';
import type { Params } from '../service/client.ts';
import type { Setting } from '../state/settings.ts';
import { t } from '../words/words.ts';

/** A parameter that the reader changed. */
export interface SettingChange {
  layer: string;
  setting: Setting;
  value: string;
}

type Changed = (setting: Setting, value: string) => void;

export function settingFields(id: string, settings: readonly Setting[], values: Params, changed: Changed): TemplateResult | typeof nothing {
  if (settings.length === 0) return nothing;
  return html`<details class="us-settings" ?open=${Object.keys(values).length > 0}>
    <summary>${t('settings.title')}</summary>
    ${settings.map((setting) => field(`${id}-${setting.name}`, setting, values[setting.name] ?? setting.initial, changed))}
  </details>`;
}

function now(event: Event): string {
  return (event.target as HTMLInputElement | HTMLSelectElement).value;
}

function field(id: string, setting: Setting, value: string, changed: Changed): TemplateResult {
  const label = setting.unit ? t('settings.unit', { title: setting.title, unit: setting.unit }) : setting.title;
  if (setting.kind === 'several') return several(id, setting, value, changed);
  return html`
    <label for=${id}>${label}</label>
    ${setting.kind === 'number'
      ? html`<input
          type="number" id=${id} name=${setting.name} min=${setting.minimum} max=${setting.maximum} step="any"
          .value=${value} aria-describedby="${id}-about"
          @change=${(e: Event) => { if ((e.target as HTMLInputElement).reportValidity()) changed(setting, now(e)); }}
        />`
      : html`<select id=${id} name=${setting.name} aria-describedby="${id}-about" @change=${(e: Event) => changed(setting, now(e))}>
          ${setting.initial === '' ? html`<option value="" ?selected=${value === ''}>${t('settings.all')}</option>` : nothing}
          ${setting.choices.map((one) => html`<option value=${one.const} ?selected=${value === one.const}>${one.title}</option>`)}
        </select>`}
    <p class="us-quiet" id="${id}-about">${setting.about}</p>
  `;
}

/** Several of a list as check boxes; none is all. */
function several(id: string, setting: Setting, value: string, changed: Changed): TemplateResult {
  const chosen = value.split(',').filter(Boolean);
  const toggle = (one: string): void => {
    const next = chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one];
    changed(setting, next.toSorted().join(','));
  };
  return html`<fieldset class="us-several">
    <legend>${setting.title}</legend>
    ${setting.choices.map((one, i) => html`<div class="us-node">
      <input type="checkbox" id="${id}-${i}" .checked=${chosen.includes(one.const)} @change=${() => toggle(one.const)} />
      <label for="${id}-${i}">${one.title}</label>
    </div>`)}
    <p class="us-quiet">${t('settings.none_is_all')}</p>
  </fieldset>`;
}
