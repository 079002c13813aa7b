/**
 * What this browser remembers of the page. Storage may be forbidden: reading then answers null, writing does nothing.
 */

export function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    // Private windows and kiosk policies forbid storage; the page works without memory then.
    return null;
  }
}

export function write(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // As above, or the quota is full: the choice lasts as long as the page.
  }
}
