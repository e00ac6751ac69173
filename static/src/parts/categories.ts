// The categories as a tree of check boxes with a search field.
import { html, nothing, type TemplateResult } from 'lit';
import type { Choice } from '../service/types.ts';
import { covered, search, toggle, tree, type Category } from '../state/categories.ts';
import { plural, t } from '../words/words.ts';
import { freshId, Part } from './part.ts';

export class Categories extends Part {
  static override properties = {
    choices: { attribute: false }, value: { attribute: false }, text: { state: true }, open: { state: true },
  };
  choices: readonly Choice[] = [];
  value: readonly string[] = [];
  private text = '';
  private open: ReadonlySet<string> = new Set();
  private readonly ids = freshId('category');

  override render(): TemplateResult | typeof nothing {
    if (this.choices.length === 0) return nothing;
    const all = tree(this.choices);
    const found = search(all, this.text);
    return html`
      <p class="us-quiet" id="${this.ids}-about">${t('category.standard')}</p>
      <p class="us-chosen">${this.words()}
        ${this.value.length > 0
          ? html`<button type="button" class="us-link" @click=${() => this.set([])}>${t('category.clear')}</button>`
          : nothing}
      </p>
      <label for="${this.ids}-search">${t('category.search')}</label>
      <input
        id="${this.ids}-search" type="search" autocomplete="off" spellcheck="false" .value=${this.text}
        aria-describedby="${this.ids}-about"
        @input=${(e: Event) => { this.text = (e.target as HTMLInputElement).value; }}
      />
      <p class="us-hidden" role="status">${this.text ? plural('category.found', count(found)) : ''}</p>
      <div class="us-tree" tabindex="-1">
        ${found.length > 0 ? this.list(found) : html`<p>${t('category.none')}</p>`}
      </div>
    `;
  }

  /** What is chosen, in words. */
  private words(): string {
    if (this.value.length === 0) return t('category.all');
    if (this.value.length > 2) return plural('category.chosen', this.value.length);
    return this.value.map((code) => this.choices.find((c) => c.const === code)?.title ?? code).join(', ');
  }

  private list(nodes: readonly Category[]): TemplateResult {
    return html`<ul>${nodes.map((node) => this.node(node))}</ul>`;
  }

  private node(node: Category): TemplateResult {
    const id = `${this.ids}-${node.code}`;
    const open = this.text !== '' || this.open.has(node.code);
    const above = covered(this.value, node.code);
    const some = this.value.some((code) => code !== node.code && code.startsWith(node.code));
    return html`<li>
      <div class="us-node">
        ${node.children.length > 0 && this.text === ''
          ? html`<button
              type="button" class="us-twist" aria-expanded=${open ? 'true' : 'false'}
              aria-label=${t(open ? 'category.collapse' : 'category.expand', { title: node.title })}
              @click=${() => this.twist(node.code)}
            ><span aria-hidden="true">${open ? '−' : '+'}</span></button>`
          : html`<span class="us-twist"></span>`}
        <input
          type="checkbox" id=${id} value=${node.code}
          .checked=${above || this.value.includes(node.code)} .indeterminate=${some} ?disabled=${above}
          @change=${() => this.set(toggle(this.value, node.code))}
        />
        <label for=${id}>${node.title} <span class="us-code">${node.code}</span></label>
      </div>
      ${open && node.children.length > 0 ? this.list(node.children) : nothing}
    </li>`;
  }

  private twist(code: string): void {
    const next = new Set(this.open);
    if (!next.delete(code)) next.add(code);
    this.open = next;
  }

  private set(codes: readonly string[]): void {
    this.send<readonly string[]>('us-categories', codes);
  }
}

function count(nodes: readonly Category[]): number {
  return nodes.reduce((n, node) => n + 1 + count(node.children), 0);
}

customElements.define('us-categories', Categories);
