/** Running what stands in the editor: live or over a span of history, and stopping it again. */

import { byId, element, setAttribute, setHidden, setText } from './dom.js';
import { fromField, toField } from './sql-time.js';

const LIMIT_FIRST = 10_000;
const SPANS = [[15 * 60, '15 min'], [3600, '1 h'], [86_400, '1 d'], [7 * 86_400, '7 d']];
const SPAN_FIRST_SECONDS = 3600;
const OLDEST = '1970-01-01T00:00:00Z';

export class RunView {
  /**
   * @param {{gatewayNow: () => number, onStop: () => void,
   *   onRun: (request: {from?: string, to?: string, limit: number, stream?: string}) => void}} context
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
    const request = { limit: Math.max(1, Math.floor(Number(byId('limit').value)) || LIMIT_FIRST) };
    const stream = byId('run-stream').value.trim();
    if (stream !== '') request.stream = stream;
    if (this._history) {
      const [from, to] = [fromField(byId('from').value), fromField(byId('to').value)];
      // History without an end goes up to now, and without a beginning from the oldest record on.
      request.from = from || OLDEST;
      if (to !== '') request.to = to;
    }
    this._context.onRun(request);
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
