// What was fetched before may not be taken for what is there now: after a change of the access key or of the data.

let changes = 0;

/** How often the page began anew. */
export function renewals(): number {
  return changes;
}

/** From now on everything is asked of the service again. */
export function renew(): void {
  changes += 1;
}

/** How the browser's own cache is used for what anyone may see: once something is new, the service is asked whether it is. */
export function cacheMode(): RequestCache {
  return changes > 0 ? 'no-cache' : 'default';
}
