// A legend in colour, pattern and words.
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { Legend, LegendEntry } from '../service/types.ts';
import { stateText } from '../words/measures.ts';
import { has, t } from '../words/words.ts';

export function legend(of: Legend): TemplateResult {
  const words = typeof of.words === 'string' ? [of.words] : (of.words ?? []);
  return html`
    ${of.unit ? html`<p class="us-quiet">${t('legend.unit', { unit: of.unit })}</p>` : nothing}
    <ul class="us-legend">
      ${(of.entries ?? []).map((entry) => html`<li>${swatch(entry)}<span>${label(entry)}</span></li>`)}
    </ul>
    ${words.map((line) => html`<p class="us-quiet">${line}</p>`)}
    ${(of.warnings ?? []).map((line) => html`<p class="us-warning">${line}</p>`)}
  `;
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

/** Drawn with attributes, since the content security policy refuses inline styles. */
function swatch(entry: LegendEntry): TemplateResult {
  const hatched = Boolean(entry.pattern) || entry.state === 'suppressed';
  const lines = [-12, -4, 4, 12].map((x) => svg`<path d="M${x} 16 L${x + 16} 0" stroke="#4a5258" stroke-width="2" />`);
  return html`<svg class="us-swatch" viewBox="0 0 24 16" width="24" height="16" aria-hidden="true">
    <rect width="24" height="16" fill=${entry.colour ?? '#ffffff'}></rect>
    ${hatched ? svg`<g>${lines}${svg`<path d="M20 16 L36 0" stroke="#4a5258" stroke-width="2" />`}</g>` : nothing}
    <rect x="0.5" y="0.5" width="23" height="15" fill="none" stroke="#5d6b70"></rect>
  </svg>`;
}
