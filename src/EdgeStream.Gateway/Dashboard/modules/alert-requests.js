/** What a person may ask of an alert. Each answers with null when it is done, or with what is wrong. */

const SILENCE_FOR = '1h';
const BY = 'dashboard';
const REQUEST_TIMEOUT_MS = 10_000;

export function acknowledge(alert) {
  return send('POST', `alerts/${encodeURIComponent(alert.id)}/acknowledgement`, { by: BY });
}

export function withdraw(alert) {
  return send('DELETE', `alerts/${encodeURIComponent(alert.id)}/acknowledgement`);
}

/** This rule's alerts of this key, for an hour. */
export function silenceAlert(alert) {
  return send('POST', 'silences', { rule: String(alert.rule), key: String(alert.key), for: SILENCE_FOR, by: BY });
}

export function endSilence(id) {
  return send('DELETE', `silences/${encodeURIComponent(id)}`);
}

async function send(method, path, body) {
  try {
    const response = await fetch(new URL(`api/${path}`, document.baseURI), {
      method,
      headers: body ? { 'Content-Type': 'application/json' } : {},
      body: body ? JSON.stringify(body) : undefined,
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    if (response.ok) return null;
    const answer = await response.json().catch(() => null);
    return answer?.error?.message ?? `The gateway answered ${response.status}.`;
  } catch {
    return 'The gateway does not answer.';
  }
}
