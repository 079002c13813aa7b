/** Alerts, firing first, and an announcement of each change for people who listen instead of look. */

import { AlertHistory } from './alert-history.js';
import { describeMarks } from './alert-marks.js';
import { acknowledge, endSilence, silenceAlert, withdraw } from './alert-requests.js';
import { byId, element, KeyedList, setAttribute, setHidden, setText } from './dom.js';
import { emptyAlerts } from './empty-states.js';
import { formatAgo, formatDateTime, formatDuration, parseTime } from './format.js';
import { alertTone, countFiring, isSimulated, listAlerts, listPending, marksOf } from './state.js';

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
      key: (alert) => alert.id, create: (alert) => this._createRow(alert), update: (row, alert) => this._updateRow(row, alert),
    });
    this._button = element('button', { class: 'button', type: 'button', testid: 'alerts-more' });
    this._button.addEventListener('click', () => {
      this._expanded = !this._expanded;
      onChange();
    });
    byId('alerts-more').append(this._button);
    this._history = new AlertHistory();
  }

  update(state, nowMs) {
    this._state = state;
    this._nowMs = nowMs;
    const firing = countFiring(state);
    const known = listAlerts(state);
    const pending = listPending(state).slice(0, ROWS_FIRST);
    const alerts = [...known.slice(0, firing), ...pending, ...known.slice(firing)];
    const limit = this._expanded ? alerts.length : Math.max(ROWS_FIRST, Math.min(firing + pending.length, 20));
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
    const pending = alert.state === 'pending';
    const firedAt = parseTime(alert.firedAt);
    const resolvedAt = parseTime(alert.resolvedAt);
    row.alert = alert;
    row.marks = marksOf(this._state, alert);
    const silenced = typeof row.marks.silence === 'string';
    setAttribute(row.node, 'data-tone', alertTone(alert));
    setAttribute(row.node, 'data-state', pending ? 'pending' : firing ? 'firing' : 'resolved');
    setAttribute(row.node, 'data-quiet', String(silenced || Boolean(row.marks.acknowledged)));
    setText(row.state, pending ? 'pending' : firing ? String(alert.severity ?? 'warning') : 'resolved');
    setText(row.rule, String(alert.rule ?? ''));
    setText(row.message, String(alert.message ?? ''));
    setText(row.key, String(alert.key ?? ''));
    setText(row.marked, describeMarks(row.marks));
    setHidden(row.marked, row.marked.textContent === '');
    setHidden(row.simulated, !isSimulated(this._state, alert.key));
    setHidden(row.buttons, !firing);
    setText(row.acknowledge, row.marks.acknowledged ? 'Withdraw' : 'Acknowledge');
    setText(row.silence, silenced ? 'End silence' : 'Silence 1 h');
    if (pending) {
      setText(row.since, `${formatDuration(Math.floor(alert.heldSeconds ?? 0))} of ${
        formatDuration(Math.round(alert.forSeconds ?? 0))}`);
      setAttribute(row.since, 'title', 'Fires when the condition has held so long');
      return;
    }
    setText(row.since, firing ? `for ${formatDuration(Math.max(0, Math.floor((this._nowMs - firedAt) / 1000)))}`
      : formatAgo(Math.max(0, this._nowMs - (resolvedAt || firedAt)) / 1000));
    setAttribute(row.since, 'title', `Fired ${formatDateTime(firedAt)}`
      + (Number.isFinite(resolvedAt) ? `\nResolved ${formatDateTime(resolvedAt)}` : ''));
  }

  _createRow(alert) {
    const row = {
      alert,
      marks: {},
      state: element('span', { class: 'severity' }),
      rule: element('span', { class: 'alert-rule', testid: 'alert-rule' }),
      since: element('span', { class: 'since' }),
      message: element('p', { class: 'alert-message', testid: 'alert-message' }),
      key: element('span', { class: 'mono' }),
      marked: element('span', { class: 'alert-marks', testid: 'alert-marks' }),
      simulated: element('span', { class: 'badge simulated', text: 'Simulated', testid: 'simulated-badge' }),
      acknowledge: element('button', { class: 'button', type: 'button', testid: 'alert-acknowledge' }),
      silence: element('button', { class: 'button', type: 'button', testid: 'alert-silence' }),
      problem: element('span', { class: 'alert-problem', role: 'status' }),
    };
    row.acknowledge.addEventListener('click', () => this._ask(row, row.marks.acknowledged
      ? withdraw(row.alert) : acknowledge(row.alert)));
    row.silence.addEventListener('click', () => this._ask(row, typeof row.marks.silence === 'string'
      ? endSilence(row.marks.silence) : silenceAlert(row.alert)));
    row.buttons = element('p', { class: 'alert-buttons' }, row.acknowledge, row.silence, row.problem);
    row.node = element('li', { class: 'alert', testid: 'alert-row' },
      element('div', { class: 'alert-head' }, row.state, row.rule, row.since),
      row.message, element('p', { class: 'alert-key' }, row.key, row.marked, row.simulated), row.buttons);
    return row;
  }

  /** The answer shows with the next status, within a second; what was refused, at once. */
  async _ask(row, request) {
    row.acknowledge.disabled = true;
    row.silence.disabled = true;
    setText(row.problem, await request ?? '');
    row.acknowledge.disabled = false;
    row.silence.disabled = false;
  }
}
