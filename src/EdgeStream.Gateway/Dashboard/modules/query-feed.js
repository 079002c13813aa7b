/**
 * How the queries page follows its gateway: it asks for the queries every two seconds and for the status with them,
 * with backoff while no answer comes, and not at all while the page is hidden.
 */

import { readApi } from './api-read.js';
import { retryDelayMs } from './backoff.js';

const POLL_INTERVAL_MS = 2_000;

export class QueryFeed {
  /**
   * @param {URL} base where the page was loaded from
   * @param {{onStatus: (status: object) => void, onQueries: (queries: object[]) => void,
   *   onConnection: (connection: {state: string, retryAt: number}) => void}} handlers
   */
  constructor(base, handlers) {
    this._base = base;
    this._handlers = handlers;
    this._attempt = 0;
    this._asked = 0;
    this._timer = 0;
  }

  start() {
    this._handlers.onConnection({ state: 'connecting', retryAt: 0 });
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.refresh();
    });
    this.refresh();
  }

  /** Asks at once; the next question comes as long after this one as ever. */
  async refresh() {
    clearTimeout(this._timer);
    const number = ++this._asked;
    const [status, queries] = await Promise.all([readApi(this._base, 'status'), readApi(this._base, 'queries')]);
    if (number !== this._asked) return;
    const answered = status !== null && Array.isArray(queries?.queries);
    let wait = POLL_INTERVAL_MS;
    if (answered) {
      this._attempt = 0;
      this._handlers.onStatus(status);
      this._handlers.onQueries(queries.queries.filter((query) => typeof query?.name === 'string'));
    } else {
      wait = retryDelayMs(this._attempt++);
    }
    this._handlers.onConnection(answered ? { state: 'live', retryAt: 0 }
      : { state: 'disconnected', retryAt: Date.now() + wait });
    if (!document.hidden) this._timer = setTimeout(() => this.refresh(), wait);
  }
}
