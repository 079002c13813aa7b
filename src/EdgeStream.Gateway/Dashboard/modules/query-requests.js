/**
 * What the page asks of the gateway about queries. Each answers with `{ value }`, or with `{ error }` as the gateway
 * tells it: message, detail, hint, and line, column and length where the SQL is wrong.
 */

const REQUEST_TIMEOUT_MS = 15_000;

/** @param {AbortSignal} [signal] */
export function checkQuery(sql, signal) {
  return ask('POST', 'queries/check', { sql }, signal);
}

/** @param {{sql: string, enabled: boolean, outputs: {from: string, stream: string, key?: string}[]}} query */
export function saveQuery(name, query) {
  return ask('PUT', `queries/${encodeURIComponent(name)}`, query);
}

export function deleteQuery(name) {
  return ask('DELETE', `queries/${encodeURIComponent(name)}`);
}

export function discover(stream) {
  return ask('GET', `queries/discover?stream=${encodeURIComponent(stream)}`);
}

export function listStreams() {
  return ask('GET', 'streams');
}

/** What an answer that is no success says is wrong. */
export async function errorOf(response) {
  const answer = await response.json().catch(() => null);
  const error = answer?.error;
  return typeof error?.message === 'string' ? error : { message: `The gateway answered ${response.status}.` };
}

async function ask(method, path, body, signal) {
  try {
    const response = await fetch(new URL(`api/${path}`, document.baseURI), {
      method,
      headers: body ? { 'Content-Type': 'application/json' } : {},
      body: body ? JSON.stringify(body) : undefined,
      signal: signal ?? AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      cache: 'no-store',
    });
    if (!response.ok) return { error: await errorOf(response) };
    return { value: response.status === 204 ? {} : await response.json().catch(() => ({})) };
  } catch {
    return { error: { message: signal?.aborted ? '' : 'The gateway does not answer.' }, aborted: signal?.aborted };
  }
}
