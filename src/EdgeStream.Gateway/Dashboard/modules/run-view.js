/** Running what stands in the editor: live or over a span of history, and stopping it again. */

import { byId, setAttribute, setHidden, setText, element } from './dom.js';
import { fromField, toField } from './sql-time.js';

const LIMIT_FIRST = 10_000;
const SPANS = [[15 * 60, '15 min'], [3600, '1 h'], [86_400, '1 d'], [7 * 86_400, '7 d']];
const SPAN_FIRST_SECONDS = 3600;

export class RunView {
  /**
   * @param {{gatewayNow: () => number, onRun: (request: {from?: string, to?: string, limit: number}) => void,
   *   onStop: () => void}} context
   */
  constructor(context) {
    this._context = context;
    this._running = false;
    this._history = false;
    byId('limit').value = String(LIMIT_FIRST);
    byId('mode-live').addEventListener('click', () => this._setMode(false));
    byId('mode-history').addEventListener('click', () => this._setMode(true));
    byId('spans').append(...SPANS.map(([seconds, label]) => {
      const button = element('button', { type: 'button', text: label });
      button.addEventListener('click', () => this._setSpan(seconds));
      return button;
    }));
    byId('run').addEventListener('click', () => (this._running ? context.onStop() : this.run()));
  }

  /** Asks for a run with what the fields say. */
  run() {
    const limit = Math.max(1, Math.floor(Number(byId('limit').value)) || LIMIT_FIRST);
    if (!this._history) {
      this._context.onRun({ limit });
      return;
    }
    const from = fromField(byId('from').value);
    const to = fromField(byId('to').value);
    this._context.onRun({ limit, ...(from ? { from } : {}), ...(to ? { to } : {}) });
  }

  /** Whether history is read: it comes in its own order, and ends by itself. */
  get history() {
    return this._history;
  }

  setRunning(running) {
    this._running = running;
    setText(byId('run'), running ? 'Stop' : 'Run');
    byId('run').classList.toggle('running', running);
  }

  _setMode(history) {
    this._history = history;
    setAttribute(byId('mode-live'), 'aria-pressed', String(!history));
    setAttribute(byId('mode-history'), 'aria-pressed', String(history));
    setHidden(byId('span'), !history);
    if (history && byId('from').value === '') this._setSpan(SPAN_FIRST_SECONDS);
  }

  _setSpan(seconds) {
    const nowMs = this._context.gatewayNow();
    byId('from').value = toField(nowMs - seconds * 1000);
    byId('to').value = toField(nowMs);
  }
}
