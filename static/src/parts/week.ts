// Hours of the day and days of the week, for those who may ask for them.
import { html, type TemplateResult } from 'lit';
import type { Filters } from '../state/filters.ts';
import { t, weekdayName } from '../words/words.ts';
import { freshId, Part } from './part.ts';

export type Week = Pick<Filters, 'hours' | 'weekdays'>;

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const DAYS = [0, 1, 2, 3, 4, 5, 6];

export class WeekField extends Part {
  static override properties = { value: { attribute: false } };
  value: Week = { hours: null, weekdays: [] };
  private readonly ids = freshId('week');

  override render(): TemplateResult {
    const { hours, weekdays } = this.value;
    const now = hours ?? { from: 0, to: 23 };
    return html`
      <div class="us-pair">
        ${this.hour('from', t('week.from'), now.from, (from) => this.hours(from, now.to))}
        ${this.hour('to', t('week.to'), now.to, (to) => this.hours(now.from, to))}
      </div>
      <fieldset class="us-days">
        <legend>${t('week.days')}</legend>
        ${DAYS.map((day) => html`<label>
          <input type="checkbox" .checked=${weekdays.length === 0 || weekdays.includes(day)} @change=${() => this.day(day)} />
          <abbr title=${weekdayName(day)}>${weekdayName(day, 'short')}</abbr>
        </label>`)}
      </fieldset>
    `;
  }

  private hour(name: string, label: string, value: number, changed: (hour: number) => void): TemplateResult {
    const id = `${this.ids}-${name}`;
    const text = (hour: number) => (name === 'from' ? `${pad(hour)}:00` : `${pad(hour)}:59`);
    return html`<div>
      <label for=${id}>${label}</label>
      <select id=${id} name="hour-${name}" @change=${(e: Event) => changed(Number((e.target as HTMLSelectElement).value))}>
        ${HOURS.map((hour) => html`<option value=${hour} ?selected=${hour === value}>${text(hour)}</option>`)}
      </select>
    </div>`;
  }

  private hours(from: number, to: number): void {
    const whole = (to + 1) % 24 === from;
    this.send<Week>('us-week', { ...this.value, hours: whole ? null : { from, to } });
  }

  private day(day: number): void {
    const now = this.value.weekdays.length === 0 ? DAYS : this.value.weekdays;
    const next = now.includes(day) ? now.filter((d) => d !== day) : [...now, day];
    this.send<Week>('us-week', { ...this.value, weekdays: next.length === 7 || next.length === 0 ? [] : next });
  }
}

function pad(hour: number): string {
  return String(hour).padStart(2, '0');
}

customElements.define('us-week', WeekField);
