/** Alerts, firing first, and an announcement of each change for people who listen instead of look. */

import { byId, element, KeyedList, setAttribute, setHidden, setText } from './dom.js';
import { emptyAlerts } from './empty-states.js';
import { formatAgo, formatDateTime, formatDuration, parseTime } from './format.js';
import { alertTone, countFiring, isSimulated, listAlerts } from './state.js';

const ROWS_FIRST = 8;

export class AlertsView {
  /** @param {() => void} onChange asks for an update soon */
  constructor(onChange) {
    this._expanded = false;
    this._state = null;
    this._nowMs = 0;
    this._announced = null;
    this._empty = emptyAlerts(byId('alerts-empty'));
    this._rows = new KeyedList(byId('alerts-list'), {
      key: (alert) => alert.id, create: createRow, update: (row, alert) => this._updateRow(row, alert),
    });
    this._button = element('button', { class: 'button', type: 'button', testid: 'alerts-more' });
    this._button.addEventListener('click', () => {
      this._expanded = !this._expanded;
      onChange();
    });
    byId('alerts-more').append(this._button);
  }

  update(state, nowMs) {
    this._state = state;
    this._nowMs = nowMs;
    const alerts = listAlerts(state);
    const firing = countFiring(state);
    const limit = this._expanded ? alerts.length : Math.max(ROWS_FIRST, Math.min(firing, 20));
    this._rows.update(alerts.slice(0, limit));
    setText(byId('alerts-count'), firing > 0 ? `${firing} firing` : '');
    byId('alerts-count').classList.toggle('bad', firing > 0);
    setHidden(byId('alerts-empty'), alerts.length > 0);
    setHidden(byId('alerts-more'), alerts.length <= limit && !this._expanded);
    setText(this._button, this._expanded ? 'Show fewer' : `Show ${alerts.length - limit} more`);
    if (alerts.length === 0) this._empty.update(state);
  }

  /** Speaks what changed since the last call; the first call only learns what is already there. */
  announce(alerts) {
    const present = new Map(alerts.map((alert) => [alert.id, alert.state]));
    if (this._announced !== null) {
      const news = alerts.filter((alert) => this._announced.get(alert.id) !== alert.state);
      if (news.length > 0) {
        const [first] = news;
        const others = news.length > 1 ? `, and ${news.length - 1} more` : '';
        setText(byId('alerts-live'), `Alert ${first.state}: ${first.rule}, ${first.message ?? ''}${others}`);
      }
    }
    this._announced = present;
  }

  _updateRow(row, alert) {
    const firing = alert.state === 'firing';
    const firedAt = parseTime(alert.firedAt);
    const resolvedAt = parseTime(alert.resolvedAt);
    setAttribute(row.node, 'data-tone', alertTone(alert));
    setAttribute(row.node, 'data-state', firing ? 'firing' : 'resolved');
    setText(row.state, firing ? String(alert.severity ?? 'warning') : 'resolved');
    setText(row.rule, String(alert.rule ?? ''));
    setText(row.message, String(alert.message ?? ''));
    setText(row.key, String(alert.key ?? ''));
    setHidden(row.simulated, !isSimulated(this._state, alert.key));
    setText(row.since, firing ? `for ${formatDuration(Math.max(0, Math.floor((this._nowMs - firedAt) / 1000)))}`
      : formatAgo(Math.max(0, this._nowMs - (resolvedAt || firedAt)) / 1000));
    setAttribute(row.since, 'title', `Fired ${formatDateTime(firedAt)}`
      + (Number.isFinite(resolvedAt) ? `\nResolved ${formatDateTime(resolvedAt)}` : ''));
  }
}

function createRow() {
  const row = {
    state: element('span', { class: 'severity' }),
    rule: element('span', { class: 'alert-rule', testid: 'alert-rule' }),
    since: element('span', { class: 'since' }),
    message: element('p', { class: 'alert-message', testid: 'alert-message' }),
    key: element('span', { class: 'mono' }),
    simulated: element('span', { class: 'badge simulated', text: 'Simulated', testid: 'simulated-badge' }),
  };
  row.node = element('li', { class: 'alert', testid: 'alert-row' },
    element('div', { class: 'alert-head' }, row.state, row.rule, row.since),
    row.message, element('p', { class: 'alert-key' }, row.key, row.simulated));
  return row;
}
