// The column of controls: layers, period, category, time of week, access key.
import { html, nothing, type TemplateResult } from 'lit';
import { access } from '../service/access.ts';
import type { Params, ResolvedLayer, Service } from '../service/client.ts';
import type { Catalogue } from '../state/catalogue.ts';
import { needsKey, type Chosen } from '../state/layers.ts';
import { toParams } from '../state/filters.ts';
import type { Loaded } from '../state/loaded.ts';
import type { View } from '../state/view.ts';
import { t } from '../words/words.ts';
import { helpFor } from '../state/release.ts';
import type { LayerRow } from './layers.ts';
import { plotLinks } from './plots.ts';
import { helplines } from './release.ts';
import './access.ts';
import './analyses.ts';
import './categories.ts';
import './findhelp.ts';
import './layers.ts';
import './period.ts';
import './week.ts';

export interface ControlsInput {
  service: Service;
  catalogue: Catalogue;
  view: View;
  chosen: Chosen;
  resolved: readonly ResolvedLayer[];
  loaded: Loaded;
  problems: ReadonlyMap<string, string>;
  /** Filters and settings under which a layer is shown. */
  params: (id: string) => Params;
}

export function controls(input: ControlsInput): TemplateResult {
  const { catalogue, view } = input;
  const key = html`<details class="us-card us-access" ?open=${catalogue.closed}>
    <summary><h2>${t('access.title')}</h2></summary>
    <us-access .active=${access().key !== ''} .problem=${input.problems.get('page') ?? ''}></us-access>
  </details>`;
  if (catalogue.closed) return key;
  return html`
    <div class="us-card"><h2>${t('layers.title')}</h2><us-layers .rows=${layerRows(input)}></us-layers></div>
    <div class="us-card">
      <h2>${t('period.title')}</h2>
      <us-period .first=${catalogue.first} .last=${catalogue.last} .value=${view.filters.period}></us-period>
    </div>
    <div class="us-card">
      <h2>${t('category.title')}</h2>
      <us-categories .choices=${catalogue.categories} .value=${view.filters.categories}></us-categories>
    </div>
    ${catalogue.hours
      ? html`<div class="us-card"><h2>${t('week.title')}</h2><us-week .value=${view.filters}></us-week></div>`
      : nothing}
    <div class="us-card">
      <us-analyses .service=${input.service} .filters=${toParams(view.filters)} .exact=${catalogue.exact}></us-analyses>
    </div>
    ${key}
  `;
}

function layerRows({ service, catalogue, view, chosen, resolved, loaded, problems, params }: ControlsInput): LayerRow[] {
  return catalogue.layers.map((layer) => {
    const on = chosen.find(({ id }) => id === layer.id);
    return {
      id: layer.id,
      title: layer.title,
      description: layer.description ?? '',
      visible: Boolean(on),
      locked: needsKey(layer) && !access().key ? t('layers.needs_key') : '',
      opacity: on?.opacity ?? 1,
      legend: resolved.find(({ id }) => id === layer.id)?.legend ?? null,
      note: problems.get(layer.id) ?? '',
      settings: loaded.settings(layer.id),
      values: view.settings[layer.id] ?? {},
      more: layer.id === 'resources'
        ? html`${helplines(helpFor(catalogue.release, [], [layer.id]))}<us-find-help .service=${service}></us-find-help>`
        : html`<us-plots .service=${service} .links=${plotLinks(layer.links)} .params=${params(layer.id)}></us-plots>`,
    };
  });
}
