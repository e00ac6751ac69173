// Fields of an analysis: numbers with their bounds, choices and texts, each with what it does.
import { html, nothing, type TemplateResult } from 'lit';
import type { Field } from '../state/analysis.ts';
import { asSentence, t } from '../words/words.ts';

type Changed = (name: string, value: string) => void;

export function fields(ids: string, all: readonly Field[], values: Record<string, string>, changed: Changed): TemplateResult {
  const [question, own] = [all.filter((one) => one.ofQuestion), all.filter((one) => !one.ofQuestion)];
  const list = (some: readonly Field[]): TemplateResult[] => some.map((one) => field(`${ids}-${one.name}`, one, values[one.name] ?? one.initial, changed));
  return html`
    ${own.length > 0 ? html`<fieldset class="us-several"><legend>${t('analyses.how')}</legend>${list(own)}</fieldset>` : nothing}
    ${question.length > 0
      ? html`<details class="us-settings"><summary>${t('analyses.which')}</summary>${list(question)}</details>`
      : nothing}`;
}

function field(id: string, one: Field, value: string, changed: Changed): TemplateResult {
  const label = one.unit ? t('settings.unit', { title: one.label, unit: one.unit }) : one.label;
  const now = (e: Event): void => changed(one.name, (e.target as HTMLInputElement | HTMLSelectElement).value);
  const about = `${id}-about`;
  return html`
    <label for=${id}>${label}</label>
    ${one.kind === 'choice'
      ? html`<select id=${id} name=${one.name} aria-describedby=${about} @change=${now}>
          ${one.initial === '' ? html`<option value="" ?selected=${value === ''}>${t('settings.all')}</option>` : nothing}
          ${one.choices.map((choice) => html`<option value=${choice.const} ?selected=${value === choice.const}>${choice.title}</option>`)}
        </select>`
      : one.kind === 'number'
        ? html`<input type="number" id=${id} name=${one.name} .value=${value} min=${one.minimum || nothing} max=${one.maximum || nothing}
            step=${one.whole ? '1' : 'any'} aria-describedby=${about} @change=${now} />`
        : html`<input type="text" id=${id} name=${one.name} .value=${value} maxlength="200" autocomplete="off"
            list=${one.words.length > 0 ? `${id}-words` : nothing} aria-describedby=${about} @change=${now} />
          ${one.words.length > 0 ? html`<datalist id="${id}-words">${one.words.map((word) => html`<option value=${word}></option>`)}</datalist>` : nothing}`}
    <p class="us-quiet" id=${about}>${one.kind === 'choice' ? asSentence(one.about) : t('analyses.field', { about: asSentence(one.about, ''), bound: one.bound })}</p>
  `;
}
