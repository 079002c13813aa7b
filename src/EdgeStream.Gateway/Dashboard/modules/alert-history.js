/** The alerts of the last days, from their stream; asked for when a person opens it. */

import { byId, element, KeyedList, setAttribute, setText } from './dom.js';
import { formatDateTime, formatDuration, parseTime } from './format.js';
import { alertTone } from './state.js';

const COUNT_MAX = 50;
const REQUEST_TIMEOUT_MS = 10_000;

export class AlertHistory {
  constructor() {
    this._rows = new KeyedList(byId('alerts-history-list'), {
      key: (alert) => alert.id, create: createRow, update: updateRow,
    });
    const details = byId('alerts-history');
    details.addEventListener('toggle', () => {
      if (details.open) this._load();
    });
  }

  async _load() {
    const note = byId('alerts-history-note');
    setText(note, 'Loading…');
    try {
      const response = await fetch(new URL(`api/alerts/history?limit=${COUNT_MAX}`, document.baseURI), {
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS), cache: 'no-store',
      });
      const { alerts } = await response.json();
      this._rows.update(alerts);
      setText(note, alerts.length === 0 ? 'No alert yet.' : alerts.length < COUNT_MAX ? ''
        : `The newest ${COUNT_MAX}; “edgestream alerts history” has more.`);
    } catch {
      setText(note, 'The gateway does not answer.');
    }
  }
}

function createRow() {
  const row = {
    rule: element('span', { class: 'alert-rule' }), since: element('span', { class: 'since' }),
    message: element('p', { class: 'alert-message' }), key: element('span', { class: 'mono' }),
  };
  row.node = element('li', { class: 'alert', testid: 'history-row' },
    element('div', { class: 'alert-head' }, row.rule, row.since), row.message,
    element('p', { class: 'alert-key' }, row.key));
  return row;
}

function updateRow(row, alert) {
  const firedAt = parseTime(alert.firedAt);
  const resolvedAt = parseTime(alert.resolvedAt);
  setAttribute(row.node, 'data-tone', alertTone(alert));
  setAttribute(row.node, 'data-state', alert.state === 'firing' ? 'firing' : 'resolved');
  setText(row.rule, String(alert.rule ?? ''));
  setText(row.message, String(alert.message ?? ''));
  setText(row.key, String(alert.key ?? ''));
  setText(row.since, Number.isFinite(resolvedAt)
    ? `${formatDateTime(firedAt)}, ${formatDuration(Math.max(0, Math.round((resolvedAt - firedAt) / 1000)))}`
    : formatDateTime(firedAt));
}
