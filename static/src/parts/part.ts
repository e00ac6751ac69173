// What all parts of the page have in common: light DOM, so that one style sheet and one reading order hold.
import { LitElement } from 'lit';

export class Part extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Tells the parts above; `detail` is the new value. */
  protected send<T>(name: string, detail: T): void {
    this.dispatchEvent(new CustomEvent<T>(name, { detail, bubbles: true }));
  }
}

let last = 0;

/** An id that no other element of the page has. */
export function freshId(prefix: string): string {
  last += 1;
  return `${prefix}-${last}`;
}
