// The period: shorthands, or a first and a last month.
import { html, nothing, type TemplateResult } from 'lit';
import { lastMonths, months, ordered, year, type Period } from '../state/period.ts';
import { monthName, t } from '../words/words.ts';
import { freshId, Part } from './part.ts';

export class PeriodField extends Part {
  static override properties = {
    first: { attribute: false }, last: { attribute: false }, value: { attribute: false }, custom: { state: true },
  };
  first = '';
  last = '';
  value: Period = null;
  /** The reader asked for months of their own. */
  private custom = false;
  private readonly ids = freshId('period');

  override render(): TemplateResult | typeof nothing {
    if (!this.first || !this.last) return nothing;
    const shorthands = this.shorthands();
    const same = shorthands.find(([, , p]) => p?.from === this.value?.from && p?.to === this.value?.to);
    const chosen = this.custom || !same ? 'custom' : same[0];
    return html`
      <label for="${this.ids}-choice">${t('period.choice')}</label>
      <select id="${this.ids}-choice" name="period" @change=${(e: Event) => this.choose((e.target as HTMLSelectElement).value)}>
        ${shorthands.map(([id, words]) => html`<option value=${id} ?selected=${chosen === id}>${words}</option>`)}
        <option value="custom" ?selected=${chosen === 'custom'}>${t('period.custom')}</option>
      </select>
      ${chosen === 'custom' ? this.ends() : nothing}
    `;
  }

  private ends(): TemplateResult {
    const now = this.value ?? { from: this.first, to: this.last };
    return html`<div class="us-pair">
      ${this.month('from', t('period.from'), now.from, (from) => this.set(ordered({ from, to: now.to })))}
      ${this.month('to', t('period.to'), now.to, (to) => this.set(ordered({ from: now.from, to })))}
    </div>`;
  }

  private month(name: string, label: string, value: string, changed: (month: string) => void): TemplateResult {
    const id = `${this.ids}-${name}`;
    return html`<div>
      <label for=${id}>${label}</label>
      <select id=${id} name=${name} @change=${(e: Event) => changed((e.target as HTMLSelectElement).value)}>
        ${months(this.first, this.last).map((m) => html`<option value=${m} ?selected=${m === value}>${monthName(m)}</option>`)}
      </select>
    </div>`;
  }

  private shorthands(): [id: string, words: string, period: Period][] {
    const { first, last } = this;
    const years = [...new Set(months(first, last).map((m) => m.slice(0, 4)))].toReversed();
    return [
      ['all', t('period.all'), null],
      ['last12', t('period.last12'), lastMonths(12, first, last)],
      ['last3', t('period.last3'), lastMonths(3, first, last)],
      ...years.map((y): [string, string, Period] => [y, y, year(y, first, last)]),
    ];
  }

  private choose(id: string): void {
    this.custom = id === 'custom';
    const found = this.shorthands().find(([other]) => other === id);
    if (found) this.set(found[2]);
  }

  private set(period: Period): void {
    this.send<Period>('us-period', period);
  }
}

customElements.define('us-period', PeriodField);
