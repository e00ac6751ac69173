// A small square of colour and pattern, as in a legend. Drawn with attributes, since the content security policy refuses
// inline styles.
import { html, nothing, svg, type TemplateResult } from 'lit';
import { path, patternOf } from '../map/patterns.ts';

const [WIDTH, HEIGHT] = [24, 16];

/** What a legend says of a look beside colour and pattern. */
interface Look {
  ink?: string;
  outlined?: boolean;
}

export function swatch(colour: string, pattern: string | null, { ink = '#4a5258', outlined = false }: Look = {}): TemplateResult {
  return html`<svg class="us-swatch" viewBox="0 0 ${WIDTH} ${HEIGHT}" width=${WIDTH} height=${HEIGHT} aria-hidden="true">
    <rect width=${WIDTH} height=${HEIGHT} fill=${colour}></rect>
    ${pattern ? svg`<path d=${path(pattern, WIDTH, HEIGHT)} fill=${ink} shape-rendering="crispEdges" />` : nothing}
    <rect x="0.5" y="0.5" width=${WIDTH - 1} height=${HEIGHT - 1} fill="none"
      stroke=${outlined ? '#22262b' : '#5d6b70'} stroke-width=${outlined ? 2 : 1}></rect>
  </svg>`;
}

/** The pattern of a state without a number; nothing for the others. */
export function stateSwatch(state: string): TemplateResult | typeof nothing {
  const pattern = patternOf(state);
  return pattern ? swatch('#e7e7e4', pattern) : nothing;
}
