// A legend in colour, pattern and words.
import { html, nothing, type TemplateResult } from 'lit';
import { patternOf } from '../map/patterns.ts';
import type { Legend, LegendEntry } from '../service/types.ts';
import { stateText } from '../words/measures.ts';
import { has, t } from '../words/words.ts';
import { swatch } from './swatch.ts';

export function legend(of: Legend): TemplateResult {
  const words = typeof of.words === 'string' ? [of.words] : (of.words ?? []);
  return html`
    ${of.unit ? html`<p class="us-quiet">${t('legend.unit', { unit: of.unit })}</p>` : nothing}
    <ul class="us-legend">
      ${(of.entries ?? []).map((entry) => html`<li>${sample(entry)}<span>${label(entry)}</span></li>`)}
    </ul>
    ${words.map((line) => html`<p class="us-quiet">${line}</p>`)}
    ${(of.warnings ?? []).map((line) => html`<p class="us-warning">${line}</p>`)}
  `;
}

function sample(entry: LegendEntry): TemplateResult {
  const look = { ...(entry.ink ? { ink: entry.ink } : {}), outlined: entry.is_outlined ?? false };
  return swatch(entry.colour ?? '#ffffff', entry.pattern ?? patternOf(entry.state), look);
}

/** The service's words; where it gives none, the state or the bounds. */
function label(entry: LegendEntry): string {
  if (entry.label) return entry.label;
  if (entry.state && has(`state.${entry.state}.short`)) return stateText(entry.state, 'short');
  if (typeof entry.from !== 'number') return '';
  return typeof entry.to === 'number'
    ? t('legend.from_to', { from: entry.from, to: entry.to })
    : t('legend.from', { from: entry.from });
}
