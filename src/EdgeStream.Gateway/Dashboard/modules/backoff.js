/**
 * Exponential backoff with jitter: the n-th delay lies in [half, whole] of min(first × 2ⁿ, max). Pure but for `random`.
 */

export const RETRY_DELAY_MS_FIRST = 500;
export const RETRY_DELAY_MS_MAX = 5_000;

/**
 * @param {number} attempt 0 for the first retry
 * @param {() => number} [random] in [0, 1)
 * @returns {number} milliseconds to wait
 */
export function retryDelayMs(attempt, random = Math.random) {
  const whole = Math.min(RETRY_DELAY_MS_FIRST * 2 ** Math.min(attempt, 30), RETRY_DELAY_MS_MAX);
  return Math.round(whole / 2 + random() * whole / 2);
}
