// The field for an access key and the purpose of use.
import { html, nothing, type TemplateResult } from 'lit';
import type { Access } from '../service/access.ts';
import { t } from '../words/words.ts';
import { freshId, Part } from './part.ts';

export class AccessField extends Part {
  static override properties = { active: { attribute: false }, problem: { attribute: false }, wrong: { state: true } };
  active = false;
  /** Why the key did not work. */
  problem = '';
  private wrong = false;
  private readonly ids = freshId('access');

  override render(): TemplateResult {
    const id = this.ids;
    return html`
      <p class="us-quiet" id="${id}-about">${t('access.about')}</p>
      <form @submit=${(e: SubmitEvent) => this.use(e)}>
        <label for="${id}-key">${t('access.key')}</label>
        <input
          id="${id}-key" name="key" type="password" autocomplete="off" spellcheck="false" required
          aria-describedby="${id}-about ${id}-problem" aria-invalid=${this.wrong || this.problem ? 'true' : 'false'}
        />
        <label for="${id}-purpose">${t('access.purpose')}</label>
        <input id="${id}-purpose" name="purpose" type="text" maxlength="200" autocomplete="off" aria-describedby="${id}-log" />
        <p class="us-quiet" id="${id}-log">${t('access.purpose.about')}</p>
        <p class="us-warning" id="${id}-problem" role="alert">${this.wrong ? t('access.invalid') : this.problem}</p>
        <div class="us-buttons">
          <button type="submit">${t('access.use')}</button>
          ${this.active
            ? html`<button type="button" class="us-second" @click=${() => this.send<Access>('us-access', { key: '', purpose: '' })}>
                ${t('access.forget')}
              </button>`
            : nothing}
        </div>
      </form>
      <p role="status">${t(this.active ? 'access.active' : 'access.none')}</p>
    `;
  }

  private use(event: SubmitEvent): void {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const data = new FormData(form);
    const key = String(data.get('key') ?? '').trim();
    this.wrong = !/^[\x21-\x7e]+$/.test(key);
    if (this.wrong) return;
    form.reset();
    this.send<Access>('us-access', { key, purpose: String(data.get('purpose') ?? '').trim() });
  }
}

customElements.define('us-access', AccessField);
