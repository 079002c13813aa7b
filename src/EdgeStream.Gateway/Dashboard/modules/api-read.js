/** Reading the REST API now and then, for what is shown until the next time. */

const REQUEST_TIMEOUT_MS = 5_000;

/**
 * @param {URL} base where the pages are @param {string} path below `api/`
 * @returns {Promise<object|null>} null where the gateway does not answer, or refuses: the caller shows that
 */
export async function readApi(base, path) {
  try {
    const response = await fetch(new URL(`api/${path}`, base), {
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS), cache: 'no-store',
    });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
