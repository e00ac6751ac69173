// The access key of this tab: kept in sessionStorage only, sent to the service only.

import { renew } from './fresh.ts';

const KEY = 'urbansafety.key';
const PURPOSE = 'urbansafety.purpose';

export interface Access {
  key: string;
  purpose: string;
}

/** What this tab holds; empty texts are "no key". */
export function access(): Access {
  try {
    return { key: sessionStorage.getItem(KEY) ?? '', purpose: sessionStorage.getItem(PURPOSE) ?? '' };
  } catch {
    // Storage is blocked in some embedded pages: then there is no key.
    return { key: '', purpose: '' };
  }
}

/** Remembers the key until the tab is closed; an empty key forgets both. */
export function setAccess(next: Access): void {
  renew();
  try {
    if (next.key) {
      sessionStorage.setItem(KEY, next.key);
      sessionStorage.setItem(PURPOSE, next.purpose);
    } else {
      sessionStorage.removeItem(KEY);
      sessionStorage.removeItem(PURPOSE);
    }
  } catch {
    // See above.
  }
}

/** A header value is ASCII without line breaks; other letters are percent-encoded, as the service expects. */
function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, (c) => encodeURIComponent(c));
}

/** Headers for a request to `url`; none where the url is not the service's own. */
export function accessHeaders(url: string, service: string): Record<string, string> {
  const { key, purpose } = access();
  if (!key || new URL(url, service).origin !== new URL(service).origin) return {};
  const headers: Record<string, string> = { Authorization: `Bearer ${headerText(key)}` };
  if (purpose) headers['Purpose'] = headerText(purpose);
  return headers;
}
